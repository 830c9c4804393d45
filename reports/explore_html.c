/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_html.h"
#include "explore_html_internal.h"
#include "html_assets.h"
#include "html_page.h"
#include "html_text.h"
#include "outfile.h"
#include "rig/explore/explore_replay.h"
#include "rig/explore/explore_tell.h"
#include "rig/printable.h"
#include "rig/tally.h"

void explore_html_text(GString *out, const char *text)
{
	g_autofree char *shown = text ? printable_dup(text, -1) : NULL;

	html_text(out, shown);
}

void explore_html_number(GString *out, guint64 number)
{
	g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, number);
	const gsize length = strlen(digits);

	for (gsize i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			g_string_append_c(out, ',');
		g_string_append_c(out, digits[i]);
	}
}

/* Everything that the page says. */
struct page {
	const struct explore_share *all;
	struct explore_result results[EXPLORE_TRIGGERS];
	guint count, findings, plans; /* findings and plans: so far on the page */
};

static void page_clear(struct page *page)
{
	for (guint i = 0; i < page->count; i++)
		explore_result_clear(&page->results[i]);
}

static gboolean page_init(struct page *page, const struct explore_share *all, GError **error)
{
	const gsize count = MIN(json_array_size(all->results), EXPLORE_TRIGGERS);

	*page = (struct page){ .all = all };
	for (; page->count < count; page->count++)
		if (!explore_result_decode(&page->results[page->count], json_array_get(all->results, page->count),
					   error))
			return FALSE;
	return TRUE;
}

/* --- verdicts --- */

static const struct {
	const char *class, *sign, *all;
} verdicts[EXPLORE_VERDICTS] = {
	[EXPLORE_PASS] = { "p", "✓", "Nothing found" },
	[EXPLORE_FAIL] = { "f", "✕", "Failed" },
	[EXPLORE_NOT_EXPLORED] = { "n", "?", "Nothing explored" },
	[EXPLORE_ERROR] = { "e", "!", "Error" },
};

static void append_verdict(GString *out, enum explore_verdict verdict)
{
	g_string_append_printf(out, "<b class=\"v %s\"><i>%s</i>%s</b>", verdicts[verdict].class,
			       verdicts[verdict].sign, explore_verdict_names[verdict]);
}

/* Of all erases: as the exit code has it. */
static enum explore_verdict verdict_of(const struct page *page)
{
	static const enum explore_verdict order[] = { EXPLORE_FAIL, EXPLORE_ERROR, EXPLORE_PASS };

	for (guint i = 0; i < G_N_ELEMENTS(order); i++)
		for (guint k = 0; k < page->count; k++)
			if (page->results[k].verdict == order[i])
				return order[i];
	return EXPLORE_NOT_EXPLORED;
}

/* --- what was explored --- */

static const char *text_of(const struct page *page, const char *name)
{
	return json_string_value(json_object_get(page->all->what, name));
}

static json_int_t number_of(const struct page *page, const char *name)
{
	return json_integer_value(json_object_get(page->all->what, name));
}

static void append_fact(GString *out, const char *class, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	g_string_append_printf(out, "<div class=\"%s\"><dt>%s</dt><dd>", class, name);
	explore_html_text(out, value);
	g_string_append(out, "</dd></div>");
}

static char *disks_of(const struct page *page)
{
	GString *text = g_string_new(NULL);
	const struct explore_counts *counts = NULL;

	for (guint i = 0; i < page->count && !counts; i++)
		if (page->results[i].counts.disks)
			counts = &page->results[i].counts;
	for (guint i = 0; counts && i < counts->disks; i++)
		if (counts->sectors[i])
			g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " sectors (%.4g GB)", text->len ? ", " : "",
					       counts->sectors[i], (double)counts->sectors[i] * 512 / 1e9);
	return g_string_free(text, FALSE);
}

static char *settings_of(json_t *object)
{
	GString *text = g_string_new(NULL);
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	    g_string_append_printf(text, "%s%s=%s", text->len ? ", " : "", name, json_string_value(value) ?: "?");
	return g_string_free(text, FALSE);
}

static char *depth_of(const struct page *page)
{
	const json_int_t depth = number_of(page, "depth");

	return depth ? g_strdup_printf("up to %" JSON_INTEGER_FORMAT " cut%s in a row", depth, depth > 1 ? "s" : "")
		     : g_strdup("to the fixed point");
}

static char *rules_off(const struct page *page)
{
	static const char *const rules[] = { "sectors", "memo", "converge", "counters" };
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
		if (json_is_false(json_object_get(page->all->what, rules[i])))
			g_string_append_printf(text, "%s%s", text->len ? ", " : "", rules[i]);
	return g_string_free(text, FALSE);
}

static void append_facts(GString *out, const struct page *page)
{
	g_autofree char *disks = disks_of(page), *board = settings_of(json_object_get(page->all->what, "board"));
	g_autofree char *given = settings_of(page->all->given), *depth = depth_of(page), *rules = rules_off(page);
	g_autofree char *mode = g_strdup_printf("%" JSON_INTEGER_FORMAT, number_of(page, "mode"));

	g_string_append(out, "<dl class=\"run\">");
	append_fact(out, "", "erase mode", mode);
	append_fact(out, "", "disk", disks);
	append_fact(out, "", "how deep", depth);
	append_fact(out, "", "given", given);
	append_fact(out, "", "board", board);
	append_fact(out, "", "rules switched off", rules);
	append_fact(out, "", "rig version", text_of(page, "version"));
	append_fact(out, "wide hash", "firmware SHA-256", text_of(page, "sha256"));
	g_string_append(out, "</dl>\n");
}

static void append_header(GString *out, const struct page *page)
{
	const enum explore_verdict verdict = verdict_of(page);
	g_autofree char *depth = depth_of(page);

	if (json_is_true(json_object_get(page->all->what, "emulated")))
		g_string_append(out, "<div class=\"banner\" role=\"note\">" TALLY_EMULATED "</div>\n");
	g_string_append_printf(out, "<main><header><h1 class=\"%s\"><i aria-hidden=\"true\">%s</i>%s</h1><p><b>",
			       verdicts[verdict].class, verdicts[verdict].sign, verdicts[verdict].all);
	explore_html_text(out, text_of(page, "firmware"));
	g_string_append_printf(out,
			       "</b>, every power cut of its erases in mode %" JSON_INTEGER_FORMAT "<br/>%s</p>"
			       "</header>\n",
			       number_of(page, "mode"), depth);
}

/* --- numbers --- */

static void append_summary(GString *out, const struct page *page)
{
	g_string_append(out, "<h2>Covered</h2>\n<div class=\"w\"><table class=\"sum\"><thead><tr><th>erase</th>"
			     "<th>verdict</th><th class=\"n\">operations</th><th class=\"n\">cuts</th><th class=\"n\">"
			     "states</th><th class=\"n\">starts executed</th><th class=\"n\">covered by proof</th>"
			     "<th class=\"n\">cuts in a row</th><th class=\"n\">findings</th></tr></thead><tbody>\n");
	for (guint i = 0; i < page->count; i++) {
		const struct explore_result *result = &page->results[i];
		const struct explore_counts *counts = &result->counts;
		const guint64 numbers[] = { counts->operations,
					    counts->cuts,
					    counts->states,
					    counts->sessions,
					    counts->converged + counts->merged,
					    counts->depth,
					    result->findings->len };
		const char *name = explore_triggers[result->trigger];

		g_string_append_printf(out, "<tr><td><a href=\"#e-%s\">%s</a></td><td>", name, name);
		append_verdict(out, result->verdict);
		g_string_append(out, "</td>");
		for (guint k = 0; k < G_N_ELEMENTS(numbers); k++) {
			g_string_append(out, "<td class=\"n\">");
			explore_html_number(out, numbers[k]);
			g_string_append(out, "</td>");
		}
		g_string_append(out, "</tr>\n");
	}
	g_string_append(out, "</tbody></table></div>\n<p class=\"note\">Operations: of all sessions whose cuts were "
			     "followed. Cuts: each with each fate of the writes that wait, one at a time. Covered by "
			     "proof: starts that came to where another one had been, and states for which another "
			     "one of their class stands.</p>\n");
}

/* --- erases --- */

static void append_findings(GString *out, struct page *page, const struct explore_result *result)
{
	for (guint i = 0; i < result->findings->len; i++) {
		const struct explore_finding *finding = &g_array_index(result->findings, struct explore_finding, i);

		page->plans += finding->plan != NULL;
		g_autofree char *plan = explore_plan_name(page->plans);
		g_autofree char *again = explore_replay_command(page->all->given, plan);
		explore_html_finding(out, finding, ++page->findings, plan, again);
	}
}

static void append_erase(GString *out, struct page *page, const struct explore_result *result)
{
	const char *name = explore_triggers[result->trigger];
	g_autoptr(GString) words = g_string_new(NULL);

	g_string_append_printf(out, "<section class=\"erase\" id=\"e-%s\"><h2>%s ", name, name);
	append_verdict(out, result->verdict);
	g_string_append(out, "</h2>\n");
	if (result->reason) {
		g_string_append(out, "<p>");
		explore_html_text(out, result->reason);
		g_string_append(out, "</p>\n");
	}
	explore_html_map(out, result, page->findings + 1);
	if (result->counts.sessions) {
		explore_counts_tell(&result->counts, words);
		g_string_append(out, "<pre class=\"words\">");
		explore_html_text(out, words->str);
		g_string_append(out, "</pre>\n");
	}
	append_findings(out, page, result);
	g_string_append(out, "</section>\n");
}

static void append_model(GString *out, const struct page *page)
{
	static const struct {
		const char *name, *heading;
	} parts[] = { { "includes", "The crash model includes" }, { "leaves_out", "It leaves out" } };
	json_t *model = json_object_get(page->all->what, "model"), *text;
	size_t i;

	g_string_append(out, "<h2 id=\"model\">What a cut is here</h2>\n<div class=\"model\">");
	for (guint part = 0; part < G_N_ELEMENTS(parts); part++) {
		g_string_append_printf(out, "<div class=\"tile\"><p>%s</p><ul>", parts[part].heading);
		json_array_foreach(json_object_get(model, parts[part].name), i, text)
		{
			g_string_append(out, "<li>");
			explore_html_text(out, json_string_value(text));
			g_string_append(out, "</li>");
		}
		g_string_append(out, "</ul></div>");
	}
	g_string_append(out, "</div>\n");
}

static GString *document(struct page *page)
{
	GString *out = g_string_sized_new(1 << 18);
	g_autoptr(GString) title = g_string_new(text_of(page, "firmware"));

	g_string_append_printf(title, " · %s · wiperig explore", verdicts[verdict_of(page)].all);
	g_autofree char *shown = printable_line(title->str, -1);
	html_head(out, shown, explore_html_css);
	append_header(out, page);
	append_facts(out, page);
	append_summary(out, page);
	explore_html_legend(out);
	for (guint i = 0; i < page->count; i++)
		append_erase(out, page, &page->results[i]);
	append_model(out, page);
	g_string_append(out,
			"<footer>Made from " EXPLORE_RESULTS_FILE ", which lies beside it with the plans. Commands are "
			"for that folder; the names of a firmware or a slot in them are as they were given."
			"</footer></main>\n");
	if (json_is_true(json_object_get(page->all->what, "emulated")))
		g_string_append(out, "<div class=\"banner\">" TALLY_EMULATED "</div>\n");
	g_string_append(out, "</body></html>\n");
	return out;
}

static gboolean write_file(const char *folder, const GString *text, GError **error)
{
	struct outfile *file = outfile_open(folder, explore_html.filename, error);

	if (!file)
		return FALSE;
	const gboolean written = outfile_write(file, text->str, text->len, error);
	return outfile_close(file, !written, written ? error : NULL) && written;
}

static gboolean write_page(const char *folder, const struct explore_share *all, GError **error)
{
	struct page page;
	gboolean good = page_init(&page, all, error);

	if (good) {
		g_autoptr(GString) text = document(&page);

		good = write_file(folder, text, error);
	}
	page_clear(&page);
	return good;
}

const struct explore_page explore_html = { "explore.html", write_page };
