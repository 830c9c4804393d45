/* SPDX-License-Identifier: Apache-2.0 */
/*
 * logic.vcd (IEEE 1364, 18.2), for GTKWave and vcd2fst: every edge of the unit's lines in all capture windows, at its
 * time in the run; cases follow one another as in trace_clock.h. Between windows, where nothing was kept, a line is x.
 * Without a window there is no file.
 */
#include "sinks.h"
#include "outfile.h"
#include "trace_clock.h"
#include "trace_text.h"
#include "rig/line_window.h"
#include "rig/tally.h"
#include <string.h>

#define FIRST_CODE '!' /* of the lines' identifiers */
#define UNKNOWN 'x'

struct vcd {
	struct outfile *file;
	struct line_window window;
	struct trace_clock clock;
	char value[LINES]; /* '0', '1', UNKNOWN; 0: nothing was written yet */
	gint64 time_ns;	   /* as written last */
	gboolean observed;
};

static gboolean write_head(struct vcd *self, gboolean emulated, GError **error)
{
	g_autoptr(GString) head = g_string_new("$version wiperig " WIPERIG_VERSION " $end\n");

	if (emulated)
		g_string_append(head, "$comment " TALLY_EMULATED " $end\n");
	g_string_append(head, "$comment Lines of the unit in each capture window; x: not kept. Time 0 is the run's "
			      "begin. $end\n$timescale 1 ns $end\n$scope module unit $end\n");
	for (guint line = 0; line < LINES; line++)
		g_string_append_printf(head, "$var wire 1 %c %s $end\n", FIRST_CODE + line, event_line_name(line));
	g_string_append(head, "$upscope $end\n$enddefinitions $end\n");
	return outfile_write(self->file, head->str, head->len, error);
}

static char *put_time(char *p, gint64 time_ns)
{
	char digits[20];
	guint length = 0;
	guint64 left = (guint64)time_ns;

	do
		digits[length++] = (char)('0' + left % 10);
	while (left /= 10);
	*p++ = '#';
	while (length)
		*p++ = digits[--length];
	*p++ = '\n';
	return p;
}

/* Writes what differs from what was written last. */
static gboolean write_values(struct vcd *self, gint64 at_ns, const char value[LINES], GError **error)
{
	char text[32 + 3 * LINES], *p = text;

	if (!memcmp(value, self->value, LINES))
		return TRUE;
	/* In a file time does not go back, whatever a damaged record says. */
	at_ns = MAX(at_ns, self->time_ns);
	if (at_ns > self->time_ns || !self->observed)
		p = put_time(p, at_ns);
	for (guint line = 0; line < LINES; line++) {
		if (value[line] == self->value[line])
			continue;
		*p++ = value[line];
		*p++ = (char)(FIRST_CODE + line);
		*p++ = '\n';
	}
	memcpy(self->value, value, LINES);
	self->time_ns = at_ns;
	self->observed = TRUE;
	return outfile_write(self->file, text, (gsize)(p - text), error);
}

static gboolean write_levels(struct vcd *self, guint64 tick, guint8 levels, GError **error)
{
	const struct event_lines *head = &self->window.head;
	char value[LINES];

	for (guint line = 0; line < LINES; line++)
		value[line] = head->lines >> line & 1 ? (char)('0' + (levels >> line & 1)) : UNKNOWN;
	return write_values(self, trace_clock_at(&self->clock, lines_time(head, tick)), value, error);
}

static gboolean write_window(struct vcd *self, GError **error)
{
	const struct line_window *window = &self->window;
	char unknown[LINES];

	if (!write_levels(self, window->head.from, window->head.levels, error))
		return FALSE;
	for (guint i = 0; i < window->edges->len; i++) {
		const struct line_edge *edge = &g_array_index(window->edges, struct line_edge, i);
		if (!write_levels(self, edge->tick, edge->levels, error))
			return FALSE;
	}
	memset(unknown, UNKNOWN, LINES);
	return write_values(self, trace_clock_at(&self->clock, lines_time(&window->head, window->head.to)), unknown,
			    error);
}

static gboolean vcd_event(gpointer data, const struct event *event, GError **error)
{
	struct vcd *self = data;

	if (event->case_no != self->clock.case_no && line_window_end(&self->window) && !write_window(self, error))
		return FALSE;
	trace_clock_event(&self->clock, event);
	if (event->type == EVENT_RUN_BEGIN)
		return write_head(self, trace_is_emulated(event), error);
	return event->type != EVENT_LINES || !line_window_add(&self->window, event) || write_window(self, error);
}

static gpointer vcd_open(const char *folder, GError **error)
{
	struct outfile *file = outfile_open(folder, vcd_sink.filename, error);

	if (!file)
		return NULL;
	struct vcd *self = g_new0(struct vcd, 1);
	self->file = file;
	line_window_init(&self->window);
	return self;
}

static gboolean vcd_close(gpointer data, gboolean abandon, GError **error)
{
	struct vcd *self = data;
	gboolean written = abandon || !line_window_end(&self->window) || write_window(self, error);
	gboolean closed = outfile_close(self->file, abandon || !written || !self->observed, written ? error : NULL);

	line_window_clear(&self->window);
	g_free(self);
	return written && closed;
}

const struct sink vcd_sink = {
	.name = "vcd",
	.filename = "logic.vcd",
	.summary = "every edge of the unit's lines, for GTKWave",
	.open = vcd_open,
	.event = vcd_event,
	.close = vcd_close,
};
