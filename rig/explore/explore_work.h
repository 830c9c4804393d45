/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Explores several erases in processes of their own, some at a time: what a firmware does to its process is over with
 * it.
 */
#pragma once
#include "explore_result.h"

struct explore_work {
	const struct explore_settings *settings; /**< of the erase `triggers[i]`, but for the trigger */
	const enum explore_trigger *triggers;
	guint count;
	guint jobs;
	/** Called as each one ends, in the order of `triggers`. */
	void (*ended)(gpointer data, const struct explore_result *result);
	gpointer data;
	FILE *progress; /**< told how far it is, once a second; NULL: nobody is told */
};

/** Errors: RIG_ERROR_RIG, if no process can be made. A worker that dies where another one died before it, in the same
 *  start of the firmware, is a crash of that; any other death is an EXPLORE_ERROR of its erase, or made good by a
 *  second worker. FALSE also
 *  when it was interrupted (SIGINT, SIGTERM), without an error. */
gboolean explore_work(const struct explore_work *work, GError **error) MUST_CHECK;
