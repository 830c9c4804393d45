/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_pool.h"
#include <string.h>

#define CHUNK (256u * 1024)
#define STEP 8u
#define CLASSES 64u

/* Room that was given back. */
struct spare {
	struct spare *next;
};

struct explore_pool {
	GPtrArray *chunks;
	guint8 *at; /* in the last one … */
	gsize left; /* … so many bytes more */
	struct spare *spare[CLASSES];
};

/* Up to 128 in steps of eight bytes, above that in eighths, so that what grows is seldom moved. */
static gsize step_of(gsize size, guint *octave)
{
	gsize step = STEP;

	for (*octave = 0; size > 16 * step; ++*octave)
		step *= 2;
	return step;
}

static gsize room_of(gsize size)
{
	guint octave;
	const gsize step = step_of(size, &octave);

	return (size + step - 1) / step * step;
}

static struct spare **spare_of(struct explore_pool *pool, gsize room)
{
	guint octave;
	const gsize step = step_of(room, &octave);

	return &pool->spare[8 * octave + room / step];
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
	struct spare **first = spare_of(pool, room), *new = there;

	new->next = *first;
	*first = new;
}

/* What is left of the last chunk is used for small things. */
static void add_chunk(struct explore_pool *pool)
{
	while (pool->left) {
		const gsize room = MIN(pool->left, 16 * STEP);

		spare(pool, pool->at, room);
		pool->at += room;
		pool->left -= room;
	}
	pool->at = g_malloc(CHUNK);
	pool->left = CHUNK;
	g_ptr_array_add(pool->chunks, pool->at);
}

gpointer explore_pool_take(struct explore_pool *pool, gsize size)
{
	const gsize room = room_of(MAX(size, 1));

	if (room > EXPLORE_POOL_MAX)
		return g_malloc0(room);
	struct spare **first = spare_of(pool, room), *found = *first;
	if (found) {
		*first = found->next;
		return memset(found, 0, room);
	}
	if (pool->left < room)
		add_chunk(pool);
	guint8 *there = pool->at;
	pool->at += room;
	pool->left -= room;
	return memset(there, 0, room);
}

void explore_pool_give(struct explore_pool *pool, gpointer there, gsize size)
{
	const gsize room = room_of(MAX(size, 1));

	if (room > EXPLORE_POOL_MAX)
		g_free(there);
	else
		spare(pool, there, room);
}

gsize explore_pool_bytes(const struct explore_pool *pool)
{
	return (gsize)pool->chunks->len * CHUNK;
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
