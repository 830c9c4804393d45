/* SPDX-License-Identifier: Apache-2.0 */
#include "outfiles.h"
#include "rig/test.h"
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static gint by_name(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

/* The folder's files in order, "NAME=CONTENT" each. */
static char *listing(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL), *text = NULL;
		g_file_get_contents(path, &text, NULL, NULL);
		g_ptr_array_add(lines, g_strdup_printf("%s=%s", name, text));
	}
	g_ptr_array_sort(lines, by_name);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv(" ", (char **)lines->pdata);
}

static void expect(const char *folder, const char *wanted)
{
	g_autofree char *found = listing(folder);

	if (!g_str_equal(found, wanted))
		g_printerr("\nfound: %s\n", found);
	CU_ASSERT_STRING_EQUAL(found, wanted);
}

static void put(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	CU_ASSERT_TRUE(g_file_set_contents(path, text, -1, NULL));
}

static void remove_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_unlink(path);
	}
	CU_ASSERT_EQUAL(g_rmdir(folder), 0);
}

static void all_or_none(void)
{
	g_autofree char *folder = g_dir_make_tmp("outfiles-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "a-1", NULL);
	mode_t mask = umask(0);
	GStatBuf status;

	umask(mask);
	put(folder, "a-1", "old");
	put(folder, "b", "other");
	struct outfiles *files = outfiles_new(folder, "a-");
	CU_ASSERT_TRUE(outfiles_add(files, "a-1", "one", 3, NULL));
	CU_ASSERT_TRUE(outfiles_add(files, "a-2", "", 0, NULL));
	expect(folder, ".a-1.new=one .a-2.new= a-1=old b=other");
	CU_ASSERT_TRUE(outfiles_close(files, FALSE, NULL));
	expect(folder, "a-1=one a-2= b=other");
	CU_ASSERT(g_stat(path, &status) == 0 && (status.st_mode & 0777) == (0666 & ~mask));

	files = outfiles_new(folder, "a-");
	CU_ASSERT_TRUE(outfiles_add(files, "a-1", "two", 3, NULL));
	CU_ASSERT_TRUE(outfiles_close(files, TRUE, NULL));
	expect(folder, "a-1=one a-2= b=other");
	CU_ASSERT_TRUE(outfiles_close(outfiles_new(folder, "a-"), FALSE, NULL));
	remove_folder(folder);
}

/* What a making that was killed has left behind goes; what only looks like it stays. */
static void leftovers(void)
{
	g_autofree char *folder = g_dir_make_tmp("outfiles-XXXXXX", NULL);

	put(folder, ".a-1.new", "x");
	put(folder, ".b-1.new", "x");
	put(folder, ".a-1.old", "x");
	put(folder, "a-1.new", "x");
	struct outfiles *files = outfiles_new(folder, "a-");
	expect(folder, ".a-1.old=x .b-1.new=x a-1.new=x");
	CU_ASSERT_TRUE(outfiles_close(files, TRUE, NULL));
	remove_folder(folder);
}

/* One that fails takes all with it. */
static void failures(void)
{
	g_autofree char *folder = g_dir_make_tmp("outfiles-XXXXXX", NULL);
	g_autofree char *in_the_way = g_build_filename(folder, ".a-2.new", NULL);
	g_autofree char *taken = g_build_filename(folder, "a-1", NULL);
	g_autoptr(GError) error = NULL, later = NULL;

	struct outfiles *files = outfiles_new(folder, "a-");
	CU_ASSERT_TRUE(outfiles_add(files, "a-1", "one", 3, NULL));
	CU_ASSERT_EQUAL(g_mkdir(in_the_way, 0777), 0);
	CU_ASSERT_FALSE(outfiles_add(files, "a-2", "two", 3, &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG) && strstr(error->message, "/a-2: "));
	CU_ASSERT_EQUAL(g_rmdir(in_the_way), 0);
	CU_ASSERT_FALSE(outfiles_close(files, FALSE, &later));
	CU_ASSERT(g_error_matches(later, RIG_ERROR, RIG_ERROR_RIG));
	expect(folder, "");

	/* Its place is taken by a folder. */
	g_clear_error(&error);
	CU_ASSERT_EQUAL(g_mkdir(taken, 0777), 0);
	files = outfiles_new(folder, "a-");
	CU_ASSERT_TRUE(outfiles_add(files, "a-1", "one", 3, NULL));
	CU_ASSERT_FALSE(outfiles_close(files, FALSE, &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG) && strstr(error->message, "a-1: "));
	CU_ASSERT_EQUAL(g_rmdir(taken), 0);
	expect(folder, "");
	CU_ASSERT_EQUAL(g_rmdir(folder), 0);

	g_clear_error(&error);
	files = outfiles_new(folder, "a-");
	CU_ASSERT_FALSE(outfiles_add(files, "a-1", "one", 3, &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG) && strstr(error->message, folder));
	CU_ASSERT_TRUE(outfiles_close(files, TRUE, NULL));
}

TEST_SUITE(outfiles, { "all or none", all_or_none }, { "leftovers", leftovers }, { "failures", failures })
