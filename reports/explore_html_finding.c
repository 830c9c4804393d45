/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_html_internal.h"
#include "rig/cut_plan.h"

#define STORY_MAX 40u
#define CUTS_MAX 20u
#define FATES_MAX 8u

static void append_story(GString *out, const GPtrArray *story)
{
	g_string_append(out, "<ol class=\"story\">");
	for (guint i = 0; i < MIN(story->len, STORY_MAX); i++) {
		g_string_append(out, "<li>");
		explore_html_text(out, g_ptr_array_index(story, i));
		g_string_append(out, "</li>");
	}
	if (story->len > STORY_MAX)
		g_string_append_printf(out, "<li>… and %u lines more, in the plan</li>", story->len - STORY_MAX);
	g_string_append(out, "</ol>\n");
}

static void append_fates(GString *out, const GArray *fates)
{
	for (guint i = 0; i < MIN(fates->len, FATES_MAX); i++) {
		const struct cut_write *write = &g_array_index(fates, struct cut_write, i);

		g_string_append_printf(out,
				       "%sdisk %u, sectors %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ": <b>%s</b>",
				       i ? "<br/>" : "", write->disk, write->lba, write->lba + write->count - 1,
				       cut_fate_names[write->fate]);
		if (write->fate != CUT_LOST)
			g_string_append_printf(out, " from sector %" G_GUINT64_FORMAT " on", write->lba + write->at);
	}
	if (fates->len > FATES_MAX)
		g_string_append_printf(out, "<br/>… and %u more, in the plan", fates->len - FATES_MAX);
	if (!fates->len)
		g_string_append(out, "none");
}

static void append_cut(GString *out, const struct cut_at *cut, guint number)
{
	guint waiting = 0;

	for (guint disk = 0; disk < EXPLORE_DISKS; disk++)
		waiting += cut->pending[disk];
	g_string_append_printf(out, "<tr><td>%u</td><td>", number);
	explore_html_number(out, cut->operation);
	g_string_append_printf(out, "</td><td>%s the %s</td><td>%.6f s</td><td>%u</td><td>",
			       cut_moment_names[cut->when], cut_kind_names[cut->kind], (double)cut->at_ns / 1e9,
			       waiting);
	append_fates(out, cut->fates);
	g_string_append(out, "</td></tr>\n");
}

static void append_cuts(GString *out, const GPtrArray *cuts)
{
	if (!cuts->len)
		return;
	g_string_append(out,
			"<div class=\"w\"><table class=\"cuts\"><thead><tr><th>cut</th><th>operation</th><th>when</th>"
			"<th>in the session</th><th>writes waiting</th><th>not kept of them</th></tr></thead>"
			"<tbody>\n");
	for (guint i = 0; i < MIN(cuts->len, CUTS_MAX); i++)
		append_cut(out, g_ptr_array_index(cuts, i), i + 1);
	g_string_append(out, "</tbody></table></div>\n");
	if (cuts->len > CUTS_MAX)
		g_string_append_printf(out, "<p class=\"note\">… and %u cuts more, in the plan.</p>\n",
				       cuts->len - CUTS_MAX);
}

static void append_how(GString *out, const struct explore_finding *finding)
{
	const char *requirement =
	    finding->plan ? finding->plan->requirement : explore_faults[finding->fault].requirement;

	g_string_append(out, "<p>Breaks <b>");
	explore_html_text(out, requirement);
	if (finding->cuts) {
		g_string_append_printf(out, "</b> after %u cut%s, the first at operation ", finding->cuts,
				       finding->cuts > 1 ? "s" : "");
		explore_html_number(out, finding->operation);
	} else {
		g_string_append(out, "</b> without any cut");
	}
	g_string_append(out, "; seen in ");
	explore_html_number(out, finding->states);
	g_string_append_printf(out, " state%s.", finding->states == 1 ? "" : "s");
	if (finding->sectors) {
		g_string_append(out, " Sectors: ");
		explore_html_number(out, finding->sectors);
		g_string_append_printf(out, " on disk %u, from %" G_GUINT64_FORMAT " on.", finding->disk, finding->lba);
	}
	g_string_append(out, "</p>\n");
}

void explore_html_finding(GString *out, const struct explore_finding *finding, guint number, const char *plan,
			  const char *again)
{
	g_string_append_printf(out, "<article class=\"finding\" id=\"f-%u\"><h4>%u · %s</h4><p>", number, number,
			       explore_faults[finding->fault].name);
	explore_html_text(out, finding->text);
	g_string_append(out, "</p>\n");
	append_how(out, finding);
	if (!finding->plan) {
		g_string_append(out, "<p>How it comes about could not be worked out as one plan.</p></article>\n");
		return;
	}
	append_story(out, finding->plan->story);
	append_cuts(out, finding->plan->cuts);
	g_string_append(out, "<p>Plan: <a href=\"");
	explore_html_text(out, plan);
	g_string_append(out, "\">");
	explore_html_text(out, plan);
	g_string_append(out, "</a>. Again, on either link:</p><pre class=\"again\">");
	explore_html_text(out, again);
	g_string_append(out, "</pre></article>\n");
}
