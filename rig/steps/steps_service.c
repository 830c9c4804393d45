/* SPDX-License-Identifier: Apache-2.0 */
/* Service mode. */
#include "rig/steps/steps.h"

static const enum protocol_item items[] = { ITEM_ERASE_MODE, ITEM_JOB_LOG_KEY };

/* What does not fit the protocol's field is the scenario's mistake; cut to fit, it would ask for something else. */
static gboolean read_number(json_t *arguments, const char *name, gint64 fallback, gint64 most, gint64 *value,
			    GError **error)
{
	*value = argument_integer(arguments, name, fallback);
	if (*value >= 0 && *value <= most)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
		    "%s=%" G_GINT64_FORMAT ": must be from 0 to %" G_GINT64_FORMAT
		    ", the protocol's field holds no more",
		    name, *value, most);
	return FALSE;
}

#define TAP_MS 100

/* Additional Functions, 2 and 8 at once, Additional Functions (unverified): rig/protocol.h. */
static gboolean press_sequence(const struct controller_ops *controller, gpointer self, GError **error)
{
	static const enum protocol_key sequence[] = { KEY_ADDITIONAL_FUNCTIONS, KEY_2_AND_8, KEY_ADDITIONAL_FUNCTIONS };

	for (guint i = 0; i < G_N_ELEMENTS(sequence); i++)
		if (!controller->press(self, sequence[i], TAP_MS, error))
			return FALSE;
	return TRUE;
}

static gboolean run_enter(struct execution *execution, json_t *arguments, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);
	GError *failure = NULL;
	gint64 level;

	if (!controller || !read_number(arguments, "level", 2, G_MAXUINT8, &level, error) ||
	    (argument_integer(arguments, "sequence", TRUE) && !press_sequence(controller, self, error)))
		return FALSE;
	if (!controller->service_enter(self, (guint)level, &failure))
		return execution_settle(execution, arguments, failure, error);
	execution_answered(execution, arguments);
	return TRUE;
}

static gboolean run_set(struct execution *execution, json_t *arguments, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);

	GError *failure = NULL;
	gint64 value;

	if (!controller || !read_number(arguments, "value", 0, G_MAXUINT32, &value, error))
		return FALSE;
	if (!controller->service_set(self, items[argument_choice(arguments, "item", service_item_choices)],
				     (guint32)value, &failure))
		return execution_settle(execution, arguments, failure, error);
	execution_answered(execution, arguments);
	return TRUE;
}

static char *describe_set(json_t *arguments)
{
	return g_strdup_printf("Set service item %s to %" G_GINT64_FORMAT, argument_text(arguments, "item", ""),
			       argument_integer(arguments, "value", 0));
}

static gboolean run_expect(struct execution *execution, json_t *arguments, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);
	gint64 wanted;
	guint32 value;

	if (!controller || !read_number(arguments, "is", 0, G_MAXUINT32, &wanted, error) ||
	    !controller->service_get(self, items[argument_choice(arguments, "item", service_item_choices)], &value,
				     error))
		return FALSE;
	execution_judge(execution, value == wanted, g_strdup_printf("%" G_GINT64_FORMAT, wanted),
			g_strdup_printf("%u", value));
	return TRUE;
}

static gboolean run_mode(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 wanted = argument_integer(arguments, "is", 0);
	struct unit_status status;

	if (!execution_status(execution, &status, error))
		return FALSE;
	execution_judge(execution, status.erase_mode == wanted, g_strdup_printf("%" G_GINT64_FORMAT, wanted),
			g_strdup_printf("%u", status.erase_mode));
	return TRUE;
}

static char *describe_mode(json_t *arguments)
{
	return g_strdup_printf("The erase mode in force is %" G_GINT64_FORMAT, argument_integer(arguments, "is", 0));
}

static char *describe_expect(json_t *arguments)
{
	return g_strdup_printf("Service item %s is %" G_GINT64_FORMAT, argument_text(arguments, "item", ""),
			       argument_integer(arguments, "is", 0));
}

static const struct step_argument enter_arguments[] = {
	{ "level", ARGUMENT_INTEGER, FALSE, NULL, "service mode level (2)" },
	{ "sequence", ARGUMENT_BOOLEAN, FALSE, NULL, "whether the keys that open it are pressed first (true)" },
	{ "answer", ARGUMENT_CHOICE, FALSE, refusal_choices, "whether the unit is to let one in" },
	{ NULL },
};
static const struct step_argument set_arguments[] = {
	{ "item", ARGUMENT_CHOICE, TRUE, service_item_choices, "the item" },
	{ "value", ARGUMENT_INTEGER, TRUE, NULL, "its new value" },
	{ "answer", ARGUMENT_CHOICE, FALSE, refusal_choices, "whether the unit is to accept it" },
	{ "cut", ARGUMENT_BOOLEAN, FALSE, NULL, "the power may fail meanwhile: no answer is needed then" },
	{ NULL },
};
static const struct step_argument mode_arguments[] = {
	{ "is", ARGUMENT_INTEGER, TRUE, NULL, "1, 2 or 3" },
	{ NULL },
};
static const struct step_argument expect_arguments[] = {
	{ "item", ARGUMENT_CHOICE, TRUE, service_item_choices, "the item" },
	{ "is", ARGUMENT_INTEGER, TRUE, NULL, "its value" },
	{ NULL },
};

const struct step_spec steps_service[] = {
	{ .name = "service.enter",
	  .summary = "Enter service mode",
	  .arguments = enter_arguments,
	  .judges_with = "answer",
	  .run = run_enter },
	{ .name = "service.set",
	  .summary = "Change a service mode item",
	  .arguments = set_arguments,
	  .judges_with = "answer",
	  .run = run_set,
	  .describe = describe_set },
	{ .name = "expect.erase_mode",
	  .summary = "The erase mode in force",
	  .arguments = mode_arguments,
	  .is_expectation = TRUE,
	  .run = run_mode,
	  .describe = describe_mode },
	{ .name = "expect.service",
	  .summary = "A service mode item has a value",
	  .arguments = expect_arguments,
	  .is_expectation = TRUE,
	  .run = run_expect,
	  .describe = describe_expect },
	{ NULL },
};
