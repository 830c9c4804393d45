/* SPDX-License-Identifier: Apache-2.0 */
/* Faults: where they were seen, and of each kind the one that takes the fewest cuts. */
#include "explore_internal.h"

#define TRACES_MAX 20000u   /* that are noted of a fault */
#define SEARCHES_MAX 2000u  /* that are followed of those */
#define PLANS_MAX 100u	    /* that are tried, of ways that are as near */
#define LOOKED_MAX 2000000u /* edges, of a fault, once a way is known: there may be an even earlier cut then */
#define CUTS_SINGLY 8u	    /* are tried one more at a time up to so many */

static void trace_clear(gpointer data)
{
	g_free(((struct explore_trace *)data)->text);
}

GArray *explore_traces_new(void)
{
	GArray *traces = g_array_new(FALSE, FALSE, sizeof(struct explore_trace));

	g_array_set_clear_func(traces, trace_clear);
	return traces;
}

/* What is no fault as long as the request has come to nothing. */
static gboolean is_excused(const struct explore *explore, enum explore_fault fault)
{
	static const guint always =
	    1u << EXPLORE_FAULT_MESSAGE | 1u << EXPLORE_FAULT_NOT_READY | 1u << EXPLORE_FAULT_CRASH |
	    1u << EXPLORE_FAULT_ENDLESS | 1u << EXPLORE_FAULT_DOCUMENT | 1u << EXPLORE_FAULT_FORGETS |
	    1u << EXPLORE_FAULT_LOSES | 1u << EXPLORE_FAULT_EARLY | 1u << EXPLORE_FAULT_UNLICENSED;

	if (fault == EXPLORE_FAULT_LICENCE)
		return explore->settings.trigger == EXPLORE_INVALIDATION;
	return !(always >> fault & 1) && !explore->lost;
}

void explore_trace_note(struct explore *explore, enum explore_fault fault, const struct explore_stretch *where,
			guint verdict, char *text)
{
	struct explore_part *part = explore_part_at(explore->node, explore->part);
	GArray *traces = explore->traces[fault];
	struct explore_trace trace = { explore->node, fault, explore->part, explore->op, verdict, { 0 }, FALSE, text };

	if (!(part->judged >> fault & 1))
		g_array_index(explore->findings, struct explore_finding, fault).states++;
	part->judged |= 1u << fault;
	if (where)
		trace.where = *where;
	trace.if_begun = explore->root.by_request && is_excused(explore, fault);
	const struct explore_trace *last =
	    traces->len ? &g_array_index(traces, struct explore_trace, traces->len - 1) : NULL;
	if (traces->len >= TRACES_MAX || (last && last->node == trace.node && last->part == trace.part &&
					  last->op == trace.op && last->where.lba == trace.where.lba))
		g_free(text);
	else
		g_array_append_val(traces, trace);
}

/* How many operations have begun by then becomes the one at which that is: its plan knows. */
static void take_place(struct explore_finding *finding)
{
	const GPtrArray *cuts = finding->plan ? finding->plan->cuts : NULL;

	/* It takes a cut to come to such a state, and another one to come back. */
	if (cuts && finding->fault == EXPLORE_FAULT_LIVELOCK)
		finding->cuts = cuts->len;
	if (!finding->cuts)
		finding->operation = 0;
	else if (cuts)
		finding->operation = ((const struct cut_at *)g_ptr_array_index(cuts, 0))->operation;
	else
		finding->operation = MAX(finding->operation, 1);
}

/* --- of each kind the nearest --- */

/* A trace, and how near it can be. */
struct candidate {
	struct explore_near near;
	guint number;
};

static int compare_candidates(gconstpointer a, gconstpointer b)
{
	const struct candidate *one = a, *other = b;

	if (explore_is_nearer(&one->near, &other->near))
		return -1;
	if (explore_is_nearer(&other->near, &one->near))
		return 1;
	return one->number < other->number ? -1 : one->number > other->number;
}

/* The nearest ones first. */
static GArray *sort_traces(const GArray *traces, const struct explore_near *near)
{
	GArray *sorted = g_array_new(FALSE, FALSE, sizeof(struct candidate));

	for (guint i = 0; i < traces->len; i++) {
		const struct explore_trace *trace = &g_array_index(traces, struct explore_trace, i);
		struct candidate candidate = { near[trace->node->number], i };

		if (!candidate.near.cuts)
			candidate.near.first = 0;
		g_array_append_val(sorted, candidate);
	}
	g_array_sort(sorted, compare_candidates);
	return sorted;
}

/* Of those nearer than `*best`, which it becomes; NULL: none is. */
static const struct explore_trace *find_within(struct explore *explore, const GArray *traces, const GArray *sorted,
					       const struct explore_near *near, struct explore_near *best, GArray *way,
					       guint64 *looked)
{
	const struct explore_trace *found = NULL;

	for (guint i = 0; i < MIN(sorted->len, SEARCHES_MAX) && *looked < (found ? LOOKED_MAX : EXPLORE_LOOKED_MOST);
	     i++) {
		const struct candidate *candidate = &g_array_index(sorted, struct candidate, i);
		const struct explore_trace *trace = &g_array_index(traces, struct explore_trace, candidate->number);

		if (!explore_is_nearer(&candidate->near, best))
			break;
		if (explore_search_back(explore, trace, near, best, way, looked))
			found = trace;
	}
	return found;
}

/* Few cuts first: what no way leads to within these is left soon, where it would take all there are. */
static const struct explore_trace *find_nearest(struct explore *explore, const GArray *traces,
						const struct explore_near *near, struct explore_near *best, GArray *way)
{
	g_autoptr(GArray) sorted = sort_traces(traces, near);
	const struct explore_trace *found = NULL;
	guint64 looked = 0;
	gboolean last = FALSE;

	for (guint cuts = 0; !found && !last && looked < EXPLORE_LOOKED_MOST; cuts += 1 + cuts / CUTS_SINGLY) {
		last = cuts > 2 * explore->counts.depth;
		*best = (struct explore_near){ last ? EXPLORE_FAR : cuts + 1, 0 };
		found = find_within(explore, traces, sorted, near, best, way, &looked);
	}
	return found;
}

static struct cut_plan *make_plan(struct explore *explore, const struct explore_trace *trace, const GArray *way)
{
	return trace->fault == EXPLORE_FAULT_LIVELOCK ? explore_plan_livelock(explore, trace)
						      : explore_plan_make(explore, trace, way);
}

/* Of all that are as near as this one, the first that was seen and of which a plan can be made; NULL: of none. */
static const struct explore_trace *find_planned(struct explore *explore, const GArray *traces,
						const struct explore_near *near, const struct explore_near *best,
						struct cut_plan **plan)
{
	g_autoptr(GArray) way = g_array_new(FALSE, FALSE, sizeof(struct explore_step));
	guint64 looked = 0;
	guint tried = 0;

	for (guint i = 0; i < traces->len && tried < PLANS_MAX && looked < LOOKED_MAX; i++) {
		const struct explore_trace *trace = &g_array_index(traces, struct explore_trace, i);
		struct explore_near found = { best->cuts, best->first + 1 };

		if (!explore_is_nearer(&near[trace->node->number], &found) ||
		    !explore_search_back(explore, trace, near, &found, way, &looked))
			continue;
		tried++;
		*plan = make_plan(explore, trace, way);
		if (*plan)
			return trace;
	}
	return NULL;
}

/* It was seen, whatever led to it. */
static void conclude_unexplained(struct explore_finding *finding, const GArray *traces)
{
	const struct explore_trace *first = &g_array_index(traces, struct explore_trace, 0);

	finding->cuts = first->node->depth;
	finding->text = g_strdup(first->text);
	take_place(finding);
}

static void conclude(struct explore *explore, enum explore_fault fault, const struct explore_near *near)
{
	const GArray *traces = explore->traces[fault];
	struct explore_finding *finding = &g_array_index(explore->findings, struct explore_finding, fault);
	g_autoptr(GArray) way = g_array_new(FALSE, FALSE, sizeof(struct explore_step));
	struct explore_near best;
	const struct explore_trace *trace = find_nearest(explore, traces, near, &best, way);

	if (!trace) {
		conclude_unexplained(finding, traces);
		return;
	}
	const struct explore_trace *planned = find_planned(explore, traces, near, &best, &finding->plan);
	if (planned)
		trace = planned;
	else
		finding->plan = make_plan(explore, trace, way);
	finding->cuts = best.cuts;
	finding->operation = best.first;
	finding->disk = trace->where.disk;
	finding->lba = trace->where.lba;
	finding->sectors = trace->where.count;
	finding->text = g_strdup(trace->text);
	take_place(finding);
}

static gboolean has_traces(const struct explore *explore)
{
	for (guint fault = 0; fault < EXPLORE_FAULTS; fault++)
		if (explore->traces[fault]->len)
			return TRUE;
	return FALSE;
}

void explore_trace_all(struct explore *explore)
{
	g_autofree struct explore_near *near = has_traces(explore) ? explore_near_make(explore) : NULL;

	for (guint fault = 0; fault < EXPLORE_FAULTS; fault++) {
		g_array_index(explore->findings, struct explore_finding, fault).fault = (enum explore_fault)fault;
		if (near && explore->traces[fault]->len)
			conclude(explore, (enum explore_fault)fault, near);
	}
}
