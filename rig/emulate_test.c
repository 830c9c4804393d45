/* SPDX-License-Identifier: Apache-2.0 */
#include "emulate.h"
#include "test.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Runs the command with its complaints sent to nowhere. */
static int run_quietly(const char *first, const char *second)
{
	char *arguments[] = { (char *)"emulate", (char *)first, (char *)second, NULL };
	int count = second ? 3 : 2;
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), former = dup(STDERR_FILENO);

	fflush(stderr);
	dup2(nowhere, STDERR_FILENO);
	int status = emulate_main(count, arguments);
	fflush(stderr);
	dup2(former, STDERR_FILENO);
	close(nowhere);
	close(former);
	return status;
}

static void usage(void)
{
	static const char *const cases[][2] = {
		{ "--bogus", NULL },
		{ "stray", NULL },
		{ "--front", "nonesuch" },
		{ "--front", "../umockdev" },
		{ "--slot-setting", "novalue" },
		{ "--slot-setting", "=x" },
		{ "--slot-setting", NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		CU_ASSERT_EQUAL(run_quietly(cases[i][0], cases[i][1]), 2);
}

static void broken_front(void)
{
	g_autofree char *dir = g_dir_make_tmp("emulate.XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "front-broken.so", NULL);

	CU_ASSERT_TRUE(g_file_set_contents(path, "no module", -1, NULL));
	g_setenv("WIPERIG_LIBDIR", dir, TRUE);
	CU_ASSERT_EQUAL(run_quietly("--front", "broken"), 3);
	g_unsetenv("WIPERIG_LIBDIR");
	g_unlink(path);
	g_rmdir(dir);
}

static void spawn_unknown_front(void)
{
	const struct emulate_options options = { .front = "nonesuch" };
	g_autoptr(GError) error = NULL;
	pid_t pid = 77;
	int fd = 78;

	CU_ASSERT_FALSE(emulate_spawn(&options, &pid, &fd, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	CU_ASSERT_PTR_NOT_NULL(strstr(error->message, "nonesuch"));
	CU_ASSERT_EQUAL(pid, 77);
	CU_ASSERT_EQUAL(fd, 78);
}

TEST_SUITE(emulate, { "usage", usage }, { "broken front", broken_front },
	   { "spawn: unknown front", spawn_unknown_front })
