/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_map.h"
#include "rig/test.h"

#define SECTORS 97u
#define CONTENTS 5u

static gboolean overwrites(gpointer data, guint32 content)
{
	(void)data;
	return content > 0;
}

static guint32 write_content(gpointer data, guint32 set)
{
	gpointer *both = data;

	return explore_values_write(both[0], set, *(guint32 *)both[1]);
}

/* Neighbours differ, and each sector is as the model has it. */
static gboolean equals(const struct explore_map *map, const guint32 model[SECTORS])
{
	guint stretches = 0;
	guint64 lba = 0;

	while (lba < SECTORS) {
		const struct explore_map_stretch there = explore_map_at(map, lba);

		for (guint64 i = there.lba; i < there.lba + there.count; i++)
			if (model[i] != there.set)
				return FALSE;
		if (there.lba != lba || (lba && model[lba - 1] == there.set))
			return FALSE;
		lba += there.count;
		stretches++;
	}
	return lba == SECTORS && stretches == explore_map_stretches(map) && !explore_map_at(map, SECTORS).count;
}

static void alters(void)
{
	struct explore_values *values = explore_values_new(overwrites, NULL, CONTENTS);
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	guint32 start = explore_values_one(values, 0, 0), model[SECTORS];
	struct explore_map *map = explore_map_new(SECTORS, start);

	for (guint i = 0; i < SECTORS; i++)
		model[i] = start;
	for (guint round = 0; round < 3000; round++) {
		guint32 content = (guint32)g_rand_int_range(rand, 0, CONTENTS);
		guint64 lba = (guint64)g_rand_int_range(rand, 0, SECTORS + 3);
		guint64 count = (guint64)g_rand_int_range(rand, 0, 20);
		gpointer both[] = { values, &content };

		explore_map_alter(map, lba, count, write_content, both);
		for (guint64 i = lba; i < lba + count && i < SECTORS; i++)
			model[i] = explore_values_write(values, model[i], content);
		CU_ASSERT_TRUE_FATAL(equals(map, model));
	}
	explore_map_put(map, 0, G_MAXUINT64, start);
	CU_ASSERT_EQUAL(explore_map_stretches(map), 1);
	explore_map_free(map);
	explore_values_free(values);
}

static struct explore_map *random_map(struct explore_values *values, GRand *rand, guint32 model[SECTORS])
{
	struct explore_map *map = explore_map_new(SECTORS, explore_values_one(values, 0, 0));

	for (guint i = 0; i < SECTORS; i++)
		model[i] = explore_values_one(values, 0, 0);
	for (guint n = 0; n < 6; n++) {
		guint64 lba = (guint64)g_rand_int_range(rand, 0, SECTORS), count = 1 + lba % 31;
		guint32 set = explore_values_one(values, (guint32)g_rand_int_range(rand, 0, CONTENTS), 1);

		explore_map_put(map, lba, count, set);
		for (guint64 i = lba; i < lba + count && i < SECTORS; i++)
			model[i] = set;
	}
	return map;
}

static void joins(void)
{
	struct explore_values *values = explore_values_new(overwrites, NULL, CONTENTS);
	g_autoptr(GRand) rand = g_rand_new_with_seed(8);

	for (guint round = 0; round < 500; round++) {
		guint32 one[SECTORS], other[SECTORS];
		struct explore_map *a = random_map(values, rand, one), *b = random_map(values, rand, other);
		struct explore_map *copy = explore_map_copy(a);
		guint64 from = (guint64)g_rand_int_range(rand, 0, SECTORS), count = from % 17;
		gboolean differs = FALSE;

		CU_ASSERT_TRUE(explore_map_equal(a, copy));
		(void)explore_map_join_part(values, copy, b, from, count);
		for (guint64 i = from; i < from + count && i < SECTORS; i++)
			one[i] = explore_values_union(values, one[i], other[i]);
		CU_ASSERT_TRUE(equals(copy, one));
		for (guint i = 0; i < SECTORS; i++) {
			guint32 both = explore_values_union(values, one[i], other[i]);

			differs |= both != explore_map_at(a, i).set;
			one[i] = both;
		}
		CU_ASSERT_EQUAL(explore_map_join(values, a, b), differs);
		CU_ASSERT_TRUE(equals(a, one));
		CU_ASSERT_FALSE(explore_map_join(values, a, b));
		explore_map_become(copy, a);
		CU_ASSERT_TRUE(explore_map_equal(copy, a));
		explore_map_free(copy);
		explore_map_free(a);
		explore_map_free(b);
	}
	explore_values_free(values);
}

/* It comes back, also in place of another one, and what stands behind it is found. */
static gboolean comes_back(const struct explore_map *map, struct explore_map *other, guint *bytes)
{
	g_autoptr(GByteArray) packed = g_byte_array_new();

	explore_map_pack(map, packed);
	*bytes = packed->len;
	const guint8 *at = packed->data, *from = packed->data, *end = packed->data + packed->len;
	explore_map_skip(&at);
	explore_map_unpack(other, &from);
	return at == end && from == end && explore_map_equal(map, other);
}

static void packs(void)
{
	struct explore_values *values = explore_values_new(overwrites, NULL, CONTENTS);
	struct explore_map *other = explore_map_new(SECTORS, 0);
	g_autoptr(GRand) rand = g_rand_new_with_seed(9);
	guint32 model[SECTORS];
	gboolean good = TRUE;
	guint bytes;

	for (guint round = 0; round < 500; round++) {
		struct explore_map *map = random_map(values, rand, model);
		const guint period = 2 + round % 9;

		/* Partly something comes again and again. */
		for (guint64 lba = round % 13; round % 2 && lba + 1 < SECTORS - round % 31; lba += period)
			explore_map_put(map, lba, 1, 100 + round % 3 * (lba / period % 2));
		good &= comes_back(map, other, &bytes);
		explore_map_free(map);
	}
	CU_ASSERT_TRUE(good);
	explore_map_free(other);
	explore_values_free(values);
}

static void packs_small(void)
{
	const guint64 sectors = G_GUINT64_CONSTANT(8000000000);
	struct explore_map *map = explore_map_new(sectors, 1), *other = explore_map_new(sectors, 2);
	guint bytes;

	for (guint64 i = 1; i < 200; i++)
		explore_map_put(map, i * 33554432, 524288, 4);
	CU_ASSERT_EQUAL(explore_map_stretches(map), 399);
	CU_ASSERT_TRUE(comes_back(map, other, &bytes));
	CU_ASSERT_TRUE(bytes < 32);
	explore_map_free(map);
	explore_map_free(other);
}

TEST_SUITE(explore_map, { "alters", alters }, { "joins", joins }, { "packs", packs }, { "packs small", packs_small })
