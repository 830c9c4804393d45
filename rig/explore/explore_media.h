/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be on the disks at one moment of a session, and what would be if the power went: the crash model.
 *
 * A write that is not forced waits in the drive's cache until that drive's next flush has ended; a forced one, while it
 * is carried out. Each waiting write may have reached the medium or not, in any combination, or have been torn: up to
 * some sector (physical block, where that is larger) it is new, behind that old, and the block in between old, new or
 * unreadable as a whole, its sectors beside the write too. Of two waiting writes that overlap the newer one lies on
 * top.
 *
 * Sectors one by one. For every sector a set says what it may hold, as if sectors were independent. They are not: a
 * write that is torn leaves a beginning, not every other sector. But each value in a sector's set is one that this
 * sector really may have, for each is brought about by some fate of one of the writes over it. So whatever speaks of
 * sectors one at a time, as "every sector of the target is overwritten" does, holds for all combinations of fates if
 * and only if it holds for every value of every set. What speaks of several sectors together is what a firmware does
 * that reads them: a session is a function of what it reads. Therefore the sectors that any session reads while their
 * content is not certain are exact (struct explore_exact): there every combination is a state of its own, with the rest
 * of the writes' sectors as that combination has them. Which sectors these are is found out: a session that reads
 * something uncertain ends exploring, which begins anew with these sectors exact.
 */
#pragma once
#include "explore_board.h"
#include "explore_map.h"

/** Sectors for which every combination is told apart: ranges per disk, sorted, apart. */
struct explore_exact {
	GArray *ranges[EXPLORE_DISKS]; /* of struct explore_range */
};

struct explore_range {
	guint64 lba, end;
};

void explore_exact_init(struct explore_exact *exact);
void explore_exact_clear(struct explore_exact *exact);
/** FALSE: they were exact already. */
gboolean explore_exact_add(struct explore_exact *exact, guint disk, guint64 lba, guint64 count);
/** The first range that touches [lba, end); NULL: none. */
const struct explore_range *explore_exact_find(const struct explore_exact *exact, guint disk, guint64 lba, guint64 end);

struct explore_waiting {
	guint64 lba;
	guint32 count, content;
	guint32 disk, reserved; /* no padding: it is compared and hashed */
};

struct explore_media {
	const struct explore_layout *layout;
	struct explore_values *values;
	const struct explore_exact *exact;
	struct explore_map *durable[EXPLORE_DISKS]; /* with everything lost that waits */
	struct explore_map *now[EXPLORE_DISKS];	    /* if the power went now */
	GArray *waiting;			    /* of struct explore_waiting, oldest first */
	guint exact_waiting;			    /* of them, those that touch exact sectors */
};

void explore_media_init(struct explore_media *media, const struct explore_layout *layout, struct explore_values *values,
			const struct explore_exact *exact);
void explore_media_clear(struct explore_media *media);
/** From these maps, with these writes waiting (NULL: none). */
void explore_media_set(struct explore_media *media, struct explore_map *const *durable, const GArray *waiting);
/** A write is carried out: it waits. */
void explore_media_write(struct explore_media *media, const struct explore_op *op);
/** The one noted last was forced, and has ended. */
void explore_media_forced(struct explore_media *media);
void explore_media_flush(struct explore_media *media, guint disk);
/** TRUE if [lba, lba + count) or the physical blocks around it have exact sectors. */
gboolean explore_media_is_exact(const struct explore_media *media, guint disk, guint64 lba, guint64 count);

/** `map` as it may be when the power went during this write, or while it waited. */
void explore_media_write_perhaps(const struct explore_media *media, struct explore_map *map,
				 const struct explore_waiting *write);

/** What is waiting meets every combination of fates that exact sectors tell apart; `found` gets the maps of each:
 *  borrowed for the call. Returns how many; 0 and no call if there are more than `most`. */
typedef void (*explore_media_found)(gpointer data, struct explore_map *const *maps);
guint64 explore_media_cut(const struct explore_media *media, guint64 most, explore_media_found found, gpointer data);

/** How many cuts this moment has, by what becomes of what is waiting: everything lost, everything kept, each write
 *  alone lost, kept or torn (at its first, its last or another block, which is old, new or unreadable). */
guint64 explore_media_fates(const struct explore_media *media);
/** What a read finds at stretch->lba: sets `count`, and `content` if that is certain. */
gboolean explore_media_find(const struct explore_media *media, struct explore_stretch *stretch);
/** The same, and where it is not certain something that it may find. */
void explore_media_guess(const struct explore_media *media, struct explore_stretch *stretch);
