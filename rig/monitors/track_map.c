/* SPDX-License-Identifier: Apache-2.0 */
#include "track_map.h"
#include <string.h>

#define CHUNK_ENTRIES 64

/* From `lba` to where the next entry begins. */
struct entry {
	guint64 lba;
	struct track_state state;
};

struct chunk {
	guint count; /* never 0 */
	struct entry entries[CHUNK_ENTRIES];
};

struct track_map {
	GPtrArray *chunks; /* of struct chunk *, sorted; the first entry of all is at 0 */
	guint last;	   /* the chunk that was used last */
};

/* Where an entry is. */
struct place {
	guint chunk, entry;
};

struct track_map *track_map_new(struct track_state state)
{
	struct track_map *map = g_new0(struct track_map, 1);
	struct chunk *chunk = g_new(struct chunk, 1);

	chunk->count = 1;
	chunk->entries[0] = (struct entry){ 0, state };
	map->chunks = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(map->chunks, chunk);
	return map;
}

void track_map_free(struct track_map *map)
{
	if (!map)
		return;
	g_ptr_array_unref(map->chunks);
	g_free(map);
}

static struct chunk *chunk_at(const struct track_map *map, guint index)
{
	return map->chunks->pdata[index];
}

static struct entry *entry_at(const struct track_map *map, struct place place)
{
	return &chunk_at(map, place.chunk)->entries[place.entry];
}

static gboolean next_place(const struct track_map *map, struct place *place)
{
	if (++place->entry < chunk_at(map, place->chunk)->count)
		return TRUE;
	place->entry = 0;
	return ++place->chunk < map->chunks->len;
}

static gboolean previous_place(const struct track_map *map, struct place *place)
{
	if (place->entry-- > 0)
		return TRUE;
	if (place->chunk-- == 0)
		return FALSE;
	place->entry = chunk_at(map, place->chunk)->count - 1;
	return TRUE;
}

static guint64 end_of(const struct track_map *map, struct place place)
{
	return next_place(map, &place) ? entry_at(map, place)->lba : G_MAXUINT64;
}

static gboolean chunk_holds(const struct track_map *map, guint index, guint64 lba)
{
	return chunk_at(map, index)->entries[0].lba <= lba &&
	       (index + 1 == map->chunks->len || lba < chunk_at(map, index + 1)->entries[0].lba);
}

static guint find_chunk(const struct track_map *map, guint64 lba)
{
	guint low = 0, high = map->chunks->len;

	if (map->last < high && chunk_holds(map, map->last, lba))
		return map->last;
	if (map->last + 1 < high && chunk_holds(map, map->last + 1, lba))
		return map->last + 1;
	while (high - low > 1) {
		guint middle = low + (high - low) / 2;
		if (chunk_at(map, middle)->entries[0].lba <= lba)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The entry that holds `lba`. */
static struct place find(const struct track_map *map, guint64 lba)
{
	struct place place = { find_chunk(map, lba), 0 };
	const struct chunk *chunk = chunk_at(map, place.chunk);
	guint high = chunk->count;

	while (high - place.entry > 1) {
		guint middle = place.entry + (high - place.entry) / 2;
		if (chunk->entries[middle].lba <= lba)
			place.entry = middle;
		else
			high = middle;
	}
	return place;
}

/* Puts an entry behind the one at `place`, and returns where it is then. */
static struct place insert_after(struct track_map *map, struct place place, struct entry entry)
{
	struct chunk *chunk = chunk_at(map, place.chunk);

	if (chunk->count == CHUNK_ENTRIES) {
		struct chunk *upper = g_new(struct chunk, 1);
		upper->count = CHUNK_ENTRIES / 2;
		chunk->count -= upper->count;
		memcpy(upper->entries, chunk->entries + chunk->count, upper->count * sizeof(struct entry));
		g_ptr_array_insert(map->chunks, (gint)place.chunk + 1, upper);
		if (place.entry >= chunk->count) {
			place.entry -= chunk->count;
			place.chunk++;
			chunk = upper;
		}
	}
	place.entry++;
	memmove(chunk->entries + place.entry + 1, chunk->entries + place.entry,
		(chunk->count - place.entry) * sizeof(struct entry));
	chunk->entries[place.entry] = entry;
	chunk->count++;
	return place;
}

/* Takes an entry out, so that the one before it goes on; returns that one's place. Never the first of all. */
static struct place remove_at(struct track_map *map, struct place place)
{
	struct chunk *chunk = chunk_at(map, place.chunk);
	struct place before = place;

	previous_place(map, &before);
	chunk->count--;
	memmove(chunk->entries + place.entry, chunk->entries + place.entry + 1,
		(chunk->count - place.entry) * sizeof(struct entry));
	if (!chunk->count)
		g_ptr_array_remove_index(map->chunks, place.chunk);
	return before;
}

/* Padding is none: the fields fill the struct. */
static gboolean equal(const struct track_state *a, const struct track_state *b)
{
	G_STATIC_ASSERT(sizeof(struct track_state) == 16);
	return memcmp(a, b, sizeof *a) == 0;
}

/* An entry begins at `lba` afterwards; its place. */
static struct place split(struct track_map *map, guint64 lba)
{
	struct place place = find(map, lba);
	const struct entry *entry = entry_at(map, place);

	return entry->lba == lba ? place : insert_after(map, place, (struct entry){ lba, entry->state });
}

/* The common case: what follows on a stretch becomes like it. */
static gboolean extend(struct track_map *map, guint64 lba, guint64 end, track_change change, gconstpointer data)
{
	struct place place = find(map, lba), before = place;
	struct entry *entry = entry_at(map, place);

	if (entry->lba != lba || end >= end_of(map, place) || !previous_place(map, &before))
		return FALSE;
	struct track_state state = change(entry->state, data);
	if (!equal(&state, &entry_at(map, before)->state))
		return FALSE;
	entry->lba = end;
	map->last = place.chunk;
	return TRUE;
}

/* Joins the entry with the one before it where they are alike; the place of what is left. */
static struct place join(struct track_map *map, struct place place)
{
	struct place before = place;

	if (!previous_place(map, &before) || !equal(&entry_at(map, before)->state, &entry_at(map, place)->state))
		return place;
	return remove_at(map, place);
}

void track_map_change(struct track_map *map, guint64 lba, guint64 count, track_change change, gconstpointer data)
{
	guint64 end = lba + MIN(count, G_MAXUINT64 - lba);

	if (end <= lba || extend(map, lba, end, change, data))
		return;
	if (end < G_MAXUINT64)
		split(map, end);
	struct place place = split(map, lba);
	gboolean inside = TRUE;
	while (inside) {
		struct entry *entry = entry_at(map, place);
		entry->state = change(entry->state, data);
		place = join(map, place);
		inside = next_place(map, &place) && entry_at(map, place)->lba < end;
	}
	if (place.chunk < map->chunks->len)
		place = join(map, place);
	map->last = MIN(place.chunk, map->chunks->len - 1);
}

struct track_stretch track_map_at(const struct track_map *map, guint64 lba)
{
	struct place place = find(map, lba);
	const struct entry *entry = entry_at(map, place);

	return (struct track_stretch){ entry->lba, end_of(map, place) - entry->lba, entry->state };
}

guint track_map_stretches(const struct track_map *map)
{
	guint count = 0;

	for (guint i = 0; i < map->chunks->len; i++)
		count += chunk_at(map, i)->count;
	return count;
}
