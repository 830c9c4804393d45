/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Follows a part of a session: what may be on the media as it goes on, and what a cut at each instant leaves. Where no
 * exact sector is uncertain, cuts that leave the same memories are one state: what the media may hold at any of them is
 * gathered (`since`) and handed over when a memory changes. Otherwise what the last instant before a change, a flush or
 * the end of a forced write may leave is handed over: every write that waits then may be lost, so what was possible at
 * an instant before is possible still.
 */
#include "explore_internal.h"
#include <math.h>

#define COMBINATIONS_MAX G_GUINT64_CONSTANT(1000000) /* of fates at one instant */

void explore_hash_exact(const struct explore *explore, struct explore_map *const *maps, struct hash128 *hash,
			guint64 (*see)(const struct explore *explore, guint32 content))
{
	for (guint disk = 0; disk < explore->layout->disks; disk++) {
		const GArray *ranges = explore->exact.ranges[disk];

		for (guint i = 0; i < ranges->len; i++) {
			const struct explore_range *range = &g_array_index(ranges, struct explore_range, i);
			guint64 end = MIN(range->end, explore->layout->sectors[disk]);

			for (guint64 lba = range->lba; lba < end;) {
				const struct explore_map_stretch there = explore_map_at(maps[disk], lba);
				guint64 to = MIN(end, there.lba + there.count);
				guint32 content;

				g_assert(explore_values_known(explore->values, there.set, &content));
				hash128_word(hash, see ? see(explore, content) : content);
				hash128_word(hash, to - lba);
				lba = to;
			}
		}
	}
}

/* --- what a cut leaves --- */

static void state_key(struct explore *explore, struct explore_map *const *maps, guint64 key[2])
{
	struct hash128 hash;

	hash128_init(&hash, 10);
	hash128_bytes(&hash, explore->sums.all, sizeof explore->sums.all);
	hash128_bytes(&hash, explore->geometry, sizeof explore->geometry);
	explore_hash_exact(explore, maps, &hash, NULL);
	if (!explore->settings.rules.memo)
		hash128_word(&hash, explore_nodes_count(explore->nodes));
	hash128_end(&hash, key);
}

/* From where it is now. */
static void reach(struct explore *explore, struct explore_node *node, struct explore_map *const *maps)
{
	const struct explore_edge edge = { explore->node, explore->part, explore->begun };

	g_array_set_size(explore->edge, 0);
	g_array_append_val(explore->edge, edge);
	explore_node_reach(explore, node, maps, explore->edge, FALSE);
}

static void note_left(struct explore *explore, struct explore_node *node)
{
	const struct explore_left left = { node, explore->begun, explore->waited };

	explore_left_note(explore, &left);
}

/* The power goes here, and the media are left like this. */
static void leave(gpointer data, struct explore_map *const *maps)
{
	struct explore *explore = data;
	guint64 key[2];

	if (explore->again)
		return;
	state_key(explore, maps, key);
	struct explore_node *node = explore_node_find(explore, key);
	if (!node && explore->settings.states_max &&
	    explore_nodes_count(explore->nodes) >= explore->settings.states_max) {
		explore->counts.left_out++;
		return;
	}
	if (!node) {
		node = explore_node_new(explore, key, TRUE, explore->node);
		node->depth = (explore->node->depth + 1) & EXPLORE_DEPTH_MAX;
	}
	reach(explore, node, maps);
	note_left(explore, node);
}

/* All that this instant may leave. */
static void leave_now(struct explore *explore)
{
	if (explore->expand && !explore_media_cut(&explore->media, COMBINATIONS_MAX, leave, explore))
		explore->counts.left_out++;
}

static void gather_anew(struct explore *explore)
{
	for (guint i = 0; i < explore->layout->disks; i++)
		explore_map_become(explore->since[i], explore->media.now[i]);
}

/* The end of a time in which no memory changed, nor did what must be on the medium. */
static void leave_gathered(struct explore *explore)
{
	if (explore->media.exact_waiting)
		leave_now(explore);
	else if (explore->expand)
		leave(explore, explore->since);
}

/* And the beginning of one. */
static void begin_gathering(struct explore *explore)
{
	explore->waited = explore->media.waiting->len;
	if (!explore->media.exact_waiting)
		gather_anew(explore);
}

/* --- operations --- */

static void count_fates(struct explore *explore, guint times)
{
	struct explore_counts *counts = &explore->counts;
	guint64 torn = 0;
	double log2_here = log2(times);

	for (guint i = 0; i < explore->media.waiting->len; i++) {
		const struct explore_waiting *write = &g_array_index(explore->media.waiting, struct explore_waiting, i);
		guint64 blocks = write->count / explore->layout->block_sectors[write->disk] + 1;

		torn += 3 * blocks;
		log2_here += log2(2.0 * (double)blocks + 1);
	}
	counts->operations++;
	counts->cuts += times * explore_media_fates(&explore->media);
	counts->torn += times * (torn + 2);
	/* log2(2^a + 2^b) */
	double high = MAX(counts->log2_all, log2_here), low = MIN(counts->log2_all, log2_here);
	counts->log2_all = high + log2(1 + exp2(low - high));
}

static void count(struct explore *explore, const struct explore_op *op)
{
	struct explore_part *part = explore_part_at(explore->node, explore->part);

	if (!part->counted && explore->expand)
		count_fates(explore, op->what == EXPLORE_MEMORY ? 2 : 1);
}

/* From now on it was promised. */
static void promise(struct explore *explore)
{
	leave_gathered(explore);
	explore->promised = TRUE;
	begin_gathering(explore);
}

static void follow_write(struct explore *explore, const struct explore_op *op)
{
	struct explore_media *media = &explore->media;
	guint32 block = explore->layout->block_sectors[op->disk];
	guint64 lba = op->at - op->at % block;

	explore_judge_write(explore, op);
	if (!explore->promised && explore_judge_begins(explore, op))
		promise(explore);
	if (!media->exact_waiting && explore_media_is_exact(media, op->disk, op->at, op->count))
		leave_gathered(explore);
	explore_media_write(media, op);
	explore->waited = MAX(explore->waited, media->waiting->len);
	explore->begun++;
	count(explore, op);
	gboolean exact = media->exact_waiting > 0;
	if (!exact && explore->expand)
		explore_map_join_part(explore->values, explore->since[op->disk], media->now[op->disk], lba,
				      op->at - lba + op->count + block);
	if (!(op->flags & EXPLORE_FORCED) || !op->count)
		return;
	if (exact)
		leave_gathered(explore);
	explore_media_forced(media);
	if (exact)
		begin_gathering(explore);
}

static void follow_flush(struct explore *explore, const struct explore_op *op)
{
	gboolean exact = explore->media.exact_waiting > 0;

	count(explore, op);
	if (exact)
		leave_gathered(explore);
	explore_media_flush(&explore->media, op->disk);
	explore->begun++;
	if (exact)
		begin_gathering(explore);
}

static void follow_memory(struct explore *explore, const struct explore_op *op)
{
	count(explore, op);
	leave_gathered(explore);
	explore_sums_change(explore, &explore->sums, explore->memory, op->at, op->latter);
	explore->begun++;
	begin_gathering(explore);
}

static void follow_geometry(struct explore *explore, const struct explore_op *op)
{
	count(explore, op);
	leave_gathered(explore);
	explore->geometry[op->disk] = (struct explore_geometry){ op->at, op->native };
	explore->begun++;
	begin_gathering(explore);
}

/* What the session found there must be what every way to here would have it find. */
static void follow_read(struct explore *explore, const struct explore_op *op)
{
	for (guint64 lba = op->at, end = lba + op->count; lba < end;) {
		struct explore_stretch stretch = { lba, end - lba, 0, op->disk };

		if (!explore_media_find(&explore->media, &stretch) &&
		    explore_exact_add(&explore->exact, op->disk, lba, stretch.count))
			explore->again = TRUE;
		lba += stretch.count;
	}
}

static void follow_panel(struct explore *explore, const struct explore_op *op)
{
	gboolean gone = explore->panel == explore->erasing && op->content != explore->erasing;

	explore->panel = op->content;
	if (gone)
		explore_judge_claim(explore, "the erasing message goes");
}

static void follow_line(struct explore *explore, const struct explore_op *op)
{
	if (op->count != EXPLORE_LINE_READY)
		return;
	explore->ready = op->at != 0;
	if (explore->ready)
		explore_judge_claim(explore, "the unit is ready");
}

static void follow_said(struct explore *explore, const struct explore_op *op)
{
	if (op->content == EXPLORE_SAID_ERASE_ENDS)
		explore_judge_claim(explore, "the console says that the erase ends");
}

static void follow_answer(struct explore *explore, const struct explore_op *op)
{
	if (!explore_judge_begins(explore, op))
		return;
	promise(explore);
	explore->begun++;
}

static void begin(struct explore *explore, struct explore_node *node, guint part)
{
	explore_node_load(explore, node, explore->memory, explore->geometry);
	explore->sums = explore->stand.sums;
	explore_media_set(&explore->media, explore_node_maps(explore, node), explore_node_waiting(explore, node));
	explore->node = node;
	explore->part = part;
	explore->op = explore->begun = 0;
	explore->promised = node->promised;
	explore->expand = explore_expands(explore, node);
	explore->panel = node->more->panel;
	explore->ready = node->ready;
	begin_gathering(explore);
}

void explore_flow(struct explore *explore, struct explore_node *node, guint number)
{
	static void (*const follow[EXPLORE_WHATS])(struct explore * explore, const struct explore_op *op) = {
		[EXPLORE_WRITE] = follow_write,	      [EXPLORE_FLUSH] = follow_flush, [EXPLORE_MEMORY] = follow_memory,
		[EXPLORE_GEOMETRY] = follow_geometry, [EXPLORE_READ] = follow_read,   [EXPLORE_PANEL] = follow_panel,
		[EXPLORE_LINE] = follow_line,	      [EXPLORE_SAID] = follow_said,   [EXPLORE_ANSWER] = follow_answer,
	};
	struct explore_part *part = explore_part_at(node, number);

	begin(explore, node, number);
	const GArray *ops = explore_part_ops(explore, node, part);
	for (; explore->op < ops->len && !explore->again; explore->op++) {
		const struct explore_op *op = &g_array_index(ops, struct explore_op, explore->op);

		explore->begun = explore->op;
		follow[op->what](explore, op);
	}
	explore->begun = explore->op;
	leave_gathered(explore);
	explore_left_end(explore, part);
	part->counted |= explore->expand != FALSE;
	if (part->end != EXPLORE_END_NEXT)
		explore_judge_end(explore, part);
	else if (part->next)
		reach(explore, part->next, explore->media.durable);
}

void explore_flow_all(struct explore *explore)
{
	/* Nodes are made in the order in which sessions come to them: what is new goes all the way in one turn. */
	while (explore->queued && !explore->again)
		for (guint at = 0; at < explore_nodes_count(explore->nodes) && explore->queued && !explore->again;
		     at++) {
			struct explore_node *node = explore_nodes_at(explore->nodes, at);

			if (!node->queued)
				continue;
			node->queued = FALSE;
			explore->queued--;
			for (guint i = 0; i < explore_parts(node); i++)
				explore_flow(explore, node, i);
		}
}
