/* SPDX-License-Identifier: Apache-2.0 */
#include "html_trace.h"
#include "html_trace_lines.h"
#include "transfer.h"
#include "rig/observe.h"
#include "rig/printable.h"
#include <string.h>

#define CONSOLE_LINE_MAX 160u

const struct html_trace_limits html_trace_limits = { .edges = 400000, .requests = 150000, .texts = 20000 };

struct request {
	gint64 queued_ns, done_ns;
	guint64 lba, sectors;
	guint32 commands;
	guint8 kind, content;
};

struct html_trace {
	struct html_trace_limits limits;
	struct html_trace_lines *lines;
	GArray *requests; /* of struct request */
	GArray *texts;	  /* of struct html_trace_text */
	GString *bytes;	  /* of all texts */
	GString *line;
	GString *said[2];  /* what the console is saying, and what it is told, until the line ends … */
	gint64 said_ns[2]; /* … and since when */
	guint requests_left_out, texts_left_out;
	gint64 end_ns;
};

const char *html_trace_kind_name(enum html_trace_kind kind)
{
	static const char *const names[HTML_TRACE_KINDS] = {
		"step", "step ends", "power", "power", "panel", "console", "to console", "USB", "finding", "note",
	};

	return names[kind];
}

/* --- texts --- */

static void drop_texts(struct html_trace *trace, guint count)
{
	trace->texts_left_out += count;
	g_array_remove_range(trace->texts, 0, count);
	gsize gone = trace->texts->len ? g_array_index(trace->texts, struct html_trace_text, 0).at : trace->bytes->len;
	g_string_erase(trace->bytes, 0, (gssize)gone);
	for (guint i = 0; i < trace->texts->len; i++)
		g_array_index(trace->texts, struct html_trace_text, i).at -= (guint32)gone;
}

static void add_text(struct html_trace *trace, gint64 time_ns, enum html_trace_kind kind, enum trace_weight weight,
		     const GString *line)
{
	const struct html_trace_text text = { time_ns, (guint32)trace->bytes->len, (guint32)line->len, (guint8)kind,
					      (guint8)weight };

	g_string_append_len(trace->bytes, line->str, (gssize)line->len);
	g_array_append_val(trace->texts, text);
	if (trace->texts->len >= 2 * trace->limits.texts)
		drop_texts(trace, trace->texts->len - trace->limits.texts);
}

static void end_console_line(struct html_trace *trace, guint way)
{
	GString *said = trace->said[way];

	if (!said->len)
		return;
	g_autofree char *plain = printable_line(said->str, (gssize)said->len);
	g_string_assign(trace->line, plain);
	g_string_truncate(said, 0);
	add_text(trace, trace->said_ns[way], way ? HTML_TRACE_TO_CONSOLE : HTML_TRACE_CONSOLE, TRACE_QUIET,
		 trace->line);
}

static void add_console(struct html_trace *trace, const struct event *event)
{
	guint way = event->type == EVENT_CONSOLE_TX;
	const char *text = event->data;

	for (gsize i = 0; i < event->length; i++) {
		gboolean ends = text[i] == '\n' || text[i] == '\r';
		if (!trace->said[way]->len)
			trace->said_ns[way] = event->time_ns;
		if (!ends)
			g_string_append_c(trace->said[way], text[i]);
		if (ends || trace->said[way]->len >= CONSOLE_LINE_MAX)
			end_console_line(trace, way);
	}
}

static void add_transfer(struct html_trace *trace, const struct event *event)
{
	struct transfer transfer;

	if (transfer_parse(event, &transfer) && transfer_text(trace->line, &transfer))
		add_text(trace, event->time_ns, HTML_TRACE_USB, TRACE_QUIET, trace->line);
}

static enum html_trace_kind power_kind(const struct event *event)
{
	json_t *json = event_json(event);
	gboolean on = json_is_true(json_object_get(json, "main"));

	json_decref(json);
	return on ? HTML_TRACE_POWER_ON : HTML_TRACE_POWER_OFF;
}

static void add_told(struct html_trace *trace, const struct event *event)
{
	static const enum html_trace_kind kinds[] = {
		[EVENT_STEP_BEGIN] = HTML_TRACE_STEP, [EVENT_STEP_END] = HTML_TRACE_STEP_END,
		[EVENT_POWER] = HTML_TRACE_POWER_OFF, [EVENT_PANEL] = HTML_TRACE_NOTE,
		[EVENT_SHOWN] = HTML_TRACE_PANEL,     [EVENT_FINDING] = HTML_TRACE_FINDING,
		[EVENT_CASE_BEGIN] = HTML_TRACE_NOTE, [EVENT_CASE_END] = HTML_TRACE_NOTE,
		[EVENT_NOTE] = HTML_TRACE_NOTE,	      [EVENT_SWITCH] = HTML_TRACE_NOTE,
		[EVENT_MEASURE] = HTML_TRACE_NOTE,    [EVENT_BENCH] = HTML_TRACE_NOTE,
		[EVENT_CALL] = HTML_TRACE_NOTE,
	};
	enum trace_weight weight;

	if (event->type >= G_N_ELEMENTS(kinds) || !trace_text(trace->line, event, &weight))
		return;
	add_text(trace, event->time_ns, event->type == EVENT_POWER ? power_kind(event) : kinds[event->type], weight,
		 trace->line);
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
	const struct html_trace_text *one = a, *other = b;

	if (one->time_ns != other->time_ns)
		return one->time_ns < other->time_ns ? -1 : 1;
	return one->at < other->at ? -1 : one->at > other->at;
}

/* --- requests --- */

static gboolean goes_on(const struct request *a, const struct request *b)
{
	return a->kind == b->kind && a->content == b->content && a->sectors && b->sectors &&
	       a->lba + a->sectors == b->lba;
}

/* Makes one of each two neighbours that can be, so that all of a long erase is there, at half the detail. */
static void merge_pairs(GArray *requests)
{
	struct request *all = (struct request *)(void *)requests->data;
	guint kept = 0;

	for (guint i = 0; i < requests->len; i++) {
		struct request one = all[i];
		if (i + 1 < requests->len && goes_on(&one, &all[i + 1])) {
			i++;
			one.done_ns = all[i].done_ns;
			one.sectors += all[i].sectors;
			one.commands += all[i].commands;
		}
		all[kept++] = one;
	}
	g_array_set_size(requests, kept);
}

static void make_room(struct html_trace *trace)
{
	GArray *requests = trace->requests;
	guint before = requests->len;

	merge_pairs(requests);
	if (requests->len <= before - before / 8)
		return;
	trace->requests_left_out += before / 4;
	g_array_remove_range(requests, 0, before / 4);
}

static void add_request(struct html_trace *trace, const struct event *event)
{
	struct disk_seen seen;

	if (event->length < sizeof seen)
		return;
	memcpy(&seen, event->data, sizeof seen);
	gint64 queued_ns = MIN(GINT64_FROM_LE(seen.queued_ns), event->time_ns);
	const struct request request = {
		.queued_ns = seen.op <= DISK_SEEN_FLUSH ? queued_ns : event->time_ns,
		.done_ns = event->time_ns,
		.lba = GUINT64_FROM_LE(seen.lba),
		.sectors = GUINT32_FROM_LE(seen.count),
		.commands = 1,
		.kind = (guint8)((seen.op & 15) | (seen.flags & DISK_SEEN_FUA ? HTML_TRACE_FUA : 0) |
				 (seen.flags & DISK_SEEN_MARKER ? HTML_TRACE_MARKER : 0) |
				 (seen.flags & DISK_SEEN_ABORTED ? HTML_TRACE_ABORTED : 0) |
				 (seen.result ? HTML_TRACE_ERROR : 0)),
		.content = (guint8)((seen.content & 127) | (seen.disk ? 128 : 0)),
	};
	g_array_append_val(trace->requests, request);
	if (trace->requests->len > trace->limits.requests)
		make_room(trace);
}

/* --- all --- */

struct html_trace *html_trace_new(const struct html_trace_limits *limits)
{
	struct html_trace *trace = g_new0(struct html_trace, 1);

	trace->limits = *limits;
	trace->lines = html_trace_lines_new(limits->edges);
	trace->requests = g_array_new(FALSE, FALSE, sizeof(struct request));
	trace->texts = g_array_new(FALSE, FALSE, sizeof(struct html_trace_text));
	trace->bytes = g_string_new(NULL);
	trace->line = g_string_new(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(trace->said); i++)
		trace->said[i] = g_string_new(NULL);
	return trace;
}

void html_trace_free(struct html_trace *trace)
{
	if (!trace)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(trace->said); i++)
		g_string_free(trace->said[i], TRUE);
	g_string_free(trace->line, TRUE);
	g_string_free(trace->bytes, TRUE);
	g_array_unref(trace->texts);
	g_array_unref(trace->requests);
	html_trace_lines_free(trace->lines);
	g_free(trace);
}

void html_trace_event(struct html_trace *trace, const struct event *event)
{
	trace->end_ns = MAX(trace->end_ns, event->time_ns);
	switch (event->type) {
	case EVENT_LINES:
		html_trace_lines_add(trace->lines, event);
		return;
	case EVENT_DISK:
		add_request(trace, event);
		return;
	case EVENT_URB:
		add_transfer(trace, event);
		return;
	case EVENT_CONSOLE_RX:
	case EVENT_CONSOLE_TX:
		add_console(trace, event);
		return;
	default:
		add_told(trace, event);
	}
}

void html_trace_end(struct html_trace *trace)
{
	for (guint i = 0; i < G_N_ELEMENTS(trace->said); i++)
		end_console_line(trace, i);
	html_trace_lines_end(trace->lines);
	if (trace->texts->len > trace->limits.texts)
		drop_texts(trace, trace->texts->len - trace->limits.texts);
	g_array_sort(trace->texts, compare_texts);
}

gboolean html_trace_is_blind(const struct html_trace *trace)
{
	return !trace->requests->len && html_trace_lines_are_none(trace->lines);
}

const GArray *html_trace_texts(const struct html_trace *trace)
{
	return trace->texts;
}

const char *html_trace_text(const struct html_trace *trace, const struct html_trace_text *text)
{
	return trace->bytes->str + text->at;
}

/* --- the format --- */

/* A damaged record may hold any two numbers. */
static gint64 delta(gint64 to, gint64 from)
{
	return (gint64)((guint64)to - (guint64)from);
}

/* A member of each request, or of each text, one after the other: what is alike lies side by side. */
#define COLUMN(array, type, put, expression)                                                                           \
	for (guint i = 0; i < (array)->len; i++) {                                                                     \
		const type *one = &g_array_index(array, type, i);                                                      \
		const type *before = i ? one - 1 : &(const type){ 0 };                                                 \
		(void)before;                                                                                          \
		put(out, expression);                                                                                  \
	}

static void pack_requests(const struct html_trace *trace, GByteArray *out)
{
	const GArray *requests = trace->requests;

	html_pack_u(out, requests->len);
	COLUMN(requests, struct request, html_pack_s, delta(one->queued_ns, before->queued_ns))
	COLUMN(requests, struct request, html_pack_u, (guint64)delta(one->done_ns, one->queued_ns))
	COLUMN(requests, struct request, html_pack_b, one->kind)
	COLUMN(requests, struct request, html_pack_b, one->content)
	COLUMN(requests, struct request, html_pack_s, (gint64)(one->lba - before->lba - before->sectors))
	COLUMN(requests, struct request, html_pack_u, one->sectors)
	COLUMN(requests, struct request, html_pack_u, one->commands)
}

static void pack_texts(const struct html_trace *trace, GByteArray *out)
{
	const GArray *texts = trace->texts;

	html_pack_u(out, texts->len);
	COLUMN(texts, struct html_trace_text, html_pack_s, delta(one->time_ns, before->time_ns))
	COLUMN(texts, struct html_trace_text, html_pack_b, one->kind)
	COLUMN(texts, struct html_trace_text, html_pack_b, one->weight)
	COLUMN(texts, struct html_trace_text, html_pack_u, one->length)
	for (guint i = 0; i < texts->len; i++) {
		const struct html_trace_text *text = &g_array_index(texts, struct html_trace_text, i);
		g_byte_array_append(out, (const guint8 *)trace->bytes->str + text->at, text->length);
	}
}

GByteArray *html_trace_pack(const struct html_trace *trace, gint64 offset_ns)
{
	GByteArray *out = g_byte_array_new();

	html_pack_s(out, trace->end_ns);
	html_pack_s(out, offset_ns);
	html_trace_lines_pack(trace->lines, out);
	pack_requests(trace, out);
	pack_texts(trace, out);
	html_trace_lines_pack_left_out(trace->lines, out);
	html_pack_u(out, trace->requests_left_out);
	html_pack_u(out, trace->texts_left_out);
	return out;
}
