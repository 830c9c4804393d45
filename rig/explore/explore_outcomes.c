/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_outcomes.h"
#include "explore_internal.h"

#define UNKNOWN_NAME "not-looked-at"

/* --- what comes of a state --- */

/* By number of the node: sets of what its session shows, and of what more cuts show besides. */
struct sets {
	guint32 *alone, *any;
};

static gboolean add(guint32 *set, guint32 more)
{
	const gboolean is_new = (more & ~*set) != 0;

	*set |= more;
	return is_new;
}

static gboolean add_node(struct sets *sets, const struct explore_node *node, const struct explore_node *from,
			 gboolean cut)
{
	gboolean changed = add(&sets->any[node->number], sets->any[from->number]);

	return (!cut && add(&sets->alone[node->number], sets->alone[from->number])) || changed;
}

static gboolean gather_part(struct sets *sets, const struct explore *explore, const struct explore_node *node,
			    const struct explore_part *part)
{
	struct explore_left left;
	gboolean changed = add(&sets->alone[node->number], part->judged);

	changed |= add(&sets->any[node->number], part->judged);
	if (part->end == EXPLORE_END_NEXT && part->next)
		changed |= add_node(sets, node, part->next, FALSE);
	for (struct explore_left_at at = { 0 }; explore_left_next(explore, part, &at, &left);)
		changed |= add_node(sets, node, left.node, TRUE);
	return changed;
}

static gboolean gather_node(struct sets *sets, const struct explore *explore, const struct explore_node *node)
{
	const struct explore_node *rep = explore_node_rep(explore, node);
	gboolean changed = FALSE;

	if (rep)
		return add_node(sets, node, rep, FALSE);
	if (!explore_parts(node)) {
		changed = add(&sets->any[node->number], EXPLORE_OUTCOME_UNKNOWN);
		return add(&sets->alone[node->number], EXPLORE_OUTCOME_UNKNOWN) || changed;
	}
	for (guint i = 0; i < explore_parts(node); i++)
		changed |= gather_part(sets, explore, node, explore_part_at(node, i));
	return changed;
}

/* Until nothing is new. What is led to mostly has the higher number, so a few rounds do. */
static void gather(struct sets *sets, const struct explore *explore)
{
	gboolean changed;

	do {
		changed = FALSE;
		for (guint i = explore_nodes_count(explore->nodes); i-- > 0;)
			changed |= gather_node(sets, explore, explore_nodes_at(explore->nodes, i));
	} while (changed);
}

/* --- along the first session --- */

static struct explore_outcome *last_of(GArray *outcomes)
{
	return outcomes->len ? &g_array_index(outcomes, struct explore_outcome, outcomes->len - 1) : NULL;
}

/* `into` is the one before. */
static void unite(struct explore_outcome *into, const struct explore_outcome *next)
{
	into->last = next->last;
	into->waiting = MAX(into->waiting, next->waiting);
	into->alone |= next->alone;
	into->later = (into->later | next->later) & ~into->alone;
}

static gboolean is_alike(const struct explore_outcome *one, const struct explore_outcome *other)
{
	return one->alone == other->alone && one->later == other->later;
}

/* Something is left at this instant, and at those before it that nothing was said of. */
static void put(GArray *outcomes, struct explore_outcome outcome)
{
	struct explore_outcome *last = last_of(outcomes);

	outcome.first = last ? last->last + 1 : 0;
	if (last && outcome.last <= last->last) {
		struct explore_outcome both = *last;

		unite(&both, &outcome);
		both.first = both.last = last->last;
		if (is_alike(&both, last) || last->first == last->last) {
			unite(last, &both);
			return;
		}
		last->last--;
		outcome = both;
	} else if (last && is_alike(last, &outcome)) {
		unite(last, &outcome);
		return;
	}
	g_array_append_val(outcomes, outcome);
}

struct walk {
	const struct sets *sets;
	GArray *outcomes;
	guint64 operations; /* so far */
};

/* All that is left when so many operations have begun, if that is what comes next; FALSE: it is not. */
static gboolean gather_left(const struct walk *walk, const struct explore *explore, const struct explore_part *part,
			    guint ops, struct explore_left_at *at, struct explore_outcome *outcome)
{
	struct explore_left left;
	gboolean any = FALSE;

	for (struct explore_left_at next = *at; explore_left_next(explore, part, &next, &left) && left.ops == ops;
	     *at = next) {
		outcome->waiting = MAX(outcome->waiting, left.waiting);
		outcome->alone |= walk->sets->alone[left.node->number];
		outcome->later |= walk->sets->any[left.node->number];
		any = TRUE;
	}
	outcome->later &= ~outcome->alone;
	return any;
}

static void walk_part(struct walk *walk, const struct explore *explore, const struct explore_part *part)
{
	const GArray *ops = explore_part_outline(explore, part);
	struct explore_left_at at = { 0 };

	for (guint i = 0; i <= ops->len; i++) {
		struct explore_outcome outcome = { .last = walk->operations };

		if (gather_left(walk, explore, part, i, &at, &outcome))
			put(walk->outcomes, outcome);
		if (i < ops->len)
			walk->operations += g_array_index(ops, struct explore_op, i).what <= EXPLORE_GEOMETRY;
	}
}

/* It was the first session of all: of a node that it came to more than once the first parts are its. */
static void walk_session(struct walk *walk, const struct explore *explore)
{
	const struct explore_node *node = explore_nodes_at(explore->nodes, 0);
	g_autofree guint *visits = g_new0(guint, explore_nodes_count(explore->nodes));

	while (node && visits[node->number] < explore_parts(node)) {
		const struct explore_part *part = explore_part_at(node, visits[node->number]++);

		walk_part(walk, explore, part);
		node = part->end == EXPLORE_END_NEXT ? part->next : NULL;
	}
}

void explore_outcomes_limit(GArray *outcomes, guint most)
{
	while (outcomes->len > most) {
		const guint pairs = (outcomes->len + 1) / 2;

		for (guint i = 0; i < pairs; i++) {
			struct explore_outcome one = g_array_index(outcomes, struct explore_outcome, 2 * i);

			if (2 * i + 1 < outcomes->len)
				unite(&one, &g_array_index(outcomes, struct explore_outcome, 2 * i + 1));
			g_array_index(outcomes, struct explore_outcome, i) = one;
		}
		g_array_set_size(outcomes, pairs);
	}
}

GArray *explore_outcomes_make(const struct explore *explore)
{
	const guint nodes = explore_nodes_count(explore->nodes);
	g_autofree guint32 *alone = g_new0(guint32, nodes), *any = g_new0(guint32, nodes);
	struct sets sets = { alone, any };
	struct walk walk = { &sets, g_array_new(FALSE, FALSE, sizeof(struct explore_outcome)), 0 };

	gather(&sets, explore);
	walk_session(&walk, explore);
	explore_outcomes_limit(walk.outcomes, EXPLORE_OUTCOMES_MAX);
	return walk.outcomes;
}

guint64 explore_outcomes_place(const struct explore_finding *finding)
{
	const GPtrArray *cuts = finding->plan ? finding->plan->cuts : NULL;

	const struct cut_at *cut = cuts && cuts->len ? g_ptr_array_index(cuts, 0) : NULL;

	if (!cut || !finding->cuts || cut->kind == CUT_AT_POWER)
		return finding->operation;
	/* Before it, it has not begun. */
	return cut->operation - (cut->when == CUT_BEFORE_IT && cut->operation > 0);
}

/* --- JSON --- */

static json_t *encode_set(guint32 set)
{
	json_t *names = json_array();

	for (guint fault = 0; fault < EXPLORE_FAULTS; fault++)
		if (set >> fault & 1)
			json_array_append_new(names, json_string(explore_faults[fault].name));
	if (set & EXPLORE_OUTCOME_UNKNOWN)
		json_array_append_new(names, json_string(UNKNOWN_NAME));
	return names;
}

static gboolean decode_set(json_t *names, guint32 *set)
{
	json_t *name;
	size_t i;

	*set = 0;
	json_array_foreach(names, i, name)
	{
		const char *text = json_string_value(name);
		guint fault = 0;

		while (text && fault < EXPLORE_FAULTS && !g_str_equal(text, explore_faults[fault].name))
			fault++;
		if (!text || (fault == EXPLORE_FAULTS && !g_str_equal(text, UNKNOWN_NAME)))
			return FALSE;
		*set |= fault < EXPLORE_FAULTS ? 1u << fault : EXPLORE_OUTCOME_UNKNOWN;
	}
	return json_is_array(names);
}

json_t *explore_outcomes_encode(const GArray *outcomes)
{
	json_t *json = json_array();

	for (guint i = 0; i < outcomes->len; i++) {
		const struct explore_outcome *outcome = &g_array_index(outcomes, struct explore_outcome, i);

		json_array_append_new(json, json_pack("{s:I, s:I, s:I, s:o, s:o}", "first", (json_int_t)outcome->first,
						      "last", (json_int_t)outcome->last, "waiting",
						      (json_int_t)outcome->waiting, "alone", encode_set(outcome->alone),
						      "later", encode_set(outcome->later)));
	}
	return json;
}

static gboolean decode_outcome(json_t *json, guint64 first, struct explore_outcome *outcome)
{
	const json_int_t from = json_integer_value(json_object_get(json, "first"));
	const json_int_t to = json_integer_value(json_object_get(json, "last"));
	const json_int_t waiting = json_integer_value(json_object_get(json, "waiting"));

	*outcome = (struct explore_outcome){ .first = first, .last = (guint64)to, .waiting = (guint)waiting };
	return from >= 0 && (guint64)from == first && to >= from && to < G_MAXINT64 && waiting >= 0 &&
	       waiting <= G_MAXUINT && decode_set(json_object_get(json, "alone"), &outcome->alone) &&
	       decode_set(json_object_get(json, "later"), &outcome->later);
}

gboolean explore_outcomes_decode(json_t *json, GArray *outcomes)
{
	struct explore_outcome outcome = { 0 };

	g_array_set_size(outcomes, 0);
	if (json && (!json_is_array(json) || json_array_size(json) > EXPLORE_OUTCOMES_MAX))
		return FALSE;
	for (gsize i = 0; i < json_array_size(json); i++) {
		if (!decode_outcome(json_array_get(json, i), i ? outcome.last + 1 : 0, &outcome))
			return FALSE;
		g_array_append_val(outcomes, outcome);
	}
	return TRUE;
}
