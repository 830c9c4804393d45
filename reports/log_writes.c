/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.log-writes: what was written to the unit's disk, with the data, as the kernel's dm-log-writes logs it, for
 * replay-log and the like: replayed up to any entry it is what would be on the medium then; disk2.log-writes is that of
 * its second disk.
 *
 * Order: a write is logged when it is on the medium: forced ones (FUA) at once, the others at the next flush, and at a
 * power cut those that the drive's cache did not lose; of a torn one its new sectors.
 *
 * Marks: cases, steps, the main power, what became of the writes in the cache. Each case has a disk of its own, of
 * which only what was written is known.
 *
 * Data: of an emulated board they are modelled: made anew by their generator, or the bytes that the board was seen to
 * write, of which the spool has some (slot file, [disk] record_mb=).
 *
 * Room: 256 MB. Half of it is kept for cases that do not pass, until the last one. A case that does not fit with those
 * before it, or wrote bytes that the spool has not, is a mark alone: its writes are in disk.blktrace.0, and
 * timeline.jsonl says what they were. Where nothing was seen written there is no file.
 */
#include "sinks.h"
#include "log_writes_case.h"
#include "trace_text.h"
#include "rig/printable.h"
#include "rig/tally.h"
#include <string.h>

#define LOG_BYTES_MAX (G_GUINT64_CONSTANT(256) << 20)
#define KEPT_BYTES (LOG_BYTES_MAX / 2) /* for cases that do not pass */

struct log_writes {
	struct log_file *file;
	guint64 room; /* bytes of the file that are free */
	gint64 left;  /* cases that are to begin */
	GString *line;
	char *name; /* of the case; NULL: none is under way */
	struct log_case of;
};

/* --- cases --- */

static gboolean write_mark(struct log_writes *self, const char *text, GError **error)
{
	return log_file_add(self->file, &(struct log_entry){ .flags = LOG_MARK, .text = (char *)text }, error);
}

static gboolean write_case(struct log_writes *self, GError **error)
{
	for (guint i = 0; i < self->of.entries->len; i++)
		if (!log_file_add(self->file, &g_array_index(self->of.entries, struct log_entry, i), error))
			return FALSE;
	self->room -= self->of.size;
	return TRUE;
}

static gboolean write_absent(struct log_writes *self, GError **error)
{
	g_string_printf(self->line,
			"%s: its %" G_GUINT64_FORMAT " writes of %" G_GUINT64_FORMAT " sectors are not in this log: %s",
			self->name, self->of.writes, self->of.sectors, self->of.absent);
	return write_mark(self, self->line->str, error);
}

/* A case in which nothing was written is not in the log. */
static gboolean end_case(struct log_writes *self, gboolean passed, GError **error)
{
	const guint64 kept = passed && self->left > 0 ? KEPT_BYTES : 0;
	gboolean good = TRUE;

	log_case_end(&self->of, self->room - MIN(kept, self->room));
	if (self->name && self->of.writes)
		good = self->of.absent ? write_absent(self, error) : write_case(self, error);
	g_clear_pointer(&self->name, g_free);
	return good;
}

static gboolean has_passed(const struct event *event)
{
	json_t *json = event_json(event);
	const gboolean passed = g_strcmp0(json_string_value(json_object_get(json, "verdict")), "pass") == 0;

	json_decref(json);
	return passed;
}

static gboolean begin_case(struct log_writes *self, const struct event *event, GError **error)
{
	json_t *json = event_json(event);
	const char *name = json_string_value(json_object_get(json, "case"));
	g_autofree char *plain = printable_line(name ? name : "?", -1);

	json_decref(json);
	if (!end_case(self, FALSE, error))
		return FALSE;
	self->name = g_strdup_printf("case %u: %s", event->case_no, plain);
	self->left--;
	log_case_begin(&self->of, self->room);
	g_autofree char *text = g_strdup_printf("%s begins: a disk of its own", self->name);
	log_case_mark(&self->of, text);
	return TRUE;
}

static gboolean begin_run(struct log_writes *self, const struct event *event, GError **error)
{
	json_t *json = event_json(event);

	self->left = json_integer_value(json_object_get(json, "cases"));
	json_decref(json);
	return !trace_is_emulated(event) ||
	       (write_mark(self, TALLY_EMULATED, error) &&
		write_mark(self, "the data are modelled: what a generator wrote is made anew", error));
}

static gboolean log_writes_event(gpointer data, const struct event *event, GError **error)
{
	struct log_writes *self = data;
	enum trace_weight weight;

	switch (event->type) {
	case EVENT_RUN_BEGIN:
		return begin_run(self, event, error);
	case EVENT_CASE_BEGIN:
		return begin_case(self, event, error);
	case EVENT_CASE_END:
		return end_case(self, has_passed(event), error);
	case EVENT_DISK:
		log_case_disk(&self->of, event);
		return TRUE;
	case EVENT_DISK_BYTES:
		log_case_bytes(&self->of, event);
		return TRUE;
	case EVENT_STEP_BEGIN:
	case EVENT_POWER:
		if (trace_text(self->line, event, &weight))
			log_case_mark(&self->of, self->line->str);
		return TRUE;
	default:
		return TRUE;
	}
}

/* --- life --- */

static gpointer open_disk(const char *folder, const char *filename, guint disk, GError **error)
{
	struct log_file *file = log_file_open(folder, filename, error);

	if (!file)
		return NULL;
	struct log_writes *self = g_new0(struct log_writes, 1);
	self->file = file;
	self->room = LOG_BYTES_MAX;
	log_case_init(&self->of, disk);
	self->line = g_string_sized_new(512);
	return self;
}

static gpointer log_writes_open(const char *folder, GError **error)
{
	return open_disk(folder, log_writes_sink.filename, 0, error);
}

static gpointer log_writes_2_open(const char *folder, GError **error)
{
	return open_disk(folder, log_writes_2_sink.filename, 1, error);
}

static gboolean log_writes_close(gpointer data, gboolean abandon, GError **error)
{
	struct log_writes *self = data;
	gboolean written = abandon || end_case(self, FALSE, error);
	gboolean closed = log_file_close(self->file, abandon || !written || !self->of.observed, written ? error : NULL);

	log_case_clear(&self->of);
	g_string_free(self->line, TRUE);
	g_free(self->name);
	g_free(self);
	return written && closed;
}

const struct sink log_writes_sink = {
	.name = "log-writes",
	.filename = "disk.log-writes",
	.summary = "what was written to the unit's disk, with the data, in dm-log-writes' format",
	.open = log_writes_open,
	.event = log_writes_event,
	.close = log_writes_close,
};

const struct sink log_writes_2_sink = {
	.name = "log-writes-2",
	.filename = "disk2.log-writes",
	.summary = "the same of a unit's second disk",
	.open = log_writes_2_open,
	.event = log_writes_event,
	.close = log_writes_close,
};
