/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a way through the graph to a cut plan. The way says at which point of each session the power goes, and what the
 * sectors that matter hold then. It is gone once more from the very beginning, session by session on the board, with
 * one value in every sector; what does not turn out as the way says is no plan.
 */
#include "explore_cut.h"
#include "explore_story.h"

#define UNKNOWN_MAX 1000u /* times that a session is run anew since the board had not kept what it read */

/* --- sessions --- */

static enum explore_stop run_once(struct explore *explore, struct explore_state *state, gboolean by_request,
				  GArray *ops)
{
	struct explore_origin origin;
	gint64 began_ns;
	enum explore_stop stop;
	gboolean timed;
	guint count;

	explore_state_origin(state, &origin);
	g_array_set_size(ops, 0);
	if (by_request)
		explore->class->request(explore->board, &origin);
	else
		explore->class->power_on(explore->board, &origin);
	began_ns = explore->class->now(explore->board);
	do {
		stop = explore->class->run(explore->board);
		const struct explore_op *log = explore->class->log(explore->board, &count, &timed);
		g_array_append_vals(ops, log, count);
	} while (stop == EXPLORE_SYNC);
	for (guint i = 0; i < ops->len; i++)
		g_array_index(ops, struct explore_op, i).at_ns -= began_ns;
	return stop;
}

enum explore_stop explore_plan_session(struct explore *explore, struct explore_state *state, gboolean by_request,
				       GArray *ops)
{
	enum explore_stop stop = EXPLORE_UNKNOWN;

	for (guint tries = 0; tries < UNKNOWN_MAX && stop == EXPLORE_UNKNOWN; tries++)
		stop = run_once(explore, state, by_request, ops);
	return stop;
}

/* --- where a cut is --- */

static gboolean is_operation(const struct explore_op *op)
{
	return op->what <= EXPLORE_GEOMETRY;
}

static enum cut_kind kind_of(const struct explore_layout *layout, const struct explore_op *op)
{
	switch ((enum explore_what)op->what) {
	case EXPLORE_WRITE:
		return CUT_AT_WRITE;
	case EXPLORE_FLUSH:
		return CUT_AT_FLUSH;
	case EXPLORE_MEMORY:
		return op->at < layout->nvram_bytes ? CUT_AT_NVRAM : CUT_AT_COUNTER;
	default:
		return CUT_AT_RESIZE;
	}
}

static gboolean is_same_place(const struct explore_op *a, const struct explore_op *b)
{
	return a->what == b->what && (a->what == EXPLORE_MEMORY || a->disk == b->disk) &&
	       (a->what == EXPLORE_FLUSH || a->at == b->at);
}

/* Names operation `index` of the session. */
static void name_operation(const struct explore *explore, const GArray *ops, guint index, struct cut_at *cut)
{
	const struct explore_op *op = &g_array_index(ops, struct explore_op, index);

	cut->kind = kind_of(explore->layout, op);
	cut->disk = op->what == EXPLORE_MEMORY ? 0 : op->disk;
	cut->at = op->what == EXPLORE_FLUSH ? 0 : op->at;
	if (cut->kind == CUT_AT_COUNTER)
		cut->at -= explore->layout->nvram_bytes;
	cut->count = op->what == EXPLORE_WRITE ? op->count : op->what == EXPLORE_MEMORY ? EXPLORE_UNIT : 0;
	cut->at_ns = op->at_ns;
	cut->operation = cut->nth = 0;
	for (guint i = 0; i <= index; i++) {
		const struct explore_op *other = &g_array_index(ops, struct explore_op, i);

		cut->operation += is_operation(other);
		cut->nth += is_operation(other) && is_same_place(op, other);
	}
}

void explore_plan_place(const struct explore *explore, const GArray *ops, guint events, gboolean late,
			struct cut_at *cut)
{
	guint last = ops->len, next = events, answered = late;

	for (guint i = 0; i < events; i++) {
		const struct explore_op *op = &g_array_index(ops, struct explore_op, i);

		if (is_operation(op))
			last = i;
		answered = late || op->what == EXPLORE_ANSWER || (answered && !is_operation(op));
	}
	while (next < ops->len && !is_operation(&g_array_index(ops, struct explore_op, next)))
		next++;
	/* After the answer and before anything else was done. */
	if (last < ops->len && !answered) {
		cut->when = CUT_AFTER_IT;
		name_operation(explore, ops, last, cut);
	} else if (next < ops->len) {
		cut->when = CUT_BEFORE_IT;
		name_operation(explore, ops, next, cut);
	} else {
		cut->kind = CUT_AT_POWER;
		cut->nth = 1;
		for (guint i = 0; i < ops->len; i++)
			cut->operation += is_operation(&g_array_index(ops, struct explore_op, i));
	}
}

/* --- the way --- */

struct walk {
	struct explore *explore;
	const struct explore_trace *trace;
	const GArray *way;
	struct explore_state state;
	struct cut_plan *plan;
	GArray *ops; /* of the session */
	guint step;  /* of the way, the first of the session */
	gboolean promised;
};

static const struct explore_step *step_at(const struct walk *walk, guint step)
{
	return &g_array_index(walk->way, struct explore_step, step);
}

/* How many events of the session, and which step is its last. */
static guint count_events(const struct walk *walk, guint *last)
{
	guint events = 0, step = walk->step;

	while (events += step_at(walk, step)->ops, step + 1 < walk->way->len && !step_at(walk, step)->cut)
		step++;
	*last = step;
	return events;
}

static gboolean follow(struct walk *walk, guint from, guint events)
{
	if (walk->ops->len < events)
		return FALSE;
	for (guint i = from; i < events; i++) {
		const struct explore_op *op = &g_array_index(walk->ops, struct explore_op, i);

		explore_state_run(&walk->state, op);
		walk->promised |= op->what == EXPLORE_ANSWER && op->content == 0;
	}
	return TRUE;
}

static gboolean cut_at(struct walk *walk, guint events, const struct explore_goal *goal, struct cut_at *cut)
{
	/* A claim is a claim when it was made. */
	const gboolean late = !goal->node;

	*cut = (struct cut_at){ .fates = cut->fates };
	explore_plan_place(walk->explore, walk->ops, events, late, cut);
	cut->promised = walk->promised;
	if (explore_state_cut(&walk->state, FALSE, goal, cut))
		return TRUE;
	if (cut->kind != CUT_AT_WRITE || cut->when != CUT_AFTER_IT)
		return FALSE;
	cut->when = CUT_WITHIN_IT;
	return explore_state_cut(&walk->state, TRUE, goal, cut);
}

/* As early as it leaves what the way goes on from. */
static gboolean cut(struct walk *walk, guint *events, guint last)
{
	const struct explore_step *before = step_at(walk, last), *after = step_at(walk, last + 1);
	const struct explore_goal goal = { after->node, &walk->trace->where, after->value, 0 };
	const guint latest = *events + before->latest - before->ops;
	struct cut_at *cut = cut_plan_add(walk->plan);

	while (!cut_at(walk, *events, &goal, cut)) {
		if (*events == latest || !follow(walk, *events, *events + 1))
			return FALSE;
		++*events;
	}
	return TRUE;
}

/* The start after this cut does not make good what it has done. */
static gboolean stays(struct walk *walk)
{
	struct explore *explore = walk->explore;
	const struct explore_stretch *where = &walk->trace->where;

	if (explore_plan_session(explore, &walk->state, FALSE, walk->ops) == EXPLORE_UNKNOWN)
		return FALSE;
	for (guint i = 0; i < walk->ops->len; i++) {
		const struct explore_op *op = &g_array_index(walk->ops, struct explore_op, i);

		if (op->what == EXPLORE_WRITE && op->disk == where->disk && where->lba >= op->at &&
		    where->lba < op->at + op->count)
			return FALSE;
	}
	return TRUE;
}

/* What the next cut may undo is undone, so that it shows on the medium, too. Where the unit makes that good the claim
 * alone is the fault, without any cut. */
static gboolean undo(struct walk *walk, guint events)
{
	const struct explore_goal goal = { NULL, &walk->trace->where, { 0, 0 }, walk->trace->verdict };
	/* What was not overwritten at all is there to be seen by everybody. */
	const struct explore_goal worst = {
		NULL, &walk->trace->where, { 0, 0 }, walk->trace->verdict & 1u << EXPLORE_FAULT_LEFT
	};
	struct cut_at *cut = cut_plan_add(walk->plan);

	if ((!worst.verdict || !cut_at(walk, events, &worst, cut)) && !cut_at(walk, events, &goal, cut))
		return FALSE;
	if (stays(walk))
		explore_story_cut(walk->plan);
	else
		g_ptr_array_set_size(walk->plan->cuts, (gint)walk->plan->cuts->len - 1);
	return TRUE;
}

/* With all the time in the world. */
static gboolean never_ends(struct explore *explore, enum explore_stop stop)
{
	struct explore_answers answers;

	if (stop == EXPLORE_IDLE)
		stop = explore->class->ask(explore->board, &answers);
	return stop == EXPLORE_EXHAUSTED;
}

/* The fault is there: of a sector, what it holds is what was found, or would be if the power went now. */
static gboolean shows(struct walk *walk)
{
	const struct explore_trace *trace = walk->trace;
	const struct explore_goal goal = { NULL, &trace->where, { 0, 0 }, trace->verdict };
	struct cut_at fates = { 0 };

	if (!trace->where.count)
		return TRUE;
	fates.fates = g_array_new(FALSE, FALSE, sizeof(struct cut_write));
	gboolean found = explore_state_cut(&walk->state, FALSE, &goal, &fates);
	g_array_unref(fates.fates);
	return found;
}

/* The monitor's two requirements: the message never came, or it went too early. */
static const char *requirement_of(const struct walk *walk, guint events)
{
	const struct explore *explore = walk->explore;

	if (walk->trace->fault != EXPLORE_FAULT_MESSAGE)
		return explore_faults[walk->trace->fault].requirement;
	for (guint i = 0; i < events; i++) {
		const struct explore_op *op = &g_array_index(walk->ops, struct explore_op, i);

		if (op->what == EXPLORE_PANEL && op->content == explore->erasing)
			return "MSG-05";
	}
	return "MSG-01";
}

static gboolean go(struct walk *walk)
{
	const gboolean by_request = walk->explore->root.by_request;
	guint last = 0;

	walk->promised = !by_request;
	for (walk->step = 0; walk->step < walk->way->len; walk->step = last + 1) {
		const gboolean first = walk->step == 0;
		guint events = count_events(walk, &last);
		const enum explore_stop stop =
		    explore_plan_session(walk->explore, &walk->state, first && by_request, walk->ops);

		/* A fault at the end is seen behind the last event. */
		if (!step_at(walk, last)->cut)
			events = MIN(events, walk->ops->len);
		if (stop == EXPLORE_UNKNOWN || !follow(walk, 0, events))
			return FALSE;
		const gboolean goes_on = step_at(walk, last)->cut;
		if (goes_on && !cut(walk, &events, last))
			return FALSE;
		explore_story_session(walk->explore, walk->plan, walk->ops, events, first);
		if (!goes_on && walk->trace->fault == EXPLORE_FAULT_ENDLESS && !never_ends(walk->explore, stop))
			return FALSE;
		if (!goes_on)
			walk->plan->requirement = g_strdup(requirement_of(walk, events));
		if (!goes_on)
			return walk->trace->fault == EXPLORE_FAULT_VOLATILE ? undo(walk, events) : shows(walk);
		explore_story_cut(walk->plan);
	}
	return FALSE;
}

/* What has to be done beyond cuts for the fault to show. */
static const enum cut_then then_of[EXPLORE_FAULTS] = {
	[EXPLORE_FAULT_FORGETS] = CUT_THEN_STORE,
	[EXPLORE_FAULT_LOSES] = CUT_THEN_STORE,
	[EXPLORE_FAULT_EARLY] = CUT_THEN_REPORT,
};

void explore_plan_describe(const struct explore *explore, const struct explore_trace *trace, struct cut_plan *plan)
{
	const struct explore_layout *layout = explore->layout;

	plan->text = g_strdup(trace->text);
	plan->fault = g_strdup(explore_faults[trace->fault].name);
	plan->erase = g_strdup(explore_triggers[explore->settings.trigger]);
	plan->mode = explore->settings.mode;
	plan->document = explore->root.document;
	plan->then = then_of[trace->fault];
	plan->disks = layout->disks;
	for (guint i = 0; i < layout->disks; i++)
		plan->disk[i] = (struct cut_disk){ layout->sectors[i], layout->block_sectors[i] };
	plan->system_lba = layout->profile.system_lba;
	plan->system_sectors = layout->profile.system_sectors;
}

struct cut_plan *explore_plan_make(struct explore *explore, const struct explore_trace *trace, const GArray *way)
{
	struct walk walk = { .explore = explore, .trace = trace, .way = way, .plan = cut_plan_new() };

	explore_plan_describe(explore, trace, walk.plan);
	walk.ops = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	explore_state_init(&walk.state, explore);
	gboolean good = go(&walk);
	if (good)
		explore_story_end(explore, walk.plan, trace->where.count ? &walk.state : NULL);
	explore_state_clear(&walk.state);
	g_array_unref(walk.ops);
	if (good)
		return walk.plan;
	cut_plan_free(walk.plan);
	return NULL;
}
