/* SPDX-License-Identifier: Apache-2.0 */
#include "line_capture.h"
#include "line_window.h"
#include "lines.h"
#include "observe.h"
#include "test.h"
#include <string.h>

#define BYTE ((guint64)CONSOLE_BYTE_NS)
#define MS ((guint64)NS_PER_MS)
#define WHOLE ((guint64)CAPTURE_WHOLE_NS)
#define AROUND ((guint64)CAPTURE_AROUND_NS)
#define TX (1u << LINE_CONSOLE_TX)

struct window {
	guint64 from, to, sent;
	guint8 why, levels;
	GArray *edges, *bytes;
};

struct bench {
	struct line_capture *capture;
	struct line_window parts;
	GArray *windows; /* of struct window */
};

static void keep(gpointer data, const void *bytes, gsize length)
{
	struct bench *bench = data;
	const struct event event = { .type = EVENT_LINES, .case_no = 1, .data = bytes, .length = length };

	if (!line_window_add(&bench->parts, &event))
		return;
	const struct event_lines *head = &bench->parts.head;
	CU_ASSERT_EQUAL(head->window, bench->windows->len + 1);
	CU_ASSERT_FALSE(bench->parts.damaged);
	const struct window window = { head->from,
				       head->to,
				       head->sent,
				       head->why,
				       head->levels,
				       g_array_copy(bench->parts.edges),
				       g_array_copy(bench->parts.bytes) };
	g_array_append_val(bench->windows, window);
}

static void bench_open(struct bench *bench)
{
	const struct line_capture_setup setup = { .lines = 0xff,
						  .rate_hz = 1000000,
						  .tick = LINES_TICK_NS,
						  .byte_ns = CONSOLE_BYTE_NS,
						  .emit = keep,
						  .data = bench };

	line_window_init(&bench->parts);
	bench->windows = g_array_new(FALSE, FALSE, sizeof(struct window));
	bench->capture = line_capture_new(&setup);
}

static void bench_close(struct bench *bench)
{
	for (guint i = 0; i < bench->windows->len; i++) {
		g_array_unref(g_array_index(bench->windows, struct window, i).edges);
		g_array_unref(g_array_index(bench->windows, struct window, i).bytes);
	}
	g_array_unref(bench->windows);
	line_window_clear(&bench->parts);
	line_capture_free(bench->capture);
}

static const struct window *window(const struct bench *bench, guint i)
{
	CU_ASSERT_FATAL(i < bench->windows->len);
	return &g_array_index(bench->windows, struct window, i);
}

static void whole_case(void)
{
	struct bench bench;

	bench_open(&bench);
	line_capture_levels(bench.capture, 5, TX | 1);
	line_capture_reached(bench.capture, 59 * (guint64)NS_PER_S);
	line_capture_end(bench.capture);
	line_capture_end(bench.capture);
	CU_ASSERT_EQUAL(bench.windows->len, 1);
	CU_ASSERT(window(&bench, 0)->from == 0 && window(&bench, 0)->to == 59 * (guint64)NS_PER_S);
	CU_ASSERT(window(&bench, 0)->why == LINES_START && window(&bench, 0)->edges->len == 1);
	bench_close(&bench);
}

/* After the first minute only what is around a trigger is kept, with what was before it. */
static void around_triggers(void)
{
	const guint64 t = 100 * (guint64)NS_PER_S;
	struct bench bench;

	bench_open(&bench);
	line_capture_levels(bench.capture, 1, TX | 1);
	line_capture_sent(bench.capture, BYTE, 'a');
	line_capture_sent(bench.capture, WHOLE + BYTE / 2, 'b'); /* on its way at the minute's end */
	line_capture_levels(bench.capture, WHOLE + MS, TX | 3);
	line_capture_sent(bench.capture, t - 101 * MS, 'c');
	line_capture_levels(bench.capture, t - 99 * MS, TX | 1);
	line_capture_levels(bench.capture, t - 1, TX | 5);
	line_capture_trigger(bench.capture, (gint64)t, CAPTURE_AROUND_NS, LINES_PANEL);
	line_capture_levels(bench.capture, t + 99 * MS, TX | 7);
	/* Once more before the first one is over: one window. */
	line_capture_trigger(bench.capture, (gint64)(t + 99 * MS), CAPTURE_START_NS, LINES_POWER);
	line_capture_levels(bench.capture, t + 99 * MS + (guint64)CAPTURE_START_NS, TX | 1);
	line_capture_levels(bench.capture, t + 101 * MS + (guint64)CAPTURE_START_NS, TX);
	line_capture_reached(bench.capture, 2 * t);
	line_capture_end(bench.capture);
	CU_ASSERT_EQUAL(bench.windows->len, 2);
	CU_ASSERT(window(&bench, 0)->to == WHOLE + BYTE / 2 && window(&bench, 0)->bytes->len == 2);
	CU_ASSERT(window(&bench, 1)->from == t - AROUND &&
		  window(&bench, 1)->to == t + 99 * MS + (guint64)CAPTURE_START_NS);
	CU_ASSERT(window(&bench, 1)->why == (LINES_PANEL | LINES_POWER) && window(&bench, 1)->levels == (TX | 3));
	CU_ASSERT(window(&bench, 1)->edges->len == 4 && window(&bench, 1)->bytes->len == 0);
	CU_ASSERT_EQUAL(window(&bench, 1)->sent, 3);
	bench_close(&bench);
}

/* What came while a window waited for a byte that might reach into it is in it if it is made longer. */
static void longer(void)
{
	struct bench bench;

	bench_open(&bench);
	line_capture_levels(bench.capture, WHOLE + BYTE / 4, TX | 1);
	line_capture_trigger(bench.capture, (gint64)(WHOLE + BYTE / 2), CAPTURE_AROUND_NS, LINES_PANEL);
	line_capture_reached(bench.capture, 2 * WHOLE);
	CU_ASSERT_EQUAL(bench.windows->len, 1);
	CU_ASSERT(window(&bench, 0)->edges->len == 1 && window(&bench, 0)->to == WHOLE + BYTE / 2 + AROUND);
	bench_close(&bench);
}

/* A window never cuts a byte in two: it begins in the stop bit before it. */
static void begins_between_bytes(void)
{
	const guint64 t = 100 * (guint64)NS_PER_S, begin = t - AROUND;
	struct bench bench;

	bench_open(&bench);
	for (guint64 i = 0; i < 10; i++)
		line_capture_sent(bench.capture, begin - 4 * BYTE - 100 + i * BYTE, (guint8)('0' + i));
	line_capture_trigger(bench.capture, (gint64)t, CAPTURE_AROUND_NS, LINES_PANEL);
	line_capture_end(bench.capture);
	const struct window *cut = window(&bench, 1);
	CU_ASSERT_EQUAL(cut->from, begin - 100 - BYTE / 20);
	CU_ASSERT(cut->bytes->len == 5 && g_array_index(cut->bytes, struct line_byte, 0).byte == '5');
	CU_ASSERT_EQUAL(cut->sent, 5);
	CU_ASSERT_EQUAL(g_array_index(cut->edges, struct line_edge, 0).tick, begin - 100);
	bench_close(&bench);
}

/* --- against a plain record of everything --- */

struct happening {
	guint64 tick;
	gint what; /* levels; 256 + a byte; -1: a trigger */
};

static gboolean is_in(const struct window *window, const struct happening *h)
{
	if (h->what >= 256)
		return h->tick - BYTE >= window->from && h->tick <= window->to;
	return h->tick > window->from && h->tick <= window->to;
}

/* All that happened in the window, and nothing else; the levels at its begin are those of before. */
static void check_window(const struct window *window, const GArray *all)
{
	guint8 levels = TX;
	guint64 sent = 0;
	guint bytes = 0;

	for (guint i = 0; i < all->len; i++) {
		const struct happening *h = &g_array_index(all, struct happening, i);
		gboolean before = h->what >= 256 ? h->tick - BYTE < window->from : h->tick <= window->from;
		if (h->what < 0)
			continue;
		if (h->what >= 256) {
			/* Across neither edge. */
			CU_ASSERT(h->tick - BYTE + BYTE / 20 >= window->from || h->tick - BYTE / 20 <= window->from);
			CU_ASSERT(h->tick <= window->to || h->tick - BYTE >= window->to);
		}
		if (before && h->what < 256)
			levels = (guint8)h->what;
		sent += before && h->what >= 256;
		if (h->what >= 256 && is_in(window, h)) {
			CU_ASSERT_FATAL(bytes < window->bytes->len);
			const struct line_byte *byte = &g_array_index(window->bytes, struct line_byte, bytes++);
			CU_ASSERT(byte->tick == h->tick && byte->byte == h->what - 256);
		}
		if (h->what < 256 && is_in(window, h)) {
			guint8 seen = window->levels;
			for (guint k = 0; k < window->edges->len; k++)
				if (g_array_index(window->edges, struct line_edge, k).tick <= h->tick)
					seen = g_array_index(window->edges, struct line_edge, k).levels;
			CU_ASSERT_EQUAL(seen | TX, h->what);
		}
	}
	CU_ASSERT_EQUAL(bytes, window->bytes->len);
	CU_ASSERT_EQUAL(window->sent, sent);
	CU_ASSERT_EQUAL(window->levels, levels);
}

/* Every moment around a trigger is in one of the windows. */
static void check_trigger(const struct bench *bench, guint64 t, guint64 end)
{
	guint64 covered = MAX(t, AROUND) - AROUND;

	for (guint i = 0; i < bench->windows->len; i++)
		if (window(bench, i)->from <= covered)
			covered = MAX(covered, window(bench, i)->to);
	CU_ASSERT(covered >= MIN(t + AROUND, end));
}

static void random_one(guint32 seed)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct happening));
	guint64 tick = WHOLE - 10 * MS, byte_done = 0;
	struct bench bench;

	bench_open(&bench);
	for (guint i = 0; i < 400; i++) {
		/* Mostly crowded, now and then a pause; times are distinct, so that their order is no matter. */
		tick += 1 + (guint64)g_rand_int_range(random, 0, 8) * BYTE / 4;
		if (g_rand_int_range(random, 0, 12) == 0)
			tick += (guint64)g_rand_int_range(random, 0, 300) * MS;
		gint kind = g_rand_int_range(random, 0, 20);
		struct happening h = { tick, (gint)TX | g_rand_int_range(random, 0, 16) };
		if (kind == 0) {
			h.what = -1;
			line_capture_trigger(bench.capture, (gint64)tick, CAPTURE_AROUND_NS, LINES_PANEL);
		} else if (kind < 10 && tick >= byte_done + BYTE) {
			h.what = 256 + g_rand_int_range(random, 0, 256);
			byte_done = tick;
			line_capture_sent(bench.capture, tick, (guint8)h.what);
		} else
			line_capture_levels(bench.capture, tick, (guint8)h.what);
		g_array_append_val(all, h);
		if (kind == 19)
			line_capture_flush(bench.capture);
	}
	tick += g_rand_int_range(random, 0, 2) * 300 * MS + 2 * BYTE;
	line_capture_reached(bench.capture, tick);
	line_capture_end(bench.capture);
	for (guint i = 0; i < bench.windows->len; i++) {
		CU_ASSERT(!i || window(&bench, i)->from >= window(&bench, i - 1)->to);
		check_window(window(&bench, i), all);
	}
	for (guint i = 0; i < all->len; i++)
		if (g_array_index(all, struct happening, i).what < 0)
			check_trigger(&bench, g_array_index(all, struct happening, i).tick, tick);
	bench_close(&bench);
}

static void at_random(void)
{
	for (guint32 seed = 1; seed <= 200; seed++)
		random_one(seed);
}

/* Of the whole window: how long it is, is known by its last part. */
static void know_clock(gpointer data, guint64 from, guint64 to, struct event_lines *head)
{
	(void)data;
	head->error_ns = (gint64)(to - from);
	head->path_ns = 5;
	head->origin_ns = NS_PER_S;
}

/* A tick is a sample of 2 us from 1 s on. */
static void samples(void)
{
	struct bench bench;
	const guint64 whole = WHOLE / 2000;

	bench_open(&bench);
	line_capture_free(bench.capture);
	const struct line_capture_setup setup = { .lines = 0xff,
						  .rate_hz = 500000,
						  .tick = 2000 * LINES_TICK_NS,
						  .origin_ns = NS_PER_S,
						  .emit = keep,
						  .clock = know_clock,
						  .data = &bench };
	bench.capture = line_capture_new(&setup);
	line_capture_levels(bench.capture, 0, 1);
	line_capture_levels(bench.capture, 5, 3);
	line_capture_flush(bench.capture);
	line_capture_levels(bench.capture, whole + 50 * MS / 2000 + 7, 1);
	line_capture_reached(bench.capture, whole + 100 * MS / 2000);
	line_capture_trigger(bench.capture, NS_PER_S + CAPTURE_WHOLE_NS + 100 * NS_PER_MS, CAPTURE_AROUND_NS,
			     LINES_POWER);
	line_capture_reached(bench.capture, 2 * whole);
	CU_ASSERT_EQUAL_FATAL(bench.windows->len, 2);
	CU_ASSERT_EQUAL(window(&bench, 0)->from, 0);
	CU_ASSERT_EQUAL(window(&bench, 0)->to, whole);
	CU_ASSERT_EQUAL(window(&bench, 0)->sent, G_MAXUINT64);
	CU_ASSERT_EQUAL(window(&bench, 1)->from, whole);
	CU_ASSERT_EQUAL(window(&bench, 1)->to, whole + 200 * MS / 2000);
	CU_ASSERT_EQUAL(window(&bench, 1)->edges->len, 1);
	CU_ASSERT_EQUAL(bench.parts.head.error_ns, 200 * NS_PER_MS / 2000);
	CU_ASSERT_EQUAL(bench.parts.head.path_ns, 5);
	CU_ASSERT_EQUAL(bench.parts.head.origin_ns, NS_PER_S);
	bench_close(&bench);
}

/* Bytes of 'U' (an edge a bit) at 500 kHz, one after the other with pauses of up to `pause` ticks. */
struct speaker {
	GArray *starts; /* guint64 */
	guint parts;
};

#define BIT_TICKS(n) ((guint64)(n)*CONSOLE_BYTE_NS / 20000)

static void no_byte_is_cut(gpointer data, const void *bytes, gsize length)
{
	struct speaker *speaker = data;
	struct lines_reader reader;

	CU_ASSERT_TRUE_FATAL(lines_open(&reader, bytes, length));
	speaker->parts++;
	for (guint i = 0; i < speaker->starts->len; i++) {
		const guint64 start = g_array_index(speaker->starts, guint64, i);
		CU_ASSERT_FALSE(reader.head.from > start && reader.head.from < start + BIT_TICKS(9));
		CU_ASSERT_FALSE(reader.head.to > start && reader.head.to < start + BIT_TICKS(9));
	}
}

static void parts_between_bytes(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	struct speaker speaker = { g_array_new(FALSE, FALSE, sizeof(guint64)), 0 };
	const struct line_capture_setup setup = {
		.lines = 0xff, .rate_hz = 500000, .tick = 2000 * LINES_TICK_NS, .emit = no_byte_is_cut, .data = &speaker
	};
	struct line_capture *capture = line_capture_new(&setup);
	guint64 at = WHOLE / 2000 - BIT_TICKS(10005); /* the minute ends within a byte */

	for (guint n = 0; n < 4000;
	     n++, at += BIT_TICKS(10) + (n < 1100 ? 0 : (guint64)g_rand_int_range(random, 0, 30))) {
		g_array_append_val(speaker.starts, at);
		const gint flush = g_rand_int_range(random, 0, 40);
		for (gint bit = 0; bit < 10; bit++) {
			line_capture_levels(capture, at + BIT_TICKS(bit), bit % 2 ? TX : 0);
			if (flush == bit)
				line_capture_flush(capture);
		}
		if (n % 1500 == 1499)
			line_capture_trigger(capture, (gint64)(at * 2000), 500 * NS_PER_MS, LINES_PANEL);
	}
	line_capture_reached(capture, at + WHOLE);
	line_capture_end(capture);
	line_capture_free(capture);
	CU_ASSERT(speaker.parts > 500);
	g_array_unref(speaker.starts);
}

TEST_SUITE(line_capture, { "samples", samples }, { "whole case", whole_case }, { "around triggers", around_triggers },
	   { "longer", longer }, { "begins between bytes", begins_between_bytes }, { "at random", at_random },
	   { "parts between bytes", parts_between_bytes })
