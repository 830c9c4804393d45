/* SPDX-License-Identifier: Apache-2.0 */
#include "outfile.h"
#include "rig/test.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static guint files_in(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint count = 0;

	while (dir && g_dir_read_name(dir))
		count++;
	return count;
}

static void whole_or_not_at_all(void)
{
	g_autofree char *folder = g_dir_make_tmp("outfile-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "a", NULL);
	g_autofree char *big = g_malloc(200000);
	g_autofree char *text = NULL;
	gsize length;
	GStatBuf status;
	mode_t mask = umask(0);

	umask(mask);
	memset(big, 'x', 200000);
	struct outfile *file = outfile_open(folder, "a", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_TRUE(outfile_puts(file, "head", NULL));
	CU_ASSERT_TRUE(outfile_write(file, big, 200000, NULL));
	CU_ASSERT_TRUE(outfile_write(file, big, 65536, NULL));
	CU_ASSERT_TRUE(outfile_puts(file, "tail", NULL));
	CU_ASSERT_FALSE(g_file_test(path, G_FILE_TEST_EXISTS));
	CU_ASSERT_TRUE(outfile_close(file, FALSE, NULL));
	CU_ASSERT_TRUE(g_file_get_contents(path, &text, &length, NULL));
	CU_ASSERT_EQUAL(length, 265544);
	CU_ASSERT(memcmp(text, "headx", 5) == 0 && memcmp(text + length - 5, "xtail", 5) == 0);
	CU_ASSERT(g_stat(path, &status) == 0 && (status.st_mode & 0777) == (0666 & ~mask));

	file = outfile_open(folder, "a", NULL);
	CU_ASSERT_TRUE(outfile_puts(file, "other", NULL));
	CU_ASSERT_TRUE(outfile_close(file, TRUE, NULL));
	CU_ASSERT(g_stat(path, &status) == 0 && status.st_size == 265544);
	CU_ASSERT_EQUAL(files_in(folder), 1);
	g_unlink(path);
	CU_ASSERT_EQUAL(g_rmdir(folder), 0);
}

static void failures(void)
{
	g_autofree char *folder = g_dir_make_tmp("outfile-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "a", NULL);
	g_autoptr(GError) error = NULL;

	CU_ASSERT_PTR_NULL(outfile_open("/nonexistent", "a", &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG) && strstr(error->message, "/nonexistent/a: "));
	g_clear_error(&error);
	/* The place is taken by a folder: the rename fails, nothing stays. */
	CU_ASSERT_EQUAL(g_mkdir(path, 0700), 0);
	struct outfile *file = outfile_open(folder, "a", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_FALSE(outfile_close(file, FALSE, &error));
	CU_ASSERT(error && strstr(error->message, path) && strstr(error->message, g_strerror(EISDIR)));
	CU_ASSERT_EQUAL(files_in(folder), 1);
	g_rmdir(path);
	CU_ASSERT_EQUAL(g_rmdir(folder), 0);
}

TEST_SUITE(outfile, { "whole or not at all", whole_or_not_at_all }, { "failures", failures })
