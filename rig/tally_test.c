/* SPDX-License-Identifier: Apache-2.0 */
#include "tally_test.h"
#include <string.h>

/*
 * A run in short: cases separated by blanks, each a letter for its verdict (p f e s n; o: still open) and before it a
 * letter for every expectation naming LIC-01 (p f e n; a: an action at which the controller failed).
 */
static void add_case(struct sample *s, guint no, const char *code)
{
	gsize steps = strlen(code) - 1;
	const char *verdicts[128] = {
		['p'] = "pass", ['f'] = "fail", ['e'] = "error", ['s'] = "skip", ['n'] = "not judged", ['a'] = "fail"
	};
	char end = code[steps];

	sample_addf(s, EVENT_CASE_BEGIN, no,
		    "{'case':'C%u','scenario':'C','file':'f','requirements':['LIC-01','LIC-02']}", no);
	for (gsize n = 1; n <= steps; n++) {
		gboolean action = code[n - 1] == 'a';
		sample_addf(s, EVENT_STEP_BEGIN, no, "{'n':%zu,'step':'x.y','text':'Do','line':1}", n);
		sample_addf(s, EVENT_STEP_END, no,
			    "{'n':%zu,'verdict':'%s','expected':%s,'actual':'b','requirements':[%s],'reason':null}", n,
			    verdicts[(guchar)code[n - 1]], action ? "null" : "'a'", action ? "" : "'LIC-01'");
	}
	if (end != 'o')
		sample_addf(s, EVENT_CASE_END, no,
			    "{'case':'C%u','verdict':'%s','reason':'why','step':null,'requirements':[%s],'steps':%zu}",
			    no, verdicts[(guchar)end], strchr("fen", end) ? "'LIC-01'" : "", steps);
}

static struct sample *short_run(const char *code, const char *ended)
{
	struct sample *s = sample_new();
	g_auto(GStrv) cases = g_strsplit(code, " ", -1);

	sample_add(s, EVENT_RUN_BEGIN, 0, "{'tool':'wiperig','emulated':true}");
	for (guint i = 0; *code && cases[i]; i++)
		add_case(s, i + 1, cases[i]);
	if (ended)
		sample_addf(s, EVENT_RUN_END, 0, "{'ended':'%s','verdicts':{}}", ended);
	return s;
}

static void combinations(void)
{
	static const struct {
		const char *code, *ended, *verdict, *reason;
		int exit, exit_required; /* LIC-01 required */
	} runs[] = {
		{ "pp", "complete", "pass", NULL, 0, 0 },
		{ "ppp pp", "complete", "pass", NULL, 0, 0 },
		{ "", "complete", "not judged", "no case of this run names it", 4, 3 },
		{ "p", "complete", "not judged", "no expectation naming it was reached", 0, 3 },
		{ "s", "complete", "not judged", "skipped: C1: why", 4, 3 },
		{ "ps", "complete", "not judged", "skipped: C1: why", 4, 3 }, /* what it had come to is not all */
		{ "ps p", "complete", "not judged",
		  "no case in which an expectation naming it passed went on to its end: C1: why", 0, 3 },
		{ "s s", "complete", "not judged", "all 2 cases naming it were skipped: C1: why", 4, 3 },
		{ "pp s", "complete", "pass", "1 of 2 cases naming it were skipped: C2: why", 0, 0 },
		{ "n", "complete", "not judged", "C1: why", 4, 3 },
		{ "nn", "complete", "not judged", "C1 step 1", 4, 3 },
		{ "np", "complete", "not judged", "C1 step 1", 0, 3 },
		{ "pnp", "complete", "not judged", "C1 step 2", 0, 3 },
		{ "pp n", "complete", "not judged", "C2: why", 0, 3 },
		{ "ff", "complete", "fail", "C1 step 1", 1, 1 },
		{ "pp ff", "complete", "fail", "C2 step 1", 1, 1 },
		{ "pff pp", "complete", "fail", "C1 step 2", 1, 1 },
		{ "e", "complete", "error", "C1: why", 3, 3 },
		{ "pe", "complete", "error", "C1: why", 3, 3 },
		{ "ee", "complete", "error", "C1 step 1", 3, 3 },
		{ "pp e", "complete", "error", "C2: why", 3, 3 },
		{ "ff e", "complete", "fail", "C1 step 1", 1, 1 },
		{ "e ff", "complete", "fail", "C2 step 1", 1, 1 },
		{ "e n s", "complete", "error", "C1: why", 3, 3 },
		{ "n ff", "complete", "fail", "C2 step 1", 1, 1 },
		{ "af", "complete", "fail", "C1 step 1: why", 1, 1 },
		{ "f", "complete", "fail", "C1: why", 1, 1 }, /* a monitor: no step failed */
		{ "pp pp", "interrupted", "pass", NULL, 130, 130 },
		{ "ff", "interrupted", "fail", "C1 step 1", 130, 130 },
		{ "pp po", "interrupted", "error", "C2: interrupted", 130, 130 },
		{ "pp po", NULL, "error", "C2: the record ends inside this case", 3, 3 },
		{ "pp", NULL, "pass", NULL, 3, 3 },
		{ "ff", NULL, "fail", "C1 step 1", 1, 1 },
	};
	const char *const required[] = { "LIC-01", NULL };
	struct requirement_table *requirements = table();

	for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
		struct sample *s = short_run(runs[i].code, runs[i].ended);
		struct tally *tally = play(s, requirements);
		const struct tally_requirement *r = requirement(tally, "LIC-01");
		CU_ASSERT_STRING_EQUAL(tally_verdict_name(r->verdict), runs[i].verdict);
		if (g_strcmp0(r->reason, runs[i].reason))
			g_printerr("\n%s: %s, not %s\n", runs[i].code, r->reason, runs[i].reason);
		CU_ASSERT_EQUAL(g_strcmp0(r->reason, runs[i].reason), 0);
		CU_ASSERT_EQUAL(tally_exit_code(tally, NULL), runs[i].exit);
		CU_ASSERT_EQUAL(tally_exit_code(tally, required), runs[i].exit_required);
		tally_free(tally);
		sample_free(s);
	}
	requirement_table_free(requirements);
}

static void counts(void)
{
	struct requirement_table *requirements = table();
	struct sample *s = short_run("pp pp ff e s n po", "complete");
	struct tally *tally = play(s, requirements);
	const guint expected[TALLY_VERDICTS] = { 2, 1, 2, 1, 1 };

	for (int v = 0; v < TALLY_VERDICTS; v++)
		CU_ASSERT_EQUAL(tally_count(tally, v), expected[v]);
	CU_ASSERT_EQUAL(tally_cases(tally)->len, 7);
	CU_ASSERT_EQUAL(tally_requirement_count(tally, TALLY_FAIL), 1);
	CU_ASSERT_EQUAL(tally_requirement_count(tally, TALLY_ERROR), 1); /* LIC-02: named by cases only */
	CU_ASSERT_EQUAL(tally_requirement_count(tally, TALLY_NOT_JUDGED), 84);
	CU_ASSERT_EQUAL(requirement(tally, "LIC-01")->cases->len, 7);
	tally_free(tally);
	sample_free(s);
	requirement_table_free(requirements);
}

/* Behind a failed expectation the case's other requirements were not reached: they did not fail. */
static void stopped_before(void)
{
	struct requirement_table *requirements = table();
	struct sample *s = sample_new();

	sample_add(s, EVENT_CASE_BEGIN, 1, "{'case':'C','requirements':['LIC-01','LIC-02']}");
	sample_add(s, EVENT_STEP_BEGIN, 1, "{'n':1,'step':'expect.panel','text':'Look','line':4}");
	sample_add(s, EVENT_STEP_END, 1,
		   "{'n':1,'verdict':'fail','expected':'a\\u001b[2J','actual':'b','requirements':['LIC-01']}");
	sample_add(s, EVENT_CASE_END, 1,
		   "{'case':'C','verdict':'fail','reason':null,'step':1,'requirements':['LIC-01','LIC-02']}");
	struct tally *tally = play(s, requirements);
	CU_ASSERT_EQUAL(requirement(tally, "LIC-01")->verdict, TALLY_FAIL);
	const struct tally_requirement *r = requirement(tally, "LIC-02");
	CU_ASSERT_EQUAL(r->verdict, TALLY_NOT_JUDGED);
	CU_ASSERT_STRING_EQUAL(r->reason, "C step 1: the case stopped here before it was judged");
	const struct tally_case *c = tally_case(tally, 1);
	CU_ASSERT_STRING_EQUAL(c->failing.expected, "a\\x1b[2J");
	CU_ASSERT_STRING_EQUAL(c->failing.text, "Look");
	const struct tally_step *failed = g_ptr_array_index(c->failed, 0);
	CU_ASSERT(c->failed->len == 1 && failed->n == 1 && g_strcmp0(failed->step, "expect.panel") == 0);
	CU_ASSERT_STRING_EQUAL(failed->requirements[0], "LIC-01");
	CU_ASSERT_PTR_NULL(tally_case(tally, 2));
	tally_free(tally);
	sample_free(s);
	requirement_table_free(requirements);
}

/* What the command line required is part of the record: a report made later ends with the same exit code. */
static void required_by_run(void)
{
	struct requirement_table *requirements = table();

	for (int judged = 0; judged < 2; judged++) {
		struct sample *s = sample_new();
		sample_addf(s, EVENT_RUN_BEGIN, 0, "{'required':['LIC-01','%s']}", judged ? "LIC-01" : "LIC-02");
		add_case(s, 1, "pp");
		sample_add(s, EVENT_RUN_END, 0, "{'ended':'complete'}");
		struct tally *tally = play(s, requirements);
		CU_ASSERT_EQUAL(tally_exit_code(tally, NULL), judged ? 0 : 3);
		tally_free(tally);
		sample_free(s);
	}
	requirement_table_free(requirements);
}

static void unknown_id(void)
{
	struct requirement_table *requirements = table();
	struct sample *s = sample_new();

	sample_add(s, EVENT_CASE_BEGIN, 3, "{'case':'C','requirements':['ZZZ-01']}");
	sample_add(s, EVENT_CASE_END, 3, "{'case':'C','verdict':'error','reason':'x','requirements':[]}");
	struct tally *tally = play(s, requirements);
	const GPtrArray *all = tally_requirements(tally);
	const struct tally_requirement *r = all->pdata[all->len - 1];
	CU_ASSERT_EQUAL(all->len, 87);
	CU_ASSERT_STRING_EQUAL(r->id, "ZZZ-01");
	CU_ASSERT_STRING_EQUAL(r->kind, "unknown");
	CU_ASSERT_EQUAL(r->verdict, TALLY_ERROR);
	tally_free(tally);
	sample_free(s);
	requirement_table_free(requirements);
}

static void nonsense(void)
{
	static const struct {
		enum event_type type;
		const char *text;
	} events[] = {
		{ EVENT_RUN_BEGIN, "[]" },
		{ EVENT_CASE_BEGIN, "{}" },
		{ EVENT_STEP_BEGIN, "{'n':1}" },
		{ EVENT_STEP_END, "{'n':1,'verdict':'pass'}" },
		{ EVENT_CASE_END, "{'case':'C','verdict':'pass'}" },
		{ EVENT_RUN_END, "" },
	};
	struct requirement_table *requirements = table();

	for (gsize i = 0; i < G_N_ELEMENTS(events); i++) {
		struct sample *s = sample_new();
		struct tally *tally = tally_new(requirements);
		g_autoptr(GError) error = NULL;
		sample_add(s, events[i].type, 9, events[i].text);
		CU_ASSERT_FALSE(tally_event(tally, s->events->pdata[0], &error));
		CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_PROTOCOL));
		CU_ASSERT(error && strstr(error->message, event_type_name(events[i].type)));
		tally_free(tally);
		sample_free(s);
	}
	requirement_table_free(requirements);
}

/* Parallel workers' cases arrive interleaved and in any order. */
static void interleaved(void)
{
	struct requirement_table *requirements = table();
	struct sample *s = sample_new();

	for (guint no = 3; no; no--)
		sample_addf(s, EVENT_CASE_BEGIN, no, "{'case':'C%u','requirements':['LIC-01']}", no);
	for (guint no = 1; no <= 3; no++)
		sample_addf(s, EVENT_STEP_BEGIN, no, "{'n':1,'step':'s%u','text':null}", no);
	sample_add(s, EVENT_STEP_END, 2,
		   "{'n':1,'verdict':'fail','expected':'a','actual':'b','requirements':['LIC-01']}");
	for (guint no = 1; no <= 3; no++)
		sample_addf(s, EVENT_CASE_END, no, "{'case':'C%u','verdict':'%s'}", no, no == 2 ? "fail" : "pass");
	struct tally *tally = play(s, requirements);
	for (guint i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(((struct tally_case *)tally_cases(tally)->pdata[i])->case_no, i + 1);
	CU_ASSERT_STRING_EQUAL(tally_case(tally, 2)->failing.step, "s2");
	CU_ASSERT_EQUAL(tally_case(tally, 1)->failing.n, 0);
	tally_free(tally);
	sample_free(s);
	requirement_table_free(requirements);
}

static void summary(void)
{
	struct requirement_table *requirements = table();
	struct sample *s = sample_run(TRUE);
	struct tally *tally = play(s, requirements);
	g_autofree char *plain = tally_summary(tally, FALSE);
	g_autofree char *coloured = tally_summary(tally, TRUE);

	CU_ASSERT_PTR_NULL(strchr(plain, '\033'));
	CU_ASSERT_PTR_NOT_NULL(strstr(coloured, "\033[1;31mFAIL\033[0m"));
	CU_ASSERT_PTR_NOT_NULL(strstr(plain, "\n8 cases: 2 passed, 2 failed, 2 error, 1 skipped, 1 not judged\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(plain, "requirements: 3 of 86 judged (1 pass, 2 fail), 2 in error\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(plain, "  FAIL   LIC-05[host=iR2270,region=US]  (LIC-05)\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(plain, "         step 3    "));
	CU_ASSERT_PTR_NOT_NULL(strstr(plain, "         expected  message 3"));
	CU_ASSERT_PTR_NOT_NULL(strstr(plain, "         actual    "));
	CU_ASSERT_PTR_NOT_NULL(strstr(plain, "\n" TALLY_EMULATED "\n"));
	tally_free(tally);
	sample_free(s);
	requirement_table_free(requirements);
}

static void add_lines(struct sample *s, guint32 window, gint64 error_ns)
{
	const struct event_lines head = { .tick = GUINT64_TO_LE(1000),
					  .rate_hz = GUINT64_TO_LE(1000000),
					  .window = GUINT32_TO_LE(window),
					  .error_ns = GINT64_TO_LE(error_ns),
					  .path_ns = GUINT32_TO_LE(7) };

	sample_add_bytes(s, EVENT_LINES, 1, &head, sizeof head);
}

/* A window is as right as its last part says, all of them as the worst window. */
static void error_bar(void)
{
	static const struct {
		guint32 window;
		gint64 error_ns, worst_ns;
	} parts[] = { { 1, 900, 900 }, { 1, 30, 30 }, { 2, 20, 30 }, { 3, 50, 50 }, { 3, 40, 40 }, { 3, 10, 30 } };
	struct requirement_table *requirements = table();

	for (guint count = 0; count <= G_N_ELEMENTS(parts); count++) {
		struct sample *s = sample_new();
		add_case(s, 1, "p");
		for (guint i = 0; i < count; i++)
			add_lines(s, parts[i].window, parts[i].error_ns);
		struct tally *tally = play(s, requirements);
		const struct tally_case *c = tally_case(tally, 1);
		CU_ASSERT_EQUAL(c->lines.windows, count ? parts[count - 1].window : 0);
		CU_ASSERT_EQUAL(c->lines.error_ns, count ? parts[count - 1].worst_ns : 0);
		CU_ASSERT_EQUAL(c->lines.path_ns, count ? 7 : 0);
		tally_free(tally);
		sample_free(s);
	}
	requirement_table_free(requirements);
}

TEST_SUITE(verdict_tally, { "error bar of lines", error_bar }, { "combinations", combinations }, { "counts", counts },
	   { "stopped before", stopped_before }, { "required by run", required_by_run }, { "unknown id", unknown_id },
	   { "nonsense", nonsense }, { "interleaved", interleaved }, { "summary", summary })
