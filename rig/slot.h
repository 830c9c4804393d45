/* SPDX-License-Identifier: Apache-2.0 */
/* A slot: the instruments around one controller, opened from one slot file. The only place that waits. */
#pragma once
#include "analyzer.h"
#include "driver.h"
#include "supply.h"

struct explore_board_class;

/** Known-bad parts of the emulated board beside its firmware. */
struct known_bad {
	const char *setting;		  /**< of [board] that puts one in, by its name */
	const struct defect *const *list; /**< NULL-terminated */
};

/** The tables that only rig/main.c sees. */
struct catalogue {
	const struct driver *const *drivers;	   /**< NULL-terminated */
	const struct board_class *board;	   /**< the emulated board */
	const struct host_profile *const *hosts;   /**< NULL-terminated */
	const struct sink *const *sinks;	   /**< report formats, NULL-terminated */
	const struct known_bad *parts;		   /**< of the emulated board, ended by an empty one; may be NULL */
	const struct analyzer_class *analyzer;	   /**< what stands in for a logic analyzer at the emulated board */
	const struct supply_class *supply;	   /**< what stands in for a power supply */
	const struct explore_board_class *explore; /**< the board for exploring; may be NULL */
	const struct explore_page *explore_page;   /**< what makes a page of exploring; may be NULL */
};

/** An open instrument. */
struct instrument {
	const struct driver *driver; /**< NULL: the slot has none of this role */
	gpointer self;
};

struct slot;
struct disk_track;

/** Time of the slot's clock. */
gint64 slot_now(const struct slot *slot);
/** Appends to the spool, stamped with slot_now(). A failing spool is remembered and ends the next slot_wait(). */
void slot_record(struct slot *slot, enum event_type type, const void *data, gsize length);
/** Appends a JSON event; steals `json`. */
void slot_record_json(struct slot *slot, enum event_type type, json_t *json);
/** Reads what was recorded in this slot so far, from the file. */
gboolean slot_visit_record(const struct slot *slot, spool_visitor visitor, gpointer data, GError **error) MUST_CHECK;
/** From now on `secret` is blacked out, digit by digit, in whatever is recorded. */
void slot_hide(struct slot *slot, const char *secret);
/** Makes what was recorded survive a power failure of the station, where the slot is a real one: milliseconds. */
void slot_checkpoint(struct slot *slot);
/** What was written where on the unit's disks since the slot was opened; NULL where that is not observed. */
const struct disk_track *slot_track(const struct slot *slot);
/** What this slot shows of its unit beyond what the unit says: set of enum observe_need. */
guint slot_shows(const struct slot *slot);
/** Takes in what the slot's logic analyzer still has of the time up to now: waits for it, in real time. FALSE: it is
 *  gone, and the slot file demands it. */
gboolean slot_hear_analyzer(struct slot *slot, GError **error) MUST_CHECK;
/** Where something stands in for the power supply of an emulated slot: what it gives now goes to the board, and it
 *  loses its mains where the board's have failed. `was_told`: it was just turned on or off. */
gboolean slot_feed(struct slot *slot, gboolean was_told, GError **error) MUST_CHECK;
/** Before the main power is turned: its last reading is held against its line, as far as that is known; waits for a
 *  logic analyzer, in real time. FALSE: they contradict each other, or the analyzer is gone. */
gboolean slot_power_settle(struct slot *slot, GError **error) MUST_CHECK;
/** What was read of the main power and not true, by its line; NULL: nothing. Borrowed. */
const char *slot_power_contradiction(struct slot *slot);
/** Reads the main power back, and records it. */
gboolean slot_power_get(struct slot *slot, gboolean *on, GError **error) MUST_CHECK;
/** Records the main power as it was read just now, with what was measured. */
void slot_power_tell(struct slot *slot, gboolean on);
/** The instrument of a role. */
const struct instrument *slot_instrument(const struct slot *slot, enum driver_role role);

/** Asked again after everything that happens. Sets *done, or returns FALSE with error set. */
typedef gboolean (*slot_condition)(gpointer data, gboolean *done, GError **error);
/** Lets slot time pass until the condition holds (TRUE, *met = TRUE) or `deadline_ns` is reached (TRUE, *met = FALSE);
 *  meanwhile it reads the console. condition may be NULL. Errors: a driver's, the condition's, or interruption. */
gboolean slot_wait(struct slot *slot, gint64 deadline_ns, slot_condition condition, gpointer data, gboolean *met,
		   GError **error) MUST_CHECK;
