/* SPDX-License-Identifier: Apache-2.0 */
/* Faults: where they were seen, and of each kind the one that takes the fewest cuts. */
#include "explore_internal.h"

#define TRACES_MAX 20000u  /* that are noted of a fault */
#define SEARCHES_MAX 2000u /* that are followed of those */

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

static void conclude(struct explore *explore, enum explore_fault fault)
{
	const GArray *traces = explore->traces[fault];
	struct explore_finding *finding = &g_array_index(explore->findings, struct explore_finding, fault);
	g_autoptr(GArray) way = g_array_new(FALSE, FALSE, sizeof(struct explore_step));
	g_autoptr(GArray) best_way = g_array_new(FALSE, FALSE, sizeof(struct explore_step));
	const struct explore_trace *best = NULL;
	guint searches = 0;

	finding->fault = fault;
	for (guint i = 0; i < traces->len && searches < SEARCHES_MAX; i++) {
		const struct explore_trace *trace = &g_array_index(traces, struct explore_trace, i);
		guint cuts;
		guint64 first;

		if (finding->text && trace->node->depth > finding->cuts)
			continue;
		searches++;
		if (!explore_search_back(explore, trace, finding->text ? finding->cuts : G_MAXUINT, &cuts, &first,
					 way) ||
		    (finding->text && (cuts > finding->cuts || (cuts == finding->cuts && first >= finding->operation))))
			continue;
		finding->cuts = cuts;
		finding->operation = first;
		finding->disk = trace->where.disk;
		finding->lba = trace->where.lba;
		finding->sectors = trace->where.count;
		g_free(finding->text);
		finding->text = g_strdup(trace->text);
		best = trace;
		g_array_set_size(best_way, 0);
		g_array_append_vals(best_way, way->data, way->len);
	}
	if (best)
		finding->plan = fault == EXPLORE_FAULT_LIVELOCK ? explore_plan_livelock(explore, best)
								: explore_plan_make(explore, best, best_way);
	if (best)
		take_place(finding);
}

void explore_trace_all(struct explore *explore)
{
	for (guint fault = 0; fault < EXPLORE_FAULTS; fault++)
		conclude(explore, (enum explore_fault)fault);
}
