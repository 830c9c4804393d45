/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a slot; only rig/slot*.c include it. */
#pragma once
#include "rig/monitors/disk_track.h"
#include "line_capture.h"
#include "line_clock.h"
#include "slot_open.h"

struct slot {
	const struct slot_setup *setup;
	struct instrument instruments[ROLES];
	struct driver_env env[ROLES];
	struct board *board;
	GString *console;
	gint64 console_read_ns;	 /* when it was last read */
	gint64 console_heard_ns; /* all that it had said by then is read; -1: nobody minds */
	gboolean console_gap;	 /* the record says that it is not read */
	GPtrArray *secrets;	 /* of char * */
	GError *spool_error;
	gint64 recorded_ns; /* the last event's time */
	struct slot_watcher watcher;
	guint shows;		      /* set of enum observe_need */
	struct disk_track *track;     /* NULL: requests are not observed */
	GByteArray *seen;	      /* an observation under way to the spool */
	gboolean over;		      /* only lines are still observed */
	struct line_capture *capture; /* NULL: there is no logic analyzer */
	guint8 wired, levels;	      /* its lines */
	gpointer analyzer;	      /* that stands in for a real one at an emulated board; NULL: none does */
	gpointer supply;	      /* the same of a power supply */
	char *contradiction;	      /* what slot_power_check() has found; NULL: nothing */
	gboolean fed;		      /* by that */
	gboolean samples;	      /* the analyzer samples: it is to be read */
	GArray *triggers;	      /* that it has not reached */
	struct line_clock *clock;     /* its; NULL: it tells exact times, or there is none */
	gint64 mark_ns;		      /* when the marker is to change next; G_MAXINT64: nobody drives it */
	gint64 marked_until_ns;	      /* up to then it does so often */
	gboolean marker;	      /* its level */
	gint64 reached_ns;	      /* time of the last sample that was taken in */
	gint64 power_edge_ns;	      /* LINE_MAIN_POWER's last edge; LINE_NO_EDGE: it had none */
	struct {
		gboolean pending, on;
		gint64 at_ns;
	} reading; /* of the main power, not yet held against its line */
};

/* slot_record.c */
/** Works out what the slot shows and has it told to the record. All instruments are open. */
void slot_start_observing(struct slot *slot);

/* slot_console.c */
/** The slot is open: from now on the record says where a console on a real clock was not read in time. */
void slot_console_begin(struct slot *slot);
/** Something is about to be recorded. */
void slot_console_look(struct slot *slot);
/** Takes what the console has. While no time passes nothing new can arrive: on a virtual clock it is read until it is
 *  empty. A real one is asked once, since a unit that never falls silent must not outlast the deadline. */
gboolean slot_console_drain(struct slot *slot, GError **error) MUST_CHECK;

/* slot_lines.c */
/** Begins to keep what the slot's logic analyzer sees; `emit` records a part of a window. */
void slot_lines_open(struct slot *slot, void (*emit)(gpointer data, const void *bytes, gsize length));
/** An observer's line() and sent(). */
void slot_lines_seen(gpointer slot, gint64 at_ns, guint line, gboolean level);
void slot_lines_sent(gpointer slot, gint64 at_ns, guint8 byte);
/** Something was recorded: its lines may be worth keeping. */
void slot_lines_event(struct slot *slot, const struct event *event);
/** The slot is being closed. FALSE: the lines say that the main power is not as it was read. */
gboolean slot_lines_close(struct slot *slot, GError **error) MUST_CHECK;

/* slot_power.c */
#define LINE_NO_EDGE G_MININT64
/** The main power was read back. */
void slot_power_read(struct slot *slot, gint64 at_ns, gboolean on);
/** Its line changed. */
void slot_power_edge(struct slot *slot, gint64 at_ns);
/** Holds the last reading against the line, once that is known up to a while after it; `is_last`: at once. FALSE: they
 *  contradict each other (RIG_ERROR_RIG). */
gboolean slot_power_check(struct slot *slot, gboolean is_last, GError **error) MUST_CHECK;

/** Makes what stands in for the power supply of an emulated slot, where its driver is to reach one. */
gboolean slot_supply_prepare(struct slot *slot, GError **error) MUST_CHECK;
/** Frees it; the driver is closed. */
void slot_supply_free(struct slot *slot);

/* slot_samples.c */
/** Whether the slot file demands its logic analyzer: the run is an error without it. */
gboolean slot_logic_required(const struct slot *slot);
/** Makes what stands in for the analyzer of an emulated slot, where its driver is to reach one. */
gboolean slot_samples_prepare(struct slot *slot, GError **error) MUST_CHECK;
/** Begins to keep what a sampling analyzer sees. */
void slot_samples_open(struct slot *slot, void (*emit)(gpointer data, const void *bytes, gsize length));
/** An observer's line() and sent(), where something stands in for the analyzer. */
void slot_samples_seen(gpointer slot, gint64 at_ns, guint line, gboolean level);
void slot_samples_sent(gpointer slot, gint64 at_ns, guint8 byte);
/** Takes in what is there. FALSE: the analyzer is gone, and the slot file demands it. */
gboolean slot_samples_read(struct slot *slot, GError **error) MUST_CHECK;
/** When the slot's logic analyzer is to be marked next: G_MAXINT64 where it is not. */
gint64 slot_samples_due(const struct slot *slot);
/** Marks it if that is due. */
void slot_samples_mark(struct slot *slot);
/** The slot is closed: the marker goes low. */
void slot_samples_unmark(struct slot *slot);
/** What is around this time is to be kept, as soon as it is there. */
void slot_samples_trigger(struct slot *slot, gint64 time_ns, enum event_lines_why why);
/** Frees what slot_samples_prepare() made; the driver is closed. */
void slot_samples_free(struct slot *slot);
