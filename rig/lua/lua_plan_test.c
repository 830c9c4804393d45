/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as no honest child sends them. */
#include "lua_plan.h"
#include "rig/test.h"

#define SCENARIO "{'scenario': {'id': 'A', 'title': 'T', 'line': 1, 'requirements': [], 'effects': [], 'cases': []}}"
#define CASE(steps) "{'case': {'name': 'A', 'params': {}, 'unit': {}, 'steps': [" steps "]}}"
#define STEP "{'step': 'power.on', 'line': 1, 'text': null, 'requirements': null, 'args': {}}"

static json_t *parse(const char *text)
{
	g_autofree char *quoted = g_strdelimit(g_strdup(text), "'", '"');
	json_t *parsed = json_loads(quoted, JSON_DECODE_ANY, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(parsed);
	return parsed;
}

static gboolean add(json_t *plan, const char *text)
{
	json_t *message = parse(text), *before = json_deep_copy(plan);
	gboolean added = lua_plan_add(plan, message);

	CU_ASSERT_EQUAL(added, !json_equal(plan, before));
	json_decref(before);
	json_decref(message);
	return added;
}

static void good(void)
{
	json_t *plan = parse("{'scenarios': []}"), *wanted;

	CU_ASSERT(add(plan, SCENARIO) && add(plan, CASE(STEP)) && add(plan, CASE("")));
	wanted =
	    parse("{'scenarios': [{'id': 'A', 'title': 'T', 'line': 1, 'requirements': [], 'effects': [], 'cases': ["
		  "{'name': 'A', 'params': {}, 'unit': {}, 'steps': [" STEP "]},"
		  "{'name': 'A', 'params': {}, 'unit': {}, 'steps': []}]}]}");
	CU_ASSERT(json_equal(plan, wanted));
	json_decref(wanted);
	json_decref(plan);
}

static void bad(void)
{
	static const char *const messages[] = {
		"[]",
		"1",
		"{}",
		"{'scenario': 1}",
		"{'scenario': {}}",
		"{'scenario': {'id': 1, 'title': 'T', 'line': 1, 'requirements': [], 'effects': [], 'cases': []}}",
		"{'scenario': {'id': 'A', 'title': 'T', 'line': 1, 'requirements': 1, 'effects': [], 'cases': []}}",
		"{'scenario': {'id': 'A', 'title': 'T', 'line': 1, 'requirements': [], 'effects': {}, 'cases': []}}",
		"{'scenario': {'id': 'A', 'title': 'T', 'line': 1, 'requirements': [], 'effects': [], 'cases': [1]}}",
		"{'scenario': {'id': 'A', 'title': 'T', 'line': 1, 'requirements': [], 'effects': [], 'cases': [], "
		"'x': 1}}",
		"{'case': []}",
		"{'case': {'name': 1, 'params': {}, 'unit': {}, 'steps': []}}",
		"{'case': {'name': 'A', 'params': [], 'unit': {}, 'steps': []}}",
		"{'case': {'name': 'A', 'params': {}, 'unit': 1, 'steps': []}}",
		"{'case': {'name': 'A', 'params': {}, 'unit': {}, 'steps': {}}}",
		CASE("1"),
		CASE("{'step': 'rm.rf', 'line': 1, 'text': null, 'requirements': null, 'args': {}}"),
		CASE("{'step': 'power.on', 'line': '1', 'text': null, 'requirements': null, 'args': {}}"),
		CASE("{'step': 'power.on', 'line': 1, 'text': 1, 'requirements': null, 'args': {}}"),
		CASE("{'step': 'power.on', 'line': 1, 'text': null, 'requirements': 'A', 'args': {}}"),
		CASE("{'step': 'power.on', 'line': 1, 'text': null, 'requirements': null, 'args': []}"),
	};
	json_t *empty = parse("{'scenarios': []}"), *plan = parse("{'scenarios': []}");

	CU_ASSERT(add(plan, SCENARIO));
	for (gsize i = 0; i < G_N_ELEMENTS(messages); i++)
		CU_ASSERT_FALSE(add(plan, messages[i]));
	/* A case without a scenario to belong to. */
	CU_ASSERT_FALSE(add(empty, CASE(STEP)));
	json_decref(empty);
	json_decref(plan);
}

TEST_SUITE(lua_plan, { "good", good }, { "bad", bad })
