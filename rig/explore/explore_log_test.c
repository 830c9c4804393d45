/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_log.h"
#include "rig/prng.h"
#include "rig/test.h"
#include <string.h>

#define OPS 2000u

static gboolean comes_back(const GArray *ops, gsize *bytes)
{
	g_autoptr(GArray) again = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	g_autoptr(GByteArray) packed = g_byte_array_new();
	struct explore_pool *pool = explore_pool_new();
	const struct explore_op other = { .what = EXPLORE_READ, .at = 7 };

	/* What was there is gone. */
	g_array_append_val(again, other);
	explore_log_pack(ops, packed);
	*bytes = packed->len;
	struct explore_blob *blob = explore_blob_put(pool, NULL, packed);
	explore_log_unpack(blob, again);
	explore_blob_free(pool, blob);
	explore_pool_free(pool);
	return again->len == ops->len &&
	       (!ops->len || memcmp(again->data, ops->data, ops->len * sizeof(struct explore_op)) == 0);
}

static guint64 any_number(struct prng *prng)
{
	return prng_next(prng) >> prng_next(prng) % 64;
}

static void any_unit(struct prng *prng, guint8 *unit)
{
	for (guint i = 0; i < EXPLORE_UNIT; i++)
		unit[i] = (guint8)(prng_next(prng) % 3 ? 0 : any_number(prng));
}

/* Any operations at all, however big their numbers are, and whatever follows whatever. */
static void any_operations(void)
{
	g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(struct explore_op));
	struct prng prng;
	gsize bytes;

	prng_seed(&prng, 1, 0);
	for (guint i = 0; i < OPS; i++) {
		struct explore_op op = { 0 };

		/* Often the same as before, or nearly. */
		if (i && prng_next(&prng) % 2)
			op = g_array_index(ops, struct explore_op, prng_next(&prng) % i);
		else
			op = (struct explore_op){ .what = (guint8)(prng_next(&prng) % EXPLORE_WHATS),
						  .flags = (guint8)any_number(&prng),
						  .disk = (guint16)any_number(&prng),
						  .count = (guint32)any_number(&prng),
						  .content = (guint32)any_number(&prng),
						  .reserved = (guint32)any_number(&prng) };
		if (prng_next(&prng) % 2)
			op.at = any_number(&prng);
		if (prng_next(&prng) % 2)
			op.at_ns = (gint64)any_number(&prng);
		if (prng_next(&prng) % 2)
			any_unit(&prng, op.former);
		if (prng_next(&prng) % 2)
			any_unit(&prng, op.latter);
		g_array_append_val(ops, op);
		if (i % 97 == 0)
			CU_ASSERT_TRUE(comes_back(ops, &bytes));
	}
	CU_ASSERT_TRUE(comes_back(ops, &bytes));
}

static void nothing(void)
{
	g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	gsize bytes;

	CU_ASSERT_TRUE(comes_back(ops, &bytes));
	CU_ASSERT_EQUAL(bytes, 0);
}

/* An erase: a stretch a millisecond, a flush and a unit that changes after each sixteen. */
static void is_small(void)
{
	g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(struct explore_op));
	gsize bytes;

	for (guint i = 0; i < OPS; i++) {
		struct explore_op op = { .what = EXPLORE_WRITE, .count = 2048, .content = 9, .at = 2048 * i };

		if (i % 18 == 16)
			op = (struct explore_op){ .what = EXPLORE_FLUSH };
		if (i % 18 == 17) {
			op = (struct explore_op){ .what = EXPLORE_MEMORY, .at = 64 };
			memset(op.former, 0x55, EXPLORE_UNIT);
			memset(op.latter, 0x55, EXPLORE_UNIT);
			op.latter[3] = (guint8)i;
		}
		op.at_ns = 1000000 * (gint64)i;
		g_array_append_val(ops, op);
	}
	CU_ASSERT_TRUE(comes_back(ops, &bytes));
	CU_ASSERT_TRUE(bytes < OPS * sizeof(struct explore_op) / 16);
}

TEST_SUITE(explore_log, { "any operations", any_operations }, { "nothing", nothing }, { "is small", is_small })
