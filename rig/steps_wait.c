/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting. What does not come in time is the controller's failure. */
#include "steps.h"

struct awaited {
	guint state;		 /* enum protocol_unit_state */
	guint seen;		 /* the last one read; UINT_MAX: the controller was not there */
	const char *is, *prefix; /* panel */
	char *panel;
};

static gboolean check_state(struct execution *execution, gpointer data, gboolean *done, GError **error)
{
	struct awaited *awaited = data;
	struct unit_status status;
	gboolean here;
	gpointer self;

	awaited->seen = G_MAXUINT;
	if (!execution_here(execution, &here, error))
		return FALSE;
	if (!here)
		return TRUE;
	const struct controller_ops *controller = execution_controller(execution, &self, error);
	if (!controller || !controller->status(self, &status, error))
		return FALSE;
	awaited->seen = status.unit;
	*done = status.unit == awaited->state;
	return TRUE;
}

static const char *state_name(guint state)
{
	if (state == G_MAXUINT)
		return "not on the bus";
	return state < g_strv_length((char **)unit_state_choices) ? unit_state_choices[state] : "in an unknown state";
}

static gboolean wait_state(struct execution *execution, guint state, gint64 within_ns, gint64 interval_max_ns,
			   GError **error)
{
	struct awaited awaited = { .state = state };
	g_autofree char *limit = duration_text(within_ns);
	gboolean met;

	if (!execution_poll(execution, within_ns, interval_max_ns, check_state, &awaited, &met, error))
		return FALSE;
	if (met)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "the unit was not %s within %s: it is %s", state_name(state),
		    limit, state_name(awaited.seen));
	return FALSE;
}

static gboolean run_ready(struct execution *execution, json_t *arguments, GError **error)
{
	return wait_state(execution, UNIT_READY, argument_integer(arguments, "within", READY_WITHIN_NS), 60 * NS_PER_S,
			  error);
}

static char *describe_ready(json_t *arguments)
{
	g_autofree char *within = duration_text(argument_integer(arguments, "within", READY_WITHIN_NS));

	return g_strdup_printf("Wait until the unit is ready (at most %s)", within);
}

static gboolean run_state(struct execution *execution, json_t *arguments, GError **error)
{
	return wait_state(execution, argument_choice(arguments, "state", unit_state_choices),
			  argument_integer(arguments, "within", 10 * NS_PER_S), NS_PER_S, error);
}

static char *describe_state(json_t *arguments)
{
	return g_strdup_printf("Wait until the unit is %s", argument_text(arguments, "state", ""));
}

static gboolean run_time(struct execution *execution, json_t *arguments, GError **error)
{
	return slot_wait(execution->slot, slot_now(execution->slot) + argument_integer(arguments, "duration", 0), NULL,
			 NULL, NULL, error);
}

static char *describe_time(json_t *arguments)
{
	g_autofree char *duration = duration_text(argument_integer(arguments, "duration", 0));

	return g_strdup_printf("Wait %s", duration);
}

static gboolean check_panel(struct execution *execution, gpointer data, gboolean *done, GError **error)
{
	struct awaited *awaited = data;
	gboolean here;

	if (!execution_here(execution, &here, error))
		return FALSE;
	if (!here)
		return TRUE;
	g_free(awaited->panel);
	awaited->panel = execution_panel(execution, error);
	*done = awaited->panel && (!awaited->is || g_str_equal(awaited->panel, awaited->is)) &&
		(!awaited->prefix || g_str_has_prefix(awaited->panel, awaited->prefix));
	return awaited->panel != NULL;
}

static gboolean run_panel(struct execution *execution, json_t *arguments, GError **error)
{
	struct awaited awaited = { .is = argument_text(arguments, "is", NULL),
				   .prefix = argument_text(arguments, "prefix", NULL) };
	gint64 within = argument_integer(arguments, "within", 10 * NS_PER_S);
	g_autofree char *limit = duration_text(within);
	gboolean met;
	gboolean good = execution_poll(execution, within, 10 * NS_PER_S, check_panel, &awaited, &met, error);

	if (good && !met)
		g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT,
			    "the panel did not show \"%s\" within %s; it shows \"%s\"",
			    awaited.is ? awaited.is : awaited.prefix, limit,
			    awaited.panel ? awaited.panel : "(nothing: not on the bus)");
	g_free(awaited.panel);
	return good && met;
}

static char *describe_panel(json_t *arguments)
{
	const char *is = argument_text(arguments, "is", NULL);

	return g_strdup_printf("Wait until the panel shows \"%s\"%s", is ? is : argument_text(arguments, "prefix", ""),
			       is ? "" : " …");
}

static const struct step_argument ready_arguments[] = {
	{ "within", ARGUMENT_DURATION, FALSE, NULL, "longest start-up (4 h)" },
	{ NULL },
};
static const struct step_argument state_arguments[] = {
	{ "state", ARGUMENT_CHOICE, TRUE, unit_state_choices, "what the unit's status says" },
	{ "within", ARGUMENT_DURATION, FALSE, NULL, "at most (10 s)" },
	{ NULL },
};
static const struct step_argument time_arguments[] = {
	{ "duration", ARGUMENT_DURATION, TRUE, NULL, "slot time" },
	{ NULL },
};
static const struct step_argument panel_arguments[] = {
	{ "is", ARGUMENT_TEXT, FALSE, NULL, "the whole text" },
	{ "prefix", ARGUMENT_TEXT, FALSE, NULL, "how it begins" },
	{ "within", ARGUMENT_DURATION, FALSE, NULL, "at most (10 s)" },
	{ NULL },
};

const struct step_spec steps_wait[] = {
	{ .name = "wait.ready",
	  .summary = "Wait until the unit is ready",
	  .arguments = ready_arguments,
	  .run = run_ready,
	  .describe = describe_ready },
	{ .name = "wait.state",
	  .summary = "Wait for a state of the unit",
	  .arguments = state_arguments,
	  .run = run_state,
	  .describe = describe_state },
	{ .name = "wait.time",
	  .summary = "Let slot time pass",
	  .arguments = time_arguments,
	  .run = run_time,
	  .describe = describe_time },
	{ .name = "wait.panel",
	  .summary = "Wait for a text on the panel",
	  .arguments = panel_arguments,
	  .run = run_panel,
	  .describe = describe_panel },
	{ NULL },
};
