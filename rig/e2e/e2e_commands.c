/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what it lists, explains and refuses. */
#include "e2e_program.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#define WORDS_MAX 8
#define NOBODY 65534

static void refused_words(void)
{
	static const struct {
		int code;
		const char *says;
		const char *words[WORDS_MAX];
	} rows[] = {
		{ 2, "Usage", { NULL } },
		{ 2, "frobnicate", { "frobnicate" } },
		{ 2, "--frob", { "run", "--frob" } },
		{ 2, "--frob", { "list", "--frob" } },
		{ 2, "--frob", { "check", "--frob" } },
		{ 2, "--frob", { "doctor", "--frob" } },
		{ 2, "--frob", { "emulate", "--frob" } },
		{ 2, "--frob", { "report", "--frob" } },
		{ 2, "extra", { "doctor", "extra" } },
		{ 2, "one run", { "report" } },
		{ 2, "one run", { "report", "a", "b" } },
		{ 2, "no spool", { "report", "scenarios" } },
		{ 2, "extra", { "emulate", "extra" } },
		{ 2, "one list", { "list", "--hosts", "--steps" } },
		{ 2, "scenario file", { "check" } },
		{ 2, "no_such.lua", { "check", "no_such.lua" } },
		{ 2, "no_such_folder", { "run", "no_such_folder" } },
		{ 2, "nonesuch", { "run", "--slot", "nonesuch" } },
		{ 2, "./nonesuch.ini", { "run", "--slot", "./nonesuch.ini" } },
		{ 2, "--link smoke", { "run", "--link", "smoke" } },
		{ 2, "--seed -1", { "run", "--seed", "-1" } },
		{ 2, "--jobs 0", { "run", "--jobs", "0" } },
		{ 2, "--jobs 65", { "run", "--jobs", "65" } },
		{ 2, "--defect nonesuch", { "run", "--defect", "nonesuch" } },
		{ 2, "nonesuch.so", { "run", "--firmware", "nonesuch.so" } },
		{ 2, "NOPE-01", { "run", "--require-judged", "NOPE-01" } },
		{ 2, "none of none, timeline", { "run", "--formats", "run,pdf" } },
		{ 2, "--require-judged: the list is empty", { "run", "--require-judged", "" } },
		{ 2, "--formats: the list is empty", { "run", "--formats", "" } },
		{ 2, "--formats: none stands alone", { "run", "--formats", "none,junit" } },
		{ 2, "--formats: none stands alone", { "run", "--formats", "junit,none" } },
		{ 4, "NOPE*", { "run", "--filter", "NOPE*" } },
	};
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct outcome outcome = expect_run(&bench, rows[i].code, rows[i].words);
		g_autofree char *both = g_strconcat(outcome.err, i ? NULL : outcome.out, NULL);
		expect_says(both, rows[i].says);
		outcome_clear(&outcome);
	}
}

/* What was said elsewhere than on the command line is found there. */
static void refused_settings(void)
{
	BENCH(bench);
	g_autofree char *config = bench_write(&bench, "config.ini", "");
	g_autofree char *folder = g_path_get_dirname(config), *variable = g_strconcat("XDG_CONFIG_HOME=", folder, NULL);
	g_autofree char *below = g_build_filename(folder, "wiperig", NULL);
	const struct {
		const char *environment, *file, *says;
		const char *words[WORDS_MAX];
	} rows[] = {
		{ "WIPERIG_JOBS=many", "", "wiperig run: WIPERIG_JOBS=many: must be", { "run" } },
		{ "WIPERIG_JOBS=many", "", "wiperig run: --jobs 0: must be", { "run", "--jobs", "0" } },
		{ "WIPERIG_LINK=smoke", "", "wiperig run: WIPERIG_LINK=smoke: must be direct", { "run" } },
		{ "X=", "[run]\njobs=65\n", "wiperig/config.ini: [run] jobs=65: must be", { "run" } },
		{ "X=", "[run]\nlink=smoke\n", "wiperig/config.ini: [run] link=smoke: must be", { "run" } },
		{ "WIPERIG_LIBDIR=/nonexistent", "", "WIPERIG_LIBDIR=/nonexistent: there is no such", { "run" } },
		{ "WIPERIG_LIBDIR=/nonexistent", "", "WIPERIG_LIBDIR=/nonexistent: there is no such", { "list" } },
	};

	g_assert(g_mkdir(below, 0755) == 0);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct start start = { .environment = WORDS(variable, rows[i].environment) };
		g_autofree char *path = bench_write(&bench, "wiperig/config.ini", rows[i].file);
		struct outcome outcome;

		program_run(&bench, &start, rows[i].words, &outcome);
		expect_outcome(&outcome, 2);
		expect_says(outcome.err, rows[i].says);
		outcome_clear(&outcome);
	}
}

static void refused_slots(void)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "[slot]\nname=x\n", "unit=" },
		{ "[slot]\nunit=frob\n", "unit=frob" },
		{ "[slot]\nunit=emulated\ncolour=red\n", "\"colour\"" },
		{ "[slot]\nunit=emulated\n[board]\ncolour=red\n", "\"colour\"" },
		{ "[slot]\nunit=emulated\n[frob]\na=1\n", "[frob]" },
		{ "[slot]\nunit=emulated\n[power]\ndriver=frob\n", "driver=frob" },
		{ "[slot]\nunit=emulated\n[power]\nvoltage=5\n", "\"voltage\"" },
		{ "[slot]\nunit=emulated\n[disk]\nobserve=guess\n", "observe=guess" },
		{ "[slot]\nunit=golden\n[board]\nhost=iR2270\n", "[board]" },
		{ "[slot]\nunit=emulated\n[board]\ndisk_sectors=x\n", "[board] disk_sectors=x: expected" },
		{ "[slot]\nunit=emulated\n[board]\nusb_vid=zz\n", "[board] usb_vid=zz: expected" },
		{ "[slot]\nunit=emulated\n[usb]\nvid=12345\n", "[usb] vid=12345: must be" },
		{ "[slot]\nunit=golden\n[usb]\nvid=12345\n", "[usb] vid=12345: must be" },
		{ "[slot]\nunit=golden\n[console]\nchannel=E\n", "[console] channel=E: must be" },
		{ "[slot]\nunit=golden\n[console]\nbaud=fast\n", "[console] baud=fast: must be" },
		{ "[slot]\nunit=golden\n[power]\npid=wxyz\n", "[power] pid=wxyz: must be" },
		{ "rubbish\n", "rubbish" },
	};
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *slot = bench_write(&bench, "bad.ini", rows[i].text);
		struct outcome outcome =
		    expect_run(&bench, 2, WORDS("run", "scenarios/power", "--slot", slot, "--out", bench.out));
		expect_says(outcome.err, rows[i].says);
		expect_says(outcome.err, slot);
		outcome_clear(&outcome);
	}
	CU_ASSERT_FALSE(g_file_test(bench.out, G_FILE_TEST_EXISTS));
}

/* What the board cannot run is said once, before any case. */
static void refused_firmwares(void)
{
	static const char *const links[] = { "direct", "usb" };
	BENCH(bench);
	g_autofree char *text = bench_write(&bench, "text.so", "This is no firmware.\n");
	g_autofree char *other = g_build_filename(build_folder(), "front-umockdev.so", NULL);
	const struct {
		const char *file, *says;
	} rows[] = { { text, "text.so: " }, { other, "front-umockdev.so: it does not export firmware_abi" } };

	for (guint i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(links); i++) {
		const char *file = rows[i / 2].file;
		struct outcome outcome = expect_run(
		    &bench, 2,
		    WORDS("run", "scenarios/power", "--link", links[i % 2], "--firmware", file, "--out", bench.out));
		g_auto(GStrv) lines = g_strsplit(outcome.err, "\n", -1);

		expect_says(outcome.err, rows[i / 2].says);
		CU_ASSERT_EQUAL(g_strv_length(lines), 2);
		outcome_clear(&outcome);
	}
	CU_ASSERT_FALSE(g_file_test(bench.out, G_FILE_TEST_EXISTS));
}

static void out_not_writable(void)
{
	BENCH(bench);
	g_autofree char *file = bench_write(&bench, "file", "");
	g_autofree char *locked = g_build_filename(bench.folder, "locked", NULL);
	g_autofree char *below = g_build_filename(locked, "runs", NULL);
	g_autofree char *in_file = g_build_filename(file, "runs", NULL);
	const char *const outs[] = { locked, below, in_file };
	const struct start as_nobody = { .user = getuid() ? 0 : NOBODY }; /* root may write anywhere */
	struct outcome outcome;

	g_assert(g_mkdir(locked, 0555) == 0 && g_chmod(bench.folder, 0755) == 0);
	program_run(&bench, &as_nobody, WORDS("--version"), &outcome);
	gboolean may_read = outcome.code == 0;
	outcome_clear(&outcome);
	if (!may_read)
		fprintf(stderr,
			"\nnote: user %d cannot run the program here; folders without permission are not tried\n",
			NOBODY);
	for (guint i = may_read ? 0 : G_N_ELEMENTS(outs) - 1; i < G_N_ELEMENTS(outs); i++) {
		program_run(&bench, may_read ? &as_nobody : NULL, WORDS("run", "scenarios/power", "--out", outs[i]),
			    &outcome);
		expect_outcome(&outcome, 2);
		expect_says(outcome.err, outs[i]);
		outcome_clear(&outcome);
	}
}

/* A production unit's data and licence are not for tests: nothing is opened, nothing runs. */
static void production_unit(void)
{
	static const char text[] = "[slot]\nname=floor\nunit=production\n[unit]\nhost=iR4570\nregion=EU\n"
				   "serial=ABC01234\n[usb]\nserial=none\n";
	BENCH(bench);
	g_autofree char *slot = bench_write(&bench, "floor.ini", text);
	struct outcome outcome =
	    expect_run(&bench, 4, WORDS("run", "scenarios", "--slot", slot, "--filter", "LIC-02*", "--out", bench.out));
	json_t *run = run_load(&bench, 1), *entry;
	size_t i;
	CU_ASSERT(json_array_size(json_object_get(run, "cases")) >= 8);
	json_array_foreach(json_object_get(run, "cases"), i, entry)
	{
		expect_same("verdict", "skip", text_of(entry, "verdict"));
		expect_says(text_of(entry, "reason"), "production");
		expect_same("power", "not used", text_of(entry, "power"));
	}
	json_decref(run);
	outcome_clear(&outcome);
}

static void required_judgement(void)
{
	BENCH(bench);
#define REQUIRE(ids)                                                                                                   \
	WORDS("run", "scenarios/power", "--filter", "PWR-07*EU]", "--require-judged", ids, "--out", bench.out)

	expect_code(&bench, 0, REQUIRE("PWR-07"));
	expect_code(&bench, 3, REQUIRE("BOO-01"));
	expect_code(&bench, 3, REQUIRE("PWR-07,PWR-09"));
#undef REQUIRE
}

static void lists(void)
{
	static const struct {
		const char *option, *says;
		guint least;
	} rows[] = {
		{ NULL, "LIC-01", 20 },
		{ "--requirements", "LIC-11", 80 },
		{ "--defects", "accepts-other-serial", 20 },
		{ "--drivers", "ftdi-relay", 10 },
		{ "--hosts", "iRC6870", 11 },
		{ "--steps", "licence.issue", 20 },
	};
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct outcome text = expect_run(&bench, 0, WORDS("list", rows[i].option));
		struct outcome json = expect_run(&bench, 0, WORDS("list", "--json", rows[i].option));
		json_t *lines = json_lines_load(json.out);
		json_t *last = json_array_get(lines, json_array_size(lines) - 1);

		expect_says(text.out, rows[i].says);
		expect_says(json.out, rows[i].says);
		CU_ASSERT_FALSE(g_str_has_prefix(text.out, "{"));
		CU_ASSERT(json_array_size(lines) > rows[i].least);
		CU_ASSERT_EQUAL(json_integer_value(json_object_get(last, "seq")), (json_int_t)json_array_size(lines));
		expect_same("the last line", "complete", text_of(last, "ended"));
		json_decref(lines);
		outcome_clear(&text);
		outcome_clear(&json);
	}
}

static void checks_all(void)
{
	BENCH(bench);
	struct outcome outcome = expect_run(&bench, 0, WORDS("check", "scenarios"));

	expect_says(outcome.out, "good");
	outcome_clear(&outcome);
}

static void doctor(void)
{
	BENCH(bench);
	struct outcome text = expect_run(&bench, 0, WORDS("doctor")),
		       json = expect_run(&bench, 0, WORDS("doctor", "--json"));
	json_t *lines = json_lines_load(json.out), *line;
	json_t *last = json_array_get(lines, json_array_size(lines) - 1);
	size_t i;

	expect_says(text.out, "umockdev");
	expect_says(text.out, "reference.so");
	if (strstr(text.out, "70-wiperig.rules is not installed"))
		expect_says(text.out, "/drivers/70-wiperig.rules to /etc/udev/rules.d/");
	json_array_foreach(lines, i, line)
	    CU_ASSERT_EQUAL(json_integer_value(json_object_get(line, "seq")), (json_int_t)i + 1);
	CU_ASSERT(json_array_size(lines) > 8);
	expect_same("the last line", "complete", text_of(last, "ended"));
	json_decref(lines);
	outcome_clear(&text);
	outcome_clear(&json);
	/* What is missing is said, with its remedy. */
	const struct start lost = { .environment = WORDS("WIPERIG_SCENARIOS=/nonexistent") };
	program_run(&bench, &lost, WORDS("doctor"), &text);
	expect_outcome(&text, 3);
	expect_says(text.out, "MISSING");
	expect_says(text.out, "WIPERIG_SCENARIOS");
	outcome_clear(&text);
}

/* A result that nobody can read is none, whatever it was. */
static void output_full(void)
{
	static const struct {
		const char *words[WORDS_MAX];
	} rows[] = {
		{ { "list" } },
		{ { "list", "--json" } },
		{ { "doctor" } },
		{ { "doctor", "--json" } },
		{ { "check", "scenarios/power" } },
		{ { "explore", "--depth", "1", "--disk", "12MB", "--erase", "activation" } },
		{ { "explore", "--depth", "1", "--disk", "12MB", "--erase", "activation", "--json" } },
		{ { "--help" } },
		{ { "run", "--help" } },
		{ { "--version" } },
	};
	const struct start full = { .full = TRUE };
	BENCH(bench);
	struct outcome outcome;

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		program_run(&bench, &full, rows[i].words, &outcome);
		expect_outcome(&outcome, 3);
		expect_says(outcome.err, "writing to standard output: No space left on device");
		CU_ASSERT_PTR_NULL(strstr(strstr(outcome.err, "writing to") + 1, "writing to"));
		outcome_clear(&outcome);
	}
	/* A found failure too; and what fails before it says anything stays what it is. */
	program_run(&bench, &full,
		    WORDS("run", "scenarios/power", "--filter", "PWR-07*EU]", "--defect", "short-off-confuses", "--out",
			  bench.out),
		    &outcome);
	expect_outcome(&outcome, 3);
	expect_says(outcome.err, "writing to standard output: No space left on device");
	outcome_clear(&outcome);
	program_run(&bench, &full, WORDS("run", "--jobs", "0"), &outcome);
	expect_outcome(&outcome, 2);
	outcome_clear(&outcome);
}

static void help(void)
{
	static const char *const commands[] = { "run", "list", "check", "emulate", "report", "doctor" };
	BENCH(bench);
	struct outcome outcome = expect_run(&bench, 0, WORDS("--help"));

	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		struct outcome its = expect_run(&bench, 0, WORDS(commands[i], "--help"));
		g_autofree char *example = g_strconcat("\n  wiperig ", commands[i], NULL);
		const char *examples = strstr(its.out, "Example");
		expect_says(examples, example);
		expect_says(outcome.out, commands[i]);
		outcome_clear(&its);
	}
	outcome_clear(&outcome);
	expect_code(&bench, 0, WORDS("--version"));
}

TEST_SUITE(commands, { "refused words", refused_words }, { "refused settings", refused_settings },
	   { "refused slot files", refused_slots }, { "refused firmwares", refused_firmwares },
	   { "--out cannot be written", out_not_writable }, { "a production unit is spared", production_unit },
	   { "a required judgement is missing", required_judgement }, { "lists", lists },
	   { "check of all scenarios", checks_all }, { "doctor", doctor }, { "help has examples", help },
	   { "standard output has no room", output_full })
