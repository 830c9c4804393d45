/* SPDX-License-Identifier: Apache-2.0 */
/* What exploring one erase came to, as a value that goes from process to process, and into files and words. */
#pragma once
#include "explore_outcomes.h"
#include <jansson.h>

enum explore_verdict {
	EXPLORE_PASS,	      /**< everything within the depth was looked at, and nothing was found */
	EXPLORE_FAIL,	      /**< something was found, or the firmware does not come as far as the erase: `reason` */
	EXPLORE_NOT_EXPLORED, /**< this unit has no such erase: `reason` */
	EXPLORE_ERROR,	      /**< the rig broke, or not everything was looked at: `reason` */
	EXPLORE_VERDICTS,
};
extern const char *const explore_verdict_names[EXPLORE_VERDICTS];

struct explore_result {
	enum explore_trigger trigger;
	enum explore_verdict verdict;
	char *reason; /**< or NULL */
	struct explore_counts counts;
	GArray *findings; /**< of struct explore_finding: those with states, in the order of fault */
	GArray *outcomes; /**< of struct explore_outcome: the map of cut points */
};

void explore_result_init(struct explore_result *result, enum explore_trigger trigger);
void explore_result_clear(struct explore_result *result);
/** Explores, and takes what comes of it. */
void explore_result_make(struct explore_result *result, const struct explore_settings *settings);
/** As a new JSON object, and from one: RIG_ERROR_PROTOCOL if it is none. */
json_t *explore_result_encode(const struct explore_result *result);
gboolean explore_result_decode(struct explore_result *result, json_t *json, GError **error) MUST_CHECK;
/** One paragraph for people. `again`: for each finding the command that replays it, or NULL; NULL: there are none. */
void explore_result_tell(const struct explore_result *result, char *const *again, GString *text);
