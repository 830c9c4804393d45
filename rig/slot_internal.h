/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a slot; only rig/slot*.c include it. */
#pragma once
#include "disk_track.h"
#include "line_capture.h"
#include "slot_open.h"

struct slot {
	const struct slot_setup *setup;
	struct instrument instruments[ROLES];
	struct driver_env env[ROLES];
	struct board *board;
	GString *console;
	gint64 console_read_ns; /* when it was last read to the end */
	GPtrArray *secrets;	/* of char * */
	GError *spool_error;
	gint64 recorded_ns; /* the last event's time */
	struct slot_watcher watcher;
	guint shows;		      /* set of enum observe_need */
	struct disk_track *track;     /* NULL: requests are not observed */
	GByteArray *seen;	      /* an observation under way to the spool */
	gboolean over;		      /* only lines are still observed */
	struct line_capture *capture; /* NULL: there is no logic analyzer */
	guint8 wired, levels;	      /* its lines */
};

/* slot_record.c */
/** Works out what the slot shows and has it told to the record. All instruments are open. */
void slot_start_observing(struct slot *slot);

/* slot_lines.c */
/** Begins to keep what the slot's logic analyzer sees; `emit` records a part of a window. */
void slot_lines_open(struct slot *slot, void (*emit)(gpointer data, const void *bytes, gsize length));
/** An observer's line() and sent(). */
void slot_lines_seen(gpointer slot, gint64 at_ns, guint line, gboolean level);
void slot_lines_sent(gpointer slot, gint64 at_ns, guint8 byte);
/** Something was recorded: its lines may be worth keeping. */
void slot_lines_event(struct slot *slot, const struct event *event);
/** The slot is being closed. */
void slot_lines_close(struct slot *slot);
