/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's emulator process, and what the run's own process must know of it should the worker die. */
#pragma once
#include "case.h"
#include <limits.h>
#include <sys/types.h>

/** In memory that the run's process shares with a worker. */
struct emulator_trace {
	pid_t pid;	       /* 0: none is running */
	char folder[PATH_MAX]; /* the testbed's: "/tmp/umockdev.XXXXXX" */
};

struct emulator {
	pid_t pid;
	int fd; /* control socket, or -1: none is running */
	struct emulator_trace *trace;
};

/** Shared with processes that are forked later. Errors: RIG_ERROR_RIG. */
struct emulator_trace *emulator_trace_new(GError **error) MUST_CHECK;
void emulator_trace_free(struct emulator_trace *trace);
/** A factory-fresh board for the case; starts an emulator if none is running. Errors: RIG_ERROR_RIG; the emulator then
 *  is ended, and the next call starts another. */
gboolean emulator_reset(struct emulator *emulator, const struct case_setup *cases, const struct plan_case *plan,
			GError **error) MUST_CHECK;
/** Ends it and waits for that. */
void emulator_end(struct emulator *emulator);
/** After the worker died: waits at most 2 s for its emulator's end. TRUE if the emulator had been killed before, which
 *  takes a worker with it; its testbed, which nobody else would remove, then is removed. */
gboolean emulator_bury(struct emulator_trace *trace);
