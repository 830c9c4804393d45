/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map from every sector number to a state, as sorted stretches in chunks: what is done next to where something was
 * done before costs O(1), anything else O(log n) and a move within one chunk.
 */
#pragma once
#include "disk_track.h"

struct track_map;

/** Every sector has the state `state`. */
struct track_map *track_map_new(struct track_state state);
void track_map_free(struct track_map *map);
/** What becomes of a state. */
typedef struct track_state (*track_change)(struct track_state state, gconstpointer data);
/** Changes the states of [lba, lba + count). */
void track_map_change(struct track_map *map, guint64 lba, guint64 count, track_change change, gconstpointer data);
struct track_stretch track_map_at(const struct track_map *map, guint64 lba);
/** Stretches; for tests and benches. */
guint track_map_stretches(const struct track_map *map);
