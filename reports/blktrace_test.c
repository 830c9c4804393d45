/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks.h"
#include "trace_sample.h"
#include "rig/test.h"
#include "rig/units.h"
#include <glib/gstdio.h>
#include <string.h>

#define RECORD 48

struct record {
	guint32 magic, sequence;
	guint64 time_ns, sector;
	guint32 bytes, action, pid, device, cpu;
	guint16 error, payload_length;
	char payload[256];
};

/* Of struct record, in the order of the file. */
static GArray *records(struct sample *s, const struct sink *sink)
{
	GArray *all = g_array_new(FALSE, TRUE, sizeof(struct record));
	gsize length;
	g_autofree char *bytes = sample_output(s, sink, &length);

	for (gsize at = 0; at < length;) {
		struct record record = { 0 };
		CU_ASSERT_FATAL(at + RECORD <= length);
		memcpy(&record, bytes + at, RECORD);
		at += RECORD;
		CU_ASSERT_FATAL(at + record.payload_length <= length && record.payload_length < sizeof record.payload);
		memcpy(record.payload, bytes + at, record.payload_length);
		at += record.payload_length;
		g_array_append_val(all, record);
	}
	sample_free(s);
	return all;
}

enum { READ = 1 << 16, WRITE = 2 << 16, FLUSH = 4 << 16, QUEUED = 1, ISSUED = 7, COMPLETED = 8, NOTIFY = 0x400 << 16 };
#define FUA (0x8000u << 16)

static guint count(const GArray *all, guint32 kind, guint32 action)
{
	guint n = 0;

	for (guint i = 0; i < all->len; i++) {
		const struct record *r = &g_array_index(all, struct record, i);
		n += !(r->action & NOTIFY) && r->action & kind && (r->action & 0xffff) == action;
	}
	return n;
}

static const struct record *message(const GArray *all, const char *text)
{
	for (guint i = 0; i < all->len; i++) {
		const struct record *r = &g_array_index(all, struct record, i);
		if (r->action == (NOTIFY | 2) && strstr(r->payload, text))
			return r;
	}
	return NULL;
}

static void structure(void)
{
	g_autoptr(GArray) all = records(trace_sample_new(), &blktrace_sink);
	guint64 last = 0;
	guint32 sequence = 0;

	for (guint i = 0; i < all->len; i++) {
		const struct record *r = &g_array_index(all, struct record, i);
		CU_ASSERT_EQUAL(r->magic, 0x65617407);
		sequence += !(r->action & NOTIFY);
		CU_ASSERT_EQUAL(r->sequence, sequence);
		CU_ASSERT(r->time_ns > last);
		CU_ASSERT(r->payload_length <= 127);
		last = r->time_ns;
	}
}

static void commands(void)
{
	static const struct sink *const sinks[] = { &blktrace_sink, &blktrace_2_sink };

	for (guint disk = 0; disk < 2; disk++) {
		g_autoptr(GArray) all = records(trace_sample_new(), sinks[disk]);
		const struct trace_sample_disk *sum = &trace_sample_disks[disk];
		CU_ASSERT_EQUAL(count(all, READ, QUEUED), sum->reads);
		CU_ASSERT_EQUAL(count(all, READ, COMPLETED), sum->reads);
		CU_ASSERT_EQUAL(count(all, WRITE, QUEUED), sum->writes + sum->aborted);
		CU_ASSERT_EQUAL(count(all, WRITE, ISSUED), sum->writes + sum->aborted);
		CU_ASSERT_EQUAL(count(all, WRITE, COMPLETED), sum->writes);
		CU_ASSERT_EQUAL(count(all, FLUSH, QUEUED), sum->flushes);
		CU_ASSERT_EQUAL(count(all, FLUSH, COMPLETED), sum->flushes);
		CU_ASSERT_EQUAL(count(all, FUA, COMPLETED), disk == 0);
		CU_ASSERT_EQUAL(g_array_index(all, struct record, 0).device, 8 << 20 | disk * 16);
	}
}

static void one_command(void)
{
	struct sample *s = sample_new();

	s->time_ns = 5 * NS_PER_MS;
	trace_sample_disk(
	    s, 3, 2 * NS_PER_MS,
	    (struct disk_seen){ .op = DISK_SEEN_WRITE, .lba = 123456789012, .count = 65536, .result = 1 });
	g_autoptr(GArray) all = records(s, &blktrace_sink);
	CU_ASSERT_EQUAL_FATAL(all->len, 3);
	const struct record *q = &g_array_index(all, struct record, 0), *c = &g_array_index(all, struct record, 2);
	CU_ASSERT_EQUAL(q->time_ns, 3 * NS_PER_MS);
	CU_ASSERT_EQUAL(q->sector, 123456789012);
	CU_ASSERT_EQUAL(q->bytes, 32 << 20);
	CU_ASSERT_EQUAL(q->pid, 3);
	CU_ASSERT_EQUAL(q->error, 0);
	CU_ASSERT_EQUAL(c->time_ns, 5 * NS_PER_MS);
	CU_ASSERT_EQUAL(c->error, 5);
}

static void messages(void)
{
	static const char *const texts[] = {
		"EMULATED — NOT EVIDENCE",
		"case begins: ERA-01[mode=1]",
		"step 1: power.on",
		"main power on",
		"main power off",
		"console: erase begins: mode 1, pass 1 of 1",
		"panel shows: Now erasing",
		"torn: 196608 + 65536",
		"accessible sectors: 78165360",
	};
	g_autoptr(GArray) all = records(trace_sample_new(), &blktrace_sink);

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		if (!message(all, texts[i])) {
			g_printerr("\nno message \"%s\"\n", texts[i]);
			CU_FAIL("a message is missing");
		}
}

/* A message is cut between characters; a line of the console that never ends is cut, too. */
static void long_texts(void)
{
	struct sample *s = sample_new();
	g_autofree char *dots = g_strnfill(400, '.');
	g_autoptr(GString) euros = g_string_new(NULL);

	for (guint i = 0; i < 100; i++)
		g_string_append(euros, "€");
	trace_sample_disk(s, 1, 0, (struct disk_seen){ .op = DISK_SEEN_FLUSH });
	sample_addf(s, EVENT_NOTE, 1, "{'text':'%s'}", euros->str);
	sample_add_bytes(s, EVENT_CONSOLE_RX, 1, dots, 400);
	g_autoptr(GArray) all = records(s, &blktrace_sink);
	CU_ASSERT_EQUAL(all->len, 3 + 1 + 3);
	const struct record *note = message(all, "note:");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	CU_ASSERT(note->payload_length > 120);
	CU_ASSERT_TRUE(g_utf8_validate(note->payload, note->payload_length, NULL));
}

static void nothing_observed(void)
{
	g_autofree char *folder = g_dir_make_tmp("sink-XXXXXX", NULL);
	struct sample *s = trace_sample_blind();

	sample_add_bytes(s, EVENT_DISK, 2, "short", 5);
	CU_ASSERT_TRUE(sample_play(s, &blktrace_sink, folder, NULL));
	CU_ASSERT_EQUAL(g_rmdir(folder), 0);
	sample_free(s);
}

static void write_failures(void)
{
	struct sample *s = trace_sample_new();

	sample_check_write_failures(s, &blktrace_sink);
	sample_free(s);
}

TEST_SUITE(blktrace, { "structure", structure }, { "commands", commands }, { "one command", one_command },
	   { "messages", messages }, { "long texts", long_texts }, { "nothing observed", nothing_observed },
	   { "write failures", write_failures })
