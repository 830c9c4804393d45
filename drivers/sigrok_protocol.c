/* SPDX-License-Identifier: Apache-2.0 */
#include "sigrok_protocol.h"
#include <string.h>

/* The shortest payload of what either side may say. */
static const struct {
	guint8 type, least;
} types[] = {
	{ SIGROK_OPEN, 0 },    { SIGROK_START, 0 },   { SIGROK_STOP, 0 },     { SIGROK_READY, 8 },
	{ SIGROK_STARTED, 0 }, { SIGROK_SAMPLES, 8 }, { SIGROK_OVERRUN, 16 }, { SIGROK_ENDED, 8 },
	{ SIGROK_FAILED, 0 },  { SIGROK_SUPPLY, 0 },  { SIGROK_SWITCH, 0 },   { SIGROK_STATE, 24 },
};

static gboolean is_known(guint8 type, guint32 length)
{
	for (guint i = 0; i < G_N_ELEMENTS(types); i++)
		if (types[i].type == type)
			return length >= types[i].least && length <= SIGROK_PAYLOAD_MAX;
	return FALSE;
}

int sigrok_take(const guint8 *bytes, gsize length, struct sigrok_frame *frame, gsize *used, GError **error)
{
	guint32 payload;

	if (length < SIGROK_HEADER)
		return 0;
	memcpy(&payload, bytes + 4, sizeof payload);
	payload = GUINT32_FROM_LE(payload);
	if (bytes[1] || bytes[2] || bytes[3] || !is_known(bytes[0], payload)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL,
			    "wiperig-sigrok says what is no frame: type %u, %u bytes", bytes[0], payload);
		return -1;
	}
	if (length - SIGROK_HEADER < payload)
		return 0;
	*frame = (struct sigrok_frame){ (enum sigrok_type)bytes[0], bytes + SIGROK_HEADER, payload };
	*used = SIGROK_HEADER + payload;
	return 1;
}

gboolean sigrok_number(const struct sigrok_frame *frame, gsize at, guint64 *number)
{
	guint64 raw;

	if (frame->length < sizeof raw || at > frame->length - sizeof raw)
		return FALSE;
	memcpy(&raw, frame->payload + at, sizeof raw);
	*number = GUINT64_FROM_LE(raw);
	return TRUE;
}

char *sigrok_text(const struct sigrok_frame *frame, gsize at)
{
	g_autofree char *raw =
	    at < frame->length ? g_strndup((const char *)frame->payload + at, frame->length - at) : g_strdup("");
	char *text = g_utf8_make_valid(raw, -1);

	for (char *c = text; *c; c++)
		if ((guchar)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return g_strstrip(text);
}

void sigrok_header(guint8 header[SIGROK_HEADER], enum sigrok_type type, gsize length)
{
	const guint32 payload = GUINT32_TO_LE((guint32)length);

	memset(header, 0, SIGROK_HEADER);
	header[0] = (guint8)type;
	memcpy(header + 4, &payload, sizeof payload);
}

void sigrok_append(GByteArray *payload, guint64 number)
{
	const guint64 raw = GUINT64_TO_LE(number);

	g_byte_array_append(payload, (const guint8 *)&raw, sizeof raw);
}
