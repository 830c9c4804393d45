/* SPDX-License-Identifier: Apache-2.0 */
/* Each known weak generator is called weak. */
#include "content_test.h"
#include "test.h"

/* --- bad generators: `length` bytes into `bytes` --- */

static void same_sector(guint8 *bytes, gsize length)
{
	fill_seeded(SEED, bytes, CONTENT_SECTOR);
	for (gsize i = CONTENT_SECTOR; i < length; i++)
		bytes[i] = bytes[i - CONTENT_SECTOR];
}

static void reseeded(guint8 *bytes, gsize length, gsize every)
{
	for (gsize i = 0; i < length; i += every)
		fill_seeded(SEED, bytes + i, MIN(every, length - i));
}

static void reseeded_4k(guint8 *bytes, gsize length)
{
	reseeded(bytes, length, 4 * KIB);
}

static void reseeded_100k(guint8 *bytes, gsize length)
{
	reseeded(bytes, length, 100 * KIB);
}

static void reseeded_128k(guint8 *bytes, gsize length)
{
	reseeded(bytes, length, 128 * KIB);
}

static void reseeded_1m(guint8 *bytes, gsize length)
{
	reseeded(bytes, length, MIB);
}

static void base_xor_lba(guint8 *bytes, gsize length)
{
	same_sector(bytes, length);
	for (gsize i = 0; i < length; i += 8)
		bytes[i] ^= (guint8)(i / CONTENT_SECTOR);
}

static void base_plus_lba(guint8 *bytes, gsize length)
{
	same_sector(bytes, length);
	for (gsize i = 0; i < length; i++)
		bytes[i] = (guint8)(bytes[i] + i / CONTENT_SECTOR);
}

static void old_xor(guint8 *bytes, gsize length, gsize key_length)
{
	g_autofree guint8 *key = g_malloc(key_length);

	fill_seeded(SEED, key, key_length);
	fill_text(bytes, length);
	for (gsize i = 0; i < length; i++)
		bytes[i] ^= key[i % key_length];
}

static void old_xor_sector(guint8 *bytes, gsize length)
{
	old_xor(bytes, length, CONTENT_SECTOR);
}

static void old_xor_page(guint8 *bytes, gsize length)
{
	old_xor(bytes, length, 4 * KIB);
}

/* A random permutation of what 16-byte blocks hold. */
static void ecb_of_old(guint8 *bytes, gsize length)
{
	fill_text(bytes, length);
	for (gsize i = 0; i < length; i++) /* lines of 64 bytes: a table of a copier's pages */
		bytes[i] = i % 1024 < 960 ? bytes[i % 1024] : bytes[i];
	for (gsize i = 0; i < length; i += 16) {
		guint64 a, b;

		memcpy(&a, bytes + i, 8);
		memcpy(&b, bytes + i + 8, 8);
		fill_seeded(a * 3 + b, bytes + i, 16);
	}
}

static void zero_trailer(guint8 *bytes, gsize length)
{
	fill_seeded(SEED, bytes, length);
	for (gsize i = 0; i < length; i += CONTENT_SECTOR)
		memset(bytes + i + CONTENT_SECTOR - 16, 0, 16);
}

static void fixed_trailer(guint8 *bytes, gsize length)
{
	fill_seeded(SEED, bytes, length);
	for (gsize i = 0; i < length; i += CONTENT_SECTOR)
		bytes[i + 77] = 0x7f;
}

/* ISO C's example of rand(), its upper bits. */
static void libc_lcg(guint8 *bytes, gsize length)
{
	guint32 x = 1;

	for (gsize i = 0; i < length; i++) {
		x = x * 1103515245u + 12345u;
		bytes[i] = (guint8)(x >> 16);
	}
}

static void word_lcg(guint8 *bytes, gsize length)
{
	guint32 x = 1;

	for (gsize i = 0; i < length; i += 4) {
		guint32 word = GUINT32_TO_LE(x = x * 1664525u + 1013904223u);
		memcpy(bytes + i, &word, 4);
	}
}

static void drand48_words(guint8 *bytes, gsize length)
{
	guint64 x = 1;

	for (gsize i = 0; i < length; i += 4) {
		x = (x * G_GUINT64_CONSTANT(0x5deece66d) + 11) & G_GUINT64_CONSTANT(0xffffffffffff);
		guint32 word = GUINT32_TO_LE((guint32)(x >> 16));
		memcpy(bytes + i, &word, 4);
	}
}

static void modulo_255(guint8 *bytes, gsize length)
{
	struct good good;

	seed(&good, SEED);
	for (gsize i = 0; i < length; i++)
		bytes[i] = (guint8)(next(&good) % 255);
}

static void one_percent_text(guint8 *bytes, gsize length)
{
	fill_text(bytes, length);
	for (gsize i = 0; i < length; i += 1600)
		fill_seeded(SEED + i, bytes + i + 16, MIN(1584, length - i - 16) / 8 * 8);
}

static void one_zero_sector(guint8 *bytes, gsize length)
{
	fill_seeded(SEED, bytes, length);
	memset(bytes + length - CONTENT_SECTOR, 0, CONTENT_SECTOR);
}

static void one_old_sector(guint8 *bytes, gsize length)
{
	fill_seeded(SEED, bytes, length);
	fill_text(bytes + length / 2, CONTENT_SECTOR);
}

static void biased_bits(guint8 *bytes, gsize length)
{
	fill_seeded(SEED, bytes, length);
	for (gsize i = 0; i < length; i += 16)
		bytes[i] |= 1;
}

static void weak_ones(void)
{
	static const struct {
		const char *name;
		void (*fill)(guint8 *bytes, gsize length);
		gsize length;
		guint32 weakness; /* at least one of these */
	} cases[] = {
		{ "same sector", same_sector, 4 * KIB, CONTENT_SECTORS_ALIKE },
		{ "same sector, 64 KiB", same_sector, 64 * KIB, CONTENT_BLOCKS_ALIKE },
		{ "reseeded every 4 KiB", reseeded_4k, 64 * KIB, CONTENT_SECTORS_ALIKE },
		{ "reseeded every 100 KiB", reseeded_100k, 256 * KIB, CONTENT_SECTORS_ALIKE },
		{ "reseeded every 128 KiB", reseeded_128k, 256 * KIB, CONTENT_TOO_EVEN },
		{ "reseeded every 1 MiB", reseeded_1m, 2 * MIB, CONTENT_TOO_EVEN },
		{ "base XOR LBA", base_xor_lba, 16 * KIB, CONTENT_SECTORS_ALIKE },
		{ "base plus LBA", base_plus_lba, 16 * KIB, CONTENT_SECTORS_ALIKE },
		{ "old XOR a sector", old_xor_sector, 64 * KIB, CONTENT_SECTORS_ALIKE },
		{ "old XOR a page", old_xor_page, 64 * KIB, CONTENT_TOO_EVEN },
		{ "ECB of old data", ecb_of_old, 64 * KIB, CONTENT_BLOCKS_ALIKE },
		{ "zero trailer", zero_trailer, 64 * KIB, CONTENT_COLUMNS },
		{ "zero trailer, 8 KiB", zero_trailer, 8 * KIB, CONTENT_COLUMNS },
		{ "fixed byte", fixed_trailer, 64 * KIB, CONTENT_COLUMNS },
		{ "libc LCG", libc_lcg, 128 * KIB, CONTENT_TOO_EVEN },
		{ "libc LCG, 16 MiB", libc_lcg, 16 * MIB, CONTENT_TOO_EVEN },
		{ "LCG by words", word_lcg, 4 * KIB, CONTENT_TOO_EVEN },
		{ "drand48 by words", drand48_words, 512 * KIB, CONTENT_TOO_EVEN },
		{ "byte % 255", modulo_255, 64 * KIB, CONTENT_BIASED },
		{ "1 % old text", one_percent_text, 4 * MIB, CONTENT_REPEATS },
		{ "one zero sector", one_zero_sector, 256 * KIB, CONTENT_BIASED },
		{ "one old sector", one_old_sector, 256 * KIB, CONTENT_REPEATS },
		{ "biased bits", biased_bits, 64 * KIB, CONTENT_BIASED },
	};
	g_autofree guint8 *bytes = g_malloc(16 * MIB);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct content_look look;

		cases[i].fill(bytes, cases[i].length);
		content_look(bytes, cases[i].length, &look);
		if (look.content != CONTENT_WEAK || !(look.weakness & cases[i].weakness))
			g_printerr("%s: content %d, weakness %x\n", cases[i].name, look.content, look.weakness);
		CU_ASSERT_EQUAL(look.content, CONTENT_WEAK);
		CU_ASSERT_TRUE(look.weakness & cases[i].weakness);
		CU_ASSERT_FALSE(look.marker);
	}
}

TEST_SUITE(content_weak, { "weak ones", weak_ones })
