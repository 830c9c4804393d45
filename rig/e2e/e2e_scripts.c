/* SPDX-License-Identifier: Apache-2.0 */
/* Scenario files that are wrong or hostile: named by file and line, and the other files run as if they were not there.
 */
#include "e2e_program.h"

#define STEPS "power.on {}, wait.ready { within = '10 min' }, expect.power { on = true }"
#define GOOD "scenario { id = 'GOOD', title = 'Starts', requirements = { 'PWR-07' }, steps = { " STEPS " } }\n"

static const struct {
	const char *name, *text;
	guint line;
	const char *says;
} bad_files[] = {
	{ "syntax.lua", "scenario {\n  id = 'B-1',\n  title = 'T' 'U'\n}\n", 3, "expected" },
	{ "field.lua", "scenario {\n  id = 'B-2', title = 'T',\n  steps = { power.on { volume = 11 } },\n}\n", 3,
	  "volume" },
	{ "loop.lua", "local n = 0\nwhile true do n = n + 1 end\n", 2, "limit" },
	{ "find.lua", "\n\nlocal s = string.find((\"a\"):rep(60), (\"a-\"):rep(7)..\"b\")\n", 3, "limit" },
	{ "pcall.lua", "local function loop() while true do end end\nwhile true do\n  pcall(loop)\nend\n", 0, "limit" },
	{ "memory.lua", "\nlocal s = ('x'):rep(16e9)\n", 2, "too large" },
	{ "more_memory.lua", "local s = 'x'\nwhile true do s = s .. s end\n", 2, "memory limit" },
	{ "execute.lua", "\n\n\nos.execute('true')\n", 4, "os" },
};

/* FILE:LINE: …what is wrong. Line 0: any. */
static void expect_named(const char *errors, const char *path, guint i)
{
	g_auto(GStrv) lines = g_strsplit(errors, "\n", -1);
	g_autofree char *place =
	    bad_files[i].line ? g_strdup_printf("%s:%u: ", path, bad_files[i].line) : g_strdup_printf("%s:", path);
	const char *found = NULL;

	for (char **line = lines; *line && !found; line++)
		found = strstr(*line, place) ? *line : NULL;
	if (!found)
		expect_says(errors, place);
	else
		expect_says(found, bad_files[i].says);
}

static void check_names_them(void)
{
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(bad_files); i++) {
		g_autofree char *path = bench_write(&bench, bad_files[i].name, bad_files[i].text);
		struct outcome outcome = expect_run(&bench, 2, WORDS("check", path));
		expect_named(outcome.err, path, i);
		CU_ASSERT(outcome.took_ms < 20000);
		outcome_clear(&outcome);
	}
	g_autofree char *good = bench_write(&bench, "good.lua", GOOD);
	expect_code(&bench, 0, WORDS("check", good));
}

static void run_folder_with(const struct bench *bench, guint n, guint first, guint count)
{
	g_autofree char *name = g_strdup_printf("folder-%u", n);
	g_autofree char *folder = g_build_filename(bench->folder, name, NULL);
	g_autofree char *good_name = g_build_filename(name, "good.lua", NULL);
	g_autofree char *good = bench_write(bench, good_name, GOOD);

	for (guint i = first; i < first + count; i++) {
		g_autofree char *file = g_build_filename(name, bad_files[i].name, NULL);
		g_free(bench_write(bench, file, bad_files[i].text));
	}
	struct outcome outcome = expect_run(bench, 2, WORDS("run", folder, "--out", bench->out));
	for (guint i = first; i < first + count; i++) {
		g_autofree char *path = g_build_filename(folder, bad_files[i].name, NULL);
		expect_named(outcome.err, path, i);
	}
	outcome_clear(&outcome);
	json_t *run = run_load(bench, n), *totals = json_object_get(json_object_get(run, "totals"), "cases");
	expect_same("the good file's case", "pass", text_of(run_case(run, "GOOD"), "verdict"));
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(totals, "error")), count);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(totals, "pass")), 1);
	json_decref(run);
}

static void the_good_one_runs(void)
{
	BENCH(bench);

	if (!soak()) {
		run_folder_with(&bench, 1, 0, G_N_ELEMENTS(bad_files));
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(bad_files); i++)
		run_folder_with(&bench, i + 1, i, 1);
}

static void endless_judgement(void)
{
	static const char text[] = "scenario {\n  id = 'LOOP', title = 'Never ends', requirements = { 'PWR-07' },\n"
				   "  steps = { " STEPS ",\n"
				   "    expect.that { text = 'it never ends',\n"
				   "      check = function(v)\n"
				   "        while true do end\n"
				   "      end },\n"
				   "  },\n}\n" GOOD;
	BENCH(bench);
	g_autofree char *path = bench_write(&bench, "judge.lua", text);
	struct outcome outcome = expect_run(&bench, 3, WORDS("run", path, "--out", bench.out));
	json_t *run = run_load(&bench, 1), *loop = run_case(run, "LOOP");

	expect_same("the endless case", "error", text_of(loop, "verdict"));
	expect_says(text_of(loop, "reason"), "judge.lua:6: ");
	expect_says(outcome.err, "judge.lua:6: ");
	expect_same("its power", "safe", text_of(loop, "power"));
	expect_same("the other case", "pass", text_of(run_case(run, "GOOD"), "verdict"));
	CU_ASSERT(outcome.took_ms < 20000);
	json_decref(run);
	outcome_clear(&outcome);
}

TEST_SUITE(scripts, { "check names file and line", check_names_them },
	   { "the good file beside them", the_good_one_runs }, { "endless judgement", endless_judgement })
