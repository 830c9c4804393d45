/* SPDX-License-Identifier: Apache-2.0 */
/* What monitors make of erases that were cut off: whether they get further, and what the console had no time to say. */
#include "monitor_script.h"
#include "rig/test.h"

#define ERASING "Remaining data that is not needed is being erased. Do not turn off the main power."

static void start(struct script *script)
{
	script->alive = TRUE;
	script->now_ns += NS_PER_S;
	script_json(script, EVENT_POWER, json_pack("{s:b}", "main", TRUE));
	script_size(script);
	CU_ASSERT(script_panel(script, "Starting") &&
		  script_say(script, "start %u, license pending", ++script->starts) && script_wait(script, 500) &&
		  script_panel(script, ERASING));
}

/* So many sectors, one command after the other, each taking a second. */
static void erase(struct script *script, guint8 content, guint64 from, guint commands)
{
	for (guint i = 0; i < commands; i++)
		CU_ASSERT(script_write(script, from + i, 1, content, content == CONTENT_RANDOM, 0) &&
			  script_wait(script, 1000));
}

static void erase_session(struct script *script, guint pass, guint64 from, guint commands)
{
	start(script);
	CU_ASSERT(script_say(script, "erase begins: mode 3, pass %u of 3", pass));
	erase(script, CONTENT_RANDOM, from, commands);
	CU_ASSERT(script_flush(script));
	script_off(script);
}

static void gets_further(void)
{
	static const struct {
		guint pass[2], lba[2], seconds;
		gboolean found, judged;
	} rows[] = {
		{ { 1, 1 }, { 0, 0 }, 70, TRUE, TRUE },	  { { 1, 1 }, { 8, 7 }, 70, TRUE, TRUE },
		{ { 1, 1 }, { 0, 40 }, 70, FALSE, TRUE }, { { 1, 2 }, { 8, 0 }, 70, FALSE, TRUE },
		{ { 2, 1 }, { 0, 9 }, 70, TRUE, TRUE },	  { { 1, 1 }, { 0, 0 }, 50, FALSE, FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct script *script = script_new(NULL);

		for (guint k = 0; k < 2; k++)
			erase_session(script, rows[i].pass[k], rows[i].lba[k], rows[i].seconds);
		script_end(script);
		CU_ASSERT_EQUAL(script_found(script, "gets-further", "PWR-05"), rows[i].found);
		CU_ASSERT_EQUAL(script_judged(script, "gets-further", "PWR-05"), rows[i].judged);
		script_free(script);
	}
}

/* What was replaced need not be gone on with, nor what ended. */
static void another_erase(void)
{
	static const char *const between[] = { "part.replace which=disk", "unit.swap to=1" };

	for (guint i = 0; i < G_N_ELEMENTS(between); i++) {
		struct script *script = script_new(NULL);

		erase_session(script, 1, 0, 70);
		script_json(script, EVENT_BENCH, json_pack("{s:s}", "line", between[i]));
		erase_session(script, 1, 0, 70);
		script_end(script);
		CU_ASSERT_FALSE(script_found(script, "gets-further", "PWR-05"));
		script_free(script);
	}
}

/* The cut came before the console had said that the erase begins. */
static struct script *cut_unsaid(guint commands)
{
	struct script *script = script_new(NULL);

	script->sectors = 50;
	start(script);
	script_off(script);
	start(script);
	erase(script, CONTENT_ZERO, 0, commands);
	CU_ASSERT(script_flush(script));
	return script;
}

static void ends_unsaid(void)
{
	for (guint all = 0; all < 2; all++) {
		struct script *script = cut_unsaid(all ? 50 : 10);

		CU_ASSERT(script_say(script, "erase ends") && script_wait(script, 500));
		script_end(script);
		CU_ASSERT(script_judged(script, "erase-complete", "PWR-03"));
		CU_ASSERT_EQUAL(script_found(script, "erase-complete", "PWR-03"), !all);
		script_free(script);
	}
}

static void reports_unsaid(void)
{
	struct script *script = cut_unsaid(0);

	CU_ASSERT(script_say(script, "erase begins: mode 1, pass 1 of 1"));
	erase(script, CONTENT_ZERO, 0, 10);
	script_call(script, "erase.report", "{}", "{'outcome':'complete','mode':1,'passes':1}");
	script_end(script);
	CU_ASSERT(script_found(script, "agreement", "PWR-03"));
	script_free(script);
}

TEST_SUITE(monitor_power, { "gets further", gets_further }, { "another erase", another_erase },
	   { "ends unsaid", ends_unsaid }, { "reports unsaid", reports_unsaid })
