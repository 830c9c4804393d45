/* SPDX-License-Identifier: Apache-2.0 */
#include "html_trace_lines.h"
#include "rig/line_window.h"

/* A window that is complete. Its edges are without those that bytes stand for. */
struct kept {
	struct event_lines head;
	GArray *edges; /* of struct line_edge */
	GArray *bytes; /* of struct line_byte */
};

struct html_trace_lines {
	guint edges_max, edges;
	struct line_window window;
	GPtrArray *windows; /* of struct kept * */
	guint windows_left_out, edges_left_out;
};

void html_pack_b(GByteArray *out, guint8 byte)
{
	g_byte_array_append(out, &byte, 1);
}

void html_pack_u(GByteArray *out, guint64 number)
{
	guint8 text[10];
	guint length = 0;

	for (; number > 0x7f; number >>= 7)
		text[length++] = (guint8)(number | 0x80);
	text[length++] = (guint8)number;
	g_byte_array_append(out, text, length);
}

void html_pack_s(GByteArray *out, gint64 number)
{
	html_pack_u(out, (guint64)number << 1 ^ (guint64)(number >> 63));
}

static void kept_free(gpointer data)
{
	struct kept *kept = data;

	g_array_unref(kept->edges);
	g_array_unref(kept->bytes);
	g_free(kept);
}

struct html_trace_lines *html_trace_lines_new(guint edges)
{
	struct html_trace_lines *lines = g_new0(struct html_trace_lines, 1);

	lines->edges_max = edges;
	lines->windows = g_ptr_array_new_with_free_func(kept_free);
	line_window_init(&lines->window);
	return lines;
}

void html_trace_lines_free(struct html_trace_lines *lines)
{
	line_window_clear(&lines->window);
	g_ptr_array_unref(lines->windows);
	g_free(lines);
}

static guint weight(const struct kept *kept)
{
	return kept->edges->len + kept->bytes->len;
}

/* Of one window that is too much the last part is kept; it begins where the first edge or byte of that part is. */
static void shorten(struct html_trace_lines *lines, struct kept *kept)
{
	guint over = weight(kept) - lines->edges_max, edges = 0, bytes = 0;

	while (edges + bytes < over) {
		guint64 edge =
		    edges < kept->edges->len ? g_array_index(kept->edges, struct line_edge, edges).tick : G_MAXUINT64;
		guint64 byte =
		    bytes < kept->bytes->len ? g_array_index(kept->bytes, struct line_byte, bytes).tick : G_MAXUINT64;
		if (edge <= byte)
			kept->head.levels = g_array_index(kept->edges, struct line_edge, edges++).levels;
		else
			bytes++;
		kept->head.from = MIN(edge, byte);
	}
	g_array_remove_range(kept->edges, 0, edges);
	g_array_remove_range(kept->bytes, 0, bytes);
	lines->edges_left_out += over;
	lines->edges -= over;
}

static void make_room(struct html_trace_lines *lines)
{
	while (lines->edges > lines->edges_max && lines->windows->len > 1) {
		const struct kept *first = lines->windows->pdata[0];
		lines->edges -= weight(first);
		lines->edges_left_out += weight(first);
		lines->windows_left_out++;
		g_ptr_array_remove_index(lines->windows, 0);
	}
	if (lines->edges > lines->edges_max)
		shorten(lines, lines->windows->pdata[0]);
}

static void keep(struct html_trace_lines *lines)
{
	const struct line_window *window = &lines->window;
	/* Between bytes the console's line is high. */
	guint8 idle = lines_tells_bytes(&window->head) ? 1u << LINE_CONSOLE_TX : 0;
	struct kept *kept = g_new0(struct kept, 1);

	kept->head = window->head;
	kept->head.levels |= idle;
	guint8 levels = kept->head.levels;
	kept->edges = g_array_new(FALSE, FALSE, sizeof(struct line_edge));
	kept->bytes = g_array_copy(window->bytes);
	for (guint i = 0; i < window->edges->len; i++) {
		struct line_edge edge = g_array_index(window->edges, struct line_edge, i);
		edge.levels |= idle;
		if ((levels ^ edge.levels) & window->head.lines)
			g_array_append_val(kept->edges, edge);
		levels = edge.levels;
	}
	lines->edges += weight(kept);
	g_ptr_array_add(lines->windows, kept);
	make_room(lines);
}

void html_trace_lines_add(struct html_trace_lines *lines, const struct event *event)
{
	if (line_window_add(&lines->window, event))
		keep(lines);
}

void html_trace_lines_end(struct html_trace_lines *lines)
{
	if (line_window_end(&lines->window))
		keep(lines);
}

gboolean html_trace_lines_are_none(const struct html_trace_lines *lines)
{
	return !lines->windows->len;
}

/* A damaged record may hold any number: time only goes on. */
static void pack_times(const struct kept *kept, const GArray *items, guint size, gsize tick_at, GByteArray *out)
{
	gint64 before = lines_time(&kept->head, kept->head.from);

	for (guint i = 0; i < items->len; i++) {
		const guint64 *tick = (const guint64 *)(const void *)(items->data + (gsize)i * size + tick_at);
		gint64 at = MAX(lines_time(&kept->head, *tick), before);
		html_pack_u(out, (guint64)at - (guint64)before);
		before = at;
	}
}

static void pack_window(const struct kept *kept, GByteArray *out)
{
	const struct event_lines *head = &kept->head;
	gint64 from = lines_time(head, head->from);

	html_pack_s(out, from);
	html_pack_u(out, (guint64)lines_time(head, head->to) - (guint64)from);
	html_pack_u(out, (guint64)MAX(head->error_ns, 0));
	html_pack_b(out, head->lines);
	html_pack_b(out, head->levels);
	html_pack_u(out, head->window);
	html_pack_u(out, lines_tells_bytes(head) ? head->byte_ns : 0);
	html_pack_b(out, head->why);
	html_pack_u(out, kept->edges->len);
	pack_times(kept, kept->edges, sizeof(struct line_edge), G_STRUCT_OFFSET(struct line_edge, tick), out);
	for (guint i = 0; i < kept->edges->len; i++)
		html_pack_b(out, g_array_index(kept->edges, struct line_edge, i).levels);
	html_pack_u(out, kept->bytes->len);
	pack_times(kept, kept->bytes, sizeof(struct line_byte), G_STRUCT_OFFSET(struct line_byte, tick), out);
	for (guint i = 0; i < kept->bytes->len; i++)
		html_pack_b(out, g_array_index(kept->bytes, struct line_byte, i).byte);
}

void html_trace_lines_pack(const struct html_trace_lines *lines, GByteArray *out)
{
	html_pack_u(out, lines->windows->len);
	for (guint i = 0; i < lines->windows->len; i++)
		pack_window(lines->windows->pdata[i], out);
}

void html_trace_lines_pack_left_out(const struct html_trace_lines *lines, GByteArray *out)
{
	html_pack_u(out, lines->windows_left_out);
	html_pack_u(out, lines->edges_left_out);
}
