/* SPDX-License-Identifier: Apache-2.0 */
/* A slot of fake instruments for tests of the slot, the steps and the cases. Not part of the program. */
#pragma once
#include "case.h"

/** What the instruments do, and what was done to them. */
struct fake_slot {
	gboolean is_virtual;	 /* the clock */
	gint64 now_ns;		 /* moves by 1 ms an advance at most */
	gint64 console_takes_ns; /* how long a read of the console lasts */
	const char *console;	 /* what is said, over and over … */
	guint console_reads;	 /* … to so many reads */
	gboolean present;	 /* the controller */
	gboolean main_on, held;
	const char *broken_role;      /* does not open */
	enum protocol_outcome answer; /* to a registration … */
	guint mute_after;	      /* … or none after so many; 0: never mute */
	char typed[64];		      /* the last text typed */
	const char *key;	      /* that the licence source hands out … */
	gboolean is_real_key;	      /* … and whether it is worth something */
	struct unit_status status;    /* what it says … */
	gint64 percent_ns;	      /* … while it erases: a percent more after each such time; ready at 100 */
	gint64 activates_ns;	      /* the licence is active from then on; 0: never */
	gint64 cut_ns;		      /* the mains fail then; 0: never */
	const char *refused;	      /* an operation's refusal … */
	json_t *answer_json;	      /* … or its answer, a new reference each time */
	const char *called;	      /* the last operation asked for */
	char bench_line[128];	      /* the last line for the bench */
	const char *bench_answer;     /* NULL: nobody is there */
	gboolean has_disk;	      /* rig/fake_disk.h */
	gboolean no_bench;	      /* not even an instrument */
	char **without;		      /* requirements of which nothing is judged */
	void (*on_call)(const char *operation); /* what the unit does meanwhile */
	guint power_opened, registrations, level, hold_ms;
	guint32 value;
};

extern struct fake_slot fake_slot;

/** Everything as it is at first. */
void fake_slot_reset(void);
/** A slot file's content with the fake drivers in all roles. Free with slot_config_free(). */
struct slot_config *fake_slot_config(void);

/** What a case left behind. */
struct fake_result {
	json_t *end;	   /* the case-end event */
	json_t *steps;	   /* step-end events */
	GByteArray *bytes; /* the segment file */
};

/** Runs one case; `steps` is JSON with ' for ", each {'step':…, 'args':{…}}. */
struct fake_result fake_slot_run(const char *steps);
/** Runs it, expects the case's verdict; what the last step saw, "" for nothing. Free with g_free(). */
char *fake_slot_see(const char *steps, const char *verdict);
/** The verdict alone. */
void fake_slot_verdict(const char *steps, const char *verdict);
/** … and that what was seen begins so. */
void fake_slot_expect(const char *steps, const char *verdict, const char *seen);
void fake_result_clear(struct fake_result *result);
/** The verdict of step number `n` (1…); "" if it was not reached. */
const char *fake_step_verdict(const struct fake_result *result, guint n);
