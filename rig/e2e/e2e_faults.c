/* SPDX-License-Identifier: Apache-2.0 */
/* The rig's own processes are interrupted and killed, and the firmware dies: what was under way is said to be an error
 * of the right side, the rest goes on, nothing is left behind. */
#include "e2e_program.h"
#include <signal.h>
#include <stdio.h>

#define CHILDREN_LIMIT_MS 5000

/* That case, or one soon after it. */
static gboolean case_is_under_way(const struct bench *bench, guint case_no)
{
	for (guint no = case_no; no < case_no + 20; no++) {
		g_autofree char *path = g_strdup_printf("%s/run-0001/spool.case-%05u", bench->out, no);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return TRUE;
	}
	return FALSE;
}

static void wait_for_case(const struct bench *bench, guint case_no)
{
	guint ms = 0;

	while (!case_is_under_way(bench, case_no) && ms++ < LIMIT_MS)
		g_usleep(1000);
	CU_ASSERT(ms < LIMIT_MS);
}

static guint count_verdicts(json_t *run, const char *verdict)
{
	json_t *totals = json_object_get(json_object_get(run, "totals"), "cases");

	return (guint)json_integer_value(json_object_get(totals, verdict));
}

/* Its second case takes a minute, so that it is under way whenever something happens to it. */
static char *write_long(const struct bench *bench)
{
	static const char text[] = "local function case(id, times)\n"
				   "  scenario { id = id, title = id, requirements = { 'PWR-07' }, steps = function()\n"
				   "    local steps = { power.on {}, wait.ready {}, expect.power { on = true } }\n"
				   "    for i = 1, times do steps[i + 3] = read.snapshot { as = 's' } end\n"
				   "    return steps\n"
				   "  end }\n"
				   "end\n"
				   "case('A', 1) case('LONG', 9000) case('C', 1) case('D', 1)\n";

	return bench_write(bench, "long.lua", text);
}

static struct program *start_long(const struct bench *bench)
{
	g_autofree char *path = write_long(bench);

	return program_start(bench, NULL, WORDS("run", path, "--link", "usb", "--jobs", "1", "--out", bench->out));
}

/* --- SIGINT --- */

/* `to_group`: as a terminal sends it, to every process of the run. */
static void interrupt_at(guint case_no, gboolean to_group)
{
	BENCH(bench);
	struct program *program =
	    program_start(&bench, NULL, WORDS("run", "scenarios", "--link", "usb", "--jobs", "2", "--out", bench.out));
	struct outcome outcome;

	wait_for_case(&bench, case_no);
	kill(to_group ? -program_pid(program) : program_pid(program), SIGINT);
	program_finish(program, 15000, &outcome);
	CU_ASSERT(bench_is_clean(&bench));
	expect_outcome(&outcome, 130);
	json_t *run = run_load(&bench, 1), *cases = json_object_get(run, "cases");
	json_t *last = json_array_get(cases, json_array_size(cases) - 1);
	expect_same("ended", "interrupted", text_of(run, "ended"));
	expect_same("the last case's power", "safe", text_of(last, "power"));
	expect_says(outcome.out, "interrupted");
	CU_ASSERT(json_array_size(cases) >= case_no);
	CU_ASSERT(json_array_size(cases) < 100);
	/* What it was doing is not held against the controller. */
	CU_ASSERT_EQUAL(count_verdicts(run, "fail"), 0);
	CU_ASSERT(count_verdicts(run, "error") <= 2);
	json_decref(run);
	outcome_clear(&outcome);
}

static void interrupted(void)
{
	for (guint no = 1; no <= (soak() ? 20 : 3); no++)
		interrupt_at(no, FALSE);
}

/* It does not wait for the end of what is under way. */
static void interrupted_at_once(void)
{
	BENCH(bench);
	struct program *program = start_long(&bench);
	struct outcome outcome;

	wait_for_case(&bench, 2);
	gint64 sent_us = g_get_monotonic_time();
	kill(program_pid(program), SIGINT);
	program_finish(program, LIMIT_MS, &outcome);
	CU_ASSERT(g_get_monotonic_time() - sent_us < 5 * G_USEC_PER_SEC);
	expect_outcome(&outcome, 130);
	json_t *run = run_load(&bench, 1), *the_case = run_case(run, "LONG");
	expect_same("the case under way", "error", text_of(the_case, "verdict"));
	expect_says(text_of(the_case, "reason"), "interrupted");
	expect_same("its power", "safe", text_of(the_case, "power"));
	CU_ASSERT_PTR_NULL(run_case(run, "C"));
	json_decref(run);
	outcome_clear(&outcome);
}

static void interrupted_by_terminal(void)
{
	for (guint no = 1; no <= (soak() ? 20 : 3); no++)
		interrupt_at(no, TRUE);
}

/* --- killed processes --- */

/* Kills the first descendant whose command line has `part`. */
static void kill_descendant(struct program *program, const char *part, guint depth)
{
	g_autoptr(GArray) found = descendants(program_pid(program), part, depth);

	CU_ASSERT(found->len > 0);
	if (found->len)
		kill(g_array_index(found, pid_t, 0), SIGKILL);
}

/* One case is lost, and says what became of it; all others pass. */
static void expect_one_lost(const struct bench *bench, struct outcome *outcome, const char *lost, const char *says)
{
	expect_outcome(outcome, 3);
	json_t *run = run_load(bench, 1), *the_case = run_case(run, lost);

	expect_same("ended", "complete", text_of(run, "ended"));
	CU_ASSERT_EQUAL(count_verdicts(run, "error"), 1);
	CU_ASSERT_EQUAL(count_verdicts(run, "pass"), count_verdicts(run, "all") - 1);
	CU_ASSERT_EQUAL(count_verdicts(run, "all"), (guint)json_integer_value(json_object_get(run, "cases_planned")));
	expect_same(lost, "error", text_of(the_case, "verdict"));
	expect_says(text_of(the_case, "reason"), says);
	json_decref(run);
}

static void kill_in_second_case(const char *part, guint depth, const char *says)
{
	BENCH(bench);
	struct program *program = start_long(&bench);
	struct outcome outcome;

	wait_for_case(&bench, 2);
	kill_descendant(program, part, depth);
	program_finish(program, LIMIT_MS, &outcome);
	expect_one_lost(&bench, &outcome, "LONG", says);
	outcome_clear(&outcome);
}

/* Several times: some hit it as it creates its record. */
static void worker_killed(void)
{
	for (guint i = 0; i < (soak() ? 50 : 5); i++)
		kill_in_second_case("wiperig run", 1, "signal 9");
}

static void emulator_killed(void)
{
	kill_in_second_case("wiperig emulate", 2, "emulator");
}

static void main_killed_in(struct program *(*start)(const struct bench *), guint case_no)
{
	BENCH(bench);
	struct program *program = start(&bench);
	struct outcome outcome;

	wait_for_case(&bench, case_no);
	kill(program_pid(program), SIGKILL);
	program_finish(program, LIMIT_MS, &outcome);
	CU_ASSERT_EQUAL(outcome.code, -SIGKILL);
	gboolean ended = descendants_end(CHILDREN_LIMIT_MS);
	if (!ended)
		fprintf(stderr, "\nchildren of the killed run are alive\n");
	CU_ASSERT(ended);
	outcome_clear(&outcome);
}

static struct program *start_short(const struct bench *bench)
{
	return program_start(
	    bench, NULL,
	    WORDS("run", "scenarios/power/switch.lua", "--link", "usb", "--jobs", "2", "--out", bench->out));
}

static void main_killed(void)
{
	main_killed_in(start_long, 2);
	for (guint no = 1; no <= (soak() ? 12 : 3); no++)
		main_killed_in(start_short, no);
}

/* --- firmware that dies --- */

static void firmware_crashes(void)
{
	static const char *const links[] = { "direct", "usb" };
	g_autofree char *firmware = g_build_filename(build_folder(), "testfw", "misbehave.so", NULL);
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
		struct outcome outcome =
		    expect_run(&bench, 1,
			       WORDS("run", "scenarios/power/cycle.lua", "--filter", "PWR-07*EU]", "--firmware",
				     firmware, "--link", links[i], "--out", bench.out));
		json_t *run = run_load(&bench, i + 1), *entry;
		size_t k;
		CU_ASSERT_EQUAL(count_verdicts(run, "fail"), 4);
		json_array_foreach(json_object_get(run, "cases"), k, entry)
		{
			expect_same("verdict", "fail", text_of(entry, "verdict"));
			expect_says(text_of(entry, "reason"), "the firmware died: SIGSEGV at address 0x0");
			expect_same("power", "safe", text_of(entry, "power"));
		}
		expect_says(outcome.out, "misbehave.so+0x");
		json_decref(run);
		outcome_clear(&outcome);
	}
}

/* An endless loop stops neither link. */
static void firmware_loops(void)
{
	static const char *const links[] = { "direct", "usb" };
	g_autofree char *firmware = g_build_filename(build_folder(), "testfw", "loop.so", NULL);
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
		struct outcome outcome =
		    expect_run(&bench, 1,
			       WORDS("run", "scenarios/power/cycle.lua", "--filter", "PWR-07*iR6570*EU]", "--firmware",
				     firmware, "--link", links[i], "--out", bench.out));
		expect_says(outcome.out, "used up its CPU time without calling the HAL");
		outcome_clear(&outcome);
	}
}

/* What the model has no room for is nobody's failure, and it is said what to do. */
static void model_is_full(void)
{
	static const char *const links[] = { "direct", "usb" };
	BENCH(bench);
	g_autofree char *slot = bench_write(&bench, "full.ini",
					    "[slot]\nname = full\nunit = emulated\n[disk]\nobserve = inline\n"
					    "[board]\nfirmware = bytewise\ndisk_bytes_mb = 4\n");

	for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
		expect_code(&bench, 3,
			    WORDS("run", "scenarios/erase/modes.lua", "--filter", "ERA-03[edition=en,host=iR2270]",
				  "--slot", slot, "--link", links[i], "--out", bench.out));
		json_t *run = run_load(&bench, i + 1);
		json_t *the_case = run_case(run, "ERA-03[edition=en,host=iR2270]");
		expect_same("verdict", "error", text_of(the_case, "verdict"));
		expect_says(text_of(the_case, "reason"), "at most 4 MB of them for disk 0: in a slot file, [board] "
							 "disk_bytes_mb=… allows more, [unit] pattern=false");
		expect_same("power", "safe", text_of(the_case, "power"));
		CU_ASSERT_EQUAL(count_verdicts(run, "fail"), 0);
		json_decref(run);
	}
}

TEST_SUITE(faults, { "SIGINT", interrupted }, { "SIGINT in a long case", interrupted_at_once },
	   { "SIGINT from a terminal", interrupted_by_terminal }, { "a worker is killed", worker_killed },
	   { "an emulator is killed", emulator_killed }, { "the run is killed", main_killed },
	   { "the firmware crashes", firmware_crashes }, { "the firmware loops", firmware_loops },
	   { "the model is full", model_is_full })
