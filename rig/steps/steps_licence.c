/* SPDX-License-Identifier: Apache-2.0 */
/* Licence keys: from the licence server (LMS), and spoiled on purpose. */
#include "rig/steps/steps.h"

#define KEY_DIGITS 24
#define DEFAULT_SERIAL "ABC01234"

static const char *const option_choices[] = { "security-kit", "other-option", NULL };

/* 24 digits that depend on the case's seed alone. */
static char *access_number(const struct execution *execution)
{
	g_autoptr(GRand) random =
	    g_rand_new_with_seed_array((guint32[]){ (guint32)execution->seed, (guint32)(execution->seed >> 32) }, 2);
	char *digits = g_malloc(KEY_DIGITS + 1);

	for (guint i = 0; i < KEY_DIGITS; i++)
		digits[i] = (char)('0' + g_rand_int_range(random, 0, 10));
	digits[KEY_DIGITS] = 0;
	return digits;
}

/* Keeps a key, or what was made of one: it tells as much. */
static void keep_key(struct execution *execution, json_t *arguments, const char *key)
{
	const struct instrument *licence = slot_instrument(execution->slot, ROLE_LICENCE);

	if (licence->driver && !licence->driver->ops.licence->is_test)
		slot_hide(execution->slot, key);
	execution_set(execution, argument_text(arguments, "as", ""), json_string(key));
}

static gboolean run_issue(struct execution *execution, json_t *arguments, GError **error)
{
	const struct instrument *licence = slot_instrument(execution->slot, ROLE_LICENCE);
	g_autofree char *own = slot_unit_setting(execution->slot, "serial");
	g_autofree char *number = access_number(execution);

	if (!licence->driver) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "the slot has no source of licence keys");
		return FALSE;
	}
	/* The model has a serial number by default; a real unit has its own. */
	if (!own && execution->config->unit != UNIT_EMULATED && !argument_has(arguments, "serial")) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
			    "the slot file's [unit] does not say the unit's serial number (serial=)");
		return FALSE;
	}
	g_autofree char *key =
	    licence->driver->ops.licence->issue(licence->self, argument_text(arguments, "option", "security-kit"),
						argument_text(arguments, "access", number),
						argument_text(arguments, "serial", own ? own : DEFAULT_SERIAL), error);
	if (!key)
		return FALSE;
	keep_key(execution, arguments, key);
	return TRUE;
}

static char *describe_issue(json_t *arguments)
{
	const char *serial = argument_text(arguments, "serial", NULL);
	const char *access = argument_text(arguments, "access", NULL);

	return g_strdup_printf("Get a licence key (%s) from the LMS for access number %s and serial number %s",
			       argument_text(arguments, "option", "security-kit"), access ? access : "of this case",
			       serial ? serial : "of this unit");
}

static gboolean bad_key(const char *key, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "a key of %d digits is needed, got %zu characters", KEY_DIGITS,
		    strlen(key));
	return FALSE;
}

static gboolean run_alter(struct execution *execution, json_t *arguments, GError **error)
{
	g_autofree char *key = g_strdup(argument_text(arguments, "key", ""));
	gint64 position = argument_integer(arguments, "position", 0), by = argument_integer(arguments, "by", 0);

	if (strlen(key) != KEY_DIGITS)
		return bad_key(key, error);
	if (position < 1 || position > KEY_DIGITS || by < 1 || by > 9) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "position must be 1 to 24 and by 1 to 9");
		return FALSE;
	}
	key[position - 1] = (char)('0' + (key[position - 1] - '0' + by) % 10);
	keep_key(execution, arguments, key);
	return TRUE;
}

static char *describe_alter(json_t *arguments)
{
	return g_strdup_printf("Alter digit %d of the key by %d", (int)argument_integer(arguments, "position", 0),
			       (int)argument_integer(arguments, "by", 0));
}

/* Each form: the key's first `keep` characters, `insert`, and the rest from `from`. */
static const struct {
	const char *name;
	gsize keep;
	const char *insert;
	gsize from;
} forms[] = {
	{ "drop-last", 23, "", 24 },   { "append-digit", 24, "7", 24 }, { "blank-inside", 12, " ", 13 },
	{ "blank-before", 0, " ", 0 }, { "blank-after", 24, " ", 24 },	{ "letter-inside", 7, "O", 8 },
	{ "empty", 0, "", 24 },
};
static const char *const form_choices[] = { "drop-last",   "append-digit",  "blank-inside", "blank-before",
					    "blank-after", "letter-inside", "empty",	    NULL };

static gboolean run_reshape(struct execution *execution, json_t *arguments, GError **error)
{
	const char *key = argument_text(arguments, "key", "");
	guint form = argument_choice(arguments, "form", form_choices);

	if (strlen(key) != KEY_DIGITS)
		return bad_key(key, error);
	char *shaped =
	    g_strdup_printf("%.*s%s%s", (int)forms[form].keep, key, forms[form].insert, key + forms[form].from);
	keep_key(execution, arguments, shaped);
	g_free(shaped);
	return TRUE;
}

static char *describe_reshape(json_t *arguments)
{
	return g_strdup_printf("Spoil the key's form: %s", argument_text(arguments, "form", ""));
}

static const struct step_argument issue_arguments[] = {
	{ "option", ARGUMENT_CHOICE, FALSE, option_choices, "the option (security-kit)" },
	{ "access", ARGUMENT_TEXT, FALSE, NULL, "24-digit licence access number (one of this case's seed)" },
	{ "serial", ARGUMENT_TEXT, FALSE, NULL, "device serial number (this unit's)" },
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for the key" },
	{ NULL },
};
static const struct step_argument alter_arguments[] = {
	{ "key", ARGUMENT_TEXT, TRUE, NULL, "a key" },
	{ "position", ARGUMENT_INTEGER, TRUE, NULL, "which digit, 1 to 24" },
	{ "by", ARGUMENT_INTEGER, TRUE, NULL, "added to it modulo 10, 1 to 9" },
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for the result" },
	{ NULL },
};
static const struct step_argument reshape_arguments[] = {
	{ "key", ARGUMENT_TEXT, TRUE, NULL, "a key" },
	{ "form", ARGUMENT_CHOICE, TRUE, form_choices, "how it is spoiled" },
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for the result" },
	{ NULL },
};

const struct step_spec steps_licence[] = {
	{ .name = "licence.issue",
	  .summary = "Get a licence key from the LMS",
	  .arguments = issue_arguments,
	  .run = run_issue,
	  .describe = describe_issue },
	{ .name = "licence.alter",
	  .summary = "Alter one digit of a key",
	  .arguments = alter_arguments,
	  .run = run_alter,
	  .describe = describe_alter },
	{ .name = "licence.reshape",
	  .summary = "Spoil the form of a key",
	  .arguments = reshape_arguments,
	  .run = run_reshape,
	  .describe = describe_reshape },
	{ NULL },
};
