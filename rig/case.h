/* SPDX-License-Identifier: Apache-2.0 */
/* Running one case of a scenario: opens the slot, executes the plan's steps, leaves the slot safe, records everything.
 */
#pragma once
#include "slot_open.h"

/** A case of a run's plan. */
struct plan_case {
	guint32 no;	  /* 1… */
	json_t *scenario; /* of lua_host_plan(); NULL for a file that was refused */
	json_t *the_case;
	const char *file; /* to open */
	char *shown;	  /* to record: relative to the scenarios that come with the program */
	const char *name;
	const char *refusal; /* why the file was refused, or NULL */
};

struct case_setup {
	const struct catalogue *catalogue;
	const struct slot_config *config;
	const char *firmware; /* path of the .so; emulated slots only */
	guint64 seed;	      /* of the run */
	int grant_fd;	      /* emulator's control socket, or -1 */
	const gboolean *interrupted;
	char **without;		     /* monitors that are switched off, NULL-terminated; NULL: none */
	char **without_requirements; /* ids of which nothing is judged, same */
};

/** A case's own seed: cases differ, and do not depend on each other. */
guint64 case_seed(guint64 seed, const char *name);
/** The key file that describes this case's board: the slot's [board] and the case's unit. Emulated slots only. */
GKeyFile *case_board(const struct case_setup *setup, const struct plan_case *plan);
/** NULL, or why this case cannot be run on this slot (other host, effect not allowed). The caller's to free. */
char *case_unfit(const struct case_setup *setup, const struct plan_case *plan);
/** Runs it into a new spool file `segment`. FALSE only if not even the record could be made (RIG_ERROR_RIG). */
gboolean case_run(const struct case_setup *setup, const struct plan_case *plan, const char *segment,
		  GError **error) MUST_CHECK;
/** The payload of a case-begin event. */
json_t *case_begin_json(const struct plan_case *plan);
/** The payload of a case-end event. */
json_t *case_end_json(const struct plan_case *plan, const char *verdict, const char *reason, const char *power);
