/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of content.h: a good generator, and what users have on their disks. */
#pragma once
#include "content.h"
#include <string.h>

#define KIB 1024u
#define MIB (1024u * KIB)
#define SEED G_GUINT64_CONSTANT(0x5eed)

/* xoshiro256** (Blackman, Vigna 2018), and SplitMix64 to seed it. */
struct good {
	guint64 s[4];
};

static inline guint64 split(guint64 *state)
{
	guint64 z = *state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline void seed(struct good *good, guint64 from)
{
	for (guint i = 0; i < 4; i++)
		good->s[i] = split(&from);
}

static inline guint64 rotate(guint64 value, guint by)
{
	return value << by | value >> (64 - by);
}

static inline guint64 next(struct good *good)
{
	guint64 *s = good->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

static inline void fill(struct good *good, guint8 *bytes, gsize length)
{
	for (gsize i = 0; i < length; i += 8) {
		guint64 word = GUINT64_TO_LE(next(good));
		memcpy(bytes + i, &word, 8);
	}
}

static inline void fill_seeded(guint64 from, guint8 *bytes, gsize length)
{
	struct good good;

	seed(&good, from);
	fill(&good, bytes, length);
}

/* What users have on their disks: lines of text. */
static inline void fill_text(guint8 *bytes, gsize length)
{
	static const char words[] = "the copier keeps each page of the contract number ";
	guint64 state = 7;

	for (gsize i = 0; i < length; i++)
		bytes[i] =
		    (guint8)(i % 61 == 60 ? '0' + (guint8)(split(&state) % 10) : (guint8)words[i * 7 % 13 + i % 37]);
}
