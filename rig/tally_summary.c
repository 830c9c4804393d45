/* SPDX-License-Identifier: Apache-2.0 */
/* The tally's conclusions: exit code and summary. */
#include "tally.h"
#include <string.h>

enum { EXIT_PASSED, EXIT_FAILED, EXIT_REFUSED, EXIT_ERROR, EXIT_NOTHING, EXIT_INTERRUPTED = 130 };

static gboolean is_judged(const struct tally_requirement *r)
{
	return r->verdict == TALLY_PASS || r->verdict == TALLY_FAIL;
}

static gboolean id_is_judged(struct tally *tally, const char *id)
{
	const GPtrArray *requirements = tally_requirements(tally);

	for (guint i = 0; i < requirements->len; i++) {
		const struct tally_requirement *r = requirements->pdata[i];
		if (g_strcmp0(r->id, id) == 0)
			return is_judged(r);
	}
	return FALSE;
}

static gboolean all_judged(struct tally *tally, const char *const *ids)
{
	json_t *id;
	size_t i;

	json_array_foreach(json_object_get(tally_run(tally), "required"), i,
			   id) if (!id_is_judged(tally, json_string_value(id))) return FALSE;
	for (; ids && *ids; ids++)
		if (!id_is_judged(tally, *ids))
			return FALSE;
	return TRUE;
}

int tally_exit_code(struct tally *tally, const char *const *required_ids)
{
	const char *ended = tally_ended(tally);

	if (g_str_equal(ended, "interrupted"))
		return EXIT_INTERRUPTED;
	if (tally_count(tally, TALLY_FAIL))
		return EXIT_FAILED;
	if (json_integer_value(json_object_get(tally_run(tally), "refused")))
		return EXIT_REFUSED;
	if (tally_count(tally, TALLY_ERROR) || g_str_equal(ended, "torn") || !all_judged(tally, required_ids))
		return EXIT_ERROR;
	return tally_count(tally, TALLY_PASS) ? EXIT_PASSED : EXIT_NOTHING;
}

/* By their own words, so that the colour only repeats what is written. */
static const char *const colours[TALLY_VERDICTS] = {
	[TALLY_PASS] = "\033[32m", [TALLY_FAIL] = "\033[1;31m",	    [TALLY_ERROR] = "\033[1;35m",
	[TALLY_SKIP] = "\033[33m", [TALLY_NOT_JUDGED] = "\033[33m",
};

static void append_coloured(GString *out, gboolean colour, enum tally_verdict verdict, const char *text)
{
	g_string_append_printf(out, "%s%s%s", colour ? colours[verdict] : "", text, colour ? "\033[0m" : "");
}

/* A text of several lines keeps its indent. */
static void append_indented(GString *out, const char *label, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

	for (char **line = lines; *line; line++)
		g_string_append_printf(out, "         %-9s %s\n", line == lines ? label : "", *line);
}

static void append_failure(GString *out, const struct tally_case *c, gboolean colour)
{
	g_autofree char *word = g_ascii_strup(tally_verdict_name(c->verdict), -1);
	g_autofree char *ids = g_strjoinv(" ", *c->broken ? c->broken : c->requirements);

	g_string_append(out, "  ");
	append_coloured(out, colour, c->verdict, word);
	g_string_append_printf(out, "%*s %s", (int)(6 - strlen(word)), "", c->name);
	/* The requirement often is what the case is called. */
	if (*ids && !g_str_equal(ids, c->name))
		g_string_append_printf(out, "  (%s)", ids);
	g_string_append_c(out, '\n');
	if (c->failing.n) {
		g_autofree char *label = g_strdup_printf("step %" G_GINT64_FORMAT, c->failing.n);
		append_indented(out, label, c->failing.text ?: c->failing.step);
	}
	if (c->failing.expected)
		append_indented(out, "expected", c->failing.expected);
	if (c->failing.actual)
		append_indented(out, "actual", c->failing.actual);
	if (c->reason && !c->failing.expected && !c->failing.actual)
		append_indented(out, "reason", c->reason);
	if (g_strcmp0(c->power, "unconfirmed") == 0)
		append_indented(out, "power", "NOT CONFIRMED OFF: check the slot before touching it");
}

static void append_counts(GString *out, struct tally *tally, gboolean colour)
{
	static const char *const words[TALLY_VERDICTS] = { "passed", "failed", "error", "skipped", "not judged" };
	const char *separator = " ";

	g_string_append_printf(out, "%u case%s:", tally_cases(tally)->len, tally_cases(tally)->len == 1 ? "" : "s");
	for (int v = 0; v < TALLY_VERDICTS; v++) {
		guint n = tally_count(tally, v);
		g_autofree char *text = g_strdup_printf("%u %s", n, words[v]);
		if (!n && v != TALLY_PASS && v != TALLY_FAIL)
			continue;
		g_string_append(out, separator);
		append_coloured(out, colour && n, v, text);
		separator = ", ";
	}
	g_string_append_c(out, '\n');
}

static void append_requirements(GString *out, struct tally *tally)
{
	guint pass = tally_requirement_count(tally, TALLY_PASS), fail = tally_requirement_count(tally, TALLY_FAIL);
	guint broken = tally_requirement_count(tally, TALLY_ERROR);

	g_string_append_printf(out, "requirements: %u of %u judged (%u pass, %u fail)", pass + fail,
			       tally_requirements(tally)->len, pass, fail);
	if (broken)
		g_string_append_printf(out, ", %u in error", broken);
	g_string_append_c(out, '\n');
	if (!fail)
		return;
	g_string_append(out, "failed:");
	for (guint i = 0; i < tally_requirements(tally)->len; i++) {
		const struct tally_requirement *r = tally_requirements(tally)->pdata[i];
		if (r->verdict == TALLY_FAIL)
			g_string_append_printf(out, " %s", r->id);
	}
	g_string_append_c(out, '\n');
}

static void append_missing(GString *out, struct tally *tally)
{
	json_t *id;
	size_t i;

	json_array_foreach(json_object_get(tally_run(tally), "required"), i,
			   id) if (!id_is_judged(tally, json_string_value(id)))
	    g_string_append_printf(out, "required but not judged: %s\n", json_string_value(id));
}

/* A screenful; the reports have them all. */
#define SHOWN_MAX 10

char *tally_summary(struct tally *tally, gboolean colour)
{
	GString *out = g_string_new(NULL);
	const GPtrArray *cases = tally_cases(tally);

	guint bad = 0;
	for (guint i = 0; i < cases->len; i++) {
		const struct tally_case *c = cases->pdata[i];
		if (c->ended && (c->verdict == TALLY_FAIL || c->verdict == TALLY_ERROR) && bad++ < SHOWN_MAX)
			append_failure(out, c, colour);
	}
	if (bad > SHOWN_MAX)
		g_string_append_printf(out, "  … and %u more, all in the report\n", bad - SHOWN_MAX);
	append_counts(out, tally, colour);
	append_requirements(out, tally);
	if (g_str_equal(tally_ended(tally), "interrupted"))
		g_string_append(out, "the run was interrupted\n");
	else if (g_str_equal(tally_ended(tally), "torn"))
		g_string_append(out, "the record is torn: it stops before the run's end\n");
	append_missing(out, tally);
	if (tally_is_emulated(tally))
		g_string_append(out, TALLY_EMULATED "\n");
	return g_string_free(out, FALSE);
}
