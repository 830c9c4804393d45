/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract of a board that the power-cut explorer starts a hundred thousand times a minute: the same firmware, HAL
 * and disk commands as rig/board.h's, but without bus, chip and observer, and without a medium. It runs one session (a
 * power-on to its end) from any persistent state, and logs what the session does to what survives it. What the power
 * cut leaves of that is the explorer's business (explore.h has the crash model).
 *
 * A session is a function of what it begins from and of what it reads. So that this is short, of the world around the
 * unit only this is left:
 *
 *   - the real-time clock says the same at every power-on and stands still;
 *   - a random number is a function of the two memories' bytes at that moment, less those declared counters
 *     (set_counters()), of how many were drawn since these changed or the power came, and of how many bytes are asked
 *     for at once: so numbers that are drawn for another purpose are others, though nothing but counters has changed;
 *   - the console takes everything at once; no host is on the bus but the one that asks (ask(), prepare());
 *   - time since power-on passes as on rig/board.h's board.
 *
 * Not thread-safe. Nothing blocks for longer than the firmware computes.
 */
#pragma once
#include "rig/monitors/disk_track.h"
#include "rig/error.h"
#include "rig/observe.h"
#include "explore_watch.h"
#include "rig/monitors/unit_watch.h"

struct explore_board;

#define EXPLORE_DISKS TRACK_DISKS
#define EXPLORE_UNIT 16u /* bytes of the memories' atomic write unit */

/** What does not change. */
struct explore_layout {
	guint32 memory_bytes; /**< NVRAM, behind it the counter board's memory */
	guint32 nvram_bytes;  /**< of it */
	guint disks;
	guint64 sectors[EXPLORE_DISKS]; /**< all, hidden ones too */
	guint32 block_sectors[EXPLORE_DISKS];
	guint32 unreadable; /**< the content of sectors that cannot be read */
	struct unit_profile profile;
};

/** What a disk keeps besides its sectors. */
struct explore_geometry {
	guint64 accessible, native;
};

/** Sectors of like content. A content is a number; see look(). */
struct explore_stretch {
	guint64 lba, count;
	guint32 content;
	guint32 disk;
};

/** What a session begins from: borrowed until the next power_on() or back(). */
struct explore_origin {
	const guint8 *memory; /**< memory_bytes */
	struct explore_geometry geometry[EXPLORE_DISKS];
	/** What a read finds at `stretch->lba` of `stretch->disk`: sets `content` and up to where it goes (`count`).
	 *  FALSE: that is not known. */
	gboolean (*content)(gpointer data, struct explore_stretch *stretch);
	/** The same, and where it is not known something that it may be. NULL: there is nothing better. */
	void (*guess)(gpointer data, struct explore_stretch *stretch);
	gpointer data;
};

/** What a session did, in order; enough to say what a cut leaves, and what could be seen. */
enum explore_what {
	EXPLORE_WRITE,	  /**< `count` sectors from `at` on hold `content` */
	EXPLORE_FLUSH,	  /**< what was written before is on the medium */
	EXPLORE_MEMORY,	  /**< the unit at offset `at` changes from `former` to `latter` */
	EXPLORE_GEOMETRY, /**< accessible sectors at power-on become `at`, native ones `native` */
	EXPLORE_READ,	  /**< `count` sectors from `at` on were read */
	EXPLORE_PANEL,	  /**< shows text number `content`, see text() */
	EXPLORE_LINE,	  /**< line `count` (enum explore_line) goes to level `at` */
	EXPLORE_SAID,	  /**< the console says that, `content`: enum explore_saying */
	EXPLORE_ANSWER,	  /**< the host has the answer to its request; `content`: enum protocol_status */
	EXPLORE_WHATS,
};

enum explore_line { EXPLORE_LINE_ERASE_ACTIVE = 2, EXPLORE_LINE_READY = 3 }; /* as in firmware.h */

/** Console lines that promise something. */
enum explore_saying {
	EXPLORE_SAID_OTHER,
	EXPLORE_SAID_ERASE_ENDS,
	EXPLORE_SAID_ERASE_FAILED,
	EXPLORE_SAID_READY,
};

#define EXPLORE_FORCED 1u /* flag of a write: past the cache (FUA) */

struct explore_op {
	guint8 what; /**< enum explore_what */
	guint8 flags;
	guint16 disk;
	guint32 count;
	guint32 content;
	guint32 reserved;
	guint64 at;
	gint64 at_ns; /**< since power-on; when it ended */
	union {
		guint64 native;
		struct {
			guint8 former[EXPLORE_UNIT], latter[EXPLORE_UNIT];
		};
	};
};

/** Why run() came back. */
enum explore_stop {
	EXPLORE_SYNC,	 /**< the next operation is a disk write, the first since a memory changed or the power came: a
			      good place to see whether another session came by here */
	EXPLORE_IDLE,	 /**< nothing happens any more until the host asks, or nothing has for a minute */
	EXPLORE_CRASHED, /**< see crash() */
	EXPLORE_EXHAUSTED, /**< more operations or time than limits allow, or endlessly busy with nothing: then see
			      crash() */
	EXPLORE_UNKNOWN,   /**< it reads what the origin does not know: see unknown(); the session is over */
};

struct explore_limits {
	guint64 operations; /**< of a session: disk commands and memory units */
	gint64 time_ns;	    /**< of a session */
	gboolean brief;	    /**< a start that does nothing is not waited for as long as a first one would be */
};

/** What a content looks like, as observe.h has it. */
struct explore_content {
	enum content_class content;
	guint32 weakness;
	guint64 generator;
	gboolean marker;
};

/** What starts an erase. */
enum explore_trigger {
	EXPLORE_ACTIVATION,   /**< the first start after the registration of a licence */
	EXPLORE_REGENERATION, /**< of the key, by request */
	EXPLORE_INVALIDATION, /**< of the licence, by request in service mode */
	EXPLORE_JOB_END,      /**< a job ends and its temporary data are erased */
	EXPLORE_RESIDUE,      /**< the power went during a job: the next start erases its temporary data */
	EXPLORE_TRIGGERS,
};

/** Where exploring begins, made by prepare(). Owned by the board until the next prepare(). */
struct explore_root {
	const guint8 *memory;
	struct explore_geometry geometry[EXPLORE_DISKS];
	GArray *content;     /**< of struct explore_stretch: all sectors of all disks, in order */
	GArray *target;	     /**< of struct explore_stretch: what is to be erased; its contents are not set */
	GArray *keys;	     /**< of struct explore_key: those that must be gone in the end */
	gboolean document;   /**< one was stored before */
	gboolean by_request; /**< the first session is under way and gets the request; FALSE: it begins with power-on */
	guint32 panel;	     /**< by request: what it shows … */
	gboolean ready;	     /**< … and that line's level */
};

#define EXPLORE_KEY_MAX 64
struct explore_key {
	guint8 length;
	guint8 bytes[EXPLORE_KEY_MAX];
};

/** Whether a document that is stored now, and acknowledged, is there at the start after a cut that loses whatever waits
 *  in the disks' caches. */
enum explore_memory {
	EXPLORE_REMEMBERS, /**< or has no room for it */
	EXPLORE_FORGETS,
	EXPLORE_LOSES, /**< it was in a cache */
};

/** What the unit says of itself when it is idle; -1: it does not answer. */
struct explore_answers {
	int unit, licence; /**< enum protocol_unit_state, enum protocol_licence_state */
	int outcome;	   /**< enum protocol_erase_outcome, of the erase report … */
	int mode, passes;  /**< … and these */
	int encrypted;	   /**< 1: encryption is on */
	gint64 generation; /**< of the key */
	gboolean document; /**< what a user had stored, and no erase has to take, is there and whole */
	enum explore_memory memory;
};

struct explore_board_class {
	const char *name;
	/** Makes a board and loads its firmware. `config`: as board_class.create() wants it. */
	struct explore_board *(*create)(GKeyFile *config, const struct explore_limits *limits,
					GError **error)MUST_CHECK;
	/** NULL is allowed. */
	void (*destroy)(struct explore_board *board);
	void (*set_limits)(struct explore_board *board, const struct explore_limits *limits);
	/** From now on `watch` (borrowed) is told when the firmware runs. NULL where nobody can be told. */
	void (*set_watch)(struct explore_board *board, struct explore_watch *watch);
	const struct explore_layout *(*layout)(const struct explore_board *board);

	/** Brings a factory-fresh unit, whose disks are full of user data, to the brink of an erase in `mode`. Errors:
	 *  RIG_ERROR_REFUSED, _TIMEOUT, _CRASH: the firmware does not get that far. */
	gboolean (*prepare)(struct explore_board *board, enum explore_trigger trigger, guint mode,
			    struct explore_root *root, GError **error) MUST_CHECK;
	/** Continues with the session that prepare() has left under way, with the request: run() delivers it. May be
	 *  called again to run it anew. Only where root->by_request. */
	void (*request)(struct explore_board *board, const struct explore_origin *origin);
	/** Begins a session. */
	void (*power_on)(struct explore_board *board, const struct explore_origin *origin);
	/** Goes on to the next stop. After EXPLORE_SYNC it may be called again. */
	enum explore_stop (*run)(struct explore_board *board);
	/** What the last run() did: borrowed until the next call. `*timed`: it took account of the time since power-on.
	 */
	const struct explore_op *(*log)(const struct explore_board *board, guint *count, gboolean *timed);
	/** The memories as they are now: borrowed. */
	const guint8 *(*memory)(const struct explore_board *board);
	gint64 (*now)(const struct explore_board *board);
	/** After EXPLORE_CRASHED: how it died; borrowed. After EXPLORE_EXHAUSTED: NULL, or what kept it busy. */
	const char *(*crash)(const struct explore_board *board);
	/** After EXPLORE_UNKNOWN: what it wanted to read. */
	struct explore_stretch (*unknown)(const struct explore_board *board);
	/** After EXPLORE_IDLE: asks the unit. EXPLORE_IDLE, or why it could not be asked. */
	enum explore_stop (*ask)(struct explore_board *board, struct explore_answers *answers);

	/** After mark(), where the unit erases: asks for the erase report. `*outcome`: enum protocol_erase_outcome, or
	 *  -1, it is not told. What follows in this session is of no use: go back(). NULL: cannot be asked. */
	void (*ask_report)(struct explore_board *board, int *outcome);

	/** After EXPLORE_SYNC: notes the machine, all that its future depends on but the memories, the disks and the
	 * time. `key`: a hash of it. */
	void (*mark)(struct explore_board *board, guint64 key[2]);
	/** The machine that was noted last, also after run(); free with drop(). */
	gpointer (*keep)(struct explore_board *board);
	/** The machine is what was kept, in a session that has come so far by other ways. */
	void (*back)(struct explore_board *board, gpointer kept, const struct explore_origin *origin, gint64 now_ns);
	void (*drop)(gpointer kept);

	void (*look)(const struct explore_board *board, guint32 content, struct explore_content *look);
	/** A panel text by its number, and the reverse. */
	const char *(*text)(const struct explore_board *board, guint32 number);
	guint32 (*number)(struct explore_board *board, const char *text);
	/** Bytes of the memories (1: yes; memory_bytes of them) on which random numbers do not depend. */
	void (*set_counters)(struct explore_board *board, const guint8 *counters);
};
