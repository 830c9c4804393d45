/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig explore. */
#include "e2e_program.h"
#include <signal.h>
#include <unistd.h>

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

/* Interrupted it says so, and leaves no worker behind. */
static void interrupted(void)
{
	BENCH(bench);
	g_autofree char *bytewise = g_strdup_printf("%s/firmware/bytewise.so", build_folder());
	struct program *program = program_start(
	    &bench, NULL, WORDS("explore", "--mode", "3", "--disk", "20GB", "--firmware", bytewise, "--json"));
	struct outcome outcome;
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
	program_finish(program, LIMIT_MS, &outcome);
	expect_outcome(&outcome, 130);
	expect_says(outcome.out, "\"ended\":\"interrupted\",\"exit\":130}\n");
	outcome_clear(&outcome);
}

TEST_SUITE(e2e_explore, { "passes", passes }, { "finds", finds }, { "gets nowhere", gets_nowhere },
	   { "refuses", refuses }, { "interrupted", interrupted })
