/* SPDX-License-Identifier: Apache-2.0 */
/* What a cut may leave, against the same worked out by hand: every fate of every write, sector by sector. */
#include "explore_media.h"
#include "rig/test.h"
#include <string.h>

#define SECTORS 30u
#define WRITES 3u
enum { USER, FIRST, UNREADABLE = 9 };

static gboolean overwrites(gpointer data, guint32 content)
{
	(void)data;
	return content != USER && content != UNREADABLE;
}

/* All sectors, one value each. */
struct disk {
	struct explore_value sector[SECTORS];
};

struct trial {
	struct explore_layout layout;
	struct explore_values *values;
	struct explore_exact exact;
	struct explore_media media;
	struct explore_op ops[WRITES];
	guint count;
	GHashTable *wanted; /* set of GBytes: struct disk */
	GHashTable *got;
	guint64 found;
};

static void write_sector(struct explore_value *value, guint32 content)
{
	if (overwrites(NULL, content) && !(value->overwritten && value->content == content))
		value->overwritten = MIN(value->overwritten + 1, EXPLORE_OVERWRITTEN_MAX);
	value->content = content;
}

static GBytes *bytes_of(const struct disk *disk)
{
	return g_bytes_new(disk, sizeof *disk);
}

/* Write number `n` meets each of its fates on top of `disk`. */
static void descend(struct trial *trial, const struct disk *disk, guint n)
{
	const struct explore_op *op = &trial->ops[n];
	const guint64 size = trial->layout.block_sectors[0], end = op->at + op->count;

	if (n == trial->count) {
		g_hash_table_add(trial->wanted, bytes_of(disk));
		return;
	}
	for (guint64 block = op->at - op->at % size; block < end + size; block += size) {
		struct disk torn = *disk;

		for (guint64 lba = op->at; lba < MIN(block, end); lba++)
			write_sector(&torn.sector[lba], op->content);
		descend(trial, &torn, n + 1);
		for (guint64 lba = block; block < end && lba < MIN(block + size, SECTORS); lba++)
			torn.sector[lba].content = UNREADABLE;
		if (block < end)
			descend(trial, &torn, n + 1);
	}
}

static void found(gpointer data, struct explore_map *const *maps)
{
	struct trial *trial = data;
	struct disk disk;
	guint count;

	trial->found++;
	for (guint i = 0; i < SECTORS; i++) {
		const struct explore_value *value =
		    explore_values_of(trial->values, explore_map_at(maps[0], i).set, &count);

		CU_ASSERT_EQUAL_FATAL(count, 1);
		disk.sector[i] = *value;
	}
	g_hash_table_add(trial->got, bytes_of(&disk));
}

static void open_trial(struct trial *trial, guint32 block, GRand *rand, gboolean exact)
{
	const struct disk disk = { { { USER, 0 } } };
	struct explore_map *user[EXPLORE_DISKS] = { NULL };

	*trial = (struct trial){ .layout = { .disks = 1, .sectors = { SECTORS }, .block_sectors = { block } } };
	trial->values = explore_values_new(overwrites, NULL, UNREADABLE);
	trial->wanted = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	trial->got = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	explore_exact_init(&trial->exact);
	if (exact)
		(void)explore_exact_add(&trial->exact, 0, 0, SECTORS);
	explore_media_init(&trial->media, &trial->layout, trial->values, &trial->exact);
	user[0] = explore_map_new(SECTORS, explore_values_one(trial->values, USER, 0));
	explore_media_set(&trial->media, user, NULL);
	explore_map_free(user[0]);
	trial->count = (guint)g_rand_int_range(rand, 1, WRITES + 1);
	for (guint i = 0; i < trial->count; i++) {
		guint64 lba = (guint64)g_rand_int_range(rand, 0, SECTORS);
		trial->ops[i] =
		    (struct explore_op){ .what = EXPLORE_WRITE,
					 .at = lba,
					 .count = (guint32)g_rand_int_range(rand, 1, MIN(9, (gint)(SECTORS - lba) + 1)),
					 .content = FIRST + (guint32)g_rand_int_range(rand, 0, 2) };
		explore_media_write(&trial->media, &trial->ops[i]);
	}
	descend(trial, &disk, 0);
}

static void close_trial(struct trial *trial)
{
	explore_media_clear(&trial->media);
	explore_exact_clear(&trial->exact);
	explore_values_free(trial->values);
	g_hash_table_unref(trial->wanted);
	g_hash_table_unref(trial->got);
}

/* Exact sectors: every combination, and no other. */
static void combinations(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);

	for (guint round = 0; round < 200; round++) {
		struct trial trial;
		GHashTableIter iter;
		gpointer disk;

		open_trial(&trial, round % 2 ? 8 : 1, rand, TRUE);
		CU_ASSERT_EQUAL(explore_media_cut(&trial.media, 1000000, found, &trial), trial.found);
		CU_ASSERT_EQUAL(g_hash_table_size(trial.got), g_hash_table_size(trial.wanted));
		g_hash_table_iter_init(&iter, trial.wanted);
		while (g_hash_table_iter_next(&iter, &disk, NULL))
			CU_ASSERT_TRUE(g_hash_table_contains(trial.got, disk));
		CU_ASSERT_EQUAL(explore_media_cut(&trial.media, trial.found - 1, found, &trial), 0);
		close_trial(&trial);
	}
}

static gboolean may_hold(struct trial *trial, guint sector, const struct explore_value *value)
{
	guint32 set = explore_map_at(trial->media.now[0], sector).set;

	return explore_values_contain(trial->values, set,
				      explore_values_one(trial->values, value->content, value->overwritten));
}

/* Sectors one by one: each value that some combination leaves there, and no other. */
static void sectors(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(2);

	for (guint round = 0; round < 200; round++) {
		guint32 left[SECTORS] = { 0 };
		struct trial trial;
		GHashTableIter iter;
		gpointer bytes;

		open_trial(&trial, round % 2 ? 8 : 1, rand, FALSE);
		g_hash_table_iter_init(&iter, trial.wanted);
		while (g_hash_table_iter_next(&iter, &bytes, NULL)) {
			const struct disk *disk = g_bytes_get_data(bytes, NULL);

			for (guint i = 0; i < SECTORS; i++) {
				const struct explore_value *value = &disk->sector[i];

				CU_ASSERT_TRUE(may_hold(&trial, i, value));
				left[i] = explore_values_union(
				    trial.values, left[i],
				    explore_values_one(trial.values, value->content, value->overwritten));
			}
		}
		for (guint i = 0; i < SECTORS; i++)
			CU_ASSERT_EQUAL(explore_map_at(trial.media.now[0], i).set, left[i]);
		close_trial(&trial);
	}
}

static guint values_at(const struct explore_media *media, guint64 lba)
{
	guint count;

	(void)explore_values_of(media->values, explore_map_at(media->now[0], lba).set, &count);
	return count;
}

static void barriers(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(3);
	struct explore_stretch stretch = { 4, 10, 0, 0 };
	struct trial trial;

	open_trial(&trial, 1, rand, FALSE);
	explore_media_flush(&trial.media, 0);
	for (guint i = 0; i < SECTORS; i++)
		CU_ASSERT_EQUAL(values_at(&trial.media, i), 1);
	CU_ASSERT_EQUAL(trial.media.waiting->len, 0);
	CU_ASSERT_EQUAL(explore_media_fates(&trial.media), 1);
	/* A forced write takes what waits below it along. */
	const struct explore_op below = { .what = EXPLORE_WRITE, .at = 2, .count = 10, .content = FIRST + 2 };
	const struct explore_op forced = {
		.what = EXPLORE_WRITE, .flags = EXPLORE_FORCED, .at = 4, .count = 3, .content = FIRST + 3
	};
	explore_media_write(&trial.media, &below);
	explore_media_write(&trial.media, &forced);
	CU_ASSERT(values_at(&trial.media, 4) > 1);
	CU_ASSERT_TRUE(explore_media_find(&trial.media, &stretch));
	CU_ASSERT(stretch.content == FIRST + 3 && stretch.count == 3);
	explore_media_forced(&trial.media);
	CU_ASSERT_EQUAL(trial.media.waiting->len, 2);
	CU_ASSERT(values_at(&trial.media, 2) > 1 && values_at(&trial.media, 11) > 1);
	CU_ASSERT(explore_values_known(trial.values, explore_map_at(trial.media.now[0], 4).set, &stretch.content));
	CU_ASSERT_EQUAL(stretch.content, FIRST + 3);
	stretch = (struct explore_stretch){ 0, 30, 0, 0 };
	CU_ASSERT_TRUE(explore_media_find(&trial.media, &stretch));
	CU_ASSERT(stretch.count <= 2);
	close_trial(&trial);
}

static void exact_ranges(void)
{
	struct explore_exact exact;

	explore_exact_init(&exact);
	CU_ASSERT_PTR_NULL(explore_exact_find(&exact, 0, 0, G_MAXUINT64));
	CU_ASSERT_TRUE(explore_exact_add(&exact, 0, 10, 5));
	CU_ASSERT_FALSE(explore_exact_add(&exact, 0, 11, 3));
	CU_ASSERT_TRUE(explore_exact_add(&exact, 0, 20, 5));
	CU_ASSERT_TRUE(explore_exact_add(&exact, 0, 5, 2));
	CU_ASSERT_EQUAL(exact.ranges[0]->len, 3);
	CU_ASSERT_EQUAL(explore_exact_find(&exact, 0, 0, 100)->lba, 5);
	CU_ASSERT_PTR_NULL(explore_exact_find(&exact, 0, 15, 20));
	CU_ASSERT_TRUE(explore_exact_add(&exact, 0, 12, 10));
	CU_ASSERT_EQUAL(exact.ranges[0]->len, 2);
	CU_ASSERT_EQUAL(explore_exact_find(&exact, 0, 15, 20)->end, 25);
	CU_ASSERT_PTR_NULL(explore_exact_find(&exact, 1, 0, 100));
	explore_exact_clear(&exact);
}

TEST_SUITE(explore_media, { "combinations", combinations }, { "sectors", sectors }, { "barriers", barriers },
	   { "exact ranges", exact_ranges })
