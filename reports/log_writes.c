/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.log-writes: what was written to the unit's disk, with the data, as the kernel's dm-log-writes logs it, for
 * replay-log and the like: replayed up to any entry it is what would be on the medium then; disk2.log-writes is that of
 * its second disk.
 *   order    a write is logged when it is on the medium: forced ones (FUA) at once, the others at the next flush, and
 * at a power cut those that the drive's cache did not lose; of a torn one its new sectors marks    cases, steps, the
 * main power, what became of the writes in the cache. Each case has a disk of its own, of which only what was written
 * is known data     of an emulated board they are modelled: made anew by their generator, or the bytes that the board
 * was seen to write, of which the spool has some (slot file, [disk] record_mb=). A case that wrote more than fits into
 * 256 MB with those before it, or bytes that the spool has not, is a mark alone: its writes are in disk.blktrace.0, and
 * timeline.jsonl says what they were Where nothing was seen written there is no file.
 */
#include "sinks.h"
#include "log_writes_file.h"
#include "trace_text.h"
#include "rig/observe.h"
#include "rig/printable.h"
#include "rig/tally.h"

#define LOG_BYTES_MAX (G_GUINT64_CONSTANT(256) << 20)

#define OUT_OF_RANGE (-1) /* a write's result: the drive did not take it */

/* A write that is in the drive's cache, or was when the power went. */
struct held {
	guint64 number;
	struct log_entry entry;
};

struct log_writes {
	struct log_file *file;
	guint disk;
	guint64 room;	    /* bytes of the file that are free */
	gboolean observed;  /* something was written in the run */
	GArray *entries;    /* of struct log_entry: the case so far */
	GArray *held;	    /* of struct held, oldest first */
	GByteArray *coming; /* the bytes of the next write */
	GString *line;
	char *name;		 /* of the case; NULL: none is under way */
	guint64 size;		 /* bytes that the case takes */
	guint64 writes, sectors; /* what it wrote */
	const char *absent;	 /* why the case cannot be logged; NULL: it can */
};

/* --- a case's entries --- */

static void leave_out(struct log_writes *self, const char *why)
{
	if (!self->absent)
		self->absent = why;
	g_array_set_size(self->entries, 0);
	g_array_set_size(self->held, 0);
}

/* Takes over what the entry owns. */
static void log_entry(struct log_writes *self, struct log_entry entry)
{
	if (self->absent)
		log_entry_clear(&entry);
	else
		g_array_append_val(self->entries, entry);
}

/* Room is counted when an entry comes to be, held back or not. */
static void take_room(struct log_writes *self, guint64 size)
{
	self->size += size;
	if (self->size > self->room)
		leave_out(self, "they do not fit into the 256 MB of this file");
}

static void log_mark(struct log_writes *self, const char *text)
{
	if (!self->name)
		return;
	take_room(self, LOG_SECTOR);
	log_entry(self, (struct log_entry){ .flags = LOG_MARK, .text = g_strdup(text) });
}

static void G_GNUC_PRINTF(2, 3) log_markf(struct log_writes *self, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	log_mark(self, text);
}

static void log_held(struct log_writes *self)
{
	for (guint i = 0; i < self->held->len; i++) {
		struct held *held = &g_array_index(self->held, struct held, i);
		log_entry(self, held->entry);
		held->entry = (struct log_entry){ 0 };
	}
	g_array_set_size(self->held, 0);
}

/* --- what was seen --- */

/* What a write holds. FALSE: nobody knows. */
static gboolean know_content(struct log_writes *self, const struct disk_seen *seen, struct log_entry *entry)
{
	static const struct {
		gboolean known;
		enum log_content content;
	} made[] = {
		[CONTENT_ZERO] = { TRUE, LOG_ZERO },
		[CONTENT_CONSTANT] = { TRUE, LOG_WORD },
		[CONTENT_RANDOM] = { TRUE, LOG_RANDOM },
	};
	const gsize length = (gsize)entry->count * LOG_SECTOR;

	entry->seed = GUINT64_FROM_LE(seen->generator);
	if (seen->flags & DISK_SEEN_BYTES) {
		if (self->coming->len != length)
			return FALSE;
		entry->content = LOG_BYTES;
		entry->bytes = g_bytes_new(self->coming->data, length);
		return TRUE;
	}
	if (seen->content >= G_N_ELEMENTS(made) || !made[seen->content].known)
		return FALSE;
	entry->content = made[seen->content].content;
	return TRUE;
}

static void see_write(struct log_writes *self, const struct disk_seen *seen)
{
	const gboolean aborted = (seen->flags & DISK_SEEN_ABORTED) != 0;
	const gboolean forced = !aborted && seen->flags & DISK_SEEN_FUA;
	struct held held = { .number = GUINT64_FROM_LE(seen->number),
			     .entry = { .lba = GUINT64_FROM_LE(seen->lba),
					.count = GUINT32_FROM_LE(seen->count),
					.flags = forced ? LOG_FUA : 0 } };

	self->observed = TRUE;
	self->writes++;
	self->sectors += held.entry.count;
	take_room(self, log_entry_size(&held.entry));
	if (self->absent || GINT32_FROM_LE(seen->result) == OUT_OF_RANGE)
		return;
	if (seen->result)
		leave_out(self, "one of them failed");
	else if (!know_content(self, seen, &held.entry))
		leave_out(self, "the bytes of one of them are not in the spool (slot file: [disk] record_mb=)");
	else if (forced)
		log_entry(self, held.entry);
	else
		g_array_append_val(self->held, held);
}

static void see_flush(struct log_writes *self, const struct disk_seen *seen)
{
	if (seen->result || seen->flags & DISK_SEEN_ABORTED)
		return;
	log_held(self);
	take_room(self, LOG_SECTOR);
	log_entry(self, (struct log_entry){ .flags = LOG_FLUSH });
}

/* What became of a write that was in the cache: from its first sector on so many sectors are new. */
static void settle(struct log_writes *self, guint64 number, guint64 sectors)
{
	for (guint i = 0; i < self->held->len; i++) {
		struct held *held = &g_array_index(self->held, struct held, i);
		if (held->number != number)
			continue;
		held->entry.count = (guint32)MIN(sectors, held->entry.count);
		if (held->entry.count) {
			log_entry(self, held->entry);
			held->entry = (struct log_entry){ 0 };
		}
		g_array_remove_index(self->held, i);
		return;
	}
}

static void see_fate(struct log_writes *self, const struct disk_seen *seen)
{
	static const char *const fates[] = { "lost", "on the medium", "torn" };
	const guint64 lba = GUINT64_FROM_LE(seen->lba), number = GUINT64_FROM_LE(seen->number);
	const guint32 unreadable = GUINT32_FROM_LE(seen->reserved);
	const guint64 sectors[] = { 0, G_MAXUINT64, GUINT64_FROM_LE(seen->generator) };

	log_markf(self, "power cut: write %" G_GUINT64_FORMAT ", LBA %" G_GUINT64_FORMAT " + %u, is %s", number, lba,
		  GUINT32_FROM_LE(seen->count), fates[seen->op - DISK_SEEN_LOST]);
	settle(self, number, sectors[seen->op - DISK_SEEN_LOST]);
	if (seen->op == DISK_SEEN_TORN && unreadable)
		log_markf(self, "unreadable: LBA %" G_GUINT64_FORMAT " + %u", GUINT64_FROM_LE(seen->reserved_2),
			  unreadable);
}

static void see_disk(struct log_writes *self, const struct event *event)
{
	struct disk_seen seen;

	if (event->length < sizeof seen)
		return;
	memcpy(&seen, event->data, sizeof seen);
	if (seen.disk != self->disk)
		return;
	if (seen.op == DISK_SEEN_WRITE)
		see_write(self, &seen);
	else if (seen.op == DISK_SEEN_FLUSH)
		see_flush(self, &seen);
	else if (seen.op >= DISK_SEEN_LOST && seen.op <= DISK_SEEN_TORN)
		see_fate(self, &seen);
	else if (seen.op == DISK_SEEN_SET_SIZE)
		log_held(self); /* the power came back: what was not said to be lost is there */
	else if (seen.op == DISK_SEEN_SWAPPED)
		leave_out(self, "another disk came into the disk's place");
	g_byte_array_set_size(self->coming, 0);
}

static void see_bytes(struct log_writes *self, const struct event *event)
{
	struct disk_part part;

	if (event->length < sizeof part)
		return;
	memcpy(&part, event->data, sizeof part);
	if (part.disk != self->disk || self->absent)
		return;
	if (!part.offset)
		g_byte_array_set_size(self->coming, 0);
	if (GUINT32_FROM_LE(part.offset) == self->coming->len)
		g_byte_array_append(self->coming, (const guint8 *)event->data + sizeof part,
				    (guint)(event->length - sizeof part));
}

/* --- cases --- */

static gboolean write_mark(struct log_writes *self, const char *text, GError **error)
{
	return log_file_add(self->file, &(struct log_entry){ .flags = LOG_MARK, .text = (char *)text }, error);
}

static gboolean write_case(struct log_writes *self, GError **error)
{
	for (guint i = 0; i < self->entries->len; i++)
		if (!log_file_add(self->file, &g_array_index(self->entries, struct log_entry, i), error))
			return FALSE;
	self->room -= self->size;
	return TRUE;
}

static gboolean write_absent(struct log_writes *self, GError **error)
{
	g_string_printf(self->line,
			"%s: its %" G_GUINT64_FORMAT " writes of %" G_GUINT64_FORMAT " sectors are not in this log: %s",
			self->name, self->writes, self->sectors, self->absent);
	return write_mark(self, self->line->str, error);
}

/* A case in which nothing was written is not in the log. */
static gboolean end_case(struct log_writes *self, GError **error)
{
	gboolean good = TRUE;

	if (self->held->len)
		log_markf(self, "the case ends: the next %u writes are in the drive's cache", self->held->len);
	log_held(self);
	if (self->name && self->writes)
		good = self->absent ? write_absent(self, error) : write_case(self, error);
	g_clear_pointer(&self->name, g_free);
	g_array_set_size(self->entries, 0);
	g_byte_array_set_size(self->coming, 0);
	self->absent = NULL;
	self->size = self->writes = self->sectors = 0;
	return good;
}

static gboolean begin_case(struct log_writes *self, const struct event *event, GError **error)
{
	json_t *json = event_json(event);
	const char *name = json_string_value(json_object_get(json, "case"));
	g_autofree char *plain = printable_line(name ? name : "?", -1);

	json_decref(json);
	if (!end_case(self, error))
		return FALSE;
	self->name = g_strdup_printf("case %u: %s", event->case_no, plain);
	log_markf(self, "%s begins: a disk of its own", self->name);
	return TRUE;
}

static gboolean log_writes_event(gpointer data, const struct event *event, GError **error)
{
	struct log_writes *self = data;
	enum trace_weight weight;

	switch (event->type) {
	case EVENT_RUN_BEGIN:
		return !trace_is_emulated(event) ||
		       (write_mark(self, TALLY_EMULATED, error) &&
			write_mark(self, "the data are modelled: what a generator wrote is made anew", error));
	case EVENT_CASE_BEGIN:
		return begin_case(self, event, error);
	case EVENT_CASE_END:
		return end_case(self, error);
	case EVENT_DISK:
		see_disk(self, event);
		return TRUE;
	case EVENT_DISK_BYTES:
		see_bytes(self, event);
		return TRUE;
	case EVENT_STEP_BEGIN:
	case EVENT_POWER:
		if (trace_text(self->line, event, &weight))
			log_mark(self, self->line->str);
		return TRUE;
	default:
		return TRUE;
	}
}

/* --- life --- */

static void clear_held(gpointer held)
{
	log_entry_clear(&((struct held *)held)->entry);
}

static void clear_entry(gpointer entry)
{
	log_entry_clear(entry);
}

static gpointer open_disk(const char *folder, const char *filename, guint disk, GError **error)
{
	struct log_file *file = log_file_open(folder, filename, error);

	if (!file)
		return NULL;
	struct log_writes *self = g_new0(struct log_writes, 1);
	self->file = file;
	self->disk = disk;
	self->room = LOG_BYTES_MAX;
	self->entries = g_array_new(FALSE, FALSE, sizeof(struct log_entry));
	g_array_set_clear_func(self->entries, clear_entry);
	self->held = g_array_new(FALSE, FALSE, sizeof(struct held));
	g_array_set_clear_func(self->held, clear_held);
	self->coming = g_byte_array_new();
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
	gboolean written = abandon || end_case(self, error);
	gboolean closed = log_file_close(self->file, abandon || !written || !self->observed, written ? error : NULL);

	g_array_unref(self->entries);
	g_array_unref(self->held);
	g_byte_array_unref(self->coming);
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
