/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.html: the run for people, in one file that asks nothing of the network, of a server or of scripts. It is
 * well-formed XML as well, so that any tool can read it.
 */
#include "sinks.h"
#include "html_assets.h"
#include "html_case.h"
#include "html_measure.h"
#include "html_monitor.h"
#include "html_page.h"
#include "html_script.h"
#include "html_text.h"
#include "html_traces.h"
#include "outfile.h"
#include "rig/printable.h"
#include <string.h>

#define CASES_LINKED_MAX 6
#define TRACES_BYTES_MAX (2u << 20)

struct html {
	struct outfile *file;
	struct record *record;
	GPtrArray *measures;
	struct html_traces *traces;
};

/* The whole run in a word, by what the exit code says. */
static const char *conclusion(struct tally *tally, const char **class, const char **sign)
{
	static const struct {
		int exit;
		const char *word, *class, *sign;
	} words[] = {
		{ 0, "Passed", "p", "✓" },	   { 1, "Failed", "f", "✕" },	     { 3, "Error", "e", "!" },
		{ 4, "Nothing judged", "n", "?" }, { 130, "Interrupted", "n", "■" },
	};
	int code = tally_exit_code(tally, NULL);
	gsize i = 0;

	while (words[i].exit != code && i < G_N_ELEMENTS(words) - 1)
		i++;
	*class = words[i].class;
	*sign = words[i].sign;
	return words[i].word;
}

static guint case_count(struct tally *tally, enum tally_verdict verdict)
{
	return tally_count(tally, verdict);
}

static void append_tile(GString *out, struct tally *tally, guint (*count)(struct tally *, enum tally_verdict))
{
	g_string_append(out, "<div class=\"bar\" aria-hidden=\"true\">");
	for (int v = 0; v < TALLY_VERDICTS; v++)
		if (count(tally, v))
			g_string_append_printf(out, "<i class=\"%s\" style=\"flex:%u\"></i>", html_verdict_class(v),
					       count(tally, v));
	g_string_append(out, "</div><ul>");
	for (int v = 0; v < TALLY_VERDICTS; v++)
		if (count(tally, v)) {
			g_string_append_printf(out, "<li>%u ", count(tally, v));
			html_verdict(out, v);
			g_string_append(out, "</li>");
		}
	g_string_append(out, "</ul></div>");
}

static const char *json_text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void append_header(GString *out, struct tally *tally)
{
	const char *class, *sign, *word = conclusion(tally, &class, &sign);
	guint judged = tally_requirement_count(tally, TALLY_PASS) + tally_requirement_count(tally, TALLY_FAIL);
	g_autofree char *seconds = record_seconds(tally_end_ns(tally));
	guint cases = tally_cases(tally)->len;

	if (tally_is_emulated(tally))
		g_string_append(out, "<div class=\"banner\" role=\"note\">" TALLY_EMULATED "</div>\n");
	g_string_append_printf(
	    out, "<main><header><h1 class=\"%s\"><i aria-hidden=\"true\">%s</i>%s</h1><p>wiperig run on slot ", class,
	    sign, word);
	html_text(out, json_text(json_object_get(tally_run(tally), "slot"), "name") ?: "?");
	g_string_append_printf(out, "<br/>%s s of slot time", seconds);
	if (g_str_equal(tally_ended(tally), "torn"))
		g_string_append(out, "<br/>The record stops before the run&#39;s end.");
	g_string_append_printf(out, "</p></header>\n<div class=\"tiles\"><div class=\"tile\"><p><b>%u</b> case%s</p>",
			       cases, cases == 1 ? "" : "s");
	append_tile(out, tally, case_count);
	g_string_append_printf(out, "<div class=\"tile\"><p><b>%u</b> of <b>%u</b> requirements judged</p>", judged,
			       tally_requirements(tally)->len);
	append_tile(out, tally, tally_requirement_count);
	g_string_append(out, "</div>\n");
}

static void append_fact(GString *out, const char *class, const char *name, const char *value)
{
	g_autofree char *text = value ? printable_line(value, -1) : NULL;

	if (!text)
		return;
	g_string_append_printf(out, "<div class=\"%s\"><dt>%s</dt><dd>", class, name);
	html_text(out, text);
	g_string_append(out, "</dd></div>");
}

static void append_list(GString *out, const char *name, json_t *texts)
{
	g_autoptr(GString) joined = g_string_new(NULL);
	size_t i;
	json_t *text;

	json_array_foreach(texts, i, text)
	    g_string_append_printf(joined, "%s%s", i ? ", " : "", json_string_value(text) ?: "?");
	append_fact(out, "", name, joined->len ? joined->str : NULL);
}

static void append_run(GString *out, struct tally *tally)
{
	json_t *run = tally_run(tally), *slot = json_object_get(run, "slot"), *value;
	json_t *seed = json_object_get(run, "seed");
	g_autofree char *seed_text = seed ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(seed)) : NULL;
	g_autoptr(GString) drivers = g_string_new(NULL);
	const char *role;

	json_object_foreach(json_object_get(slot, "drivers"), role, value)
	    g_string_append_printf(drivers, "%s%s=%s", drivers->len ? ", " : "", role, json_string_value(value) ?: "?");
	g_string_append(out, "<dl class=\"run\">");
	append_fact(out, "", "unit", json_text(slot, "unit"));
	append_fact(out, "", "link", json_text(run, "link"));
	append_fact(out, "", "disk observed", json_text(slot, "observe"));
	append_fact(out, "", "licence keys", json_text(slot, "licence_keys"));
	append_fact(out, "", "seed", seed_text);
	append_fact(out, "", "rig version", json_text(run, "version"));
	append_fact(out, "", "drivers", drivers->len ? drivers->str : NULL);
	append_list(out, "monitors switched off", json_object_get(run, "without_monitors"));
	append_list(out, "requirements not asked for", json_object_get(run, "without_requirements"));
	append_fact(out, "", "firmware", json_text(json_object_get(run, "firmware"), "file"));
	append_fact(out, "wide hash", "firmware SHA-256", json_text(json_object_get(run, "firmware"), "sha256"));
	g_string_append(out, "</dl>\n");
}

static void append_attention(GString *out, const struct html_traces *traces, const struct record_case *record)
{
	const struct tally_case *c = record->tally;

	g_string_append_printf(out, "<li class=\"%s\">", html_verdict_class(c->verdict));
	html_verdict(out, c->verdict);
	g_string_append_printf(out, "<a href=\"#c%u\">", c->case_no);
	html_text(out, c->name);
	g_string_append(out, "</a>");
	html_text(out, c->reason ?: c->failing.text);
	if (g_strcmp0(c->power, "unconfirmed") == 0)
		g_string_append(out, " <span class=\"warn\">Power not confirmed off: check the slot.</span>");
	if (c->failing.expected) {
		g_string_append(out, "<dl><dt>expected</dt><dd>");
		html_difference(out, c->failing.expected, c->failing.actual);
		g_string_append(out, "</dd><dt>actual</dt><dd>");
		html_difference(out, c->failing.actual, c->failing.expected);
		g_string_append(out, "</dd></dl>");
	}
	html_traces_link(out, traces, c->case_no, record_failed_ns(record), "traces at this moment");
	g_string_append(out, "</li>\n");
}

static void append_attentions(GString *out, const struct html *self)
{
	struct tally *tally = record_tally(self->record);
	const GPtrArray *cases = record_cases(self->record);

	if (!tally_count(tally, TALLY_FAIL) && !tally_count(tally, TALLY_ERROR))
		return;
	g_string_append(out, "<h2>What went wrong</h2>\n<ul class=\"todo\">\n");
	for (guint i = 0; i < cases->len; i++) {
		const struct record_case *c = cases->pdata[i];
		if (c->tally->verdict == TALLY_FAIL || c->tally->verdict == TALLY_ERROR)
			append_attention(out, self->traces, c);
	}
	g_string_append(out, "</ul>\n");
}

static void append_case_link(GString *out, const struct tally_case *c)
{
	g_string_append_printf(out, "<a href=\"#c%u\">", c->case_no);
	html_text(out, c->name);
	g_string_append(out, "</a>");
}

/* The reason mostly begins with the case it comes from, which then is the link; the other cases follow. */
static void append_why(GString *out, const struct tally_requirement *r)
{
	const struct tally_case *named = NULL;
	const char *separator = r->reason ? "<br/>" : "";
	guint linked = 0;

	for (guint i = 0; r->reason && i < r->cases->len; i++) {
		const struct tally_case *c = r->cases->pdata[i];
		if (g_str_has_prefix(r->reason, c->name) && (!named || strlen(c->name) > strlen(named->name)))
			named = c;
	}
	if (named)
		append_case_link(out, named);
	html_text(out, named ? r->reason + strlen(named->name) : r->reason);
	for (guint i = 0; i < r->cases->len && linked < CASES_LINKED_MAX; i++) {
		if (r->cases->pdata[i] == named)
			continue;
		g_string_append(out, linked++ ? ", " : separator);
		append_case_link(out, r->cases->pdata[i]);
	}
	guint left = r->cases->len - linked - (named ? 1 : 0);
	if (left)
		g_string_append_printf(out, " and %u more", left);
}

static void append_requirement(GString *out, const struct tally_requirement *r)
{
	gboolean documented = g_str_equal(r->kind, "doc");

	g_string_append_printf(out, "<tr class=\"%s\" id=\"r-", html_verdict_class(r->verdict));
	html_text(out, r->id);
	g_string_append(out, "\"><td>");
	html_text(out, r->id);
	g_string_append(out, "</td><td>");
	html_text(out, r->text);
	g_string_append(out, "</td><td class=\"src\">");
	html_text(out, r->source);
	g_string_append_printf(out, "</td><td class=\"kind%s", documented ? "\">" : " u\">◇ ");
	html_text(out, r->kind);
	g_string_append(out, "</td><td>");
	html_verdict(out, r->verdict);
	g_string_append(out, "</td><td>");
	append_why(out, r);
	g_string_append(out, "</td></tr>\n");
}

static void append_filter(GString *out, const char *id, const char *name, guint count)
{
	g_string_append_printf(out,
			       "<input class=\"pick\" type=\"radio\" name=\"k\" id=\"k-%s\"%s/><label for=\"k-%s\">%s "
			       "%u</label>",
			       id, g_str_equal(id, "all") ? " checked=\"checked\"" : "", id, name, count);
}

static void append_requirements(GString *out, struct tally *tally)
{
	static const enum tally_verdict filters[] = { TALLY_FAIL, TALLY_ERROR, TALLY_PASS, TALLY_NOT_JUDGED };
	const GPtrArray *all = tally_requirements(tally);

	g_string_append(out, "<section class=\"req\"><h2 id=\"requirements\">Requirements</h2>\n");
	append_filter(out, "all", "all", all->len);
	for (gsize i = 0; i < G_N_ELEMENTS(filters); i++)
		append_filter(out, html_verdict_class(filters[i]), tally_verdict_name(filters[i]),
			      tally_requirement_count(tally, filters[i]));
	g_string_append(out,
			"<p class=\"note\"><span class=\"kind u\">◇</span> not stated in the manufacturer&#39;s own "
			"documents for this kit: derived by the authors, taken from another source, from an "
			"evaluation, or a duty of the procedure</p>\n<div class=\"w\"><table><thead><tr><th>id</th>"
			"<th>requirement</th><th>source</th><th>kind</th><th>verdict</th><th>why, and cases</th></tr>"
			"</thead><tbody>\n");
	for (guint i = 0; i < all->len; i++)
		append_requirement(out, all->pdata[i]);
	g_string_append(out, "</tbody></table></div></section>\n");
}

static void append_group(GString *out, const struct html *self, const char *file)
{
	const GPtrArray *cases = record_cases(self->record);
	guint count = 0;
	gsize heading;

	g_string_append(out, "<section class=\"group\"><h3>");
	html_text(out, *file ? file : "(no file)");
	heading = out->len;
	for (guint i = 0; i < cases->len; i++) {
		const struct record_case *c = cases->pdata[i];
		if (!g_str_equal(c->tally->file, file))
			continue;
		count++;
		html_case(out, c, self->traces);
	}
	g_autofree char *counted = g_strdup_printf(" <small>%u case%s</small></h3>\n", count, count == 1 ? "" : "s");
	g_string_insert(out, (gssize)heading, counted);
	g_string_append(out, "</section>\n");
}

static void append_cases(GString *out, const struct html *self)
{
	const GPtrArray *cases = record_cases(self->record);
	g_autoptr(GHashTable) written = g_hash_table_new(g_str_hash, g_str_equal);

	g_string_append(out, "<h2 id=\"cases\">Cases</h2>\n");
	for (guint i = 0; i < cases->len; i++) {
		char *file = ((const struct record_case *)cases->pdata[i])->tally->file;
		if (g_hash_table_add(written, file))
			append_group(out, self, file);
	}
}

static GString *document(const struct html *self)
{
	GString *out = g_string_sized_new(1 << 20);
	struct tally *tally = record_tally(self->record);
	const char *class, *sign;
	g_autofree char *title = g_strdup_printf("%s · wiperig run", conclusion(tally, &class, &sign));

	html_head(out, title, html_view_css);
	append_header(out, tally);
	append_run(out, tally);
	g_string_append(out, "<div class=\"tools\" id=\"tools\" hidden=\"hidden\"><input id=\"q\" type=\"search\" "
			     "placeholder=\"Search cases, steps, requirements …\" aria-label=\"Search\"/>"
			     "<button type=\"button\" id=\"open\">Open all</button><button type=\"button\" id=\"shut\">"
			     "Close all</button><output id=\"found\"></output></div>\n");
	append_attentions(out, self);
	html_traces_section(out, self->traces, record_cases(self->record));
	html_measures(out, self->measures, tally_cases(tally));
	append_requirements(out, tally);
	html_monitors(out, tally);
	append_cases(out, self);
	g_string_append(out, "<footer>Made from the run&#39;s spool. Times are the slot&#39;s, in seconds since it was "
			     "opened or, inside a case, since the case began.</footer></main>\n");
	if (tally_is_emulated(tally))
		g_string_append(out, "<div class=\"banner\">" TALLY_EMULATED "</div>\n");
	g_string_append_printf(out,
			       "<script>%s</script>\n<script>//<![CDATA[\n(function(){'use strict';\n%s%s%s})();\n//]]>"
			       "</script>\n</body></html>\n",
			       html_script, html_trace_js, html_draw_js, html_view_js);
	return out;
}

static gpointer html_open(const char *folder, GError **error)
{
	struct record *record = record_new(error);
	struct outfile *file = record ? outfile_open(folder, html_sink.filename, error) : NULL;

	if (!file) {
		record_free(record);
		return NULL;
	}
	struct html *self = g_new0(struct html, 1);
	self->record = record;
	self->file = file;
	self->measures = measures_new();
	self->traces = html_traces_new(TRACES_BYTES_MAX);
	return self;
}

static gboolean html_event(gpointer data, const struct event *event, GError **error)
{
	struct html *self = data;

	measures_event(self->measures, event);
	html_traces_event(self->traces, event);
	return record_event(self->record, event, error);
}

static gboolean write_file(struct html *self, GError **error)
{
	record_finish(self->record);
	html_traces_finish(self->traces);
	g_autoptr(GString) text = document(self);

	return outfile_write(self->file, text->str, text->len, error);
}

static gboolean html_close(gpointer data, gboolean abandon, GError **error)
{
	struct html *self = data;
	gboolean written = abandon || write_file(self, error);
	gboolean closed = outfile_close(self->file, abandon || !written, written ? error : NULL);

	html_traces_free(self->traces);
	record_free(self->record);
	g_ptr_array_unref(self->measures);
	g_free(self);
	return written && closed;
}

const struct sink html_sink = {
	.name = "html",
	.filename = "report.html",
	.summary = "the run for people: one file, offline",
	.open = html_open,
	.event = html_event,
	.close = html_close,
};
