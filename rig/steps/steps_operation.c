/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One step for each of the unit's operations, made from their table: the request's fields are its arguments; `as` keeps
 * the answer; `answer` says which one is expected, and makes an expectation of the step.
 */
#include "rig/operation_table.h"
#include "rig/steps/steps.h"

/* The arguments that are fields of the request. */
static json_t *request_of(const struct operation *operation, json_t *arguments)
{
	json_t *request = json_object();

	for (const struct operation_field *field = operation->request; field->name; field++)
		json_object_set(request, field->name, json_object_get(arguments, field->name));
	return request;
}

/* One field: the variable itself; several: NAME_FIELD each. */
static void keep_answer(struct execution *execution, const struct operation *operation, json_t *arguments,
			json_t *answer)
{
	const char *as = argument_text(arguments, "as", NULL), *field;
	json_t *value;

	if (!as)
		return;
	json_object_foreach(answer, field, value)
	{
		g_autofree char *name = operation_variable(operation, as, field);
		execution_set(execution, name, json_incref(value));
	}
}

static gboolean run_operation(struct execution *execution, json_t *arguments, GError **error)
{
	const struct operation *operation = execution->step->operation;
	const char *expected = argument_text(arguments, "answer", NULL), *refused;
	json_t *request = request_of(operation, arguments);
	GError *failure = NULL;
	json_t *answer = execution_call(execution, operation, request, &refused, &failure);

	json_decref(request);
	if (failure)
		return execution_settle(execution, arguments, failure, error);
	if (answer)
		keep_answer(execution, operation, arguments, answer);
	json_decref(answer);
	const char *actual = refused ? refused : operation_answers[PROTOCOL_OK];
	if (expected)
		execution_judge(execution, g_str_equal(actual, expected), g_strdup(expected), g_strdup(actual));
	else if (refused)
		g_set_error(error, RIG_ERROR, RIG_ERROR_REFUSED, "the controller refused %s: %s", operation->name,
			    refused);
	return expected || !refused;
}

#define ARGUMENT_OF_U8 ARGUMENT_INTEGER
#define ARGUMENT_OF_U16 ARGUMENT_INTEGER
#define ARGUMENT_OF_U32 ARGUMENT_INTEGER
#define ARGUMENT_OF_U64 ARGUMENT_INTEGER
#define ARGUMENT_OF_CHOICE ARGUMENT_CHOICE
#define ARGUMENT_OF_TEXT ARGUMENT_TEXT
#define ARGUMENT_OF_HEX ARGUMENT_TEXT
#define ARGUMENT_OF_HEX8 ARGUMENT_TEXT
#define ARGUMENT(name, type, choices, help) { name, ARGUMENT_OF_##type, TRUE, choices, help },
#define COMMON_ARGUMENTS                                                                                               \
	{ "as", ARGUMENT_NAME, FALSE, NULL, "variable for the answer; for several fields: NAME_FIELD each" },          \
	    { "answer", ARGUMENT_CHOICE, FALSE, operation_answers, "the answer that is expected" },                    \
	    { "cut", ARGUMENT_BOOLEAN, FALSE, NULL, "the power may fail meanwhile: no answer is needed then" },        \
	{                                                                                                              \
		NULL                                                                                                   \
	}
#define OPERATION_ARGUMENTS(id, name, step, type, summary, request, answer, effect, within_ns)                         \
	static const struct step_argument id##_arguments[] = { FIELDS_##request(ARGUMENT) COMMON_ARGUMENTS };
OPERATIONS(OPERATION_ARGUMENTS)

#define OPERATION_STEP(id, name_, step, type, summary_, request, answer, effect_, within_ns)                           \
	{ .name = step,                                                                                                \
	  .summary = summary_,                                                                                         \
	  .arguments = id##_arguments,                                                                                 \
	  .judges_with = "answer",                                                                                     \
	  .effect = effect_,                                                                                           \
	  .operation = &operations[OPERATION_AT_##id],                                                                 \
	  .run = run_operation },
const struct step_spec steps_operation[] = { OPERATIONS(OPERATION_STEP){ NULL } };
