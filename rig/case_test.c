/* SPDX-License-Identifier: Apache-2.0 */
/* Steps and cases on a slot of fake instruments: what they must never report as passed, or as the controller's fault.
 */
#include "fake_slot.h"
#include "test.h"
#include "worker.h"
#include <string.h>

/* Runs it and expects the case's verdict. */
static void expect_verdict(const char *steps, const char *verdict)
{
	struct fake_result result = fake_slot_run(steps);

	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result.end, "verdict")), verdict);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result.end, "power")), "safe");
	fake_result_clear(&result);
}

#define REGISTER "{'step':'panel.register','args':{'key':'1','as':'took'}},"
#define READ "{'step':'read.panel','args':{'as':'text'}},"

static void kinds_of_variables(void)
{
	fake_slot_reset();
	/* A number where a text is compared was taken for a field left out: anything passed. */
	expect_verdict("[" REGISTER "{'step':'expect.panel','args':{'is':{'var':'took'}}}]", "error");
	expect_verdict("[" READ "{'step':'expect.service','args':{'item':'erase-mode','is':{'var':'text'}}}]", "error");
	expect_verdict("[{'step':'expect.panel','args':{'is':{'var':'never_set'}}}]", "error");
	expect_verdict("[" READ "{'step':'expect.panel','args':{'is':{'var':'text'}}}]", "pass");
}

static void numbers_that_do_not_fit(void)
{
	fake_slot_reset();
	expect_verdict("[{'step':'service.enter','args':{'level':258}}]", "error");
	expect_verdict("[{'step':'service.set','args':{'item':'erase-mode','value':4294967297}}]", "error");
	expect_verdict("[{'step':'service.set','args':{'item':'erase-mode','value':-1}}]", "error");
	expect_verdict("[{'step':'expect.service','args':{'item':'erase-mode','is':4294967296}}]", "error");
	CU_ASSERT_EQUAL(fake_slot.level, 0);
	CU_ASSERT_EQUAL(fake_slot.value, 0);
	expect_verdict("[{'step':'switch.hold','args':{'via':'key','duration':65536000000}}]", "skip");
	CU_ASSERT_EQUAL(fake_slot.hold_ms, 0);
	expect_verdict("[{'step':'service.set','args':{'item':'erase-mode','value':4294967295}},"
		       "{'step':'expect.service','args':{'item':'erase-mode','is':4294967295}},"
		       "{'step':'switch.hold','args':{'via':'key','duration':65535000000}}]",
		       "pass");
	CU_ASSERT_EQUAL(fake_slot.hold_ms, 65535);
}

static void outcomes(void)
{
	fake_slot_reset();
	expect_verdict("[" REGISTER "{'step':'expect.outcome','args':{}}]", "error");
	expect_verdict("[" REGISTER "{'step':'expect.outcome','args':{'is':'accepted'}}]", "pass");
}

/* The second registration is never answered; the first one's outcome does not stand in for it. */
static void outcome_of_an_earlier_registration(void)
{
	fake_slot_reset();
	fake_slot.mute_after = 1;
	struct fake_result result =
	    fake_slot_run("[" REGISTER REGISTER "{'step':'expect.outcome','args':{'is':'accepted'}}]");

	CU_ASSERT_STRING_EQUAL(fake_step_verdict(&result, 1), "pass");
	CU_ASSERT_STRING_EQUAL(fake_step_verdict(&result, 2), "fail");
	CU_ASSERT_STRING_EQUAL(fake_step_verdict(&result, 3), "error");
	fake_result_clear(&result);
}

/* Opening the power turns it off: it must not depend on the other instruments. */
static void power_is_opened_first(void)
{
	static const char *const roles[] = { "usb", "controller", "console", "licence" };

	for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
		fake_slot_reset();
		fake_slot.broken_role = roles[i];
		struct fake_result result = fake_slot_run("[]");
		CU_ASSERT_EQUAL(fake_slot.power_opened, 1);
		CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result.end, "verdict")), "error");
		CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result.end, "power")), "unconfirmed");
		fake_result_clear(&result);
	}
}

/* After a worker's death: neither a broken instrument nor a full disk may keep the power on. */
static void power_after_a_worker(void)
{
	struct slot_config *config = fake_slot_config();
	const struct catalogue catalogue = { NULL };
	const struct worker_setup setup = { .cases = { .catalogue = &catalogue, .config = config },
					    .folder = "/nonexistent" };

	fake_slot_reset();
	fake_slot.broken_role = "console";
	CU_ASSERT_TRUE(worker_make_safe(&setup));
	fake_slot.broken_role = "power";
	CU_ASSERT_FALSE(worker_make_safe(&setup));
	slot_config_free(config);
}

#define SHOWS(text, id) "{'step':'expect.panel','args':{'is':'" text "'},'requirements':['" id "']}"

/* Neither the failures nor the passes of a requirement that is switched off count, and the case goes on behind them. */
static void without_a_requirement(void)
{
	static const struct {
		const char *steps, *verdict, *second, *broken;
	} rows[] = {
		{ "[" READ SHOWS("No", "LIC-02") "," READ SHOWS("Ready", "LIC-01") "]", "pass", "not judged",
		  "LIC-02" },
		{ "[" READ SHOWS("Ready", "LIC-02") "," READ SHOWS("Ready", "LIC-01") "]", "pass", "not judged",
		  "LIC-02" },
		{ "[" READ SHOWS("No", "LIC-02") "," READ SHOWS("No", "LIC-01") "]", "fail", "not judged", "LIC-02" },
		{ "[" READ SHOWS("No", "LIC-02") "]", "skip", "not judged", "LIC-02" },
		{ "[" READ "{'step':'expect.panel','args':{'is':{'var':'none'}},'requirements':['LIC-02']}]", "error",
		  "error", "LIC-02" },
	};
	char *without[] = { (char *)"LIC-02", (char *)"LIC-03", NULL };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		fake_slot_reset();
		fake_slot.without = without;
		struct fake_result result = fake_slot_run(rows[i].steps);
		CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result.end, "verdict")), rows[i].verdict);
		CU_ASSERT_STRING_EQUAL(fake_step_verdict(&result, 2), rows[i].second);
		json_t *broken = json_object_get(result.end, "requirements");
		CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(broken, 0)), rows[i].broken);
		fake_result_clear(&result);
	}
}

/* The unit does not answer, and nothing is left that this speaks for. */
static void action_without_a_requirement(void)
{
	char *without[] = { (char *)"LIC-01", NULL };

	for (guint off = 0; off < 2; off++) {
		fake_slot_reset();
		fake_slot.mute_after = 1;
		fake_slot.without = off ? without : NULL;
		struct fake_result result = fake_slot_run("[" REGISTER REGISTER READ SHOWS("Ready", "LIC-01") "]");
		CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result.end, "verdict")),
				       off ? "skip" : "fail");
		CU_ASSERT_STRING_EQUAL(fake_step_verdict(&result, 2), off ? "not judged" : "fail");
		fake_result_clear(&result);
	}
}

/* A console that never falls silent kept the slot from looking at its clock, and at an interruption. */
static void console_without_an_end(void)
{
	fake_slot_reset();
	fake_slot.console = "overheated! ";
	fake_slot.console_reads = 10000;
	fake_slot.console_takes_ns = 10 * NS_PER_MS;
	expect_verdict("[{'step':'wait.time','args':{'duration':100000000}},"
		       "{'step':'expect.panel','args':{'is':'Ready'}}]",
		       "pass");
	CU_ASSERT(fake_slot.now_ns < 200 * NS_PER_MS);
}

/* The unit says at once that it took the registration; the rig, kept by a call, reads that 300 ms later. */
static void registers(const char *operation)
{
	if (g_str_equal(operation, "erase.report")) {
		fake_slot.status.licence = LICENCE_PENDING;
		return;
	}
	fake_slot.now_ns += 300 * NS_PER_MS;
	fake_slot.console_reads = 1;
}

#define LICENCE(state) "{'step':'expect.licence','args':{'is':'" state "'}},"

static void console_read_late(void)
{
	static const struct {
		const char *console, *verdict;
	} cases[] = { { "license registration: accepted\r\n", "pass" }, { "disk spins\r\n", "fail" } };

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		fake_slot_reset();
		fake_slot.on_call = registers;
		fake_slot.console = cases[i].console;
		expect_verdict("[{'step':'power.on','args':{}}," LICENCE(
				   "none") "{'step':'erase.report','args':{}}," LICENCE("pending") //
			       "{'step':'encryption.get','args':{}},{'step':'expect.panel','args':{'is':'Ready'}}]",
			       cases[i].verdict);
	}
}

/* Every case of the first scenarios asks for a small disk, so that a real unit was never fit for any. */
static void fit_for_a_real_unit(void)
{
	static const struct {
		const char *unit, *why;
	} cases[] = {
		{ "{\"host\":\"iR4570\",\"disk_mb\":200}", NULL },
		{ "{\"host\":\"iR2270\"}",
		  "the case needs a unit with host=iR2270; the slot file's [unit] says iR4570" },
		{ "{\"ram_mb\":512,\"without\":[\"bus\",\"ram\"],\"usb_board\":false}", NULL },
		{ "{\"ram_mb\":256}", "the case needs a unit with ram_mb=256; the slot file's [unit] says 512" },
		{ "{\"without\":[\"bus\"]}",
		  "the case needs a unit with without=bus; the slot file's [unit] says bus;ram" },
		{ "{\"bus\":\"C1\"}",
		  "the case needs a unit with bus=C1; the slot file's [unit] says nothing about it" },
	};
	struct slot_config *config = fake_slot_config();
	const struct case_setup setup = { .config = config };

	g_key_file_set_string(config->file, "unit", "host", "iR4570");
	g_key_file_set_string(config->file, "unit", "ram_mb", "512");
	g_key_file_set_string(config->file, "unit", "without", "bus;ram");
	g_key_file_set_string(config->file, "unit", "usb_board", "false");
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *the_case = json_pack("{s:o}", "unit", json_loads(cases[i].unit, 0, NULL));
		const struct plan_case plan = { .the_case = the_case };
		g_autofree char *why = case_unfit(&setup, &plan);
		CU_ASSERT_EQUAL(g_strcmp0(why, cases[i].why), 0);
		json_decref(the_case);
	}
	slot_config_free(config);
}

static gboolean holds(const struct fake_result *result, const char *text)
{
	return memmem(result->bytes->data, result->bytes->len, text, strlen(text)) != NULL;
}

#define KEY "{'step':'licence.issue','args':{'as':'key'}},"

/* The end of a case repeats what the failing step was about, the key it typed included. A key with a digit altered by a
 * known number is the key; and a console's record may end in the middle of one. */
static void real_keys_are_hidden(void)
{
	fake_slot_reset();
	fake_slot.is_real_key = TRUE;
	fake_slot.answer = OUTCOME_INCORRECT_KEY;
	fake_slot.mute_after = 1;
	fake_slot.console = "KEY=123456789012345678901234; 0123456789 ";
	fake_slot.console_reads = 2;
	struct fake_result result = fake_slot_run(
	    "[" KEY "{'step':'licence.alter','args':{'as':'other','key':{'var':'key'},'position':1,'by':1}},"
	    "{'step':'licence.reshape','args':{'as':'short','key':{'var':'key'},'form':'drop-last'}},"
	    "{'step':'wait.time','args':{'duration':100000000}},"
	    "{'step':'panel.register','args':{'key':{'var':'other'}}},"
	    "{'step':'panel.register','args':{'key':{'var':'key'}}}]");
	const char *reason = json_string_value(json_object_get(result.end, "reason"));

	CU_ASSERT_STRING_EQUAL(fake_slot.typed, "123456789012345678901234");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result.end, "verdict")), "fail");
	CU_ASSERT_PTR_NOT_NULL(strstr(reason, "Type \"########################\""));
	CU_ASSERT(holds(&result, "KEY=########################; 0123456789"));
	CU_ASSERT_FALSE(holds(&result, "23456789012345678901234"));
	fake_result_clear(&result);
}

static void key_on_the_border_of_two_records(void)
{
	fake_slot_reset();
	fake_slot.is_real_key = TRUE;
	fake_slot.console = "123456789012345678901234.."; /* 26 bytes: 157 of them and 14 more fill a record */
	fake_slot.console_reads = 2;
	struct fake_result result = fake_slot_run("[" KEY "{'step':'wait.time','args':{'duration':100000000}},"
						  "{'step':'expect.panel','args':{'is':'Ready'}}]");

	CU_ASSERT(holds(&result, "########################.."));
	CU_ASSERT_FALSE(holds(&result, "12345678901234"));
	fake_result_clear(&result);
}

static void reason_that_is_not_utf8(void)
{
	const struct plan_case plan = { .name = "case" };
	json_t *end = case_end_json(&plan, "error", "no such file: \xff.so", "safe");

	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(end, "reason")), "no such file: \xef\xbf\xbd.so");
	json_decref(end);
}

TEST_SUITE(case, { "what the rig reads late was not said late", console_read_late },
	   { "a variable of the wrong kind is an error", kinds_of_variables },
	   { "a number that does not fit its field is an error", numbers_that_do_not_fit },
	   { "an expected outcome says which", outcomes },
	   { "an unanswered registration has no outcome", outcome_of_an_earlier_registration },
	   { "a reason of any bytes can be recorded", reason_that_is_not_utf8 },
	   { "the power is opened before all that may fail", power_is_opened_first },
	   { "the power is off after a worker died", power_after_a_worker },
	   { "without a requirement", without_a_requirement },
	   { "an action without a requirement", action_without_a_requirement },
	   { "a console that never falls silent does not outlast a deadline", console_without_an_end },
	   { "which cases a real unit is fit for", fit_for_a_real_unit },
	   { "a real key is hidden, and what is made of it", real_keys_are_hidden },
	   { "a real key between two records is hidden", key_on_the_border_of_two_records })
