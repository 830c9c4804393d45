/* SPDX-License-Identifier: Apache-2.0 */
/* The explorer's nodes and what is known of each. */
#include "explore_internal.h"

static guint node_hash(gconstpointer key)
{
	return (guint)((const struct explore_node *)key)->key[0];
}

static gboolean node_equal(gconstpointer a, gconstpointer b)
{
	const struct explore_node *one = a, *other = b;

	return one->key[0] == other->key[0] && one->key[1] == other->key[1];
}

GHashTable *explore_nodes_known(void)
{
	return g_hash_table_new(node_hash, node_equal);
}

struct explore_node *explore_node_find(struct explore *explore, const guint64 key[2])
{
	const struct explore_node wanted = { .key = { key[0], key[1] } };

	return g_hash_table_lookup(explore->known, &wanted);
}

struct explore_node *explore_node_new(struct explore *explore, const guint64 key[2])
{
	struct explore_node *node = g_new0(struct explore_node, 1);

	node->key[0] = key[0];
	node->key[1] = key[1];
	node->memory = explore->image;
	memcpy(node->geometry, explore->geometry, sizeof node->geometry);
	for (guint i = 0; i < explore->layout->disks; i++)
		node->maps[i] = explore_map_new(explore->layout->sectors[i], 0);
	node->parts = g_array_new(FALSE, FALSE, sizeof(struct explore_part *));
	node->edges = g_array_new(FALSE, FALSE, sizeof(struct explore_edge));
	node->panel = explore->panel;
	node->ready = explore->ready;
	node->number = explore->nodes->len;
	g_ptr_array_add(explore->nodes, node);
	g_hash_table_add(explore->known, node);
	return node;
}

void explore_part_free(struct explore_part *part)
{
	g_array_unref(part->ops);
	g_clear_pointer(&part->left, g_array_unref);
	g_free(part->crash);
	g_free(part);
}

void explore_node_free(gpointer data)
{
	struct explore_node *node = data;

	for (guint i = 0; i < EXPLORE_DISKS; i++)
		explore_map_free(node->maps[i]);
	for (guint i = 0; i < node->parts->len; i++)
		explore_part_free(explore_part_at(node, i));
	g_array_unref(node->parts);
	g_array_unref(node->edges);
	g_clear_pointer(&node->waiting, g_array_unref);
	g_free(node);
}

/* TRUE: that is new. */
static gboolean join(struct explore *explore, struct explore_node *node, struct explore_map *const *maps)
{
	gboolean changed = explore->promised && !node->promised;

	node->promised |= explore->promised;
	for (guint i = 0; i < explore->layout->disks; i++)
		changed |= explore_map_join(explore->values, node->maps[i], maps[i]);
	if (changed && !node->queued && node->parts->len) {
		node->queued = TRUE;
		explore->queued++;
	}
	return changed;
}

void explore_node_reach(struct explore *explore, struct explore_node *node, struct explore_map *const *maps,
			const GArray *edges)
{
	for (; node; node = node->rep)
		/* One that was shrunk has none. */
		if (node->maps[0] && join(explore, node, maps))
			g_array_append_vals(node->edges, edges->data, edges->len);
}

void explore_node_shrink(struct explore_node *node)
{
	for (guint i = 0; i < EXPLORE_DISKS; i++)
		g_clear_pointer(&node->maps[i], explore_map_free);
	for (guint i = 0; i < node->parts->len; i++)
		explore_part_free(explore_part_at(node, i));
	g_array_set_size(node->parts, 0);
	g_array_set_size(node->edges, 0);
}
