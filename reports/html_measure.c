/* SPDX-License-Identifier: Apache-2.0 */
#include "html_measure.h"
#include <math.h>

static const struct tally_case *case_of(const GPtrArray *cases, guint32 case_no)
{
	for (guint i = 0; i < cases->len; i++) {
		const struct tally_case *c = cases->pdata[i];
		if (c->case_no == case_no)
			return c;
	}
	return NULL;
}

/* The right end of an error bar, or of the bar. */
static double reach(const struct measure *m)
{
	return m->value + (isnan(m->uncertainty) ? 0 : m->uncertainty);
}

static double largest(const GPtrArray *measures, const char *unit)
{
	double most = 0;

	for (guint i = 0; i < measures->len; i++) {
		const struct measure *m = measures->pdata[i];
		if (g_strcmp0(m->unit, unit) == 0)
			most = fmax(most, reach(m));
	}
	return most;
}

/* Numbers in a style sheet have a point, whatever the locale. */
static void append_percent(GString *out, const char *property, double share)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append_printf(out, "%s:%s%%;", property,
			       g_ascii_formatd(number, sizeof number, "%.3f", CLAMP(share, 0, 1) * 100));
}

static void append_bar(GString *out, const struct measure *m, double most)
{
	g_string_append(out, "<td class=\"mb\" aria-hidden=\"true\"><i style=\"");
	append_percent(out, "width", most > 0 ? m->value / most : 0);
	g_string_append(out, "\"></i>");
	if (!isnan(m->uncertainty) && most > 0) {
		g_string_append(out, "<b style=\"");
		append_percent(out, "left", (m->value - m->uncertainty) / most);
		append_percent(out, "width", 2 * m->uncertainty / most);
		g_string_append(out, "\"></b>");
	}
	g_string_append(out, "</td>");
}

static void append_row(GString *out, const struct measure *m, const struct tally_case *c, double most)
{
	g_string_append_printf(out, "<tr class=\"%s\"><td>",
			       html_verdict_class(m->within == 0 ? TALLY_FAIL : TALLY_PASS));
	html_text(out, m->name);
	g_string_append_printf(out, "</td><td class=\"n\">%.6g", m->value);
	if (!isnan(m->uncertainty))
		g_string_append_printf(out, " ± %.2g", m->uncertainty);
	g_string_append(out, "</td><td>");
	html_text(out, m->unit);
	g_string_append(out, "</td>");
	append_bar(out, m, most);
	g_string_append(out, "<td>");
	html_text(out, m->limit);
	g_string_append(out, "</td><td>");
	if (m->within >= 0)
		html_verdict(out, m->within ? TALLY_PASS : TALLY_FAIL);
	g_string_append(out, "</td><td>");
	if (c) {
		g_string_append_printf(out, "<a href=\"#c%u\">", c->case_no);
		html_text(out, c->name);
		g_string_append(out, "</a>");
	}
	g_string_append(out, "</td></tr>\n");
}

void html_measures(GString *out, const GPtrArray *measures, const GPtrArray *cases)
{
	if (!measures->len)
		return;
	g_string_append(out, "<section class=\"measures\"><h2 id=\"measurements\">Measurements</h2>\n"
			     "<p class=\"note\">Value ± uncertainty; bars compare values of the same unit.</p>\n"
			     "<div class=\"w\"><table><thead><tr><th>measured</th><th>value</th><th>unit</th><th></th>"
			     "<th>limit</th><th></th><th>case</th></tr></thead><tbody>\n");
	for (guint i = 0; i < measures->len; i++) {
		const struct measure *m = measures->pdata[i];
		append_row(out, m, case_of(cases, m->case_no), largest(measures, m->unit));
	}
	g_string_append(out, "</tbody></table></div></section>\n");
}
