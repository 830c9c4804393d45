/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig run --cut-plan: the case that a cut plan makes. */
#pragma once
#include "plan.h"

/**
 * Loads the cut plan `path` and makes the plan of its one case. An emulated slot gets the board that was explored;
 * where it also watches its disk the cut is exact, everywhere else it is aimed by time. `firmware`: what will run, or
 * NULL; that it is another one than was explored is told on standard error. Errors: RIG_ERROR_USAGE, it is no cut plan,
 * or one of a board with settings that there are none of.
 */
struct plan *run_plan_load(const char *path, const struct catalogue *catalogue, struct slot_config *config,
			   const char *firmware, GError **error) MUST_CHECK;
