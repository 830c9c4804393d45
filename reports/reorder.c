/* SPDX-License-Identifier: Apache-2.0 */
#include "reorder.h"
#include <string.h>

/*
 * Records lie in a ring of bytes in the order in which they came; a second ring lists them in the order of time. A
 * record's bytes become free when it and all that came before it were released.
 */
#define ENTRIES 8192u /* a power of two */
#define SIZE_MAX_OF(room) ((room) / 2)

struct chunk {
	guint32 size; /* with this header, a multiple of 8 */
	guint32 in_use;
};

struct entry {
	gint64 time_ns;
	guint32 at; /* of its chunk in the ring of bytes */
	guint32 length;
};

struct reorder {
	reorder_release release;
	gpointer data;
	guint8 *room;
	gsize size;
	gsize begin, end, used; /* of the ring of bytes; used counts what is skipped at its end, too */
	guint first, count;	/* of the entries */
	struct entry entries[ENTRIES];
};

static struct entry *entry_at(struct reorder *reorder, guint index)
{
	return &reorder->entries[(reorder->first + index) % ENTRIES];
}

static struct chunk *chunk_at(struct reorder *reorder, gsize at)
{
	return (struct chunk *)(gpointer)(reorder->room + at);
}

struct reorder *reorder_new(gsize room, reorder_release release, gpointer data)
{
	struct reorder *reorder = g_new0(struct reorder, 1);

	g_assert(room % 8 == 0 && room <= G_MAXUINT32);
	reorder->release = release;
	reorder->data = data;
	reorder->size = room;
	reorder->room = g_malloc(room);
	return reorder;
}

void reorder_free(struct reorder *reorder)
{
	if (!reorder)
		return;
	g_free(reorder->room);
	g_free(reorder);
}

static void reclaim(struct reorder *reorder)
{
	while (reorder->used && !chunk_at(reorder, reorder->begin)->in_use) {
		gsize size = chunk_at(reorder, reorder->begin)->size;
		reorder->used -= size;
		reorder->begin = (reorder->begin + size) % reorder->size;
	}
	if (!reorder->used)
		reorder->begin = reorder->end = 0;
}

static gboolean release_first(struct reorder *reorder, GError **error)
{
	struct entry *entry = entry_at(reorder, 0);
	struct chunk *chunk = chunk_at(reorder, entry->at);

	if (!reorder->release(reorder->data, (guint8 *)(chunk + 1), entry->length, error))
		return FALSE;
	chunk->in_use = FALSE;
	reorder->first = (reorder->first + 1) % ENTRIES;
	reorder->count--;
	reclaim(reorder);
	return TRUE;
}

gboolean reorder_flush(struct reorder *reorder, GError **error)
{
	while (reorder->count)
		if (!release_first(reorder, error))
			return FALSE;
	return TRUE;
}

/* A place for a chunk: at the end, or past what is skipped there at the beginning. FALSE: there is no room yet. */
static gboolean place(struct reorder *reorder, gsize size, gsize *at)
{
	gsize tail = reorder->size - reorder->end;
	gsize skipped = size > tail ? tail : 0;

	if (reorder->used + skipped + size > reorder->size)
		return FALSE;
	if (skipped) {
		*chunk_at(reorder, reorder->end) = (struct chunk){ .size = (guint32)skipped };
		reorder->used += skipped;
		reorder->end = 0;
	}
	*at = reorder->end;
	*chunk_at(reorder, *at) = (struct chunk){ .size = (guint32)size, .in_use = TRUE };
	reorder->used += size;
	reorder->end = (reorder->end + size) % reorder->size;
	return TRUE;
}

static void list(struct reorder *reorder, struct entry entry)
{
	guint index = reorder->count++;

	for (; index && entry_at(reorder, index - 1)->time_ns > entry.time_ns; index--)
		*entry_at(reorder, index) = *entry_at(reorder, index - 1);
	*entry_at(reorder, index) = entry;
}

guint8 *reorder_add(struct reorder *reorder, gint64 time_ns, gsize length, GError **error)
{
	gsize size = sizeof(struct chunk) + (length + 7) / 8 * 8;
	gsize at;

	g_assert(size <= SIZE_MAX_OF(reorder->size));
	while (reorder->count == ENTRIES || !place(reorder, size, &at))
		if (!release_first(reorder, error))
			return NULL;
	list(reorder, (struct entry){ time_ns, (guint32)at, (guint32)length });
	return (guint8 *)(chunk_at(reorder, at) + 1);
}
