/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How near each node is to the first session: by how few cuts, and with how early a first one, it can have been come to
 * at best, whatever sectors hold and times are. No way is better, so searches need not look at those that cannot be
 * (explore_search.c).
 */
#include "explore_search.h"

/* The operations of its session that a cut leaves behind at least, if it leaves this. */
static guint64 count_operations(const struct explore *explore, const struct explore_edge *edge)
{
	const GArray *all = explore_part_outline(explore, explore_part_at(edge->from, edge->part));
	const guint begin = search_state_begin(all, MIN(edge->ops, all->len));
	guint64 operations = edge->from->more->before;

	for (guint i = 0; i < begin; i++)
		operations += g_array_index(all, struct explore_op, i).what <= EXPLORE_GEOMETRY;
	return operations;
}

/* By this edge. */
static struct explore_near by_edge(const struct explore *explore, const struct explore_near *near,
				   const struct explore_node *node, const struct explore_edge *edge)
{
	const struct explore_near *from = &near[edge->from->number];

	if (from->cuts == EXPLORE_FAR || !explore_parts(edge->from))
		return (struct explore_near){ EXPLORE_FAR, 0 };
	if (!node->starts)
		return *from;
	return (struct explore_near){ from->cuts + 1, from->cuts ? from->first : count_operations(explore, edge) };
}

/* FALSE: nothing is nearer than was known. */
static gboolean improve(const struct explore *explore, struct explore_near *near, const struct explore_node *node)
{
	g_autoptr(GArray) edges = explore_node_edges(explore, node);
	struct explore_near *best = &near[node->number];
	gboolean better = FALSE;

	for (guint i = 0; i < edges->len; i++) {
		const struct explore_edge *edge = &g_array_index(edges, struct explore_edge, i);

		/* Nothing by this edge can be nearer. */
		if (near[edge->from->number].cuts > best->cuts)
			continue;
		const struct explore_near by = by_edge(explore, near, node, edge);
		if (!explore_is_nearer(&by, best))
			continue;
		*best = by;
		better = TRUE;
	}
	return better;
}

struct explore_near *explore_near_make(const struct explore *explore)
{
	const guint count = explore_nodes_count(explore->nodes);
	struct explore_near *near = g_new0(struct explore_near, count);
	gboolean better = TRUE;

	for (guint i = 0; i < count; i++)
		near[i] = (struct explore_near){ i ? EXPLORE_FAR : 0, 0 };
	while (better) {
		better = FALSE;
		for (guint i = 1; i < count; i++)
			better |= improve(explore, near, explore_nodes_at(explore->nodes, i));
	}
	return near;
}
