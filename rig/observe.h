/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be seen of a controller beyond what it says: the commands on its disk's bus, what lies on the disk, what the
 * panel shows at every moment. An emulated board shows all of it; of a real one the slot file says what.
 */
#pragma once
#include "error.h"

/** What a monitor or an expectation needs to see: a set. */
enum observe_need {
	OBSERVE_REQUESTS = 1, /**< every command on the disk's bus, in order */
	OBSERVE_CONTENT = 2,  /**< what lies on the disk, when the unit is off or idle */
	OBSERVE_PANEL = 4,    /**< what the panel shows, at every moment (otherwise: only when it is asked for) */
	OBSERVE_KEY = 8,      /**< the data encryption key, disclosed: it is never recorded */
	OBSERVE_MEMORY = 16,  /**< the NVRAM and the counter board's memory */
	OBSERVE_LINES = 32,   /**< the lines that a logic analyzer is clipped to */
	OBSERVE_CONSOLE = 64, /**< what comes from the unit's console */
};

/** What the bytes of a write, or of a stretch of the medium, look like. */
enum content_class {
	CONTENT_NONE,	    /**< no content: a read, a flush */
	CONTENT_ZERO,	    /**< NULL throughout */
	CONTENT_CONSTANT,   /**< one other byte or short period throughout */
	CONTENT_RANDOM,	    /**< passes every test of rig/content.h, or is a good generator's product */
	CONTENT_WEAK,	    /**< looks random and is not: see `weakness` */
	CONTENT_DATA,	    /**< anything else */
	CONTENT_UNREADABLE, /**< reads fail there */
	CONTENT_FACTORY,    /**< never written: zeros */
};

/** Flags of what was observed. */
enum {
	DISK_SEEN_FUA = 1,
	DISK_SEEN_PATTERN = 2, /**< by the pattern engine */
	DISK_SEEN_MARKER = 4,  /**< holds planted user data in plaintext (rig/content.h) */
	DISK_SEEN_ABORTED = 8, /**< the power was cut on the way: it never completed */
	DISK_SEEN_BYTES = 16,  /**< a write of bytes that no known generator makes: `generator` is their hash */
};

enum disk_seen_op {
	DISK_SEEN_READ,
	DISK_SEEN_WRITE,
	DISK_SEEN_FLUSH,
	/* At a power cut, for each write that was not on the medium yet, oldest first: what became of it. */
	DISK_SEEN_LOST,
	DISK_SEEN_KEPT,
	DISK_SEEN_TORN,	    /**< the first `generator` sectors are new, the others old, but `reserved` sectors from LBA
			       `reserved_2` on, perhaps some beside the write, cannot be read any more */
	DISK_SEEN_SWAPPED,  /**< another disk is in this place from now on */
	DISK_SEEN_SET_SIZE, /**< `lba` sectors are accessible from now on; also at each power-on. Here and above
			       `generator` says which disk it is: 1 the first, then as they came */
};

/**
 * EVENT_DISK's payload: one completed command, 64 bytes, little-endian, followed by `samples` fingerprints of sectors
 * (guint64). The event's time is when it completed.
 */
struct disk_seen {
	guint64 lba;
	guint64 number;	   /**< of the command, from 1, per disk */
	gint64 queued_ns;  /**< when the unit gave it */
	guint64 generator; /**< RANDOM by a known generator: its seed; else a hash of the content */
	guint32 count;	   /**< sectors */
	gint32 result;	   /**< enum hal_result's numbers: 0 good */
	guint8 op;	   /**< enum disk_seen_op */
	guint8 flags;
	guint8 content;	  /**< enum content_class; of a write */
	guint8 disk;	  /**< 0 or 1 */
	guint32 weakness; /**< set of enum content_weakness, rig/content.h */
	guint32 samples;  /**< see content_samples() */
	guint32 reserved;
	guint64 reserved_2;
};
G_STATIC_ASSERT(sizeof(struct disk_seen) == 64);

/** EVENT_DISK_BYTES' payload: a part of what a write with DISK_SEEN_BYTES moves, little-endian; the bytes follow. */
struct disk_part {
	guint64 number; /**< the command's, as in struct disk_seen */
	guint32 offset; /**< bytes of the write that come before */
	guint8 disk;
	guint8 reserved[3];
};
G_STATIC_ASSERT(sizeof(struct disk_part) == 16);
#define DISK_PART_BYTES 32768u /* at most in one part */

/** A stretch of like content on the medium. */
struct disk_stretch {
	guint64 lba, count;
	guint64 generator; /**< as above */
	guint8 content;	   /**< enum content_class */
	guint8 flags;	   /**< DISK_SEEN_MARKER */
	guint8 reserved[2];
	guint32 weakness;
};

/** What a byte takes on the service console: 10 bits at 115200 baud, 86,805.6 ns. */
#define CONSOLE_BYTE_NS 86806
/** Where the line is looked at for the last time of a byte that takes so long: in the middle of the stop bit. */
#define CONSOLE_FRAME_NS(byte_ns) ((byte_ns)*19 / 20)

/** Handed whatever was observed, in the order of time. All borrowed for the call. */
struct observer {
	/** `samples`: seen->samples fingerprints. */
	void (*disk)(gpointer data, gint64 at_ns, const struct disk_seen *seen, const guint64 *samples);
	/** The panel shows another text. */
	void (*panel)(gpointer data, gint64 at_ns, const char *text);
	/** A key went through the cipher engine (each one once). It is a secret: not recorded, only looked for. */
	void (*key)(gpointer data, gint64 at_ns, const guint8 *key, gsize length);
	/** A line (enum event_line_name) has this level from now on; every one of them as the watching begins.
	 * Optional.
	 */
	void (*line)(gpointer data, gint64 at_ns, guint line, gboolean level);
	/** The console's transmitter has just sent the last bit of a byte: LINE_CONSOLE_TX, which is not told of in
	 *  line(). Optional. */
	void (*sent)(gpointer data, gint64 at_ns, guint8 byte);
	gpointer data;
	/** A part of the bytes of a write with DISK_SEEN_BYTES; disk() tells of it when all have come. Of each write
	 * all or none: the first one with which it would be more than `bytes_max` bytes in all, and those after it,
	 * come without. Optional. */
	void (*bytes)(gpointer data, gint64 at_ns, const struct disk_part *part, const guint8 *bytes, gsize length);
	guint64 bytes_max;
};
