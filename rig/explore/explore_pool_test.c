/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_pool.h"
#include "rig/prng.h"
#include "rig/test.h"
#include <string.h>

#define THINGS 3000u
#define ROUNDS 60000u

struct thing {
	guint8 *there;
	gsize size;
};

static void fill(struct thing *thing, guint8 byte)
{
	memset(thing->there, byte, thing->size);
}

static gboolean holds(const struct thing *thing, guint8 byte)
{
	for (gsize i = 0; i < thing->size; i++)
		if (thing->there[i] != byte)
			return FALSE;
	return TRUE;
}

/* Things of all sizes come and go; none lies over another one, and each is 0 at first. */
static void things_are_apart(void)
{
	struct explore_pool *pool = explore_pool_new();
	g_autofree struct thing *things = g_new0(struct thing, THINGS);
	struct prng prng;
	gboolean good = TRUE;

	prng_seed(&prng, 5, 0);
	for (guint i = 0; i < ROUNDS; i++) {
		const guint at = (guint)(prng_next(&prng) % THINGS);
		struct thing *thing = &things[at];

		if (thing->there) {
			good &= holds(thing, (guint8)at);
			explore_pool_give(pool, thing->there, thing->size);
			thing->there = NULL;
			continue;
		}
		thing->size = prng_next(&prng) % (prng_next(&prng) % 20 ? EXPLORE_POOL_MAX : 40 * EXPLORE_POOL_MAX);
		thing->there = explore_pool_take(pool, thing->size);
		good &= holds(thing, 0) && (guintptr)thing->there % 8 == 0;
		fill(thing, (guint8)at);
	}
	for (guint i = 0; i < THINGS; i++)
		if (things[i].there) {
			good &= holds(&things[i], (guint8)i);
			explore_pool_give(pool, things[i].there, things[i].size);
		}
	CU_ASSERT_TRUE(good);
	explore_pool_free(pool);
}

/* What was given back is used again. */
static void room_is_used_again(void)
{
	struct explore_pool *pool = explore_pool_new();
	gpointer there[THINGS];

	for (guint i = 0; i < THINGS; i++)
		there[i] = explore_pool_take(pool, 40);
	const gsize bytes = explore_pool_bytes(pool);
	/* No header. */
	CU_ASSERT_TRUE(bytes < THINGS * 40 + 512 * 1024);
	for (guint round = 0; round < 10; round++) {
		for (guint i = 0; i < THINGS; i++)
			explore_pool_give(pool, there[i], 40);
		for (guint i = 0; i < THINGS; i++)
			there[i] = explore_pool_take(pool, 36 + i % 5);
	}
	CU_ASSERT_EQUAL(explore_pool_bytes(pool), bytes);
	explore_pool_free(pool);
}

/* Also in parts, by smaller things, but for what is too little to be of use. */
static void room_is_taken_apart(void)
{
	struct explore_pool *pool = explore_pool_new();
	gpointer there[THINGS];

	for (guint i = 0; i < THINGS; i++)
		there[i] = explore_pool_take(pool, 120);
	const gsize bytes = explore_pool_bytes(pool);
	for (guint i = 0; i < THINGS; i++)
		explore_pool_give(pool, there[i], 120);
	for (guint i = 0; i < 2 * THINGS; i++)
		(void)explore_pool_take(pool, 40);
	CU_ASSERT_EQUAL(explore_pool_bytes(pool), bytes);
	explore_pool_free(pool);
}

static gboolean is_as(const struct explore_blob *blob, const GByteArray *bytes)
{
	return blob ? blob->length == bytes->len && memcmp(blob->bytes, bytes->data, bytes->len) == 0 : !bytes->len;
}

static void blobs(void)
{
	struct explore_pool *pool = explore_pool_new();
	struct explore_blob *blob = NULL;
	g_autoptr(GByteArray) all = g_byte_array_new(), more = g_byte_array_new();
	struct prng prng;
	gboolean good = TRUE;

	prng_seed(&prng, 6, 0);
	for (guint i = 0; i < 5000; i++) {
		const gboolean anew = prng_next(&prng) % 400 == 0;

		g_byte_array_set_size(more, (guint)(prng_next(&prng) % 30));
		for (guint k = 0; k < more->len; k++)
			more->data[k] = (guint8)prng_next(&prng);
		g_byte_array_set_size(all, anew ? 0 : all->len);
		if (more->len)
			g_byte_array_append(all, more->data, more->len);
		blob = (anew ? explore_blob_put : explore_blob_add)(pool, blob, more);
		good &= is_as(blob, all);
	}
	CU_ASSERT_TRUE(good);
	CU_ASSERT_TRUE(all->len > 0);
	CU_ASSERT_PTR_EQUAL(explore_blob_end(blob), blob->bytes + all->len);
	CU_ASSERT_PTR_NULL(explore_blob_end(NULL));
	explore_blob_free(pool, blob);
	explore_pool_free(pool);
}

static void numbers(void)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	gboolean good = TRUE;

	for (guint shift = 0; shift < 64; shift++)
		for (gint64 besides = -1; besides <= 1; besides++) {
			const guint64 number = (G_GUINT64_CONSTANT(1) << shift) + (guint64)besides;

			g_byte_array_set_size(bytes, 0);
			explore_number_put(bytes, number);
			explore_number_put_from(bytes, number, 1000);
			explore_number_put_from(bytes, 1000, number);
			const guint8 *at = bytes->data;
			good &= explore_number_get(&at) == number;
			good &= explore_number_get_from(&at, 1000) == number;
			good &= explore_number_get_from(&at, number) == 1000;
			good &= at == bytes->data + bytes->len;
		}
	CU_ASSERT_TRUE(good);
	g_byte_array_set_size(bytes, 0);
	explore_number_put(bytes, 127);
	explore_number_put_from(bytes, 5, 68);
	CU_ASSERT_EQUAL(bytes->len, 2);
}

TEST_SUITE(explore_pool, { "things are apart", things_are_apart }, { "room is used again", room_is_used_again },
	   { "room is taken apart", room_is_taken_apart }, { "blobs", blobs }, { "numbers", numbers })
