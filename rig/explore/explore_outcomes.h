/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes of a cut, for each operation of an erase: a map of cut points and outcomes.
 *
 * Its places are the instants of the session that erases when nobody cuts the power, told apart by how many operations
 * have begun by then; a cut there leaves one state or several. Neighbours of equal outcome are one stretch. Where
 * nothing is said of a stretch, no cut there led to anything bad: that is proved, within the depth that was explored.
 * Where something is said of it, that was found in a state that a cut there leaves; cuts that leave the same memories
 * leave one state, so another cut than this one may have brought it there. The first cut that really does is the
 * finding's (explore_finding.operation).
 */
#pragma once
#include "explore.h"
#include <jansson.h>

#define EXPLORE_OUTCOMES_MAX 2000u
/** Besides the faults in their sets: not everything that comes of it was looked at. */
#define EXPLORE_OUTCOME_UNKNOWN (1u << 31)

struct explore_outcome {
	guint64 first, last; /**< how many operations have begun when the power goes, from 0 */
	guint waiting;	     /**< writes that then wait in caches, at most */
	guint32 alone;	     /**< set of 1 << enum explore_fault: what the next start shows */
	guint32 later;	     /**< … what only shows when the power goes again, and again */
};

/** Of what was explored: stretches in order, without gaps from 0 on. Where there are more than EXPLORE_OUTCOMES_MAX
 *  neighbours are united, with all that is said of any. */
GArray *explore_outcomes_make(const struct explore *explore);
/** Where in the map the first cut of a finding is. Its plan knows exactly; without one it is the earliest instant that
 *  may be. 0 if it takes no cut. */
guint64 explore_outcomes_place(const struct explore_finding *finding);
/** Unites neighbours until there are at most `most`. */
void explore_outcomes_limit(GArray *outcomes, guint most);
/** As a new JSON array [{"first", "last", "waiting", "alone": [NAME], "later": [NAME]}], "not-looked-at" among the
 *  names. */
json_t *explore_outcomes_encode(const GArray *outcomes);
/** FALSE: it is none. Replaces what is in `outcomes`. An absent array is an empty one. */
gboolean explore_outcomes_decode(json_t *json, GArray *outcomes) MUST_CHECK;
