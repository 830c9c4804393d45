/* SPDX-License-Identifier: Apache-2.0 */
/* The language of scenarios: the plan of a good file, and what is said of a bad one. */
#include "lua_test.h"
#include "rig/steps/step.h"
#include "rig/units.h"

/* A scenario on one line: what varies comes in the middle. */
#define WITH(fields, steps) "scenario { id = 'LIC-05', title = 'T', " fields " steps = { " steps " } }"
#define STEPS(steps) WITH("", steps ", expect.power { on = true }")
#define GOOD "expect.power { on = true }"

static const char whole[] =
    "local procedure = use 'procedures'\n"
    "scenario {\n"
    "  id = 'LIC-05', title = 'Again',\n"
    "  requirements = { 'LIC-05', 'MSG-02' }, effects = { 'erases' },\n"
    "  matrix = { region = { 'US', 'EU' }, host = { 'iR2270' }, ram = { 512 } },\n"
    "  unit = function(p) return { host = p.host, ram_mb = p.ram, without = { 'bus' },\n"
    "                              usb_board = false } end,\n"
    "  steps = function(p) return {\n"
    "    power.on {},\n"
    "    procedure.start(),\n"
    "    licence.issue { as = 'key' },\n"
    "    panel.register { key = var 'key', text = 'Type it' },\n"
    "    expect.panel { is = message.already_enabled, within = '1.5 s', requirements = { 'MSG-02' } },\n"
    "    expect.that { check = function(v) return v.a == v.b, 'a is ' .. v.a end },\n"
    "  } end,\n"
    "}\n";
static const char procedures[] = "local M = {}\n"
				 "function M.start()\n"
				 "  return { wait.time { duration = '2 min' }, { wait.ready {} } }\n"
				 "end\n"
				 "return M\n";

/* As json_dumps writes it, compact and sorted. */
#define STEP(name, line, args)                                                                                         \
	"{\"args\":" args ",\"line\":" #line ",\"requirements\":null,\"step\":\"" name "\",\"text\":null}"
#define CASE(region, fn)                                                                                               \
	"{\"name\":\"LIC-05[host=iR2270,ram=512,region=" region "]\","                                                 \
	"\"params\":{\"host\":\"iR2270\",\"ram\":\"512\",\"region\":\"" region                                         \
	"\"},\"steps\":[" STEP("power.on", 9, "{}") "," STEP("wait.time", 10, "{\"duration\":120000000000}") "," STEP( \
	    "wait.ready", 10,                                                                                          \
	    "{}") "," STEP("licence.issue", 11,                                                                        \
			   "{\"as\":\"key\"}") ","                                                                     \
					       "{\"args\":{\"key\":{\"var\":\"key\"}},\"line\":12,\"requirements\":"   \
					       "null,\"step\":\"panel.register\","                                     \
					       "\"text\":\"Type it\"},"                                                \
					       "{\"args\":{\"is\":\"This function has already "                        \
					       "enabled.\",\"within\":1500000000},\"line\":13,"                        \
					       "\"requirements\":[\"MSG-02\"],\"step\":\"expect.panel\",\"text\":"     \
					       "null}," STEP("expect.that", 14,                                        \
							     "{\"check\":{\"fn\":" fn                                  \
							     "}}") "],"                                                \
								   "\"unit\":{\"host\":\"iR2270\",\"ram_mb\":512,"     \
								   "\"usb_board\":false,\"without\":[\"bus\"]}}"
static const char whole_plan[] = "{\"file\":\"a/script.lua\",\"scenarios\":[{\"cases\":[" CASE("US", "1") "," CASE(
    "EU", "2") "],\"effects\":[\"erases\"],\"id\":\"LIC-05\",\"line\":2,\"requirements\":[\"LIC-05\",\"MSG-02\"],"
	       "\"title\":\"Again\"}]}";

static char *dump(struct lua_host *host)
{
	return host ? json_dumps(lua_host_plan(host), JSON_COMPACT | JSON_SORT_KEYS) : NULL;
}

/* The whole plan, twice: the same bytes, and in sorted order as they are. */
static void plan(void)
{
	IN_SCRIPT_FOLDER;
	script_write("a/script.lua", whole, -1);
	script_write("lib/procedures.lua", procedures, -1);
	for (int round = 0; round < 2; round++) {
		g_autoptr(GError) error = NULL;
		struct lua_host *host = lua_host_open("a/script.lua", NULL, &error);
		char *sorted = dump(host);
		CU_ASSERT_PTR_NOT_NULL_FATAL(host);
		CU_ASSERT_STRING_EQUAL(sorted, whole_plan);
		char *as_is = json_dumps(lua_host_plan(host), JSON_COMPACT);
		CU_ASSERT_STRING_EQUAL(as_is, whole_plan);
		free(sorted);
		free(as_is);
		lua_host_close(host);
	}
}

static json_t *first_case_name(struct lua_host *host, size_t scenario, size_t index)
{
	json_t *scenarios = json_object_get(lua_host_plan(host), "scenarios");
	json_t *cases = json_object_get(json_array_get(scenarios, scenario), "cases");

	return json_object_get(json_array_get(cases, index), "name");
}

static void cases_are_named_in_order(void)
{
	IN_SCRIPT_FOLDER;
	static const char *const names[] = { "A[b=x,c=1]", "A[b=x,c=2]", "A[b=y,c=1]", "A[b=y,c=2]" };
	struct lua_host *host =
	    expect_host("local s = { " GOOD " }\n"
			"scenario { id = 'A', title = 'T', matrix = { c = { 1, 2 }, b = { 'x', 'y' } }, steps = s }\n"
			"scenario { id = 'B', title = 'T', matrix = { { z = 1, a = 2 }, { a = 3 } }, steps = s }\n"
			"scenario { id = 'C', title = 'T', steps = s }\n");

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		CU_ASSERT_STRING_EQUAL(json_string_value(first_case_name(host, 0, i)), names[i]);
	CU_ASSERT_PTR_NULL(first_case_name(host, 0, 4));
	CU_ASSERT_STRING_EQUAL(json_string_value(first_case_name(host, 1, 0)), "B[a=2,z=1]");
	CU_ASSERT_STRING_EQUAL(json_string_value(first_case_name(host, 1, 1)), "B[a=3]");
	CU_ASSERT_STRING_EQUAL(json_string_value(first_case_name(host, 2, 0)), "C");
	lua_host_close(host);
}

static void durations(void)
{
	IN_SCRIPT_FOLDER;
	static const struct {
		const char *text;
		json_int_t ns;
	} good[] = {
		{ "10 us", 10 * NS_PER_US },
		{ "500 ms", 500 * NS_PER_MS },
		{ "3 s", 3 * NS_PER_S },
		{ "3s", 3 * NS_PER_S },
		{ "0 s", 0 },
		{ "30 min", 1800 * NS_PER_S },
		{ "2 h", 7200 * NS_PER_S },
		{ "1.5 h", 5400 * NS_PER_S },
		{ "0.25 min", 15 * NS_PER_S },
		{ "1.000000001 s", 1000000001 },
		{ "7 ns", 7 },
	};
	static const char *const bad[] = { "3",	    "s",     "-3 s",	     "3  s",	       "3 sec",
					   "3 S",   " 3 s",  "3 s ",	     "3. s",	       ".5 s",
					   "1e3 s", "0x3 s", "9223372037 s", "1.0000000001 s", "" };

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autofree char *script = g_strdup_printf(STEPS("wait.time { duration = '%s' }"), good[i].text);
		struct lua_host *host = expect_host(script);
		json_t *scenario = json_array_get(json_object_get(lua_host_plan(host), "scenarios"), 0);
		json_t *one = json_array_get(json_object_get(scenario, "cases"), 0);
		json_t *arguments = json_object_get(json_array_get(json_object_get(one, "steps"), 0), "args");
		CU_ASSERT_EQUAL(json_integer_value(json_object_get(arguments, "duration")), good[i].ns);
		lua_host_close(host);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *script = g_strdup_printf("\n" STEPS("wait.time { duration = '%s' }"), bad[i]);
		g_autofree char *wanted =
		    g_strdup_printf("script.lua:2: wait.time: 'duration' must be a duration such as "
				    "\"3 s\", \"500 ms\", \"30 min\", \"2 h\", \"10 us\", not '%s'",
				    bad[i]);
		expect_error(script, NULL, RIG_ERROR_USAGE, wanted);
	}
}

/* Nothing that differs from one run to the next: the order of pairs and next, addresses. */
static void fixed_order(void)
{
	IN_SCRIPT_FOLDER;
	lua_host_close(expect_host(
	    "local t, keys = { 5, 6, zebra = 1, [2.5] = 1, ['apple'] = 1, [true] = 1, b = 1, aa = 1 }, {}\n"
	    "for k, v in pairs(t) do keys[#keys + 1] = tostring(k) end\n"
	    "assert(table.concat(keys, ' ') == 'true 1 2 2.5 aa apple b zebra', table.concat(keys, ' '))\n"
	    "local k, again = nil, {}\n"
	    "repeat k = next(t, k) again[#again + 1] = k ~= nil and tostring(k) or nil until k == nil\n"
	    "assert(table.concat(again, ' ') == table.concat(keys, ' '), table.concat(again, ' '))\n"
	    "for k in pairs(t) do t[k] = nil end assert(next(t) == nil)\n"
	    "assert(tostring({}) == 'table' and string.format('%s', {}) == 'table')\n" STEPS("power.on {}")));
}

TEST_SUITE(lua_host, { "plan", plan }, { "cases are named in order", cases_are_named_in_order },
	   { "durations", durations }, { "fixed order", fixed_order })
