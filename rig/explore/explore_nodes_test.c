/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_nodes.h"
#include "rig/prng.h"
#include "rig/test.h"

#define NODES 20000u

static void take_key(struct prng *prng, guint64 key[2])
{
	/* Many lead to the same slot, and some differ in one half alone. */
	key[0] = prng_next(prng) % 5000;
	key[1] = prng_next(prng) % 5000;
}

static void are_found(void)
{
	struct explore_nodes *nodes = explore_nodes_new();
	g_autofree struct explore_node **all = g_new0(struct explore_node *, NODES);
	struct prng prng;
	guint count = 0;
	guint64 key[2];
	gboolean good = TRUE;

	prng_seed(&prng, 7, 0);
	while (count < NODES) {
		take_key(&prng, key);
		struct explore_node *found = explore_nodes_find(nodes, key);

		if (found) {
			good &= found->key[0] == key[0] && found->key[1] == key[1];
			continue;
		}
		all[count] = explore_nodes_add(nodes, key);
		good &= all[count]->number == count && !all[count]->more && !all[count]->starts;
		good &= explore_nodes_find(nodes, key) == all[count++];
	}
	CU_ASSERT_EQUAL(explore_nodes_count(nodes), NODES);
	for (guint i = 0; i < NODES; i++) {
		good &= explore_nodes_at(nodes, i) == all[i] && all[i]->number == i;
		good &= explore_nodes_find(nodes, all[i]->key) == all[i];
	}
	CU_ASSERT_TRUE(good);
	explore_nodes_free(nodes);
}

static void none_are_found(void)
{
	struct explore_nodes *nodes = explore_nodes_new();
	const guint64 zero[2] = { 0, 0 }, other[2] = { 0, 1 };

	CU_ASSERT_PTR_NULL(explore_nodes_find(nodes, zero));
	(void)explore_nodes_add(nodes, zero);
	CU_ASSERT_PTR_NOT_NULL(explore_nodes_find(nodes, zero));
	CU_ASSERT_PTR_NULL(explore_nodes_find(nodes, other));
	explore_nodes_free(nodes);
	explore_nodes_free(NULL);
}

TEST_SUITE(explore_nodes, { "are found", are_found }, { "none are found", none_are_found })
