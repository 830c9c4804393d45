/* SPDX-License-Identifier: Apache-2.0 */
/* Steps and cases on a slot of fake instruments: what they must never report as passed, or as the controller's fault.
 */
#include "fake_slot.h"
#include "test.h"
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

TEST_SUITE(case, { "a variable of the wrong kind is an error", kinds_of_variables })
