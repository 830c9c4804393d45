/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A monitor watches an invariant in every case, asked for or not. It is fed all that is recorded, live, in the process
 * that runs the case; it may look at the disk when the case ends. It never acts on the unit.
 *
 * It declares what it must be able to observe; where the slot does not show that, it is off, and the requirements that
 * it speaks for are not judged. It speaks only of what had an occasion: an erase that never happened was not judged.
 */
#pragma once
#include "rig/line_window.h"
#include "unit_watch.h"

struct monitor_case;

/** What a monitor is given; lives as long as the case. */
struct monitor_view {
	const struct unit_watch *watch; /**< what is known of the unit; up to date when the monitor is called */
	const struct disk_track *track; /**< what was written where; NULL without OBSERVE_REQUESTS */
	const struct unit_profile *profile;
	struct monitor_case *of; /**< for the functions below */
	gpointer entry;		 /**< the framework's own */
};

struct monitor {
	const char *name;		 /**< "pass-complete" */
	const char *summary;		 /**< the invariant, one sentence */
	const char *const *requirements; /**< NULL-terminated: those it speaks for */
	guint needs;			 /**< set of enum observe_need */
	/** It only contradicts: what it finds breaks a requirement, but where it is off nothing lacks. */
	gboolean supporting;
	gpointer (*open)(const struct monitor_view *view);
	/** One event, in the order of the spool; its time never goes back. Optional. */
	void (*event)(gpointer self, const struct event *event);
	/** What several events together mean; comes before event() of the last of them. Optional. */
	void (*moment)(gpointer self, enum moment moment);
	/** A line of the console, whole; before the moment that it means. Optional. */
	void (*line)(gpointer self, const char *line);
	/** A capture window of a logic analyzer, complete, later than what it is about. It may hold the first part of a
	 *  window only: what came until the case ended. Optional; with OBSERVE_LINES. */
	void (*window)(gpointer self, const struct line_window *window);
	/** A key that must not be seen anywhere. Optional. */
	void (*key)(gpointer self, const guint8 *key, gsize length);
	/** The case's steps are done; the unit may still be on. Optional. */
	void (*end)(gpointer self);
	void (*close)(gpointer self);
};

/** The requirement was judged: there was an occasion. By itself that passes nothing: an expectation does (tally.h). */
void monitor_judged(const struct monitor_view *view, const char *requirement);
/** The invariant is broken: `text` says what, where, and what was seen instead (takes printf arguments). It is recorded
 *  (EVENT_FINDING) with the time of the event under way, and fails the case. At most MONITOR_FINDINGS_MAX findings a
 *  monitor and case are recorded; the rest are counted. */
void monitor_find(const struct monitor_view *view, const char *requirement, const char *text, ...) G_GNUC_PRINTF(3, 4);
#define MONITOR_FINDINGS_MAX 20

/** What the rig itself recorded contradicts itself: neither a pass nor the controller's failure. The case becomes an
 *  error, unless it has failed by something else. `text` takes printf arguments. */
void monitor_fault(const struct monitor_view *view, const char *text, ...) G_GNUC_PRINTF(2, 3);

/** The stretch of like content around `lba` on the medium, hidden areas and all; FALSE where that is not to be seen. */
gboolean monitor_content(const struct monitor_view *view, guint disk, guint64 lba, struct disk_stretch *stretch);
/** How many sectors hold these bytes, and the first of them; -1 where that is not to be seen. */
gint64 monitor_search(const struct monitor_view *view, guint disk, const guint8 *bytes, gsize length, guint64 *lba);
/** The unit's memory ("nvram", "counter"); NULL where that is not to be seen. Free with g_bytes_unref(). */
GBytes *monitor_memory(const struct monitor_view *view, const char *which);

/** "sector 4711 of disk 0"; the caller's to free. */
char *monitor_place(guint disk, guint64 lba);

/** Every monitor, NULL-terminated (rig/monitors/monitors.c). */
extern const struct monitor *const monitors[];
/** NULL if there is none of that name. */
const struct monitor *monitor_by_name(const char *name);
/** "the disk's requests, the panel at every moment"; the caller's to free. */
char *monitor_needs_text(guint needs);
