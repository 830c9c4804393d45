/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig explore. */
#include "e2e_program.h"
#include <libxml/parser.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LARGE_LIMIT_MS 3600000

static const char *code_of(json_t *lines, gsize n, const char *member)
{
	return text_of(json_array_get(lines, n), member);
}

/* A good firmware, all erases: every one passes, and what was covered is said. */
static void passes(void)
{
	BENCH(bench);
	struct outcome outcome =
	    expect_run(&bench, 0, WORDS("explore", "--disk", "64MB", "--mode", "2", "--jobs", "2", "--json"));
	json_t *lines = json_lines_load(outcome.out);
	static const char *const erases[] = { "activation", "regeneration", "invalidation", "job-end", "residue" };

	CU_ASSERT_EQUAL_FATAL(json_array_size(lines), G_N_ELEMENTS(erases) + 2);
	expect_same("first line", "explore", code_of(lines, 0, "type"));
	expect_same("firmware", "reference.so", code_of(lines, 0, "firmware"));
	for (gsize i = 0; i < G_N_ELEMENTS(erases); i++) {
		json_t *counts = json_object_get(json_array_get(lines, i + 1), "counts");

		expect_same("erase", erases[i], code_of(lines, i + 1, "erase"));
		expect_same("verdict", "pass", code_of(lines, i + 1, "verdict"));
		CU_ASSERT(json_integer_value(json_object_get(counts, "cuts")) > 50);
		CU_ASSERT_EQUAL(json_integer_value(json_object_get(counts, "left_out")), 0);
		CU_ASSERT_EQUAL(json_integer_value(json_object_get(json_array_get(lines, i + 1), "seq")),
				(json_int_t)i + 2);
	}
	expect_same("last line", "end", code_of(lines, 6, "type"));
	expect_same("how it ended", "complete", code_of(lines, 6, "ended"));
	json_decref(lines);
	outcome_clear(&outcome);
	outcome = expect_run(&bench, 0, WORDS("explore", "--disk", "131s", "--erase", "activation"));
	expect_says(outcome.out, "NOT EVIDENCE ABOUT A PRODUCT");
	expect_says(outcome.out, "activation: pass\n");
	outcome_clear(&outcome);
}

static void finds(void)
{
	BENCH(bench);
	g_autofree char *bytewise = g_strdup_printf("%s/firmware/bytewise.so", build_folder());
	struct outcome outcome =
	    expect_run(&bench, 1, WORDS("explore", "--disk", "64MB", "--defect", "complete-on-interrupted"));

	expect_says(outcome.out, "activation: fail\n");
	expect_says(outcome.out, "sectors-left (PWR-03): after 1 cut, the first at operation");
	expect_says(outcome.out, "residue: pass\n");
	outcome_clear(&outcome);
	outcome = expect_run(&bench, 1,
			     WORDS("explore", "--disk", "12MB", "--defect", "flush-lies", "--firmware", bytewise,
				   "--erase", "activation", "--json"));
	expect_says(outcome.out, "\"fault\":\"not-flushed\",\"requirement\":\"PWR-04\"");
	expect_says(outcome.out, "{\"seq\":3,\"type\":\"end\",\"ended\":\"complete\",\"exit\":1}\n");
	outcome_clear(&outcome);
}

/* A firmware that does not get as far as an erase has failed; one that has no such erase has not. */
static void gets_nowhere(void)
{
	BENCH(bench);
	g_autofree char *loop = g_strdup_printf("%s/testfw/loop.so", build_folder());
	struct outcome outcome =
	    expect_run(&bench, 1, WORDS("explore", "--disk", "8MB", "--firmware", loop, "--erase", "activation"));

	expect_says(outcome.out, "activation: fail: preparing: starting: the firmware crashed");
	outcome_clear(&outcome);
	outcome = expect_run(&bench, 4, WORDS("explore", "--disk", "131s", "--erase", "residue"));
	expect_says(outcome.out, "residue: not explored: preparing: starting a job");
	outcome_clear(&outcome);
}

static void refuses(void)
{
	static const struct {
		const char *says;
		const char *words[8];
	} rows[] = {
		{ "--mode 4", { "explore", "--mode", "4" } },
		{ "--depth 0", { "explore", "--depth", "0" } },
		{ "--disk 40", { "explore", "--disk", "40" } },
		{ "--disk 1s0", { "explore", "--disk", "1s0" } },
		{ "--erase all", { "explore", "--erase", "all" } },
		{ "--no-prune luck", { "explore", "--no-prune", "luck" } },
		{ "--jobs 0", { "explore", "--jobs", "0" } },
		{ "--seed x", { "explore", "--seed", "x" } },
		{ "no such defect", { "explore", "--defect", "nonesuch" } },
		{ "exclude each other", { "explore", "--defect", "header-missed", "--firmware", "x.so" } },
		{ "nonesuch", { "explore", "--slot", "nonesuch" } },
		{ "extra", { "explore", "extra" } },
		/* Before anything is explored. */
		{ "--out /proc: ", { "explore", "--out", "/proc" } },
		{ "--out /proc: ", { "explore", "--shard", "1/2", "--out", "/proc" } },
	};
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct outcome outcome = expect_run(&bench, 2, rows[i].words);

		expect_says(outcome.err, rows[i].says);
		outcome_clear(&outcome);
	}
	g_autofree char *slot = bench_write(&bench, "golden.ini", "[slot]\nname=golden\nunit=golden\n");
	struct outcome outcome = expect_run(&bench, 2, WORDS("explore", "--slot", slot));
	outcome_clear(&outcome);
}

static char *in(const struct bench *bench, const char *name)
{
	return g_build_filename(bench->folder, name, NULL);
}

/* In four shards, put together: the same page but for the time that it took. */
static void expect_same_page(const struct bench *bench, const char *page)
{
	static const char *const shards[] = { "1/2", "2/2" };
	g_autofree char *shares = in(bench, "shares"), *merged = in(bench, "merged");
	g_autofree char *path = in(bench, "merged/explore.html"), *other = NULL;
	g_autoptr(GRegex) time = g_regex_new("[0-9.]+ s, [0-9]+ cuts/s", 0, 0, NULL);
	struct outcome outcome;

	for (guint i = 0; i < G_N_ELEMENTS(shards); i++)
		expect_code(bench, 1,
			    WORDS("explore", "--disk", "12MB", "--defect", "complete-on-interrupted", "--erase",
				  "activation", "--erase", "invalidation", "--shard", shards[i], "--out", shares));
	outcome = expect_run(bench, 1, WORDS("explore", "--merge", shares, "--out", merged));
	outcome_clear(&outcome);
	CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &other, NULL, NULL));
	g_autofree char *one = g_regex_replace_literal(time, page, -1, 0, "", 0, NULL);
	g_autofree char *two = g_regex_replace_literal(time, other, -1, 0, "", 0, NULL);
	CU_ASSERT_STRING_NOT_EQUAL(one, page);
	expect_same("merged page", one, two);
}

/* What is found is there to be looked at, and can be made once more. */
static void page(void)
{
	BENCH(bench);
	g_autofree char *found = in(&bench, "found"), *path = in(&bench, "found/explore.html"), *once = NULL;
	g_autofree char *results = in(&bench, "found/explore.jsonl"), *plan = in(&bench, "found/plan-1.json");
	g_autofree char *again = NULL;
	struct outcome outcome = expect_run(&bench, 1,
					    WORDS("explore", "--disk", "12MB", "--defect", "complete-on-interrupted",
						  "--erase", "activation", "--erase", "invalidation", "--out", found));

	expect_says(outcome.out, "/explore.html, from ");
	expect_says(outcome.out, "It leaves out:\n");
	outcome_clear(&outcome);
	CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &once, NULL, NULL));
	CU_ASSERT_TRUE(g_file_test(results, G_FILE_TEST_EXISTS) && g_file_test(plan, G_FILE_TEST_EXISTS));
	xmlDocPtr doc = xmlReadMemory(once, (int)strlen(once), "explore.html", NULL, XML_PARSE_NONET);
	CU_ASSERT_PTR_NOT_NULL(doc);
	xmlFreeDoc(doc);
	expect_says(once, "EMULATED — NOT EVIDENCE ABOUT A PRODUCT");
	expect_says(once, "<a class=\"mark first\" href=\"#f-1\"");
	expect_says(once, "wiperig run --defect &#39;complete-on-interrupted&#39; --cut-plan &#39;plan-1.json&#39;");
	CU_ASSERT_EQUAL_FATAL(remove(path), 0);
	outcome = expect_run(&bench, 0, WORDS("report", found));
	expect_says(outcome.out, "made: explore.html\n");
	outcome_clear(&outcome);
	CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &again, NULL, NULL));
	expect_same("made once more", once, again);
	expect_same_page(&bench, once);
	CU_ASSERT_TRUE_FATAL(g_file_set_contents(results, "{}\n", -1, NULL));
	outcome = expect_run(&bench, 2, WORDS("report", found));
	expect_says(outcome.err, "it is torn or was changed");
	outcome_clear(&outcome);
}

/* Memory for all states of an erase of a large disk. The largest takes minutes. */
static void memory(void)
{
	static const struct {
		const char *disk;
		gint64 most_mb;
		gboolean is_long;
	} disks[] = { { "20GB", 25 }, { "4000GB", 1000, TRUE } };
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(disks); i++) {
		struct outcome outcome;

		if (disks[i].is_long && (!soak() || SLOW_BUILD))
			continue;
		struct program *program =
		    program_start(&bench, NULL, WORDS("explore", "--disk", disks[i].disk, "--erase", "activation"));
		program_finish(program, LARGE_LIMIT_MS, &outcome);
		expect_outcome(&outcome, 0);
		CU_ASSERT_TRUE(outcome.peak_mb > 0);
		/* With sanitizers it takes more. */
		CU_ASSERT_TRUE(SLOW_BUILD || outcome.peak_mb < disks[i].most_mb);
		if (!SLOW_BUILD && outcome.peak_mb >= disks[i].most_mb)
			fprintf(stderr, "\n%s: %" G_GINT64_FORMAT " MB\n", disks[i].disk, outcome.peak_mb);
		outcome_clear(&outcome);
	}
}

/* As soon as it explores. */
static void interrupt(const struct bench *bench, const char *const *words, struct outcome *outcome)
{
	struct program *program = program_start(bench, NULL, words);
	GArray *workers;

	do {
		g_usleep(10000);
		workers = descendants(program_pid(program), NULL, 1);
		gboolean some = workers->len > 0;
		g_array_unref(workers);
		if (some)
			break;
	} while (TRUE);
	kill(program_pid(program), SIGINT);
	program_finish(program, LIMIT_MS, outcome);
	expect_outcome(outcome, 130);
}

/* Interrupted it says so, and leaves no worker behind, nor anything in a folder where another one was. */
static void interrupted(void)
{
	BENCH(bench);
	g_autofree char *bytewise = g_strdup_printf("%s/firmware/bytewise.so", build_folder());
	g_autofree char *found = in(&bench, "found"), *page = in(&bench, "found/explore.html");
	g_autofree char *plan = in(&bench, "found/plan-1.json");
	struct outcome outcome;

	interrupt(&bench, WORDS("explore", "--mode", "3", "--disk", "20GB", "--firmware", bytewise, "--json"),
		  &outcome);
	expect_says(outcome.out, "\"ended\":\"interrupted\",\"exit\":130}\n");
	outcome_clear(&outcome);
	expect_code(&bench, 1,
		    WORDS("explore", "--disk", "12MB", "--defect", "complete-on-interrupted", "--erase", "activation",
			  "--out", found));
	CU_ASSERT_TRUE(g_file_test(page, G_FILE_TEST_EXISTS) && g_file_test(plan, G_FILE_TEST_EXISTS));
	interrupt(&bench, WORDS("explore", "--mode", "3", "--disk", "20GB", "--firmware", bytewise, "--out", found),
		  &outcome);
	expect_says(outcome.out, "interrupted: 0 of 5 erases were explored");
	outcome_clear(&outcome);
	CU_ASSERT_FALSE(g_file_test(page, G_FILE_TEST_EXISTS) || g_file_test(plan, G_FILE_TEST_EXISTS));
}

/* So does a share, where another one's results were. */
static void interrupted_share(void)
{
	BENCH(bench);
	g_autofree char *bytewise = g_strdup_printf("%s/firmware/bytewise.so", build_folder());
	g_autofree char *shares = in(&bench, "shares"), *share = in(&bench, "shares/shard-1-of-2.json");
	struct outcome outcome;

	expect_code(&bench, 0, WORDS("explore", "--disk", "64s", "--shard", "1/2", "--out", shares));
	CU_ASSERT_TRUE(g_file_test(share, G_FILE_TEST_EXISTS));
	interrupt(&bench,
		  WORDS("explore", "--mode", "3", "--disk", "20GB", "--firmware", bytewise, "--shard", "1/2", "--out",
			shares),
		  &outcome);
	outcome_clear(&outcome);
	CU_ASSERT_FALSE(g_file_test(share, G_FILE_TEST_EXISTS));
}

/* Explores to `found`, where a folder stands in the way of a file; what must be said, and whether the rest stays. */
static void expect_unwritten(const char *file, const char *says, gboolean stays)
{
	BENCH(bench);
	g_autofree char *found = in(&bench, "found"), *way = g_build_filename(found, file, NULL);
	g_autofree char *plan = in(&bench, "found/plan-1.json");
	struct outcome outcome;

	CU_ASSERT_EQUAL_FATAL(g_mkdir_with_parents(way, 0777), 0);
	outcome = expect_run(&bench, 3,
			     WORDS("explore", "--disk", "12MB", "--defect", "complete-on-interrupted", "--erase",
				   "activation", "--out", found));
	expect_says(outcome.out, says);
	expect_says(outcome.err, file);
	outcome_clear(&outcome);
	CU_ASSERT_EQUAL(g_file_test(plan, G_FILE_TEST_EXISTS), stays);
	outcome =
	    expect_run(&bench, 3, WORDS("explore", "--disk", "64s", "--erase", "activation", "--out", found, "--json"));
	expect_says(outcome.out, "\"ended\":\"failed\",\"exit\":3}\n");
	outcome_clear(&outcome);
}

/* Results that could be written stay, whatever becomes of their page. */
static void unwritten(void)
{
	expect_unwritten("explore.jsonl",
			 "failed: 1 of 1 erases were explored, what was found could not be written; nothing is left",
			 FALSE);
	expect_unwritten("explore.html",
			 "explore.jsonl has what was found; explore.html was not written: wiperig report", TRUE);
}

/* What it did not find itself is not in its folder. */
static void alone(void)
{
	BENCH(bench);
	g_autofree char *found = in(&bench, "found"), *plan = in(&bench, "found/plan-1.json");

	expect_code(&bench, 1,
		    WORDS("explore", "--disk", "12MB", "--defect", "complete-on-interrupted", "--erase", "activation",
			  "--out", found));
	CU_ASSERT_TRUE(g_file_test(plan, G_FILE_TEST_EXISTS));
	expect_code(&bench, 0, WORDS("explore", "--disk", "12MB", "--erase", "activation", "--out", found));
	CU_ASSERT_FALSE(g_file_test(plan, G_FILE_TEST_EXISTS));
}

TEST_SUITE(e2e_explore, { "passes", passes }, { "finds", finds }, { "gets nowhere", gets_nowhere }, { "page", page },
	   { "refuses", refuses }, { "memory", memory }, { "interrupted", interrupted },
	   { "interrupted share", interrupted_share }, { "unwritten", unwritten }, { "alone", alone })
