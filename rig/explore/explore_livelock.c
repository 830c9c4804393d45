/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Livelock: an erase that never ends although the unit has power long enough, again and again.
 *
 * No unit can finish an erase whose power goes at once at each start. So what is asked is this: power that lasts, at
 * each start, until the unit has erased for a while (explore_settings.share_ns, a minute: counted from the start's
 * first disk write), and may go at any instant after that. A unit that keeps its progress gets nearer to the end with
 * every such start, so it is never again in a state in which it has been. Whichever comes back to one may do so for
 * ever: a cycle in the graph of states whose edges are such cuts is a finding. By the same reasoning nothing is one
 * else: there are finitely many states, so without a cycle every row of such starts ends, and it can end only with a
 * start that comes to rest, or one that does not come to an end, which is another finding.
 *
 * The edges are followed through the first states of classes (explore_classes.c): whoever counts the starts is not in
 * the same state again, but no nearer. Where exploring did not go to the fixed point nothing is said. An erase that
 * takes less time than that has no such cuts.
 */
#include "explore_internal.h"

#define SHARE_NS (60 * G_GINT64_CONSTANT(1000000000))

enum color { WHITE, GREY, BLACK };

/* What is left to look at of a node: the cuts in `part` (and those in the node's others, unless `one`) from operation
 * `ops` on, then the moment after it. */
struct visit {
	struct explore_node *node; /* where the part begins … */
	struct explore_node *of;   /* … and what is being visited: a state, or a moment, then the same */
	guint part, ops;
	struct explore_left_at at; /* in what cuts within the part leave */
	gboolean one;
};

struct walk {
	struct explore *explore;
	GArray *stack;		    /* of struct visit */
	guint8 *color;		    /* by a node's number */
	struct explore_node *found; /* a state of a cycle */
};

gint64 explore_share_ns(const struct explore *explore)
{
	return explore->settings.share_ns ? explore->settings.share_ns : SHARE_NS;
}

static struct explore_node *first_of(const struct explore *explore, struct explore_node *node)
{
	struct explore_node *rep = explore_node_rep(explore, node);

	return rep ? rep : node;
}

/* Where a start from this state has erased for long enough. FALSE: it comes to rest before. */
static gboolean find_ripe(const struct explore *explore, struct explore_node *state, struct visit *visit)
{
	const gint64 share_ns = explore_share_ns(explore);
	gint64 erased_ns = -1; /* up to the part's beginning */

	for (struct explore_node *node = state; node && explore_parts(node); node = first_of(explore, node)) {
		const struct explore_part *part = explore_part_at(node, 0);
		const GArray *ops = explore_part_outline(explore, part);
		gint64 from_ns = part->begin_ns - MAX(erased_ns, 0);

		for (guint i = 0; i < ops->len; i++) {
			const struct explore_op *op = &g_array_index(ops, struct explore_op, i);

			if (erased_ns < 0 && op->what == EXPLORE_WRITE) {
				erased_ns = 0;
				from_ns = op->at_ns;
			}
			if (erased_ns >= 0 && op->at_ns - from_ns >= share_ns) {
				*visit = (struct visit){ .node = node, .of = state, .ops = i, .one = TRUE };
				return TRUE;
			}
		}
		if (erased_ns >= 0)
			erased_ns = part->end_ns - from_ns;
		node = part->end == EXPLORE_END_NEXT ? part->next : NULL;
		if (!node)
			break;
	}
	return FALSE;
}

static void enter(struct walk *walk, struct explore_node *node)
{
	struct visit visit = { .node = node, .of = node };

	walk->color[node->number] = GREY;
	if (node->starts && !find_ripe(walk->explore, node, &visit))
		walk->color[node->number] = BLACK;
	else
		g_array_append_val(walk->stack, visit);
}

/* The states on the stack from `node` on go round; the first one that was come to counts. */
static void take_cycle(struct walk *walk, const struct explore_node *node)
{
	for (guint i = walk->stack->len; i-- > 0;) {
		struct explore_node *of = g_array_index(walk->stack, struct visit, i).of;

		if (of->starts && (!walk->found || of->number < walk->found->number))
			walk->found = of;
		if (of == node)
			return;
	}
}

/* The next node that this visit leads to; NULL: it leads nowhere else. */
static struct explore_node *advance(const struct explore *explore, struct visit *visit)
{
	const guint parts = explore_parts(visit->node);

	while (visit->part < parts) {
		const struct explore_part *part = explore_part_at(visit->node, visit->part);
		struct explore_left left;

		while (explore_left_next(explore, part, &visit->at, &left))
			if (left.ops >= visit->ops)
				return first_of(explore, left.node);
		visit->part = visit->one ? parts : visit->part + 1;
		visit->at = (struct explore_left_at){ 0 };
		visit->ops = 0;
		if (part->end == EXPLORE_END_NEXT && part->next)
			return first_of(explore, part->next);
	}
	return NULL;
}

static void walk_from(struct walk *walk, struct explore_node *node)
{
	enter(walk, node);
	while (walk->stack->len) {
		struct visit *visit = &g_array_index(walk->stack, struct visit, walk->stack->len - 1);
		struct explore_node *next = advance(walk->explore, visit);

		if (!next) {
			walk->color[visit->of->number] = BLACK;
			g_array_set_size(walk->stack, walk->stack->len - 1);
		} else if (walk->color[next->number] == GREY) {
			take_cycle(walk, next);
		} else if (walk->color[next->number] == WHITE) {
			enter(walk, next);
		}
	}
}

static void tell(struct explore *explore, struct explore_node *state)
{
	const gint64 share_ns = explore_share_ns(explore);

	explore->node = state;
	explore->part = 0;
	explore->op = 0;
	explore_trace_note(explore, EXPLORE_FAULT_LIVELOCK, NULL, 0,
			   g_strdup_printf("power that goes again and again, each time when the unit has erased for "
					   "%.3g s, brings it back to where it was: the erase never ends",
					   (double)share_ns / 1e9));
}

void explore_livelock_find(struct explore *explore)
{
	struct walk walk = { .explore = explore };

	if (!explore->counts.closed && !explore->counts.apart)
		return;
	walk.stack = g_array_new(FALSE, FALSE, sizeof(struct visit));
	walk.color = g_malloc0(explore_nodes_count(explore->nodes));
	for (guint i = 0; i < explore_nodes_count(explore->nodes); i++) {
		struct explore_node *node = explore_nodes_at(explore->nodes, i);

		if (node->starts && !explore_node_rep(explore, node) && walk.color[i] == WHITE)
			walk_from(&walk, node);
	}
	if (walk.found)
		tell(explore, walk.found);
	g_array_unref(walk.stack);
	g_free(walk.color);
}
