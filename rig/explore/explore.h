/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power-cut explorer: for one erase of one firmware, what happens when the power goes at any instant, and again
 * while the unit recovers from that.
 *
 * What is explored. A session runs from power-on (or, where a request starts the erase, from that request) to where
 * nothing happens any more. Everything that it does to what survives the power is an operation: a disk command, a unit
 * of NVRAM or of the counter board, a change of a disk's accessible size. The power may go before, within and after
 * each. A memory unit is then old or new; writes that wait in a disk's cache meet their fates, see explore_media.h.
 * What is left is a state; from there the next session starts, and so on up to `depth` cuts, or to the fixed point.
 *
 * States are nodes of a graph, sessions its edges. These rules keep it small; each can be switched off:
 *
 *   sectors   What a firmware does not read, sector by sector: see explore_media.h. Off: all sectors are exact, each
 *             combination of fates of all waiting writes is a state of its own.
 *   memo      Two cuts that leave the same memories, geometry and exact sectors leave one state: the session that
 *             starts from it is a function of these, since it reads nothing else (were it to, it would end with
 *             EXPLORE_UNKNOWN and the sectors would become exact). What the other sectors may hold is united; by the
 *             proof in explore_media.h that loses nothing. Off: each cut's state is started by itself.
 *   converge  Two sessions that come to the same machine (registers, stack, memory of the firmware, and of the board
 *             what it can feel), the same memories and geometry, the same waiting writes and the same exact sectors go
 *             on in the same way as long as they do not feel the time: by induction over the HAL's calls, each of which
 *             is made with the same arguments and, since everything but the time is the same, returns the same. The
 *             second one is then not run any further; what its disks may hold is united with the first one's at that
 *             point. Where the rest feels the time, it is run once for each time, from the moment that was kept.
 * Sessions are compared where they begin to write after having changed a memory. Off: each session is run to its end.
 *
 *   counters  Behind `exact` cuts in a row states that differ in what counts the starts are of one class, see
 *             explore_classes.c for what that proves and what not, and explore_counters.c for what counts. Off: every
 *             state is told apart, which takes a power of the operations: more cuts in a row on small disks only.
 *
 * The latter three tell states apart by hashes of 128 bits (hash128.h).
 *
 * What is judged. Every value that a sector may hold when the unit claims an end, by panel, line, console or answer;
 * that each session ends, and ready; panel, licence, key, report, what users had stored, and what they store then; and,
 * where all states are known, that no row of starts goes on for ever (explore_livelock.c).
 */
#pragma once
#include "explore_board.h"

struct explore;
struct explore_values;
struct cut_plan;

struct explore_rules {
	gboolean sectors, memo, converge, counters; /**< TRUE: in use */
};

/** How far it is, for another process or thread to look at. */
struct explore_progress {
	volatile guint64 started, known; /**< states … */
	volatile guint64 cuts;
	volatile guint depth; /**< … of the one started last: cuts before it */
	volatile guint node;  /**< … and its number */
	struct explore_watch watch;
};

struct explore_settings {
	const struct explore_board_class *class;
	GKeyFile *config; /**< as board_class.create() wants it; borrowed */
	enum explore_trigger trigger;
	guint mode;
	guint depth; /**< cuts in a row; 0: to the fixed point … */
	guint exact; /**< … where states that differ in counters are told apart up to so many (0: 1, with a depth 2) */
	struct explore_rules rules;
	struct explore_limits limits; /**< of one session; zero: what an erase of such disks can take */
	guint64 states_max;	      /**< states at most; what is left out is told; 0: no limit */
	guint64 bytes_max;	      /**< of memory that the process takes, the same */
	gint64
	    share_ns; /**< how long each start may erase before the power goes, see explore_livelock.c; 0: a minute */
	struct explore_progress *progress; /**< NULL: nobody looks */
};

/** What an explored session did wrong. */
enum explore_fault {
	EXPLORE_FAULT_LEFT,	  /**< claims an end, and sectors were not overwritten */
	EXPLORE_FAULT_PASSES,	  /**< … not as often as the mode says */
	EXPLORE_FAULT_CONTENT,	  /**< … do not hold what the mode writes */
	EXPLORE_FAULT_UNREADABLE, /**< … cannot be read */
	EXPLORE_FAULT_VOLATILE,	  /**< … what was overwritten could still be lost */
	EXPLORE_FAULT_MESSAGE,	  /**< erases while the panel does not show the message */
	EXPLORE_FAULT_NOT_READY,  /**< comes to rest, and is not ready */
	EXPLORE_FAULT_CRASH,
	EXPLORE_FAULT_ENDLESS, /**< does not come to rest */
	EXPLORE_FAULT_LICENCE,
	EXPLORE_FAULT_UNLICENSED, /**< a licence is gone that nothing has taken away */
	EXPLORE_FAULT_REPORT,
	EXPLORE_FAULT_KEY,	/**< a key that had to go is there */
	EXPLORE_FAULT_DOCUMENT, /**< something that had to stay is not there */
	EXPLORE_FAULT_FORGETS,	/**< what is stored once it is ready again is not there at the next start … */
	EXPLORE_FAULT_LOSES,	/**< … since it was acknowledged and lay in a drive's cache */
	EXPLORE_FAULT_EARLY,	/**< the erase report says "complete" while the unit still erases */
	EXPLORE_FAULT_LIVELOCK, /**< power that goes again and again keeps the erase from ever ending */
	EXPLORE_FAULTS,
};

/** "sectors-left" and so on; what it means; the requirement that it breaks. */
struct explore_fault_info {
	const char *name, *text, *requirement;
};
extern const struct explore_fault_info explore_faults[EXPLORE_FAULTS];
extern const char *const explore_triggers[]; /**< "activation" and so on; NULL-terminated */

/** The first of its kind, by number of cuts, then by the first cut's place. */
struct explore_finding {
	enum explore_fault fault;
	guint cuts;
	guint64 operation; /**< of the first session, before, within or after which the power goes first, from 1, as its
			    plan has it; 0: it takes no cut, or there was no operation */
	guint disk;
	guint64 lba;	 /**< of a sector that shows it … */
	guint64 sectors; /**< … and how many there are; 0: none, it is about something else */
	char *text;
	guint64 states;	       /**< in which it was found */
	struct cut_plan *plan; /**< how it is brought about; NULL: that could not be worked out. Without `board`, the
				    firmware's file and the seed: explore_result_make() knows them */
};

#define EXPLORE_COUNTERS_MAX 16

/** Bytes of the memories: NVRAM, behind it the counter board's. */
struct explore_bytes {
	guint32 first, last;
};

struct explore_counts {
	guint64 operations; /**< of the sessions that were looked at: each an instant before, within and after */
	guint64 cuts;	    /**< instants, times fates; see explore_media_fates() */
	guint64 torn;	    /**< the same with a write torn at each of its blocks, three ways */
	double log2_all;    /**< binary logarithm of the number of cuts with all combinations of fates */
	guint64 states;	    /**< that were started */
	guint64 sessions;   /**< that were run, parts of sessions included … */
	guint64 session_operations; /**< … and what they did */
	guint64 converged;	    /**< sessions that came to where another one was */
	guint64 restarts;	    /**< of exploring, since sectors became exact */
	guint64 exact_sectors;
	guint64 left_out;   /**< states beyond the limit, and combinations beyond what can be listed */
	guint64 merged;	    /**< states for which another one of their class stood */
	guint depth;	    /**< cuts in a row after which a state was started */
	guint exact;	    /**< cuts in a row up to which no state stood for another */
	gboolean closed;    /**< more cuts in a row would not lead to any other state … */
	gboolean apart;	    /**< … apart from what hangs on the counters' values; see explore_classes.c */
	gboolean unsettled; /**< sectors that starts read went on to become exact: exploring was given up */
	gboolean cramped;   /**< what was left out was left out since it took more memory than bytes_max */
	gboolean bounded;   /**< there was no end of states in sight: exploring did not go on to the fixed point */
	guint counters;	    /**< stretches of bytes of the memories that differ at every start … */
	struct explore_bytes counter[EXPLORE_COUNTERS_MAX]; /**< … the first ones */
	guint disks;
	guint64 sectors[EXPLORE_DISKS]; /**< of each, all */
	gint64 cpu_ns;
	guint64 bytes; /**< that it took to know all states: not told in results */
};

/** Explores. NULL: RIG_ERROR_USAGE for a bad configuration; as explore_board_class.prepare() does. */
struct explore *explore_run(const struct explore_settings *settings, GError **error) MUST_CHECK;
/** NULL is allowed. */
void explore_free(struct explore *explore);
/** Findings, in the order of fault; borrowed. */
const GArray *explore_found(const struct explore *explore);
const struct explore_counts *explore_counts(const struct explore *explore);
