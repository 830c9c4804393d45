/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"
#include "observe.h"
#include <string.h>

static void swap(struct event_lines *head)
{
	head->origin_ns = GINT64_FROM_LE(head->origin_ns);
	head->tick = GUINT64_FROM_LE(head->tick);
	head->from = GUINT64_FROM_LE(head->from);
	head->to = GUINT64_FROM_LE(head->to);
	head->rate_hz = GUINT64_FROM_LE(head->rate_hz);
	head->sent = GUINT64_FROM_LE(head->sent);
	head->error_ns = GINT64_FROM_LE(head->error_ns);
	head->window = GUINT32_FROM_LE(head->window);
	head->byte_ns = GUINT32_FROM_LE(head->byte_ns);
	head->path_ns = GUINT32_FROM_LE(head->path_ns);
}

/* Whoever makes samples of a part makes as many as its head says: a few bytes must not stand for hours. */
static gboolean is_bounded(const struct event_lines *head)
{
	const guint64 ticks = head->to - head->from;

	if (((unsigned __int128)ticks * head->tick) >> 32 > (unsigned __int128)LINES_PART_NS)
		return FALSE;
	if (head->tick != LINES_TICK_NS)
		return ticks <= LINES_PART_SAMPLES;
	return (unsigned __int128)ticks * head->rate_hz / NS_PER_S <= LINES_PART_SAMPLES;
}

gboolean lines_open(struct lines_reader *reader, const void *data, gsize length)
{
	struct event_lines *head = &reader->head;

	if (length < sizeof *head)
		return FALSE;
	memcpy(head, data, sizeof *head);
	swap(head);
	reader->at = (const guint8 *)data + sizeof *head;
	reader->end = (const guint8 *)data + length;
	reader->tick = head->from;
	reader->damaged = FALSE;
	return head->from <= head->to && head->tick && head->rate_hz && is_bounded(head);
}

gboolean lines_tells_bytes(const struct event_lines *head)
{
	return head->byte_ns && !(head->flags & LINES_EDGES);
}

gint64 lines_byte_ns(const struct event_lines *head)
{
	return head->byte_ns ? head->byte_ns : CONSOLE_BYTE_NS;
}

static gboolean damaged(struct lines_reader *reader)
{
	reader->damaged = TRUE;
	return FALSE;
}

gboolean lines_next(struct lines_reader *reader, struct lines_entry *entry)
{
	guint64 number = 0;
	guint shift = 0;
	guint8 byte;

	if (reader->at == reader->end)
		return FALSE;
	do {
		if (reader->end - reader->at < 2 || shift > 56)
			return damaged(reader);
		byte = *reader->at++;
		number |= (guint64)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (number >> 1 > reader->head.to - reader->tick)
		return damaged(reader);
	reader->tick += number >> 1;
	*entry = (struct lines_entry){ reader->tick, (gboolean)(number & 1), *reader->at++ };
	return TRUE;
}

gsize lines_value_at(const struct lines_reader *reader, const void *data)
{
	return (gsize)(reader->at - 1 - (const guint8 *)data);
}

void lines_append(GByteArray *bytes, guint64 ticks, gboolean sent, guint8 value)
{
	guint64 number = ticks << 1 | (sent ? 1 : 0);
	guint8 text[11];
	guint length = 0;

	for (; number > 0x7f; number >>= 7)
		text[length++] = (guint8)(number | 0x80);
	text[length++] = (guint8)number;
	text[length++] = value;
	g_byte_array_append(bytes, text, length);
}

gint64 lines_time(const struct event_lines *head, guint64 tick)
{
	__int128 ns = (__int128)head->origin_ns + (__int128)(((unsigned __int128)tick * head->tick) >> 32);

	return (gint64)CLAMP(ns, (__int128)G_MININT64, (__int128)G_MAXINT64);
}

guint64 lines_samples(const struct event_lines *head, guint64 tick)
{
	const guint64 since = tick - MIN(tick, head->from), rate = head->rate_hz;

	if (head->tick != LINES_TICK_NS)
		return since;
	if (NS_PER_S % rate == 0)
		return (since + NS_PER_S / rate - 1) / (NS_PER_S / rate);
	return (guint64)(((unsigned __int128)since * rate + NS_PER_S - 1) / NS_PER_S);
}

guint64 lines_tick(const struct event_lines *head, gint64 time_ns)
{
	__int128 since = (__int128)time_ns - head->origin_ns;

	if (since <= 0)
		return 0;
	unsigned __int128 ticks = (((unsigned __int128)since << 32) + head->tick / 2) / head->tick;
	return (guint64)MIN(ticks, (unsigned __int128)G_MAXUINT64);
}
