/* SPDX-License-Identifier: Apache-2.0 */
/* The explorer's nodes and what is known of each: kept in as few bytes as it takes, and unpacked to be looked at. */
#include "explore_internal.h"

#define LOOKED_AT_MAX 1024 /* bytes of edges */

/* --- maps; ways to a node stand behind them --- */

static struct explore_blob **told_of(struct explore_node *node)
{
	return node->waits ? &node->told : &node->more->told;
}

static const struct explore_blob *told(const struct explore_node *node)
{
	return node->waits ? node->told : node->more->told;
}

static void unpack_maps(const struct explore *explore, const struct explore_node *node, struct explore_map *const *maps)
{
	const guint8 *from = told(node)->bytes;

	for (guint i = 0; i < explore->layout->disks; i++)
		explore_map_unpack(maps[i], &from);
}

static const guint8 *edges_of(const struct explore *explore, const struct explore_node *node)
{
	const guint8 *from = told(node)->bytes;

	for (guint i = 0; i < explore->layout->disks; i++)
		explore_map_skip(&from);
	return from;
}

struct explore_map *const *explore_node_maps(struct explore *explore, const struct explore_node *node)
{
	unpack_maps(explore, node, explore->view);
	return explore->view;
}

void explore_node_set_maps(struct explore *explore, struct explore_node *node, struct explore_map *const *maps)
{
	struct explore_blob **there = told_of(node);

	g_byte_array_set_size(explore->bytes, 0);
	for (guint i = 0; i < explore->layout->disks; i++)
		explore_map_pack(maps[i], explore->bytes);
	if (*there) {
		const guint8 *edges = edges_of(explore, node);

		g_byte_array_append(explore->bytes, edges, (guint)(explore_blob_end(*there) - edges));
	}
	*there = explore_blob_put(explore->pool, *there, explore->bytes);
}

/* --- what few have --- */

const GArray *explore_node_waiting(struct explore *explore, const struct explore_node *node)
{
	const struct explore_rare *rare = explore_rare_of(node);
	const struct explore_blob *waiting = rare ? rare->waiting : NULL;

	if (!waiting)
		return NULL;
	g_array_set_size(explore->waiting, 0);
	g_array_append_vals(explore->waiting, waiting->bytes, waiting->length / sizeof(struct explore_waiting));
	return explore->waiting;
}

struct explore_rare *explore_node_rare(struct explore *explore, struct explore_node *node)
{
	if (!node->more->rare)
		node->more->rare = explore_pool_take(explore->pool, sizeof *node->more->rare);
	return node->more->rare;
}

/* --- edges: the node by how much its number is another one, operations, and the part where it is not the first --- */

static struct explore_edge take_edge(const struct explore *explore, const struct explore_node *node, const guint8 **at)
{
	const guint number = (guint)explore_number_get_from(at, node->number);
	const guint64 ops = explore_number_get(at);
	const guint part = ops & 1 ? (guint)explore_number_get(at) : 0;

	return (struct explore_edge){ explore_nodes_at(explore->nodes, number), part, (guint)(ops >> 1) };
}

struct explore_edge explore_node_edge(const struct explore *explore, const struct explore_node *node)
{
	const guint8 *at = edges_of(explore, node);

	return take_edge(explore, node, &at);
}

/* Each time that more is known of where an edge comes from it is followed once more: then it is noted already. Of
 * thousands of edges the first ones are looked at. */
static gboolean has_edge(const struct explore *explore, const struct explore_node *node,
			 const struct explore_edge *edge)
{
	const guint8 *at = edges_of(explore, node), *end = MIN(explore_blob_end(told(node)), at + LOOKED_AT_MAX);

	while (at < end) {
		const struct explore_edge there = take_edge(explore, node, &at);

		if (there.from == edge->from && there.ops == edge->ops && there.part == edge->part)
			return TRUE;
	}
	return FALSE;
}

static void add_edge(struct explore *explore, struct explore_node *node, const struct explore_edge *edge)
{
	struct explore_blob **there = told_of(node);
	GByteArray *to = explore->bytes;

	if (has_edge(explore, node, edge))
		return;
	g_byte_array_set_size(to, 0);
	explore_number_put_from(to, edge->from->number, node->number);
	explore_number_put(to, (guint64)edge->ops << 1 | (edge->part > 0));
	if (edge->part)
		explore_number_put(to, edge->part);
	*there = explore_blob_add(explore->pool, *there, to);
}

static void add_edges(struct explore *explore, struct explore_node *node, const GArray *edges)
{
	for (guint i = 0; i < edges->len; i++)
		add_edge(explore, node, &g_array_index(edges, struct explore_edge, i));
}

GArray *explore_node_edges(const struct explore *explore, const struct explore_node *node)
{
	GArray *edges = g_array_new(FALSE, FALSE, sizeof(struct explore_edge));
	const guint8 *at = node->shrunk ? NULL : edges_of(explore, node);
	const guint8 *end = node->shrunk ? NULL : explore_blob_end(told(node));

	while (at < end) {
		const struct explore_edge edge = take_edge(explore, node, &at);

		g_array_append_val(edges, edge);
	}
	return edges;
}

/* --- nodes --- */

struct explore_node *explore_node_find(struct explore *explore, const guint64 key[2])
{
	return explore_nodes_find(explore->nodes, key);
}

struct explore_node *explore_node_new(struct explore *explore, const guint64 key[2], gboolean starts,
				      const struct explore_node *from)
{
	struct explore_node *node = explore_nodes_add(explore->nodes, key);

	node->starts = starts != FALSE;
	node->waits = starts && from;
	if (!node->waits) {
		node->more = explore_pool_take(explore->pool, sizeof *node->more);
		node->more->panel = explore->panel;
		node->ready = explore->ready & 1;
		explore_frame_new(explore, node, from);
	}
	for (guint i = 0; i < explore->layout->disks; i++)
		explore_map_put(explore->joined[i], 0, explore->layout->sectors[i], 0);
	explore_node_set_maps(explore, node, explore->joined);
	return node;
}

void explore_node_wake(struct explore *explore, struct explore_node *node)
{
	struct explore_blob *there = node->told;

	if (!node->waits)
		return;
	node->waits = FALSE;
	node->more = explore_pool_take(explore->pool, sizeof *node->more);
	node->more->told = there;
	node->more->chain = (explore_node_edge(explore, node).from->more->chain + 1u) & G_MAXUINT8;
}

static void free_rare(struct explore *explore, struct explore_rare *rare)
{
	if (!rare)
		return;
	explore->class->drop(rare->kept);
	explore_blob_free(explore->pool, rare->waiting);
	explore_blob_free(explore->pool, rare->frame);
	explore_pool_give(explore->pool, rare, sizeof *rare);
}

struct explore_node *explore_node_rep(const struct explore *explore, const struct explore_node *node)
{
	if (node->shrunk)
		return node->stand_in;
	return !node->waits && node->more->rep ? explore_nodes_at(explore->nodes, node->more->rep - 1) : NULL;
}

void explore_node_set_rep(struct explore_node *node, const struct explore_node *rep)
{
	node->more->rep = rep ? rep->number + 1 : 0;
}

/* All that there is besides the node itself. */
static void forget(struct explore *explore, struct explore_node *node)
{
	const guint count = explore_parts(node);

	explore_blob_free(explore->pool, *told_of(node));
	if (node->waits)
		return;
	for (guint i = 0; i < count; i++)
		explore_part_free(explore, explore_part_at(node, i));
	if (count > 1)
		explore_pool_give(explore->pool, node->more->parts, count * sizeof(struct explore_part *));
	free_rare(explore, explore_rare_of(node));
	explore_pool_give(explore->pool, node->more, sizeof *node->more);
}

void explore_graph_new(struct explore *explore)
{
	explore->nodes = explore_nodes_new();
	explore->pool = explore_pool_new();
	explore->logs = explore_shared_new(explore->pool);
	explore->unpacked = g_ptr_array_new();
	memset(&explore->usual, 0, sizeof explore->usual);
	explore->has_usual = FALSE;
}

void explore_graph_free(struct explore *explore)
{
	for (guint i = 0; explore->nodes && i < explore_nodes_count(explore->nodes); i++) {
		struct explore_node *node = explore_nodes_at(explore->nodes, i);

		if (!node->shrunk)
			forget(explore, node);
	}
	explore->stand.node = NULL;
	g_clear_pointer(&explore->nodes, explore_nodes_free);
	g_clear_pointer(&explore->logs, explore_shared_free);
	g_clear_pointer(&explore->pool, explore_pool_free);
	g_clear_pointer(&explore->unpacked, g_ptr_array_unref);
}

void explore_node_shrink(struct explore *explore, struct explore_node *node)
{
	struct explore_node *rep = explore_node_rep(explore, node);

	g_assert(rep && !node->waits);
	explore_frame_before(explore, node);
	forget(explore, node);
	node->shrunk = TRUE;
	node->stand_in = rep;
}

/* --- what leads to them --- */

/* What is of one class may differ, in exact sectors, in random contents: the node's own stands for it. */
static guint32 rename_set(struct explore *explore, guint32 set, guint32 content)
{
	guint32 renamed = 0;
	guint count;

	(void)explore_values_of(explore->values, set, &count);
	for (guint i = 0; i < count; i++) {
		guint32 overwritten = explore_values_of(explore->values, set, &count)[i].overwritten;

		renamed = explore_values_union(explore->values, renamed,
					       explore_values_one(explore->values, content, overwritten));
	}
	return renamed;
}

/* NULL: there is no such sector in `from`. */
static struct explore_map *rename_exact(struct explore *explore, guint disk, const struct explore_map *into,
					const struct explore_map *from)
{
	const GArray *ranges = explore->exact.ranges[disk];
	struct explore_map *renamed = NULL;

	for (guint i = 0; i < ranges->len; i++) {
		const struct explore_range *range = &g_array_index(ranges, struct explore_range, i);
		guint64 end = MIN(range->end, explore->layout->sectors[disk]);

		for (guint64 lba = range->lba; lba < end;) {
			const struct explore_map_stretch ours = explore_map_at(into, lba),
							 theirs = explore_map_at(from, lba);
			guint64 to = MIN(end, MIN(ours.lba + ours.count, theirs.lba + theirs.count));
			guint32 one, other;

			if (ours.set != theirs.set && explore_values_known(explore->values, ours.set, &one) &&
			    explore_values_known(explore->values, theirs.set, &other) && one != other) {
				if (!renamed)
					renamed = explore_map_copy(from);
				explore_map_put(renamed, lba, to - lba, rename_set(explore, theirs.set, one));
			}
			lba = to;
		}
	}
	return renamed;
}

/* TRUE: that is new. */
static gboolean join(struct explore *explore, struct explore_node *node, struct explore_map *const *maps)
{
	const gboolean promised = explore->promised && !node->promised;
	gboolean changed = FALSE;

	node->promised |= explore->promised != FALSE;
	unpack_maps(explore, node, explore->joined);
	for (guint i = 0; i < explore->layout->disks; i++) {
		struct explore_map *into = explore->joined[i];
		struct explore_map *renamed = explore->classes ? rename_exact(explore, i, into, maps[i]) : NULL;

		changed |= explore_map_join(explore->values, into, renamed ? renamed : maps[i]);
		explore_map_free(renamed);
	}
	if (changed)
		explore_node_set_maps(explore, node, explore->joined);
	changed |= promised;
	if (changed && !node->queued && explore_parts(node)) {
		node->queued = TRUE;
		explore->queued++;
	}
	return changed;
}

void explore_node_reach(struct explore *explore, struct explore_node *node, struct explore_map *const *maps,
			const GArray *edges, gboolean all)
{
	for (; node; node = explore_node_rep(explore, node))
		/* Of one that was shrunk nothing is known. */
		if (!node->shrunk && (join(explore, node, maps) || all))
			add_edges(explore, node, edges);
}
