/* SPDX-License-Identifier: Apache-2.0 */
/* Expectations: each says what it expected and what it saw. */
#include "rig/steps/steps.h"
#include "steps_read.h"

/* A text against is, prefix, lacks. */
static gboolean text_fits(json_t *arguments, const char *text)
{
	const char *is = argument_text(arguments, "is", NULL), *prefix = argument_text(arguments, "prefix", NULL);
	const char *lacks = argument_text(arguments, "lacks", NULL);

	return (!is || g_str_equal(text, is)) && (!prefix || g_str_has_prefix(text, prefix)) &&
	       (!lacks || !strstr(text, lacks));
}

static char *text_wanted(json_t *arguments)
{
	GString *wanted = g_string_new(NULL);
	static const struct {
		const char *name, *words;
	} parts[] = { { "is", "\"%s\"" },
		      { "prefix", "begins with \"%s\"" },
		      { "contains", "contains \"%s\"" },
		      { "lists", "lists \"%s\"" },
		      { "lacks", "without \"%s\"" } };

	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		const char *value = argument_text(arguments, parts[i].name, NULL);
		if (!value)
			continue;
		if (wanted->len)
			g_string_append(wanted, ", ");
		g_auto(GStrv) around = g_strsplit(parts[i].words, "%s", 2);
		g_string_append_printf(wanted, "%s%s%s", around[0], value, around[1]);
	}
	return g_string_free(wanted, FALSE);
}

static char *described(const char *subject, json_t *arguments)
{
	g_autofree char *wanted = text_wanted(arguments);

	return g_strdup_printf("%s: %s", subject, wanted);
}

struct panel_seen {
	json_t *arguments;
	char *text;
};

static gboolean check_panel(struct execution *execution, gpointer data, gboolean *done, GError **error)
{
	struct panel_seen *seen = data;

	g_free(seen->text);
	seen->text = execution_panel(execution, error);
	*done = seen->text && text_fits(seen->arguments, seen->text);
	return seen->text != NULL;
}

static gboolean run_panel(struct execution *execution, json_t *arguments, GError **error)
{
	struct panel_seen seen = { .arguments = arguments };
	gboolean met;

	if (!execution_poll(execution, argument_integer(arguments, "within", 0), NS_PER_S, check_panel, &seen, &met,
			    error)) {
		g_free(seen.text);
		return FALSE;
	}
	execution_judge(execution, met, text_wanted(arguments), g_strdup_printf("\"%s\"", seen.text));
	g_free(seen.text);
	return TRUE;
}

static char *describe_panel(json_t *arguments)
{
	return described("The panel's text", arguments);
}

static gboolean run_outcome(struct execution *execution, json_t *arguments, GError **error)
{
	gboolean is = argument_has(arguments, "is");

	if (is == argument_has(arguments, "is_not")) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "expect.outcome needs either is or is_not");
		return FALSE;
	}
	guint named = argument_choice(arguments, is ? "is" : "is_not", outcome_choices);
	if (!execution->has_outcome) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "expect.outcome before any panel.register");
		return FALSE;
	}
	execution_judge(execution, (execution->outcome == named) == is,
			g_strdup_printf("%s%s", is ? "" : "anything but ", outcome_choices[named]),
			g_strdup(outcome_choices[execution->outcome]));
	return TRUE;
}

static char *describe_outcome(json_t *arguments)
{
	gboolean is = argument_has(arguments, "is");

	return g_strdup_printf("The registration's outcome is %s\"%s\"", is ? "" : "not ",
			       argument_text(arguments, is ? "is" : "is_not", ""));
}

static gboolean run_licence(struct execution *execution, json_t *arguments, GError **error)
{
	const char *wanted = argument_text(arguments, "is", "");
	char *state = read_licence_state(execution, error);

	if (state)
		execution_judge(execution, g_str_equal(state, wanted), g_strdup(wanted), state);
	return state != NULL;
}

static char *describe_licence(json_t *arguments)
{
	return g_strdup_printf("The licence is %s", argument_text(arguments, "is", ""));
}

static gboolean lists(const char *options, const char *name)
{
	g_auto(GStrv) list = g_strsplit(options, "; ", -1);

	return g_strv_contains((const char *const *)list, name);
}

static gboolean run_configuration(struct execution *execution, json_t *arguments, GError **error)
{
	const char *wanted = argument_text(arguments, "lists", NULL),
		   *unwanted = argument_text(arguments, "lacks", NULL);
	char *options = read_configuration(execution, error);

	if (options)
		execution_judge(execution,
				(!wanted || lists(options, wanted)) && (!unwanted || !lists(options, unwanted)),
				text_wanted(arguments), options);
	return options != NULL;
}

static char *describe_configuration(json_t *arguments)
{
	return described("Device Configuration", arguments);
}

static gboolean run_unit(struct execution *execution, json_t *arguments, GError **error)
{
	struct awaited_state state = { .wanted = argument_choice(arguments, "state", unit_state_choices) };
	gboolean met;

	if (!execution_poll(execution, argument_integer(arguments, "within", 0), NS_PER_S, unit_is, &state, &met,
			    error))
		return FALSE;
	gboolean known = state.seen < g_strv_length((char **)unit_state_choices);
	execution_judge(execution, met, g_strdup(unit_state_choices[state.wanted]),
			g_strdup(known				? unit_state_choices[state.seen]
				 : state.seen == EXECUTION_AWAY ? "not on the bus"
								: "unknown"));
	return TRUE;
}

static char *describe_unit(json_t *arguments)
{
	return g_strdup_printf("The unit is %s", argument_text(arguments, "state", ""));
}

static gboolean run_power(struct execution *execution, json_t *arguments, GError **error)
{
	gpointer self;
	gboolean wanted = argument_integer(arguments, "on", 0) != 0, on;
	const struct power_ops *power = execution_power(execution, &self, error);

	if (!power || !power->get(self, &on, error))
		return FALSE;
	execution_judge(execution, on == wanted, g_strdup(wanted ? "on" : "off"), g_strdup(on ? "on" : "off"));
	return TRUE;
}

static char *describe_power(json_t *arguments)
{
	return g_strdup_printf("The main power reads %s", argument_integer(arguments, "on", 0) ? "on" : "off");
}

static gboolean check_console(struct execution *execution, gpointer data, gboolean *done, GError **error)
{
	const char *contains = argument_text(data, "contains", NULL);
	const GString *console = slot_console(execution->slot);

	(void)error;
	*done = !contains || memmem(console->str + execution->console_mark, console->len - execution->console_mark,
				    contains, strlen(contains));
	return TRUE;
}

#define CONSOLE_LAG_NS (200 * NS_PER_MS)

static gboolean run_console(struct execution *execution, json_t *arguments, GError **error)
{
	const GString *console = slot_console(execution->slot);
	const char *lacks = argument_text(arguments, "lacks", NULL);
	/* What was said before the last answer may still be on its way through the serial port. */
	gint64 within = MAX(argument_integer(arguments, "within", 0), CONSOLE_LAG_NS);
	gboolean met;

	if (lacks && !slot_wait(execution->slot, slot_now(execution->slot) + within, NULL, NULL, NULL, error))
		return FALSE;
	/* Silence counts only where somebody listens. */
	if (!execution_needs(execution, ROLE_CONSOLE, error) ||
	    !execution_poll(execution, within, NS_PER_S, check_console, arguments, &met, error))
		return FALSE;
	const char *said = console->str + execution->console_mark;
	gsize length = console->len - execution->console_mark;
	gboolean found = lacks && memmem(said, length, lacks, strlen(lacks));
	g_autofree char *text = g_utf8_make_valid(said, (gssize)length);
	execution_judge(execution, met && !found, text_wanted(arguments), g_strdup(text));
	return TRUE;
}

static gboolean run_mark(struct execution *execution, json_t *arguments, GError **error)
{
	(void)arguments;
	/* What was said up to now may still be on its way. */
	if (!slot_wait(execution->slot, slot_now(execution->slot) + CONSOLE_LAG_NS, NULL, NULL, NULL, error))
		return FALSE;
	execution->console_mark = slot_console(execution->slot)->len;
	return TRUE;
}

static char *describe_console(json_t *arguments)
{
	return described("The console since power-on, or its mark", arguments);
}

#define TEXT(name, help)                                                                                               \
	{                                                                                                              \
		name, ARGUMENT_TEXT, FALSE, NULL, help                                                                 \
	}
#define WITHIN                                                                                                         \
	{                                                                                                              \
		"within", ARGUMENT_DURATION, FALSE, NULL, "how long it may take (at once)"                             \
	}
static const struct step_argument panel_arguments[] = { TEXT("is", "the whole text"),
							TEXT("prefix", "how it begins"),
							TEXT("lacks", "what is not in it"),
							WITHIN,
							{ NULL } };
static const struct step_argument outcome_arguments[] = {
	{ "is", ARGUMENT_CHOICE, FALSE, outcome_choices, "the last registration's outcome" },
	{ "is_not", ARGUMENT_CHOICE, FALSE, outcome_choices, "what it must not be" },
	{ NULL }
};
static const struct step_argument licence_arguments[] = {
	{ "is", ARGUMENT_CHOICE, TRUE, licence_state_choices, "the licence state" }, { NULL }
};
static const struct step_argument configuration_arguments[] = { TEXT("lists", "an option"),
								TEXT("lacks", "an option"),
								{ NULL } };
static const struct step_argument unit_arguments[] = {
	{ "state", ARGUMENT_CHOICE, TRUE, unit_state_choices, "the unit's state" }, WITHIN, { NULL }
};
static const struct step_argument power_arguments[] = { { "on", ARGUMENT_BOOLEAN, TRUE, NULL, "as read back" },
							{ NULL } };
static const struct step_argument no_arguments[] = { { NULL } };
static const struct step_argument console_arguments[] = {
	TEXT("contains", "what was said"), TEXT("lacks", "what was not said"), WITHIN, { NULL }
};

#define EXPECT .is_expectation = TRUE

const struct step_spec steps_expect[] = {
	{ .name = "expect.panel",
	  .summary = "The panel shows a text",
	  .arguments = panel_arguments,
	  EXPECT,
	  .run = run_panel,
	  .describe = describe_panel },
	{ .name = "expect.outcome",
	  .summary = "The last registration's outcome",
	  .arguments = outcome_arguments,
	  EXPECT,
	  .run = run_outcome,
	  .describe = describe_outcome },
	{ .name = "expect.licence",
	  .summary = "The licence state",
	  .arguments = licence_arguments,
	  EXPECT,
	  .run = run_licence,
	  .describe = describe_licence },
	{ .name = "expect.configuration",
	  .summary = "Device Configuration lists an option or not",
	  .arguments = configuration_arguments,
	  EXPECT,
	  .run = run_configuration,
	  .describe = describe_configuration },
	{ .name = "expect.unit",
	  .summary = "The unit's state",
	  .arguments = unit_arguments,
	  EXPECT,
	  .run = run_unit,
	  .describe = describe_unit },
	{ .name = "expect.power",
	  .summary = "The main power, read back",
	  .arguments = power_arguments,
	  EXPECT,
	  .run = run_power,
	  .describe = describe_power },
	{ .name = "console.mark",
	  .summary = "Expectations of the console are of what it says from here on, up to the next power-on",
	  .arguments = no_arguments,
	  .run = run_mark },
	{ .name = "expect.console",
	  .summary = "The console since power-on, or its mark",
	  .arguments = console_arguments,
	  EXPECT,
	  .run = run_console,
	  .describe = describe_console },
	{ NULL },
};
