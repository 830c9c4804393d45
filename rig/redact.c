/* SPDX-License-Identifier: Apache-2.0 */
#include "redact.h"
#include "board.h"
#include <string.h>

#define EDGE_LEAST 4 /* bytes of a secret that are worth hiding */
#define FTDI_PACKET 512u
#define FTDI_STATUS 2u /* bytes before each packet's data */
#define DIRECTION_IN 0x80

/* A secret may begin in one record and end in the next. */
static void redact_edges(guint8 *bytes, gsize length, const char *secret)
{
	gsize whole = strlen(secret), head = 0, tail = 0;

	for (gsize part = EDGE_LEAST; part < MIN(whole, length + 1); part++) {
		if (!memcmp(bytes, secret + whole - part, part))
			head = part;
		if (!memcmp(bytes + length - part, secret, part))
			tail = part;
	}
	memset(bytes, '#', head);
	memset(bytes + length - tail, '#', tail);
}

static void redact_whole(guint8 *bytes, gsize length, const char *secret)
{
	guint8 *at = bytes;

	while ((at = memmem(at, length - (gsize)(at - bytes), secret, strlen(secret))) != NULL)
		memset(at, '#', strlen(secret));
}

/* The same console bytes, in the chip's packets. */
static void redact_packets(guint8 *bytes, gsize length, const char *secret)
{
	for (gsize at = 0; at + FTDI_STATUS < length; at += FTDI_PACKET)
		redact_edges(bytes + at + FTDI_STATUS, MIN(length - at, FTDI_PACKET) - FTDI_STATUS, secret);
}

void redact_console(const GPtrArray *secrets, guint8 *bytes, gsize length)
{
	for (guint i = 0; length && i < secrets->len; i++) {
		redact_whole(bytes, length, g_ptr_array_index(secrets, i));
		redact_edges(bytes, length, g_ptr_array_index(secrets, i));
	}
}

static gboolean is_from_ftdi(const void *data, gsize length)
{
	struct event_urb head;

	if (length < sizeof head)
		return FALSE;
	memcpy(&head, data, sizeof head);
	return head.device == BOARD_FT2232H && head.endpoint & DIRECTION_IN;
}

guint8 *redact(const GPtrArray *secrets, enum event_type type, const void *data, gsize *length)
{
	gboolean ftdi = type == EVENT_URB && is_from_ftdi(data, *length);

	if (!secrets->len || !*length)
		return NULL;
	guint8 *copy = type == EVENT_LINES ? redact_lines(secrets, data, length) : g_memdup2(data, *length);
	for (guint i = 0; i < secrets->len; i++) {
		const char *secret = g_ptr_array_index(secrets, i);
		redact_whole(copy, *length, secret);
		if (ftdi)
			redact_packets(copy + sizeof(struct event_urb), *length - sizeof(struct event_urb), secret);
	}
	if (type == EVENT_CONSOLE_RX)
		redact_console(secrets, copy, *length);
	return copy;
}
