/* SPDX-License-Identifier: Apache-2.0 */
/* One sector through a part of a session, and what a cut leaves of it. */
#include "explore_search.h"

#define EXACT_COMBINATIONS_MAX 100000u /* of fates, at one instant */

static void set_sector(struct search *search, const struct explore_node *node, const struct explore_value *value)
{
	struct explore *explore = search->explore;
	struct explore_map *maps[EXPLORE_DISKS] = { NULL };
	const guint disk = search->trace->where.disk;

	for (guint i = 0; i < explore->layout->disks; i++)
		maps[i] = explore_map_new(explore->layout->sectors[i], 0);
	explore_map_put(maps[disk], search->trace->where.lba, 1,
			explore_values_one(explore->values, value->content, value->overwritten));
	explore_media_set(&search->media, maps, explore_node_waiting(explore, node));
	for (guint i = 0; i < explore->layout->disks; i++)
		explore_map_free(maps[i]);
}

static void gather(struct search *search, gboolean anew)
{
	const struct explore_map *now = search->media.now[search->trace->where.disk];

	if (anew)
		explore_map_become(search->since, now);
	else
		(void)explore_map_join(search->explore->values, search->since, now);
}

static void run_sector(struct search *search, const struct explore_op *op)
{
	switch ((enum explore_what)op->what) {
	case EXPLORE_WRITE:
		if (!op->count)
			return;
		explore_media_write(&search->media, op);
		gather(search, FALSE);
		if (op->flags & EXPLORE_FORCED)
			explore_media_forced(&search->media);
		break;
	case EXPLORE_FLUSH:
		explore_media_flush(&search->media, op->disk);
		break;
	case EXPLORE_MEMORY:
	case EXPLORE_GEOMETRY:
		gather(search, TRUE);
		break;
	default:
		break;
	}
}

/* The sector as it goes through the part's first `ops` operations, from this value on. */
static void run_part(struct search *search, const struct explore_node *node, const struct explore_value *value,
		     guint part, guint ops)
{
	const GArray *all = explore_part_outline(search->explore, explore_part_at(node, part));

	set_sector(search, node, value);
	gather(search, TRUE);
	for (guint i = 0; i < ops && i < all->len; i++)
		run_sector(search, &g_array_index(all, struct explore_op, i));
}

guint32 search_sector_of(const struct search *search, const struct explore_map *map)
{
	return explore_map_at(map, search->trace->where.lba).set;
}

static gboolean has(const struct search *search, const struct explore_map *map, const struct explore_value *value)
{
	struct explore_values *values = search->explore->values;

	return explore_values_contain(values, search_sector_of(search, map),
				      explore_values_one(values, value->content, value->overwritten));
}

guint search_is_bad(struct search *search, const struct place *from, guint part, guint ops,
		    const struct explore_value *value)
{
	(void)value;
	run_part(search, from->node, &from->value, part, ops);
	guint verdict =
	    explore_judge_set(search->explore, search_sector_of(search, search->media.now[search->trace->where.disk]));
	return verdict & search->trace->verdict ? ops + 1 : 0;
}

guint search_leads_on(struct search *search, const struct place *from, guint part, guint ops,
		      const struct explore_value *value)
{
	run_part(search, from->node, &from->value, part, ops);
	return has(search, search->media.durable[search->trace->where.disk], value) ? ops + 1 : 0;
}

/* --- exact sectors --- */

struct exact {
	struct search *search;
	guint64 wanted[2];
	gboolean met;
};

static void hash_exact(struct explore *explore, struct explore_map *const *maps, guint64 key[2])
{
	struct hash128 hash;

	hash128_init(&hash, 12);
	explore_hash_exact(explore, maps, &hash, NULL);
	hash128_end(&hash, key);
}

static void compare_exact(gpointer data, struct explore_map *const *maps)
{
	struct exact *exact = data;
	guint64 key[2];

	hash_exact(exact->search->explore, maps, key);
	exact->met |= key[0] == exact->wanted[0] && key[1] == exact->wanted[1];
}

/* An operation begins, and ends. */
static void begin_operation(struct explore_media *media, const struct explore_op *op)
{
	if (op->what == EXPLORE_WRITE)
		explore_media_write(media, op);
}

static void end_operation(struct explore_media *media, const struct explore_op *op)
{
	if (op->what == EXPLORE_FLUSH)
		explore_media_flush(media, op->disk);
	else if (op->what == EXPLORE_WRITE && op->count && op->flags & EXPLORE_FORCED)
		explore_media_forced(media);
}

/* A write that touches exact sectors, among these. */
static gboolean has_exact(const struct search *search, const GArray *all, guint from, guint to)
{
	for (guint i = from; i < to && i < all->len; i++) {
		const struct explore_op *op = &g_array_index(all, struct explore_op, i);

		if (op->what == EXPLORE_WRITE && explore_media_is_exact(&search->media, op->disk, op->at, op->count))
			return TRUE;
	}
	return FALSE;
}

/* The first instant, of those from `begin` to `end`, at which a cut may leave exact sectors as the next node has them.
 */
static guint exact_from(struct search *search, const struct place *from, guint part, guint begin, guint end)
{
	struct explore *explore = search->explore;
	const GArray *all = explore_part_outline(search->explore, explore_part_at(from->node, part));
	struct exact exact = { .search = search };
	struct explore_media media;
	guint i = 0;

	if (!has_exact(search, all, begin, end))
		return begin;
	hash_exact(explore, explore_node_maps(explore, from->next->node), exact.wanted);
	explore_media_init(&media, explore->layout, explore->values, &explore->exact);
	explore_media_set(&media, explore_node_maps(explore, from->node), explore_node_waiting(explore, from->node));
	for (; i < all->len && i < end; i++) {
		const struct explore_op *op = &g_array_index(all, struct explore_op, i);

		if (i >= begin)
			(void)explore_media_cut(&media, EXACT_COMBINATIONS_MAX, compare_exact, &exact);
		if (exact.met)
			break;
		begin_operation(&media, op);
		if (i >= begin)
			(void)explore_media_cut(&media, EXACT_COMBINATIONS_MAX, compare_exact, &exact);
		end_operation(&media, op);
	}
	explore_media_clear(&media);
	return i;
}

guint search_state_begin(const GArray *all, guint ops)
{
	while (ops) {
		guint8 what = g_array_index(all, struct explore_op, ops - 1).what;

		if (what == EXPLORE_MEMORY || what == EXPLORE_GEOMETRY || what == EXPLORE_ANSWER)
			break;
		ops--;
	}
	return ops;
}

/* The earliest instant that leaves this. */
guint search_is_left(struct search *search, const struct place *from, guint part, guint ops,
		     const struct explore_value *value)
{
	const GArray *all = explore_part_outline(search->explore, explore_part_at(from->node, part));
	const guint begin = search_state_begin(all, ops);

	const guint exact = exact_from(search, from, part, begin, ops);

	if (!search_is_sector(search->trace))
		return exact + 1;
	run_part(search, from->node, &from->value, part, begin);
	for (guint i = begin; i <= ops && i <= all->len; i++) {
		if (i >= exact && has(search, search->since, value))
			return i + 1;
		if (i < all->len)
			run_sector(search, &g_array_index(all, struct explore_op, i));
	}
	return 0;
}
