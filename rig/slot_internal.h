/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a slot; only rig/slot*.c include it. */
#pragma once
#include "disk_track.h"
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
	guint shows;		  /* set of enum observe_need */
	struct disk_track *track; /* NULL: requests are not observed */
	GByteArray *seen;	  /* an observation under way to the spool */
};

/* slot_record.c */
/** Works out what the slot shows and has it told to the record. All instruments are open. */
void slot_start_observing(struct slot *slot);
