/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks.h"
#include "rig/sample.h"
#include "rig/test.h"
#include <glib/gstdio.h>
#include <string.h>

/* Larger than what is read at a time. */
#define LARGE ((1 << 20) + 3)

static void put(const char *folder, const char *name, const void *data, gsize length)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	CU_ASSERT_TRUE(g_file_set_contents(path, data, (gssize)length, NULL));
}

static void drop_folder(const char *folder)
{
	g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
	const char *name;

	while (listing && (name = g_dir_read_name(listing))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		(void)g_remove(path);
	}
	(void)g_rmdir(folder);
}

/* Sorted; without what is hidden and without itself, although an older one is there. */
static void as_sha256sum_does(void)
{
	g_autofree char *folder = g_dir_make_tmp("wiperig-sums-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "SHA256SUMS", NULL), *text = NULL;
	g_autofree guint8 *large = g_malloc0(LARGE);
	g_autofree char *large_sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, large, LARGE);
	g_autofree char *wanted =
	    g_strdup_printf("%s  a.bin\n"
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty\n"
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  spool\n",
			    large_sum);
	struct sample *s = sample_new();

	put(folder, "spool", "abc", 3);
	put(folder, "a.bin", large, LARGE);
	put(folder, "empty", "", 0);
	put(folder, ".hidden", "x", 1);
	put(folder, "SHA256SUMS", "old", 3);
	CU_ASSERT_TRUE(sample_play(s, &sums_sink, folder, NULL));
	CU_ASSERT_TRUE(g_file_get_contents(path, &text, NULL, NULL));
	CU_ASSERT_STRING_EQUAL(text, wanted);
	sample_free(s);
	drop_folder(folder);
}

/* What cannot be read is an error that names it; the old sums stay. */
static void unreadable(void)
{
	g_autofree char *folder = g_dir_make_tmp("wiperig-sums-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "SHA256SUMS", NULL), *text = NULL;
	g_autofree char *inner = g_build_filename(folder, "b", NULL);
	g_autoptr(GError) error = NULL;
	struct sample *s = sample_new();

	put(folder, "SHA256SUMS", "old", 3);
	CU_ASSERT_EQUAL(g_mkdir(inner, 0700), 0);
	CU_ASSERT_FALSE(sample_play(s, &sums_sink, folder, &error));
	CU_ASSERT_PTR_NOT_NULL_FATAL(error);
	CU_ASSERT_PTR_NOT_NULL(strstr(error->message, "/b for SHA256SUMS: Is a directory"));
	CU_ASSERT_TRUE(g_file_get_contents(path, &text, NULL, NULL));
	CU_ASSERT_STRING_EQUAL(text, "old");
	(void)g_rmdir(inner);
	sample_free(s);
	drop_folder(folder);
}

static void no_folder(void)
{
	g_autoptr(GError) error = NULL;
	struct sample *s = sample_new();

	CU_ASSERT_FALSE(sample_play(s, &sums_sink, "/nowhere/at/all", &error));
	CU_ASSERT(error && strstr(error->message, "/nowhere/at/all/SHA256SUMS"));
	sample_free(s);
}

TEST_SUITE(sums, { "as sha256sum does", as_sha256sum_does }, { "unreadable", unreadable }, { "no folder", no_folder })
