/* SPDX-License-Identifier: Apache-2.0 */
/* Worker processes: each runs cases of the plan one after another, so that a crash takes one case and not the run. */
#pragma once
#include "emulator.h"
#include <sys/types.h>

struct worker {
	pid_t pid;
	int fd;		 /* case numbers go in, the same number comes back when its segment is complete */
	guint32 case_no; /* under way; 0: idle */
	struct emulator_trace *trace;
};

/** What a worker process needs; inherited by the fork. */
struct worker_setup {
	struct case_setup cases;
	const GPtrArray *plan; /* of struct plan_case * */
	const char *folder;    /* the run's folder: segments go there */
};

/** Forks a worker. Errors: RIG_ERROR_RIG. */
gboolean worker_start(struct worker *worker, const struct worker_setup *setup, GError **error) MUST_CHECK;
/** Hands it a case. If it is gone, worker_take() says so. */
void worker_give(struct worker *worker, guint32 case_no);
/** Takes a finished case's number; 0: the worker ended, and `*how` (the caller's to free) says how. */
guint32 worker_take(struct worker *worker, char **how);
/** Asks it to leave its slot safe and end. Async-signal-safe. */
void worker_interrupt(const struct worker *worker);
/** Lets it end and waits for it. */
void worker_stop(struct worker *worker);
/** After a worker died: opens and closes the slot of a real unit in a process of its own, which turns the main power
 * off. TRUE if that was confirmed. An emulated unit died with its worker or is reset for the next case. */
gboolean worker_make_safe(const struct worker_setup *setup);
/** The file of a case's records. The caller's to free. */
char *worker_segment(const char *folder, guint32 case_no);
