/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an observer of the disk's bus knows about the medium: for every stretch of sectors what was written there last,
 * when, how often it was overwritten by a pattern since it last held data, and whether that is on the medium for good.
 * Cost: by commands; neighbouring stretches with equal history are one.
 */
#pragma once
#include "observe.h"

struct disk_track;

struct track_state {
	guint8 content;	    /* enum content_class of the last write; CONTENT_FACTORY: none was seen */
	guint8 flags;	    /* DISK_SEEN_MARKER, DISK_SEEN_PATTERN */
	guint8 overwritten; /* how often, since the erase under way began (track_begin()), by NULL or random data */
	gboolean pending;   /* not flushed yet: a cut may undo it */
	guint64 generator;  /* of the last write, where a generator is known; else 0 */
	guint32 weakness;
};

struct track_stretch {
	guint64 lba, count;
	struct track_state state;
};

struct disk_track *disk_track_new(void);
void disk_track_free(struct disk_track *track);
/** One observed command. Lost writes take back what they did; torn ones leave CONTENT_UNREADABLE for what is not known.
 */
void disk_track_event(struct disk_track *track, gint64 at_ns, const struct disk_seen *seen);
/** Overwrites are counted anew from here on all disks. */
void disk_track_begin(struct disk_track *track);
/** Accessible sectors; 0: no such disk seen. */
guint64 disk_track_sectors(const struct disk_track *track, guint disk);
/** The stretch around `lba`. */
struct track_stretch disk_track_at(const struct disk_track *track, guint disk, guint64 lba);
