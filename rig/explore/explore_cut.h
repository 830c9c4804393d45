/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unit in one certain state, every sector with one value: what a session does to it, and what a cut then leaves
 * when each waiting write has met a certain fate. The same crash model as explore_media.h's, for one case out of all.
 */
#pragma once
#include "explore_internal.h"

/** A write that has not been flushed. A forced one waits only in that it lies above those before it. */
struct explore_held {
	struct explore_waiting write;
	gboolean forced;
};

struct explore_state {
	struct explore *explore;
	guint8 *memory;
	struct explore_geometry geometry[EXPLORE_DISKS];
	struct explore_map *maps[EXPLORE_DISKS]; /* what is on the medium: sets of one value */
	GArray *held;				 /* of struct explore_held, oldest first */
};

/** What a cut must leave: these exact sectors, and of one sector this value. */
struct explore_goal {
	const struct explore_node *node;      /* NULL: whatever exact sectors hold */
	const struct explore_stretch *sector; /* count 0: none */
	struct explore_value value;
	guint verdict; /* in place of the value: any with one of these faults, a set as of explore_judge_set(); 0 */
};

/** Where exploring began. */
void explore_state_init(struct explore_state *state, struct explore *explore);
void explore_state_clear(struct explore_state *state);
/** An operation of a session. */
void explore_state_run(struct explore_state *state, const struct explore_op *op);
/** The power goes. `in_flight`: a forced write that came last had not ended. Finds the smallest set of writes that are
 * not kept with which the goal is met, tells of them in `cut`, and makes it so. FALSE: there is none, or none of at
 * most CUT_PLAN_FATES_MAX writes was found. */
gboolean explore_state_cut(struct explore_state *state, gboolean in_flight, const struct explore_goal *goal,
			   struct cut_at *cut);
/** What is on the medium if everything that waits is lost. */
struct explore_map_stretch explore_state_at(const struct explore_state *state, guint disk, guint64 lba);
/* explore_plan.c: a session of a state. */
/** Runs it; `ops` gets what it does, its times from its beginning on. */
enum explore_stop explore_plan_session(struct explore *explore, struct explore_state *state, gboolean by_request,
				       GArray *ops);
/** Names the cut after the session's first `events` events; `late`: after all of them, and not only after the
 * operations among them. */
void explore_plan_place(const struct explore *explore, const GArray *ops, guint events, gboolean late,
			struct cut_at *cut);
/** Sets what goes before the cuts. */
void explore_plan_describe(const struct explore *explore, const struct explore_trace *trace, struct cut_plan *plan);

/** Where a session begins from it; borrowed from the state. */
void explore_state_origin(struct explore_state *state, struct explore_origin *origin);
