/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_shared.h"
#include "rig/prng.h"
#include "rig/test.h"
#include <string.h>

#define HOLDERS 500u
#define KINDS 40u

/* One of some kinds: of a kind all are equal. */
static void take_bytes(guint kind, GByteArray *bytes)
{
	g_byte_array_set_size(bytes, 1 + kind % 7);
	memset(bytes->data, 9, bytes->len);
	bytes->data[0] = (guint8)kind;
}

static gboolean is_kind(const struct explore_blob *blob, guint kind, GByteArray *bytes)
{
	take_bytes(kind, bytes);
	return blob->length == bytes->len && memcmp(blob->bytes, bytes->data, bytes->len) == 0;
}

struct holder {
	const struct explore_blob *blob;
	guint kind;
};

/* The other one's blob of that kind, if there is another one. */
static const struct explore_blob *other_of(const struct holder *holders, guint kind)
{
	for (guint i = 0; i < HOLDERS; i++)
		if (holders[i].blob && holders[i].kind == kind)
			return holders[i].blob;
	return NULL;
}

static void equal_ones_are_one(void)
{
	struct explore_pool *pool = explore_pool_new();
	struct explore_shared *shared = explore_shared_new(pool);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct holder holders[HOLDERS] = { { NULL, 0 } };
	struct prng prng;
	gboolean good = TRUE;

	prng_seed(&prng, 8, 0);
	for (guint i = 0; i < 20000; i++) {
		struct holder *holder = &holders[prng_next(&prng) % HOLDERS];

		if (holder->blob) {
			good &= is_kind(holder->blob, holder->kind, bytes);
			explore_shared_drop(shared, holder->blob);
			holder->blob = NULL;
			continue;
		}
		holder->kind = (guint)(prng_next(&prng) % KINDS);
		const struct explore_blob *other = other_of(holders, holder->kind);
		take_bytes(holder->kind, bytes);
		holder->blob = explore_shared_take(shared, bytes);
		good &= is_kind(holder->blob, holder->kind, bytes) && (!other || other == holder->blob);
		good &= explore_shared_count(shared) <= KINDS;
	}
	CU_ASSERT_TRUE(good);
	for (guint i = 0; i < HOLDERS; i++)
		explore_shared_drop(shared, holders[i].blob);
	CU_ASSERT_EQUAL(explore_shared_count(shared), 0);
	CU_ASSERT_TRUE(explore_pool_bytes(pool) < 512 * 1024);
	explore_shared_free(shared);
	explore_pool_free(pool);
}

static void nothing(void)
{
	struct explore_pool *pool = explore_pool_new();
	struct explore_shared *shared = explore_shared_new(pool);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	CU_ASSERT_PTR_NULL(explore_shared_take(shared, bytes));
	explore_shared_drop(shared, NULL);
	CU_ASSERT_EQUAL(explore_shared_count(shared), 0);
	explore_shared_free(shared);
	explore_shared_free(NULL);
	explore_pool_free(pool);
}

TEST_SUITE(explore_shared, { "equal ones are one", equal_ones_are_one }, { "nothing", nothing })
