/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an observer of the disk's bus knows about the medium: for every stretch of sectors what was written there last,
 * how often it was overwritten since the erase under way began, and whether that is on the medium for good.
 * Cost: by commands, not by sectors; neighbouring stretches of equal state are one.
 */
#pragma once
#include "rig/observe.h"

#define TRACK_DISKS 2

struct disk_track;

struct track_state {
	guint64 generator; /* of the last write of random data: its seed, or a hash of the write; else 0 */
	guint32 weakness;
	guint8 content;	    /* enum content_class of the last write; CONTENT_FACTORY: none was seen */
	guint8 flags;	    /* DISK_SEEN_MARKER, DISK_SEEN_PATTERN */
	guint8 overwritten; /* how often since disk_track_begin(), by NULL, a constant or random data, up to 255; the
			       same random data again does not count, and data written later takes nothing away */
	guint8 pending;	    /* TRUE: not flushed yet, a cut may undo it */
};

struct track_stretch {
	guint64 lba, count;
	struct track_state state;
};

struct disk_track *disk_track_new(void);
/** NULL is allowed. */
void disk_track_free(struct disk_track *track);
/** One observed command. What a cut lost is taken back, what it tore is CONTENT_UNREADABLE, overwritten as
 *  often as before. Commands that failed change
 *  nothing. */
void disk_track_event(struct disk_track *track, gint64 at_ns, const struct disk_seen *seen);
/** Overwrites are counted anew from here on all disks. */
void disk_track_begin(struct disk_track *track);
/** Accessible sectors; 0: no such disk seen. */
guint64 disk_track_sectors(const struct disk_track *track, guint disk);
/** The stretch around `lba`; the last one ends with the last number. */
struct track_stretch disk_track_at(const struct disk_track *track, guint disk, guint64 lba);
/** When the last flush, or write that needed none, of that disk ended well; -1: never. */
gint64 disk_track_flushed_ns(const struct disk_track *track, guint disk);
/** Writes that a cut may still undo. */
guint disk_track_pending(const struct disk_track *track, guint disk);
