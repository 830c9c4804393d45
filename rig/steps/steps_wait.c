/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting. What does not come in time is the controller's failure. */
#include "rig/steps/steps.h"

struct awaited_panel {
	const char *is, *prefix;
	char *panel;
};

gboolean unit_is(struct execution *execution, gpointer data, gboolean *done, GError **error)
{
	struct awaited_state *awaited = data;
	struct unit_status status;

	if (!execution_look(execution, &status, &awaited->seen, error))
		return FALSE;
	*done = awaited->seen == awaited->wanted;
	return TRUE;
}

static const char *state_name(guint state)
{
	if (state == EXECUTION_AWAY)
		return "not on the bus";
	return state < g_strv_length((char **)unit_state_choices) ? unit_state_choices[state] : "in an unknown state";
}

static gboolean wait_state(struct execution *execution, guint state, gint64 within_ns, gint64 interval_max_ns,
			   GError **error)
{
	struct awaited_state awaited = { .wanted = state };
	g_autofree char *limit = duration_text(within_ns);
	gboolean met;

	if (!execution_poll(execution, within_ns, interval_max_ns, unit_is, &awaited, &met, error))
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
			  argument_integer(arguments, "within", 10 * NS_PER_S), 200 * NS_PER_MS, error);
}

static char *describe_state(json_t *arguments)
{
	return g_strdup_printf("Wait until the unit is %s", argument_text(arguments, "state", ""));
}

/* ---- progress */

struct progress {
	guint percent, first_percent, seen; /* seen: the last unit state */
	gint64 first_ns, next_ns;	    /* when the erase was seen first; when to ask again */
	gboolean reached, began;
};

#define ASK_AGAIN_NS (10 * NS_PER_MS)

/* Half of the time that is left at the rate so far: few questions in a long erase, close ones near the mark. */
static gint64 ask_again_ns(const struct progress *progress, guint percent, gint64 now_ns)
{
	gint64 elapsed = now_ns - progress->first_ns;

	if (percent <= progress->first_percent)
		return CLAMP(elapsed, ASK_AGAIN_NS, NS_PER_S);
	gint64 left = elapsed / (percent - progress->first_percent) * (progress->percent - percent);
	return CLAMP(left / 2, ASK_AGAIN_NS, 60 * NS_PER_S);
}

static gboolean look_at_progress(struct execution *execution, struct progress *progress, GError **error)
{
	gint64 now = slot_now(execution->slot);
	struct unit_status status;

	progress->next_ns = now + ASK_AGAIN_NS;
	if (!execution_look(execution, &status, &progress->seen, error))
		return FALSE;
	if (progress->seen != UNIT_ERASING || status.erase_percent > 100)
		return TRUE;
	if (!progress->began) {
		progress->began = TRUE;
		progress->first_ns = now;
		progress->first_percent = status.erase_percent;
	}
	progress->reached = status.erase_percent >= progress->percent;
	progress->next_ns = now + ask_again_ns(progress, status.erase_percent, now);
	return TRUE;
}

static gboolean run_progress(struct execution *execution, json_t *arguments, GError **error)
{
	struct progress progress = { .percent = (guint)CLAMP(argument_integer(arguments, "percent", 0), 0, 100) };
	gint64 within = argument_integer(arguments, "within", READY_WITHIN_NS);
	gint64 deadline = slot_now(execution->slot) + within;
	g_autofree char *limit = duration_text(within);

	while (slot_now(execution->slot) <= deadline) {
		if (!look_at_progress(execution, &progress, error))
			return FALSE;
		if (progress.reached)
			return TRUE;
		if (progress.began && progress.seen != UNIT_ERASING) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
				    "the erase ended before %u %% could be met", progress.percent);
			return FALSE;
		}
		if (!slot_wait(execution->slot, progress.next_ns, NULL, NULL, NULL, error))
			return FALSE;
	}
	g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "the erase was not at %u %% within %s: the unit is %s",
		    progress.percent, limit, state_name(progress.seen));
	return FALSE;
}

static char *describe_progress(json_t *arguments)
{
	return g_strdup_printf("Wait until %" G_GINT64_FORMAT " %% are erased",
			       argument_integer(arguments, "percent", 0));
}

static gboolean check_power(struct execution *execution, gpointer data, gboolean *done, GError **error)
{
	gpointer self;
	gboolean on;
	const struct power_ops *power = execution_power(execution, &self, error);

	(void)data;
	if (!power || !power->get(self, &on, error))
		return FALSE;
	*done = !on;
	return TRUE;
}

static gboolean run_power_lost(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 within = argument_integer(arguments, "within", READY_WITHIN_NS);
	g_autofree char *limit = duration_text(within);
	gboolean met;

	if (!execution_poll(execution, within, NS_PER_S, check_power, NULL, &met, error))
		return FALSE;
	if (met)
		return execution_was_cut(execution, error);
	if (argument_integer(arguments, "optional", 0)) {
		slot_record_json(execution->slot, EVENT_NOTE,
				 json_pack("{s:s}", "text",
					   "the armed power cut did not happen: the unit did nothing "
					   "that it was armed for"));
		return TRUE;
	}
	g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
		    "the armed power cut did not happen within %s: the unit does nothing that it was armed for", limit);
	return FALSE;
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
	struct awaited_panel *awaited = data;
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
	struct awaited_panel awaited = { .is = argument_text(arguments, "is", NULL),
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
static const struct step_argument progress_arguments[] = {
	{ "percent", ARGUMENT_INTEGER, TRUE, NULL, "of the erase, as the unit shows it" },
	{ "within", ARGUMENT_DURATION, FALSE, NULL, "at most (4 h)" },
	{ NULL },
};
static const struct step_argument power_lost_arguments[] = {
	{ "within", ARGUMENT_DURATION, FALSE, NULL, "at most (4 h)" },
	{ "optional", ARGUMENT_BOOLEAN, FALSE, NULL,
	  "whether it may fail to happen, as of operations that need not be" },
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
	{ .name = "wait.progress",
	  .summary = "Wait until an erase is so far",
	  .arguments = progress_arguments,
	  .run = run_progress,
	  .describe = describe_progress },
	{ .name = "wait.power_lost",
	  .summary = "Wait until the mains have failed, as armed",
	  .arguments = power_lost_arguments,
	  .run = run_power_lost },
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
