/* SPDX-License-Identifier: Apache-2.0 */
/* Operations by the native protocol. */
#include "native_controller_fake.h"

/* Asks for an operation; the answer as text, or NULL. */
static char *call(struct bench *bench, const char *name, json_t *arguments, GError **error)
{
	json_t *answer = bench->controller->driver->ops.controller->call(bench->controller->self, operation_find(name),
									 arguments, error);
	char *text = answer ? json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	json_decref(arguments);
	json_decref(answer);
	return text;
}

static void operations_are_asked_for(void)
{
	struct bench *bench = bench_new(1);
	g_autofree char *answer = NULL;

	fake.text = "Ann";
	answer = call(bench, "data.get", json_pack("{s:s}", "item", "forwarding"), NULL);
	CU_ASSERT_STRING_EQUAL(answer, "{\"value\":\"Ann\"}");
	CU_ASSERT_EQUAL(fake.request_length, 1);
	CU_ASSERT_EQUAL(fake.request[0], DATA_FORWARDING);
	bench_free(bench);
}

/* A refusal is an answer; anything else that is not as the protocol says is damage. */
static void refusals_of_operations(void)
{
	static const struct {
		guint8 status;
		const char *answer;
	} cases[] = { { PROTOCOL_DENIED, "{\"refused\":\"denied\"}" },
		      { PROTOCOL_NOT_READY, "{\"refused\":\"not-ready\"}" },
		      { PROTOCOL_BAD_PAYLOAD, "{\"refused\":\"bad-payload\"}" },
		      { PROTOCOL_UNKNOWN, "{\"refused\":\"unknown\"}" },
		      { PROTOCOL_DENIED + 1, NULL },
		      { 0xff, NULL } };
	struct bench *bench = bench_new(1);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		fake.text = "";
		fake.status = cases[i].status;
		g_autofree char *answer = call(bench, "login.get", json_object(), &error);
		CU_ASSERT_EQUAL(g_strcmp0(answer, cases[i].answer), 0);
		CU_ASSERT_EQUAL(g_error_matches(error, RIG_ERROR, RIG_ERROR_PROTOCOL), !cases[i].answer);
	}
	bench_free(bench);
}

static void arguments_that_do_not_fit(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;

	fake.text = "";
	fake.request_length = 99;
	CU_ASSERT_PTR_NULL(call(bench, "data.get", json_pack("{s:s}", "item", "nothing"), &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	CU_ASSERT_EQUAL(fake.request_length, 99); /* nothing was sent */
	bench_free(bench);
}

/* What overwrites before it answers may take its time. */
static void operations_have_their_time(void)
{
	struct bench *bench = bench_new(1);
	g_autoptr(GError) error = NULL;

	fake.mischief = LOSE;
	CU_ASSERT_PTR_NULL(call(bench, "document.delete", json_pack("{s:i}", "box", 1), &error));
	CU_ASSERT_EQUAL(fake_now_ns, 65 * NS_PER_S);
	CU_ASSERT_STRING_EQUAL(error->message, "asking the controller (document.delete): no answer within 65.000 s");
	bench_free(bench);
}

TEST_SUITE(native_operations, { "operations are asked for", operations_are_asked_for },
	   { "refusals of operations", refusals_of_operations },
	   { "arguments that do not fit", arguments_that_do_not_fit },
	   { "operations have their time", operations_have_their_time })
