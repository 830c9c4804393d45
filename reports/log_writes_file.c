/* SPDX-License-Identifier: Apache-2.0 */
#include "log_writes_file.h"
#include "outfile.h"
#include "put.h"
#include "rig/disk_pattern.h"

#define MAGIC G_GUINT64_CONSTANT(0x6a736677736872)
#define VERSION 1
#define ENTRY_HEAD 32u
#define TEXT_MAX (LOG_SECTOR - ENTRY_HEAD - 1) /* readers take it for a C string */
#define PART_SECTORS 256u

struct log_file {
	struct outfile *file;
	guint64 entries;
	guint8 part[PART_SECTORS * LOG_SECTOR];
};

void log_entry_clear(struct log_entry *entry)
{
	g_clear_pointer(&entry->bytes, g_bytes_unref);
	g_clear_pointer(&entry->text, g_free);
}

static void fill_super(guint8 *sector, guint64 entries)
{
	guint8 *p = sector;

	memset(sector, 0, LOG_SECTOR);
	p = put_le64(p, MAGIC);
	p = put_le64(p, VERSION);
	p = put_le64(p, entries);
	put_le32(p, LOG_SECTOR);
}

struct log_file *log_file_open(const char *folder, const char *filename, GError **error)
{
	struct outfile *outfile = outfile_open(folder, filename, error);
	guint8 super[LOG_SECTOR];

	if (!outfile)
		return NULL;
	fill_super(super, 0);
	if (!outfile_write(outfile, super, sizeof super, error)) {
		outfile_close(outfile, TRUE, NULL);
		return NULL;
	}
	struct log_file *file = g_new(struct log_file, 1);
	file->file = outfile;
	file->entries = 0;
	return file;
}

guint64 log_entry_size(const struct log_entry *entry)
{
	return ((guint64)entry->count + 1) * LOG_SECTOR;
}

/* Cut between characters. */
static gsize text_length(const char *text)
{
	gsize length = strlen(text);

	while (length > TEXT_MAX || (length && (text[length] & 0xc0) == 0x80))
		length--;
	return length;
}

static gboolean add_head(struct log_file *file, const struct log_entry *entry, GError **error)
{
	guint8 sector[LOG_SECTOR] = { 0 }, *p = sector;
	gsize length = entry->text ? text_length(entry->text) : 0;

	p = put_le64(p, entry->lba);
	p = put_le64(p, entry->count);
	p = put_le64(p, entry->flags);
	p = put_le64(p, length);
	put_bytes(p, entry->text, length);
	return outfile_write(file->file, sector, sizeof sector, error);
}

static void fill(const struct log_entry *entry, guint64 at, guint64 count, guint8 *bytes)
{
	switch (entry->content) {
	case LOG_ZERO: /* it is skipped */
		break;
	case LOG_WORD:
		disk_pattern_word(entry->seed, count, bytes);
		break;
	case LOG_RANDOM:
		disk_pattern_random(entry->seed, entry->lba + at, count, bytes);
		break;
	case LOG_BYTES:
		memcpy(bytes, (const guint8 *)g_bytes_get_data(entry->bytes, NULL) + at * LOG_SECTOR,
		       count * LOG_SECTOR);
		break;
	}
}

gboolean log_file_add(struct log_file *file, const struct log_entry *entry, GError **error)
{
	guint64 part;

	if (!add_head(file, entry, error))
		return FALSE;
	file->entries++;
	if (entry->content == LOG_ZERO)
		return !entry->count || outfile_skip(file->file, (guint64)entry->count * LOG_SECTOR, error);
	for (guint64 at = 0; at < entry->count; at += part) {
		part = MIN(entry->count - at, PART_SECTORS);
		fill(entry, at, part, file->part);
		if (!outfile_write(file->file, file->part, part * LOG_SECTOR, error))
			return FALSE;
	}
	return TRUE;
}

gboolean log_file_close(struct log_file *file, gboolean abandon, GError **error)
{
	guint8 super[LOG_SECTOR];

	fill_super(super, file->entries);
	gboolean written = abandon || outfile_overwrite(file->file, 0, super, sizeof super, error);
	gboolean closed = outfile_close(file->file, abandon || !written, written ? error : NULL);
	g_free(file);
	return written && closed;
}
