/* SPDX-License-Identifier: Apache-2.0 */
/* What only a monitor finds: it fails the case in every report, and with the monitor off nobody says "passed". */
#include "e2e_program.h"
#include <string.h>

#define TEXT "random data written at sector 2048 of disk 0 were written at sector 0 of disk 0 before"
#define ERASE(...)                                                                                                     \
	WORDS("run", "scenarios/erase", "--filter", "ERA-05[mode=2]", "--defect", "random-repeats-per-megabyte",       \
	      "--out", bench.out, __VA_ARGS__)

static json_t *entry_of(json_t *list, const char *key, const char *value)
{
	json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry) if (g_str_equal(text_of(entry, key), value)) return entry;
	return NULL;
}

static void expect_verdict(const struct bench *bench, guint n, const char *requirement, const char *verdict)
{
	json_t *run = run_load(bench, n);
	json_t *entry = entry_of(json_object_get(run, "requirements"), "id", requirement);

	expect_same(requirement, verdict, text_of(entry, "verdict"));
	json_decref(run);
}

static void in_every_report(void)
{
	static const struct {
		const char *file, *line;
	} told[] = {
		{ "run.json", "\"monitor\": \"passes\"" },
		{ "timeline.jsonl", "\"type\":\"finding\",\"monitor\":\"passes\",\"requirement\":\"ERA-05\"" },
		{ "junit.xml", "finding ERA-05, monitor passes: " TEXT },
		{ "report.html", TEXT },
	};
	BENCH(bench);
	struct outcome outcome = expect_run(&bench, 1, ERASE("--json"));

	CU_ASSERT_PTR_NOT_NULL(strstr(outcome.out, TEXT));
	outcome_clear(&outcome);
	for (guint i = 0; i < G_N_ELEMENTS(told); i++) {
		g_autofree char *text = run_read(&bench, 1, told[i].file, NULL);
		expect_same(told[i].file, "told", text && strstr(text, told[i].line) ? "told" : "not told");
	}
	expect_verdict(&bench, 1, "ERA-05", "fail");
}

static void switched_off(void)
{
	BENCH(bench);

	expect_code(&bench, 0, ERASE("--without-monitor", "passes"));
	expect_verdict(&bench, 1, "ERA-05", "not judged");
	g_autofree char *run = run_read(&bench, 1, "run.json", NULL), *html = run_read(&bench, 1, "report.html", NULL);
	CU_ASSERT(run && !strstr(run, TEXT) && strstr(run, "switched off (--without-monitor)"));
	CU_ASSERT(html && !strstr(html, TEXT) && strstr(html, "switched off (--without-monitor)"));
	expect_code(&bench, 3, ERASE("--without-monitor", "passes", "--require-judged", "ERA-05"));
	struct outcome outcome = expect_run(&bench, 2, ERASE("--without-monitor", "pases"));
	CU_ASSERT_PTR_NOT_NULL(strstr(outcome.err, "--without-monitor pases: there is no such monitor"));
	outcome_clear(&outcome);
}

/* An erase without a cut: that it is flushed is necessary for PWR-04, and nobody has tried it. */
static void never_passes(void)
{
	BENCH(bench);
#define REQUIRE(id)                                                                                                    \
	WORDS("run", "scenarios/erase", "--filter", "ERA-05[mode=2]", "--formats", "run", "--out", bench.out,          \
	      "--require-judged", id)

	expect_code(&bench, 3, REQUIRE("PWR-04"));
	expect_code(&bench, 0, REQUIRE("ERA-05"));
#undef REQUIRE
	json_t *run = run_load(&bench, 1);
	json_t *monitor = entry_of(json_object_get(run, "monitors"), "monitor", "flush-before-promise");
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(monitor, "cases_judged")), 1);
	json_decref(run);
	expect_verdict(&bench, 1, "PWR-04", "not judged");
	expect_verdict(&bench, 2, "ERA-05", "pass");
}

TEST_SUITE(monitors, { "in every report", in_every_report }, { "switched off", switched_off },
	   { "never passes", never_passes })
