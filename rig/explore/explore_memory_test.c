/* SPDX-License-Identifier: Apache-2.0 */
/* Any graph of sessions, made up: what nodes have is what their sessions had made of it when they came there. */
#include "explore_internal.h"
#include "rig/prng.h"
#include "rig/test.h"

#define MEMORY 512u
#define SESSIONS 300u
#define PARTS 40u /* of a session, at most */

struct trial {
	struct explore explore;
	struct prng prng;
	guint8 root[MEMORY];
	GPtrArray *stands; /* of struct explore_stand *: what each node must have, by number */
	GArray *states;	   /* of guint: numbers of those that were not started */
	guint keys;
};

static void drop(gpointer kept)
{
	CU_ASSERT_PTR_NULL(kept);
}

static const struct explore_layout layout = {
	.memory_bytes = MEMORY, .nvram_bytes = MEMORY, .disks = 1, .sectors = { 1000 }, .block_sectors = { 1 }
};
static const struct explore_board_class class = { .drop = drop };

static guint any(struct trial *trial, guint most)
{
	return (guint)(prng_next(&trial->prng) % most);
}

static void free_stand(gpointer data)
{
	struct explore_stand *stand = data;

	g_free(stand->memory);
	g_free(stand);
}

/* A node where the session that is followed now is, or leaves off. */
static struct explore_node *come_to(struct trial *trial, gboolean starts, struct explore_node *from, guint part,
				    guint ops)
{
	struct explore *explore = &trial->explore;
	const guint64 key[2] = { 0, trial->keys++ };
	struct explore_node *node = explore_node_new(explore, key, starts, from);
	struct explore_stand *stand = g_new0(struct explore_stand, 1);
	const struct explore_edge edge = { from, part, ops };
	g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof edge);

	*stand =
	    (struct explore_stand){ node, g_memdup2(explore->memory, MEMORY), { explore->geometry[0] }, { { 0 } } };
	explore_sums_make(explore, stand->memory, &stand->sums);
	g_ptr_array_add(trial->stands, stand);
	CU_ASSERT_EQUAL(trial->stands->len, node->number + 1);
	g_array_append_val(edges, edge);
	if (from)
		explore_node_reach(explore, node, explore->since, edges, TRUE);
	if (starts)
		g_array_append_val(trial->states, node->number);
	return node;
}

static void init(struct trial *trial)
{
	struct explore *explore = &trial->explore;

	*trial = (struct trial){ .explore = { .layout = &layout, .class = &class } };
	prng_seed(&trial->prng, 9, 0);
	for (guint i = 0; i < MEMORY; i++)
		trial->root[i] = (guint8)any(trial, 256);
	explore_exact_init(&explore->exact);
	explore->values = explore_values_new(NULL, NULL, 0);
	explore_workplace_make(explore);
	explore_graph_new(explore);
	explore->classes = explore_classes_new();
	memset(explore->hidden + 64, 1, 40);
	explore->root.memory = trial->root;
	memcpy(explore->memory, trial->root, MEMORY);
	explore_sums_make(explore, explore->memory, &explore->sums);
	explore->geometry[0] = (struct explore_geometry){ 900, 1000 };
	trial->stands = g_ptr_array_new_with_free_func(free_stand);
	trial->states = g_array_new(FALSE, FALSE, sizeof(guint));
	(void)come_to(trial, TRUE, NULL, 0, 0);
}

static void clear(struct trial *trial)
{
	struct explore *explore = &trial->explore;

	explore_graph_free(explore);
	g_hash_table_unref(explore->classes);
	explore_workplace_free(explore);
	explore_values_free(explore->values);
	explore_exact_clear(&explore->exact);
	g_ptr_array_unref(trial->stands);
	g_array_unref(trial->states);
}

/* Of one that goes on as another one of its class, what units are said to have been is not what is there. */
static void do_something(struct trial *trial, GArray *ops)
{
	struct explore *explore = &trial->explore;
	struct explore_op op = { .what = (guint8)any(trial, EXPLORE_READ + 1), .count = 8, .at_ns = ops->len };

	op.at = op.what == EXPLORE_MEMORY ? any(trial, MEMORY / EXPLORE_UNIT) * EXPLORE_UNIT : any(trial, 900);
	if (op.what == EXPLORE_GEOMETRY) {
		op.native = any(trial, 100);
		explore->geometry[0] = (struct explore_geometry){ op.at, op.native };
	} else if (op.what == EXPLORE_MEMORY) {
		memcpy(op.former, explore->memory + op.at, EXPLORE_UNIT);
		op.former[3] = (guint8)(op.former[3] + !any(trial, 9));
		memcpy(op.latter, op.former, EXPLORE_UNIT);
		op.latter[any(trial, EXPLORE_UNIT)] ^= (guint8)any(trial, 4);
		explore_sums_change(explore, &explore->sums, explore->memory, op.at, op.latter);
	}
	g_array_append_val(ops, op);
}

/* Returns the moment that it comes to. */
static struct explore_node *run_part(struct trial *trial, struct explore_node *node, gboolean leaves)
{
	struct explore *explore = &trial->explore;
	struct explore_part *part = explore_part_new(explore);

	explore_part_add(explore, node, part);
	for (guint left = any(trial, 20); left--;) {
		do_something(trial, part->ops);
		if (leaves && !any(trial, 30))
			(void)come_to(trial, TRUE, node, explore_parts(node) - 1, part->ops->len);
	}
	part->next = come_to(trial, FALSE, node, explore_parts(node) - 1, part->ops->len);
	return part->next;
}

static void run_session(struct trial *trial, struct explore_node *node, gboolean leaves)
{
	struct explore *explore = &trial->explore;

	explore_node_wake(explore, node);
	explore_node_load(explore, node, explore->memory, explore->geometry);
	explore->sums = explore->stand.sums;
	for (guint left = any(trial, PARTS) + 1; left--;)
		node = run_part(trial, node, leaves);
	explore_logs_pack(explore);
}

static gboolean is_as_it_must(struct trial *trial, guint number)
{
	const struct explore_node *node = explore_nodes_at(trial->explore.nodes, number);
	const struct explore_stand *must = g_ptr_array_index(trial->stands, number);

	if (node->shrunk)
		return TRUE;
	const struct explore_stand *stand = explore_stand_at(&trial->explore, node);
	return memcmp(stand->memory, must->memory, MEMORY) == 0 &&
	       memcmp(&stand->geometry[0], &must->geometry[0], sizeof stand->geometry[0]) == 0 &&
	       memcmp(&stand->sums, &must->sums, sizeof stand->sums) == 0;
}

static void memories_follow(void)
{
	struct trial trial;
	guint shrunk = 0;
	gboolean good = TRUE;

	init(&trial);
	struct explore_node *root = explore_nodes_at(trial.explore.nodes, 0);
	run_session(&trial, root, TRUE);
	for (guint i = 1; i < SESSIONS && i < trial.states->len; i++) {
		struct explore_node *node =
		    explore_nodes_at(trial.explore.nodes, g_array_index(trial.states, guint, i));
		const gboolean leaves = i % 3 != 0;

		run_session(&trial, node, leaves);
		if (leaves)
			continue;
		explore_node_set_rep(node, root);
		explore_node_shrink(&trial.explore, node);
		shrunk++;
	}
	for (guint i = 0; i < trial.stands->len; i++)
		good &= is_as_it_must(&trial, i);
	for (guint i = 0; i < 5000; i++)
		good &= is_as_it_must(&trial, any(&trial, trial.stands->len));
	CU_ASSERT_TRUE(good);
	CU_ASSERT_TRUE(shrunk > SESSIONS / 4);
	clear(&trial);
}

/* Units of which one changes are told apart, and what is hidden is not seen. */
static void sums(void)
{
	struct trial trial;

	init(&trial);
	struct explore *explore = &trial.explore;
	const struct explore_sums before = explore->sums;
	guint8 unit[EXPLORE_UNIT];
	for (guint at = 0; at < MEMORY; at += EXPLORE_UNIT)
		for (guint bit = 0; bit < 8 * EXPLORE_UNIT; bit++) {
			const gboolean hidden = explore->hidden[at + bit / 8] != 0;

			memcpy(unit, explore->memory + at, EXPLORE_UNIT);
			unit[bit / 8] ^= (guint8)(1u << bit % 8);
			explore_sums_change(explore, &explore->sums, explore->memory, at, unit);
			CU_ASSERT_TRUE(explore->sums.all[0] != before.all[0] && explore->sums.all[1] != before.all[1]);
			CU_ASSERT_EQUAL(memcmp(explore->sums.seen, before.seen, sizeof before.seen) == 0, hidden);
			explore_sums_change(explore, &explore->sums, explore->memory, at, trial.root + at);
			CU_ASSERT_EQUAL(memcmp(&explore->sums, &before, sizeof before), 0);
		}
	clear(&trial);
}

/* The same bytes in other places are another memory. */
static void sums_of_places(void)
{
	struct explore_sums one, other;
	guint8 memory[MEMORY] = { 0 };
	struct trial trial;

	init(&trial);
	memory[0] = 7;
	explore_sums_make(&trial.explore, memory, &one);
	memory[0] = 0;
	memory[16] = 7;
	explore_sums_make(&trial.explore, memory, &other);
	CU_ASSERT_NOT_EQUAL(memcmp(&one, &other, sizeof one), 0);
	clear(&trial);
}

TEST_SUITE(explore_memory, { "memories follow", memories_follow }, { "sums", sums },
	   { "sums of places", sums_of_places })
