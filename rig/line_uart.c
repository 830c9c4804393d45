/* SPDX-License-Identifier: Apache-2.0 */
#include "line_uart.h"

#define FRAME_BITS 10

/* A line's level at times that do not go back. */
struct walk {
	const struct line_window *window;
	guint8 bit;
	guint next; /* edge */
	gboolean level;
	gint64 since_ns; /* it has this level since */
};

static gint64 edge_ns(const struct walk *walk, guint edge)
{
	return lines_time(&walk->window->head, g_array_index(walk->window->edges, struct line_edge, edge).tick);
}

static void pass_edge(struct walk *walk)
{
	const struct line_edge *edge = &g_array_index(walk->window->edges, struct line_edge, walk->next);
	const gboolean level = (edge->levels & walk->bit) != 0;

	if (level != walk->level)
		walk->since_ns = edge_ns(walk, walk->next);
	walk->level = level;
	walk->next++;
}

static gboolean level_at(struct walk *walk, gint64 time_ns)
{
	while (walk->next < walk->window->edges->len && edge_ns(walk, walk->next) <= time_ns)
		pass_edge(walk);
	return walk->level;
}

/* Goes on to the next edge to `level`. FALSE: there is none. */
static gboolean await(struct walk *walk, gboolean level)
{
	gboolean was = walk->level;

	while (walk->next < walk->window->edges->len) {
		pass_edge(walk);
		if (walk->level == level && was != level)
			return TRUE;
		was = walk->level;
	}
	return FALSE;
}

/* From a start bit's edge on. */
static void read_frame(struct uart_bytes *read, struct walk *walk, gint64 byte_ns)
{
	const gint64 start_ns = walk->since_ns;
	struct uart_byte byte = { .at_ns = start_ns + byte_ns };

	for (guint bit = 1; bit < FRAME_BITS - 1; bit++)
		if (level_at(walk, start_ns + byte_ns * (2 * bit + 1) / (2 * FRAME_BITS)))
			byte.byte |= (guint8)(1u << (bit - 1));
	if (level_at(walk, start_ns + byte_ns * (2 * FRAME_BITS - 1) / (2 * FRAME_BITS)))
		g_array_append_val(read->bytes, byte);
	else
		read->broken++;
}

/* A window that begins within a byte is understood from the first pause on that is too long to be in one. */
static gboolean find_pause(struct uart_bytes *read, struct walk *walk, gint64 byte_ns)
{
	while (walk->next < walk->window->edges->len) {
		const gboolean high = walk->level;
		const gint64 since_ns = walk->since_ns;
		if (!await(walk, !high))
			return FALSE;
		if (high && walk->since_ns - since_ns >= byte_ns) {
			read->from_ns = walk->since_ns;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean begin(struct uart_bytes *read, struct walk *walk, gint64 byte_ns)
{
	const struct event_lines *head = &walk->window->head;

	/* Exact windows do not begin within a byte; before the first one nothing was sent. */
	if (lines_tells_bytes(head) || !head->from) {
		read->from_ns = walk->since_ns;
		return walk->level ? await(walk, FALSE) : TRUE;
	}
	return find_pause(read, walk, byte_ns);
}

static gboolean does_move(const struct line_window *window, guint8 bit)
{
	for (guint i = 0; i < window->edges->len; i++)
		if ((g_array_index(window->edges, struct line_edge, i).levels ^ window->head.levels) & bit)
			return TRUE;
	return FALSE;
}

void uart_bytes_read(struct uart_bytes *read, const struct line_window *window, enum event_line_name line,
		     gint64 byte_ns)
{
	const struct event_lines *head = &window->head;
	const gint64 end_ns = lines_time(head, head->to);
	struct walk walk = { .window = window, .bit = (guint8)(1u << line), .since_ns = lines_time(head, head->from) };

	walk.level = (head->levels & walk.bit) != 0;
	*read = (struct uart_bytes){ .bytes = g_array_new(FALSE, FALSE, sizeof(struct uart_byte)),
				     .moves = does_move(window, walk.bit),
				     .from_ns = end_ns };
	gboolean more = begin(read, &walk, byte_ns);
	while (more && walk.since_ns + byte_ns <= end_ns + byte_ns / (2 * FRAME_BITS)) {
		read_frame(read, &walk, byte_ns);
		more = (walk.level || await(&walk, TRUE)) && await(&walk, FALSE);
	}
}

void uart_bytes_clear(struct uart_bytes *read)
{
	g_array_unref(read->bytes);
}
