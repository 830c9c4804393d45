/* SPDX-License-Identifier: Apache-2.0 */
/* What goes into a log of writes and in which order; log_writes_test.sh replays one. */
#include "sinks.h"
#include "trace_sample.h"
#include "rig/disk_pattern.h"
#include "rig/test.h"
#include "rig/units.h"
#include <glib/gstdio.h>
#include <string.h>

#define SECTOR 512u

/* A log, by entries. */
struct log {
	guint8 *bytes;
	gsize length;
	GPtrArray *entries; /* of const guint8 *, into `bytes` */
};

static guint64 number_at(const guint8 *bytes, gsize at)
{
	guint64 number;

	memcpy(&number, bytes + at, sizeof number);
	return GUINT64_FROM_LE(number);
}

static struct log log_of(struct sample *s, const struct sink *sink)
{
	struct log log = { .entries = g_ptr_array_new() };
	gsize at = SECTOR;

	sample_add(s, EVENT_CASE_END, 1, "{'verdict':'pass'}");
	log.bytes = (guint8 *)sample_output(s, sink, &log.length);
	CU_ASSERT_EQUAL(number_at(log.bytes, 0), G_GUINT64_CONSTANT(0x6a736677736872));
	for (guint64 i = 0; i < number_at(log.bytes, 16); i++) {
		CU_ASSERT_FATAL(at + SECTOR <= log.length);
		g_ptr_array_add(log.entries, log.bytes + at);
		at += SECTOR * (1 + number_at(log.bytes + at, 8));
	}
	CU_ASSERT_EQUAL(at, log.length);
	sample_free(s);
	return log;
}

static void log_clear(struct log *log)
{
	g_free(log->bytes);
	g_ptr_array_unref(log->entries);
}

/* The order of entries: W LBA+sectors, f for a forced one, F for a flush, and of marks what stands behind "power cut"
 * and "not in this log". */
static gboolean is(struct log *log, const char *expected)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < log->entries->len; i++) {
		const guint8 *entry = g_ptr_array_index(log->entries, i);
		const char *mark = (const char *)entry + 32, *cut = strstr(mark, " is "), *gone = strstr(mark, "log: ");
		if (number_at(entry, 16) == 8)
			g_string_append_printf(text, "%s", cut ? cut + 4 : gone ? gone + 5 : "");
		else if (number_at(entry, 8))
			g_string_append_printf(text, "W%u+%u%s", (guint)number_at(entry, 0), (guint)number_at(entry, 8),
					       number_at(entry, 16) & 2 ? "f" : "");
		else
			g_string_append_c(text, number_at(entry, 16) & 1 ? 'F' : '?');
		g_string_append(text, number_at(entry, 16) == 8 && !cut && !gone ? "" : " ");
	}
	gboolean same = g_str_equal(text->str, expected);
	if (!same)
		g_printerr("\nthe log is: %s\n", text->str);
	log_clear(log);
	return same;
}

static struct sample *begin(void)
{
	struct sample *s = sample_new();

	s->time_ns = NS_PER_S;
	sample_add(s, EVENT_CASE_BEGIN, 1, "{'case':'A'}");
	return s;
}

static void wrote(struct sample *s, guint number, guint64 lba, guint32 count, guint8 flags)
{
	trace_sample_disk(s, 1, 0,
			  (struct disk_seen){ .op = DISK_SEEN_WRITE,
					      .number = number,
					      .lba = lba,
					      .count = count,
					      .content = CONTENT_ZERO,
					      .flags = flags });
}

static void other(struct sample *s, enum disk_seen_op op, guint number, guint64 sectors)
{
	trace_sample_disk(s, 1, 0, (struct disk_seen){ .op = (guint8)op, .number = number, .generator = sectors });
}

static void order(void)
{
	struct sample *s = begin();
	struct log log;

	wrote(s, 1, 10, 1, 0);
	wrote(s, 2, 20, 2, DISK_SEEN_FUA);
	wrote(s, 3, 30, 3, 0);
	other(s, DISK_SEEN_FLUSH, 4, 0);
	wrote(s, 5, 50, 5, 0);
	log = log_of(s, &log_writes_sink);
	CU_ASSERT_TRUE(is(&log, "W20+2f W10+1 W30+3 F W50+5 "));
}

static void power_cut(void)
{
	struct sample *s = begin();
	struct log log;

	for (guint i = 1; i <= 5; i++)
		wrote(s, i, 10 * i, 8, i == 5 ? DISK_SEEN_ABORTED | DISK_SEEN_FUA : 0);
	other(s, DISK_SEEN_LOST, 1, 0);
	other(s, DISK_SEEN_KEPT, 2, 0);
	other(s, DISK_SEEN_TORN, 3, 5);
	other(s, DISK_SEEN_TORN, 4, 0);
	other(s, DISK_SEEN_KEPT, 5, 0);
	wrote(s, 6, 60, 1, 0);
	other(s, DISK_SEEN_SET_SIZE, 0, 0);
	other(s, DISK_SEEN_FLUSH, 7, 0);
	log = log_of(s, &log_writes_sink);
	CU_ASSERT_TRUE(is(&log, "lost on the medium W20+8 torn W30+5 torn on the medium W50+8 W60+1 F "));
}

static void add_part(struct sample *s, guint number, guint offset, const guint8 *bytes, gsize length)
{
	const struct disk_part part = { .number = number, .offset = offset };
	g_autoptr(GByteArray) both = g_byte_array_new();

	g_byte_array_append(both, (const guint8 *)&part, sizeof part);
	g_byte_array_append(both, bytes, (guint)length);
	sample_add_bytes(s, EVENT_DISK_BYTES, 1, both->data, both->len);
}

static void add_content(struct sample *s, guint count, guint8 content, guint64 generator, guint8 flags)
{
	trace_sample_disk(s, 1, 0,
			  (struct disk_seen){ .op = DISK_SEEN_WRITE,
					      .number = 1,
					      .lba = 7,
					      .count = count,
					      .content = content,
					      .generator = generator,
					      .flags = flags | DISK_SEEN_FUA });
}

static void data(void)
{
	g_autofree guint8 *bytes = g_malloc(80 * SECTOR);
	guint8 expected[SECTOR];
	struct sample *s = begin();

	for (guint i = 0; i < 80 * SECTOR; i++)
		bytes[i] = (guint8)(i * 7 + i / SECTOR);
	add_content(s, 1, CONTENT_RANDOM, 99, DISK_SEEN_PATTERN);
	add_content(s, 1, CONTENT_CONSTANT, 0x0102030405060708, 0);
	add_part(s, 1, 0, bytes, DISK_PART_BYTES);
	add_part(s, 1, DISK_PART_BYTES, bytes + DISK_PART_BYTES, 80 * SECTOR - DISK_PART_BYTES);
	add_content(s, 80, CONTENT_RANDOM, 1234, DISK_SEEN_BYTES);
	struct log log = log_of(s, &log_writes_sink);
	CU_ASSERT_EQUAL_FATAL(log.entries->len, 1 + 3);
	const guint8 *random = g_ptr_array_index(log.entries, 1), *word = g_ptr_array_index(log.entries, 2);
	disk_pattern_random(99, 7, 1, expected);
	CU_ASSERT_EQUAL(memcmp(random + SECTOR, expected, SECTOR), 0);
	CU_ASSERT_EQUAL(number_at(word + SECTOR, SECTOR - 8), 0x0102030405060708);
	CU_ASSERT_EQUAL(memcmp((guint8 *)g_ptr_array_index(log.entries, 3) + SECTOR, bytes, 80 * SECTOR), 0);
	log_clear(&log);
}

/* A case of which something is not known, or that is too large, is a mark; those after it are there. */
static void left_out(void)
{
	static const struct {
		struct disk_seen seen;
		const char *log;
	} cases[] = {
		{ { .op = DISK_SEEN_WRITE, .count = 1, .content = CONTENT_DATA }, "not in the spool" },
		{ { .op = DISK_SEEN_WRITE, .count = 1, .content = CONTENT_RANDOM, .flags = DISK_SEEN_BYTES },
		  "not in the spool" },
		{ { .op = DISK_SEEN_WRITE, .count = 1, .content = CONTENT_ZERO, .result = -2 }, "failed" },
		{ { .op = DISK_SEEN_WRITE, .count = 1 << 20, .content = CONTENT_ZERO }, "do not fit" },
		{ { .op = DISK_SEEN_SWAPPED }, "another disk" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sample *s = begin();
		wrote(s, 1, 10, 1, DISK_SEEN_FUA);
		trace_sample_disk(s, 1, 0, cases[i].seen);
		wrote(s, 3, 30, 1, DISK_SEEN_FUA);
		sample_add(s, EVENT_CASE_END, 1, "{'verdict':'pass'}");
		sample_add(s, EVENT_CASE_BEGIN, 1, "{'case':'B'}");
		wrote(s, 1, 40, 1, 0);
		struct log log = log_of(s, &log_writes_sink);
		CU_ASSERT_EQUAL_FATAL(log.entries->len, 4);
		CU_ASSERT_PTR_NOT_NULL(strstr((const char *)g_ptr_array_index(log.entries, 0) + 32, cases[i].log));
		CU_ASSERT_EQUAL(number_at(g_ptr_array_index(log.entries, 3), 0), 40);
		log_clear(&log);
	}
}

/* A large case that passed leaves half of the file to those that do not, unless none is to come. */
static void shares(void)
{
	static const struct {
		const char *run, *end;
		gboolean there;
	} cases[] = {
		{ "{'cases':2,'emulated':false}", "{'verdict':'pass'}", FALSE },
		{ "{'cases':2,'emulated':false}", "{'verdict':'fail'}", TRUE },
		{ "{'cases':1,'emulated':false}", "{'verdict':'pass'}", TRUE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sample *s = sample_new();
		sample_add(s, EVENT_RUN_BEGIN, 0, cases[i].run);
		sample_add(s, EVENT_CASE_BEGIN, 1, "{'case':'A'}");
		wrote(s, 1, 10, (130 << 20) / SECTOR, DISK_SEEN_FUA);
		sample_add(s, EVENT_CASE_END, 1, cases[i].end);
		struct log log = log_of(s, &log_writes_sink);
		CU_ASSERT_TRUE(is(&log, cases[i].there ? "W10+266240f "
						       : "they do not fit into what cases that passed "
							 "may have of the 256 MB of this file "));
	}
}

/* What the drive refused was not written. */
static void refused(void)
{
	struct sample *s = begin();

	trace_sample_disk(s, 1, 0, (struct disk_seen){ .op = DISK_SEEN_WRITE, .count = 1, .result = -1 });
	wrote(s, 2, 10, 1, 0);
	struct log log = log_of(s, &log_writes_sink);
	CU_ASSERT_TRUE(is(&log, "W10+1 "));
}

static void second_disk(void)
{
	struct sample *s = begin();

	wrote(s, 1, 10, 1, 0);
	trace_sample_disk(
	    s, 1, 0,
	    (struct disk_seen){ .op = DISK_SEEN_WRITE, .lba = 90, .count = 1, .disk = 1, .content = CONTENT_ZERO });
	struct log log = log_of(s, &log_writes_2_sink);
	CU_ASSERT_TRUE(is(&log, "W90+1 "));
}

static void nothing_written(void)
{
	g_autofree char *folder = g_dir_make_tmp("sink-XXXXXX", NULL);
	struct sample *s = begin();

	other(s, DISK_SEEN_READ, 1, 0);
	sample_add_bytes(s, EVENT_DISK, 1, "short", 5);
	sample_add_bytes(s, EVENT_DISK_BYTES, 1, "short", 5);
	CU_ASSERT_TRUE(sample_play(s, &log_writes_sink, folder, NULL));
	CU_ASSERT_EQUAL(g_rmdir(folder), 0);
	sample_free(s);
}

static void write_failures(void)
{
	struct sample *s = begin();

	for (guint i = 0; i < 2000; i++)
		wrote(s, i, 10, 1, 0);
	sample_check_write_failures(s, &log_writes_sink);
	sample_free(s);
}

TEST_SUITE(log_writes, { "order", order }, { "power cut", power_cut }, { "data", data }, { "left out", left_out },
	   { "shares", shares }, { "refused", refused }, { "second disk", second_disk },
	   { "nothing written", nothing_written }, { "write failures", write_failures })
