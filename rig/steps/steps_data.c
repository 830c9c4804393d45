/* SPDX-License-Identifier: Apache-2.0 */
/* Expectations about user data, by the unit's own answers. */
#include "rig/operation_table.h"
#include "rig/steps/steps.h"

/* The one text of an answer; NULL: refused (*refused), or an error. */
static char *ask(struct execution *execution, enum operation_index index, json_t *request, const char **refused,
		 GError **error)
{
	json_t *answer = execution_call(execution, &operations[index], request, refused, error);
	char *text = answer ? g_strdup(json_string_value(json_object_get(answer, "value"))) : NULL;

	json_decref(request);
	json_decref(answer);
	return text;
}

static gboolean judge(struct execution *execution, json_t *arguments, char *text, const char *refused,
		      const char *refusal_of_nothing)
{
	const char *is = argument_text(arguments, "is", "");
	gboolean holds = text ? g_str_equal(text, is) : !*is && !g_strcmp0(refused, refusal_of_nothing);

	if (!text && !refused)
		return FALSE;
	execution_judge(execution, holds, g_strdup(*is ? is : "nothing"),
			text ? (*text ? text : g_strdup("nothing")) : g_strdup_printf("refused: %s", refused));
	if (text && !*text)
		g_free(text);
	return TRUE;
}

static gboolean run_data(struct execution *execution, json_t *arguments, GError **error)
{
	const char *refused;
	char *text = ask(execution, OPERATION_AT_data_get,
			 json_pack("{s:s}", "item", argument_text(arguments, "item", "")), &refused, error);

	return judge(execution, arguments, text, refused, NULL);
}

/* A document that is not there may be refused, too. */
static gboolean run_document(struct execution *execution, json_t *arguments, GError **error)
{
	const char *refused;
	char *text = ask(execution, OPERATION_AT_document_read,
			 json_pack("{s:I}", "box", (json_int_t)argument_integer(arguments, "box", 0)), &refused, error);

	return judge(execution, arguments, text, refused, operation_answers[PROTOCOL_DENIED]);
}

static char *describe_data(json_t *arguments)
{
	const char *is = argument_text(arguments, "is", "");

	return g_strdup_printf("The item \"%s\" holds %s", argument_text(arguments, "item", ""),
			       *is ? "what was stored" : "nothing");
}

static char *describe_document(json_t *arguments)
{
	const char *is = argument_text(arguments, "is", "");

	return g_strdup_printf("Inbox %" G_GINT64_FORMAT " holds %s", argument_integer(arguments, "box", 0),
			       *is ? "what was stored" : "nothing");
}

static const struct step_argument data_arguments[] = {
	{ "item", ARGUMENT_CHOICE, TRUE, operation_data_choices, "the data item" },
	{ "is", ARGUMENT_TEXT, TRUE, NULL, "what it holds; empty: nothing" },
	{ NULL },
};
static const struct step_argument document_arguments[] = {
	{ "box", ARGUMENT_INTEGER, TRUE, NULL, "the inbox, 0 to 7" },
	{ "is", ARGUMENT_TEXT, TRUE, NULL, "the document; empty: none" },
	{ NULL },
};

#define EXPECT .is_expectation = TRUE

const struct step_spec steps_data[] = {
	{ .name = "expect.data",
	  .summary = "A data item holds something, or nothing",
	  .arguments = data_arguments,
	  EXPECT,
	  .run = run_data,
	  .describe = describe_data },
	{ .name = "expect.document",
	  .summary = "An inbox holds a document, or none",
	  .arguments = document_arguments,
	  EXPECT,
	  .run = run_document,
	  .describe = describe_document },
	{ NULL },
};
