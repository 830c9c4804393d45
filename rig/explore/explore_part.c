/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of sessions: what they did, packed once their session is over, and what cuts within them leave. */
#include "explore_internal.h"

#define UNPACKED_MAX 64u /* of one session */

struct explore_part *explore_part_new(struct explore *explore)
{
	struct explore_part *part = explore_pool_take(explore->pool, sizeof *part);

	part->ops = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	return part;
}

void explore_part_free(struct explore *explore, struct explore_part *part)
{
	if (explore->last->part == part)
		explore->last->part = NULL;
	if (part->packed)
		explore_shared_drop(explore->logs, part->log);
	else
		g_array_unref(part->ops);
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

	if (explore->unpacked->len >= UNPACKED_MAX)
		explore_logs_pack(explore);
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

static struct explore_log_base base_of(const struct explore *explore, const struct explore_part *part, guint8 *memory)
{
	return (struct explore_log_base){ part->begin_ns, part->lba, memory, explore->layout->memory_bytes,
					  &explore->usual };
}

static const GArray *unpack(const struct explore *explore, const struct explore_part *part, guint8 *memory)
{
	const struct explore_log_base base = base_of(explore, part, memory);
	struct explore_unpacked *last = explore->last;

	explore_log_unpack(part->log, &base, last->ops);
	last->part = part;
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
	if (part == explore->last->part && explore->last->units)
		return explore->last->ops;
	return unpack(explore, part, copy_memory(explore, node));
}

const GArray *explore_part_outline(const struct explore *explore, const struct explore_part *part)
{
	if (!part->packed)
		return part->ops;
	return part == explore->last->part ? explore->last->ops : unpack(explore, part, NULL);
}

static guint64 first_lba(const GArray *ops)
{
	for (guint i = 0; i < ops->len; i++)
		if (g_array_index(ops, struct explore_op, i).what == EXPLORE_WRITE)
			return g_array_index(ops, struct explore_op, i).at;
	return 0;
}

static void pack(struct explore *explore, const struct explore_node *node, struct explore_part *part)
{
	GArray *ops = part->ops;

	if (part->packed)
		return;
	part->lba = first_lba(ops);
	const struct explore_log_base base = base_of(explore, part, copy_memory(explore, node));
	g_byte_array_set_size(explore->bytes, 0);
	explore_log_pack(ops, &base, explore->bytes);
	part->log = explore_shared_take(explore->logs, explore->bytes);
	part->packed = TRUE;
	g_array_unref(ops);
}

/* Logs must be told against the same for ever: what is usual is learnt from the first ones. Of an erase, the middle is
 * what there is most of. */
static void learn(struct explore *explore)
{
	for (guint i = 0; i < explore->unpacked->len; i++) {
		const struct explore_node *node = g_ptr_array_index(explore->unpacked, i);
		const struct explore_part *part = explore_part_at(node, 0);

		explore_log_learn(&explore->usual, part->ops, part->begin_ns);
	}
	const struct explore_node *middle = g_ptr_array_index(explore->unpacked, explore->unpacked->len / 2);
	const struct explore_part *part = explore_part_at(middle, 0);
	explore_log_learn(&explore->usual, part->ops, part->begin_ns);
	explore->has_usual = TRUE;
}

void explore_logs_pack(struct explore *explore)
{
	if (!explore->has_usual && explore->unpacked->len)
		learn(explore);
	for (guint i = 0; i < explore->unpacked->len; i++) {
		const struct explore_node *node = g_ptr_array_index(explore->unpacked, i);

		for (guint k = 0; k < explore_parts(node); k++)
			pack(explore, node, explore_part_at(node, k));
	}
	g_ptr_array_set_size(explore->unpacked, 0);
}

/* --- what cuts leave: of each by how much its node's number is another one, operations and waiting writes --- */

void explore_left_note(struct explore *explore, const struct explore_left *left)
{
	explore_number_put_from(explore->left, left->node->number, explore->left_number);
	explore_number_put(explore->left, left->ops);
	explore_number_put(explore->left, left->waiting);
	explore->left_number = left->node->number;
}

void explore_left_end(struct explore *explore, struct explore_part *part)
{
	part->left = explore_blob_put(explore->pool, part->left, explore->left);
	g_byte_array_set_size(explore->left, 0);
	explore->left_number = 0;
}

gboolean explore_left_next(const struct explore *explore, const struct explore_part *part, struct explore_left_at *at,
			   struct explore_left *left)
{
	if (!part->left || at->byte >= part->left->length)
		return FALSE;
	const guint8 *from = part->left->bytes + at->byte;
	at->number = (guint32)explore_number_get_from(&from, at->number);
	left->node = explore_nodes_at(explore->nodes, at->number);
	left->ops = (guint)explore_number_get(&from);
	left->waiting = (guint)explore_number_get(&from);
	at->byte = (guint32)(from - part->left->bytes);
	return TRUE;
}
