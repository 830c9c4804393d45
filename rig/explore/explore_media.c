/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_media.h"
#include <string.h>

/* --- exact sectors --- */

void explore_exact_init(struct explore_exact *exact)
{
	for (guint i = 0; i < EXPLORE_DISKS; i++)
		exact->ranges[i] = g_array_new(FALSE, FALSE, sizeof(struct explore_range));
}

void explore_exact_clear(struct explore_exact *exact)
{
	for (guint i = 0; i < EXPLORE_DISKS; i++)
		g_clear_pointer(&exact->ranges[i], g_array_unref);
}

const struct explore_range *explore_exact_find(const struct explore_exact *exact, guint disk, guint64 lba, guint64 end)
{
	const GArray *ranges = exact->ranges[disk];

	for (guint i = 0; i < ranges->len; i++) {
		const struct explore_range *range = &g_array_index(ranges, struct explore_range, i);

		if (range->lba < end && range->end > lba)
			return range;
	}
	return NULL;
}

gboolean explore_exact_add(struct explore_exact *exact, guint disk, guint64 lba, guint64 count)
{
	GArray *ranges = exact->ranges[disk];
	struct explore_range all = { lba, lba + count };
	guint at = 0;

	for (guint i = 0; i < ranges->len; i++) {
		const struct explore_range *range = &g_array_index(ranges, struct explore_range, i);

		if (range->lba <= all.lba && range->end >= all.end)
			return FALSE;
	}
	/* Ranges that touch become one. */
	while (at < ranges->len) {
		const struct explore_range *range = &g_array_index(ranges, struct explore_range, at);

		if (range->end < all.lba) {
			at++;
			continue;
		}
		if (range->lba > all.end)
			break;
		all.lba = MIN(all.lba, range->lba);
		all.end = MAX(all.end, range->end);
		g_array_remove_index(ranges, at);
	}
	g_array_insert_val(ranges, at, all);
	return TRUE;
}

/* --- the media --- */

void explore_media_init(struct explore_media *media, const struct explore_layout *layout, struct explore_values *values,
			const struct explore_exact *exact)
{
	*media = (struct explore_media){ .layout = layout, .values = values, .exact = exact };
	media->waiting = g_array_new(FALSE, FALSE, sizeof(struct explore_waiting));
	for (guint i = 0; i < layout->disks; i++) {
		media->durable[i] = explore_map_new(layout->sectors[i], 0);
		media->now[i] = explore_map_new(layout->sectors[i], 0);
	}
}

void explore_media_clear(struct explore_media *media)
{
	g_clear_pointer(&media->waiting, g_array_unref);
	for (guint i = 0; i < EXPLORE_DISKS; i++) {
		g_clear_pointer(&media->durable[i], explore_map_free);
		g_clear_pointer(&media->now[i], explore_map_free);
	}
}

/* --- what a write does to sets --- */

struct change {
	struct explore_values *values;
	guint32 content;
};

static guint32 written(gpointer data, guint32 set)
{
	const struct change *change = data;

	return explore_values_write(change->values, set, change->content);
}

static guint32 perhaps_spoiled(gpointer data, guint32 set)
{
	const struct change *change = data;

	return explore_values_union(change->values, set, explore_values_spoil(change->values, set));
}

static guint32 perhaps_written(gpointer data, guint32 set)
{
	const struct change *change = data;
	guint32 latter = explore_values_write(change->values, set, change->content);

	return explore_values_union(change->values, perhaps_spoiled(data, set), latter);
}

/* The physical blocks that hold [*lba, *end). */
static void round_to_blocks(const struct explore_media *media, guint disk, guint64 *lba, guint64 *end)
{
	guint32 block = media->layout->block_sectors[disk];

	*lba -= *lba % block;
	*end = MIN(*end + (block - *end % block) % block, media->layout->sectors[disk]);
}

void explore_media_write_perhaps(const struct explore_media *media, struct explore_map *map,
				 const struct explore_waiting *write)
{
	struct change change = { media->values, write->content };
	guint64 from = write->lba, end = from + write->count, lba = from, to = end;

	round_to_blocks(media, write->disk, &lba, &to);
	explore_map_alter(map, lba, from - lba, perhaps_spoiled, &change);
	explore_map_alter(map, end, to - end, perhaps_spoiled, &change);
	explore_map_alter(map, from, write->count, perhaps_written, &change);
}

static void write_surely(const struct explore_media *media, struct explore_map *map,
			 const struct explore_waiting *write, guint64 lba, guint64 end)
{
	struct change change = { media->values, write->content };

	if (lba < end)
		explore_map_alter(map, lba, end - lba, written, &change);
}

gboolean explore_media_is_exact(const struct explore_media *media, guint disk, guint64 lba, guint64 count)
{
	guint64 end = lba + count;

	round_to_blocks(media, disk, &lba, &end);
	return explore_exact_find(media->exact, disk, lba, end) != NULL;
}

static void add_waiting(struct explore_media *media, const struct explore_waiting *write)
{
	g_array_append_val(media->waiting, *write);
	media->exact_waiting += explore_media_is_exact(media, write->disk, write->lba, write->count);
	explore_media_write_perhaps(media, media->now[write->disk], write);
}

void explore_media_set(struct explore_media *media, struct explore_map *const *durable, const GArray *waiting)
{
	g_array_set_size(media->waiting, 0);
	media->exact_waiting = 0;
	for (guint i = 0; i < media->layout->disks; i++) {
		explore_map_become(media->durable[i], durable[i]);
		explore_map_become(media->now[i], durable[i]);
	}
	for (guint i = 0; waiting && i < waiting->len; i++)
		add_waiting(media, &g_array_index(waiting, struct explore_waiting, i));
}

void explore_media_write(struct explore_media *media, const struct explore_op *op)
{
	const struct explore_waiting write = { op->at, op->count, op->content, op->disk, 0 };

	if (op->count)
		add_waiting(media, &write);
}

static void count_exact(struct explore_media *media)
{
	media->exact_waiting = 0;
	for (guint i = 0; i < media->waiting->len; i++) {
		const struct explore_waiting *write = &g_array_index(media->waiting, struct explore_waiting, i);

		media->exact_waiting += explore_media_is_exact(media, write->disk, write->lba, write->count);
	}
}

void explore_media_flush(struct explore_media *media, guint disk)
{
	guint kept = 0;

	for (guint i = 0; i < media->waiting->len; i++) {
		const struct explore_waiting *write = &g_array_index(media->waiting, struct explore_waiting, i);

		if (write->disk == disk)
			write_surely(media, media->durable[disk], write, write->lba, write->lba + write->count);
		else
			g_array_index(media->waiting, struct explore_waiting, kept++) = *write;
	}
	g_array_set_size(media->waiting, kept);
	explore_map_become(media->now[disk], media->durable[disk]);
	count_exact(media);
}

/* What waits below it can no longer come to the medium. */
static void cut_out(struct explore_media *media, const struct explore_waiting *over)
{
	g_autoptr(GArray) old = media->waiting;
	guint64 lba = over->lba, end = lba + over->count;

	media->waiting = g_array_new(FALSE, FALSE, sizeof(struct explore_waiting));
	for (guint i = 0; i < old->len; i++) {
		struct explore_waiting part = g_array_index(old, struct explore_waiting, i);
		guint64 from = part.lba, to = from + part.count;
		gboolean apart = part.disk != over->disk || to <= lba || from >= end;

		if (apart || from < lba) {
			part.count = (guint32)((apart ? to : lba) - from);
			g_array_append_val(media->waiting, part);
		}
		if (!apart && to > end) {
			part.lba = end;
			part.count = (guint32)(to - end);
			g_array_append_val(media->waiting, part);
		}
	}
	count_exact(media);
}

/* It lies on whatever had come to the medium before. */
void explore_media_forced(struct explore_media *media)
{
	const guint last = media->waiting->len - 1;
	const struct explore_waiting write = g_array_index(media->waiting, struct explore_waiting, last);
	const guint disk = write.disk;

	g_array_set_size(media->waiting, last);
	explore_map_become(media->now[disk], media->durable[disk]);
	for (guint i = 0; i < last; i++) {
		const struct explore_waiting *below = &g_array_index(media->waiting, struct explore_waiting, i);

		if (below->disk == disk)
			explore_media_write_perhaps(media, media->now[disk], below);
	}
	write_surely(media, media->now[disk], &write, write.lba, write.lba + write.count);
	for (guint64 lba = write.lba, end = lba + write.count; lba < end;) {
		const struct explore_map_stretch there = explore_map_at(media->now[disk], lba);
		guint64 to = MIN(end, there.lba + there.count);

		if (!there.count)
			break;
		explore_map_put(media->durable[disk], lba, to - lba, there.set);
		lba = to;
	}
	cut_out(media, &write);
}

gboolean explore_media_find(const struct explore_media *media, struct explore_stretch *stretch)
{
	guint64 end = stretch->lba + stretch->count;

	for (guint i = media->waiting->len; i-- > 0;) {
		const struct explore_waiting *write = &g_array_index(media->waiting, struct explore_waiting, i);

		if (write->disk != stretch->disk)
			continue;
		if (stretch->lba >= write->lba && stretch->lba < write->lba + write->count) {
			stretch->count = MIN(end, write->lba + write->count) - stretch->lba;
			stretch->content = write->content;
			return TRUE;
		}
		if (write->lba > stretch->lba)
			end = MIN(end, write->lba);
	}
	const struct explore_map_stretch there = explore_map_at(media->durable[stretch->disk], stretch->lba);
	stretch->count = MIN(end, there.lba + there.count) - stretch->lba;
	return explore_values_known(media->values, there.set, &stretch->content);
}

void explore_media_guess(const struct explore_media *media, struct explore_stretch *stretch)
{
	guint count;

	if (explore_media_find(media, stretch))
		return;
	const struct explore_map_stretch there = explore_map_at(media->durable[stretch->disk], stretch->lba);
	const struct explore_value *values = explore_values_of(media->values, there.set, &count);
	stretch->content = count ? values[count - 1].content : media->layout->unreadable;
}
