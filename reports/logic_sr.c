/* SPDX-License-Identifier: Apache-2.0 */
/*
 * logic-CASE-WINDOW-REASON.sr, one a capture window, for PulseView and sigrok-cli:
 *
 *   sigrok-cli -i logic-00001-01-start.sr -P uart:rx=console_tx:baudrate=115200 -A uart=rx-data
 *
 * CASE is the case's number, as in disk.blktrace.0's pid; REASON what made the window worth keeping: start (the first
 * minute of a case), power, panel, failure. The channels are the lines of enum event_line_name that the analyzer is
 * clipped to. Where the lines' edges are known exactly they are sampled; a pulse between two samples is in logic.vcd
 * only. The archive's comment says what time the first sample has.
 */
#include "sinks.h"
#include "outfiles.h"
#include "sr_archive.h"
#include "trace_clock.h"
#include "trace_text.h"
#include "rig/line_window.h"
#include "rig/printable.h"
#include "rig/tally.h"

#define PREFIX "logic-"

struct logic_sr {
	struct outfiles *files;
	struct line_window window;
	struct trace_clock clock;
	char *case_name;
	gboolean emulated;
};

static const char *reason(guint8 why)
{
	return why & LINES_START ? "start" : why & LINES_FAILURE ? "failure" : why & LINES_POWER ? "power" : "panel";
}

static char *comment(const struct logic_sr *self)
{
	const struct event_lines *head = &self->window.head;
	gint64 at_ns = lines_time(head, head->from);
	GString *text = g_string_new(self->emulated ? TALLY_EMULATED "\n" : NULL);

	g_string_append_printf(text,
			       "wiperig " WIPERIG_VERSION ", case %u: %s\n"
			       "The first sample is at %" G_GINT64_FORMAT " ns of the case, %" G_GINT64_FORMAT
			       " ns of the run (as in logic.vcd)",
			       self->window.case_no, self->case_name ? self->case_name : "?", at_ns,
			       trace_clock_at(&self->clock, at_ns));
	if (head->tick == LINES_TICK_NS)
		g_string_append(text, "; sampled from exact edges");
	else
		g_string_append_printf(
		    text, "; a sample takes %.6f ns; times are right within %" G_GINT64_FORMAT " ns (99.7 %%)",
		    (double)head->tick / (double)LINES_TICK_NS, head->error_ns);
	if (self->window.damaged)
		g_string_append(text, "\nThe record is damaged: edges are missing");
	return g_string_free(text, FALSE);
}

/* Of the levels of all lines, those that there are, side by side. */
static void make_map(guint8 lines, guint8 map[256], const char *names[LINES + 1])
{
	guint count = 0;

	memset(map, 0, 256);
	for (guint line = 0; line < LINES; line++) {
		if (!(lines >> line & 1))
			continue;
		for (guint levels = 0; levels < 256; levels++)
			map[levels] |= (guint8)((levels >> line & 1) << count);
		names[count++] = event_line_name(line);
	}
	names[count] = NULL;
}

static void add_samples(const struct line_window *window, const guint8 map[256], struct sr_archive *archive)
{
	const struct event_lines *head = &window->head;
	guint64 done = 0, total = MAX(lines_samples(head, head->to), 1);
	guint8 levels = map[head->levels];

	for (guint i = 0; i < window->edges->len; i++) {
		const struct line_edge *edge = &g_array_index(window->edges, struct line_edge, i);
		guint64 at = CLAMP(lines_samples(head, edge->tick), done, total);
		if (map[edge->levels] == levels)
			continue;
		sr_archive_run(archive, levels, at - done);
		levels = map[edge->levels];
		done = at;
	}
	sr_archive_run(archive, levels, total - done);
}

static gboolean write_window(struct logic_sr *self, GError **error)
{
	const struct event_lines *head = &self->window.head;
	const char *names[LINES + 1];
	guint8 map[256];
	g_autofree char *text = comment(self);
	g_autofree char *filename =
	    g_strdup_printf(PREFIX "%05u-%02u-%s.sr", self->window.case_no, head->window, reason(head->why));

	if (!head->lines)
		return TRUE;
	make_map(head->lines, map, names);
	struct sr_archive *archive = sr_archive_new(head->rate_hz, names, text);
	add_samples(&self->window, map, archive);
	g_autoptr(GBytes) bytes = sr_archive_finish(archive, error);
	sr_archive_free(archive);
	gsize length = 0;
	gconstpointer data = bytes ? g_bytes_get_data(bytes, &length) : NULL;
	if (bytes)
		return outfiles_add(self->files, filename, data, length, error);
	g_prefix_error(error, "%s: ", filename);
	return FALSE;
}

static void learn_name(struct logic_sr *self, const struct event *event)
{
	json_t *json = event_json(event);
	const char *name = json_string_value(json_object_get(json, "case"));

	g_free(self->case_name);
	self->case_name = printable_line(name ? name : "?", -1);
	json_decref(json);
}

static gboolean logic_sr_event(gpointer data, const struct event *event, GError **error)
{
	struct logic_sr *self = data;

	/* A case that was cut off: its last window belongs to its time, not to the next one's. */
	if (event->case_no != self->clock.case_no && line_window_end(&self->window) && !write_window(self, error))
		return FALSE;
	trace_clock_event(&self->clock, event);
	if (event->type == EVENT_RUN_BEGIN)
		self->emulated = trace_is_emulated(event);
	if (event->type == EVENT_CASE_BEGIN)
		learn_name(self, event);
	if (event->type != EVENT_LINES || !line_window_add(&self->window, event))
		return TRUE;
	return write_window(self, error);
}

static gpointer logic_sr_open(const char *folder, GError **error)
{
	struct logic_sr *self = g_new0(struct logic_sr, 1);

	(void)error;
	self->files = outfiles_new(folder, PREFIX);
	self->emulated = TRUE; /* until the run says otherwise */
	line_window_init(&self->window);
	return self;
}

static gboolean logic_sr_close(gpointer data, gboolean abandon, GError **error)
{
	struct logic_sr *self = data;
	gboolean written = abandon || !line_window_end(&self->window) || write_window(self, error);
	gboolean closed = outfiles_close(self->files, abandon || !written, written ? error : NULL);

	line_window_clear(&self->window);
	g_free(self->case_name);
	g_free(self);
	return written && closed;
}

const struct sink logic_sr_sink = {
	.name = "sr",
	.filename = PREFIX "*.sr",
	.summary = "the unit's lines in each capture window, for PulseView and sigrok-cli",
	.open = logic_sr_open,
	.event = logic_sr_event,
	.close = logic_sr_close,
};
