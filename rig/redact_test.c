/* SPDX-License-Identifier: Apache-2.0 */
#include "redact.h"
#include "board.h"
#include "line_uart.h"
#include "observe.h"
#include "test.h"
#include "units.h"
#include <string.h>

#define KEY "111122223333444455556666"

static GPtrArray *secrets(void)
{
	GPtrArray *list = g_ptr_array_new();

	g_ptr_array_add(list, (gpointer)KEY);
	return list;
}

static void expect(enum event_type type, const char *text, const char *wanted)
{
	g_autoptr(GPtrArray) list = secrets();
	gsize length = strlen(text);
	g_autofree guint8 *copy = redact(list, type, text, &length);

	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	if (memcmp(copy, wanted, strlen(text)))
		g_printerr("\n\"%s\" became \"%.*s\"\n", text, (int)strlen(text), copy);
	CU_ASSERT_EQUAL(memcmp(copy, wanted, strlen(text)), 0);
}

static void texts(void)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new();

	CU_ASSERT_PTR_NULL(redact(none, EVENT_NOTE, KEY, &(gsize){ 24 }));
	expect(EVENT_NOTE, "a" KEY "b" KEY, "a########################b########################");
	expect(EVENT_NOTE, "5556666 is an end", "5556666 is an end");
	expect(EVENT_CONSOLE_RX, "5556666 is an end", "####### is an end");
	expect(EVENT_CONSOLE_RX, "a beginning is 1111222", "a beginning is #######");
	expect(EVENT_CONSOLE_RX, "666", "666");
}

/* A transfer of the FTDI chip with `text` from `at` on in its packets' data; returns how many '#' are in it afterwards.
 */
static guint blackened(guint8 device, guint8 endpoint, gsize length, gsize at, const char *text)
{
	g_autoptr(GPtrArray) list = secrets();
	g_autofree guint8 *bytes = g_malloc0(sizeof(struct event_urb) + length);
	struct event_urb head = { .device = device, .endpoint = endpoint, .actual = (guint32)length };
	guint count = 0;

	memcpy(bytes, &head, sizeof head);
	for (gsize i = 0; text[i]; i++)
		bytes[sizeof head + (at + i) / 510 * 512 + 2 + (at + i) % 510] = (guint8)text[i];
	g_autofree guint8 *copy = redact(list, EVENT_URB, bytes, &(gsize){ sizeof head + length });
	for (gsize i = 0; i < sizeof head + length; i++)
		count += copy[i] == '#';
	return count;
}

static void ftdi_transfers(void)
{
	CU_ASSERT_EQUAL(blackened(BOARD_FT2232H, 0x81, 100, 10, KEY), 24);
	CU_ASSERT_EQUAL(blackened(BOARD_FT2232H, 0x81, 100, 0, "5556666 is an end"), 7);
	CU_ASSERT_EQUAL(blackened(BOARD_FT2232H, 0x81, 2 + 22, 0, "a beginning is 1111222"), 7);
	/* Across the border of two packets in one transfer. */
	CU_ASSERT_EQUAL(blackened(BOARD_FT2232H, 0x81, 1024, 500, KEY), 24);
	CU_ASSERT_EQUAL(blackened(BOARD_FT2232H, 0x81, 2, 0, ""), 0);
	CU_ASSERT_EQUAL(blackened(BOARD_FT2232H, 0x02, 100, 0, "5556666 is an end"), 0);
	CU_ASSERT_EQUAL(blackened(BOARD_CONTROLLER, 0x81, 100, 0, "5556666 is an end"), 0);
	CU_ASSERT_EQUAL(blackened(BOARD_CONTROLLER, 0x81, 100, 0, KEY), 24);
}

/* What the analyzer tells of the console's line while it says `text`; returns it after redaction. */
static char *analyzer_says(const char *text)
{
	g_autoptr(GPtrArray) list = secrets();
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	GString *said = g_string_new(NULL);
	struct event_lines head = { .tick = LINES_TICK_NS, .rate_hz = 1000000, .to = 1000000000 };
	struct lines_reader reader;
	struct lines_entry entry;

	g_byte_array_append(bytes, (const guint8 *)&head, sizeof head);
	for (const char *c = text; *c; c++) {
		lines_append(bytes, 100, FALSE, (guint8)*c); /* levels that look like it */
		lines_append(bytes, 86806, TRUE, (guint8)*c);
	}
	gsize length = bytes->len;
	g_autofree guint8 *copy = redact(list, EVENT_LINES, bytes->data, &length);
	CU_ASSERT_TRUE_FATAL(copy && lines_open(&reader, copy, bytes->len));
	for (const char *c = text; lines_next(&reader, &entry); c += entry.sent)
		if (entry.sent)
			g_string_append_c(said, (char)entry.value);
		else
			CU_ASSERT_EQUAL(entry.value, (guint8)*c);
	CU_ASSERT_FALSE(reader.damaged);
	return g_string_free(said, FALSE);
}

static const char *const said_cases[][2] = {
	{ "key " KEY " ok", "key ######################## ok" },
	{ "5556666 is an end", "####### is an end" },
	{ "a beginning is 1111222", "a beginning is #######" },
	{ KEY KEY, "################################################" },
	{ "1", "1" },
	{ "", "" },
};

static void analyzer_lines(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(said_cases); i++) {
		g_autofree char *said = analyzer_says(said_cases[i][0]);
		CU_ASSERT_STRING_EQUAL(said, said_cases[i][1]);
	}
}

#define TX (1u << LINE_CONSOLE_TX)
#define BEGIN 1000u

/* How a console talks and is sampled. */
struct speed {
	guint64 rate_hz;
	guint32 byte_ns; /* 0: as usual */
};

/* A part of a window in which the console says `text`, a byte after `gap` of a bit each; another line changes in every
 * bit. */
static GByteArray *sampled(const char *text, const struct speed *speed, double gap)
{
	const guint64 rate_hz = speed->rate_hz;
	const guint64 tick = (NS_PER_S << 32) / rate_hz;
	const guint byte_ns = speed->byte_ns ? speed->byte_ns : CONSOLE_BYTE_NS;
	const double bit = (double)byte_ns / 10 * (double)rate_hz / NS_PER_S;
	GByteArray *part = g_byte_array_new();
	double at = BEGIN + 3 * bit;
	guint64 written = BEGIN;

	g_byte_array_set_size(part, sizeof(struct event_lines));
	for (const char *c = text; *c; c++, at += (10 + gap) * bit)
		for (guint n = 0; n < 10; n++) {
			const guint64 now = (guint64)(at + n * bit + 0.999), half = (guint64)(at + (n + 0.5) * bit);
			const guint8 level = (1u << 9 | (guint)(guint8)*c << 1) >> n & 1 ? TX : 0;
			lines_append(part, now - written, FALSE, level);
			lines_append(part, half - now, FALSE, level | (n & 1));
			written = half;
		}
	const struct event_lines head = { .tick = tick,
					  .rate_hz = rate_hz,
					  .from = BEGIN,
					  .to = (guint64)at + 1,
					  .lines = TX | 1,
					  .levels = TX,
					  .byte_ns = speed->byte_ns,
					  .flags = LINES_FIRST | LINES_LAST | (speed->byte_ns ? LINES_EDGES : 0) };
	memcpy(part->data, &head, sizeof head);
	return part;
}

/* What a UART reads off it; `others`: how often the other line changed. */
static char *decoded(const guint8 *bytes, gsize length, guint *others)
{
	const struct event event = { .type = EVENT_LINES, .case_no = 1, .data = bytes, .length = length };
	GString *said = g_string_new(NULL);
	struct line_window window;
	struct uart_bytes read;
	guint8 levels = TX;

	line_window_init(&window);
	CU_ASSERT_TRUE_FATAL(line_window_add(&window, &event));
	CU_ASSERT_FALSE(window.damaged);
	window.head.from = 0; /* as if it were the case's first: it begins between bytes */
	uart_bytes_read(&read, &window, LINE_CONSOLE_TX, lines_byte_ns(&window.head));
	CU_ASSERT_EQUAL(read.broken, 0);
	for (guint i = 0; i < read.bytes->len; i++)
		g_string_append_c(said, (char)g_array_index(read.bytes, struct uart_byte, i).byte);
	for (guint i = 0; i < window.edges->len; i++) {
		const guint8 now = g_array_index(window.edges, struct line_edge, i).levels;
		*others += (levels ^ now) & 1;
		levels = now;
	}
	uart_bytes_clear(&read);
	line_window_clear(&window);
	return g_string_free(said, FALSE);
}

static void sampled_line(void)
{
	/* The last ones at 9600 and 921600 baud. */
	static const struct speed speeds[] = {
		{ 1000000, 0 }, { 2000000, 0 }, { 24000000, 0 }, { 200000, 1041667 }, { 24000000, 10851 }
	};
	static const double gaps[] = { 0, 0.3, 2 };
	g_autoptr(GPtrArray) list = secrets();

	for (guint i = 0; i < G_N_ELEMENTS(said_cases); i++)
		for (guint r = 0; r < G_N_ELEMENTS(speeds) * G_N_ELEMENTS(gaps); r++) {
			g_autoptr(GByteArray) part = sampled(said_cases[i][0], &speeds[r % G_N_ELEMENTS(speeds)],
							     gaps[r / G_N_ELEMENTS(speeds)]);
			gsize length = part->len;
			guint before = 0, after = 0;
			g_autofree guint8 *copy = redact(list, EVENT_LINES, part->data, &length);
			g_autofree char *was = decoded(part->data, part->len, &before);
			g_autofree char *is = decoded(copy, length, &after);
			CU_ASSERT_STRING_EQUAL(was, said_cases[i][0]);
			CU_ASSERT_STRING_EQUAL(is, said_cases[i][1]);
			CU_ASSERT_EQUAL(before, after);
			CU_ASSERT_EQUAL(before, 10 * strlen(was) - (*was != 0));
		}
}

TEST_SUITE(redact, { "texts", texts }, { "ftdi transfers", ftdi_transfers }, { "analyzer lines", analyzer_lines },
	   { "sampled line", sampled_line })
