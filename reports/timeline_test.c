/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks.h"
#include "rig/observe.h"
#include "rig/sample.h"
#include "rig/test.h"
#include <string.h>

/* Checks one line against the one before; `hash` is replaced by the line's own. */
static json_t *check_line(const char *line, guint seq, char hash[65])
{
	json_t *json = json_loads(line, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(json, "seq")), seq);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json, "prev")), hash);
	g_autofree char *own = g_compute_checksum_for_string(G_CHECKSUM_SHA256, line, -1);
	memcpy(hash, own, 64);
	return json;
}

static void chained(void)
{
	struct sample *s = sample_run(TRUE);
	gsize length;
	g_autofree char *text = sample_output(s, &timeline_sink, &length);
	char hash[65] = "0000000000000000000000000000000000000000000000000000000000000000";

	CU_ASSERT_EQUAL(text[length - 1], '\n');
	text[length - 1] = 0;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	CU_ASSERT_EQUAL_FATAL(g_strv_length(lines), s->events->len);
	for (guint i = 0; i < s->events->len; i++) {
		const struct event *event = s->events->pdata[i];
		json_t *json = check_line(lines[i], i + 1, hash);
		CU_ASSERT_EQUAL(json_integer_value(json_object_get(json, "time_ns")), event->time_ns);
		CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json, "type")), event_type_name(event->type));
		CU_ASSERT_EQUAL(json_is_null(json_object_get(json, "case")), event->case_no == 0);
		/* All of the event's own members are there. */
		json_t *own = event_json(event), *value;
		const char *key;
		json_object_foreach(own, key, value) CU_ASSERT(json_equal(json_object_get(json, key), value));
		json_decref(own);
		json_decref(json);
	}
	sample_free(s);
}

static json_t *only_line(const struct sample *s)
{
	gsize length;
	g_autofree char *text = sample_output(s, &timeline_sink, &length);
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	CU_ASSERT_PTR_EQUAL(strchr(text, '\n'), text + length - 1);
	return json;
}

#define IS_INTEGER(json, key, value) CU_ASSERT_EQUAL(json_integer_value(json_object_get(json, key)), value)
#define IS_TEXT(json, key, value) CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json, key)), value)

static void binary(void)
{
	struct sample *s = sample_new();
	struct {
		struct event_urb head;
		guint8 data[3];
	} urb = { { .submitted_ns = -9, .status = -32, .actual = 3, .endpoint = 0x81, .device = 1 },
		  { 0, 0x7f, 0xff } };

	s->time_ns = G_MININT64;
	sample_add_bytes(s, EVENT_URB, 0, &urb, sizeof urb.head + 3);
	json_t *json = only_line(s);
	IS_INTEGER(json, "time_ns", G_MININT64);
	IS_INTEGER(json, "submitted_ns", -9);
	IS_INTEGER(json, "status", -32);
	IS_INTEGER(json, "actual", 3);
	IS_INTEGER(json, "endpoint", 0x81);
	IS_INTEGER(json, "device", 1);
	IS_TEXT(json, "hex", "007fff");
	json_decref(json);
	sample_free(s);
}

static void add_command(struct sample *s, guint64 lba, guint64 number, guint32 count, guint8 content)
{
	struct disk_seen seen = { .lba = GUINT64_TO_LE(lba),
				  .number = GUINT64_TO_LE(number),
				  .count = GUINT32_TO_LE(count),
				  .queued_ns = GINT64_TO_LE(s->time_ns - 1),
				  .op = DISK_SEEN_WRITE,
				  .content = content };

	sample_add_bytes(s, EVENT_DISK, 1, &seen, sizeof seen);
}

/* What each line says: its record's number, first LBA, sectors, commands. */
struct stretch {
	guint seq, lba, count, commands;
};

static void expect_stretches(const struct sample *s, const struct stretch *wanted, guint lines)
{
	gsize length;
	g_autofree char *text = sample_output(s, &timeline_sink, &length);
	char hash[65] = "0000000000000000000000000000000000000000000000000000000000000000";

	text[length - 1] = 0;
	g_auto(GStrv) line = g_strsplit(text, "\n", -1);
	CU_ASSERT_EQUAL_FATAL(g_strv_length(line), lines);
	for (guint i = 0; i < lines; i++) {
		json_t *json = check_line(line[i], wanted[i].seq, hash);
		IS_INTEGER(json, "lba", wanted[i].lba);
		IS_INTEGER(json, "count", wanted[i].count);
		IS_INTEGER(json, "commands", wanted[i].commands);
		json_decref(json);
	}
}

/* Commands that go on are one line; anything else between, or another content, size or place, begins another. */
static void folded(void)
{
	static const struct stretch wanted[] = {
		{ 1, 0, 24, 3 }, { 4, 24, 4, 0 }, { 5, 28, 4, 0 },  { 6, 40, 16, 2 },
		{ 8, 0, 0, 0 },	 { 9, 56, 8, 0 }, { 10, 64, 8, 0 }, { 11, 72, 16, 2 }
	};
	struct sample *s = sample_new();

	s->time_ns = 100;
	for (guint i = 0; i < 3; i++, s->time_ns += 50)
		add_command(s, 8 * i, 1 + i, 8, CONTENT_ZERO);
	add_command(s, 24, 4, 4, CONTENT_ZERO);
	add_command(s, 28, 5, 4, CONTENT_RANDOM);
	add_command(s, 40, 6, 8, CONTENT_ZERO);
	add_command(s, 48, 7, 8, CONTENT_ZERO);
	sample_add(s, EVENT_NOTE, 1, "{'text':'between'}");
	add_command(s, 56, 8, 8, CONTENT_ZERO);
	add_command(s, 64, 10, 8, CONTENT_ZERO); /* not the next number */
	add_command(s, 72, 11, 8, CONTENT_DATA);
	add_command(s, 80, 12, 8, CONTENT_DATA);
	expect_stretches(s, wanted, G_N_ELEMENTS(wanted));
	sample_free(s);
}

/* A command without sectors does not go on from another; fingerprints are kept. */
static void not_folded(void)
{
	struct sample *s = sample_new();
	struct {
		struct disk_seen seen;
		guint64 samples[2];
	} command = { { .count = 8, .number = 1, .op = DISK_SEEN_WRITE, .samples = 2 }, { 1, 2 } };
	static const struct stretch wanted[] = { { 1, 5, 0, 0 }, { 2, 5, 0, 0 }, { 3, 0, 8, 0 }, { 4, 8, 8, 0 } };

	add_command(s, 5, 1, 0, CONTENT_NONE);
	add_command(s, 5, 2, 0, CONTENT_NONE);
	sample_add_bytes(s, EVENT_DISK, 1, &command, sizeof command);
	command.seen.lba = 8;
	command.seen.number = 2;
	sample_add_bytes(s, EVENT_DISK, 1, &command, sizeof command);
	expect_stretches(s, wanted, G_N_ELEMENTS(wanted));
	sample_free(s);
}

/* What is no JSON is kept as bytes; what would meet the line's own members gives way; a line stays a line. */
static void odd_payloads(void)
{
	struct sample *s = sample_new();

	sample_add_bytes(s, EVENT_NOTE, 0, "{\"text\":\"\xff\"}", 12);
	json_t *json = only_line(s);
	IS_TEXT(json, "hex", "7b2274657874223a22ff227d");
	json_decref(json);
	sample_free(s);

	s = sample_new();
	sample_add(s, EVENT_NOTE, 0, "{\n'text':'a',\n'seq':7, 'type':'x'}");
	json = only_line(s);
	IS_TEXT(json, "text", "a");
	IS_INTEGER(json, "seq", 1);
	IS_TEXT(json, "type", "note");
	json_decref(json);
	sample_free(s);

	s = sample_new();
	sample_add_bytes(s, 200, 0, NULL, 0);
	json = only_line(s);
	IS_TEXT(json, "type", "200");
	IS_TEXT(json, "hex", "");
	json_decref(json);
	sample_free(s);
}

static void write_failures(void)
{
	struct sample *s = sample_run(TRUE);

	sample_check_write_failures(s, &timeline_sink);
	sample_free(s);
}

TEST_SUITE(timeline, { "chained", chained }, { "binary", binary }, { "folded", folded }, { "not folded", not_folded },
	   { "odd payloads", odd_payloads }, { "write failures", write_failures })
