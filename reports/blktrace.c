/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.blktrace.0, a blktrace file of version 7 (linux/blktrace_api.h), for blkparse, btt, iowatcher and fio's
 * --read_iolog: every command on the unit's disk; disk2.blktrace.0 is that of its second disk.
 *   device   8,0 (sda) is the first disk, 8,16 (sdb) the second
 *   Q, D, C  queued, issued, completed. The bus shows the first two as one instant; a command that a power cut ended
 *            has no C. C's error is EIO for every failure; what the disk said is in timeline.jsonl
 *   F, FUA   a flush is an action of its own without sectors: neither R nor W, as in today's kernels, although blkparse
 *            counts it among the reads, of 0 KiB
 *   m        messages: cases, steps, the panel, the main power, lines of the console (so the passes of an erase), and
 *            what became of the writes in the disk's cache at a power cut
 *   pid      the case's number, the command's name its scenario: `blkparse -s` sums up by case
 * Time 0 is the run's begin; cases follow one another as in trace_clock.h, each with its own disk. Where no command was
 * observed there is no file.
 */
#include "sinks.h"
#include "outfile.h"
#include "put.h"
#include "reorder.h"
#include "trace_clock.h"
#include "trace_text.h"
#include "rig/observe.h"
#include "rig/printable.h"
#include "rig/tally.h"
#include "rig/units.h"
#include <errno.h>

#define ROOM (256u << 10)
#define MAGIC 0x65617407u
#define RECORD 48u
#define SEQUENCE_AT 4
#define TIME_AT 8
#define ACTION_AT 28
#define PROCESS_NAME 16u
#define MESSAGE_MAX 127u
#define CONSOLE_LINE 118u /* with "console: " a message */
#define DISK_MAJOR 8u
#define DISK_MINORS 16u

enum category {
	CATEGORY_READ = 1u << 0,
	CATEGORY_WRITE = 1u << 1,
	CATEGORY_FLUSH = 1u << 2,
	CATEGORY_QUEUE = 1u << 4,
	CATEGORY_ISSUE = 1u << 6,
	CATEGORY_COMPLETE = 1u << 7,
	CATEGORY_NOTIFY = 1u << 10,
	CATEGORY_FUA = 1u << 15,
};
enum action { ACTION_QUEUE = 1, ACTION_ISSUE = 7, ACTION_COMPLETE = 8 };
enum notice { NOTICE_PROCESS = 0, NOTICE_MESSAGE = 2 };

struct blktrace {
	struct outfile *file;
	struct reorder *records;
	guint disk;
	struct trace_clock clock;
	GString *line;
	char console[CONSOLE_LINE]; /* the line that the console is saying */
	gsize console_length;
	guint64 written_ns; /* the last record's time */
	guint32 sequence;
	gboolean observed;
};

/* A record but for its sequence number. */
struct entry {
	gint64 time_ns;
	guint64 sector;
	guint32 bytes, category, action;
	guint16 error;
	const void *payload;
	gsize payload_length;
};

static gboolean add(struct blktrace *self, const struct entry *entry, GError **error)
{
	guint8 *p = reorder_add(self->records, entry->time_ns, RECORD + entry->payload_length, error);

	if (!p)
		return FALSE;
	p = put_le32(p, MAGIC);
	p = put_le32(p, 0);
	p = put_le64(p, (guint64)entry->time_ns);
	p = put_le64(p, entry->sector);
	p = put_le32(p, entry->bytes);
	p = put_le32(p, entry->category << 16 | entry->action);
	p = put_le32(p, self->clock.case_no);
	p = put_le32(p, DISK_MAJOR << 20 | self->disk * DISK_MINORS);
	p = put_le32(p, 0); /* cpu */
	p = put_le16(p, entry->error);
	p = put_le16(p, (guint16)entry->payload_length);
	put_bytes(p, entry->payload, entry->payload_length);
	return TRUE;
}

/* Numbered only now, in the order of the file; as the kernel does it, notices have no number of their own. Records of
 * one instant stand a nanosecond apart, since blkrawverify and btt take equal times for disorder. */
static gboolean write_record(gpointer data, guint8 *bytes, gsize length, GError **error)
{
	struct blktrace *self = data;
	guint64 time_ns;
	guint32 action;

	memcpy(&time_ns, bytes + TIME_AT, sizeof time_ns);
	memcpy(&action, bytes + ACTION_AT, sizeof action);
	self->written_ns = MAX(GUINT64_FROM_LE(time_ns), self->written_ns + 1);
	if (!(GUINT32_FROM_LE(action) & CATEGORY_NOTIFY << 16))
		self->sequence++;
	put_le32(bytes + SEQUENCE_AT, self->sequence);
	put_le64(bytes + TIME_AT, self->written_ns);
	return outfile_write(self->file, bytes, length, error);
}

static gboolean add_message(struct blktrace *self, gint64 at_ns, const char *text, gsize length, GError **error)
{
	/* Cut between characters. */
	while (length > MESSAGE_MAX || (length && (text[length] & 0xc0) == 0x80))
		length--;
	return add(self,
		   &(struct entry){ .time_ns = at_ns,
				    .category = CATEGORY_NOTIFY,
				    .action = NOTICE_MESSAGE,
				    .payload = text,
				    .payload_length = length },
		   error);
}

static gboolean add_command(struct blktrace *self, const struct disk_seen *seen, gint64 completed_ns, GError **error)
{
	static const guint32 categories[] = {
		[DISK_SEEN_READ] = CATEGORY_READ, [DISK_SEEN_WRITE] = CATEGORY_WRITE, [DISK_SEEN_FLUSH] = CATEGORY_FLUSH
	};
	gint64 queued_ns = MIN(trace_clock_at(&self->clock, GINT64_FROM_LE(seen->queued_ns)), completed_ns);
	guint64 bytes = seen->op == DISK_SEEN_FLUSH ? 0 : (guint64)GUINT32_FROM_LE(seen->count) * 512;
	guint32 category = categories[seen->op] | (seen->flags & DISK_SEEN_FUA ? CATEGORY_FUA : 0);
	const struct entry queued = {
		.time_ns = queued_ns,
		.sector = seen->op == DISK_SEEN_FLUSH ? 0 : GUINT64_FROM_LE(seen->lba),
		.bytes = (guint32)MIN(bytes, 0xfffffe00),
		.category = category | CATEGORY_QUEUE,
		.action = ACTION_QUEUE,
	};
	struct entry issued = queued, completed = queued;

	issued.category = category | CATEGORY_ISSUE;
	issued.action = ACTION_ISSUE;
	completed.time_ns = completed_ns;
	completed.category = category | CATEGORY_COMPLETE;
	completed.action = ACTION_COMPLETE;
	completed.error = seen->result ? EIO : 0;
	return add(self, &queued, error) && add(self, &issued, error) &&
	       (seen->flags & DISK_SEEN_ABORTED || add(self, &completed, error));
}

/* What the bus does not show as a command. */
static gboolean add_fate(struct blktrace *self, const struct disk_seen *seen, gint64 at_ns, GError **error)
{
	static const char *const fates[] = {
		[DISK_SEEN_LOST] = "power cut: this cached write is lost: ",
		[DISK_SEEN_KEPT] = "power cut: this cached write is on the medium: ",
		[DISK_SEEN_TORN] = "power cut: this cached write is torn: ",
		[DISK_SEEN_SWAPPED] = "another disk is in this place: ",
		[DISK_SEEN_SET_SIZE] = "accessible sectors: ",
	};

	if (seen->op >= G_N_ELEMENTS(fates))
		return TRUE;
	g_string_printf(self->line, "%s%" G_GUINT64_FORMAT, fates[seen->op], GUINT64_FROM_LE(seen->lba));
	if (seen->op < DISK_SEEN_SWAPPED)
		g_string_append_printf(self->line, " + %u", GUINT32_FROM_LE(seen->count));
	return add_message(self, at_ns, self->line->str, self->line->len, error);
}

static gboolean add_disk(struct blktrace *self, const struct event *event, gint64 at_ns, GError **error)
{
	struct disk_seen seen;

	if (event->length < sizeof seen)
		return TRUE;
	memcpy(&seen, event->data, sizeof seen);
	if (seen.disk != self->disk)
		return TRUE;
	if (seen.op > DISK_SEEN_FLUSH)
		return add_fate(self, &seen, at_ns, error);
	self->observed = TRUE;
	return add_command(self, &seen, at_ns, error);
}

static gboolean add_console_line(struct blktrace *self, gint64 at_ns, GError **error)
{
	g_autofree char *plain = printable_line(self->console, (gssize)self->console_length);

	g_string_printf(self->line, "console: %s", plain);
	self->console_length = 0;
	return add_message(self, at_ns, self->line->str, self->line->len, error);
}

static gboolean add_console(struct blktrace *self, const struct event *event, gint64 at_ns, GError **error)
{
	const char *text = event->data;

	for (gsize i = 0; i < event->length; i++) {
		gboolean ends = text[i] == '\n' || text[i] == '\r';
		if (!ends)
			self->console[self->console_length++] = text[i];
		if (((ends && self->console_length) || self->console_length == CONSOLE_LINE) &&
		    !add_console_line(self, at_ns, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean add_process(struct blktrace *self, const struct event *event, gint64 at_ns, GError **error)
{
	json_t *json = event_json(event);
	char name[PROCESS_NAME] = "";
	const char *scenario = json_string_value(json_object_get(json, "scenario"));
	g_autofree char *plain = printable_line(scenario ? scenario : "?", -1);

	json_decref(json);
	g_strlcpy(name, plain, sizeof name);
	return add(self,
		   &(struct entry){ .time_ns = at_ns,
				    .category = CATEGORY_NOTIFY,
				    .action = NOTICE_PROCESS,
				    .payload = name,
				    .payload_length = sizeof name },
		   error);
}

static gboolean add_text(struct blktrace *self, const struct event *event, gint64 at_ns, GError **error)
{
	enum trace_weight weight;

	if (event->type == EVENT_RUN_BEGIN && trace_is_emulated(event) &&
	    !add_message(self, at_ns, TALLY_EMULATED, strlen(TALLY_EMULATED), error))
		return FALSE;
	if (event->type == EVENT_CASE_BEGIN) {
		self->console_length = 0;
		if (!add_process(self, event, at_ns, error))
			return FALSE;
	}
	return !trace_text(self->line, event, &weight) ||
	       add_message(self, at_ns, self->line->str, self->line->len, error);
}

static gboolean blktrace_event(gpointer data, const struct event *event, GError **error)
{
	struct blktrace *self = data;
	gint64 at_ns = trace_clock_event(&self->clock, event);

	switch (event->type) {
	case EVENT_DISK:
		return add_disk(self, event, at_ns, error);
	case EVENT_CONSOLE_RX:
		return add_console(self, event, at_ns, error);
	default:
		return add_text(self, event, at_ns, error);
	}
}

static gpointer open_disk(const char *folder, const char *filename, guint disk, GError **error)
{
	struct outfile *file = outfile_open(folder, filename, error);

	if (!file)
		return NULL;
	struct blktrace *self = g_new0(struct blktrace, 1);
	self->file = file;
	self->disk = disk;
	self->records = reorder_new(ROOM, write_record, self);
	self->line = g_string_sized_new(512);
	return self;
}

static gpointer blktrace_open(const char *folder, GError **error)
{
	return open_disk(folder, blktrace_sink.filename, 0, error);
}

static gpointer blktrace_2_open(const char *folder, GError **error)
{
	return open_disk(folder, blktrace_2_sink.filename, 1, error);
}

static gboolean blktrace_close(gpointer data, gboolean abandon, GError **error)
{
	struct blktrace *self = data;
	gboolean written = abandon || reorder_flush(self->records, error);
	gboolean closed = outfile_close(self->file, abandon || !written || !self->observed, written ? error : NULL);

	reorder_free(self->records);
	g_string_free(self->line, TRUE);
	g_free(self);
	return written && closed;
}

const struct sink blktrace_sink = {
	.name = "blktrace",
	.filename = "disk.blktrace.0",
	.summary = "every command on the unit's disk, for blkparse, btt and fio",
	.open = blktrace_open,
	.event = blktrace_event,
	.close = blktrace_close,
};

const struct sink blktrace_2_sink = {
	.name = "blktrace-2",
	.filename = "disk2.blktrace.0",
	.summary = "the same of a unit's second disk",
	.open = blktrace_2_open,
	.event = blktrace_event,
	.close = blktrace_close,
};
