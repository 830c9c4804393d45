/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_map.h"
#include "explore_pool.h"
#include <string.h>

struct entry {
	guint64 lba; /* up to the next one's */
	guint32 set;
	guint32 reserved; /* no padding: it is compared */
};

struct explore_map {
	guint64 sectors;
	GArray *entries; /* of struct entry; the first begins at 0 */
};

static struct entry *entry_at(const struct explore_map *map, guint i)
{
	return &g_array_index(map->entries, struct entry, i);
}

static guint64 end_of(const struct explore_map *map, guint i)
{
	return i + 1 < map->entries->len ? entry_at(map, i + 1)->lba : map->sectors;
}

struct explore_map *explore_map_new(guint64 sectors, guint32 set)
{
	struct explore_map *map = g_new(struct explore_map, 1);
	const struct entry all = { 0, set, 0 };

	*map = (struct explore_map){ sectors, g_array_new(FALSE, FALSE, sizeof(struct entry)) };
	g_array_append_val(map->entries, all);
	return map;
}

struct explore_map *explore_map_copy(const struct explore_map *map)
{
	struct explore_map *copy = g_new(struct explore_map, 1);

	*copy = (struct explore_map){ map->sectors,
				      g_array_sized_new(FALSE, FALSE, sizeof(struct entry), map->entries->len) };
	g_array_append_vals(copy->entries, map->entries->data, map->entries->len);
	return copy;
}

void explore_map_become(struct explore_map *to, const struct explore_map *from)
{
	to->sectors = from->sectors;
	g_array_set_size(to->entries, 0);
	g_array_append_vals(to->entries, from->entries->data, from->entries->len);
}

void explore_map_free(struct explore_map *map)
{
	if (!map)
		return;
	g_array_unref(map->entries);
	g_free(map);
}

/* An entry is told by twice how far behind the one before it it begins, and its set. What differs every so many
 * sectors makes a map of two entries that come again and again: twice their number and one says that so many are like
 * those two before them. */

static guint64 behind(const struct explore_map *map, guint i)
{
	return i ? entry_at(map, i)->lba - entry_at(map, i - 1)->lba : 0;
}

/* How many from `i` on are like those two before them. */
static guint again(const struct explore_map *map, guint i)
{
	guint end = i;

	while (end >= 3 && end < map->entries->len && behind(map, end) == behind(map, end - 2) &&
	       entry_at(map, end)->set == entry_at(map, end - 2)->set)
		end++;
	return end - i;
}

void explore_map_pack(const struct explore_map *map, GByteArray *to)
{
	const guint count = map->entries->len;

	explore_number_put(to, count);
	for (guint i = 0; i < count;) {
		const guint alike = again(map, i);

		if (alike) {
			explore_number_put(to, 2 * (guint64)alike + 1);
			i += alike;
			continue;
		}
		explore_number_put(to, 2 * behind(map, i));
		explore_number_put(to, entry_at(map, i++)->set);
	}
}

void explore_map_unpack(struct explore_map *map, const guint8 **from)
{
	const guint count = (guint)explore_number_get(from);

	g_array_set_size(map->entries, count);
	for (guint i = 0; i < count;) {
		const guint64 token = explore_number_get(from);

		if (!(token & 1)) {
			const guint64 lba = (i ? entry_at(map, i - 1)->lba : 0) + token / 2;

			*entry_at(map, i++) = (struct entry){ lba, (guint32)explore_number_get(from), 0 };
			continue;
		}
		for (guint64 left = token / 2; left; left--, i++)
			*entry_at(map, i) = (struct entry){ entry_at(map, i - 1)->lba + behind(map, i - 2),
							    entry_at(map, i - 2)->set, 0 };
	}
}

void explore_map_skip(const guint8 **from)
{
	const guint64 count = explore_number_get(from);

	for (guint64 i = 0; i < count;) {
		const guint64 token = explore_number_get(from);

		i += token & 1 ? token / 2 : 1;
		if (!(token & 1))
			(void)explore_number_get(from);
	}
}

guint explore_map_stretches(const struct explore_map *map)
{
	return map->entries->len;
}

/* The entry that holds `lba`. */
static guint find(const struct explore_map *map, guint64 lba)
{
	guint low = 0, high = map->entries->len;

	while (high - low > 1) {
		guint middle = low + (high - low) / 2;

		if (entry_at(map, middle)->lba <= lba)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct explore_map_stretch explore_map_at(const struct explore_map *map, guint64 lba)
{
	if (lba >= map->sectors)
		return (struct explore_map_stretch){ lba, 0, 0 };
	guint i = find(map, lba);
	guint64 from = entry_at(map, i)->lba;
	return (struct explore_map_stretch){ from, end_of(map, i) - from, entry_at(map, i)->set };
}

/* An entry begins at `lba`; which one. */
static guint split(struct explore_map *map, guint64 lba)
{
	if (lba >= map->sectors)
		return map->entries->len;
	guint i = find(map, lba);
	struct entry tail = *entry_at(map, i);
	if (tail.lba == lba)
		return i;
	tail.lba = lba;
	g_array_insert_val(map->entries, i + 1, tail);
	return i + 1;
}

/* Entries `from` … `to` and those beside them that are alike become one. */
static void merge(struct explore_map *map, guint from, guint to)
{
	guint first = from ? from - 1 : 0, last = MIN(to + 1, map->entries->len), kept = first;

	for (guint i = first + 1; i < last; i++)
		if (entry_at(map, i)->set != entry_at(map, kept)->set)
			*entry_at(map, ++kept) = *entry_at(map, i);
	if (kept + 1 < last)
		g_array_remove_range(map->entries, kept + 1, last - kept - 1);
}

void explore_map_alter(struct explore_map *map, guint64 lba, guint64 count, explore_map_change change, gpointer data)
{
	if (lba >= map->sectors || !count)
		return;
	guint from = split(map, lba);
	guint to = split(map, count < map->sectors - lba ? lba + count : map->sectors);

	for (guint i = from; i < to; i++)
		entry_at(map, i)->set = change(data, entry_at(map, i)->set);
	merge(map, from, to);
}

static guint32 replace(gpointer data, guint32 set)
{
	(void)set;
	return *(const guint32 *)data;
}

void explore_map_put(struct explore_map *map, guint64 lba, guint64 count, guint32 set)
{
	explore_map_alter(map, lba, count, replace, &set);
}

gboolean explore_map_equal(const struct explore_map *a, const struct explore_map *b)
{
	return a->sectors == b->sectors && a->entries->len == b->entries->len &&
	       memcmp(a->entries->data, b->entries->data, a->entries->len * sizeof(struct entry)) == 0;
}

struct join {
	struct explore_values *values;
	guint32 with;
	gboolean changed;
};

static guint32 join_set(gpointer data, guint32 set)
{
	struct join *join = data;
	guint32 both = explore_values_union(join->values, set, join->with);

	join->changed |= both != set;
	return both;
}

gboolean explore_map_join_part(struct explore_values *values, struct explore_map *into, const struct explore_map *from,
			       guint64 lba, guint64 count)
{
	struct join join = { .values = values };
	guint64 end = lba < into->sectors && count < into->sectors - lba ? lba + count : into->sectors;

	while (lba < end) {
		const struct explore_map_stretch theirs = explore_map_at(from, lba), ours = explore_map_at(into, lba);
		guint64 to = MIN(end, theirs.lba + theirs.count);

		/* Most are alike. */
		if (ours.set == theirs.set || explore_values_contain(values, ours.set, theirs.set)) {
			lba = MIN(to, ours.lba + ours.count);
			continue;
		}
		join.with = theirs.set;
		explore_map_alter(into, lba, to - lba, join_set, &join);
		lba = to;
	}
	return join.changed;
}

/* A walk along two maps of as many sectors: where it is, and up to where both stay as they are. */
struct pair {
	const struct explore_map *one, *other;
	guint i, k;
	guint64 lba, to;
};

static void pair_end(struct pair *pair)
{
	pair->to = MIN(end_of(pair->one, pair->i), end_of(pair->other, pair->k));
}

/* FALSE: that was all. */
static gboolean pair_next(struct pair *pair)
{
	pair->i += end_of(pair->one, pair->i) == pair->to;
	pair->k += end_of(pair->other, pair->k) == pair->to;
	pair->lba = pair->to;
	if (pair->lba == pair->one->sectors)
		return FALSE;
	pair_end(pair);
	return TRUE;
}

/* Appends a stretch, unless the one before it is alike. */
static void append(GArray *entries, guint64 lba, guint32 set)
{
	const struct entry entry = { lba, set, 0 };

	if (!entries->len || g_array_index(entries, struct entry, entries->len - 1).set != set)
		g_array_append_val(entries, entry);
}

/* Goes to where `other` has something new; FALSE: nowhere. */
static gboolean has_news(struct explore_values *values, struct pair *pair)
{
	do {
		const guint32 ours = entry_at(pair->one, pair->i)->set, theirs = entry_at(pair->other, pair->k)->set;

		if (ours != theirs && !explore_values_contain(values, ours, theirs))
			return TRUE;
	} while (pair_next(pair));
	return FALSE;
}

gboolean explore_map_join(struct explore_values *values, struct explore_map *into, const struct explore_map *from)
{
	struct pair pair = { .one = into, .other = from };

	g_assert(into->sectors == from->sectors);
	if (explore_map_equal(into, from))
		return FALSE;
	pair_end(&pair);
	if (!has_news(values, &pair))
		return FALSE;
	GArray *entries =
	    g_array_sized_new(FALSE, FALSE, sizeof(struct entry), into->entries->len + from->entries->len);
	g_array_append_vals(entries, into->entries->data, pair.i + 1);
	/* What goes on from before: only where it begins here it may become something else. */
	if (entry_at(into, pair.i)->lba == pair.lba)
		g_array_set_size(entries, pair.i);
	do {
		append(entries, pair.lba,
		       explore_values_union(values, entry_at(into, pair.i)->set, entry_at(from, pair.k)->set));
	} while (pair_next(&pair));
	g_array_unref(into->entries);
	into->entries = entries;
	return TRUE;
}
