/* SPDX-License-Identifier: Apache-2.0 */
#include "line_window.h"

#define FRAME_BITS 10 /* start bit, eight of data from the lowest on, stop bit */

void line_window_init(struct line_window *window)
{
	*window = (struct line_window){ .edges = g_array_new(FALSE, FALSE, sizeof(struct line_edge)),
					.bytes = g_array_new(FALSE, FALSE, sizeof(struct line_byte)) };
}

void line_window_clear(struct line_window *window)
{
	g_array_unref(window->edges);
	g_array_unref(window->bytes);
}

static guint8 levels_before(const struct line_window *window, guint edges)
{
	return edges ? g_array_index(window->edges, struct line_edge, edges - 1).levels : window->head.levels;
}

/* What several entries of one tick say is what the last of them says. */
static void add_edge(struct line_window *window, guint64 tick, guint8 levels)
{
	guint count = window->edges->len;
	guint64 last = count ? g_array_index(window->edges, struct line_edge, count - 1).tick : window->head.from;
	/* Damaged parts may tell of bytes that overlap: time does not go back. */
	const struct line_edge edge = { MAX(tick, last), levels };

	if (edge.tick == last && !count)
		window->head.levels = levels;
	else if (edge.tick == last)
		g_array_set_size(window->edges, --count);
	if (levels != levels_before(window, count))
		g_array_append_val(window->edges, edge);
}

static void take_entry(struct line_window *window, const struct lines_entry *entry)
{
	const struct line_byte byte = { entry->tick, entry->value };

	if (entry->sent)
		g_array_append_val(window->bytes, byte);
	else
		add_edge(window, entry->tick, entry->value);
}

/* --- the console's line, bit by bit --- */

static guint64 bit_tick(const struct line_window *window, const struct line_byte *byte, guint bit)
{
	const guint64 length = window->head.byte_ns, start = byte->tick - MIN(byte->tick, length);

	return start + length * bit / FRAME_BITS;
}

static gboolean bit_level(const struct line_byte *byte, guint bit)
{
	return bit == 0 ? FALSE : bit == FRAME_BITS - 1 ? TRUE : byte->byte >> (bit - 1) & 1;
}

/* Weaves the bytes' bits into the edges of the other lines. */
static void weave(struct line_window *window)
{
	const guint8 line = 1u << LINE_CONSOLE_TX;
	GArray *others = window->edges;
	guint8 levels = window->head.levels, tx = line;
	guint next = 0;

	window->edges = g_array_sized_new(FALSE, FALSE, sizeof(struct line_edge), others->len + 6 * window->bytes->len);
	for (guint i = 0; i < window->bytes->len; i++) {
		const struct line_byte *byte = &g_array_index(window->bytes, struct line_byte, i);
		for (guint bit = 0; bit < FRAME_BITS; bit++) {
			guint64 tick = bit_tick(window, byte, bit);
			for (; next < others->len; next++) {
				const struct line_edge *other = &g_array_index(others, struct line_edge, next);
				if (other->tick > tick)
					break;
				levels = other->levels;
				add_edge(window, other->tick, (guint8)((levels & ~line) | tx));
			}
			tx = bit_level(byte, bit) ? line : 0;
			add_edge(window, tick, (guint8)((levels & ~line) | tx));
		}
	}
	for (; next < others->len; next++) {
		const struct line_edge *other = &g_array_index(others, struct line_edge, next);
		add_edge(window, other->tick, other->levels);
	}
	g_array_unref(others);
}

/* --- parts --- */

static gboolean finish(struct line_window *window)
{
	window->open = FALSE;
	if (window->bytes->len)
		weave(window);
	return TRUE;
}

static void begin(struct line_window *window, const struct event *event, const struct event_lines *head)
{
	g_array_set_size(window->edges, 0);
	g_array_set_size(window->bytes, 0);
	window->head = *head;
	window->case_no = event->case_no;
	window->open = TRUE;
	window->damaged = FALSE;
}

/* What a later part knows better. */
static void update(struct line_window *window, const struct event_lines *head)
{
	window->head.to = head->to;
	window->head.why |= head->why;
	window->head.tick = head->tick;
	window->head.origin_ns = head->origin_ns;
	window->head.error_ns = head->error_ns;
	window->head.path_ns = head->path_ns;
}

static gboolean follows(const struct line_window *window, const struct event *event, const struct event_lines *head)
{
	return window->open && event->case_no == window->case_no && head->window == window->head.window &&
	       head->from == window->head.to;
}

gboolean line_window_add(struct line_window *window, const struct event *event)
{
	struct lines_reader reader;
	struct lines_entry entry;

	if (!lines_open(&reader, event->data, event->length)) {
		window->damaged |= window->open;
		return FALSE;
	}
	if (reader.head.flags & LINES_FIRST)
		begin(window, event, &reader.head);
	else if (!follows(window, event, &reader.head))
		return FALSE;
	update(window, &reader.head);
	add_edge(window, reader.head.from, reader.head.levels);
	while (lines_next(&reader, &entry))
		take_entry(window, &entry);
	window->damaged |= reader.damaged;
	return reader.head.flags & LINES_LAST && finish(window);
}

gboolean line_window_end(struct line_window *window)
{
	return window->open && finish(window);
}
