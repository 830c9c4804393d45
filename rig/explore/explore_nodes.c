/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_nodes.h"

#define CHUNK 2048u /* nodes that are allocated together */
#define SLOTS_FIRST 1024u

G_STATIC_ASSERT(sizeof(struct explore_node) == 32);

struct explore_nodes {
	GPtrArray *chunks; /* of CHUNK nodes each */
	guint count;
	guint32 *slots; /* a node's number + 1, where its key leads, or behind that; 0: free */
	guint32 mask;	/* slots - 1 */
};

struct explore_nodes *explore_nodes_new(void)
{
	struct explore_nodes *nodes = g_new0(struct explore_nodes, 1);

	nodes->chunks = g_ptr_array_new_with_free_func(g_free);
	nodes->slots = g_new0(guint32, SLOTS_FIRST);
	nodes->mask = SLOTS_FIRST - 1;
	return nodes;
}

void explore_nodes_free(struct explore_nodes *nodes)
{
	if (!nodes)
		return;
	g_ptr_array_unref(nodes->chunks);
	g_free(nodes->slots);
	g_free(nodes);
}

guint explore_nodes_count(const struct explore_nodes *nodes)
{
	return nodes->count;
}

struct explore_node *explore_nodes_at(const struct explore_nodes *nodes, guint number)
{
	struct explore_node *chunk = g_ptr_array_index(nodes->chunks, number / CHUNK);

	return &chunk[number % CHUNK];
}

struct explore_node *explore_nodes_find(const struct explore_nodes *nodes, const guint64 key[2])
{
	for (guint32 at = (guint32)key[0] & nodes->mask; nodes->slots[at]; at = (at + 1) & nodes->mask) {
		struct explore_node *node = explore_nodes_at(nodes, nodes->slots[at] - 1);

		if (node->key[0] == key[0] && node->key[1] == key[1])
			return node;
	}
	return NULL;
}

static void place(struct explore_nodes *nodes, const struct explore_node *node)
{
	guint32 at = (guint32)node->key[0] & nodes->mask;

	while (nodes->slots[at])
		at = (at + 1) & nodes->mask;
	nodes->slots[at] = node->number + 1;
}

static void place_all(struct explore_nodes *nodes)
{
	nodes->mask = 2 * nodes->mask + 1;
	g_free(nodes->slots);
	nodes->slots = g_new0(guint32, (gsize)nodes->mask + 1);
	for (guint i = 0; i < nodes->count; i++)
		place(nodes, explore_nodes_at(nodes, i));
}

void explore_nodes_seal(struct explore_nodes *nodes)
{
	g_clear_pointer(&nodes->slots, g_free);
}

gsize explore_nodes_bytes(const struct explore_nodes *nodes)
{
	return nodes->chunks->len * CHUNK * sizeof(struct explore_node) +
	       (nodes->slots ? ((gsize)nodes->mask + 1) * sizeof *nodes->slots : 0);
}

struct explore_node *explore_nodes_add(struct explore_nodes *nodes, const guint64 key[2])
{
	if (nodes->count / CHUNK == nodes->chunks->len)
		g_ptr_array_add(nodes->chunks, g_new0(struct explore_node, CHUNK));
	struct explore_node *node = explore_nodes_at(nodes, nodes->count);
	node->key[0] = key[0];
	node->key[1] = key[1];
	node->number = nodes->count++;
	if (nodes->count > nodes->mask / 4 * 3)
		place_all(nodes);
	else
		place(nodes, node);
	return node;
}
