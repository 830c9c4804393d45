/* SPDX-License-Identifier: Apache-2.0 */
/* Good generators are never called weak; everything else is what it is. */
#include "content_test.h"
#include "test.h"

static void never_weak(gsize length, guint times, guint64 from)
{
	g_autofree guint8 *bytes = g_malloc(length);
	struct good good;
	guint weak = 0;

	seed(&good, from);
	for (guint i = 0; i < times; i++) {
		struct content_look look;

		fill(&good, bytes, length);
		content_look(bytes, length, &look);
		weak += look.content != CONTENT_RANDOM;
	}
	CU_ASSERT_EQUAL(weak, 0);
}

/* `make soak` takes all 2,000 of the largest. */
static void good_ones(void)
{
	static const struct {
		gsize length;
		guint times, soak;
	} cases[] = {
		{ 512, 4000, 200000 },	 { 1024, 1000, 100000 },  { 2048, 500, 50000 },
		{ 4 * KIB, 400, 50000 }, { 7 * KIB, 300, 20000 }, { 16 * KIB, 200, 20000 },
		{ 65024, 100, 4000 },	 { 256 * KIB, 60, 2000 }, { 4 * MIB, 2, 50 },
	};
	gboolean soak = g_getenv("WIPERIG_SOAK") != NULL;

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		for (guint64 s = 0; s < 2; s++)
			never_weak(cases[i].length, (soak ? cases[i].soak : cases[i].times) / 2, SEED + s + i * 10);
}

static void by_what_it_is(void)
{
	static guint8 bytes[8 * KIB];
	struct content_look look, again;

	content_look(bytes, sizeof bytes, &look);
	CU_ASSERT_EQUAL(look.content, CONTENT_ZERO);
	CU_ASSERT_EQUAL(look.hash, 0);
	for (guint period = 1; period <= 17; period++) {
		for (guint i = 0; i < sizeof bytes; i++)
			bytes[i] = (guint8)(0x51 + i % period * 3);
		content_look(bytes, sizeof bytes, &look);
		CU_ASSERT_EQUAL(look.content, period <= 16 ? CONTENT_CONSTANT : CONTENT_DATA);
	}
	memset(bytes, 0x55, sizeof bytes);
	content_look(bytes, 512, &look);
	content_look_word(G_GUINT64_CONSTANT(0x5555555555555555), &again);
	CU_ASSERT_EQUAL(memcmp(&look, &again, sizeof look), 0);
	bytes[511] ^= 1;
	content_look(bytes, 512, &look);
	CU_ASSERT_EQUAL(look.content, CONTENT_DATA);
	fill_text(bytes, sizeof bytes);
	content_look(bytes, sizeof bytes, &look);
	CU_ASSERT_EQUAL(look.content, CONTENT_DATA);
	CU_ASSERT_EQUAL(look.weakness, 0);
	CU_ASSERT_FALSE(look.marker);
	content_look(bytes, 0, &look);
	CU_ASSERT_EQUAL(look.content, CONTENT_NONE);
	/* A record with a key or a checksum in it and nothing behind. */
	fill_seeded(3, bytes, 200);
	memset(bytes + 200, 0, 312);
	content_look(bytes, 512, &look);
	CU_ASSERT_EQUAL(look.content, CONTENT_DATA);
}

static void markers(void)
{
	static guint8 bytes[64 * KIB];
	char text[100];
	struct content_look look;

	content_plant(0xabc, text, 40);
	CU_ASSERT_STRING_EQUAL(text, "WIPERIG-PLANTED-0000000000000abc WIPERIG");
	fill_seeded(1, bytes, sizeof bytes);
	memcpy(bytes + 40001, text, 40);
	content_look(bytes, sizeof bytes, &look);
	CU_ASSERT_TRUE(look.marker);
	bytes[40001] ^= 1;
	content_look(bytes, sizeof bytes, &look);
	CU_ASSERT_FALSE(look.marker);
	content_plant(1, (char *)bytes, 4095);
	content_look(bytes, 4096, &look);
	CU_ASSERT_TRUE(look.marker);
	CU_ASSERT_EQUAL(look.content, CONTENT_DATA);
}

static void samples(void)
{
	static guint8 bytes[512 * KIB];
	guint64 found[64], again[64];
	struct content_look one, other;

	fill_seeded(5, bytes, sizeof bytes);
	guint count = content_samples(bytes, sizeof bytes, found, G_N_ELEMENTS(found));
	CU_ASSERT_TRUE(count > 4 && count < 40); /* of 1,024 sectors */
	content_look(bytes, sizeof bytes, &one);
	/* The same sectors elsewhere have the same fingerprints, others have not. */
	memmove(bytes + 1024, bytes, sizeof bytes - 1024);
	guint moved = content_samples(bytes + 1024, sizeof bytes - 1024, again, G_N_ELEMENTS(again));
	CU_ASSERT_TRUE(moved >= count - 2 && memcmp(found, again, moved * sizeof *found) == 0);
	content_look(bytes, sizeof bytes, &other);
	CU_ASSERT_NOT_EQUAL(one.hash, other.hash);
	CU_ASSERT_EQUAL(other.hash, content_hash(bytes, sizeof bytes));
	CU_ASSERT_EQUAL(content_samples(bytes, sizeof bytes, found, 2), 2);
	for (guint i = 0; i < count; i++)
		for (guint k = 0; k < i; k++)
			CU_ASSERT_NOT_EQUAL(again[i], again[k]);
}

/* Both ways of counting come to the same. */
static void both_ways(void)
{
	static guint8 bytes[70 * KIB];

	for (guint i = 0; i < 40; i++) {
		gsize length = (1 + i * 3) * CONTENT_SECTOR;
		struct content_look one, other;

		fill_seeded(i, bytes, length);
		if (i % 3 == 0)
			fill_text(bytes + length / 2, CONTENT_SECTOR / 2);
		for (gsize at = 0; i % 4 == 0 && at < length; at += CONTENT_SECTOR)
			memset(bytes + at, 0, 20);
		content_look(bytes, length, &one);
		content_look_plain(bytes, length, &other);
		CU_ASSERT_EQUAL(memcmp(&one, &other, sizeof one), 0);
	}
}

TEST_SUITE(content, { "good ones", good_ones }, { "by what it is", by_what_it_is }, { "markers", markers },
	   { "samples", samples }, { "both ways", both_ways })
