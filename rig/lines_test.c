/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"
#include "test.h"
#include "units.h"
#include <string.h>

static GByteArray *part(guint64 from, guint64 to)
{
	GByteArray *bytes = g_byte_array_new();
	struct event_lines head = {
		.tick = GUINT64_TO_LE(LINES_TICK_NS),
		.from = GUINT64_TO_LE(from),
		.to = GUINT64_TO_LE(to),
		.rate_hz = GUINT64_TO_LE(1000000),
	};

	g_byte_array_append(bytes, (const guint8 *)&head, sizeof head);
	return bytes;
}

static void there_and_back(void)
{
	static const struct lines_entry entries[] = {
		{ 5, FALSE, 1 },
		{ 5, FALSE, 0 },
		{ 68, FALSE, 0xff },
		{ 69 + 63, TRUE, 'x' },
		{ 5000, TRUE, 0 },
		{ LINES_PART_NS / 2, FALSE, 7 },
		{ LINES_PART_NS, TRUE, 0x80 },
	};
	g_autoptr(GByteArray) bytes = part(5, LINES_PART_NS);
	struct lines_reader reader;
	struct lines_entry entry;
	guint64 before = 5;

	for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
		lines_append(bytes, entries[i].tick - before, entries[i].sent, entries[i].value);
		before = entries[i].tick;
	}
	CU_ASSERT_TRUE_FATAL(lines_open(&reader, bytes->data, bytes->len));
	for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
		CU_ASSERT_TRUE_FATAL(lines_next(&reader, &entry));
		CU_ASSERT(entry.tick == entries[i].tick && entry.sent == entries[i].sent &&
			  entry.value == entries[i].value);
		CU_ASSERT_EQUAL(bytes->data[lines_value_at(&reader, bytes->data)], entry.value);
	}
	CU_ASSERT_FALSE(lines_next(&reader, &entry));
	CU_ASSERT_FALSE(reader.damaged);
}

static void damage(void)
{
	static const struct {
		guint8 bytes[12];
		guint length, good;
	} cases[] = {
		{ { 0 }, 1, 0 },							   /* no value */
		{ { 0x80, 0 }, 2, 0 },							   /* a number without end */
		{ { 2, 9, 0xff, 0xff }, 4, 1 },						   /* the same, later */
		{ { 20, 1, 2, 1 }, 4, 1 },						   /* behind `to` */
		{ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1 }, 11, 0 }, /* of 64 bits */
	};
	struct lines_reader reader;
	struct lines_entry entry;

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) bytes = part(0, 10);
		guint good = 0;
		g_byte_array_append(bytes, cases[i].bytes, cases[i].length);
		CU_ASSERT_TRUE(lines_open(&reader, bytes->data, bytes->len));
		while (lines_next(&reader, &entry))
			good++;
		CU_ASSERT(reader.damaged && good == cases[i].good);
	}
	g_autoptr(GByteArray) bytes = part(11, 10);
	CU_ASSERT_FALSE(lines_open(&reader, bytes->data, bytes->len));
	CU_ASSERT_FALSE(lines_open(&reader, bytes->data, sizeof(struct event_lines) - 1));
}

static void clocks(void)
{
	/* 24 MHz, 37 ppm too fast: a tick takes 41.665125 ns. */
	const struct event_lines fast = { .origin_ns = 1000, .tick = (guint64)(41.665125 * 4294967296.0) };
	const struct event_lines exact = { .tick = LINES_TICK_NS };

	CU_ASSERT_EQUAL(lines_time(&exact, 123456789), 123456789);
	CU_ASSERT_EQUAL(lines_tick(&exact, 123456789), 123456789);
	CU_ASSERT_EQUAL(lines_tick(&exact, -1), 0);
	CU_ASSERT_EQUAL(lines_time(&fast, 0), 1000);
	CU_ASSERT_EQUAL(lines_time(&fast, 24000000), 1000 + 999963000 - 1); /* rounded down */
	CU_ASSERT_EQUAL(lines_tick(&fast, 1000 + 999963000), 24000000);
	CU_ASSERT_EQUAL(lines_tick(&fast, 999), 0);
	CU_ASSERT_EQUAL(lines_time(&fast, G_MAXUINT64), G_MAXINT64);
	for (guint64 tick = 0; tick < 100 * (guint64)NS_PER_S; tick += 7777777777)
		CU_ASSERT_EQUAL(lines_tick(&fast, lines_time(&fast, tick)), tick);
}

static void samples(void)
{
	struct event_lines head = { .tick = LINES_TICK_NS, .from = 500, .rate_hz = 1000000 };

	/* An edge is seen in the sample that is taken with it or after it. */
	CU_ASSERT_EQUAL(lines_samples(&head, 500), 0);
	CU_ASSERT_EQUAL(lines_samples(&head, 501), 1);
	CU_ASSERT_EQUAL(lines_samples(&head, 1500), 1);
	CU_ASSERT_EQUAL(lines_samples(&head, 1501), 2);
	CU_ASSERT_EQUAL(lines_samples(&head, 0), 0);
	head.rate_hz = 24000000;
	CU_ASSERT_EQUAL(lines_samples(&head, 500 + 1000), 24);
	CU_ASSERT_EQUAL(lines_samples(&head, 500 + 1001), 25);
	CU_ASSERT_EQUAL(lines_samples(&head, 500 + 60 * (guint64)NS_PER_S), G_GUINT64_CONSTANT(1440000000));
	head.tick++;
	CU_ASSERT_EQUAL(lines_samples(&head, 1501), 1001);
}

/* A head of a few bytes made a format write for ever. */
static void claims(void)
{
	static const struct {
		guint64 ticks, tick, rate_hz;
		gboolean good;
	} cases[] = {
		{ LINES_PART_NS, LINES_TICK_NS, 1000000, TRUE },
		{ LINES_PART_NS + 1, LINES_TICK_NS, 1000000, FALSE },
		{ G_MAXINT64, LINES_TICK_NS, 1000000, FALSE },
		{ LINES_PART_NS, LINES_TICK_NS, 1000000000, FALSE },
		{ (guint64)LINES_PART_NS / 60, LINES_TICK_NS, G_MAXUINT64, FALSE },
		{ LINES_PART_SAMPLES, LINES_TICK_NS, 1000000000, TRUE },
		{ LINES_PART_SAMPLES + 1, LINES_TICK_NS, 1000000000, FALSE },
		{ LINES_PART_SAMPLES, 1, 1, TRUE },
		{ LINES_PART_SAMPLES + 1, 1, 1, FALSE },
		{ 120000000, 1000 * LINES_TICK_NS, 1000000, TRUE },
		{ 120000001, 1000 * LINES_TICK_NS, 1000000, FALSE },
		{ 2, G_MAXUINT64, 1, TRUE },
		{ G_MAXUINT64 - 5, G_MAXUINT64, G_MAXUINT64, FALSE },
	};
	struct lines_reader reader;

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) bytes = part(5, 5 + cases[i].ticks);
		struct event_lines *head = (struct event_lines *)(gpointer)bytes->data;
		head->tick = GUINT64_TO_LE(cases[i].tick);
		head->rate_hz = GUINT64_TO_LE(cases[i].rate_hz);
		CU_ASSERT_EQUAL(lines_open(&reader, bytes->data, bytes->len), cases[i].good);
	}
}

TEST_SUITE(lines, { "what a part may claim", claims }, { "there and back", there_and_back }, { "damage", damage },
	   { "clocks", clocks }, { "samples", samples })
