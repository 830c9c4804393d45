/* SPDX-License-Identifier: Apache-2.0 */
#include "html_traces.h"
#include "html_text.h"
#include "html_trace.h"
#include "trace_clock.h"
#include <gio/gio.h>
#include <string.h>

#define TRANSCRIPT_BEFORE 30u /* lines around a failure */
#define TRANSCRIPT_AFTER 15u
#define TRANSCRIPT_LINES_MAX 150u
#define TRANSCRIPTS_BYTES_MAX (512u << 10)
#define ZLIB_LEVEL 6

/* What the page has of a case. */
struct kept {
	guint32 case_no;
	gboolean failed;
	gint64 offset_ns; /* of its time 0 in the run's traces */
	char *packed;	  /* base64 of zlib; NULL: no room, or nothing was observed */
	gsize length;	  /* of it */
	char *transcript; /* HTML; NULL: nothing failed */
};

struct html_traces {
	gsize bytes_max, bytes, transcript_bytes;
	struct html_trace *trace; /* of the case under way */
	struct trace_clock clock; /* its case is the one under way */
	gboolean ended, failed;
	GPtrArray *kept;	/* of struct kept * */
	GHashTable *by_case_no; /* → struct kept * */
};

static void kept_free(gpointer data)
{
	struct kept *kept = data;

	g_free(kept->packed);
	g_free(kept->transcript);
	g_free(kept);
}

struct html_traces *html_traces_new(gsize bytes_max)
{
	struct html_traces *traces = g_new0(struct html_traces, 1);

	traces->bytes_max = bytes_max;
	traces->kept = g_ptr_array_new_with_free_func(kept_free);
	traces->by_case_no = g_hash_table_new(NULL, NULL);
	return traces;
}

void html_traces_free(struct html_traces *traces)
{
	if (!traces)
		return;
	html_trace_free(traces->trace);
	g_hash_table_unref(traces->by_case_no);
	g_ptr_array_unref(traces->kept);
	g_free(traces);
}

/* --- transcripts --- */

/* To the microsecond. */
static char *seconds_text(gint64 ns)
{
	gint64 us = ns / 1000;

	return g_strdup_printf("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, us / 1000000, ABS(us % 1000000));
}

static void append_line(GString *out, const struct html_trace *trace, const struct html_trace_text *text)
{
	g_autofree char *line = g_strndup(html_trace_text(trace, text), text->length);
	g_autofree char *seconds = seconds_text(text->time_ns);

	g_string_append_printf(out, "<tr%s><td class=\"t\">%s</td><td>%s</td><td><span>",
			       text->weight == TRACE_BAD ? " class=\"f\"" : "", seconds,
			       html_trace_kind_name(text->kind));
	html_text(out, line);
	g_string_append(out, "</span></td></tr>\n");
}

/* The lines around all failures, each once. */
static char *make_transcript(const struct html_trace *trace)
{
	const GArray *texts = html_trace_texts(trace);
	g_autoptr(GString) out = g_string_new(NULL);
	guint next = 0, lines = 0;

	for (guint i = 0; i < texts->len; i++) {
		if (g_array_index(texts, struct html_trace_text, i).weight != TRACE_BAD)
			continue;
		guint from = MAX(next, i - MIN(i, TRANSCRIPT_BEFORE)), to = MIN(i + TRANSCRIPT_AFTER + 1, texts->len);
		if (from > next && next)
			g_string_append(out, "<tr><td class=\"t\">…</td><td></td><td></td></tr>\n");
		for (next = from; next < to && lines < TRANSCRIPT_LINES_MAX; next++, lines++)
			append_line(out, trace, &g_array_index(texts, struct html_trace_text, next));
	}
	return lines ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

void html_traces_transcript(GString *out, const struct html_traces *traces, guint32 case_no)
{
	const struct kept *kept = g_hash_table_lookup(traces->by_case_no, GUINT_TO_POINTER(case_no));

	if (!kept || !kept->transcript)
		return;
	g_autofree char *offset = seconds_text(kept->offset_ns);
	g_string_append_printf(
	    out,
	    "<details class=\"transcript\"><summary>USB, console and panel around the failure"
	    "</summary><div class=\"w\"><table><thead><tr><th>s</th><th></th><th>what (in trace.pcapng, "
	    "disk.blktrace.0 and logic.vcd %s s later)</th></tr></thead><tbody>\n%s</tbody></table></div></details>\n",
	    offset, kept->transcript);
}

/* --- what is kept --- */

static GByteArray *deflate(const GByteArray *plain)
{
	g_autoptr(GZlibCompressor) zlib = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, ZLIB_LEVEL);
	GByteArray *out = g_byte_array_new();
	gsize read = 0, used = 0;
	GConverterResult result;

	do {
		gsize was_read, written;
		g_byte_array_set_size(out, (guint)(used + plain->len / 2 + 4096));
		/* Memory to memory, with room left: it cannot fail. */
		result = g_converter_convert(G_CONVERTER(zlib), plain->data + read, plain->len - read, out->data + used,
					     out->len - used, G_CONVERTER_INPUT_AT_END, &was_read, &written, NULL);
		g_assert(result != G_CONVERTER_ERROR);
		read += was_read;
		used += written;
	} while (result != G_CONVERTER_FINISHED);
	g_byte_array_set_size(out, (guint)used);
	return out;
}

static void drop_packed(struct html_traces *traces, struct kept *kept)
{
	traces->bytes -= kept->length;
	kept->length = 0;
	g_clear_pointer(&kept->packed, g_free);
}

/* A failed case takes the room of passed ones, the last first. */
static void make_room(struct html_traces *traces, gsize length)
{
	for (guint i = traces->kept->len; i && traces->bytes + length > traces->bytes_max; i--) {
		struct kept *kept = traces->kept->pdata[i - 1];
		if (!kept->failed)
			drop_packed(traces, kept);
	}
}

static void pack(struct html_traces *traces, struct kept *kept)
{
	/* Where the room is used up, a passed case need not even be packed. */
	if (html_trace_is_blind(traces->trace) || (!kept->failed && traces->bytes >= traces->bytes_max / 10 * 9))
		return;
	g_autoptr(GByteArray) plain = html_trace_pack(traces->trace, kept->offset_ns);
	g_autoptr(GByteArray) deflated = deflate(plain);
	gsize length = ((gsize)deflated->len + 2) / 3 * 4;

	if (kept->failed)
		make_room(traces, length);
	if (traces->bytes + length > traces->bytes_max)
		return;
	kept->packed = g_base64_encode(deflated->data, deflated->len);
	kept->length = length;
	traces->bytes += length;
}

static void end_case(struct html_traces *traces)
{
	if (!traces->trace)
		return;
	struct kept *kept = g_new0(struct kept, 1);

	html_trace_end(traces->trace);
	kept->case_no = traces->clock.case_no;
	kept->offset_ns = traces->clock.offset_ns;
	/* A record that stops inside a case is no pass. */
	kept->failed = traces->failed || !traces->ended;
	if (kept->failed && traces->transcript_bytes < TRANSCRIPTS_BYTES_MAX)
		kept->transcript = make_transcript(traces->trace);
	traces->transcript_bytes += kept->transcript ? strlen(kept->transcript) : 0;
	pack(traces, kept);
	g_ptr_array_add(traces->kept, kept);
	g_hash_table_insert(traces->by_case_no, GUINT_TO_POINTER(kept->case_no), kept);
	g_clear_pointer(&traces->trace, html_trace_free);
}

static gboolean has_failed(const struct event *event)
{
	json_t *json = event_json(event);
	enum tally_verdict verdict = TALLY_ERROR;

	tally_verdict_parse(json_string_value(json_object_get(json, "verdict")), &verdict);
	json_decref(json);
	return verdict == TALLY_FAIL || verdict == TALLY_ERROR;
}

void html_traces_event(struct html_traces *traces, const struct event *event)
{
	if (!event->case_no)
		return;
	if (event->case_no != traces->clock.case_no) {
		end_case(traces);
		traces->ended = traces->failed = FALSE;
		traces->trace = html_trace_new(&html_trace_limits);
	}
	trace_clock_event(&traces->clock, event);
	html_trace_event(traces->trace, event);
	if (event->type == EVENT_CASE_END) {
		traces->ended = TRUE;
		traces->failed |= has_failed(event);
	}
	traces->failed |= event->type == EVENT_FINDING;
}

void html_traces_finish(struct html_traces *traces)
{
	end_case(traces);
}

/* --- the page --- */

static const struct kept *packed(const struct html_traces *traces, guint32 case_no)
{
	const struct kept *kept = g_hash_table_lookup(traces->by_case_no, GUINT_TO_POINTER(case_no));

	return kept && kept->packed ? kept : NULL;
}

void html_traces_link(GString *out, const struct html_traces *traces, guint32 case_no, gint64 time_ns, const char *text)
{
	if (!packed(traces, case_no))
		return;
	g_string_append_printf(
	    out, " <a class=\"moment\" href=\"#traces\" data-case=\"%u\" data-ns=\"%" G_GINT64_FORMAT "\">", case_no,
	    time_ns);
	html_text(out, text);
	g_string_append(out, "</a>");
}

static void append_names(GString *out, const char *attribute, const char *(*name)(guint), guint count)
{
	g_string_append_printf(out, " data-%s=\"", attribute);
	for (guint i = 0; i < count; i++)
		g_string_append_printf(out, "%s%s", i ? "," : "", name(i));
	g_string_append_c(out, '"');
}

static const char *kind_name(guint kind)
{
	return html_trace_kind_name(kind);
}

static void append_case_choice(GString *out, const struct tally_case *c)
{
	g_string_append_printf(out, "<option value=\"%u\">%s · ", c->case_no, tally_verdict_name(c->verdict));
	html_text(out, c->name);
	g_string_append(out, "</option>\n");
}

static void append_choices(GString *out, const struct html_traces *traces, const GPtrArray *cases)
{
	/* Failed cases first: the first one is what is shown first. */
	for (guint failed = 2; failed--;)
		for (guint i = 0; i < cases->len; i++) {
			const struct tally_case *c = ((const struct record_case *)cases->pdata[i])->tally;
			const struct kept *kept = packed(traces, c->case_no);
			if (kept && kept->failed == (gboolean)failed)
				append_case_choice(out, c);
		}
}

static void append_button(GString *out, const char *id, const char *text, const char *label)
{
	g_string_append_printf(out, "<button type=\"button\" id=\"v-%s\" aria-label=\"%s\" title=\"%s\">%s</button>",
			       id, label, label, text);
}

static void append_tools(GString *out)
{
	static const char *const buttons[][3] = {
		{ "in", "+", "Zoom in (+)" },
		{ "out", "−", "Zoom out (−)" },
		{ "left", "←", "Earlier (←)" },
		{ "right", "→", "Later (→)" },
		{ "all", "all", "The whole case (0)" },
		{ "previous", "‹ failure", "The failure before (p)" },
		{ "next", "failure ›", "The next failure (n)" },
		{ "cut", "cut ›", "The next power cut (c)" },
		{ "edge-before", "‹ edge", "The change before of the line that was clicked, or of any (,)" },
		{ "edge-next", "edge ›", "The next change of the line that was clicked, or of any (.)" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(buttons); i++)
		append_button(out, buttons[i][0], buttons[i][1], buttons[i][2]);
}

void html_traces_section(GString *out, const struct html_traces *traces, const GPtrArray *cases)
{
	guint shown = 0;

	for (guint i = 0; i < traces->kept->len; i++)
		shown += ((const struct kept *)traces->kept->pdata[i])->packed != NULL;
	if (!shown)
		return;
	g_string_append(out, "<section class=\"view\" id=\"traces\"");
	append_names(out, "lines", event_line_name, LINES);
	append_names(out, "kinds", kind_name, HTML_TRACE_KINDS);
	g_string_append_printf(
	    out,
	    "><h2>Traces</h2>\n<p class=\"note\">Of %u of %u cases%s. Drag to move, wheel or + and − to zoom (click "
	    "first), click to set a mark and measure from it. Times are the case&#39;s; below stands where the same "
	    "moment "
	    "is in the files for other tools.</p>\n"
	    "<p class=\"note\" id=\"v-none\">The view needs scripts.</p>\n<div id=\"v-box\" hidden=\"hidden\"><div "
	    "class=\"vbar\"><select id=\"v-case\" aria-label=\"Case\">\n",
	    shown, cases->len, shown < cases->len ? ": those that failed first, as there is room" : "");
	append_choices(out, traces, cases);
	g_string_append(out, "</select>");
	append_tools(out);
	g_string_append(
	    out, "<a id=\"v-link\" href=\"#cases\">steps</a></div>\n"
		 "<canvas id=\"v-canvas\" tabindex=\"0\" role=\"img\" aria-label=\"Traces\" "
		 "aria-describedby=\"v-says\"></canvas>\n<p class=\"says\"><output id=\"v-says\" "
		 "aria-live=\"off\"></output></p>\n<p class=\"note\" id=\"v-missing\"></p>\n<div class=\"legend\" "
		 "id=\"v-legend\"></div>\n<div class=\"vbar\" id=\"v-kinds\"></div>\n<div class=\"w\" "
		 "id=\"v-rows\" tabindex=\"0\" role=\"region\" aria-label=\"Transcript\"><table><thead><tr><th>s"
		 "</th><th></th><th>transcript of what is in view</th></tr></thead><tbody id=\"v-body\"></tbody>"
		 "</table></div></div>\n");
	for (guint i = 0; i < traces->kept->len; i++) {
		const struct kept *kept = traces->kept->pdata[i];
		if (kept->packed)
			g_string_append_printf(out, "<script type=\"text/plain\" id=\"t%u\">%s</script>\n",
					       kept->case_no, kept->packed);
	}
	g_string_append(out, "</section>\n");
}
