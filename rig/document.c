/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"
#include "content.h"
#include <string.h>

#define CHUNK_SECTORS 64u
#define LOOK_SECTORS_MAX (1u << 17) /* 64 MiB: more is no document */
#define PLACES_MAX 512
#define NEEDLE_BYTES_MAX 33 /* of a document: CONTENT_MARKER, its stamp, a blank */
#define PIECE_BYTES 16u	    /* of it, in plaintext, are worth finding */

static void add_sectors(struct document_search *search, guint disk, guint64 first, guint64 last)
{
	for (guint64 lba = first; lba <= last; lba++) {
		const struct disk_area area = { disk, lba, 1 };
		const struct disk_area *newest =
		    search->sectors->len ? &g_array_index(search->sectors, struct disk_area, search->sectors->len - 1)
					 : NULL;
		if (newest && newest->disk == disk && newest->lba >= lba)
			continue;
		if (search->sectors->len < PLACES_MAX)
			g_array_append_val(search->sectors, area);
	}
}

/* TRUE, and no error any more: nobody knows how the unit encrypts it. */
static gboolean forgiven(GError *failure, GError **error)
{
	if (g_error_matches(failure, RIG_ERROR, RIG_ERROR_UNSUPPORTED)) {
		g_error_free(failure);
		return TRUE;
	}
	g_propagate_error(error, failure);
	return FALSE;
}

static gboolean read_one(struct document_search *search, guint disk, guint64 lba, guint8 *sector, GError **error)
{
	GError *failure = NULL;

	if (disk_view_read(&search->view, disk, lba, 1, TRUE, sector, &failure))
		return TRUE;
	memset(sector, 0, CONTENT_SECTOR);
	search->unknown++;
	return forgiven(failure, error);
}

/* As the unit itself would read it; sectors of which nobody knows how come as zeros. */
static gboolean read_known(struct document_search *search, guint disk, guint64 lba, guint count, guint8 *bytes,
			   GError **error)
{
	GError *failure = NULL;

	if (disk_view_read(&search->view, disk, lba, count, TRUE, bytes, &failure))
		return TRUE;
	if (!forgiven(failure, error))
		return FALSE;
	for (guint i = 0; i < count; i++)
		if (!read_one(search, disk, lba + i, bytes + (gsize)i * CONTENT_SECTOR, error))
			return FALSE;
	return TRUE;
}

/* In chunks that overlap by a sector. */
static gboolean search_area(struct document_search *search, const struct disk_area *area, GError **error)
{
	guint8 bytes[CHUNK_SECTORS * CONTENT_SECTOR];
	gsize length = g_bytes_get_size(search->needle);
	const void *needle = g_bytes_get_data(search->needle, NULL);

	for (guint64 at = 0; at < area->count; at += CHUNK_SECTORS - 1) {
		guint count = (guint)MIN(CHUNK_SECTORS, area->count - at);
		guint64 lba = area->lba + at;
		if (!read_known(search, area->disk, lba, count, bytes, error))
			return FALSE;
		gsize size = count * CONTENT_SECTOR;
		for (guint8 *hit = bytes; (hit = memmem(hit, size - (gsize)(hit - bytes), needle, length)); hit++) {
			gsize place = (gsize)(hit - bytes);
			add_sectors(search, area->disk, lba + place / CONTENT_SECTOR,
				    lba + (place + length - 1) / CONTENT_SECTOR);
		}
	}
	return TRUE;
}

static gboolean search_all(struct document_search *search, GError **error)
{
	for (guint i = 0; i < search->written->len; i++) {
		const struct disk_area *area = &g_array_index(search->written, struct disk_area, i);
		search->looked += area->count;
		if (search->looked > LOOK_SECTORS_MAX)
			break;
		if (!search_area(search, area, error))
			return FALSE;
	}
	return TRUE;
}

gboolean document_search(struct document_search *search, struct execution *execution, json_t *arguments, GError **error)
{
	const char *value = argument_text(arguments, "value", "");
	guint since;

	*search = (struct document_search){ .needle = NULL };
	if (!disk_view_open_since(&search->view, execution, arguments, OBSERVE_CONTENT | OBSERVE_KEY, &since, error))
		return FALSE;
	if (strlen(value) < 8) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "a document of at least 8 bytes is needed to be found");
		return FALSE;
	}
	search->needle = g_bytes_new(value, MIN(strlen(value), NEEDLE_BYTES_MAX));
	search->sectors = g_array_new(FALSE, FALSE, sizeof(struct disk_area));
	search->written = disk_log_written(execution->log, since);
	if (search_all(search, error))
		return TRUE;
	document_search_clear(search);
	return FALSE;
}

void document_search_clear(struct document_search *search)
{
	g_clear_pointer(&search->needle, g_bytes_unref);
	g_clear_pointer(&search->sectors, g_array_unref);
	g_clear_pointer(&search->written, g_array_unref);
}

void document_search_lost(const struct document_search *search, GError **error)
{
	g_set_error(
	    error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
	    "the document is in none of the %" G_GUINT64_FORMAT
	    " sectors written since the mark, as far as it is known how the unit encrypts (of %" G_GUINT64_FORMAT
	    " it is not)",
	    search->looked, search->unknown);
}

/* Either half of the needle, where it is long enough for two. */
static gboolean holds_piece(GBytes *needle, const guint8 *sector)
{
	gsize length;
	const guint8 *bytes = g_bytes_get_data(needle, &length);
	gsize piece = MIN(length, PIECE_BYTES);

	return memmem(sector, CONTENT_SECTOR, bytes, piece) ||
	       memmem(sector, CONTENT_SECTOR, bytes + length - piece, piece);
}

static gboolean count_legible(const struct document_search *search, const struct disk_area *area, guint64 *legible,
			      GError **error)
{
	guint8 bytes[CHUNK_SECTORS * CONTENT_SECTOR];

	for (guint64 at = 0; at < area->count; at += CHUNK_SECTORS) {
		guint count = (guint)MIN(CHUNK_SECTORS, area->count - at);
		if (!disk_view_read(&search->view, area->disk, area->lba + at, count, FALSE, bytes, error))
			return FALSE;
		for (guint i = 0; i < count; i++)
			*legible += holds_piece(search->needle, bytes + (gsize)i * CONTENT_SECTOR);
	}
	return TRUE;
}

gboolean document_legible(const struct document_search *search, guint64 *legible, GError **error)
{
	*legible = 0;
	for (guint i = 0; i < search->written->len; i++)
		if (!count_legible(search, &g_array_index(search->written, struct disk_area, i), legible, error))
			return FALSE;
	return TRUE;
}

gboolean document_opens(const struct document_search *search, GBytes *key, gboolean *opens, GError **error)
{
	guint8 sector[CONTENT_SECTOR];

	*opens = FALSE;
	for (guint i = 0; i < search->sectors->len && !*opens; i++) {
		const struct disk_area *area = &g_array_index(search->sectors, struct disk_area, i);
		if (!disk_view_decrypt(&search->view, area, key, sector, error))
			return FALSE;
		*opens = holds_piece(search->needle, sector);
	}
	return TRUE;
}
