/* SPDX-License-Identifier: Apache-2.0 */
/* Four shards put together are one run; one that was killed counts for nothing until it is done again. */
#include "e2e_program.h"
#include <signal.h>

#define SHARDS 4u
#define ATTEMPTS 20u /* to meet a program before its end */

/* What is explored, with something to be found; `more`: up to six words, NULL-terminated. */
static struct outcome explore(const struct bench *bench, int code, const char *const *more)
{
	const char *words[16] = { "explore", "--defect", "complete-on-interrupted", "--disk", "12MB", "--depth",
				  "2",	     "--json" };

	for (guint i = 0; more[i]; i++)
		words[8 + i] = more[i];
	return expect_run(bench, code, words);
}

static char *in(const struct bench *bench, const char *name)
{
	return g_build_filename(bench->folder, name, NULL);
}

/* That of job-end is the one in which nothing is found. */
static void explore_shard(const struct bench *bench, guint number)
{
	g_autofree char *shard = g_strdup_printf("%u/%u", number, SHARDS), *shares = in(bench, "shares");
	struct outcome outcome = explore(bench, number == 4 ? 0 : 1, WORDS("--shard", shard, "--out", shares));

	outcome_clear(&outcome);
}

/* Of lines of JSON those of the erases, as text, less the time that they took. */
static char *erases_of(const char *out)
{
	json_t *lines = json_lines_load(out), *erases = json_array(), *line;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		(void)json_object_del(json_object_get(line, "counts"), "cpu_ns");
		if (g_str_equal(text_of(line, "type"), "erase"))
			json_array_append(erases, line);
	}
	char *text = json_dumps(erases, JSON_COMPACT);
	json_decref(erases);
	json_decref(lines);
	return text;
}

static void expect_same_files(const struct bench *bench, const char *one, const char *other, guint count)
{
	for (guint i = 0; i < count; i++) {
		g_autofree char *first = g_strdup_printf("%s/%s/plan-%u.json", bench->folder, one, i + 1);
		g_autofree char *second = g_strdup_printf("%s/%s/plan-%u.json", bench->folder, other, i + 1);
		g_autofree char *a = NULL, *b = NULL;

		CU_ASSERT_TRUE_FATAL(g_file_get_contents(first, &a, NULL, NULL));
		CU_ASSERT_TRUE_FATAL(g_file_get_contents(second, &b, NULL, NULL));
		expect_same(first, a, b);
	}
}

static void expect_one_run(const struct bench *bench)
{
	g_autofree char *shares = in(bench, "shares"), *one = in(bench, "one"), *merged = in(bench, "merged");
	struct outcome run = explore(bench, 1, WORDS("--out", one));
	struct outcome outcome = expect_run(bench, 1, WORDS("explore", "--merge", shares, "--out", merged, "--json"));
	g_autofree char *wanted = erases_of(run.out), *got = erases_of(outcome.out);

	expect_same("merged", wanted, got);
	expect_says(got, "\"fault\":\"sectors-left\"");
	expect_says(got, "\"verdict\":\"pass\"");
	expect_says(outcome.out, "\"ended\":\"complete\",\"exit\":1}\n");
	expect_same_files(bench, "one", "merged", 4);
	outcome_clear(&outcome);
	outcome = expect_run(bench, 1, WORDS("explore", "--merge", shares, "--out", merged));
	expect_says(outcome.out, "    Again: wiperig run --defect 'complete-on-interrupted' --cut-plan ");
	outcome_clear(&outcome);
	outcome_clear(&run);
}

static void as_one_run(void)
{
	BENCH(bench);

	for (guint number = SHARDS; number; number--)
		explore_shard(&bench, number);
	expect_one_run(&bench);
}

/* The first shard, ended while its worker is at it. TRUE: it did not come to its end before. */
static gboolean ended_by(const struct bench *bench, const char *shares, int number, int code)
{
	struct program *program =
	    program_start(bench, NULL,
			  WORDS("explore", "--defect", "complete-on-interrupted", "--disk", "12MB", "--depth", "2",
				"--json", "--shard", "1/4", "--out", shares));
	struct outcome outcome;
	guint workers;

	do {
		GArray *pids = descendants(program_pid(program), NULL, 1);

		workers = pids->len;
		g_array_unref(pids);
	} while (!workers && kill(program_pid(program), 0) == 0);
	kill(program_pid(program), number);
	program_finish(program, LIMIT_MS, &outcome);
	gboolean ended = outcome.code == code;
	outcome_clear(&outcome);
	return ended;
}

static void killed_and_done_again(void)
{
	static const struct {
		int number, code;
	} ends[] = { { SIGINT, 130 }, { SIGKILL, -SIGKILL } };
	BENCH(bench);
	g_autofree char *shares = in(&bench, "shares"), *first = in(&bench, "shares/shard-1-of-4.json");

	for (guint number = 2; number <= SHARDS; number++)
		explore_shard(&bench, number);
	for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
		guint attempts = 0;

		while (attempts < ATTEMPTS && !ended_by(&bench, shares, ends[i].number, ends[i].code)) {
			CU_ASSERT_EQUAL_FATAL(remove(first), 0);
			attempts++;
		}
		CU_ASSERT_TRUE_FATAL(attempts < ATTEMPTS);
		CU_ASSERT_FALSE(g_file_test(first, G_FILE_TEST_EXISTS));
		CU_ASSERT_TRUE(descendants_end(LIMIT_MS));
	}
	struct outcome outcome = expect_run(&bench, 2, WORDS("explore", "--merge", shares));
	expect_says(outcome.err, "shard 1 of 4 is missing; do it by --shard 1/4");
	expect_same("nothing is told", "", outcome.out);
	outcome_clear(&outcome);
	explore_shard(&bench, 1);
	expect_one_run(&bench);
}

static void refuses(void)
{
	static const struct {
		const char *says;
		const char *words[8];
	} rows[] = {
		{ "--shard 0/4", { "explore", "--shard", "0/4", "--out", "x" } },
		{ "--shard 5/4", { "explore", "--shard", "5/4", "--out", "x" } },
		{ "5 erases are to be shared out", { "explore", "--shard", "1/6", "--out", "x" } },
		{ "needs --out", { "explore", "--shard", "1/4" } },
		{ "--merge and --mode exclude", { "explore", "--merge", "x", "--mode", "1" } },
		{ "--merge and --shard exclude", { "explore", "--merge", "x", "--shard", "1/4" } },
		{ "nonesuch", { "explore", "--merge", "nonesuch" } },
	};
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct outcome outcome = expect_run(&bench, 2, rows[i].words);

		expect_says(outcome.err, rows[i].says);
		outcome_clear(&outcome);
	}
}

TEST_SUITE(e2e_shard, { "as one run", as_one_run }, { "killed and done again", killed_and_done_again },
	   { "refuses", refuses })
