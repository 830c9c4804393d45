/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the scenario host share: scripts in a folder of their own, and their errors. */
#pragma once
#include "lua_host.h"
#include "rig/test.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT "script.lua"

struct script_folder {
	char *path, *before;
};

/* Scripts have short relative names, so that messages can be compared whole. */
static inline struct script_folder script_folder_enter(void)
{
	struct script_folder folder = { g_dir_make_tmp("wiperig-lua-XXXXXX", NULL), g_get_current_dir() };

	g_assert(folder.path && g_chdir(folder.path) == 0);
	return folder;
}

static inline void script_remove(const char *path)
{
	g_autoptr(GDir) dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);

	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		script_remove(inner);
	}
	g_remove(path);
}

static inline void script_folder_leave(struct script_folder *folder)
{
	g_assert(g_chdir(folder->before) == 0);
	script_remove(folder->path);
	g_free(folder->path);
	g_free(folder->before);
}

/* The rest of the block runs in an empty folder, which is gone after it. */
#define IN_SCRIPT_FOLDER                                                                                               \
	__attribute__((cleanup(script_folder_leave))) struct script_folder script_folder = script_folder_enter()

static inline void script_write(const char *path, const char *text, gssize length)
{
	g_autofree char *parent = g_path_get_dirname(path);

	g_assert(g_mkdir_with_parents(parent, 0700) == 0);
	g_assert(g_file_set_contents(path, text, length, NULL));
}

/* Opens a script that is to fail; compares code and the whole message. */
static inline void expect_error(const char *script, const struct lua_limits *limits, int code, const char *message)
{
	g_autoptr(GError) error = NULL;

	script_write(SCRIPT, script, -1);
	struct lua_host *host = lua_host_open(SCRIPT, limits, &error);
	gboolean same =
	    !host && error && error->domain == RIG_ERROR && error->code == code && g_str_equal(error->message, message);
	if (!same)
		fprintf(stderr, "\n--- script:\n%s\n--- wanted: %s\n--- got:    %s\n", script, message,
			error ? error->message : "no error");
	CU_ASSERT(same);
	lua_host_close(host);
}

static inline struct lua_host *expect_host_within(const char *script, const struct lua_limits *limits)
{
	g_autoptr(GError) error = NULL;

	script_write(SCRIPT, script, -1);
	struct lua_host *host = lua_host_open(SCRIPT, limits, &error);
	if (!host)
		fprintf(stderr, "\n--- script:\n%s\n--- error: %s\n", script, error->message);
	CU_ASSERT_PTR_NOT_NULL(host);
	return host;
}

static inline struct lua_host *expect_host(const char *script)
{
	return expect_host_within(script, NULL);
}
