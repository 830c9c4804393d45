/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_log.h"
#include "rig/prng.h"
#include "rig/test.h"
#include <string.h>

#define OPS 2000u

#define MEMORY 256u

struct trial {
	struct explore_pool *pool;
	guint8 before[MEMORY];
	gsize bytes; /* of the log */
};

static void begin(struct trial *trial)
{
	*trial = (struct trial){ .pool = explore_pool_new() };
	for (guint i = 0; i < MEMORY; i++)
		trial->before[i] = (guint8)(i * i);
}

/* What the operations make of the memory. */
static void run(const GArray *ops, guint8 *memory)
{
	for (guint i = 0; i < ops->len; i++) {
		const struct explore_op *op = &g_array_index(ops, struct explore_op, i);

		if (op->what == EXPLORE_MEMORY && op->at <= MEMORY - EXPLORE_UNIT)
			memcpy(memory + op->at, op->latter, EXPLORE_UNIT);
	}
}

static gboolean is_equal(const GArray *one, const GArray *other)
{
	return one->len == other->len &&
	       (!one->len || memcmp(one->data, other->data, one->len * sizeof(struct explore_op)) == 0);
}

/* Without a memory it is the same but for the units. */
static gboolean is_outline(const GArray *ops, const GArray *outline)
{
	gboolean good = ops->len == outline->len;

	for (guint i = 0; good && i < ops->len; i++) {
		struct explore_op op = g_array_index(ops, struct explore_op, i);

		memset(op.former, 0, sizeof op.former);
		memset(op.latter, 0, sizeof op.latter);
		good = memcmp(&op, &g_array_index(outline, struct explore_op, i), sizeof op) == 0;
	}
	return good;
}

static gboolean comes_back(struct trial *trial, const GArray *ops)
{
	g_autoptr(GArray) again = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	g_autoptr(GByteArray) packed = g_byte_array_new();
	guint8 memory[MEMORY], there[MEMORY], shall[MEMORY];
	struct explore_log_base base = { .begin_ns = 5000, .lba = 4096, .memory = memory, .bytes = MEMORY };
	const struct explore_op other = { .what = EXPLORE_READ, .at = 7 };

	memcpy(memory, trial->before, MEMORY);
	memcpy(shall, trial->before, MEMORY);
	run(ops, shall);
	explore_log_pack(ops, &base, packed);
	gboolean good = memcmp(memory, shall, MEMORY) == 0;
	trial->bytes = packed->len;
	struct explore_blob *blob = explore_blob_put(trial->pool, NULL, packed);
	/* What was there is gone. */
	g_array_append_val(again, other);
	base.memory = memcpy(there, trial->before, MEMORY);
	explore_log_unpack(blob, &base, again);
	good = good && is_equal(ops, again) && memcmp(there, shall, MEMORY) == 0;
	base.memory = NULL;
	explore_log_unpack(blob, &base, again);
	good = good && is_outline(ops, again);
	explore_blob_free(trial->pool, blob);
	return good;
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
	struct trial trial;
	struct prng prng;

	begin(&trial);
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
			op.at = op.what == EXPLORE_MEMORY ? prng_next(&prng) % MEMORY : any_number(&prng);
		if (prng_next(&prng) % 2)
			op.at_ns = (gint64)any_number(&prng);
		if (prng_next(&prng) % 2)
			any_unit(&prng, op.former);
		if (prng_next(&prng) % 2)
			any_unit(&prng, op.latter);
		g_array_append_val(ops, op);
		if (i % 97 == 0)
			CU_ASSERT_TRUE(comes_back(&trial, ops));
	}
	CU_ASSERT_TRUE(comes_back(&trial, ops));
	explore_pool_free(trial.pool);
}

static void nothing(void)
{
	g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	struct trial trial;

	begin(&trial);
	CU_ASSERT_TRUE(comes_back(&trial, ops));
	CU_ASSERT_EQUAL(trial.bytes, 0);
	explore_pool_free(trial.pool);
}

/* An erase: a stretch a millisecond, a flush and a unit that changes after each sixteen. */
static void is_small(void)
{
	g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(struct explore_op));
	struct trial trial;

	begin(&trial);
	for (guint i = 0; i < OPS; i++) {
		struct explore_op op = { .what = EXPLORE_WRITE, .count = 2048, .content = 9, .at = 2048 * i };

		if (i % 18 == 16)
			op = (struct explore_op){ .what = EXPLORE_FLUSH };
		if (i % 18 == 17) {
			op = (struct explore_op){ .what = EXPLORE_MEMORY, .at = 64 };
			memcpy(op.former, trial.before + 64, EXPLORE_UNIT);
			op.former[3] = (guint8)(i == 17 ? op.former[3] : i - 18);
			memcpy(op.latter, op.former, EXPLORE_UNIT);
			op.latter[3] = (guint8)i;
		}
		op.at_ns = 1000000 * (gint64)i;
		g_array_append_val(ops, op);
	}
	CU_ASSERT_TRUE(comes_back(&trial, ops));
	CU_ASSERT_TRUE(trial.bytes < OPS * sizeof(struct explore_op) / 100);
	explore_pool_free(trial.pool);
}

TEST_SUITE(explore_log, { "any operations", any_operations }, { "nothing", nothing }, { "is small", is_small })
