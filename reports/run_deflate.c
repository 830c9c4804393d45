/* SPDX-License-Identifier: Apache-2.0 */
#include "run_deflate.h"
#include <string.h>

/*
 * Lengths of the code: literals 10 bits, end of block 5, lengths 3…257 7, length 258 1; distance 1 has the only code of
 * its kind. Their codes follow from the lengths (RFC 1951, 3.2.2).
 */
#define LITERAL_BITS 10
#define LITERAL_CODE 768 /* of byte 0 */
#define END_BITS 5
#define END_CODE 16
#define LENGTH_BITS 7
#define LENGTH_CODE 68 /* of symbol 257 */
#define SYMBOL_LENGTH 257
#define MATCH_MIN 3
#define MATCH_MAX 258
#define MATCH_MAX_BITS 2 /* all of them 0, with the distance's */
#define DISTANCE_BITS 1

static void put_bits(struct run_deflate *deflate, guint32 bits, guint count)
{
	deflate->bits |= (guint64)bits << deflate->bit_count;
	deflate->bit_count += count;
	if (deflate->bit_count < 32)
		return;
	guint32 whole = GUINT32_TO_LE((guint32)deflate->bits);
	g_byte_array_append(deflate->out, (const guint8 *)&whole, sizeof whole);
	deflate->bits >>= 32;
	deflate->bit_count -= 32;
}

static void put_zeros(struct run_deflate *deflate, guint64 count)
{
	while (count && deflate->bit_count) {
		put_bits(deflate, 0, 1);
		count--;
	}
	guint at = deflate->out->len;
	g_byte_array_set_size(deflate->out, at + (guint)(count / 32 * 4));
	memset(deflate->out->data + at, 0, deflate->out->len - at);
	put_bits(deflate, 0, count % 32);
}

/* A code's first bit is its highest. */
static void put_code(struct run_deflate *deflate, guint code, guint count)
{
	guint32 reversed = 0;

	for (guint i = 0; i < count; i++)
		reversed |= (code >> i & 1) << (count - 1 - i);
	put_bits(deflate, reversed, count);
}

/* The block's head: its lengths of codes, themselves in a code (3.2.7). */
static void put_head(struct run_deflate *deflate)
{
	/* In the order of the format: 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1 */
	static const guint8 lengths[18] = { [0] = 1, [8] = 2, [9] = 3, [5] = 4, [17] = 4 };
	enum { REPEAT = 0, OF_10 = 2, OF_5 = 6, OF_1 = 14, OF_7 = 15 };

	put_bits(deflate, 1 | 2 << 1, 3);	  /* the last block, own codes */
	put_bits(deflate, 286 - 257, 5);	  /* literals and lengths */
	put_bits(deflate, 1 - 1, 5);		  /* distances */
	put_bits(deflate, sizeof lengths - 4, 4); /* these */
	for (guint i = 0; i < sizeof lengths; i++)
		put_bits(deflate, lengths[i], 3);
	put_code(deflate, OF_10, 2);
	for (guint left = 255; left; left -= MIN(left, 6)) {
		put_code(deflate, REPEAT, 1);
		put_bits(deflate, MIN(left, 6) - 3, 2);
	}
	put_code(deflate, OF_5, 3);
	put_code(deflate, OF_7, 4);
	for (guint left = 27; left; left -= MIN(left, 6)) {
		put_code(deflate, REPEAT, 1);
		put_bits(deflate, MIN(left, 6) - 3, 2);
	}
	put_code(deflate, OF_1, 4); /* length 258 */
	put_code(deflate, OF_1, 4); /* distance 1 */
}

void run_deflate_begin(struct run_deflate *deflate, GByteArray *out)
{
	*deflate = (struct run_deflate){ .out = out, .last = -1 };
	run_crc_init(&deflate->crc);
	put_head(deflate);
}

static void put_literal(struct run_deflate *deflate, guint8 byte)
{
	put_code(deflate, LITERAL_CODE + byte, LITERAL_BITS);
}

/* Lengths 3…10 have a symbol each, then four symbols share each number of extra bits (3.2.5). */
static void put_match(struct run_deflate *deflate, guint length)
{
	guint above = length - MATCH_MIN;
	guint extra = 0;

	while (above >> extra >= 8)
		extra++;
	guint symbol = above < 8 ? above : 4 * (extra + 1) + (above >> extra & 3);

	put_code(deflate, LENGTH_CODE + symbol, LENGTH_BITS);
	put_bits(deflate, above & ((1u << extra) - 1), extra);
	put_bits(deflate, 0, DISTANCE_BITS);
}

void run_deflate_run(struct run_deflate *deflate, guint8 byte, guint64 count)
{
	for (guint64 left = count; left; left -= MIN(left, G_MAXUINT32))
		run_crc_add(&deflate->crc, byte, (guint32)MIN(left, G_MAXUINT32));
	deflate->size += count;
	if (count && deflate->last != byte) {
		put_literal(deflate, byte);
		deflate->last = byte;
		count--;
	}
	put_zeros(deflate, count / MATCH_MAX * MATCH_MAX_BITS);
	count %= MATCH_MAX;
	if (count >= MATCH_MIN)
		put_match(deflate, (guint)count);
	else
		while (count--)
			put_literal(deflate, byte);
}

void run_deflate_end(struct run_deflate *deflate)
{
	put_code(deflate, END_CODE, END_BITS);
	while (deflate->bit_count % 8)
		put_bits(deflate, 0, 1);
	for (; deflate->bit_count; deflate->bit_count -= 8, deflate->bits >>= 8)
		g_byte_array_append(deflate->out, (const guint8[]){ (guint8)deflate->bits }, 1);
}
