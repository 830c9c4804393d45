/* SPDX-License-Identifier: Apache-2.0 */
#include "line_capture.h"
#include "line_window.h"
#include "observe.h"
#include "test.h"
#include <string.h>

#define TX (1u << LINE_CONSOLE_TX)
#define BUSY (1u << LINE_DISK_BUSY)

struct bench {
	struct line_capture *capture;
	GPtrArray *parts; /* of GBytes */
	struct line_window window;
};

static void keep_part(gpointer data, const void *bytes, gsize length)
{
	g_ptr_array_add(((struct bench *)data)->parts, g_bytes_new(bytes, length));
}

static void bench_open(struct bench *bench)
{
	const struct line_capture_setup setup = { .lines = 0xff,
						  .rate_hz = 1000000,
						  .tick = LINES_TICK_NS,
						  .byte_ns = CONSOLE_BYTE_NS,
						  .emit = keep_part,
						  .data = bench };

	bench->parts = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	bench->capture = line_capture_new(&setup);
	line_window_init(&bench->window);
}

static void bench_close(struct bench *bench)
{
	line_capture_free(bench->capture);
	g_ptr_array_unref(bench->parts);
	line_window_clear(&bench->window);
}

static gboolean add_part(struct bench *bench, guint i, guint32 case_no)
{
	GBytes *part = g_ptr_array_index(bench->parts, i);
	struct event event = { .type = EVENT_LINES, .case_no = case_no };

	event.data = g_bytes_get_data(part, &event.length);
	return line_window_add(&bench->window, &event);
}

static const struct line_edge *edge(const struct bench *bench, guint i)
{
	CU_ASSERT_FATAL(i < bench->window.edges->len);
	return &g_array_index(bench->window.edges, struct line_edge, i);
}

/* A byte stands for its bits, in between which other lines change. */
static void bits(void)
{
	const guint64 start = 1000000, end = start + CONSOLE_BYTE_NS;
	/* 'E' is 45h: start bit, 1 0 1 0 0 0 1 0 from the lowest on, stop bit; the edges are those between. */
	static const guint at[] = { 0, 1, 2, 3, 4, 7, 8, 9 };
	struct bench bench;
	guint next = 0;

	bench_open(&bench);
	line_capture_levels(bench.capture, start + CONSOLE_BYTE_NS / 2, TX | BUSY);
	line_capture_sent(bench.capture, end, 'E');
	line_capture_levels(bench.capture, end, TX);
	line_capture_reached(bench.capture, 2 * end);
	line_capture_end(bench.capture);
	CU_ASSERT_EQUAL(bench.parts->len, 1);
	CU_ASSERT_TRUE(add_part(&bench, 0, 1));
	CU_ASSERT_EQUAL(bench.window.edges->len, 10);
	for (guint i = 0; i < G_N_ELEMENTS(at); i++, next++) {
		guint8 busy = at[i] < 5 ? 0 : BUSY;
		if (i == 5) {
			CU_ASSERT(edge(&bench, next)->tick == start + CONSOLE_BYTE_NS / 2 &&
				  edge(&bench, next)->levels == BUSY);
			next++;
		}
		CU_ASSERT_EQUAL(edge(&bench, next)->tick, start + (guint64)CONSOLE_BYTE_NS * at[i] / 10);
		CU_ASSERT_EQUAL(edge(&bench, next)->levels, busy | (i % 2 ? TX : 0));
	}
	CU_ASSERT(edge(&bench, next)->tick == end && edge(&bench, next)->levels == TX);
	CU_ASSERT(bench.window.bytes->len == 1 && bench.window.head.to == 2 * end);
	bench_close(&bench);
}

/* Parts make one window, whatever they were cut by. */
static void parts(void)
{
	struct bench bench;

	bench_open(&bench);
	for (guint64 i = 1; i <= 20000; i++) {
		line_capture_levels(bench.capture, i * 1000, i & 1 ? TX | BUSY : TX);
		if (i % 777 == 0)
			line_capture_flush(bench.capture);
	}
	line_capture_end(bench.capture);
	CU_ASSERT(bench.parts->len > 25);
	for (guint i = 0; i < bench.parts->len; i++)
		CU_ASSERT_EQUAL(add_part(&bench, i, 3), i == bench.parts->len - 1);
	CU_ASSERT_EQUAL(bench.window.edges->len, 20000);
	for (guint i = 0; i < 20000; i++)
		CU_ASSERT_EQUAL(edge(&bench, i)->tick, (i + 1) * 1000);
	CU_ASSERT(!bench.window.damaged && bench.window.head.from == 0 && bench.window.head.to == 20000000);
	CU_ASSERT_FALSE(line_window_end(&bench.window));

	/* Without the last one it has an end, too; without one in between it ends there. */
	CU_ASSERT_FALSE(add_part(&bench, 0, 3));
	CU_ASSERT_FALSE(add_part(&bench, 1, 3));
	CU_ASSERT_FALSE(add_part(&bench, 3, 3));
	CU_ASSERT_FALSE(add_part(&bench, 2, 4)); /* another case's */
	CU_ASSERT_TRUE(line_window_end(&bench.window));
	CU_ASSERT(bench.window.edges->len == 777 * 2 && bench.window.head.to == 777 * 2 * 1000);
	bench_close(&bench);
}

/* Damage ends the window before it. */
static void damaged(void)
{
	struct bench bench;

	bench_open(&bench);
	for (guint64 i = 1; i <= 10; i++)
		line_capture_levels(bench.capture, i * 10, i & 1 ? TX | BUSY : TX);
	line_capture_end(bench.capture);
	GBytes *part = g_ptr_array_index(bench.parts, 0);
	struct event event = { .type = EVENT_LINES, .case_no = 1 };
	event.data = g_bytes_get_data(part, &event.length);
	event.length--;
	CU_ASSERT_TRUE(line_window_add(&bench.window, &event));
	CU_ASSERT(bench.window.damaged && bench.window.edges->len == 9);
	event.length = sizeof(struct event_lines) - 1;
	CU_ASSERT_FALSE(line_window_add(&bench.window, &event));
	bench_close(&bench);
}

/* Whatever a window's length, no part of it is one that lines_open() refuses; a forged one in between ends it. */
static void long_window(void)
{
	struct bench bench;

	bench_open(&bench);
	for (gint64 ms = 0; ms <= 300000; ms += 50)
		line_capture_trigger(bench.capture, ms * NS_PER_MS, CAPTURE_AROUND_NS, LINES_PANEL);
	line_capture_end(bench.capture);
	CU_ASSERT_FATAL(bench.parts->len > 2);
	for (guint i = 0; i < bench.parts->len; i++)
		CU_ASSERT_EQUAL(add_part(&bench, i, 1), i == bench.parts->len - 1);
	CU_ASSERT(!bench.window.damaged && bench.window.head.to == 300 * (guint64)NS_PER_S);
	CU_ASSERT_FALSE(add_part(&bench, 0, 1));
	const guint64 to = bench.window.head.to;
	struct event_lines forged = bench.window.head;
	forged.from = forged.to;
	forged.to = G_MAXINT64;
	forged.flags = 0;
	CU_ASSERT_FALSE(line_window_add(
	    &bench.window,
	    &(struct event){ .type = EVENT_LINES, .case_no = 1, .data = &forged, .length = sizeof forged }));
	CU_ASSERT(bench.window.damaged && line_window_end(&bench.window) && bench.window.head.to == to);
	bench_close(&bench);
}

/* Of bytes that overlap, or of none at all but bytes, the edges are in order. */
static void overlapping_bytes(void)
{
	struct event_lines head = {
		.tick = LINES_TICK_NS, .from = 100, .to = 1000, .rate_hz = 1, .byte_ns = 100, .flags = 3, .levels = TX
	};

	for (guint levels = 0; levels < 2; levels++) {
		g_autoptr(GByteArray) part = g_byte_array_new();
		struct line_window window;
		guint64 before = 100;
		g_byte_array_append(part, (const guint8 *)&head, sizeof head);
		lines_append(part, 50, TRUE, 0x55); /* it began before the window */
		lines_append(part, 1, TRUE, 0xaa);
		for (guint i = 0; i < levels; i++)
			lines_append(part, 1, FALSE, BUSY);
		lines_append(part, 1, TRUE, 0);
		struct event event = { .type = EVENT_LINES, .case_no = 1, .data = part->data, .length = part->len };
		line_window_init(&window);
		CU_ASSERT_TRUE(line_window_add(&window, &event));
		CU_ASSERT(window.edges->len > 0);
		for (guint i = 0; i < window.edges->len; i++) {
			CU_ASSERT(g_array_index(window.edges, struct line_edge, i).tick > before);
			before = g_array_index(window.edges, struct line_edge, i).tick;
		}
		line_window_clear(&window);
	}
}

TEST_SUITE(line_window, { "overlapping bytes", overlapping_bytes }, { "bits", bits }, { "parts", parts },
	   { "damaged", damaged }, { "a long window", long_window })
