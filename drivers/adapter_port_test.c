/* SPDX-License-Identifier: Apache-2.0 */
/* An adapter's port: boards that are silent, slow, flooding, gone. */
#include "adapter_test.h"

static void answers(void)
{
	BENCH(bench, ASK);

	fake.to_answer = "Ready to copy\n";
	expect_panel(&bench, -1, "Ready to copy");
	CU_ASSERT_STRING_EQUAL(fake.sent->str, "P\n");
	/* What comes too much is not the next answer. */
	fake.to_answer = "One\nTwo\n";
	expect_panel(&bench, -1, "One");
	expect_panel(&bench, -1, "One");
	/* A transfer under way is waited for. */
	fake.busy = 5;
	expect_panel(&bench, -1, "One");
	CU_ASSERT_EQUAL(fake.busy, 0);
}

static void silent(void)
{
	BENCH(bench, ASK);

	expect_panel(&bench, RIG_ERROR_TIMEOUT,
		     "asking the controller (panel): no answer within 5.000 s (/board.lua:3)");
	CU_ASSERT_EQUAL(fake.now_ns, 5 * NS_PER_S);
	fake.to_answer = "Half";
	expect_panel(&bench, RIG_ERROR_TIMEOUT,
		     "asking the controller (panel): no answer within 5.000 s, only 4 bytes without what /board.lua:3 "
		     "waits for");
	fake.busy = G_MAXUINT;
	expect_panel(&bench, RIG_ERROR_TIMEOUT,
		     "asking the controller (panel): the controller does not take what is sent to it");
	fake.present = FALSE;
	expect_panel(&bench, RIG_ERROR_GONE, "asking the controller (panel): the controller is not on the bus");
	fake.present = TRUE;
	fake.busy = 0;
	fake.piece = 4096;
	g_autofree char *flood = g_strnfill(70000, 'x');
	fake.to_answer = flood;
	expect_panel(&bench, RIG_ERROR_PROTOCOL,
		     "asking the controller (panel): received 65536 bytes without what /board.lua:3 waits for");
}

/* Time is the slot's, however the adapter divides it. */
static void time_is_bounded(void)
{
	BENCH(bench, "return { panel = function(port)\n"
		     "if port.receive { within = '1 s', optional = true } then return 'early' end\n"
		     "while true do port.wait '1 s' end\nend,\n"
		     "press = function(port, a) port.wait('6 s') end,\n"
		     "service_enter = function(port) return port.receive { within = '1 h', optional = true } end }");

	expect_panel(&bench, RIG_ERROR_TIMEOUT, "asking the controller (panel): not done in time");
	CU_ASSERT_EQUAL(fake.now_ns, 5 * NS_PER_S);
	/* A key that is held takes that longer. */
	CU_ASSERT_TRUE(bench.ops->press(bench.self, KEY_OK, 3000, NULL));
	CU_ASSERT_EQUAL(fake.now_ns, 11 * NS_PER_S);
	CU_ASSERT_FALSE(bench.ops->service_enter(bench.self, 2, NULL));
	CU_ASSERT_EQUAL(fake.now_ns, 16 * NS_PER_S);
}

/* A board that talks by its console, in between its log. */
static void console(void)
{
	__attribute__((cleanup(bench_close))) struct bench bench;
	bench_open(&bench,
		   "return { present = function(port)\nport.send '?'\n"
		   "return port.receive { ending = '!', within = '200 ms', optional = true } ~= nil\nend,\n"
		   "panel = function(port)\nport.send 'P\\n'\n"
		   "return port.receive { ending = '\\n' }:sub(1, -2)\nend }",
		   "port=console\n");
	gboolean present = TRUE;

	CU_ASSERT_TRUE(bench.ops->present(bench.self, &present, NULL));
	CU_ASSERT_FALSE(present);
	CU_ASSERT_EQUAL(fake.now_ns, 200 * NS_PER_MS);
	fake.to_answer = "!";
	CU_ASSERT_TRUE(bench.ops->present(bench.self, &present, NULL));
	CU_ASSERT_TRUE(present);
	/* What was said before belongs to no answer. */
	g_string_append(fake.says, "started\n");
	fake.now_ns += NS_PER_S;
	CU_ASSERT_TRUE(slot_wait(bench.slot, fake.now_ns + NS_PER_S, NULL, NULL, NULL, NULL));
	fake.to_answer = "Ready\n";
	expect_panel(&bench, -1, "Ready");
	CU_ASSERT_STRING_EQUAL(fake.sent->str, "??P\n");
	fake.to_answer = NULL;
	expect_panel(&bench, RIG_ERROR_TIMEOUT,
		     "asking the controller (panel): no answer within 5.000 s (/board.lua:7)");
}

TEST_SUITE(adapter_port, { "answers", answers }, { "a silent board", silent }, { "time is bounded", time_is_bounded },
	   { "by the console", console })
