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
	node->parts = g_array_ref(explore->none);
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
	g_clear_pointer(&part->ops, g_array_unref);
	g_free(part->log);
	g_clear_pointer(&part->left, g_array_unref);
	g_free(part->crash);
	g_free(part);
}

/* --- logs: most of what would be kept --- */

const GArray *explore_part_ops(const struct explore *explore, const struct explore_part *part)
{
	struct explore_unpacked *last = explore->last;

	if (part->ops)
		return part->ops;
	if (!last->log || last->log != part->log)
		explore_log_unpack(part->log, part->log_bytes, last->ops);
	last->log = part->log;
	return last->ops;
}

void explore_part_add(struct explore *explore, struct explore_node *node, struct explore_part *part)
{
	if (node->parts == explore->none) {
		g_array_unref(node->parts);
		node->parts = g_array_new(FALSE, FALSE, sizeof(struct explore_part *));
	}
	g_array_append_val(node->parts, part);
	g_ptr_array_add(explore->unpacked, node);
}

void explore_logs_pack(struct explore *explore)
{
	for (guint i = 0; i < explore->unpacked->len; i++) {
		const struct explore_node *node = g_ptr_array_index(explore->unpacked, i);

		for (guint k = 0; k < node->parts->len; k++) {
			struct explore_part *part = explore_part_at(node, k);

			if (!part->ops)
				continue;
			part->log = explore_log_pack(part->ops, &part->log_bytes);
			g_clear_pointer(&part->ops, g_array_unref);
		}
	}
	g_ptr_array_set_size(explore->unpacked, 0);
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
	gboolean changed = explore->promised && !node->promised;

	node->promised |= explore->promised;
	for (guint i = 0; i < explore->layout->disks; i++) {
		struct explore_map *renamed =
		    explore->classes ? rename_exact(explore, i, node->maps[i], maps[i]) : NULL;

		changed |= explore_map_join(explore->values, node->maps[i], renamed ? renamed : maps[i]);
		explore_map_free(renamed);
	}
	if (changed && !node->queued && node->parts->len) {
		node->queued = TRUE;
		explore->queued++;
	}
	return changed;
}

void explore_node_reach(struct explore *explore, struct explore_node *node, struct explore_map *const *maps,
			const GArray *edges, gboolean all)
{
	for (; node; node = node->rep)
		/* One that was shrunk has none. */
		if (node->maps[0] && (join(explore, node, maps) || all))
			g_array_append_vals(node->edges, edges->data, edges->len);
}

void explore_node_shrink(struct explore *explore, struct explore_node *node)
{
	explore->last->log = NULL;
	for (guint i = 0; i < EXPLORE_DISKS; i++)
		g_clear_pointer(&node->maps[i], explore_map_free);
	for (guint i = 0; i < node->parts->len; i++)
		explore_part_free(explore_part_at(node, i));
	g_array_unref(node->parts);
	g_array_unref(node->edges);
	node->parts = g_array_ref(explore->none);
	node->edges = g_array_ref(explore->none);
}
