/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a fault came about: from where it was seen back to the first session, by as few cuts as possible, and among those
 * by the earliest first one. Where it is about a sector what is followed is the value that it held: at each node, which
 * value at an earlier one it can have come from. explore_near.c has worked out for each node how near it is to the
 * first session at best, so that the search goes straight there (Hart, Nilsson, Raphael: "A formal basis for the
 * heuristic determination of minimum cost paths", 1968).
 */
#include "explore_search.h"

#define ANY_TIME (-1)

/* --- places --- */

static guint place_hash(gconstpointer key)
{
	const struct place *place = key;
	guint64 mixed = place->node->number | (guint64)place->value.content << 32;

	mixed = hash128_mix(mixed) + place->value.overwritten + ((guint64)place->if_begun << 32);
	return (guint)hash128_mix(mixed ^ (guint64)place->at_ns);
}

static gboolean place_equal(gconstpointer a, gconstpointer b)
{
	const struct place *one = a, *other = b;

	return one->node == other->node && one->value.content == other->value.content &&
	       one->value.overwritten == other->value.overwritten && one->at_ns == other->at_ns &&
	       one->if_begun == other->if_begun;
}

static int place_order(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct place *one = a, *other = b;

	(void)data;
	if (one->all.cuts != other->all.cuts)
		return one->all.cuts < other->all.cuts ? -1 : 1;
	if (one->all.first != other->all.first)
		return one->all.first < other->all.first ? -1 : 1;
	return one->number < other->number ? -1 : one->number > other->number;
}

/* --- the search --- */

static struct explore_near whole_way(const struct search *search, const struct place *place)
{
	const struct explore_near *near = &search->near[place->node->number];

	return (struct explore_near){ near->cuts == EXPLORE_FAR ? EXPLORE_FAR : place->cuts + near->cuts,
				      near->cuts ? near->first : place->first };
}

static void reach(struct search *search, struct place *place)
{
	struct place *there = g_hash_table_lookup(search->known, place);

	place->all = whole_way(search, place);
	if (!explore_is_nearer(&place->all, &search->best))
		return;
	if (!there) {
		place->number = search->places->len;
		there = g_memdup2(place, sizeof *place);
		g_ptr_array_add(search->places, there);
		g_hash_table_add(search->known, there);
	} else {
		if (there->done || there->cuts < place->cuts ||
		    (there->cuts == place->cuts && there->first <= place->first))
			return;
		g_tree_remove(search->open, there);
		place->number = there->number;
		*there = *place;
	}
	g_tree_insert(search->open, there, there);
}

static struct place *nearest(const struct search *search)
{
	GTreeNode *first = g_tree_node_first(search->open);

	return first ? g_tree_node_value(first) : NULL;
}

static guint64 count_operations(const struct explore *explore, const struct explore_node *node, guint part, guint ops)
{
	const GArray *all = explore_part_outline(explore, explore_part_at(node, part));
	guint64 operations = node->more->before;

	for (guint i = 0; i < ops && i < all->len; i++)
		operations += g_array_index(all, struct explore_op, i).what <= EXPLORE_GEOMETRY;
	return operations;
}

/* How many operations of a part it takes until the erase has begun; more than there are: it does not. */
static guint begun_after(const struct search *search, const struct explore_node *node, guint part)
{
	const GArray *all = explore_part_outline(search->explore, explore_part_at(node, part));
	guint i = 0;

	while (i < all->len && !explore_judge_begins(search->explore, &g_array_index(all, struct explore_op, i)))
		i++;
	return i + 1;
}

/* The way on from the fault, or from where it leads, begins with so many operations of this part. */
static void reach_after(struct search *search, struct place *from, const struct wish *wish, gboolean cut, guint ops)
{
	const gboolean wanted = from->next ? from->next->if_begun : search->trace->if_begun;

	if (cut)
		from->first = count_operations(search->explore, from->node, wish->part, ops);
	from->part = wish->part;
	from->ops = ops;
	from->latest = MAX(ops, wish->ops);
	from->cut = cut;
	from->if_begun = wanted && begun_after(search, from->node, wish->part) > ops;
	reach(search, from);
}

static void try_value(struct search *search, struct place *from, const struct wish *wish, gboolean cut)
{
	guint met = wish->test && (search_is_sector(search->trace) || cut)
			? wish->test(search, from, wish->part, wish->ops, wish->value)
			: wish->ops + 1;

	if (!met)
		return;
	reach_after(search, from, wish, cut, met - 1);
	/* What it leaves it leaves up to the last instant. */
	if (!cut || !from->if_begun)
		return;
	const guint begun = begun_after(search, from->node, wish->part);
	if (begun <= from->latest)
		reach_after(search, from, wish, cut, begun);
}

/* Values of the sector at the beginning of from->node for which the wish comes true. */
static void reach_from(struct search *search, struct place *from, const struct wish *wish, gboolean cut)
{
	struct explore_values *values = search->explore->values;
	guint count;

	if (!search_is_sector(search->trace)) {
		from->value = (struct explore_value){ 0, 0 };
		try_value(search, from, wish, cut);
		return;
	}
	guint32 set =
	    search_sector_of(search, explore_node_maps(search->explore, from->node)[search->trace->where.disk]);
	(void)explore_values_of(values, set, &count);
	for (guint i = 0; i < count; i++) {
		from->value = explore_values_of(values, set, &count)[i];
		try_value(search, from, wish, cut);
	}
}

/* When a part began that ended at `end_ns`; FALSE: it did not end then. A session may come back to where it was, later:
 * that goes back to no time before its power-on. */
static gboolean began_at(const struct explore_part *part, gint64 end_ns, gint64 *at_ns)
{
	if (!part->timed) {
		*at_ns = end_ns == ANY_TIME ? ANY_TIME : end_ns - (part->end_ns - part->begin_ns);
		return *at_ns >= 0 || end_ns == ANY_TIME;
	}
	*at_ns = part->begin_ns;
	return end_ns == ANY_TIME || end_ns == part->end_ns;
}

static gboolean begins_right(const struct place *place)
{
	return !place->node->starts || place->at_ns == ANY_TIME ||
	       place->at_ns == explore_part_at(place->node, 0)->begin_ns;
}

static void step_back(struct search *search, const struct place *place)
{
	g_autoptr(GArray) edges = explore_node_edges(search->explore, place->node);

	for (guint i = 0; i < edges->len; i++) {
		const struct explore_edge *edge = &g_array_index(edges, struct explore_edge, i);
		const gboolean cut = place->node->starts;
		const struct wish wish = { cut ? search_is_left : search_leads_on, edge->part, edge->ops,
					   &place->value };
		struct place from = {
			.node = edge->from, .cuts = place->cuts + cut, .first = place->first, .next = place
		};

		search->looked++;
		/* One that another state stands for is known no more; that one has a way of its own. */
		if (!explore_parts(edge->from))
			continue;
		const struct explore_part *part = explore_part_at(edge->from, edge->part);
		if (began_at(part, cut ? ANY_TIME : place->at_ns, &from.at_ns) && begins_right(&from))
			reach_from(search, &from, &wish, cut);
	}
}

static void take_way(const struct place *place, GArray *way)
{
	g_array_set_size(way, 0);
	for (; place; place = place->next) {
		const struct explore_step step = { place->node,	  place->part, place->ops,
						   place->latest, place->cut,  place->value };

		g_array_append_val(way, step);
	}
}

static const struct place *search_back(struct search *search)
{
	const struct explore_trace *trace = search->trace;
	const struct explore_part *part = explore_part_at(trace->node, trace->part);
	const struct wish wish = { search_is_bad, trace->part, trace->op + 1, NULL };
	struct place seen = { .node = trace->node, .at_ns = part->timed ? part->begin_ns : ANY_TIME };
	struct place *place;

	reach_from(search, &seen, &wish, FALSE);
	while ((place = nearest(search)) && search->looked < EXPLORE_LOOKED_MOST) {
		if (place->node->root && !place->if_begun)
			return place;
		/* From now on it stays as it is. */
		place->done = TRUE;
		g_tree_remove(search->open, place);
		step_back(search, place);
	}
	return NULL;
}

gboolean explore_search_back(struct explore *explore, const struct explore_trace *trace,
			     const struct explore_near *near, struct explore_near *best, GArray *way, guint64 *looked)
{
	struct search search = { .explore = explore, .trace = trace, .near = near, .best = *best };

	explore_media_init(&search.media, explore->layout, explore->values, &explore->exact);
	search.since = explore_map_new(1, 0);
	search.places = g_ptr_array_new_with_free_func(g_free);
	search.known = g_hash_table_new(place_hash, place_equal);
	search.open = g_tree_new_with_data(place_order, NULL);
	const struct place *found = search_back(&search);
	if (found) {
		*best = (struct explore_near){ found->cuts, found->first };
		take_way(found, way);
	}
	*looked += search.looked;
	g_tree_unref(search.open);
	g_hash_table_unref(search.known);
	g_ptr_array_unref(search.places);
	explore_map_free(search.since);
	explore_media_clear(&search.media);
	return found != NULL;
}
