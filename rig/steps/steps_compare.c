/* SPDX-License-Identifier: Apache-2.0 */
/* Expectations about variables: what was read before against each other, or against now. */
#include "rig/steps/steps.h"
#include "steps_read.h"
#include <string.h>

static gboolean compare(struct execution *execution, json_t *arguments, gboolean same)
{
	g_autofree char *a = argument_value(arguments, "a");
	g_autofree char *b = argument_value(arguments, "b");

	execution_judge(execution, g_str_equal(a, b) == same, g_strdup_printf("%s%s", same ? "" : "anything but ", a),
			g_strdup(b));
	return TRUE;
}

static gboolean run_same(struct execution *execution, json_t *arguments, GError **error)
{
	(void)error;
	return compare(execution, arguments, TRUE);
}

static gboolean run_differ(struct execution *execution, json_t *arguments, GError **error)
{
	(void)error;
	return compare(execution, arguments, FALSE);
}

static gboolean run_same_duration(struct execution *execution, json_t *arguments, GError **error)
{
	const struct instrument *clock = slot_instrument(execution->slot, ROLE_CLOCK);

	if (clock->driver->ops.clock->is_virtual)
		return compare(execution, arguments, TRUE);
	g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
		    "equal durations cannot be observed on a real clock: the host's jitter hides them");
	return FALSE;
}

static gboolean run_unchanged(struct execution *execution, json_t *arguments, GError **error)
{
	char *before = argument_value(arguments, "since");
	char *now = read_snapshot(execution, error);

	if (!now) {
		g_free(before);
		return FALSE;
	}
	execution_judge(execution, g_str_equal(before, now), before, now);
	return TRUE;
}

static gboolean says_nothing(const char *fields, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "says nothing; give %s", fields);
	return FALSE;
}

static gboolean run_text(struct execution *execution, json_t *arguments, GError **error)
{
	const char *value = argument_text(arguments, "value", ""), *is = argument_text(arguments, "is", NULL);
	const char *is_not = argument_text(arguments, "is_not", NULL);
	const char *contains = argument_text(arguments, "contains", NULL);

	if (!is && !is_not && !contains)
		return says_nothing("is, is_not or contains", error);
	execution_judge(execution,
			(!is || g_str_equal(value, is)) && (!is_not || !g_str_equal(value, is_not)) &&
			    (!contains || strstr(value, contains)),
			g_strdup_printf("%s%s%s%s%s", is ? is : "", is_not ? "anything but " : "", is_not ? is_not : "",
					contains ? "with " : "", contains ? contains : ""),
			g_strdup(value));
	return TRUE;
}

static gboolean run_number(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 value = argument_integer(arguments, "value", 0);
	gint64 least = argument_integer(arguments, "at_least", G_MININT64);
	gint64 most = argument_integer(arguments, "at_most", G_MAXINT64);
	gboolean exact = argument_has(arguments, "is");

	if (!exact && least == G_MININT64 && most == G_MAXINT64)
		return says_nothing("is, at_least or at_most", error);
	if (exact)
		least = most = argument_integer(arguments, "is", 0);
	execution_judge(execution, value >= least && value <= most,
			exact		     ? g_strdup_printf("%" G_GINT64_FORMAT, least)
			: most == G_MAXINT64 ? g_strdup_printf("at least %" G_GINT64_FORMAT, least)
			: least == G_MININT64
			    ? g_strdup_printf("at most %" G_GINT64_FORMAT, most)
			    : g_strdup_printf("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, least, most),
			g_strdup_printf("%" G_GINT64_FORMAT, value));
	return TRUE;
}

static gboolean run_that(struct execution *execution, json_t *arguments, GError **error)
{
	int function = (int)json_integer_value(json_object_get(json_object_get(arguments, "check"), "fn"));
	gboolean holds;
	char *actual;

	if (!execution->lua)
		execution->lua = lua_host_open(execution->file, &lua_limits_default, error);
	if (!execution->lua || !lua_host_judge(execution->lua, function, execution->variables, &holds, &actual, error))
		return FALSE;
	execution_judge(execution, holds, g_strdup("holds"), actual);
	return TRUE;
}

static const struct step_argument pair_arguments[] = { { "a", ARGUMENT_VARIABLE, TRUE, NULL, "a variable" },
						       { "b", ARGUMENT_VARIABLE, TRUE, NULL, "another" },
						       { NULL } };
static const struct step_argument unchanged_arguments[] = {
	{ "since", ARGUMENT_VARIABLE, TRUE, NULL, "a variable of read.snapshot" }, { NULL }
};
static const struct step_argument text_arguments[] = {
	{ "value", ARGUMENT_TEXT, TRUE, NULL, "a variable that holds a text" },
	{ "is", ARGUMENT_TEXT, FALSE, NULL, "what it is" },
	{ "is_not", ARGUMENT_TEXT, FALSE, NULL, "what it is not" },
	{ "contains", ARGUMENT_TEXT, FALSE, NULL, "what is in it" },
	{ NULL },
};
static const struct step_argument number_arguments[] = {
	{ "value", ARGUMENT_INTEGER, TRUE, NULL, "a variable that holds a number" },
	{ "is", ARGUMENT_INTEGER, FALSE, NULL, "what it is" },
	{ "at_least", ARGUMENT_INTEGER, FALSE, NULL, "not less than this" },
	{ "at_most", ARGUMENT_INTEGER, FALSE, NULL, "not more than this" },
	{ NULL },
};
static const struct step_argument that_arguments[] = {
	{ "check", ARGUMENT_FUNCTION, TRUE, NULL, "function(v) returning boolean, text" }, { NULL }
};

#define EXPECT .is_expectation = TRUE

const struct step_spec steps_compare[] = {
	{ .name = "expect.same",
	  .summary = "Two variables are equal",
	  .arguments = pair_arguments,
	  EXPECT,
	  .run = run_same },
	{ .name = "expect.differ",
	  .summary = "Two variables differ",
	  .arguments = pair_arguments,
	  EXPECT,
	  .run = run_differ },
	{ .name = "expect.same_duration",
	  .summary = "Two durations are equal (judged on a virtual clock only)",
	  .arguments = pair_arguments,
	  EXPECT,
	  .run = run_same_duration },
	{ .name = "expect.unchanged",
	  .summary = "The unit's state is what read.snapshot saw",
	  .arguments = unchanged_arguments,
	  EXPECT,
	  .run = run_unchanged },
	{ .name = "expect.text",
	  .summary = "A variable holds a text",
	  .arguments = text_arguments,
	  EXPECT,
	  .run = run_text },
	{ .name = "expect.number",
	  .summary = "A variable holds a number",
	  .arguments = number_arguments,
	  EXPECT,
	  .run = run_number },
	{ .name = "expect.that",
	  .summary = "A function of the variables holds",
	  .arguments = that_arguments,
	  EXPECT,
	  .run = run_that },
	{ NULL },
};
