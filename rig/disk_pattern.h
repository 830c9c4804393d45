/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes that generators make of a disk's sectors, as a trace names them by kind, seed and address. */
#pragma once
#include "prng.h"
#include <string.h>

#define DISK_PATTERN_SECTOR 512u

/** CONTENT_CONSTANT: a 64-bit word, little-endian, over and over. */
static inline void disk_pattern_word(guint64 word, guint64 sectors, guint8 *bytes)
{
	const guint64 stored = GUINT64_TO_LE(word);

	for (guint64 i = 0; i < sectors * (DISK_PATTERN_SECTOR / sizeof stored); i++)
		memcpy(bytes + i * sizeof stored, &stored, sizeof stored);
}

/** CONTENT_RANDOM: each sector is the start of SplitMix64's sequence for the pair (seed, sector), words little-endian.
 */
static inline void disk_pattern_random(guint64 seed, guint64 lba, guint64 sectors, guint8 *bytes)
{
	for (guint64 i = 0; i < sectors; i++, bytes += DISK_PATTERN_SECTOR) {
		struct prng prng;

		prng_seed(&prng, seed, lba + i);
		for (guint at = 0; at < DISK_PATTERN_SECTOR; at += sizeof(guint64)) {
			const guint64 word = GUINT64_TO_LE(prng_next(&prng));
			memcpy(bytes + at, &word, sizeof word);
		}
	}
}
