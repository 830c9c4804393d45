/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stretch of bytes looks like: the one judgement that traces, monitors and the scanner share. Which statistic
 * catches which bad generator is measured (content_test.c): monobit, lag-1, lag-8, neighbour-XOR, duplicates of 16-byte
 * blocks and of sectors, two-sided chi-square of bytes, column mean, bit planes at distances of powers of two. Limits
 * are such that good random data is called weak less than once in 10^9 calls.
 */
#pragma once
#include "observe.h"

/** Why content that looks random is not: a set. */
enum content_weakness {
	CONTENT_BIASED = 1,	   /* monobit or chi-square; a sector that is not random like the others */
	CONTENT_REPEATS = 2,	   /* lag-1, lag-8: bytes repeat */
	CONTENT_SECTORS_ALIKE = 4, /* sectors equal, or neighbours equal but for a constant */
	CONTENT_BLOCKS_ALIKE = 8,  /* 16-byte blocks occur twice */
	CONTENT_COLUMNS = 16,	   /* the same place of every sector holds the same */
	CONTENT_TOO_EVEN = 32,	   /* chi-square too small, or bits that follow from those 2^k bytes before: a
				      short-period generator */
};

#define CONTENT_SECTOR 512u
/** User data that the rig plants begins with this and is repeated so that every sector holds it. */
#define CONTENT_MARKER "WIPERIG-PLANTED-"

struct content_look {
	enum content_class content;
	guint32 weakness;
	gboolean marker;
	guint64 hash; /**< equal for equal bytes; 0 for ZERO */
};

/** Looks at whole sectors. Plain C, no allocation; about a gigabyte a second or better. */
void content_look(const guint8 *bytes, gsize length, struct content_look *look);
/** The same without special instructions of the processor: for the test that compares the two. */
void content_look_plain(const guint8 *bytes, gsize length, struct content_look *look);
/** The hash alone of bytes that are not all zero. */
guint64 content_hash(const guint8 *bytes, gsize length);
/** What it would say of a 64-bit little-endian word repeated. */
void content_look_word(guint64 word, struct content_look *look);
/** Fingerprints of those sectors whose fingerprint's low 6 bits are zero, so about one in 64 and of equal sectors
 *  always all: at most `capacity`, in order. Returns how many. */
guint content_samples(const guint8 *bytes, gsize length, guint64 *samples, guint capacity);
/** A text that plants: CONTENT_MARKER, 16 hexadecimal digits of `stamp`, a blank, repeated to `length` bytes, then 0.
 */
void content_plant(guint64 stamp, char *text, gsize length);
