/* SPDX-License-Identifier: Apache-2.0 */
/* Boards with another protocol: the second emulated board by its slot file and adapter alone; adapters that are wrong.
 */
#include "e2e_program.h"
#include <stdio.h>
#include <stdlib.h>

#define SLOT                                                                                                           \
	"[slot]\nname=second\nunit=emulated\n[board]\nfirmware=ascii\nusb_vid=1209\nusb_pid=0002\nusb_class=0a\n"      \
	"[usb]\nvid=1209\npid=0002\n[controller]\nadapter=%s\n"
#define ASK                                                                                                            \
	"local function ask(port, line)\n"                                                                             \
	"  port.send(line .. '\\r\\n')\n"                                                                              \
	"  return port.receive { ending = '\\r\\n' }\n"                                                                \
	"end\n"
#define STATUS                                                                                                         \
	"function board.status(port)\n"                                                                                \
	"  local unit, licence = ask(port, 'STATUS'):match('^OK (%w+) (%w+)')\n"                                       \
	"  return { unit = unit:lower(), licence = licence:lower() }\n"                                                \
	"end\n"
#define SCENARIO                                                                                                       \
	"scenario { id = 'A', title = 'T', requirements = { 'PWR-07', 'MSG-01' }, steps = {\n"                         \
	"  power.on {}, wait.ready { within = '10 min' },\n"                                                           \
	"  expect.unit { state = 'ready', requirements = { 'PWR-07' } },\n"                                            \
	"  expect.panel { prefix = '', requirements = { 'MSG-01' } },\n"                                               \
	"} }\n"

/* A slot of the second board with an adapter that comes with the program, or with a text of the test's. */
static char *slot_with(const struct bench *bench, const char *adapter, const char *script)
{
	g_autofree char *text = g_strdup_printf(SLOT, adapter);

	if (script)
		g_free(bench_write(bench, adapter, script));
	return bench_write(bench, "second.ini", text);
}

static json_int_t total(json_t *run, const char *verdict)
{
	return json_integer_value(json_object_get(json_object_get(json_object_get(run, "totals"), "cases"), verdict));
}

static void second_board(void)
{
	BENCH(bench);
	const char *slot = "fixtures/ascii/ascii.ini";

	expect_code(&bench, 0,
		    WORDS("run", "scenarios/license", "scenarios/power", "--slot", slot, "--out", bench.out));
	expect_code(&bench, 0,
		    WORDS("run", "scenarios/license", "scenarios/power", "--slot", slot, "--out", bench.out, "--link",
			  "usb", "--filter", soak() ? "*" : "*host=iR4570,region=EU*"));
	expect_code(&bench, 0, WORDS("run", "scenarios/license", "scenarios/power", "--out", bench.out));
	json_t *direct = run_load(&bench, 1), *usb = run_load(&bench, 2), *native = run_load(&bench, 3);
	CU_ASSERT(total(direct, "pass") > 100);
	CU_ASSERT_EQUAL(total(direct, "pass"), total(native, "pass"));
	CU_ASSERT_EQUAL(total(direct, "skip"), total(native, "skip"));
	CU_ASSERT(total(usb, "pass") > 5);
	/* What a run was made with is part of its record. */
	json_t *adapter = json_object_get(json_object_get(direct, "slot"), "adapter");
	CU_ASSERT_STRING_EQUAL(text_of(adapter, "file"), "ascii.lua");
	CU_ASSERT_EQUAL(strlen(text_of(adapter, "sha256")), 64);
	CU_ASSERT_PTR_NULL(json_object_get(json_object_get(native, "slot"), "adapter"));
	json_decref(direct);
	json_decref(usb);
	json_decref(native);
}

#define OPERATIONS "fixtures/ascii/operations.lua"
#define OPERATIONS_LEAST 34 /* operations that a unit has */

/* Its calls and their answers, without when. `*different`: how many operations they are of. */
static json_t *calls_of(const struct bench *bench, guint n, gsize *different)
{
	g_autofree char *text = run_read(bench, n, "timeline.jsonl", NULL);
	json_t *lines = json_lines_load(text ? text : ""), *calls = json_array(), *names = json_object(), *line;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		if (!g_str_equal(text_of(line, "type"), "call"))
			continue;
		json_object_set_new(names, text_of(line, "operation"), json_true());
		json_object_del(line, "seq");
		json_object_del(line, "time_ns");
		json_object_del(line, "prev");
		json_array_append(calls, line);
	}
	*different = json_object_size(names);
	json_decref(names);
	json_decref(lines);
	return calls;
}

/* What is asked and answered is the same by both protocols and on both links. */
static void every_operation(void)
{
	BENCH(bench);
	g_autofree char *slot = slot_with(&bench, "ascii.lua", NULL);
	gsize different;

	expect_code(&bench, 0, WORDS("run", OPERATIONS, "--out", bench.out));
	expect_code(&bench, 0, WORDS("run", OPERATIONS, "--slot", slot, "--out", bench.out));
	expect_code(&bench, 0, WORDS("run", OPERATIONS, "--slot", slot, "--out", bench.out, "--link", "usb"));
	json_t *native = calls_of(&bench, 1, &different);
	CU_ASSERT(different >= OPERATIONS_LEAST);
	for (guint n = 2; n <= 3; n++) {
		json_t *ascii = calls_of(&bench, n, &different);
		CU_ASSERT_EQUAL(json_array_size(ascii), json_array_size(native));
		for (size_t i = 0; i < json_array_size(native); i++) {
			char *one = json_dumps(json_array_get(native, i), JSON_SORT_KEYS);
			char *other = json_dumps(json_array_get(ascii, i), JSON_SORT_KEYS | JSON_ENCODE_ANY);
			expect_same("an operation", one, other);
			free(one);
			free(other);
		}
		json_decref(ascii);
	}
	json_decref(native);
}

/* The same slot file with the rig's own protocol, or with another address, reaches nothing. */
static void not_by_the_native_protocol(void)
{
	static const char *const changes[] = { "[controller]\ndriver=native\n", "[usb]\nvid=1209\npid=0001\n" };
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autofree char *text =
		    g_strdup_printf("[slot]\nname=second\nunit=emulated\n[board]\nfirmware=ascii\nusb_pid=0002\n%s%s",
				    i ? "[controller]\nadapter=ascii.lua\n" : "[usb]\npid=0002\n", changes[i]);
		g_autofree char *slot = bench_write(&bench, "other.ini", text);
		g_autofree char *scenario = bench_write(&bench, "a.lua", SCENARIO);
		struct outcome outcome =
		    expect_run(&bench, 1, WORDS("run", scenario, "--slot", slot, "--out", bench.out));
		expect_says(outcome.out, i ? "it is not on the bus" : "no answer within");
		outcome_clear(&outcome);
	}
}

/* The command line counts over the slot file. */
static void firmware_over_slot(void)
{
	BENCH(bench);
	g_autofree char *slot =
	    bench_write(&bench, "a.ini", "[slot]\nname=a\nunit=emulated\n[board]\nfirmware=ascii\n");
	g_autofree char *reference = g_build_filename(build_folder(), "firmware", "reference.so", NULL);
	g_autofree char *scenario = bench_write(&bench, "a.lua", SCENARIO);

	expect_code(&bench, 1, WORDS("run", scenario, "--slot", slot, "--out", bench.out));
	expect_code(&bench, 0, WORDS("run", scenario, "--slot", slot, "--out", bench.out, "--firmware", reference));
}

static void refused_before_power_on(void)
{
	static const struct {
		const char *script, *says;
	} cases[] = {
		{ "local board = {}\nboard.status = \n", "board.lua:3: unexpected symbol near <eof>" },
		{ "return { statsu = type }", "unknown function 'statsu'; did you mean 'status'?" },
		{ "\n\nos.exit(0)\n", "board.lua:3: unknown name 'os'" },
		{ "while true do end", "board.lua:1: the " },
	};
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *slot = slot_with(&bench, "board.lua", cases[i].script);
		g_autofree char *adapter = g_build_filename(bench.folder, "board.lua", NULL);
		struct outcome outcome =
		    expect_run(&bench, 2, WORDS("run", "scenarios", "--slot", slot, "--out", bench.out));
		expect_says(outcome.err, cases[i].says);
		outcome_clear(&outcome);
		outcome = expect_run(&bench, 2, WORDS("check", "--adapter", adapter));
		expect_says(outcome.err, cases[i].says);
		outcome_clear(&outcome);
	}
	CU_ASSERT_FALSE(g_file_test(bench.out, G_FILE_TEST_EXISTS));
	g_autofree char *missing = slot_with(&bench, "nowhere.lua", NULL);
	struct outcome outcome =
	    expect_run(&bench, 2, WORDS("run", "scenarios", "--slot", missing, "--out", bench.out));
	expect_says(outcome.err, "nowhere.lua: No such file");
	outcome_clear(&outcome);
}

/* What the board cannot do is not judged; what it can, is. */
static void few_functions(void)
{
	BENCH(bench);
	g_autofree char *slot = slot_with(&bench, "board.lua", ASK "local board = {}\n" STATUS "return board\n");
	g_autofree char *scenario = bench_write(&bench, "a.lua", SCENARIO);
	struct outcome outcome = expect_run(&bench, 0, WORDS("check", "--adapter", "fixtures/ascii/ascii.lua"));

	expect_says(outcome.out, "the board can: identify status accessories panel");
	outcome_clear(&outcome);
	expect_code(&bench, 0, WORDS("run", scenario, "--slot", slot, "--out", bench.out));
	json_t *run = run_load(&bench, 1), *entry;
	size_t i;
	guint seen = 0;
	json_array_foreach(json_object_get(run, "requirements"), i, entry)
	{
		const char *id = text_of(entry, "id");
		if (g_str_equal(id, "PWR-07") || g_str_equal(id, "MSG-01")) {
			seen++;
			expect_same(id, id[0] == 'P' ? "pass" : "not judged", text_of(entry, "verdict"));
		}
	}
	CU_ASSERT_EQUAL(seen, 2);
	json_decref(run);
	expect_code(&bench, 3,
		    WORDS("run", scenario, "--slot", slot, "--out", bench.out, "--require-judged", "MSG-01"));
}

/* An adapter's mistake is the rig's error, a board's silence the controller's failure. */
static void wrong_while_it_runs(void)
{
	static const struct {
		const char *status;
		int code;
		const char *says;
	} cases[] = {
		{ "while true do end", 3, "board.lua:8: the " },
		{ "local s = 'x' while true do s = s .. s end", 3,
		  "board.lua:8: the memory limit of 64 MiB is exceeded" },
		{ "return string.find(('a'):rep(60), ('a-'):rep(7) .. 'b')", 3,
		  "board.lua:8: the CPU limit of 2000 ms is exceeded" },
		{ "return nil + 1", 3, "board.lua:8: attempt to perform arithmetic on a nil value" },
		{ "return { unit = 'well', licence = 'none' }", 3, "board.lua:7: status: 'unit' must be one of" },
		{ "return port.receive { ending = '\\n' }", 1,
		  "asking the controller (status): no answer within 5.000 s" },
		{ "refuse 'not-ready'", 1, "the controller refused status: not-ready" },
	};
	BENCH(bench);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *script = g_strdup_printf(
		    ASK "\nlocal board = {}\nfunction board.status(port)\n%s\nend\nreturn board\n", cases[i].status);
		g_autofree char *slot = slot_with(&bench, "board.lua", script);
		g_autofree char *scenario = bench_write(&bench, "a.lua", SCENARIO);
		struct outcome outcome =
		    expect_run(&bench, cases[i].code, WORDS("run", scenario, "--slot", slot, "--out", bench.out));
		expect_says(outcome.out, cases[i].says);
		outcome_clear(&outcome);
	}
}

TEST_SUITE(adapter, { "the second board", second_board }, { "every operation", every_operation },
	   { "not by the native protocol, nor at another address", not_by_the_native_protocol },
	   { "--firmware counts over the slot file's", firmware_over_slot },
	   { "refused before power-on", refused_before_power_on }, { "few functions", few_functions },
	   { "wrong while it runs", wrong_while_it_runs })
