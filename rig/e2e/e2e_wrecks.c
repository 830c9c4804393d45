/* SPDX-License-Identifier: Apache-2.0 */
/* Firmwares that end, hang or fill whatever runs them when they resume an erase: the explorer finds that, names the
 * cut, and goes on with the rest; the replay fails by both links. */
#include "e2e_program.h"

#define SAME NULL
#define ENDLESS "the start does not come to an end"

static const struct {
	const char *name, *finding, *found, *died; /* what the explorer says, and what a run says */
	gboolean stays;				   /* nothing that a run in its own process could not survive */
} wrecks[] = {
	{ "crashes", "\"fault\":\"crash\"", "SIGSEGV at address 0x0, code firmware.so+0x", SAME, TRUE },
	{ "overflows", "\"fault\":\"crash\"", "stack overflow in firmware.so+0x", SAME, TRUE },
	{ "loops", "\"fault\":\"endless\"", "used up its CPU time without calling the HAL", SAME, TRUE },
	{ "polls", "\"fault\":\"endless\"", ENDLESS, "called the HAL too often within a second", TRUE },
	{ "writes-on", "\"fault\":\"endless\"", ENDLESS, "", TRUE },
	{ "eats", "\"fault\":\"crash\"", "it called malloc(), which is not there for a firmware", SAME, TRUE },
	{ "ends-process", "\"fault\":\"crash\"", "it called _exit(), which is not there for a firmware", SAME, TRUE },
	{ "kills-process", "\"fault\":\"crash\"", "it ends the process that runs it, by signal 9 (Killed)", "", FALSE },
};

static char *anonymous(const struct bench *bench, const char *name)
{
	g_autofree char *from = g_strdup_printf("%s/wrecks/%s.so", build_folder(), name);

	return bench_copy(bench, from, "firmware.so");
}

/* One finding, with its plan, of the erase that it resumes; the other one is explored after it and passes. */
static void expect_found(const struct bench *bench, const char *firmware, const char *finding, const char *says)
{
	g_autofree char *found = g_build_filename(bench->folder, "found", NULL);
	struct outcome outcome =
	    expect_run(bench, 1,
		       WORDS("explore", "--firmware", firmware, "--erase", "activation", "--erase", "residue",
			     "--depth", "1", "--disk", "12MB", "--jobs", "1", "--out", found, "--json"));
	json_t *lines = json_lines_load(outcome.out), *activation = json_array_get(lines, 1);
	json_t *findings = json_object_get(activation, "findings");

	CU_ASSERT_EQUAL(json_array_size(findings), 1);
	expect_says(outcome.out, finding);
	expect_says(outcome.out, says);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(json_array_get(findings, 0), "cuts")), 1);
	CU_ASSERT_PTR_NOT_NULL(json_object_get(json_array_get(findings, 0), "plan"));
	expect_same("the next erase", "pass", text_of(json_array_get(lines, 2), "verdict"));
	CU_ASSERT(json_integer_value(json_object_get(json_object_get(activation, "counts"), "states")) > 10);
	expect_same("how it ended", "complete", text_of(json_array_get(lines, 3), "ended"));
	json_decref(lines);
	outcome_clear(&outcome);
}

/* A run cannot tell a firmware that kills its process from another's doing: an error, and never a pass. */
static void expect_replayed(const struct bench *bench, const char *firmware, const char *link, const char *died,
			    gboolean stays)
{
	g_autofree char *plan = g_build_filename(bench->folder, "found", "plan-1.json", NULL);
	struct outcome outcome = expect_run(bench, stays ? 1 : 3,
					    WORDS("run", "--cut-plan", plan, "--firmware", firmware, "--link", link,
						  "--formats", "run", "--out", bench->out));

	if (stays) {
		expect_says(outcome.out, "failed: PWR-02");
		expect_says(outcome.out, died);
	}
	outcome_clear(&outcome);
}

static void all_found(void)
{
	static const char *const links[] = { "direct", "usb" };

	for (guint i = 0; i < G_N_ELEMENTS(wrecks); i++) {
		BENCH(bench);
		g_autofree char *firmware = anonymous(&bench, wrecks[i].name);

		expect_found(&bench, firmware, wrecks[i].finding, wrecks[i].found);
		for (guint link = 0; link < G_N_ELEMENTS(links); link++)
			expect_replayed(&bench, firmware, links[link],
					wrecks[i].died ? wrecks[i].died : wrecks[i].found, wrecks[i].stays);
	}
}

TEST_SUITE(e2e_wrecks, { "all are found", all_found })
