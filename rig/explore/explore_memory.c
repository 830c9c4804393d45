/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memories and geometry of nodes. Of most nodes neither is kept: they follow from those of the node that the first edge
 * comes from, and from what that edge's part did up to there. So that this does not go all the way back, every so often
 * one has a frame, which tells them by the units that are not as the root has them.
 *
 * Memories are told apart by a hash that is a sum over their units, each hashed with its place: a unit that changes is
 * taken out of it, and put in anew. For one place that hash is a bijection of the unit's 128 bits.
 */
#include "explore_internal.h"

#define CHAIN_MAX 16u /* edges back to a frame; from states, which have one, 2 more */

/* --- sums --- */

static guint64 turn(guint64 word)
{
	return word << 32 | word >> 32;
}

static void add_unit(guint64 sum[2], guint64 at, const guint8 *unit, gboolean out)
{
	guint64 words[2];

	memcpy(words, unit, sizeof words);
	const guint64 a = hash128_mix(words[0] ^ hash128_mix(at + 1)), b = hash128_mix(words[1] + a);
	const guint64 one = hash128_mix(b ^ at), other = hash128_mix(a + turn(b));
	sum[0] += out ? -one : one;
	sum[1] += out ? -other : other;
}

static void add(const struct explore *explore, struct explore_sums *sums, guint64 at, const guint8 *unit, gboolean out)
{
	guint8 seen[EXPLORE_UNIT];

	add_unit(sums->all, at, unit, out);
	if (!explore->classes)
		return;
	for (guint i = 0; i < EXPLORE_UNIT; i++)
		seen[i] = explore->hidden[at + i] ? 0 : unit[i];
	add_unit(sums->seen, at, seen, out);
}

void explore_sums_make(const struct explore *explore, const guint8 *memory, struct explore_sums *sums)
{
	*sums = (struct explore_sums){ { 0 }, { 0 } };
	for (guint32 at = 0; at < explore->layout->memory_bytes; at += EXPLORE_UNIT)
		add(explore, sums, at, memory + at, FALSE);
}

void explore_sums_change(const struct explore *explore, struct explore_sums *sums, guint8 *memory, guint64 at,
			 const guint8 *latter)
{
	if (memcmp(memory + at, latter, EXPLORE_UNIT) == 0)
		return;
	add(explore, sums, at, memory + at, TRUE);
	memcpy(memory + at, latter, EXPLORE_UNIT);
	add(explore, sums, at, latter, FALSE);
}

/* --- frames: sums, geometry, and of each unit that differs how many alike lie before it --- */

static struct explore_blob *frame_of(const struct explore_node *node)
{
	const struct explore_rare *rare = explore_rare_of(node);

	return rare ? rare->frame : NULL;
}

static void put_units(const struct explore *explore, const guint8 *memory, GByteArray *to)
{
	guint64 alike = 0;

	for (guint32 at = 0; at < explore->layout->memory_bytes; at += EXPLORE_UNIT, alike++) {
		if (memcmp(memory + at, explore->root.memory + at, EXPLORE_UNIT) == 0)
			continue;
		explore_number_put(to, alike);
		explore_unit_put(to, memory + at, explore->root.memory + at);
		alike = G_MAXUINT64;
	}
}

static void make_frame(struct explore *explore, struct explore_node *node, const struct explore_stand *stand)
{
	GByteArray *to = explore->bytes;

	g_byte_array_set_size(to, 0);
	g_byte_array_append(to, (const guint8 *)&stand->sums, sizeof stand->sums);
	for (guint i = 0; i < explore->layout->disks; i++) {
		explore_number_put(to, stand->geometry[i].accessible);
		explore_number_put(to, stand->geometry[i].native);
	}
	put_units(explore, stand->memory, to);
	explore_node_rare(explore, node)->frame = explore_blob_put(explore->pool, NULL, to);
	node->more->chain = 0;
}

static void take_frame(const struct explore *explore, const struct explore_blob *frame, struct explore_stand *stand)
{
	const guint8 *from = frame->bytes, *end = explore_blob_end(frame);

	memcpy(&stand->sums, from, sizeof stand->sums);
	from += sizeof stand->sums;
	for (guint i = 0; i < explore->layout->disks; i++) {
		stand->geometry[i].accessible = explore_number_get(&from);
		stand->geometry[i].native = explore_number_get(&from);
	}
	memcpy(stand->memory, explore->root.memory, explore->layout->memory_bytes);
	for (guint64 at = 0; from < end; at += EXPLORE_UNIT) {
		at += explore_number_get(&from) * EXPLORE_UNIT;
		explore_unit_get(&from, stand->memory + at);
	}
}

void explore_frame_new(struct explore *explore, struct explore_node *node, const struct explore_node *from)
{
	const guint chain = from ? from->more->chain + 1u : 0;
	struct explore_stand stand = { .memory = explore->memory, .sums = explore->sums };

	node->more->chain = chain & G_MAXUINT8;
	if (from && chain <= CHAIN_MAX)
		return;
	memcpy(stand.geometry, explore->geometry, sizeof stand.geometry);
	make_frame(explore, node, &stand);
}

/* --- what a node has --- */

static void replay(struct explore *explore, const struct explore_edge *edge)
{
	const GArray *ops = explore_part_ops(explore, edge->from, explore_part_at(edge->from, edge->part));
	struct explore_stand *stand = &explore->stand;

	for (guint i = 0; i < edge->ops && i < ops->len; i++) {
		const struct explore_op *op = &g_array_index(ops, struct explore_op, i);

		if (op->what == EXPLORE_MEMORY)
			explore_sums_change(explore, &stand->sums, stand->memory, op->at, op->latter);
		else if (op->what == EXPLORE_GEOMETRY)
			stand->geometry[op->disk] = (struct explore_geometry){ op->at, op->native };
	}
}

const struct explore_stand *explore_stand_at(struct explore *explore, const struct explore_node *node)
{
	struct explore_stand *stand = &explore->stand;
	const struct explore_node *at = node;

	if (stand->node == node)
		return stand;
	g_ptr_array_set_size(explore->chain, 0);
	for (; at != stand->node && !frame_of(at); at = explore_node_edge(explore, at).from)
		g_ptr_array_add(explore->chain, (gpointer)at);
	if (at != stand->node)
		take_frame(explore, frame_of(at), stand);
	stand->node = at;
	for (guint i = explore->chain->len; i-- > 0;) {
		const struct explore_node *next = g_ptr_array_index(explore->chain, i);
		const struct explore_edge edge = explore_node_edge(explore, next);

		replay(explore, &edge);
		stand->node = next;
	}
	return stand;
}

void explore_node_load(struct explore *explore, const struct explore_node *node, guint8 *memory,
		       struct explore_geometry *geometry)
{
	const struct explore_stand *stand = explore_stand_at(explore, node);

	memcpy(memory, stand->memory, explore->layout->memory_bytes);
	memcpy(geometry, stand->geometry, explore->layout->disks * sizeof *geometry);
}

void explore_frame_before(struct explore *explore, const struct explore_node *node)
{
	for (guint i = 0; i < explore_parts(node); i++) {
		struct explore_node *next = explore_part_at(node, i)->next;

		if (next && !frame_of(next) && explore_node_edge(explore, next).from == node)
			make_frame(explore, next, explore_stand_at(explore, next));
	}
}
