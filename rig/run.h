/* SPDX-License-Identifier: Apache-2.0 */
/* A run: deals the plan's cases to workers, collects their records in order into the spool, feeds the reports. */
#pragma once
#include "plan.h"
#include "sink.h"
#include "tally.h"

struct run_setup {
	struct case_setup cases;
	struct plan *plan;
	const char *out;		 /* folder for runs; the run's own folder run-NNNN is made in it */
	const struct sink *const *sinks; /* report formats, then live ones; NULL-terminated */
	char **required;		 /* ids that must be judged, NULL-terminated; may be NULL */
	guint jobs;
};

struct run_result {
	char *folder;	     /* of the run */
	struct tally *tally; /* of all its events */
	gboolean interrupted;
};

/** Runs everything. FALSE (RIG_ERROR_RIG) where the run could not be recorded; what was recorded stays. */
gboolean run_execute(const struct run_setup *setup, const struct requirement_table *requirements,
		     struct run_result *result, GError **error) MUST_CHECK;
void run_result_clear(struct run_result *result);
