/* SPDX-License-Identifier: Apache-2.0 */
#include "content_sums.h"
#include <math.h>

#define PERIOD_MAX 16u	  /* of what is constant */
#define PLANE_BYTES 1024u /* of short content; of longer one more, so that a bit of every eighth byte counts */
#define PLANE_BYTES_MAX 8192u
#define PLANE_BYTES_LEAST 256u
#define DISTANCE_BITS 25 /* the largest command */

/* Limits, in standard deviations of what random data give. The normal tails: 7 sigma 2.6e-12, 7.5 sigma 6.4e-14, 8
 * sigma 1.2e-15, 9.5 sigma 2.1e-21, each times the number of such tests in one call. */
#define SUM_SIGMA 7.0
#define PLANE_SIGMA 7.5	 /* up to 200 */
#define COLUMN_SIGMA 8.0 /* 512 */
#define SECTOR_SIGMA 9.5 /* up to 65536 */
#define COLUMN_SECTORS_LEAST 32u
#define EQUAL_SECTORS_LEAST 8u
/* Chi-square with 255 degrees of freedom, by Wilson and Hilferty: +6.6 and -7.5 sigma. */
#define CHI_BYTES_LEAST 4096u
#define CHI_MAX 435.0
#define CHI_MIN 120.0
/* The bytes' collision rate: 1 for random data, 16 for English text. */
#define RANDOM_LOOKING_MAX 6.0

/* --- judging --- */

static gboolean far_off(guint64 ones, guint64 bits, double sigma)
{
	double off = (double)ones - (double)bits / 2;

	return off * off > sigma * sigma * (double)bits / 4;
}

static guint32 judge_bits(const struct content_sums *sums, guint32 sectors)
{
	const guint64 words = (guint64)sectors * WORDS;
	guint32 weakness = 0;

	if (far_off(sums->ones, words * 64, SUM_SIGMA) ||
	    far_off(SECTOR_BITS / 2 + sums->ones_off, SECTOR_BITS, SECTOR_SIGMA))
		weakness |= CONTENT_BIASED;
	if (far_off(sums->lag1, words * 63, SUM_SIGMA) || far_off(sums->lag8, words * 56, SUM_SIGMA) ||
	    far_off(WORDS * 28 + sums->lag8_off, (guint64)WORDS * 56, SECTOR_SIGMA))
		weakness |= CONTENT_REPEATS;
	if (far_off(sums->neighbours, (guint64)(sectors - 1) * SECTOR_BITS, SUM_SIGMA) ||
	    far_off(SECTOR_BITS / 2 + sums->pair_off, SECTOR_BITS, SECTOR_SIGMA) || sums->sectors_alike)
		weakness |= CONTENT_SECTORS_ALIKE;
	return weakness | (sums->blocks_alike ? CONTENT_BLOCKS_ALIKE : 0);
}

static guint32 judge_bytes(const struct content_sums *sums)
{
	double expected = sums->counted / 256.0, chi = 0;

	if (sums->counted < CHI_BYTES_LEAST)
		return 0;
	for (guint i = 0; i < 256; i++)
		chi += (sums->histogram[i] - expected) * (sums->histogram[i] - expected);
	chi /= expected;
	return (chi > CHI_MAX ? CONTENT_BIASED : 0) | (chi < CHI_MIN ? CONTENT_TOO_EVEN : 0);
}

static guint32 judge_columns(const struct content_sums *sums, guint32 sectors)
{
	if (sectors < EQUAL_SECTORS_LEAST)
		return 0;
	const double mean = 127.5 * sectors, limit = COLUMN_SIGMA * sqrt(sectors * (65536.0 - 1) / 12);

	for (guint i = 0; i < CONTENT_SECTOR; i++)
		if (!(sums->differs[i / 8] >> i % 8 * 8 & 0xff) ||
		    (sectors >= COLUMN_SECTORS_LEAST && fabs(sums->column[i] - mean) > limit))
			return CONTENT_COLUMNS;
	return 0;
}

/* Of the bytes `distance` apart: for each bit, how often it differs. */
static void count_planes(const guint8 *bytes, gsize distance, guint count, guint32 planes[8])
{
	for (guint done = 0; done < count; done += PLANE_BYTES) {
		const guint end = MIN(done + PLANE_BYTES, count);
		guint64 lanes[8] = { 0 }; /* eight counts of 8 bits each: enough for PLANE_BYTES */

		for (guint i = done; i < end; i += 8) {
			const guint64 word = word_at(bytes + i) ^ word_at(bytes + i + distance);

#pragma GCC unroll 8
			for (guint bit = 0; bit < 8; bit++)
				lanes[bit] += word >> bit & G_GUINT64_CONSTANT(0x0101010101010101);
		}
		for (guint bit = 0; bit < 8; bit++)
			for (guint k = 0; k < 8; k++)
				planes[bit] += lanes[bit] >> k * 8 & 0xff;
	}
}

/* Bit k of a linear congruential generator modulo a power of two follows from the one 2^k numbers before; what begins
 * anew after 2^k bytes shows here, too. */
static guint32 judge_planes(const guint8 *bytes, gsize length)
{
	for (guint k = 0; k < DISTANCE_BITS && ((gsize)1 << k) + PLANE_BYTES_LEAST <= length; k++) {
		const gsize distance = (gsize)1 << k;
		const gsize wanted = CLAMP(length / 64, PLANE_BYTES, PLANE_BYTES_MAX);
		const guint count = (guint)(MIN(wanted, length - distance) / 8 * 8);
		guint32 planes[8] = { 0 };

		count_planes(bytes, distance, count, planes);
		for (guint bit = 0; bit < 8; bit++)
			if (far_off(planes[bit], count, PLANE_SIGMA))
				return CONTENT_TOO_EVEN;
	}
	return 0;
}

static gboolean looks_random(const struct content_sums *sums)
{
	guint64 collisions = 0;

	for (guint i = 0; i < 256; i++)
		collisions += (guint64)sums->histogram[i] * sums->histogram[i];
	return (double)collisions * 256 / ((double)sums->counted * sums->counted) < RANDOM_LOOKING_MAX;
}

/* The shortest period of the whole; 0: none. */
static guint period_of(const guint8 *bytes, gsize length)
{
	for (guint period = 1; period <= PERIOD_MAX; period++)
		if (memcmp(bytes, bytes + period, 4 * PERIOD_MAX) == 0)
			return memcmp(bytes, bytes + period, length - period) == 0 ? period : 0;
	return 0;
}

void content_look_word(guint64 word, struct content_look *look)
{
	*look = (struct content_look){ .content = word ? CONTENT_CONSTANT : CONTENT_ZERO, .hash = word };
}

static void look_with(content_gather gather, const guint8 *bytes, gsize length, struct content_look *look)
{
	const guint32 sectors = (guint32)(length / CONTENT_SECTOR);
	guint period = sectors ? period_of(bytes, length) : 0;
	struct content_sums sums;

	*look = (struct content_look){ .content = CONTENT_NONE };
	if (!sectors)
		return;
	if (period && 8 % period == 0) {
		content_look_word(word_at(bytes), look);
		return;
	}
	if (period) {
		*look = (struct content_look){ .content = CONTENT_CONSTANT, .hash = content_hash(bytes, length) };
		return;
	}
	content_sums_prepare(&sums, sectors);
	gather(&sums, bytes, sectors);
	look->hash = sums.hash;
	look->marker = memmem(bytes, length, CONTENT_MARKER, sizeof CONTENT_MARKER - 1) != NULL;
	look->content = CONTENT_DATA;
	if (!looks_random(&sums))
		return;
	look->weakness = judge_bits(&sums, sectors) | judge_bytes(&sums) | judge_columns(&sums, sectors) |
			 judge_planes(bytes, length);
	look->content = look->weakness ? CONTENT_WEAK : CONTENT_RANDOM;
}

void content_look(const guint8 *bytes, gsize length, struct content_look *look)
{
	look_with(content_gatherer(), bytes, length, look);
}

void content_look_plain(const guint8 *bytes, gsize length, struct content_look *look)
{
	look_with(content_gather_plain, bytes, length, look);
}

void content_plant(guint64 stamp, char *text, gsize length)
{
	char piece[sizeof CONTENT_MARKER + 17];
	gsize size = (gsize)g_snprintf(piece, sizeof piece, CONTENT_MARKER "%016" G_GINT64_MODIFIER "x ", stamp);

	for (gsize i = 0; i < length; i++)
		text[i] = piece[i % size];
	text[length] = 0;
}
