/* SPDX-License-Identifier: Apache-2.0 */
/* Service mode. */
#include "steps.h"

static const enum protocol_item items[] = { ITEM_ERASE_MODE, ITEM_JOB_LOG_KEY };

static gboolean run_enter(struct execution *execution, json_t *arguments, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);

	return controller && controller->service_enter(self, (guint)argument_integer(arguments, "level", 2), error);
}

static gboolean run_set(struct execution *execution, json_t *arguments, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);

	return controller &&
	       controller->service_set(self, items[argument_choice(arguments, "item", service_item_choices)],
				       (guint32)argument_integer(arguments, "value", 0), error);
}

static char *describe_set(json_t *arguments)
{
	return g_strdup_printf("Set service item %s to %d", argument_text(arguments, "item", ""),
			       (int)argument_integer(arguments, "value", 0));
}

static gboolean run_expect(struct execution *execution, json_t *arguments, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);
	gint64 wanted = argument_integer(arguments, "is", 0);
	guint32 value;

	if (!controller || !controller->service_get(
			       self, items[argument_choice(arguments, "item", service_item_choices)], &value, error))
		return FALSE;
	execution_judge(execution, value == wanted, g_strdup_printf("%d", (int)wanted), g_strdup_printf("%u", value));
	return TRUE;
}

static char *describe_expect(json_t *arguments)
{
	return g_strdup_printf("Service item %s is %d", argument_text(arguments, "item", ""),
			       (int)argument_integer(arguments, "is", 0));
}

static const struct step_argument enter_arguments[] = {
	{ "level", ARGUMENT_INTEGER, FALSE, NULL, "service mode level (2)" },
	{ NULL },
};
static const struct step_argument set_arguments[] = {
	{ "item", ARGUMENT_CHOICE, TRUE, service_item_choices, "the item" },
	{ "value", ARGUMENT_INTEGER, TRUE, NULL, "its new value" },
	{ NULL },
};
static const struct step_argument expect_arguments[] = {
	{ "item", ARGUMENT_CHOICE, TRUE, service_item_choices, "the item" },
	{ "is", ARGUMENT_INTEGER, TRUE, NULL, "its value" },
	{ NULL },
};

const struct step_spec steps_service[] = {
	{ .name = "service.enter", .summary = "Enter service mode", .arguments = enter_arguments, .run = run_enter },
	{ .name = "service.set",
	  .summary = "Change a service mode item",
	  .arguments = set_arguments,
	  .run = run_set,
	  .describe = describe_set },
	{ .name = "expect.service",
	  .summary = "A service mode item has a value",
	  .arguments = expect_arguments,
	  .is_expectation = TRUE,
	  .run = run_expect,
	  .describe = describe_expect },
	{ NULL },
};
