/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue over the real modules, and over folders with something wrong. */
#include "defect.h"
#include "error.h"
#include "requirement.h"
#include "slot.h"
#include "test.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void every_module(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) defects = defect_list(&error);
	struct requirement_table *table = requirement_table_load_default(&error);
	const char *before = "";

	CU_ASSERT_PTR_NULL_FATAL(error);
	CU_ASSERT(defects->len >= 23);
	for (guint i = 0; i < defects->len; i++) {
		const struct defect_info *info = g_ptr_array_index(defects, i);

		CU_ASSERT(strcmp(before, info->name) < 0);
		CU_ASSERT_PTR_NOT_NULL(requirement_table_find(table, info->requirement));
		CU_ASSERT(strlen(info->summary) > 10 && strlen(info->seen) > 5);
		before = info->name;
	}
	requirement_table_free(table);
}

static void parts_too(void)
{
	static const struct defect first = { "a-drive", "is no good at all", "ERA-01", "here and there", NULL, NULL };
	static const struct defect last = { "z-drive", "is no better, either", "PWR-04", "nowhere yet", NULL, NULL };
	static const struct defect *const drives[] = { &last, NULL }, *const wires[] = { &first, NULL };
	static const struct known_bad parts[] = { { "drive", drives }, { "wire", wires }, { NULL, NULL } };
	g_autoptr(GPtrArray) modules = defect_list(NULL), all = defect_list_all(parts, NULL),
			     none = defect_list_all(NULL, NULL);

	CU_ASSERT_FATAL(modules && all && none);
	CU_ASSERT_EQUAL(all->len, modules->len + 2);
	CU_ASSERT_EQUAL(none->len, modules->len);
	CU_ASSERT_STRING_EQUAL(((struct defect_info *)g_ptr_array_index(all, 0))->name, "a-drive");
	CU_ASSERT_STRING_EQUAL(((struct defect_info *)g_ptr_array_index(all, all->len - 1))->requirement, "PWR-04");
	CU_ASSERT_STRING_EQUAL(defect_find_part(parts, "z-drive"), "drive");
	CU_ASSERT_STRING_EQUAL(defect_find_part(parts, "a-drive"), "wire");
	CU_ASSERT_PTR_NULL(defect_find_part(parts, "accepts-twice"));
	CU_ASSERT_PTR_NULL(defect_find_part(NULL, "a-drive"));
}

/* Lists what is in a folder with one file defects/NAME in it, and no other. */
static void expect_refused(const char *from, const char *name, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *build = g_path_get_dirname(program);
	g_autofree char *source = from ? g_build_filename(build, from, NULL) : NULL;
	g_autofree char *folder = g_dir_make_tmp("defects-XXXXXX", &error);
	g_autofree char *defects = g_build_filename(folder, "defects", NULL);
	g_autofree char *path = g_build_filename(defects, name, NULL);

	CU_ASSERT_EQUAL(g_mkdir(defects, 0700), 0);
	CU_ASSERT_TRUE(source ? symlink(source, path) == 0 : g_file_set_contents(path, "no module", -1, NULL));
	g_setenv("WIPERIG_LIBDIR", folder, TRUE);
	g_autoptr(GPtrArray) list = defect_list(&error);
	g_unsetenv("WIPERIG_LIBDIR");
	CU_ASSERT_PTR_NULL(list);
	CU_ASSERT_TRUE_FATAL(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	CU_ASSERT_PTR_NOT_NULL(strstr(error->message, name));
	CU_ASSERT_PTR_NOT_NULL(strstr(error->message, words));
	g_unlink(path);
	g_rmdir(defects);
	g_rmdir(folder);
}

static void bad_modules(void)
{
	expect_refused(NULL, "a-text.so", "file too short");
	expect_refused("firmware/reference.so", "a-good-one.so", "no symbol `defect`");
	expect_refused("defects/accepts-twice.so", "another-name.so", "calls itself accepts-twice");
}

TEST_SUITE(defect, { "every module", every_module }, { "parts too", parts_too }, { "bad modules", bad_modules })
