/* SPDX-License-Identifier: Apache-2.0 */
#include "redact.h"
#include "board.h"
#include "lines.h"
#include "test.h"
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
	g_autofree guint8 *copy = redact(list, type, text, strlen(text));

	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	if (memcmp(copy, wanted, strlen(text)))
		g_printerr("\n\"%s\" became \"%.*s\"\n", text, (int)strlen(text), copy);
	CU_ASSERT_EQUAL(memcmp(copy, wanted, strlen(text)), 0);
}

static void texts(void)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new();

	CU_ASSERT_PTR_NULL(redact(none, EVENT_NOTE, KEY, 24));
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
	g_autofree guint8 *copy = redact(list, EVENT_URB, bytes, sizeof head + length);
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
	g_autofree guint8 *copy = redact(list, EVENT_LINES, bytes->data, bytes->len);
	CU_ASSERT_TRUE_FATAL(copy && lines_open(&reader, copy, bytes->len));
	for (const char *c = text; lines_next(&reader, &entry); c += entry.sent)
		if (entry.sent)
			g_string_append_c(said, (char)entry.value);
		else
			CU_ASSERT_EQUAL(entry.value, (guint8)*c);
	CU_ASSERT_FALSE(reader.damaged);
	return g_string_free(said, FALSE);
}

static void analyzer_lines(void)
{
	static const char *const cases[][2] = {
		{ "key " KEY " ok", "key ######################## ok" },
		{ "5556666 is an end", "####### is an end" },
		{ "a beginning is 1111222", "a beginning is #######" },
		{ "1", "1" },
		{ "", "" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *said = analyzer_says(cases[i][0]);
		CU_ASSERT_STRING_EQUAL(said, cases[i][1]);
	}
}

TEST_SUITE(redact, { "texts", texts }, { "ftdi transfers", ftdi_transfers }, { "analyzer lines", analyzer_lines })
