/* SPDX-License-Identifier: Apache-2.0 */
#include "log_writes_case.h"
#include "rig/observe.h"
#include <string.h>

#define OUT_OF_RANGE (-1) /* a write's result: the drive did not take it */

/* A write that is in the drive's cache, or was when the power went. */
struct held {
	guint64 number;
	struct log_entry entry;
};

/* --- a case's entries --- */

static void leave_out(struct log_case *self, const char *why)
{
	if (!self->absent)
		self->absent = why;
	g_array_set_size(self->entries, 0);
	g_array_set_size(self->held, 0);
}

/* Takes over what the entry owns. */
static void log_entry(struct log_case *self, struct log_entry entry)
{
	if (self->absent)
		log_entry_clear(&entry);
	else
		g_array_append_val(self->entries, entry);
}

/* Room is counted when an entry comes to be, held back or not. */
static void take_room(struct log_case *self, guint64 size)
{
	self->size += size;
	if (self->size > self->room)
		leave_out(self, "they do not fit into the 256 MB of this file");
}

void log_case_mark(struct log_case *self, const char *text)
{
	if (!self->open)
		return;
	take_room(self, LOG_SECTOR);
	log_entry(self, (struct log_entry){ .flags = LOG_MARK, .text = g_strdup(text) });
}

static void G_GNUC_PRINTF(2, 3) log_markf(struct log_case *self, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	log_case_mark(self, text);
}

static void log_held(struct log_case *self)
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
static gboolean know_content(struct log_case *self, const struct disk_seen *seen, struct log_entry *entry)
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

static void see_write(struct log_case *self, const struct disk_seen *seen)
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

static void see_flush(struct log_case *self, const struct disk_seen *seen)
{
	if (seen->result || seen->flags & DISK_SEEN_ABORTED)
		return;
	log_held(self);
	take_room(self, LOG_SECTOR);
	log_entry(self, (struct log_entry){ .flags = LOG_FLUSH });
}

/* What became of a write that was in the cache: from its first sector on so many sectors are new. */
static void settle(struct log_case *self, guint64 number, guint64 sectors)
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

static void see_fate(struct log_case *self, const struct disk_seen *seen)
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

void log_case_disk(struct log_case *self, const struct event *event)
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

void log_case_bytes(struct log_case *self, const struct event *event)
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

/* --- life --- */

static void clear_held(gpointer held)
{
	log_entry_clear(&((struct held *)held)->entry);
}

static void clear_entry(gpointer entry)
{
	log_entry_clear(entry);
}

void log_case_init(struct log_case *self, guint disk)
{
	*self = (struct log_case){ .disk = disk,
				   .entries = g_array_new(FALSE, FALSE, sizeof(struct log_entry)),
				   .held = g_array_new(FALSE, FALSE, sizeof(struct held)),
				   .coming = g_byte_array_new() };
	g_array_set_clear_func(self->entries, clear_entry);
	g_array_set_clear_func(self->held, clear_held);
}

void log_case_clear(struct log_case *self)
{
	g_array_unref(self->entries);
	g_array_unref(self->held);
	g_byte_array_unref(self->coming);
}

void log_case_begin(struct log_case *self, guint64 room)
{
	g_array_set_size(self->entries, 0);
	g_array_set_size(self->held, 0);
	g_byte_array_set_size(self->coming, 0);
	self->absent = NULL;
	self->size = self->writes = self->sectors = 0;
	self->room = room;
	self->open = TRUE;
}

void log_case_end(struct log_case *self, guint64 share)
{
	if (self->held->len)
		log_markf(self, "the case ends: the next %u writes are in the drive's cache", self->held->len);
	log_held(self);
	if (self->size > share)
		leave_out(self, "they do not fit into what cases that passed may have of the 256 MB of this file");
	self->open = FALSE;
}
