/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A monitor watches an invariant in every case, asked for or not. It is fed all that is recorded, live, in the process
 * that runs the case; it may look at the disk when the case ends. It never acts on the unit.
 *
 * It declares what it must be able to observe; where the slot does not show that, it is off, and the requirements that
 * it speaks for are not judged. It speaks only of what had an occasion: an erase that never happened was not judged.
 */
#pragma once
#include "event.h"
#include "observe.h"

struct disk_track;
struct monitor_case;

/** What a monitor is given; lives as long as the case. */
struct monitor_view {
	const struct disk_track *track;	    /**< what was written where; NULL without OBSERVE_REQUESTS */
	const struct unit_profile *profile; /**< what is known of the unit */
	struct monitor_case *of;	    /**< for monitor_find(), monitor_judged() */
};

/** What the slot file or the case's unit says about the controller. */
struct unit_profile {
	guint64 system_lba, system_sectors; /**< the first disk's system area: no user data */
	gboolean null_encrypted;	    /**< NULL of mode 1 reaches the disk as ciphertext */
	gboolean french;		    /**< panel language */
};

struct monitor {
	const char *name;		 /**< "pass-complete" */
	const char *summary;		 /**< the invariant, one sentence */
	const char *const *requirements; /**< NULL-terminated: those it speaks for */
	guint needs;			 /**< set of enum observe_need */
	gpointer (*open)(const struct monitor_view *view);
	/** One event, in the order of the spool; `time_ns` never goes back. Optional. */
	void (*event)(gpointer self, const struct event *event);
	/** A key that must not be seen anywhere. Optional. */
	void (*key)(gpointer self, const guint8 *key, gsize length);
	/** The case's steps are done; the unit may still be on. Optional. */
	void (*end)(gpointer self);
	void (*close)(gpointer self);
};

/** The requirement was judged: there was an occasion. */
void monitor_judged(const struct monitor_view *view, const char *requirement);
/** The invariant is broken: `text` says what, where, and what was seen instead (takes printf arguments). It is recorded
 *  (EVENT_FINDING) with the time of the event under way, and fails the case. At most 20 findings a monitor and case are
 *  recorded; the rest are counted. */
void monitor_find(const struct monitor_view *view, const char *requirement, const char *text, ...) G_GNUC_PRINTF(3, 4);

/** Every monitor, NULL-terminated (rig/monitors.c). */
extern const struct monitor *const monitors[];
/** NULL if there is none of that name. */
const struct monitor *monitor_by_name(const char *name);
