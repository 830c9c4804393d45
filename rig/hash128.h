/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fast hash of 128 bits, to tell states apart: equal states have equal hashes, and two that differ have the same one
 * by chance only: 2^-128 for a pair, so with 10^9 states kept about 10^-21. It is no protection against somebody who
 * wants a collision. Every step is a bijection of the lane that it changes, so a single changed word always shows.
 */
#pragma once
#include <glib.h>
#include <string.h>

struct hash128 {
	guint64 lane[4];
	guint64 length;
};

static inline guint64 hash128_mix(guint64 value)
{
	value = (value ^ value >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return value ^ value >> 31;
}

static inline void hash128_init(struct hash128 *hash, guint64 seed)
{
	for (guint i = 0; i < 4; i++)
		hash->lane[i] = hash128_mix(seed + (i + 1) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15));
	hash->length = 0;
}

static inline guint64 hash128_step(guint64 lane, guint64 word)
{
	lane ^= word;
	lane = lane << 27 | lane >> 37;
	return lane * G_GUINT64_CONSTANT(0x9fb21c651e98df25) + G_GUINT64_CONSTANT(0x165667b19e3779f9);
}

static inline void hash128_word(struct hash128 *hash, guint64 word)
{
	guint64 *lane = &hash->lane[hash->length++ & 3];

	*lane = hash128_step(*lane, word);
}

/** Their number counts as well. */
static inline void hash128_bytes(struct hash128 *hash, gconstpointer bytes, gsize length)
{
	const guint8 *at = bytes;
	guint64 words[4];

	hash128_word(hash, length);
	for (; length >= sizeof words; at += sizeof words, length -= sizeof words) {
		memcpy(words, at, sizeof words);
		for (guint i = 0; i < 4; i++)
			hash->lane[i] = hash128_step(hash->lane[i], words[i]);
	}
	memset(words, 0, sizeof words);
	if (length)
		memcpy(words, at, length); /* of nothing `bytes` may be NULL */
	for (guint i = 0; i < 4; i++)
		hash->lane[i] = hash128_step(hash->lane[i], words[i]);
}

static inline void hash128_end(const struct hash128 *hash, guint64 key[2])
{
	guint64 a = hash->length, b = ~hash->length;

	for (guint i = 0; i < 4; i++) {
		a = hash128_mix(a ^ hash->lane[i]) + i;
		b = hash128_mix(b + hash->lane[3 - i]) ^ a;
	}
	key[0] = a;
	key[1] = b;
}

/** For a GHashTable. */
static inline guint hash128_brief(gconstpointer bytes, gsize length)
{
	struct hash128 hash;
	guint64 key[2];

	hash128_init(&hash, 0);
	hash128_bytes(&hash, bytes, length);
	hash128_end(&hash, key);
	return (guint)key[0];
}
