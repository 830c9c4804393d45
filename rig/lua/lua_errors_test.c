/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a wrong scenario file: every message, with its line. */
#include "lua_test.h"

/* A scenario on one line: what varies comes in the middle. */
#define WITH(fields, steps) "scenario { id = 'LIC-05', title = 'T', " fields " steps = { " steps " } }"
#define STEPS(steps) WITH("", steps ", expect.power { on = true }")
#define GOOD "expect.power { on = true }"

struct wrong {
	const char *script;
	const char *message;
};

static void expect_each(const struct wrong *wrong, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect_error(wrong[i].script, NULL, RIG_ERROR_USAGE, wrong[i].message);
}

static void wrong_steps(void)
{
	IN_SCRIPT_FOLDER;
	static const struct wrong wrong[] = {
		{ STEPS("\npanel.register {}"), "script.lua:2: panel.register: 'key' is missing" },
		{ STEPS("\npanel.register { kye = '1' }"),
		  "script.lua:2: panel.register: unknown field 'kye'; did you mean 'key'?" },
		{ STEPS("panel.register { key = '1', zzz = 1, yyy = 2 }"),
		  "script.lua:1: panel.register: unknown field 'yyy'" },
		{ STEPS("panel.register { '1' }"), "script.lua:1: panel.register: takes named fields only, not [1]" },
		{ STEPS("panel.register { key = 1 }"),
		  "script.lua:1: panel.register: 'key' must be a text or var \"name\", not 1" },
		{ STEPS("panel.register { key = '\\xff' }"),
		  "script.lua:1: panel.register: 'key' must be a text or var \"name\", not a text that is not UTF-8" },
		{ STEPS("panel.register { key = 'a\\0b' }"),
		  "script.lua:1: panel.register: 'key' must be a text or var \"name\", not a text with a zero byte" },
		{ STEPS("panel.press { key = 'okk' }"),
		  "script.lua:1: panel.press: 'key' must be one of ok, cancel, "
		  "counter, additional-functions, 2-and-8, not 'okk'; did you mean 'ok'?" },
		{ STEPS("panel.press { key = true }"),
		  "script.lua:1: panel.press: 'key' must be one of ok, cancel, counter, "
		  "additional-functions, 2-and-8, not a boolean" },
		{ STEPS("service.enter { level = 2.5 }"),
		  "script.lua:1: service.enter: 'level' must be an integer or var \"name\", not 2.5" },
		{ WITH("", "expect.power { on = 'yes' }"),
		  "script.lua:1: expect.power: 'on' must be true or false, not 'yes'" },
		{ STEPS("read.panel { as = 'A B' }"), "script.lua:1: read.panel: 'as' must be a variable's name: "
						      "lower-case letters, digits, _, not 'A B'" },
		{ STEPS("expect.same { a = 1, b = 'b' }"),
		  "script.lua:1: expect.same: 'a' must be a variable's name: lower-case letters, digits, _, not 1" },
		{ STEPS("expect.that { check = 1 }"), "script.lua:1: expect.that: 'check' must be a function, not 1" },
		{ STEPS("wait.time { duration = var 'x' }"),
		  "script.lua:1: wait.time: 'duration' must be a duration such as \"3 s\", \"500 ms\", \"30 min\", "
		  "\"2 h\", \"10 us\", not a variable" },
		{ STEPS("power.on { text = var 'x' }"),
		  "script.lua:1: power.on: 'text' must be a text, not a variable" },
		{ STEPS("power.on { requirements = { 'LIC-01' } }"),
		  "script.lua:1: power.on: unknown field 'requirements'" },
		{ WITH("", "expect.power { on = true, requirements = { 'LIC-1' } }"),
		  "script.lua:1: expect.power: 'requirements' must be a list of requirements such as \"LIC-05\", none "
		  "twice; 'LIC-1' is unknown" },
		{ WITH("", "expect.power { on = true, requirements = { 'LIC-01', 'LIC-05', 'LIC-01' } }"),
		  "script.lua:1: expect.power: 'requirements' must be a list of requirements such as \"LIC-05\", none "
		  "twice; 'LIC-01' is there twice" },
		{ WITH("", "expect.power { on = true, requirements = { 'LIC-01', 5 } }"),
		  "script.lua:1: expect.power: 'requirements' must be a list of requirements such as \"LIC-05\", none "
		  "twice; element 2 is 5" },
		{ WITH("", "expect.power { on = true, requirements = { x = 'LIC-01' } }"),
		  "script.lua:1: expect.power: 'requirements' must be a list of requirements such as \"LIC-05\", none "
		  "twice, not a table" },
		{ STEPS("power.on()"), "script.lua:1: power.on: takes one table, as in power.on {}" },
		{ STEPS("expect.panel { within = '1 s' }"),
		  "script.lua:1: expect.panel: says nothing; give is or prefix or lacks" },
		{ STEPS("wait.panel {}"), "script.lua:1: wait.panel: says nothing; give is or prefix" },
		{ STEPS("panel.register { key = var 'key' }"),
		  "script.lua:1: panel.register: no earlier step sets the variable 'key'" },
		{ STEPS("licence.issue { as = 'key' },\n panel.register { key = var 'kei' }"),
		  "script.lua:2: panel.register: no earlier step sets the variable 'kei'; did you mean 'key'?" },
		{ STEPS("expect.unchanged { since = 'before' },\n read.snapshot { as = 'before' }"),
		  "script.lua:1: expect.unchanged: no earlier step sets the variable 'before'" },
		{ STEPS("data.get { item = 'inbox' }"),
		  "script.lua:1: data.get: 'item' must be one of address-book, settings, forwarding, "
		  "meap-applications, meap-licences, sdl-users, meap-data, meap-sms-password, mode-memory, inboxes, "
		  "scan-modes, unsent, image-forms, job-logs, department-ids, not 'inbox'; did you mean 'inboxes'?" },
		{ STEPS("data.get { item = 'inboxes', requirements = { 'DAT-01' } }"),
		  "script.lua:1: data.get: 'requirements' only together with 'answer': otherwise it judges nothing" },
		{ STEPS("data.put { item = 'settings', value = '1', as = 'x' }"),
		  "script.lua:1: data.put: 'as' has nothing to keep, its answer is empty" },
		{ STEPS("data.get { item = 'settings', as = 'x', answer = 'denied' }"),
		  "script.lua:1: data.get: 'as' has nothing to keep of a refusal" },
		{ STEPS("panel.register { key = '1', cut = true, answer = 'refused' }"),
		  "script.lua:1: panel.register: 'answer' cannot be expected together with 'cut'" },
		{ STEPS("\nkey.regenerate {}"), "script.lua:2: key.regenerate: the scenario must declare this effect: "
						"effects = { \"erases\" }" },
		{ WITH("effects = { 'irreversible' },", "disk.place { lba = 0, count = 1, stamp = 1 }, " GOOD),
		  "script.lua:1: disk.place: the scenario must declare this effect: effects = { \"erases\" }" },
		{ STEPS("encryption.get { as = 'e' },\n data.put { item = 'settings', value = var 'e' }"),
		  "script.lua:2: data.put: no earlier step sets the variable 'e'" },
		{ STEPS("read.disk_mark { as = 'm' },\n read.stored { value = 'paper', since = 'm', as = 'p' },\n"
			"disk.remap { disk = var 'p_disk', lba = var 'p_lbb', count = 1 }"),
		  "script.lua:3: disk.remap: no earlier step sets the variable 'p_lbb'; did you mean 'p_lba'?" },
		{ STEPS("var 'Key'"), "script.lua:1: var: the name of a variable is needed, as in var \"key\"" },
	};

	expect_each(wrong, G_N_ELEMENTS(wrong));
}

static void wrong_names(void)
{
	IN_SCRIPT_FOLDER;
	static const struct wrong wrong[] = {
		{ "\n\npowr.on {}", "script.lua:3: unknown name 'powr'; did you mean 'power'?" },
		{ "panel.registre {}", "script.lua:1: unknown step 'panel.registre'; did you mean 'panel.register'?" },
		{ "expect.ready {}", "script.lua:1: unknown step 'expect.ready'" },
		{ "local x = message.alredy_enabled",
		  "script.lua:1: unknown message 'message.alredy_enabled'; did you mean 'message.already_enabled'?" },
		{ "local x = message[1]", "script.lua:1: a message is known by a name, not by a number" },
		{ "local x = string.finde",
		  "script.lua:1: unknown function 'string.finde'; did you mean 'string.find'?" },
		{ "local x = ('x'):finde()",
		  "script.lua:1: unknown function 'string.finde'; did you mean 'string.find'?" },
		{ "x = 1", "script.lua:1: 'x' cannot be set; use a local variable" },
		{ "message.erasing = ''", "script.lua:1: 'message.erasing' cannot be set; use a local variable" },
		{ "panel.press = 1", "script.lua:1: 'panel.press' cannot be set; use a local variable" },
		{ "string.rep = 1", "script.lua:1: 'string.rep' cannot be set; use a local variable" },
		{ "scenario { id = 'A', title = 'T', matrix = { host = { 'x' } },\n"
		  "  steps = function(p) return p.hots end }",
		  "script.lua:2: unknown parameter 'hots'; did you mean 'host'?" },
	};

	expect_each(wrong, G_N_ELEMENTS(wrong));
}

static void wrong_scenarios(void)
{
	IN_SCRIPT_FOLDER;
	static const struct wrong wrong[] = {
		{ "", "script.lua: the file has no scenario" },
		{ "\nscenario {}", "script.lua:2: scenario: 'id' is missing" },
		{ "scenario 'x'", "script.lua:1: scenario: takes one table, as in scenario { id = \"LIC-05\", … }" },
		{ "scenario { id = 'A', titel = 'x' }",
		  "script.lua:1: scenario: unknown field 'titel'; did you mean 'title'?" },
		{ "scenario { id = 'A B', title = 'x', steps = {} }",
		  "script.lua:1: scenario: 'id' must be of letters, digits, - _ . as in \"LIC-05\", not 'A B'" },
		{ "scenario { id = 'A', title = '', steps = {} }", "script.lua:1: scenario: 'title' is empty" },
		{ "scenario { id = 'A', title = 'T' }", "script.lua:1: scenario: 'steps' is missing" },
		{ "scenario { id = 'A', title = 'T', steps = 1 }",
		  "script.lua:1: scenario: 'steps' must be a table or a function, not 1" },
		{ WITH("effects = { 'erase' },", GOOD),
		  "script.lua:1: scenario: 'effects' must be a list, nothing twice, of consumes-licence, erases, "
		  "irreversible; 'erase' is unknown; did you mean 'erases'?" },
		{ WITH("effects = { 'erases', 'erases' },", GOOD),
		  "script.lua:1: scenario: 'effects' must be a list, nothing twice, of consumes-licence, erases, "
		  "irreversible; 'erases' is there twice" },
		{ WITH("requirements = { 'lic-05' },", GOOD), "script.lua:1: scenario: 'requirements' must be a list "
							      "of requirements such as \"LIC-05\", none twice; "
							      "'lic-05' is unknown" },
		{ WITH("", GOOD) "\n" WITH("", GOOD),
		  "script.lua:2: scenario: the id LIC-05 is used already, at script.lua:1" },
		{ WITH("", ""), "script.lua:1: scenario: steps is empty" },
		{ WITH("", "{}, { {} }"), "script.lua:1: scenario: steps is empty" },
		{ WITH("", "power.on {}"), "script.lua:1: scenario: no step expects anything, so nothing could fail" },
		{ WITH("", "power.on"), "script.lua:1: scenario: steps[1] is a function; call it, as in power.on {}" },
		{ WITH("", "power.on {}, false"), "script.lua:1: scenario: steps[2] must be a step, not a boolean" },
		{ WITH("", "power.on {}, x = power.on {}"),
		  "script.lua:1: scenario: steps must be a list, without names and gaps" },
		{ "local t = {} t[1] = t scenario { id = 'A', title = 'T', steps = t }",
		  "script.lua:1: scenario: steps are nested too deep" },
		{ "scenario { id = 'A', title = 'T', steps = function() end }",
		  "script.lua:1: scenario: the function 'steps' must return a table, not a nil" },
		{ "local t\nt = { id = 'A', title = 'T', unit = function() t.steps = 5 return {} end, steps = {} }\n"
		  "scenario(t)",
		  "script.lua:3: scenario: 'steps' was changed to a number" },
		{ "scenario { id = 'A', title = 'T', steps = function() scenario {} end }",
		  "script.lua:1: scenario: another scenario was begun and not finished" },
		{ "pcall(scenario, {})\n" WITH("", GOOD),
		  "script.lua:2: scenario: another scenario was begun and not finished" },
		{ WITH("", GOOD) "\npcall(scenario, {})",
		  "script.lua: a scenario raised an error, which the file caught" },
		{ "local s = {} for i = 1, 10001 do s[i] = " GOOD " end\n"
		  "scenario { id = 'A', title = 'T', steps = s }",
		  "script.lua:2: scenario: more than 10000 steps in a case" },
	};

	expect_each(wrong, G_N_ELEMENTS(wrong));
}

static void wrong_units(void)
{
	IN_SCRIPT_FOLDER;
	static const struct wrong wrong[] = {
		{ WITH("unit = { hots = 'x' },", GOOD),
		  "script.lua:1: unit: unknown field 'hots'; did you mean 'host'?" },
		{ WITH("unit = { host = 5 },", GOOD), "script.lua:1: unit: 'host' must be a text, not 5" },
		{ WITH("unit = { bus = 'A1' },", GOOD),
		  "script.lua:1: unit: 'bus' must be one of none, B1, C1, E1, not 'A1'; did you mean 'B1'?" },
		{ WITH("unit = { without = { 'usb' } },", GOOD),
		  "script.lua:1: unit: 'without' must be a list, nothing twice, of bus, usb-board, ram; 'usb' is "
		  "unknown" },
		{ WITH("unit = { ram_mb = -1 },", GOOD),
		  "script.lua:1: unit: 'ram_mb' must be an integer from 0, not -1" },
		{ WITH("unit = { usb_board = 1 },", GOOD),
		  "script.lua:1: unit: 'usb_board' must be true or false, not 1" },
		{ WITH("unit = 'x',", GOOD), "script.lua:1: scenario: 'unit' must be a table or a function, not 'x'" },
		{ WITH("unit = function() return 1 end,", GOOD),
		  "script.lua:1: scenario: the function 'unit' must return a table, not a number" },
	};

	expect_each(wrong, G_N_ELEMENTS(wrong));
}

static void wrong_matrices(void)
{
	IN_SCRIPT_FOLDER;
	static const struct wrong wrong[] = {
		{ WITH("matrix = 1,", GOOD), "script.lua:1: scenario: 'matrix' must be a table, not 1" },
		{ WITH("matrix = {},", GOOD), "script.lua:1: scenario: matrix is empty" },
		{ WITH("matrix = { a = {} },", GOOD),
		  "script.lua:1: scenario: matrix.a must be a list of at least one value" },
		{ WITH("matrix = { a = 1 },", GOOD), "script.lua:1: scenario: matrix.a must be a list, not a number" },
		{ WITH("matrix = { a = { 1.5 } },", GOOD),
		  "script.lua:1: scenario: a value of matrix.a must be a text or an integer, not a number" },
		{ WITH("matrix = { a = { 'x=y' } },", GOOD),
		  "script.lua:1: scenario: a value of matrix.a is empty, over 64 bytes, or has one of [ ] = ," },
		{ WITH("matrix = { A = { 1 } },", GOOD),
		  "script.lua:1: scenario: a matrix parameter is named by lower-case letters, digits, _; not 'A'" },
		{ WITH("matrix = { a = { 1, '1' } },", GOOD),
		  "script.lua:1: scenario: two cases are named LIC-05[a=1]" },
		{ WITH("matrix = { { a = 1 }, { a = 1 } },", GOOD),
		  "script.lua:1: scenario: two cases are named LIC-05[a=1]" },
		{ WITH("matrix = { { a = 1 }, b = { 2 } },", GOOD),
		  "script.lua:1: scenario: matrix must be a list of tables or a table of lists, not both" },
		{ WITH("matrix = { { a = 1 }, 2 },", GOOD),
		  "script.lua:1: scenario: matrix[2] must be a table such as { host = \"iR2270\" }, not a number" },
		{ WITH("matrix = { {} },", GOOD), "script.lua:1: scenario: matrix[1] is empty" },
		{ "local m = {} for i = 1, 17 do m['p' .. i] = { 1 } end\n"
		  "scenario { id = 'A', title = 'T', matrix = m, steps = { " GOOD " } }",
		  "script.lua:2: scenario: more than 16 matrix parameters" },
		{ "local m = {} for i = 1, 17 do m['p' .. i] = 1 end\n"
		  "scenario { id = 'A', title = 'T', matrix = { m }, steps = { " GOOD " } }",
		  "script.lua:2: scenario: more than 16 matrix parameters" },
		{ "local m = {} for i = 1, 16 do m['p' .. i] = { 1 } end\n"
		  "scenario { id = 'A', title = 'T', matrix = m, steps = {} }",
		  "script.lua:2: scenario: steps is empty" },
		{ "local a = {} for i = 1, 101 do a[i] = i end\n"
		  "scenario { id = 'A', title = 'T', matrix = { a = a, b = a }, steps = { " GOOD " } }",
		  "script.lua:2: scenario: more than 10000 cases in a file" },
	};

	expect_each(wrong, G_N_ELEMENTS(wrong));
}

static void wrong_files(void)
{
	IN_SCRIPT_FOLDER;
	static const struct wrong wrong[] = {
		{ "local x =\n=", "script.lua:2: unexpected symbol near '='" },
		{ "\nerror 'no'", "script.lua:2: no" },
		{ "\nerror('no', 0)", "script.lua:2: no" },
		{ "\nlocal x = nil .. 'a'", "script.lua:2: attempt to concatenate a nil value" },
		{ "use 'Other'", "script.lua:1: use: a name of lower-case letters, digits, _ and / is needed, as in "
				 "use \"procedures\"" },
		{ "use '../script'", "script.lua:1: use: a name of lower-case letters, digits, _ and / is needed, as "
				     "in use \"procedures\"" },
		{ "use '/etc/passwd'", "script.lua:1: use: a name of lower-case letters, digits, _ and / is needed, as "
				       "in use \"procedures\"" },
		{ "\nuse 'other'", "script.lua:2: use: there is no other.lua in lib, ./../lib or the lib "
				   "that comes with wiperig" },
		{ "use 'loop'", "lib/loop.lua:1: use: loop uses itself, or failed before" },
		{ "use 'nothing'", "script.lua:1: use: nothing.lua returns nothing to use" },
		{ "use 'broken'", "lib/broken.lua:3: unexpected symbol near <eof>" },
		{ "use 'sub/compiled'", "lib/sub/compiled.lua: this is compiled Lua; only its source can be run" },
		{ "use 'bad'.step()", "lib/bad.lua:2: power.on: unknown field 'x'" },
		{ "use 'link'", "script.lua:1: use: lib/link.lua: Too many levels of symbolic links" },
	};

	script_write("lib/loop.lua", "return use 'loop'", -1);
	script_write("lib/nothing.lua", "local x = 1", -1);
	script_write("lib/broken.lua", "\n\nlocal x = ", -1);
	script_write("lib/sub/compiled.lua", "\033Lua\x54", -1);
	script_write("lib/bad.lua", "local M = {}\nfunction M.step() return power.on { x = 1 } end\nreturn M", -1);
	unlink("lib/link.lua");
	CU_ASSERT_EQUAL(symlink("bad.lua", "lib/link.lua"), 0);
	expect_each(wrong, G_N_ELEMENTS(wrong));
}

static void wrong_paths(void)
{
	IN_SCRIPT_FOLDER;
	static const struct {
		const char *path, *message;
	} wrong[] = {
		{ "absent.lua", "absent.lua: No such file or directory" },
		{ "/dev/null", "/dev/null: is not a regular file" },
		{ "big.lua", "big.lua: is larger than 1 MiB" },
		{ "\xff.lua", "the scenario file's name is not UTF-8" },
	};
	g_autofree char *big = g_strnfill(1024 * 1024 + 1, ' ');

	script_write("big.lua", big, -1);
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		CU_ASSERT_PTR_NULL(lua_host_open(wrong[i].path, NULL, &error));
		CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
		CU_ASSERT_STRING_EQUAL(error ? error->message : "", wrong[i].message);
	}
	/* Exactly 1 MiB is read; Lua finds only blanks. */
	big[1024 * 1024] = '\0';
	expect_error(big, NULL, RIG_ERROR_USAGE, "script.lua: the file has no scenario");
}

/* Lua shortens a name of 60 bytes or more; messages have it whole. */
static void long_path(void)
{
	IN_SCRIPT_FOLDER;
	g_autofree char *folder = g_strnfill(90, 'd');
	g_autofree char *path = g_build_filename(folder, "script.lua", NULL);
	static const struct wrong wrong[] = { { "\n=", ":2: unexpected symbol near '='" },
					      { "\nerror 'no'", ":2: no" },
					      { "\npowr()", ":2: unknown name 'powr'; did you mean 'power'?" } };

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *message = g_strconcat(path, wrong[i].message, NULL);
		script_write(path, wrong[i].script, -1);
		CU_ASSERT_PTR_NULL(lua_host_open(path, NULL, &error));
		CU_ASSERT_STRING_EQUAL(error ? error->message : "", message);
	}
}

TEST_SUITE(lua_errors, { "wrong steps", wrong_steps }, { "wrong names", wrong_names },
	   { "wrong scenarios", wrong_scenarios }, { "wrong units", wrong_units }, { "wrong matrices", wrong_matrices },
	   { "wrong files", wrong_files }, { "wrong paths", wrong_paths }, { "long path", long_path })
