/* SPDX-License-Identifier: Apache-2.0 */
/* What a run leaves behind and says, for programs and for people: a run with every verdict in it. */
#include "e2e_program.h"
#include <stdio.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Two passes, a failure, an error, and a case that the slot below cannot judge. */
static const char mixed[] =
    "scenario { id = 'PASS', title = 'Starts & <passes> \"really\"', requirements = { 'PWR-07' },\n"
    "  matrix = { host = { 'iR2270', 'iR4570' } }, unit = function(p) return { host = p.host } end,\n"
    "  steps = { power.on {}, wait.ready {}, expect.power { on = true } } }\n"
    "scenario { id = 'FAIL', title = 'Expects what is not so', requirements = { 'PWR-01' },\n"
    "  steps = { power.on {}, wait.ready {}, expect.power { on = false, text = 'a & b < c ]]> \\27[31m \\u{1F600}' } } "
    "}\n"
    "scenario { id = 'ERROR', title = 'Its judgement breaks', requirements = { 'PWR-08' },\n"
    "  steps = { power.on {}, wait.ready {}, expect.that { text = 'x', check = function() error('broken') end } } }\n"
    "scenario { id = 'SKIP', title = 'Nobody listens', requirements = { 'PWR-09' },\n"
    "  steps = { power.on {}, wait.ready {}, expect.console { lacks = 'x' } } }\n";
static const char deaf_slot[] = "[slot]\nname=deaf\nunit=emulated\n[console]\ndriver=none\n";

static const struct {
	const char *name, *verdict;
} cases[] = { { "PASS[host=iR2270]", "pass" },
	      { "PASS[host=iR4570]", "pass" },
	      { "FAIL", "fail" },
	      { "ERROR", "error" },
	      { "SKIP", "skip" } };

/* Runs the mixed scenarios with one more word; the exit code is 1, since the controller failed. */
static struct outcome run_mixed(const struct bench *bench, const struct start *start, const char *more)
{
	g_autofree char *scenario = bench_write(bench, "mixed.lua", mixed);
	g_autofree char *slot = bench_write(bench, "deaf.ini", deaf_slot);
	struct outcome outcome;

	program_run(bench, start, WORDS("run", scenario, "--slot", slot, "--out", bench->out, more), &outcome);
	expect_outcome(&outcome, 1);
	return outcome;
}

static void verdicts_and_files(void)
{
	BENCH(bench);
	struct outcome outcome = run_mixed(&bench, NULL, NULL);
	g_autofree char *folder = run_folder(&bench, 1);
	g_autofree char *schema = g_build_filename(root_folder(), "reports", "junit-10.xsd", NULL);
	json_t *run = run_load(&bench, 1);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		expect_same(cases[i].name, cases[i].verdict, text_of(run_case(run, cases[i].name), "verdict"));
	CU_ASSERT_EQUAL(json_array_size(json_object_get(run, "cases")), G_N_ELEMENTS(cases));
	expect_says(outcome.out, "2 passed, 1 failed, 1 error, 1 skipped");
	run_tool(folder, WORDS("xmllint", "--noout", "--schema", schema, "junit.xml"));
	run_tool(folder, WORDS("sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"));
	json_decref(run);
	outcome_clear(&outcome);
}

/* Every file but the sums themselves has its line, so that one cannot be left out unnoticed. */
static void sums_are_complete(void)
{
	BENCH(bench);
	struct outcome outcome = run_mixed(&bench, NULL, NULL);
	g_autofree char *folder = run_folder(&bench, 1);
	g_autofree char *sums = run_read(&bench, 1, "SHA256SUMS", NULL);
	g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
	const char *name;
	guint files = 0;

	while (sums && listing && (name = g_dir_read_name(listing))) {
		g_autofree char *end = g_strdup_printf("  %s\n", name);
		files += !g_str_has_prefix(name, "logic-"); /* one a window */
		CU_ASSERT_EQUAL(strstr(sums, end) == NULL, g_str_equal(name, "SHA256SUMS"));
		CU_ASSERT(*name != '.');
	}
	CU_ASSERT_EQUAL(files, 9); /* seven reports, the spool and the sums */
	outcome_clear(&outcome);
}

/* The names of a run's files, sorted. */
static char *files_of(const struct bench *bench, guint n)
{
	g_autofree char *folder = run_folder(bench, n);
	g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
	GString *names = g_string_new(NULL);
	GList *sorted = NULL;
	const char *name;

	while (listing && (name = g_dir_read_name(listing)))
		sorted = g_list_insert_sorted(sorted, g_strdup(name), (GCompareFunc)g_strcmp0);
	for (const GList *each = sorted; each; each = each->next)
		g_string_append_printf(names, "%s ", (const char *)each->data);
	g_list_free_full(sorted, g_free);
	return g_string_free(names, FALSE);
}

/* Only the files that are asked for, byte for byte those of a run with all; the others can be made afterwards. */
static void chosen_formats(void)
{
	BENCH(bench);
#define FORMATS(...) WORDS("run", "scenarios/power", "--filter", "PWR-07*EU]", "--out", bench.out, __VA_ARGS__)
	expect_code(&bench, 0, FORMATS("--seed", "1"));
	expect_code(&bench, 0, FORMATS("--formats", "run,timeline"));
	expect_code(&bench, 0, FORMATS("--formats", "none"));
#undef FORMATS
	g_autofree char *all = files_of(&bench, 1), *two = files_of(&bench, 2), *none = files_of(&bench, 3);
	g_autofree char *timeline = run_read(&bench, 1, "timeline.jsonl", NULL);
	g_autofree char *same = run_read(&bench, 2, "timeline.jsonl", NULL);
	g_autofree char *last = run_folder(&bench, 3);
	CU_ASSERT_STRING_EQUAL(two, "run.json spool timeline.jsonl ");
	CU_ASSERT_STRING_EQUAL(none, "spool ");
	CU_ASSERT(timeline && same && g_str_equal(timeline, same));
	expect_code(&bench, 0, WORDS("report", last));
	g_autofree char *made = files_of(&bench, 3);
	CU_ASSERT_STRING_EQUAL(made, all);
}

static void hash_chain(void)
{
	g_autofree char *prev = g_strnfill(64, '0');
	BENCH(bench);
	struct outcome outcome = run_mixed(&bench, NULL, NULL);
	g_autofree char *text = run_read(&bench, 1, "timeline.jsonl", NULL);
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
	gboolean whole = TRUE;
	guint count = 0;

	for (char **line = lines; whole && *line && **line; line++) {
		json_t *object = json_loads(*line, JSON_REJECT_DUPLICATES, NULL);
		json_int_t commands = json_integer_value(json_object_get(object, "commands"));
		CU_ASSERT_EQUAL(json_integer_value(json_object_get(object, "seq")), count + 1);
		count += commands ? (guint)commands : 1;
		whole = expect_same("prev", prev, text_of(object, "prev"));
		json_decref(object);
		g_free(prev);
		prev = g_compute_checksum_for_string(G_CHECKSUM_SHA256, *line, -1);
	}
	CU_ASSERT(count > 30);
	outcome_clear(&outcome);
}

/* Each line an object, numbered from 1; the last says how it ended. */
static json_t *expect_json_lines(const struct outcome *outcome)
{
	json_t *lines = json_lines_load(outcome->out), *line;
	json_t *last = json_array_get(lines, json_array_size(lines) - 1);
	size_t i;

	json_array_foreach(lines, i, line)
	    CU_ASSERT_EQUAL(json_integer_value(json_object_get(line, "seq")), (json_int_t)i + 1);
	expect_same("the last line", "end", text_of(last, "type"));
	expect_same("its end", "complete", text_of(last, "ended"));
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(last, "exit")), outcome->code);
	return lines;
}

static void json_of_a_run(void)
{
	BENCH(bench);
	struct outcome outcome = run_mixed(&bench, NULL, "--json");
	json_t *lines = expect_json_lines(&outcome), *line;
	guint seen = 0;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		if (!g_str_equal(text_of(line, "type"), "case"))
			continue;
		CU_ASSERT(seen < G_N_ELEMENTS(cases));
		expect_same("case", cases[seen].name, text_of(line, "case"));
		expect_same(cases[seen].name, cases[seen].verdict, text_of(line, "verdict"));
		seen++;
	}
	CU_ASSERT_EQUAL(seen, G_N_ELEMENTS(cases));
	json_decref(lines);
	outcome_clear(&outcome);
	/* What --require-judged or a refused file adds is in the last line, too. */
	outcome = expect_run(&bench, 3,
			     WORDS("run", "scenarios/power", "--filter", "PWR-07*", "--require-judged", "PWR-07,BOO-01",
				   "--json", "--out", bench.out));
	json_decref(expect_json_lines(&outcome));
	outcome_clear(&outcome);
	g_autofree char *bad = bench_write(&bench, "bad.lua", "scenario {}\n");
	outcome = expect_run(&bench, 2, WORDS("run", bad, "--json", "--out", bench.out));
	json_decref(expect_json_lines(&outcome));
	outcome_clear(&outcome);
}

static void escape_codes(void)
{
	static const char *const no_colour[] = { "NO_COLOR=1", "TERM=xterm", NULL };
	static const char *const colour[] = { "TERM=xterm", NULL };
	static const struct start starts[] = { { .environment = colour, .terminal = TRUE },
					       { .environment = no_colour, .terminal = TRUE },
					       { .environment = colour } };
	BENCH(bench);
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);

	if (terminal < 0)
		fprintf(stderr, "\nnote: no pseudo-terminal can be had here; colours on a terminal are not tested\n");
	else
		close(terminal);
	for (guint i = terminal < 0 ? 2 : 0; i < G_N_ELEMENTS(starts); i++) {
		struct outcome outcome = run_mixed(&bench, &starts[i], NULL);
		gboolean coloured = strchr(outcome.out, '\033') || strchr(outcome.err, '\033');
		expect_says(outcome.out, "FAIL");
		CU_ASSERT_EQUAL(coloured, i == 0);
		if (coloured != (i == 0))
			fprintf(stderr, "\nstart %u: %s", i, coloured ? "escape codes" : "no colour on a terminal");
		outcome_clear(&outcome);
	}
}

TEST_SUITE(record, { "every verdict, valid files", verdicts_and_files }, { "sums are complete", sums_are_complete },
	   { "chosen formats", chosen_formats }, { "hash chain", hash_chain }, { "json lines", json_of_a_run },
	   { "escape codes", escape_codes })
