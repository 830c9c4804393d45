/* SPDX-License-Identifier: Apache-2.0 */
/* Main power and the panel's power switch. */
#include "rig/steps/steps.h"

static gboolean set_power(struct execution *execution, gboolean on, GError **error)
{
	gpointer self;
	const struct power_ops *power = execution_power(execution, &self, error);
	gboolean is = !on;

	execution->seen = FALSE;
	if (on)
		execution->console_mark = slot_console(execution->slot)->len;
	slot_checkpoint(execution->slot); /* the intent is on record before the power goes on … */
	if (on && slot_spool_error(execution->slot)) {
		g_propagate_error(error, g_error_copy(slot_spool_error(execution->slot))); /* … or it stays off */
		return FALSE;
	}
	if (!power || !slot_power_settle(execution->slot, error) || !power->set(self, on, error) ||
	    !slot_power_get(execution->slot, &is, error))
		return FALSE;
	execution->power_on_ns = on ? slot_now(execution->slot) : execution->power_on_ns;
	if (is == on)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the main power reads %s after it was turned %s",
		    is ? "on" : "off", on ? "on" : "off");
	return FALSE;
}

static gboolean hold_switch(struct execution *execution, gboolean held, GError **error)
{
	gpointer self;
	const struct power_ops *power = execution_power(execution, &self, error);
	gboolean is = !held;

	if (!power || !power->hold_switch(self, held, error) || !power->switch_held(self, &is, error))
		return FALSE;
	slot_record_json(execution->slot, EVENT_SWITCH, json_pack("{s:b}", "held", is));
	if (is == held)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the panel switch reads %s",
		    is ? "held although released" : "released although held");
	return FALSE;
}

static gboolean let_pass(struct execution *execution, gint64 duration_ns, GError **error)
{
	return slot_wait(execution->slot, slot_now(execution->slot) + duration_ns, NULL, NULL, NULL, error);
}

static gboolean run_on(struct execution *execution, json_t *arguments, GError **error)
{
	(void)arguments;
	return set_power(execution, TRUE, error);
}

/* A controller that left the bus while its power was on is noticed now or never: once the power is off it ought to be
 * away, and after the next power-on its absence would look like its own failure. Armed cuts took its power, too. */
static gboolean turn_off(struct execution *execution, GError **error)
{
	gboolean here;

	return (!execution->seen || execution_was_cut(execution, NULL) || execution_here(execution, &here, error)) &&
	       set_power(execution, FALSE, error);
}

#define CONSOLE_LAG_NS (200 * NS_PER_MS) /* the last words on their way through the serial port */

/* Where the unit said last that an erase of everything is under way, or has ended. */
static const char *last_line(const GString *console, gsize from, const char *line)
{
	g_autofree char *searched = g_strconcat("\n", line, NULL);

	return g_strrstr_len(console->str + from, (gssize)(console->len - from), searched);
}

/* A cut that comes after the erase has tested nothing; nobody is to be accused of what did not follow. */
static gboolean check_erase_cut(struct execution *execution, gsize from, GError **error)
{
	if (!let_pass(execution, CONSOLE_LAG_NS, error))
		return FALSE;
	const GString *console = slot_console(execution->slot);
	const char *ended = last_line(console, from, "erase ends\r");
	const char *began = last_line(console, from, "erase begins");

	if (!ended || (began && began > ended))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
		    "the erase ended before the power was off, says the console: this slot cuts too late for it");
	return FALSE;
}

static gboolean run_off(struct execution *execution, json_t *arguments, GError **error)
{
	const gsize from = execution->console_mark;

	return turn_off(execution, error) &&
	       (!argument_text(arguments, "during", NULL) || check_erase_cut(execution, from, error));
}

static gboolean run_cycle(struct execution *execution, json_t *arguments, GError **error)
{
	return turn_off(execution, error) &&
	       let_pass(execution, argument_integer(arguments, "off", 10 * NS_PER_S), error) &&
	       set_power(execution, TRUE, error);
}

static char *describe_cycle(json_t *arguments)
{
	g_autofree char *off = duration_text(argument_integer(arguments, "off", 10 * NS_PER_S));

	return g_strdup_printf("Turn the main power off, wait %s, turn it on", off);
}

static const char *const via_choices[] = { "line", "key", NULL };

static gboolean run_hold(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 duration = argument_integer(arguments, "duration", 0);
	gpointer self;

	if (g_str_equal(argument_text(arguments, "via", "line"), "line"))
		return hold_switch(execution, TRUE, error) && let_pass(execution, duration, error) &&
		       hold_switch(execution, FALSE, error);
	const struct controller_ops *controller = execution_controller(execution, &self, error);
	if (duration / NS_PER_MS > G_MAXUINT16) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
			    "the protocol's key press lasts at most %d ms; hold the switch by its line", G_MAXUINT16);
		return FALSE;
	}
	return controller && controller->press(self, KEY_POWER_SWITCH, (guint)(duration / NS_PER_MS), error);
}

static char *describe_hold(json_t *arguments)
{
	g_autofree char *duration = duration_text(argument_integer(arguments, "duration", 0));

	return g_strdup_printf(
	    "Hold the panel's power switch for %s%s", duration,
	    g_str_equal(argument_text(arguments, "via", "line"), "key") ? " (by the protocol's key press)" : "");
}

static const char *const during_choices[] = { "erase", NULL };

static const struct step_argument no_arguments[] = { { NULL } };
static const struct step_argument off_arguments[] = {
	{ "during", ARGUMENT_CHOICE, FALSE, during_choices, "not judged where the unit had ended that before" },
	{ NULL },
};
static const struct step_argument cycle_arguments[] = {
	{ "off", ARGUMENT_DURATION, FALSE, NULL, "how long the power stays off (10 s)" },
	{ NULL },
};
static const struct step_argument hold_arguments[] = {
	{ "duration", ARGUMENT_DURATION, TRUE, NULL, "how long it is held" },
	{ "via", ARGUMENT_CHOICE, FALSE, via_choices, "the slot's switch line (default) or the protocol's key press" },
	{ NULL },
};

const struct step_spec steps_power[] = {
	{ .name = "power.on", .summary = "Turn the main power on", .arguments = no_arguments, .run = run_on },
	{ .name = "power.off", .summary = "Turn the main power off", .arguments = off_arguments, .run = run_off },
	{ .name = "power.cycle",
	  .summary = "Turn the main power off and, after a time, on",
	  .arguments = cycle_arguments,
	  .run = run_cycle,
	  .describe = describe_cycle },
	{ .name = "switch.hold",
	  .summary = "Hold the panel's power switch",
	  .arguments = hold_arguments,
	  .run = run_hold,
	  .describe = describe_hold },
	{ NULL },
};
