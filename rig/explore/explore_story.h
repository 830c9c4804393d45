/* SPDX-License-Identifier: Apache-2.0 */
/* A cut plan's story: one line for what each session did, one for each cut, one for what is left. */
#pragma once
#include "explore_cut.h"

/** A session of which so many events were gone through; `first`: the one that began the erase. */
void explore_story_session(const struct explore *explore, struct cut_plan *plan, const GArray *ops, guint events,
			   gboolean first);
/** The plan's last cut. */
void explore_story_cut(struct cut_plan *plan);
/** What was found; `state`: what of the disks the cuts have left wrong, NULL: it is about something else. */
void explore_story_end(struct explore *explore, struct cut_plan *plan, const struct explore_state *state);
