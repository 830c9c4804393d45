/* SPDX-License-Identifier: Apache-2.0 */
/* The unit's disks as steps look at them: content by stretches, bytes, searches; what the slot does not show is not
 * judged. */
#pragma once
#include "execution.h"
#include "rig/monitors/monitor.h"

#define VIEW_DISKS 2

/** What is to lie on the disk. */
enum disk_wanted { WANTED_ZERO, WANTED_RANDOM, WANTED_ANY };
/** By enum disk_wanted, NULL-terminated. */
extern const char *const disk_wanted_choices[];

struct disk_view {
	struct execution *execution;
	const struct disk_ops *ops;
	gpointer self;
	struct unit_profile profile;
};

/** RIG_ERROR_UNSUPPORTED, naming what, where the slot does not show all of `needs` (set of enum observe_need). What was
 *  observed up to now is taken in first. */
gboolean disk_view_open(struct disk_view *view, struct execution *execution, guint needs, GError **error) MUST_CHECK;
/** The same; *since gets the mark that the argument "since" names (a variable of read.disk_mark): the first command of
 *  the disk log that counts. */
gboolean disk_view_open_since(struct disk_view *view, struct execution *execution, json_t *arguments, guint needs,
			      guint *since, GError **error) MUST_CHECK;
/** Accessible sectors; with `hidden` all that the disk was made with, as far as it can be told. 0: no such disk. */
gboolean disk_view_sectors(const struct disk_view *view, guint disk, gboolean hidden, guint64 *sectors,
			   GError **error) MUST_CHECK;
/** Whether the system area, which is no user data, covers `lba`; *end gets where it ends. */
gboolean disk_view_is_system(const struct disk_view *view, guint disk, guint64 lba, guint64 *end);
/** Whether `count` sectors from `lba`, but for the system area, all hold what is wanted. *bad (the caller's to free)
 *  says where not and what is there, or is NULL. */
gboolean disk_view_holds(const struct disk_view *view, const struct disk_area *area, enum disk_wanted wanted,
			 char **bad, GError **error) MUST_CHECK;
/** Whether a read of that sector would succeed. */
gboolean disk_view_readable(const struct disk_view *view, guint disk, guint64 lba, gboolean *readable,
			    GError **error) MUST_CHECK;
/** The same as disk_view_holds() by reading every byte: for areas of some thousand sectors. */
gboolean disk_view_reads(const struct disk_view *view, const struct disk_area *area, enum disk_wanted wanted,
			 char **bad, GError **error) MUST_CHECK;
/** How many sectors hold the bytes, at whatever place, and the first of them. */
gboolean disk_view_search(const struct disk_view *view, guint disk, GBytes *needle, guint64 *count, guint64 *first,
			  GError **error) MUST_CHECK;
/** Reads `count` (at most 64) sectors; errors say where. */
gboolean disk_view_read(const struct disk_view *view, guint disk, guint64 lba, guint count, gboolean plain,
			guint8 *bytes, GError **error) MUST_CHECK;
/** The same as another key reads them. RIG_ERROR_UNSUPPORTED where it is not known how the unit encrypts one. */
gboolean disk_view_decrypt(const struct disk_view *view, const struct disk_area *area, GBytes *key, guint8 *bytes,
			   GError **error) MUST_CHECK;
