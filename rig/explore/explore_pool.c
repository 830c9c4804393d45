/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_pool.h"
#include <string.h>

#define CHUNK (256u * 1024)
#define STEP 8u
#define CLASSES (EXPLORE_POOL_MAX / STEP + 1)
#define LEAST_REST 16u /* of something larger that is taken apart */

G_STATIC_ASSERT(CLASSES <= 64);

/* Room that was given back. */
struct spare {
	struct spare *next;
};

struct explore_pool {
	GPtrArray *chunks;
	guint8 *at;		      /* in the last one … */
	gsize left;		      /* … so many bytes more */
	struct spare *spare[CLASSES]; /* of so many steps */
	guint64 some;		      /* bit i: there is a spare[i] */
	gsize large;		      /* bytes of what is not the pool's own */
};

/* What is large and grows would leave too much behind: the system's allocator puts such room together again. In eighths
 * nevertheless, so that it is seldom moved. */
static gsize room_of(gsize size)
{
	gsize step = STEP;

	while (size > MAX(16 * step, EXPLORE_POOL_MAX))
		step *= 2;
	return (MAX(size, 1) + step - 1) / step * step;
}

struct explore_pool *explore_pool_new(void)
{
	struct explore_pool *pool = g_new0(struct explore_pool, 1);

	pool->chunks = g_ptr_array_new_with_free_func(g_free);
	return pool;
}

void explore_pool_free(struct explore_pool *pool)
{
	if (!pool)
		return;
	g_ptr_array_unref(pool->chunks);
	g_free(pool);
}

static void spare(struct explore_pool *pool, gpointer there, gsize room)
{
	const guint class = (guint)(room / STEP);
	struct spare *new = there;

	new->next = pool->spare[class];
	pool->spare[class] = new;
	pool->some |= G_GUINT64_CONSTANT(1) << class;
}

static gpointer take_spare(struct explore_pool *pool, guint class)
{
	struct spare *found = pool->spare[class];

	pool->spare[class] = found->next;
	if (!found->next)
		pool->some &= ~(G_GUINT64_CONSTANT(1) << class);
	return found;
}

/* For small things. */
static void spare_rest(struct explore_pool *pool, guint8 *there, gsize left)
{
	while (left) {
		const gsize room = MIN(left, EXPLORE_POOL_MAX);

		spare(pool, there, room);
		there += room;
		left -= room;
	}
}

/* Something that is as large, or large enough that what is left of it is of use; NULL: there is nothing. */
static gpointer find_spare(struct explore_pool *pool, gsize room)
{
	const guint class = (guint)(room / STEP), enough = (guint)((room + LEAST_REST) / STEP);

	if (pool->spare[class])
		return take_spare(pool, class);
	const guint64 some = enough < CLASSES ? pool->some >> enough << enough : 0;
	if (!some)
		return NULL;
	const guint larger = (guint)__builtin_ctzll(some);
	guint8 *there = take_spare(pool, larger);
	spare_rest(pool, there + room, (gsize)larger * STEP - room);
	return there;
}

static void add_chunk(struct explore_pool *pool)
{
	spare_rest(pool, pool->at, pool->left);
	pool->at = g_malloc(CHUNK);
	pool->left = CHUNK;
	g_ptr_array_add(pool->chunks, pool->at);
}

gpointer explore_pool_take(struct explore_pool *pool, gsize size)
{
	const gsize room = room_of(size);

	if (room > EXPLORE_POOL_MAX) {
		pool->large += room;
		return g_malloc0(room);
	}
	gpointer found = find_spare(pool, room);
	if (found)
		return memset(found, 0, room);
	if (pool->left < room)
		add_chunk(pool);
	guint8 *there = pool->at;
	pool->at += room;
	pool->left -= room;
	return memset(there, 0, room);
}

void explore_pool_give(struct explore_pool *pool, gpointer there, gsize size)
{
	const gsize room = room_of(size);

	if (room <= EXPLORE_POOL_MAX) {
		spare(pool, there, room);
		return;
	}
	pool->large -= room;
	g_free(there);
}

gsize explore_pool_bytes(const struct explore_pool *pool)
{
	return (gsize)pool->chunks->len * CHUNK + pool->large;
}

/* --- blobs --- */

static gsize size_of(gsize length)
{
	return sizeof(struct explore_blob) + length;
}

void explore_blob_free(struct explore_pool *pool, struct explore_blob *blob)
{
	if (blob)
		explore_pool_give(pool, blob, size_of(blob->length));
}

/* The same blob with room for so many bytes; of its own those are kept that fit in. */
static struct explore_blob *resize(struct explore_pool *pool, struct explore_blob *blob, gsize length)
{
	if (blob && room_of(size_of(blob->length)) == room_of(size_of(length))) {
		blob->length = (guint32)length;
		return blob;
	}
	struct explore_blob *other = explore_pool_take(pool, size_of(length));
	g_assert(length < G_MAXUINT32);
	other->length = (guint32)length;
	if (blob)
		memcpy(other->bytes, blob->bytes, MIN(blob->length, length));
	explore_blob_free(pool, blob);
	return other;
}

struct explore_blob *explore_blob_put(struct explore_pool *pool, struct explore_blob *blob, const GByteArray *bytes)
{
	if (!bytes->len) {
		explore_blob_free(pool, blob);
		return NULL;
	}
	blob = resize(pool, blob, bytes->len);
	memcpy(blob->bytes, bytes->data, bytes->len);
	return blob;
}

struct explore_blob *explore_blob_add(struct explore_pool *pool, struct explore_blob *blob, const GByteArray *bytes)
{
	const gsize length = blob ? blob->length : 0;

	if (!bytes->len)
		return blob;
	blob = resize(pool, blob, length + bytes->len);
	memcpy(blob->bytes + length, bytes->data, bytes->len);
	return blob;
}

/* --- numbers --- */

void explore_number_put(GByteArray *to, guint64 number)
{
	guint8 bytes[10];
	guint n = 0;

	for (; number >> 7; number >>= 7)
		bytes[n++] = (guint8)(number | 0x80);
	bytes[n++] = (guint8)number;
	g_byte_array_append(to, bytes, n);
}

void explore_number_put_from(GByteArray *to, guint64 now, guint64 then)
{
	const guint64 difference = now - then;

	explore_number_put(to, difference >> 63 ? ~(difference << 1) : difference << 1);
}
