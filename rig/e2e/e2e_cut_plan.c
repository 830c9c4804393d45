/* SPDX-License-Identifier: Apache-2.0 */
/* What the power-cut explorer finds can be seen again, by both links; and a plan that does not fit accuses nobody. */
#include "e2e_program.h"

/* How much of it is in each check: all; what is found, without seeing it again; nothing. The soak has all. */
enum sample { ALL, FOUND, SOAK };

/* A known-bad firmware, given as a file without a name, or a drive; the erase, mode, disk and cuts (NULL: any number)
 * that show it: all of the catalogue that have to do with the power. */
struct bad {
	const char *name, *erase, *mode, *disk, *depth;
	gboolean is_drive;
	enum sample sample;
};

static const struct bad all_bad[] = {
	{ "complete-on-interrupted", "activation", "1", "12MB", "1", FALSE, ALL },
	{ "second-cut-forgotten", "regeneration", "1", "12MB", "2", FALSE, ALL },
	{ "serves-before-residual-erase", "job-end", "1", "12MB", "1", FALSE, ALL },
	{ "key-written-in-halves", "activation", "1", "12MB", "1", FALSE, ALL },
	{ "log-says-complete-after-cut", "activation", "1", "12MB", "1", FALSE, ALL },
	{ "reports-interrupted-complete", "activation", "1", "80MB", "1", FALSE, ALL },
	{ "progress-never-persisted", "activation", "1", "4GB", NULL, FALSE, ALL },
	{ "fua-ignored", "activation", "1", "12MB", "1", TRUE, ALL },
	{ "bricks-on-torn-record", "activation", "3", "12MB", "1", FALSE, SOAK },
	{ "checkpoint-before-flush", "invalidation", "3", "12MB", "1", FALSE, SOAK },
	{ "checkpoint-too-rare", "activation", "2", "4GB", NULL, FALSE, SOAK },
	{ "complete-before-it-ends", "activation", "3", "12MB", "1", FALSE, SOAK },
	{ "fails-at-third-start", "activation", "1", "12MB", "2", FALSE, SOAK },
	{ "forgets-with-the-disk", "invalidation", "1", "12MB", "1", FALSE, SOAK },
	{ "key-made-anew-at-every-start", "job-end", "1", "12MB", "1", FALSE, FOUND },
	{ "key-stays-after-cut", "regeneration", "1", "12MB", "1", FALSE, SOAK },
	{ "loses-licence-at-power-off", "regeneration", "1", "12MB", "1", FALSE, SOAK },
	{ "message-dropped-on-resume", "regeneration", "2", "12MB", "1", FALSE, SOAK },
	{ "message-gone-before-last-flush", "regeneration", "1", "12MB", "1", FALSE, SOAK },
	{ "no-erasing-message", "regeneration", "1", "12MB", "1", FALSE, SOAK },
	{ "pending-erase-forgotten-after-power-off", "regeneration", "1", "12MB", "1", FALSE, SOAK },
	{ "progress-ahead-of-writes", "activation", "1", "12MB", "1", FALSE, SOAK },
	{ "resumes-at-next-pass", "regeneration", "3", "12MB", "1", FALSE, SOAK },
	{ "resumes-in-mode-1", "activation", "3", "12MB", "1", FALSE, SOAK },
	{ "resumes-one-block-late", "regeneration", "2", "160MB", "1", FALSE, SOAK },
	{ "short-off-confuses", "activation", "1", "12MB", "1", FALSE, SOAK },
	{ "starts-only-after-shutdown", "invalidation", "1", "12MB", "1", FALSE, SOAK },
	{ "torn-record-accepted", "activation", "1", "12MB", "1", FALSE, SOAK },
	{ "flush-lies", "activation", "1", "12MB", "1", TRUE, FOUND },
};

/* Nothing in its name tells what is wrong with it. */
static char *anonymous(const struct bench *bench, const char *name)
{
	g_autofree char *from = g_strdup_printf("%s/defects/%s.so", build_folder(), name);

	return bench_copy(bench, from, "firmware.so");
}

static char *plan_path(const struct bench *bench, guint n)
{
	return g_strdup_printf("%s/found/plan-%u.json", bench->folder, n);
}

/* The findings of a run of `explore`, in the order of their plans; `text`, unless NULL, gets what it has printed. */
static json_t *explore(const struct bench *bench, const struct bad *bad, const char *kind, const char *which,
		       char **text)
{
	g_autofree char *found = g_build_filename(bench->folder, "found", NULL), *results = NULL;
	g_autofree char *path = g_build_filename(found, "explore.jsonl", NULL);
	struct outcome outcome =
	    expect_run(bench, 1,
		       WORDS("explore", kind, which, "--erase", bad->erase, "--mode", bad->mode, "--disk", bad->disk,
			     "--out", found, bad->depth ? "--depth" : NULL, bad->depth));

	if (text)
		*text = g_strdup(outcome.out);
	outcome_clear(&outcome);
	CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &results, NULL, NULL));
	json_t *lines = json_lines_load(results);
	json_t *result = json_array_get(json_object_get(json_array_get(lines, 0), "results"), 0);
	json_t *findings = json_incref(json_object_get(result, "findings"));
	json_decref(lines);
	CU_ASSERT_TRUE_FATAL(json_array_size(findings) > 0);
	return findings;
}

/* --- one place for all --- */

static json_int_t number_of(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static void expect_line(const char *text, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void expect_line(const char *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	expect_says(text, line);
}

/* What is printed, the page and the plan say of the `n`th finding that the first cut is at the same operation. */
static void expect_one_place(json_t *finding, json_t *plan, const char *text, const char *page, guint n)
{
	static const struct {
		const char *when, *word;
	} moments[] = { { "before", "before" }, { "within", "during" }, { "after", "after" } };
	const json_int_t cuts = number_of(finding, "cuts"), operation = number_of(finding, "operation");
	json_t *cut = json_array_get(json_object_get(plan, "cuts"), 0);
	const char *fault = text_of(finding, "fault"), *requirement = text_of(finding, "requirement");

	if (!cuts) {
		/* Perhaps one that shows on the medium what the next one may undo. */
		CU_ASSERT(json_array_size(json_object_get(plan, "cuts")) <=
			  (g_str_equal(fault, "not-flushed") ? 1 : 0));
		CU_ASSERT_EQUAL(operation, 0);
		expect_line(text, "  %s (%s): without any cut: ", fault, requirement);
		return;
	}
	CU_ASSERT_EQUAL(number_of(cut, "operation"), operation);
	CU_ASSERT_EQUAL((json_int_t)json_array_size(json_object_get(plan, "cuts")), cuts);
	expect_line(text, "  %s (%s): after %d cut%s, the first at operation %d: ", fault, requirement, (int)cuts,
		    cuts > 1 ? "s" : "", (int)operation);
	expect_line(page, "after %d cut%s, the first at operation %d; seen in ", (int)cuts, cuts > 1 ? "s" : "",
		    (int)operation);
	expect_line(page, "%s, operation %d\">▼%u</a>", fault, (int)operation, n);
	expect_line(page, "<tr><td>1</td><td>%d</td><td>%s the %s</td>", (int)operation, text_of(cut, "when"),
		    text_of(cut, "kind"));
	for (guint i = 0; i < G_N_ELEMENTS(moments); i++)
		if (g_str_equal(text_of(cut, "when"), moments[i].when))
			expect_line(text, "    Cut 1: the power goes %s operation %d, ", moments[i].word,
				    (int)operation);
}

static void expect_one_place_each(const struct bench *bench, json_t *findings, const char *text)
{
	g_autofree char *path = g_build_filename(bench->folder, "found", "explore.html", NULL), *page = NULL;
	json_t *finding;
	size_t i;

	CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &page, NULL, NULL));
	json_array_foreach(findings, i, finding)
	{
		g_autofree char *name = plan_path(bench, (guint)i + 1);
		json_t *plan = json_load_file(name, 0, NULL);

		CU_ASSERT(json_equal(plan, json_object_get(finding, "plan")));
		expect_one_place(finding, plan, text, page, (guint)i + 1);
		json_decref(plan);
	}
}

/* --- seen again --- */

/* The fewest cuts, and the fewest writes that are not kept. */
static void expect_minimal(json_t *finding)
{
	json_t *cuts = json_object_get(json_object_get(finding, "plan"), "cuts"), *cut;
	size_t i;

	CU_ASSERT(json_is_array(cuts) && json_array_size(cuts) <= 2);
	json_array_foreach(cuts, i, cut) CU_ASSERT(json_array_size(json_object_get(cut, "fates")) <= 2);
}

static void expect_fails(const struct bench *bench, guint n, const char *requirement)
{
	json_t *run = run_load(bench, n), *entry;
	gboolean failed = FALSE;
	size_t i;

	json_array_foreach(json_object_get(run, "requirements"), i, entry) failed |=
	    g_str_equal(text_of(entry, "id"), requirement) && g_str_equal(text_of(entry, "verdict"), "fail");
	if (!failed)
		g_printerr("run %u: %s did not fail\n", n, requirement);
	CU_ASSERT_TRUE(failed);
	json_decref(run);
}

static void seen_again(const struct bad *bad)
{
	static const char *const links[] = { "direct", "usb" };
	BENCH(bench);
	const char *kind = bad->is_drive ? "--defect" : "--firmware";
	g_autofree char *which = bad->is_drive ? g_strdup(bad->name) : anonymous(&bench, bad->name);
	g_autofree char *text = NULL;
	json_t *findings = explore(&bench, bad, kind, which, &text), *finding;
	guint runs = 0;
	size_t i;

	expect_one_place_each(&bench, findings, text);
	json_array_foreach(findings, i, finding)
	{
		g_autofree char *plan = plan_path(&bench, (guint)i + 1);

		expect_minimal(finding);
		for (guint link = 0; link < G_N_ELEMENTS(links) && (bad->sample == ALL || soak()); link++) {
			expect_code(&bench, 1,
				    WORDS("run", "--cut-plan", plan, kind, which, "--link", links[link], "--formats",
					  "run", "--out", bench.out));
			expect_fails(&bench, ++runs, text_of(finding, "requirement"));
		}
	}
	json_decref(findings);
}

static void all_seen_again(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(all_bad); i++)
		if (all_bad[i].sample != SOAK || soak())
			seen_again(&all_bad[i]);
}

/* A plan that was edited badly: the file and its member are named, once. */
static void edited(const struct bench *bench, const char *plan)
{
	static const struct {
		const char *object, *member, *value, *says;
	} rows[] = {
		{ NULL, "requirement", "XX-99", "\"requirement\" is none of PWR-03" },
		{ NULL, "fault", "zzz", "\"fault\" is none of sectors-left" },
		{ "board", "disk_sectors", "x", "\"board\": [board] disk_sectors=x: expected" },
		{ "board", "frob", "x", "\"board\": the cut plan is of a board with the setting \"frob\"" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *json = json_load_file(plan, 0, NULL);
		json_t *object = rows[i].object ? json_object_get(json, rows[i].object) : json;
		g_autofree char *path = g_build_filename(bench->folder, "edited.json", NULL);

		json_object_set_new(object, rows[i].member, json_string(rows[i].value));
		CU_ASSERT(json_dump_file(json, path, 0) == 0);
		struct outcome outcome = expect_run(bench, 2, WORDS("run", "--cut-plan", path, "--out", bench->out));
		expect_says(outcome.err, "edited.json: ");
		expect_says(outcome.err, rows[i].says);
		outcome_clear(&outcome);
		json_decref(json);
	}
}

/* A firmware that is good passes by the same plan; of one that does otherwise nothing is judged. */
static void others(void)
{
	BENCH(bench);
	g_autofree char *bad = anonymous(&bench, all_bad[0].name), *plan = plan_path(&bench, 1);
	g_autofree char *bytewise = g_strdup_printf("%s/firmware/bytewise.so", build_folder());

	json_decref(explore(&bench, &all_bad[0], "--firmware", bad, NULL));
	edited(&bench, plan);
	struct outcome outcome =
	    expect_run(&bench, 0, WORDS("run", "--cut-plan", plan, "--formats", "run", "--out", bench.out));
	expect_says(outcome.err, "the cut plan is of another firmware, firmware.so with SHA-256 ");
	outcome_clear(&outcome);
	outcome = expect_run(
	    &bench, 3,
	    WORDS("run", "--cut-plan", plan, "--firmware", bytewise, "--formats", "run", "--out", bench.out));
	expect_says(outcome.out, "the cut plan does not fit this unit: the planned operation did not come");
	outcome_clear(&outcome);
}

/* Where a cut cannot be made at an operation it is aimed by time, and that is said. */
static void by_time(void)
{
	static const char *const observed[] = { "none", "snapshot" };

	for (guint i = 0; i < G_N_ELEMENTS(observed); i++) {
		BENCH(bench);
		g_autofree char *bad = anonymous(&bench, all_bad[0].name), *plan = plan_path(&bench, 1);
		g_autofree char *text =
		    g_strdup_printf("[slot]\nname=blind\nunit=emulated\n[board]\n[disk]\nobserve=%s\n", observed[i]);
		g_autofree char *slot = bench_write(&bench, "blind.ini", text);

		json_decref(explore(&bench, &all_bad[0], "--firmware", bad, NULL));
		expect_code(
		    &bench, 0,
		    WORDS("run", "--cut-plan", plan, "--slot", slot, "--formats", "run,timeline", "--out", bench.out));
		g_autofree char *timeline = run_read(&bench, 1, "timeline.jsonl", NULL);
		expect_says(timeline, "aimed by time; disk position unknown");
	}
}

/* Where the disk is watched it is said how near that came. Only a slot that is not emulated is aimed at like this, and
 * no such one has a disk that is watched here: so the plan is given to its scenario by hand, at the first sector. */
static char *timed_scenario(json_t *plan, json_int_t at_ns, json_int_t sectors)
{
	g_autofree char *path = g_build_filename(root_folder(), "scenarios/lib/cut_plan.lua", NULL), *library = NULL;

	CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &library, NULL, NULL));
	return g_strdup_printf(
	    "local plan = { fault = \"%s\", requirement = \"%s\", text = \"x\", erase = \"activation\", mode = 1, "
	    "document = false, after = \"rest\", exact = false, emulated = true, system_lba = 0, system_sectors = 0, "
	    "disks = { %" JSON_INTEGER_FORMAT
	    " }, cuts = { { op = \"write\", nth = 1, when = \"after\", disk = 0, at = "
	    "0, at_ns = %" JSON_INTEGER_FORMAT ", promised = true, pending = 0, pending2 = 0, fates = \"\" } } }; %s",
	    text_of(plan, "fault"), text_of(plan, "requirement"), sectors, at_ns, library);
}

static void by_time_near(void)
{
	static const struct {
		json_int_t later_ns;
		int code;
		const char *says[2];
	} aims[] = {
		{ 0, 0, { "the cut was aimed by time: it came before the disk was written to", "" } },
		{ 60000000,
		  1,
		  { "the cut was aimed by time: it came 0.", " s after the planned command had ended, " } },
	};

	for (guint i = 0; i < G_N_ELEMENTS(aims); i++) {
		BENCH(bench);
		g_autofree char *bad = anonymous(&bench, all_bad[0].name);
		json_t *findings = explore(&bench, &all_bad[0], "--firmware", bad, NULL);
		json_t *plan = json_object_get(json_array_get(findings, 0), "plan");
		json_t *cut = json_array_get(json_object_get(plan, "cuts"), 0);
		const json_int_t at_ns = json_integer_value(json_object_get(cut, "at_ns")) + aims[i].later_ns;
		const json_int_t sectors =
		    json_integer_value(json_object_get(json_array_get(json_object_get(plan, "disks"), 0), "sectors"));
		g_autofree char *text = timed_scenario(plan, at_ns, sectors);
		g_autofree char *scenario = bench_write(&bench, "timed.lua", text);
		g_autofree char *settings =
		    g_strdup_printf("[slot]\nname=timed\nunit=emulated\n[board]\ndisk_sectors=%" JSON_INTEGER_FORMAT
				    "\n[disk]\nobserve=inline\n",
				    sectors);
		g_autofree char *slot = bench_write(&bench, "timed.ini", settings);

		expect_code(&bench, aims[i].code,
			    WORDS("run", scenario, "--slot", slot, "--firmware", bad, "--formats", "run,timeline",
				  "--out", bench.out));
		g_autofree char *timeline = run_read(&bench, 1, "timeline.jsonl", NULL);
		expect_says(timeline, aims[i].says[0]);
		expect_says(timeline, aims[i].says[1]);
		json_decref(findings);
	}
}

static void refuses(void)
{
	BENCH(bench);
	g_autofree char *none = bench_write(&bench, "none.json", "{}"), *missing = plan_path(&bench, 1);
	const struct {
		const char *says;
		const char *words[8];
	} rows[] = {
		{ "this is no cut plan: its \"format\"", { "run", "--cut-plan", none } },
		{ "cut plan: ", { "run", "--cut-plan", missing } },
		{ "brings its own scenario", { "run", "--cut-plan", none, "scenarios" } },
		{ "brings its own scenario", { "run", "--cut-plan", none, "--filter", "x" } },
		{ "no --seed", { "run", "--cut-plan", none, "--seed", "1" } },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct outcome outcome = expect_run(&bench, 2, rows[i].words);

		expect_says(outcome.err, rows[i].says);
		outcome_clear(&outcome);
	}
}

TEST_SUITE(e2e_cut_plan, { "seen again", all_seen_again }, { "others", others }, { "by time", by_time },
	   { "by time, near", by_time_near }, { "refuses", refuses })
