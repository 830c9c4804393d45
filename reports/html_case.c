/* SPDX-License-Identifier: Apache-2.0 */
#include "html_case.h"
#include "html_text.h"
#include "rig/units.h"
#include <string.h>

static gboolean needs_attention(const struct record_case *c)
{
	return c->tally->verdict == TALLY_FAIL || c->tally->verdict == TALLY_ERROR;
}

static void append_time(GString *out, const struct record_case *c, gint64 ns)
{
	g_autofree char *seconds = record_seconds(ns - c->tally->begin_ns);

	g_string_append_printf(out, "<td class=\"t\">%s</td>", seconds);
}

static void append_expectation(GString *out, const struct record_step *step)
{
	const char *actual = step->actual ?: step->reason;

	if (!step->expected && !actual)
		return;
	/* What is as expected needs saying once. */
	if (step->verdict == TALLY_PASS && (!actual || g_strcmp0(step->expected, actual) == 0)) {
		html_text(out, step->expected ?: actual);
		return;
	}
	gboolean compare = step->verdict == TALLY_FAIL;
	g_string_append(out, "<dl>");
	if (step->expected) {
		g_string_append(out, "<dt>expected</dt><dd>");
		html_difference(out, step->expected, compare ? actual : NULL);
		g_string_append(out, "</dd>");
	}
	if (step->actual) {
		g_string_append(out, "<dt>actual</dt><dd>");
		html_difference(out, step->actual, compare ? step->expected : NULL);
		g_string_append(out, "</dd>");
	}
	if (step->reason && g_strcmp0(step->reason, step->actual)) {
		g_string_append(out, "<dt>reason</dt><dd>");
		html_text(out, step->reason);
		g_string_append(out, "</dd>");
	}
	g_string_append(out, "</dl>");
}

static void append_step(GString *out, const struct record_case *c, const struct record_step *step,
			const struct html_traces *traces)
{
	/* A passed action is the common row: it carries no class. */
	if (step->verdict != TALLY_PASS)
		g_string_append_printf(out, "<tr class=\"%s\">", html_verdict_class(step->verdict));
	else
		g_string_append(out, "<tr>");
	g_string_append_printf(out, "<td>%" G_GINT64_FORMAT "</td>", step->n);
	append_time(out, c, step->begin_ns);
	g_string_append(out, "<td>");
	html_text(out, step->text ?: step->step);
	if (step->text) {
		g_string_append(out, " <code>");
		html_text(out, step->step);
		g_string_append(out, "</code>");
	}
	g_string_append(out, "</td><td>");
	append_expectation(out, step);
	g_string_append(out, "</td><td>");
	/* An action that went well has done what it says: no verdict is due. */
	if (step->verdict != TALLY_PASS || step->expected || *step->requirements)
		html_verdict(out, step->verdict);
	if (*step->requirements) {
		g_string_append_c(out, ' ');
		html_requirement_links(out, step->requirements);
	}
	if (step->verdict == TALLY_FAIL || step->verdict == TALLY_ERROR)
		html_traces_link(out, traces, c->tally->case_no, step->end_ns, "traces");
	g_string_append(out, "</td></tr>\n");
}

static gboolean is_console(const struct record_line *line)
{
	return line->type == EVENT_CONSOLE_RX || line->type == EVENT_CONSOLE_TX;
}

/* A passed case needs its measures and notes; what explains a failure is the rest. Of the console, what was said
 * around the failing step. */
static gboolean is_shown(const struct record_case *c, const struct record_line *line)
{
	if (line->type == EVENT_NOTE || line->type == EVENT_MEASURE || line->type == EVENT_FINDING)
		return TRUE;
	if (!needs_attention(c))
		return FALSE;
	return !is_console(line) || !c->tally->failing.n || line->step >= c->tally->failing.n - 1;
}

static void append_line(GString *out, const struct record_case *c, const struct record_line *line,
			const struct html_traces *traces)
{
	static const char *const names[] = {
		[EVENT_NOTE] = "note",		[EVENT_POWER] = "power",	   [EVENT_SWITCH] = "switch",
		[EVENT_PANEL] = "panel",	[EVENT_MEASURE] = "measured",	   [EVENT_FINDING] = "finding",
		[EVENT_CONSOLE_RX] = "console", [EVENT_CONSOLE_TX] = "to console",
	};

	g_string_append(out, line->type == EVENT_FINDING ? "<tr class=\"m f\"><td></td>" : "<tr class=\"m\"><td></td>");
	append_time(out, c, line->time_ns);
	g_string_append_printf(out, "<td colspan=\"3\"><em>%s</em>", names[line->type]);
	g_string_append(out, is_console(line) ? "<pre>" : "<span>");
	html_text(out, line->text);
	g_string_append(out, is_console(line) ? "</pre>" : "</span>");
	if (line->type == EVENT_FINDING)
		html_traces_link(out, traces, c->tally->case_no, line->time_ns, "traces");
	g_string_append(out, "</td></tr>\n");
}

static guint append_lines(GString *out, const struct record_case *c, guint at, gint64 step,
			  const struct html_traces *traces)
{
	for (; at < c->lines->len; at++) {
		const struct record_line *line = c->lines->pdata[at];
		if (line->step > step)
			break;
		if (is_shown(c, line))
			append_line(out, c, line, traces);
	}
	return at;
}

static void append_steps(GString *out, const struct record_case *c, const struct html_traces *traces)
{
	guint at = 0;

	if (!c->steps->len && !c->lines->len)
		return;
	g_string_append(out, "<div class=\"w\"><table><thead><tr><th>#</th><th>s</th><th>step</th><th>expected and "
			     "seen</th><th>verdict</th></tr></thead><tbody>\n");
	at = append_lines(out, c, at, 0, traces);
	for (guint i = 0; i < c->steps->len; i++) {
		const struct record_step *step = c->steps->pdata[i];
		append_step(out, c, step, traces);
		at = append_lines(out, c, at, step->n, traces);
	}
	g_string_append(out, "</tbody></table></div>\n");
}

static void append_fact(GString *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	g_string_append_printf(out, "<span><em>%s</em> ", name);
	html_text(out, text);
	g_string_append(out, "</span>");
}

/* How far a logic analyzer's times may be off: the error bar of its edges. */
static char *lines_fact(const struct tally_case *c)
{
	if (!c->lines.windows)
		return NULL;
	if (!c->lines.error_ns)
		return g_strdup_printf("%u windows, exact times", c->lines.windows);
	return g_strdup_printf("%u windows, times ± %.1f µs (99.7 %%)", c->lines.windows,
			       (double)c->lines.error_ns / NS_PER_US);
}

static void append_facts(GString *out, const struct tally_case *c, const struct html_traces *traces)
{
	g_autofree char *params = g_strjoinv(", ", c->params), *effects = g_strjoinv(", ", c->effects);
	g_autofree char *lines = lines_fact(c);
	g_autofree char *place =
	    c->line ? g_strdup_printf("%s:%" G_GINT64_FORMAT, c->file, c->line) : g_strdup(c->file);

	g_string_append(out, "<p class=\"facts\">");
	append_fact(out, "from", place);
	append_fact(out, "with", params);
	append_fact(out, "effects", effects);
	append_fact(out, "power at the end", c->power);
	append_fact(out, "logic analyzer", lines);
	if (*c->requirements) {
		g_string_append(out, "<span><em>requirements</em> ");
		html_requirement_links(out, c->requirements);
		g_string_append(out, "</span>");
	}
	html_traces_link(out, traces, c->case_no, 0, "traces");
	g_string_append(out, "</p>");
}

void html_case(GString *out, const struct record_case *record, const struct html_traces *traces)
{
	const struct tally_case *c = record->tally;
	g_autofree char *seconds = record_seconds(c->end_ns - c->begin_ns);

	g_string_append_printf(out, "<details class=\"case %s\" id=\"c%u\"%s><summary>", html_verdict_class(c->verdict),
			       c->case_no, needs_attention(record) ? " open=\"open\"" : "");
	html_verdict(out, c->verdict);
	g_string_append(out, "<strong>");
	html_text(out, c->name);
	g_string_append(out, "</strong><span>");
	html_text(out, c->title);
	g_string_append_printf(out, "</span><small>%s s</small></summary>\n", seconds);
	if (c->reason) {
		g_string_append(out, "<p class=\"reason\">");
		html_text(out, c->reason);
		g_string_append(out, "</p>");
	}
	append_facts(out, c, traces);
	append_steps(out, record, traces);
	html_traces_transcript(out, traces, c->case_no);
	g_string_append(out, "</details>\n");
}
