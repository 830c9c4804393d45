/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room for very many small things: no header, no more than seven bytes lost on each. What was given back is used again;
 * the pool itself only grows until it is freed. Few large things may come from it, too.
 */
#pragma once
#include <glib.h>

struct explore_pool;

struct explore_pool *explore_pool_new(void);
/** With all that was taken from it, but for blobs of more than EXPLORE_POOL_MAX bytes, which are their owners' to give
 *  back. NULL is allowed. */
void explore_pool_free(struct explore_pool *pool);

#define EXPLORE_POOL_MAX 128u

/** `size` bytes, 0 at first. The same `size` must be given back. */
gpointer explore_pool_take(struct explore_pool *pool, gsize size);
void explore_pool_give(struct explore_pool *pool, gpointer there, gsize size);
/** Bytes that it has from the system now. */
gsize explore_pool_bytes(const struct explore_pool *pool);

/** Bytes, as many as it says. NULL stands for none. */
struct explore_blob {
	guint32 length;
	guint8 bytes[];
};

/** The blob becomes these bytes, or gets them at its end; it may move. */
struct explore_blob *explore_blob_put(struct explore_pool *pool, struct explore_blob *blob, const GByteArray *bytes);
struct explore_blob *explore_blob_add(struct explore_pool *pool, struct explore_blob *blob, const GByteArray *bytes);
void explore_blob_free(struct explore_pool *pool, struct explore_blob *blob);

static inline const guint8 *explore_blob_end(const struct explore_blob *blob)
{
	return blob ? blob->bytes + blob->length : NULL;
}

/* Numbers, seven bits a byte; differences with the sign in the lowest bit. */
void explore_number_put(GByteArray *to, guint64 number);
void explore_number_put_from(GByteArray *to, guint64 now, guint64 then);

static inline guint64 explore_number_get(const guint8 **from)
{
	guint64 number = 0;
	guint shift = 0;

	for (; **from & 0x80; ++*from, shift += 7)
		number |= (guint64)(**from & 0x7f) << shift;
	return number | (guint64) * (*from)++ << shift;
}

static inline guint64 explore_number_get_from(const guint8 **from, guint64 then)
{
	const guint64 number = explore_number_get(from);

	return then + (number & 1 ? ~(number >> 1) : number >> 1);
}
