/* SPDX-License-Identifier: Apache-2.0 */
#include "transfer.h"
#include "rig/units.h"
#include <string.h>

#define BYTES_SHOWN 24u
#define FTDI_STATUS_LENGTH 2u
#define REQUEST_TYPE 0x60
#define REQUEST_VENDOR 0x40
#define ERRNO_MAX 4095

enum device { DEVICE_CONTROLLER, DEVICE_FTDI };

gboolean transfer_parse(const struct event *event, struct transfer *transfer)
{
	struct event_urb *head = &transfer->head;
	gsize length = event->length;

	if (length < sizeof *head)
		return FALSE;
	memcpy(head, event->data, sizeof *head);
	head->submitted_ns = GINT64_FROM_LE(head->submitted_ns);
	head->status = GINT32_FROM_LE(head->status);
	head->actual = GUINT32_FROM_LE(head->actual);
	head->length = GUINT32_FROM_LE(head->length);
	transfer->data = (const guint8 *)event->data + sizeof *head;
	length -= sizeof *head;
	transfer->setup = NULL;
	if (!(head->endpoint & ~TRANSFER_IN)) {
		if (length < TRANSFER_SETUP_LENGTH)
			return FALSE;
		transfer->setup = transfer->data;
		transfer->data += TRANSFER_SETUP_LENGTH;
		length -= TRANSFER_SETUP_LENGTH;
	}
	transfer->length = length;
	return TRUE;
}

/* USB 2.0, table 9-4; the chip's own as in the FTDI driver of Linux. */
static const char *request_name(const struct transfer *transfer)
{
	static const char *const standard[] = {
		"GET STATUS",
		"CLEAR FEATURE",
		NULL,
		"SET FEATURE",
		NULL,
		"SET ADDRESS",
		"GET DESCRIPTOR",
		"SET DESCRIPTOR",
		"GET CONFIGURATION",
		"SET CONFIGURATION",
		"GET INTERFACE",
		"SET INTERFACE",
	};
	static const char *const ftdi[] = {
		"Reset",	  "SetModemControl", "SetFlowControl", "SetBaudRate", "SetData",
		"GetModemStatus", "SetEventChar",    "SetErrorChar",   NULL,	      "SetLatency",
		"GetLatency",	  "SetBitMode",	     "GetBitMode",
	};
	guint8 type = transfer->setup[0] & REQUEST_TYPE, request = transfer->setup[1];

	if (!type && request < G_N_ELEMENTS(standard))
		return standard[request];
	if (type == REQUEST_VENDOR && transfer->head.device == DEVICE_FTDI && request < G_N_ELEMENTS(ftdi))
		return ftdi[request];
	return NULL;
}

static void add_request(GString *line, const struct transfer *transfer)
{
	const guint8 *setup = transfer->setup;
	const char *name = request_name(transfer);

	if (name)
		g_string_append(line, name);
	else
		g_string_append_printf(line, "request %02x.%02x", setup[0], setup[1]);
	g_string_append_printf(line, " value %04x index %04x", setup[2] | setup[3] << 8, setup[4] | setup[5] << 8);
}

static void add_bytes(GString *line, const guint8 *data, gsize length)
{
	gsize shown = MIN(length, BYTES_SHOWN);

	g_string_append(line, ":");
	for (gsize i = 0; i < shown; i++)
		g_string_append_printf(line, " %02x", data[i]);
	g_string_append(line, shown < length ? " …  " : "  ");
	for (gsize i = 0; i < shown; i++)
		g_string_append_c(line, g_ascii_isprint(data[i]) ? (char)data[i] : '.');
}

gboolean transfer_text(GString *line, const struct transfer *transfer)
{
	const struct event_urb *head = &transfer->head;
	gboolean is_ftdi = head->device == DEVICE_FTDI, in = (head->endpoint & TRANSFER_IN) != 0;

	if (is_ftdi && in && !transfer->setup && !head->status && transfer->length <= FTDI_STATUS_LENGTH)
		return FALSE;
	g_string_assign(line, is_ftdi ? "FT2232H " : head->device == DEVICE_CONTROLLER ? "controller " : "device ");
	if (transfer->setup)
		add_request(line, transfer);
	else
		g_string_append_printf(line, "%s %02xh", in ? "IN" : "OUT", head->endpoint);
	if (head->flags & EVENT_URB_CACHED)
		g_string_append(line, ", as the system read it");
	if (head->status)
		g_string_append_printf(line, ", %s", g_strerror((gint)MIN(ABS((gint64)head->status), ERRNO_MAX)));
	if (head->actual)
		g_string_append_printf(line, ", %u byte%s", head->actual, head->actual == 1 ? "" : "s");
	if (transfer->length)
		add_bytes(line, transfer->data, transfer->length);
	return TRUE;
}
