/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of sessions: what they did, packed once their session is over, and what cuts within them leave. */
#include "explore_internal.h"

struct explore_part *explore_part_new(struct explore *explore)
{
	struct explore_part *part = explore_pool_take(explore->pool, sizeof *part);

	part->ops = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	return part;
}

void explore_part_free(struct explore *explore, struct explore_part *part)
{
	if (part->packed) {
		explore->last->log = NULL;
		explore_blob_free(explore->pool, part->log);
	} else {
		g_array_unref(part->ops);
	}
	explore_blob_free(explore->pool, part->left);
	if (part->close) {
		g_free(part->close->crash);
		explore_pool_give(explore->pool, part->close, sizeof *part->close);
	}
	explore_pool_give(explore->pool, part, sizeof *part);
}

struct explore_close *explore_part_close(struct explore *explore, struct explore_part *part)
{
	if (!part->close)
		part->close = explore_pool_take(explore->pool, sizeof *part->close);
	return part->close;
}

void explore_part_add(struct explore *explore, struct explore_node *node, struct explore_part *part)
{
	struct explore_more *more = node->more;
	const guint count = more->count++;

	if (!count) {
		more->part = part;
	} else {
		struct explore_part **parts =
		    explore_pool_take(explore->pool, more->count * sizeof(struct explore_part *));

		for (guint i = 0; i < count; i++)
			parts[i] = count > 1 ? more->parts[i] : more->part;
		parts[count] = part;
		if (count > 1)
			explore_pool_give(explore->pool, more->parts, count * sizeof(struct explore_part *));
		more->parts = parts;
	}
	g_ptr_array_add(explore->unpacked, node);
}

/* --- logs: most of what would be kept --- */

static const GArray *unpack(const struct explore *explore, const struct explore_part *part, guint8 *memory)
{
	const struct explore_log_base base = { part->begin_ns, memory, explore->layout->memory_bytes };
	struct explore_unpacked *last = explore->last;

	explore_log_unpack(part->log, &base, last->ops);
	last->log = part->log;
	last->units = memory != NULL;
	return last->ops;
}

/* A copy, to be changed, of what the node begins with. */
static guint8 *copy_memory(struct explore *explore, const struct explore_node *node)
{
	return memcpy(explore->log_memory, explore_stand_at(explore, node)->memory, explore->layout->memory_bytes);
}

const GArray *explore_part_ops(struct explore *explore, const struct explore_node *node,
			       const struct explore_part *part)
{
	if (!part->packed)
		return part->ops;
	if (part->log && part->log == explore->last->log && explore->last->units)
		return explore->last->ops;
	return unpack(explore, part, copy_memory(explore, node));
}

const GArray *explore_part_outline(const struct explore *explore, const struct explore_part *part)
{
	if (!part->packed)
		return part->ops;
	if (part->log && part->log == explore->last->log)
		return explore->last->ops;
	return unpack(explore, part, NULL);
}

static void pack(struct explore *explore, const struct explore_node *node, struct explore_part *part)
{
	GArray *ops = part->ops;

	if (part->packed)
		return;
	const struct explore_log_base base = { part->begin_ns, copy_memory(explore, node),
					       explore->layout->memory_bytes };
	g_byte_array_set_size(explore->bytes, 0);
	explore_log_pack(ops, &base, explore->bytes);
	part->log = explore_blob_put(explore->pool, NULL, explore->bytes);
	part->packed = TRUE;
	g_array_unref(ops);
}

void explore_logs_pack(struct explore *explore)
{
	for (guint i = 0; i < explore->unpacked->len; i++) {
		const struct explore_node *node = g_ptr_array_index(explore->unpacked, i);

		for (guint k = 0; k < explore_parts(node); k++)
			pack(explore, node, explore_part_at(node, k));
	}
	g_ptr_array_set_size(explore->unpacked, 0);
}

/* --- what cuts leave: of each a node's number, operations and waiting writes --- */

void explore_left_note(struct explore *explore, const struct explore_left *left)
{
	explore_number_put(explore->left, left->node->number);
	explore_number_put(explore->left, left->ops);
	explore_number_put(explore->left, left->waiting);
}

void explore_left_end(struct explore *explore, struct explore_part *part)
{
	part->left = explore_blob_put(explore->pool, part->left, explore->left);
	g_byte_array_set_size(explore->left, 0);
}

gboolean explore_left_next(const struct explore *explore, const struct explore_part *part, guint *at,
			   struct explore_left *left)
{
	if (!part->left || *at >= part->left->length)
		return FALSE;
	const guint8 *from = part->left->bytes + *at;
	left->node = explore_nodes_at(explore->nodes, (guint)explore_number_get(&from));
	left->ops = (guint)explore_number_get(&from);
	left->waiting = (guint)explore_number_get(&from);
	*at = (guint)(from - part->left->bytes);
	return TRUE;
}
