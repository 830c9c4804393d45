/* SPDX-License-Identifier: Apache-2.0 */
#include "html_monitor.h"

static enum tally_verdict verdict_of(const struct tally_monitor *monitor)
{
	if (monitor->findings)
		return TALLY_FAIL;
	return monitor->judged ? TALLY_PASS : TALLY_NOT_JUDGED;
}

static void append_monitor(GString *out, const struct tally_monitor *monitor)
{
	enum tally_verdict verdict = verdict_of(monitor);

	g_string_append_printf(out, "<tr class=\"%s\"><td>", html_verdict_class(verdict));
	html_text(out, monitor->name);
	g_string_append(out, "</td><td>");
	html_requirement_links(out, monitor->requirements);
	g_string_append_printf(out, "</td><td class=\"n\">%u</td><td class=\"n\">%u</td><td class=\"n\">%u</td><td>",
			       monitor->active, monitor->judged, monitor->findings);
	html_verdict(out, verdict);
	g_string_append(out, "</td><td>");
	if (monitor->reason) {
		g_string_append(out, "off where ");
		html_text(out, monitor->reason);
	} else if (!monitor->judged)
		g_string_append(out, "no case gave it an occasion");
	g_string_append(out, "</td></tr>\n");
}

void html_monitors(GString *out, const struct tally *tally)
{
	const GPtrArray *monitors = tally_monitors(tally);

	if (!monitors->len)
		return;
	g_string_append(out,
			"<section class=\"measures\"><h2 id=\"monitors\">Monitors</h2>\n<p class=\"note\">Invariants "
			"watched in every case, asked for or not.</p><div class=\"w\"><table><thead><tr><th>monitor"
			"</th><th>requirements</th><th>cases active</th><th>judged</th><th>findings</th><th>verdict"
			"</th><th>why not</th></tr></thead><tbody>\n");
	for (guint i = 0; i < monitors->len; i++)
		append_monitor(out, monitors->pdata[i]);
	g_string_append(out, "</tbody></table></div></section>\n");
}
