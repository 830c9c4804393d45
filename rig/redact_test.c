/* SPDX-License-Identifier: Apache-2.0 */
#include "redact.h"
#include "board.h"
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

TEST_SUITE(redact, { "texts", texts }, { "ftdi transfers", ftdi_transfers })
