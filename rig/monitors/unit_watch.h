/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a case's events say about the unit, put together once for all monitors: power, panel, console, status, and the
 * erase of everything with what it did to the disks.
 *
 * Console lines come up to CONSOLE_LATE_NS after they were said; the panel and the disk are seen at once. What belongs
 * to a claim is therefore noted when the panel changes, and judged when the console has said what it was.
 */
#pragma once
#include "disk_track.h"
#include "rig/event.h"
#include "rig/units.h"

/** The transmitter's FIFO, the FT2232H's latency timer, and what it takes to read: while the rig does read
 *  (unit_console_late()). */
#define CONSOLE_LATE_NS (100 * NS_PER_MS)
#define UNIT_UNKNOWN (-1)

/** What the slot file or the case's unit says about the controller. */
struct unit_profile {
	guint64 system_lba, system_sectors; /**< the first disk's system area: no user data */
	gboolean null_encrypted;	    /**< NULL of mode 1 reaches the disk as ciphertext */
	gboolean french; /**< the panel may speak French, in which the erasing message is not known */
};

/** Sectors that lack something, and the first of them. */
struct lack {
	guint64 count, lba;
	guint disk;
};

#define WATCH_PASSES 3

/** What an erase of everything has done to the disks' accessible sectors, the system area aside. */
struct erase_facts {
	gint64 at_ns;
	guint64 target;				  /**< sectors */
	guint64 sectors[TRACK_DISKS];		  /**< accessible ones of each disk */
	struct lack left[WATCH_PASSES];		  /**< [n]: overwritten n times at most, since it began */
	struct lack unflushed;			  /**< overwritten since it began, and a cut may undo that */
	struct lack marked;			  /**< hold planted user data */
	struct lack content[CONTENT_FACTORY + 1]; /**< by content class of the last write */
};

enum erase_phase {
	ERASE_NONE,	/**< none is known of */
	ERASE_GOING,	/**< the console said that it begins */
	ERASE_CUT,	/**< the power went off meanwhile */
	ERASE_DONE,	/**< the unit claims that it is complete */
	ERASE_BROKEN,	/**< the unit said that it failed: it stays due */
	ERASE_UNSETTLED /**< nobody can know whether it is still due: a part was replaced, or the cut came just at its
			   end */
};

/** The erase of everything under way, or the last one. */
struct erase_seen {
	guint number; /**< counts them; 0: none */
	enum erase_phase phase;
	guint mode, pass, passes; /**< as the console said last; 0: unknown */
	guint cuts;		  /**< power cuts that it went through */
	gint64 began_ns;	  /**< when the console said so */
	guint episode;		  /**< in which the panel shows the message for it; 0: none yet */
	struct erase_facts facts; /**< of the claim (ERASE_DONE) */
	gint64 claimed_ns;	  /**< when the message went, where it was seen, else when the console said so */
};

/** From the erasing message's appearance to its end. What is erased meanwhile the console says, later. */
struct episode {
	guint number;		  /**< from 1; 0: no episode */
	guint session;		  /**< in which power-on's */
	gint64 to_ns;		  /**< -1: it still stands */
	gboolean dark;		  /**< it ended with the power */
	gboolean taken;		  /**< it is known what it was for */
	gboolean by_call;	  /**< from a call that erased before it was answered; the console may say so, too */
	struct erase_facts facts; /**< when the message went */
};
#define WATCH_EPISODES 4

/** After from_ns the console was not read to its end before to_ns (G_MAXINT64: it still is not). */
struct console_gap {
	gint64 from_ns, to_ns;
};

struct unit_watch {
	struct disk_track *track; /**< NULL: requests are not observed */
	struct unit_profile profile;
	gint64 now_ns;

	gboolean on;
	gint64 on_ns, off_ns;
	guint sessions;	     /**< power-ons */
	gboolean start_said; /**< the console's start line of this session came */
	guint64 starts;	     /**< its number */

	char *panel; /**< "" while it is dark; NULL: not seen yet */
	gboolean shows_erasing;
	gint64 panel_ns;
	gboolean left;		       /**< the erasing message was there in this session, and went */
	struct erase_facts left_facts; /**< when it went last */

	gboolean said_residual; /**< between "residual erase begins" and its end */
	gint64 said_ready_ns;	/**< of this session; -1: not yet */

	struct {
		gint64 at_ns;			  /**< -1: not read in this session */
		int unit, licence, percent, mode; /**< percent UNIT_UNKNOWN: no erase */
		guint starts;
	} status;
	int licence; /**< the last known (enum protocol_licence_state), whatever said so; UNIT_UNKNOWN */
	guint unit;  /**< which unit stands in the slot (unit.swap) */
	struct erase_seen erase;

	struct episode episodes[WATCH_EPISODES]; /**< the last ones, by number modulo their count */
	guint episode;				 /**< the last one's number */
	gint64 serving_ns; /**< something said that the unit serves; -1: not since that was taken into account */
	gboolean fresh;	   /**< the next erasing message begins an erase, rather than going on with one */
	GString *line;
	GArray *gaps; /**< of struct console_gap, in their order: where the rig did not read the console */
	struct erase_seen other_erase; /**< of the unit that does not stand in the slot */
};

/** What happened, by several events together. */
enum moment {
	MOMENT_POWER_ON,
	MOMENT_POWER_OFF, /**< by the rig or by itself; what was pending is settled by events that follow */
	MOMENT_ERASING,	  /**< the panel shows the erasing message */
	MOMENT_ERASED,	  /**< it does so no more, and is not dark: watch->left_facts */
	MOMENT_BEGUN,	  /**< the console said that an erase of everything begins, or goes on */
	MOMENT_CLAIMED,	  /**< the unit claims that it is complete: watch->erase.facts */
	MOMENT_FAILED,	  /**< the console said that an erase failed */
	MOMENT_RESIDUAL,  /**< residual erase begins … */
	MOMENT_RESIDUAL_ENDED,
	MOMENT_READY, /**< the console or the status says that the unit is ready: the first time in this session … */
	MOMENT_SERVING, /**< … and whenever it does so while the panel does not show the erasing message */
	MOMENT_STATUS,	/**< the status was read */
	MOMENT_SWAPPED, /**< another unit, or another part, stands in the slot */
};

/** Who is told, after `watch` knows. */
struct unit_watcher {
	void (*moment)(gpointer data, enum moment moment);
	void (*line)(gpointer data, const char *line); /**< a line of the console, whole */
	gpointer data;
};

/** `track` (or NULL) is borrowed; it is to be fed before the watch. */
void unit_watch_init(struct unit_watch *watch, struct disk_track *track, const struct unit_profile *profile);
void unit_watch_clear(struct unit_watch *watch);
void unit_watch_event(struct unit_watch *watch, const struct event *event, const struct unit_watcher *watcher);
/** No more events come. */
void unit_watch_end(struct unit_watch *watch, const struct unit_watcher *watcher);

/** What the unit said at `said_ns` has come by then, if the rig read the console; G_MAXINT64: nobody knows yet. */
gint64 unit_console_late(const struct unit_watch *watch, gint64 said_ns);
/** What came at `came_ns` was not said before that. */
gint64 unit_console_early(const struct unit_watch *watch, gint64 came_ns);
/** What the disks look like now. */
void erase_facts_take(const struct unit_watch *watch, struct erase_facts *facts);
/** TRUE where [lba, lba + count) of `disk` lies in the system area. */
gboolean unit_is_system(const struct unit_profile *profile, guint disk, guint64 lba, guint64 count);
/** TRUE if so written content is what an erase in `mode` (0: any) writes. */
gboolean erase_writes(const struct unit_profile *profile, guint mode, guint8 content);
/** The passes that a mode has. */
guint erase_passes(guint mode);
/** Whether an erase that was cut off may have been over all the same: the console had no time to say so. */
gboolean unit_erase_was_over(const struct unit_watch *watch);
/** A seen command of an EVENT_DISK. Borrowed. */
const struct disk_seen *event_disk_seen(const struct event *event, const guint64 **samples);
/** "unit" and so on of an EVENT_STATUS by index; UNIT_UNKNOWN. */
int choice_index(const char *const *choices, const char *text);
