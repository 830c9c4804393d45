/* SPDX-License-Identifier: Apache-2.0 */
/* The operator's hands: keys and the License Registration screen. */
#include "rig/steps/steps.h"

static const char *const key_choices[] = { "ok", "cancel", "counter", "additional-functions", "2-and-8", NULL };
static const enum protocol_key keys[] = { KEY_OK, KEY_CANCEL, KEY_COUNTER, KEY_ADDITIONAL_FUNCTIONS, KEY_2_AND_8 };

#define TAP_MS 100

static gboolean run_press(struct execution *execution, json_t *arguments, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);

	return controller &&
	       controller->press(self, keys[argument_choice(arguments, "key", key_choices)], TAP_MS, error);
}

static char *describe_press(json_t *arguments)
{
	return g_strdup_printf("Press the key \"%s\"", argument_text(arguments, "key", ""));
}

static gboolean run_register(struct execution *execution, json_t *arguments, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);
	const char *as = argument_text(arguments, "as", NULL);
	gint64 answer_ns = 0;

	execution->has_outcome = FALSE; /* a registration before this one says nothing about it */
	GError *failure = NULL;
	if (!controller)
		return FALSE;
	if (!controller->enter_licence(self, argument_text(arguments, "key", ""), &execution->outcome, &answer_ns,
				       &failure))
		return execution_settle(execution, arguments, failure, error);
	execution->has_outcome = TRUE;
	slot_record_json(execution->slot, EVENT_CALL,
			 json_pack("{s:s, s:{}, s:{s:s}, s:n}", "operation", "panel.register", "arguments", "answer",
				   "outcome", outcome_choices[execution->outcome], "refused"));
	execution->unconfirmed |= execution->outcome == OUTCOME_ACCEPTED && !execution->confirmed;
	execution_answered(execution, arguments);
	if (as)
		execution_set(execution, as, json_integer(answer_ns));
	return TRUE;
}

static char *describe_register(json_t *arguments)
{
	return g_strdup_printf("Type \"%s\" at License Registration and press Start",
			       argument_text(arguments, "key", ""));
}

static const struct step_argument press_arguments[] = {
	{ "key", ARGUMENT_CHOICE, TRUE, key_choices, "the key" },
	{ NULL },
};
static const struct step_argument register_arguments[] = {
	{ "key", ARGUMENT_TEXT, TRUE, NULL, "what is typed" },
	{ "as", ARGUMENT_NAME, FALSE, NULL, "variable for the time to the answer, in ns" },
	{ "answer", ARGUMENT_CHOICE, FALSE, refusal_choices, "whether the unit is to serve this at all now" },
	{ "cut", ARGUMENT_BOOLEAN, FALSE, NULL, "the power may fail meanwhile: no answer is needed then" },
	{ NULL },
};

const struct step_spec steps_panel[] = {
	{ .name = "panel.press",
	  .summary = "Press a key of the panel",
	  .arguments = press_arguments,
	  .run = run_press,
	  .describe = describe_press },
	{ .name = "panel.register",
	  .summary = "Type a licence key and press Start",
	  .arguments = register_arguments,
	  .judges_with = "answer",
	  .run = run_register,
	  .describe = describe_register },
	{ NULL },
};
