/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A livelock as a cut plan. It shows after the second cut of a row: two starts in a row, each with power for as long as
 * explore_livelock.c says, leave the same behind. More of the same cuts are more of the same.
 */
#include "explore_cut.h"
#include "explore_story.h"

#define ROUNDS_MAX 8u

/* As many events of the session as it takes to have erased for so long; 0: it is over before. */
static guint ripe(const struct explore *explore, const GArray *ops)
{
	gint64 from_ns = -1;

	for (guint i = 0; i < ops->len; i++) {
		const struct explore_op *op = &g_array_index(ops, struct explore_op, i);

		if (from_ns < 0 && op->what == EXPLORE_WRITE)
			from_ns = op->at_ns;
		if (from_ns >= 0 && op->what <= EXPLORE_GEOMETRY && op->at_ns - from_ns >= explore_share_ns(explore))
			return i + 1;
	}
	return 0;
}

/* What counts starts or is random tells nothing. */
static void state_key(struct explore *explore, const struct explore_state *state, guint64 key[2])
{
	struct hash128 hash;

	hash128_init(&hash, 22);
	for (guint32 i = 0; i < explore->layout->memory_bytes; i++)
		hash128_word(&hash, explore->hidden[i] ? 256 : state->memory[i]);
	hash128_bytes(&hash, state->geometry, sizeof state->geometry);
	hash128_end(&hash, key);
}

/* One session and the cut after it. FALSE: there is no such cut. */
static gboolean go_round(struct explore *explore, struct explore_state *state, struct cut_plan *plan,
			 gboolean *promised)
{
	static const struct explore_stretch nowhere = { 0 };
	const struct explore_goal all_kept = { .sector = &nowhere };
	const gboolean first = plan->cuts->len == 0;
	g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(struct explore_op));

	if (explore_plan_session(explore, state, first && explore->root.by_request, ops) == EXPLORE_UNKNOWN)
		return FALSE;
	const guint events = ripe(explore, ops);
	for (guint i = 0; i < events; i++) {
		const struct explore_op *op = &g_array_index(ops, struct explore_op, i);

		explore_state_run(state, op);
		*promised |= op->what == EXPLORE_ANSWER && op->content == 0;
	}
	if (!events)
		return FALSE;
	struct cut_at *cut = cut_plan_add(plan);
	explore_plan_place(explore, ops, events, FALSE, cut);
	cut->promised = *promised;
	if (!explore_state_cut(state, FALSE, &all_kept, cut))
		return FALSE;
	explore_story_session(explore, plan, ops, events, first);
	explore_story_cut(plan);
	return TRUE;
}

static gboolean go(struct explore *explore, struct explore_state *state, struct cut_plan *plan)
{
	gboolean promised = !explore->root.by_request;
	guint64 before[2] = { 0, 0 }, now[2];

	for (guint round = 0; round < ROUNDS_MAX; round++) {
		if (!go_round(explore, state, plan, &promised))
			return FALSE;
		state_key(explore, state, now);
		if (round && memcmp(before, now, sizeof now) == 0)
			return TRUE;
		memcpy(before, now, sizeof now);
	}
	return FALSE;
}

struct cut_plan *explore_plan_livelock(struct explore *explore, const struct explore_trace *trace)
{
	struct cut_plan *plan = cut_plan_new();
	struct explore_state state;

	explore_plan_describe(explore, trace, plan);
	plan->requirement = g_strdup(explore_faults[trace->fault].requirement);
	explore_state_init(&state, explore);
	const gboolean good = go(explore, &state, plan);
	explore_state_clear(&state);
	if (good) {
		g_ptr_array_add(plan->story,
				g_strdup("The next start begins where the one before it began, and so on for ever."));
		explore_story_end(explore, plan, NULL);
		return plan;
	}
	cut_plan_free(plan);
	return NULL;
}
