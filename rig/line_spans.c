/* SPDX-License-Identifier: Apache-2.0 */
#include "line_spans.h"

static void add(GArray *spans, gint64 from_ns, gint64 to_ns)
{
	const struct span span = { from_ns, to_ns };

	if (from_ns < to_ns)
		g_array_append_val(spans, span);
}

GArray *line_spans(const struct line_window *window, enum event_line_name line, gboolean level)
{
	const struct event_lines *head = &window->head;
	GArray *spans = g_array_new(FALSE, FALSE, sizeof(struct span));
	gboolean now = head->levels >> line & 1;
	gint64 since_ns = lines_time(head, head->from);

	for (guint i = 0; i < window->edges->len; i++) {
		const struct line_edge *edge = &g_array_index(window->edges, struct line_edge, i);
		const gboolean next = edge->levels >> line & 1;
		if (next == now)
			continue;
		const gint64 at_ns = lines_time(head, edge->tick);
		if (now == level)
			add(spans, since_ns, at_ns);
		now = next;
		since_ns = at_ns;
	}
	if (now == level)
		add(spans, since_ns, lines_time(head, head->to));
	return spans;
}

/* The first that may cover something from `from_ns` on: they may overlap, but none lies within another. */
static guint first_of(const GArray *covers, gint64 from_ns)
{
	guint low = 0, high = covers->len;

	while (low < high) {
		const guint middle = (low + high) / 2;
		if (g_array_index(covers, struct span, middle).to_ns < from_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

gboolean span_uncovered(const struct span *span, const GArray *covers, gint64 slack_ns, struct span *open)
{
	*open = *span;
	for (guint i = first_of(covers, span->from_ns); i < covers->len; i++) {
		const struct span *cover = &g_array_index(covers, struct span, i);
		open->to_ns = MIN(cover->from_ns, span->to_ns);
		if (open->to_ns == span->to_ns || open->to_ns - open->from_ns > slack_ns)
			break;
		open->from_ns = MAX(open->from_ns, cover->to_ns);
		open->to_ns = span->to_ns;
	}
	return open->to_ns - open->from_ns > slack_ns;
}
