/* SPDX-License-Identifier: Apache-2.0 */
#include "paths.h"
#include "test.h"
#include <glib/gstdio.h>
#include <string.h>

static void make_file(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	CU_ASSERT_TRUE(g_file_set_contents(path, "", 0, NULL));
}

static void remove_file(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	g_unlink(path);
}

static void modules(void)
{
	static const char *const files[] = { "part-zebra.so", "part-ant.so", "part-.so", "part-ant.so.1", "ant.so" };
	g_autofree char *dir = g_dir_make_tmp("paths.XXXXXX", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(files); i++)
		make_file(dir, files[i]);
	g_setenv("WIPERIG_LIBDIR", dir, TRUE);
	g_auto(GStrv) names = path_modules("part-", ".so");
	g_autofree char *joined = g_strjoinv(" ", names);
	g_autofree char *found = path_module("part-ant.so");
	g_autofree char *expected = g_build_filename(dir, "part-ant.so", NULL);
	g_autofree char *missing = path_module("part-bee.so");
	g_autofree char *directory = path_module(".");
	g_unsetenv("WIPERIG_LIBDIR");
	g_autofree char *elsewhere = path_module("part-ant.so");
	CU_ASSERT_STRING_EQUAL(joined, "ant zebra");
	CU_ASSERT_STRING_EQUAL(found, expected);
	CU_ASSERT_PTR_NULL(missing);
	CU_ASSERT_PTR_NULL(directory);
	CU_ASSERT_PTR_NULL(elsewhere);
	for (guint i = 0; i < G_N_ELEMENTS(files); i++)
		remove_file(dir, files[i]);
	g_rmdir(dir);
}

static void no_such_folder(void)
{
	static const char *const values[] = { "/nonexistent", "/dev/null" };
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		g_setenv("WIPERIG_LIBDIR", values[i], TRUE);
		CU_ASSERT_FALSE(path_check_libdir(&error));
		CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
		CU_ASSERT(error && strstr(error->message, "WIPERIG_LIBDIR") && strstr(error->message, values[i]));
		g_clear_error(&error);
	}
	g_setenv("WIPERIG_LIBDIR", "/dev", TRUE);
	CU_ASSERT_TRUE(path_check_libdir(NULL));
	g_setenv("WIPERIG_LIBDIR", "", TRUE);
	CU_ASSERT_TRUE(path_check_libdir(NULL));
	g_unsetenv("WIPERIG_LIBDIR");
}

static void beside_program(void)
{
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *name = g_path_get_basename(program);
	g_autofree char *found = path_module(name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	CU_ASSERT_STRING_EQUAL(found, program);
}

TEST_SUITE(paths, { "modules", modules }, { "no such folder", no_such_folder },
	   { "beside the program", beside_program })
