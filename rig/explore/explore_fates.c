/* SPDX-License-Identifier: Apache-2.0 */
/* The combinations of fates that waiting writes may meet, as far as exact sectors tell them apart. */
#include "explore_media.h"

/* One fate of one write, or all those that differ in no exact sector: new up to `from`, perhaps new up to `to`, behind
 * that old; or the block at `spoiled` unreadable. */
struct fate {
	guint64 from, to;
	guint64 spoiled, spoiled_end; /* none if equal */
};

/* Blocks with exact sectors that the write touches, in order; each once. */
static GArray *exact_blocks(const struct explore_media *media, const struct explore_waiting *write)
{
	GArray *blocks = g_array_new(FALSE, FALSE, sizeof(guint64));
	const guint64 size = media->layout->block_sectors[write->disk], end = write->lba + write->count;
	guint64 block = write->lba - write->lba % size;

	while (block < end) {
		const struct explore_range *range = explore_exact_find(media->exact, write->disk, block, G_MAXUINT64);
		if (!range || range->lba >= end + size)
			break;
		if (range->lba > block)
			block = range->lba - range->lba % size;
		if (block >= end)
			break;
		g_array_append_val(blocks, block);
		block += size;
	}
	return blocks;
}

static GArray *fates_of(const struct explore_media *media, const struct explore_waiting *write)
{
	g_autoptr(GArray) blocks = exact_blocks(media, write);
	GArray *fates = g_array_new(FALSE, FALSE, sizeof(struct fate));
	const guint64 size = media->layout->block_sectors[write->disk];
	const guint64 end = write->lba + write->count, sectors = media->layout->sectors[write->disk];
	guint64 from = write->lba;

	for (guint i = 0; i < blocks->len; i++) {
		guint64 block = g_array_index(blocks, guint64, i);
		const struct fate before = { from, MAX(block, from), 0, 0 };
		const struct fate within = { MAX(block, from), MAX(block, from), block, MIN(block + size, sectors) };

		g_array_append_val(fates, before);
		g_array_append_val(fates, within);
		from = MIN(block + size, end);
	}
	const struct fate after = { from, end, 0, 0 };
	g_array_append_val(fates, after);
	return fates;
}

struct cut {
	const struct explore_media *media;
	explore_media_found found;
	gpointer data;
};

static guint32 written(gpointer data, guint32 set)
{
	const struct explore_media *media = ((gpointer *)data)[0];
	const struct explore_waiting *write = ((gpointer *)data)[1];

	return explore_values_write(media->values, set, write->content);
}

static guint32 spoiled(gpointer data, guint32 set)
{
	const struct explore_media *media = data;

	return explore_values_spoil(media->values, set);
}

static void meet(const struct explore_media *media, struct explore_map *map, const struct explore_waiting *write,
		 const struct fate *fate)
{
	gpointer both[] = { (gpointer)media, (gpointer)write };
	struct explore_waiting perhaps = *write;

	explore_map_alter(map, write->lba, fate->from - write->lba, written, both);
	perhaps.lba = fate->from;
	perhaps.count = (guint32)(fate->to - fate->from);
	if (perhaps.count)
		explore_media_write_perhaps(media, map, &perhaps);
	if (fate->spoiled < fate->spoiled_end)
		explore_map_alter(map, fate->spoiled, fate->spoiled_end - fate->spoiled, spoiled, (gpointer)media);
}

/* Writes from number `next` on meet their fates on top of `maps`. */
static void descend(const struct cut *cut, struct explore_map *const *maps, guint next)
{
	const struct explore_media *media = cut->media;

	if (next == media->waiting->len) {
		cut->found(cut->data, maps);
		return;
	}
	const struct explore_waiting *write = &g_array_index(media->waiting, struct explore_waiting, next);
	g_autoptr(GArray) fates = fates_of(media, write);
	for (guint i = 0; i < fates->len; i++) {
		struct explore_map *below[EXPLORE_DISKS] = { NULL };

		for (guint disk = 0; disk < EXPLORE_DISKS; disk++)
			below[disk] = maps[disk];
		below[write->disk] = explore_map_copy(maps[write->disk]);
		meet(media, below[write->disk], write, &g_array_index(fates, struct fate, i));
		descend(cut, below, next + 1);
		explore_map_free(below[write->disk]);
	}
}

guint64 explore_media_cut(const struct explore_media *media, guint64 most, explore_media_found found, gpointer data)
{
	const struct cut cut = { media, found, data };
	guint64 all = 1;

	for (guint i = 0; i < media->waiting->len; i++) {
		g_autoptr(GArray) fates = fates_of(media, &g_array_index(media->waiting, struct explore_waiting, i));
		if (fates->len > most / all)
			return 0;
		all *= fates->len;
	}
	descend(&cut, media->durable, 0);
	return all;
}

guint64 explore_media_fates(const struct explore_media *media)
{
	guint64 fates = 1;

	for (guint i = 0; i < media->waiting->len; i++) {
		const struct explore_waiting *write = &g_array_index(media->waiting, struct explore_waiting, i);
		guint64 size = media->layout->block_sectors[write->disk];
		guint64 blocks = (write->lba + write->count - 1) / size - write->lba / size + 1;

		/* Alone lost, alone kept; each of up to three places old, new or unreadable. */
		fates += 2 + 3 * MIN(blocks, 3);
	}
	return media->waiting->len ? fates + 1 : fates;
}
