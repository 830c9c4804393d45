/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks.h"
#include "sr_archive.h"
#include "trace_sample.h"
#include "rig/lines.h"
#include "rig/test.h"
#include "rig/units.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <zip.h>

/* A file of the archive as libzip reads it, checked against its CRC; NULL if there is none. */
static char *read_file(const char *path, const char *name, gsize *length)
{
	int code = 0;
	zip_t *zip = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
	zip_stat_t stat;
	char *bytes = NULL;

	CU_ASSERT_PTR_NOT_NULL_FATAL(zip);
	if (zip_stat(zip, name, 0, &stat) == 0) {
		zip_file_t *file = zip_fopen(zip, name, 0);
		bytes = g_malloc0(stat.size + 1);
		CU_ASSERT_EQUAL(zip_fread(file, bytes, stat.size), (zip_int64_t)stat.size);
		CU_ASSERT_EQUAL(zip_fread(file, &(char){ 0 }, 1), 0); /* its end: the CRC is checked */
		CU_ASSERT_EQUAL(zip_fclose(file), 0);
		*length = stat.size;
	}
	zip_discard(zip);
	return bytes;
}

static void archive(void)
{
	static const char *const names[] = { "one", "two", NULL };
	g_autofree char *folder = g_dir_make_tmp("sr-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "a.sr", NULL);
	struct sr_archive *archive = sr_archive_new(24000000, names, "about\nit");
	gsize length, size;

	sr_archive_run(archive, 1, 3);
	sr_archive_run(archive, 2, 1000);
	g_autoptr(GBytes) bytes = sr_archive_finish(archive, NULL);
	sr_archive_free(archive);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	gconstpointer data = g_bytes_get_data(bytes, &size);
	CU_ASSERT_TRUE(g_file_set_contents(path, data, (gssize)size, NULL));
	g_autofree char *version = read_file(path, "version", &length);
	CU_ASSERT_STRING_EQUAL(version, "2");
	g_autofree char *metadata = read_file(path, "metadata", &length);
	CU_ASSERT_STRING_EQUAL(metadata,
			       "# about\n# it\n[global]\nsigrok version=0.5.2\n\n[device 1]\ncapturefile=logic-1\n"
			       "total probes=2\nsamplerate=24000000\ntotal analog=0\nprobe1=one\nprobe2=two\n"
			       "unitsize=1\n");
	g_autofree char *samples = read_file(path, "logic-1-1", &length);
	CU_ASSERT_EQUAL_FATAL(length, 1003);
	for (guint i = 0; i < length; i++)
		CU_ASSERT_EQUAL(samples[i], i < 3 ? 1 : 2);
	g_unlink(path);
	g_rmdir(folder);
}

struct files {
	char *folder;
	GPtrArray *names; /* of char *, in order */
};

static gint by_name(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

static void play(struct files *files, struct sample *s)
{
	files->folder = g_dir_make_tmp("sr-XXXXXX", NULL);
	files->names = g_ptr_array_new_with_free_func(g_free);
	CU_ASSERT_TRUE(sample_play(s, &logic_sr_sink, files->folder, NULL));
	g_autoptr(GDir) dir = g_dir_open(files->folder, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(dir)))
		g_ptr_array_add(files->names, g_strdup(name));
	g_ptr_array_sort(files->names, by_name);
	sample_free(s);
}

static char *read_of(const struct files *files, guint i, const char *name, gsize *length)
{
	CU_ASSERT_FATAL(i < files->names->len);
	g_autofree char *path = g_build_filename(files->folder, files->names->pdata[i], NULL);

	return read_file(path, name, length);
}

static void files_clear(struct files *files)
{
	for (guint i = 0; i < files->names->len; i++) {
		g_autofree char *path = g_build_filename(files->folder, files->names->pdata[i], NULL);
		g_unlink(path);
	}
	CU_ASSERT_EQUAL(g_rmdir(files->folder), 0);
	g_free(files->folder);
	g_ptr_array_unref(files->names);
}

/* One file a window, named after case, window and reason; an unfinished window has one, too. */
static void windows(void)
{
	const guint64 t = 100 * (guint64)NS_PER_S;
	struct sample *s = sample_new();
	struct trace_sample_lines lines;
	struct files files;
	gsize length;

	sample_add(s, EVENT_RUN_BEGIN, 0, "{'emulated':true}");
	sample_add(s, EVENT_CASE_BEGIN, 7, "{'case':'PWR-01[a=b]'}");
	trace_sample_lines_begin(&lines, s, 7);
	line_capture_levels(lines.capture, t, 1u << LINE_CONSOLE_TX | 1u << LINE_DISK_BUSY);
	line_capture_trigger(lines.capture, (gint64)t, CAPTURE_AROUND_NS, LINES_PANEL);
	line_capture_trigger(lines.capture, (gint64)t, CAPTURE_AROUND_NS, LINES_FAILURE);
	line_capture_levels(lines.capture, t + 2500, 1u << LINE_CONSOLE_TX);
	line_capture_reached(lines.capture, t + NS_PER_S);
	trace_sample_lines_end(&lines);
	trace_sample_lines_begin(&lines, s, 8);
	line_capture_reached(lines.capture, 5000500);
	line_capture_flush(lines.capture);
	line_capture_free(lines.capture);
	sample_add(s, EVENT_CASE_BEGIN, 9, "{'case':'next'}");
	trace_sample_lines_begin(&lines, s, 9);
	line_capture_reached(lines.capture, 1000);
	trace_sample_lines_end(&lines);
	play(&files, s);
	CU_ASSERT_EQUAL_FATAL(files.names->len, 4);
	CU_ASSERT_STRING_EQUAL(files.names->pdata[0], "logic-00007-01-start.sr");
	CU_ASSERT_STRING_EQUAL(files.names->pdata[1], "logic-00007-02-failure.sr");
	CU_ASSERT_STRING_EQUAL(files.names->pdata[2], "logic-00008-01-start.sr");
	g_autofree char *metadata = read_of(&files, 1, "metadata", &length);
	CU_ASSERT_TRUE(strstr(metadata, "# EMULATED") && strstr(metadata, "case 7: PWR-01[a=b]\n"));
	CU_ASSERT_TRUE(strstr(metadata, "probe1=main_power\n") && strstr(metadata, "probe8=marker\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(metadata, "is at 99900000000 ns of the case"));
	g_autofree char *samples = read_of(&files, 1, "logic-1-1", &length);
	CU_ASSERT_EQUAL_FATAL(length, 200000);
	for (guint i = 0; i < length; i++)
		CU_ASSERT_EQUAL((guint8)samples[i],
				1u << LINE_CONSOLE_TX | (i >= 100000 && i < 100003 ? 1u << LINE_DISK_BUSY : 0));
	g_autofree char *unfinished = read_of(&files, 2, "logic-1-1", &length);
	CU_ASSERT_EQUAL(length, 5001);
	files_clear(&files);
}

/* Channels stand side by side, whichever lines they are. */
static void some_lines(void)
{
	struct sample *s = sample_new();
	g_autoptr(GByteArray) part = g_byte_array_new();
	struct event_lines head = { .tick = LINES_TICK_NS / 2 * 3,
				    .to = 4,
				    .rate_hz = 700000000,
				    .error_ns = 12,
				    .lines = 1u << LINE_MARKER | 1u << LINE_RESET,
				    .levels = 1u << LINE_MAIN_POWER,
				    .flags = LINES_FIRST | LINES_LAST,
				    .window = 1 };
	struct files files;
	gsize length;

	sample_add(s, EVENT_CASE_BEGIN, 1, "{'case':'A'}");
	g_byte_array_append(part, (const guint8 *)&head, sizeof head);
	lines_append(part, 1, FALSE, 1u << LINE_MARKER | 1u << LINE_PANEL_SWITCH);
	lines_append(part, 1, FALSE, 1u << LINE_RESET);
	lines_append(part, 1, FALSE, 0xff);
	sample_add_bytes(s, EVENT_LINES, 1, part->data, part->len);
	play(&files, s);
	g_autofree char *metadata = read_of(&files, 0, "metadata", &length);
	CU_ASSERT_PTR_NOT_NULL(strstr(metadata, "total probes=2\nsamplerate=700000000\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(metadata, "probe1=reset\nprobe2=marker\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(metadata, "a sample takes 1.500000 ns; times are right within 12 ns (99.7 %)"));
	g_autofree char *samples = read_of(&files, 0, "logic-1-1", &length);
	CU_ASSERT(length == 4 && memcmp(samples, "\0\2\1\3", 4) == 0);
	files_clear(&files);
}

static void nothing_seen(void)
{
	struct files files;

	play(&files, trace_sample_blind());
	CU_ASSERT_EQUAL(files.names->len, 1); /* its lines */
	files_clear(&files);
	play(&files, sample_run(TRUE));
	CU_ASSERT_EQUAL(files.names->len, 0);
	files_clear(&files);
}

static void failures(void)
{
	struct sample *s = trace_sample_new();
	g_autoptr(GError) error = NULL;

	CU_ASSERT_FALSE(sample_play(s, &logic_sr_sink, "/nonexistent", &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	CU_ASSERT(strstr(error->message, "/nonexistent/logic-00001-01-start.sr: ") &&
		  strstr(error->message, g_strerror(ENOENT)));
	sample_free(s);
}

TEST_SUITE(logic_sr, { "archive", archive }, { "windows", windows }, { "some lines", some_lines },
	   { "nothing seen", nothing_seen }, { "failures", failures })
