/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets on the console's line as a logic analyzer saw it: told as bytes, or as the edges of each byte. Whoever
 * decodes the line reads '#' in their place, at the same times. A part of a window never begins within a byte
 * (line_capture.c).
 */
#include "lines.h"
#include "observe.h"
#include "redact.h"
#include <string.h>

#define TX (1u << LINE_CONSOLE_TX)
#define FRAME_BITS 10

/* A line's level from a tick on. */
struct edge {
	guint64 tick;
	guint8 level; /* TX or 0 */
};

struct samples {
	struct event_lines head;
	GArray *entries; /* of struct lines_entry: levels */
	GArray *starts;	 /* guint64: ticks at which the bytes begin */
	GByteArray *bytes;
	GArray *edges; /* of struct edge: what the line is to be */
};

/* --- told as bytes --- */

static void redact_sent(const GPtrArray *secrets, guint8 *data, gsize length)
{
	g_autoptr(GByteArray) sent = g_byte_array_new();
	struct lines_reader reader;
	struct lines_entry entry;
	guint next = 0;
	gboolean begun = lines_open(&reader, data, length);

	while (begun && lines_next(&reader, &entry))
		if (entry.sent)
			g_byte_array_append(sent, &entry.value, 1);
	redact_console(secrets, sent->data, sent->len);
	begun = lines_open(&reader, data, length);
	while (begun && lines_next(&reader, &entry))
		if (entry.sent)
			data[lines_value_at(&reader, data)] = sent->data[next++];
}

/* --- told as edges --- */

static guint64 ticks(const struct samples *self, gint64 ns)
{
	return lines_tick(&(struct event_lines){ .tick = self->head.tick }, ns);
}

static guint64 bit_begins(const struct samples *self, guint64 start, guint bit)
{
	return start + ticks(self, lines_byte_ns(&self->head) * bit / FRAME_BITS);
}

static guint64 frame_end(const struct samples *self, guint64 start)
{
	return start + ticks(self, CONSOLE_FRAME_NS(lines_byte_ns(&self->head)));
}

static const struct lines_entry *entry_at(const struct samples *self, guint i)
{
	return &g_array_index(self->entries, struct lines_entry, i);
}

/* The byte whose start bit is entry `i`; `*i` becomes the first entry behind it. */
static guint8 read_byte(const struct samples *self, guint *i)
{
	const guint64 start = entry_at(self, *i)->tick, end = frame_end(self, start);
	guint8 byte = 0, level = 0;

	for (guint bit = 1; bit < FRAME_BITS; bit++) {
		const guint64 middle = (bit_begins(self, start, bit) + bit_begins(self, start, bit + 1)) / 2;
		for (; *i < self->entries->len && entry_at(self, *i)->tick <= MIN(middle, end - 1); ++*i)
			level = entry_at(self, *i)->value & TX;
		if (level && bit < FRAME_BITS - 1)
			byte |= (guint8)(1u << (bit - 1));
	}
	while (*i < self->entries->len && entry_at(self, *i)->tick < end)
		++*i;
	return byte;
}

static void read_bytes(struct samples *self)
{
	guint8 level = self->head.levels & TX;

	for (guint i = 0; i < self->entries->len;) {
		const struct lines_entry *entry = entry_at(self, i);
		const gboolean falls = level && !(entry->value & TX);
		level = entry->value & TX;
		if (!falls) {
			i++;
			continue;
		}
		guint8 byte = read_byte(self, &i);
		g_array_append_val(self->starts, entry->tick);
		g_byte_array_append(self->bytes, &byte, 1);
		level = entry_at(self, i - 1)->value & TX;
	}
}

static void append_edge(struct samples *self, guint64 tick, guint8 level)
{
	const struct edge edge = { tick, level };

	g_array_append_val(self->edges, edge);
}

static void draw(struct samples *self, guint64 start, guint8 byte)
{
	const guint bits = 1u << (FRAME_BITS - 1) | (guint)byte << 1; /* stop bit, data, start bit */

	for (guint bit = 0; bit < FRAME_BITS; bit++)
		append_edge(self, bit_begins(self, start, bit), bits >> bit & 1 ? TX : 0);
}

/* The line as it was, but for the bytes that became others. */
static void draw_line(struct samples *self, const GByteArray *wanted)
{
	guint next = 0;

	for (guint i = 0; i < self->entries->len; i++) {
		const guint64 tick = entry_at(self, i)->tick;
		while (next < wanted->len && frame_end(self, g_array_index(self->starts, guint64, next)) <= tick)
			next++;
		const guint64 start = next < wanted->len ? g_array_index(self->starts, guint64, next) : G_MAXUINT64;
		if (tick < start || wanted->data[next] == self->bytes->data[next])
			append_edge(self, tick, entry_at(self, i)->value & TX);
		else if (tick == start)
			draw(self, start, wanted->data[next]);
	}
}

/* The other lines' levels with the drawn line's, in the order of time. */
static GByteArray *merge(const struct samples *self, const void *data)
{
	GByteArray *part = g_byte_array_new();
	guint8 others = self->head.levels & (guint8)~TX, line = self->head.levels & TX;
	guint64 written = self->head.from;

	g_byte_array_append(part, data, sizeof self->head);
	for (guint i = 0, e = 0; i < self->entries->len || e < self->edges->len;) {
		const guint64 at = i < self->entries->len ? entry_at(self, i)->tick : G_MAXUINT64;
		const struct edge *edge = e < self->edges->len ? &g_array_index(self->edges, struct edge, e) : NULL;
		const guint64 tick = MIN(at, edge ? edge->tick : G_MAXUINT64);
		if (at == tick)
			others = entry_at(self, i++)->value & (guint8)~TX;
		if (edge && edge->tick == tick) {
			line = edge->level;
			e++;
		}
		if (tick > self->head.to)
			break;
		lines_append(part, tick - written, FALSE, others | line);
		written = tick;
	}
	return part;
}

static GByteArray *redact_samples(const GPtrArray *secrets, struct samples *self, const void *data)
{
	g_autoptr(GByteArray) wanted = g_byte_array_new();

	read_bytes(self);
	g_byte_array_append(wanted, self->bytes->data, self->bytes->len);
	redact_console(secrets, wanted->data, wanted->len);
	if (!wanted->len || !memcmp(wanted->data, self->bytes->data, wanted->len))
		return NULL;
	draw_line(self, wanted);
	return merge(self, data);
}

guint8 *redact_lines(const GPtrArray *secrets, const void *data, gsize *length)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct lines_entry));
	g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
	g_autofree guint8 *copy = g_memdup2(data, *length);
	struct lines_reader reader;
	struct lines_entry entry;

	redact_sent(secrets, copy, *length);
	if (!lines_open(&reader, data, *length) || lines_tells_bytes(&reader.head) || !(reader.head.lines & TX))
		return g_steal_pointer(&copy);
	while (lines_next(&reader, &entry))
		g_array_append_val(entries, entry);
	struct samples samples = { reader.head, entries, starts, bytes, edges };
	GByteArray *part = redact_samples(secrets, &samples, data);
	if (!part)
		return g_steal_pointer(&copy);
	*length = part->len;
	return g_byte_array_free(part, FALSE);
}
