/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every sector of a disk may hold: a map from sectors to sets of values (explore_values.h), as sorted stretches;
 * neighbours with the same set are one. Cost goes by stretches.
 */
#pragma once
#include "explore_values.h"

struct explore_map;

struct explore_map_stretch {
	guint64 lba, count;
	guint32 set;
};

/** All `sectors` may hold `set`. */
struct explore_map *explore_map_new(guint64 sectors, guint32 set);
struct explore_map *explore_map_copy(const struct explore_map *map);
/** `to` becomes what `from` is. */
void explore_map_become(struct explore_map *to, const struct explore_map *from);
/** NULL is allowed. */
void explore_map_free(struct explore_map *map);

/** The stretch around `lba`; count 0 past the end. */
struct explore_map_stretch explore_map_at(const struct explore_map *map, guint64 lba);
/** What becomes of a set. */
typedef guint32 (*explore_map_change)(gpointer data, guint32 set);
/** Changes the sets of [lba, lba + count), as far as there are such sectors. */
void explore_map_alter(struct explore_map *map, guint64 lba, guint64 count, explore_map_change change, gpointer data);
void explore_map_put(struct explore_map *map, guint64 lba, guint64 count, guint32 set);
/** Sector by sector the union of both. TRUE if `into` is another one now. */
gboolean explore_map_join(struct explore_values *values, struct explore_map *into, const struct explore_map *from);
/** The same for [lba, lba + count) alone. */
gboolean explore_map_join_part(struct explore_values *values, struct explore_map *into, const struct explore_map *from,
			       guint64 lba, guint64 count);
gboolean explore_map_equal(const struct explore_map *a, const struct explore_map *b);
/** Appends it in a few bytes, its sectors' number left out; and back: `map` is of as many sectors. */
void explore_map_pack(const struct explore_map *map, GByteArray *to);
void explore_map_unpack(struct explore_map *map, const guint8 **from);
void explore_map_skip(const guint8 **from);
guint explore_map_stretches(const struct explore_map *map);
