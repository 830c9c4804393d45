/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a sector may hold: a set of values. A value is a content (explore_board.h) and how often the sector was
 * overwritten since exploring began, up to EXPLORE_OVERWRITTEN_MAX; the count belongs to the sector's content and goes
 * and comes back with it. Equal sets are the same number, so comparing is free, and what was worked out once is
 * remembered.
 */
#pragma once
#include <glib.h>

#define EXPLORE_OVERWRITTEN_MAX 3u

struct explore_value {
	guint32 content;
	guint32 overwritten;
};

struct explore_values;

/** `overwrites`: whether a content is one that erases write (NULL, constant, random). `unreadable`: the content of what
 *  cannot be read. */
struct explore_values *explore_values_new(gboolean (*overwrites)(gpointer data, guint32 content), gpointer data,
					  guint32 unreadable);
/** NULL is allowed. */
void explore_values_free(struct explore_values *values);

/** The set of one value. 0 is the empty set. */
guint32 explore_values_one(struct explore_values *values, guint32 content, guint32 overwritten);
guint32 explore_values_union(struct explore_values *values, guint32 a, guint32 b);
/** What becomes of the set when `content` is written: the count rises by one, unless it is no overwriting, or the same
 *  again (as disk_track.h counts). */
guint32 explore_values_write(struct explore_values *values, guint32 set, guint32 content);
/** And when the sector becomes unreadable: it was overwritten as often as before. */
guint32 explore_values_spoil(struct explore_values *values, guint32 set);
/** Borrowed until the next new set. */
const struct explore_value *explore_values_of(const struct explore_values *values, guint32 set, guint *count);
/** Whether all of `part` are in `whole`. */
gboolean explore_values_contain(struct explore_values *values, guint32 whole, guint32 part);
/** TRUE if every value of the set has the same content: what a read finds is known. */
gboolean explore_values_known(const struct explore_values *values, guint32 set, guint32 *content);
/** Sets so far. */
guint explore_values_sets(const struct explore_values *values);
