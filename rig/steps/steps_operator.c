/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties of the person at the unit (installation procedure 1.1.1, 1.3.1): to confirm that data will be lost before
 * anything erases them, and never to restore a maintenance tool's (SST) backup of MEAP across the kit's activation.
 */
#include "rig/operation_table.h"
#include "rig/steps/steps.h"
#include <string.h>

/* At an emulated unit there is nobody and nothing to lose: the question goes on record, and is answered. At a real one
 * the person at the bench is asked; who declines ends the case. */
static gboolean run_confirm(struct execution *execution, json_t *arguments, GError **error)
{
	const char *warning = argument_text(arguments, "warning", "");
	g_autofree char *line = g_strdup_printf("confirm %s", warning);
	g_autofree char *answer = NULL;

	if (strchr(warning, '\n')) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "a warning is one line");
		return FALSE;
	}
	if (execution->config->unit != UNIT_EMULATED) {
		answer = execution_bench(execution, line, error);
		execution->confirmed = answer != NULL;
		return answer != NULL;
	}
	slot_record_json(execution->slot, EVENT_BENCH,
			 json_pack("{s:s, s:s}", "line", line, "answer", "emulated: nobody was asked"));
	execution->confirmed = TRUE;
	return TRUE;
}

static char *describe_confirm(json_t *arguments)
{
	return g_strdup_printf("The operator confirms: %s", argument_text(arguments, "warning", ""));
}

static gboolean run_confirmed(struct execution *execution, json_t *arguments, GError **error)
{
	(void)arguments;
	(void)error;
	execution_judge(execution, execution->confirmed && !execution->unconfirmed,
			g_strdup("confirmed before anything was erased"),
			g_strdup(execution->unconfirmed ? "something was done that erases, before it was confirmed"
				 : execution->confirmed ? "confirmed before anything was erased"
							: "not confirmed"));
	return TRUE;
}

/* ---- the maintenance tool's backups of MEAP */

static gboolean licence_is_active(struct execution *execution, gboolean *active, GError **error)
{
	struct unit_status status;

	if (!execution_status(execution, &status, error))
		return FALSE;
	*active = status.licence == LICENCE_ACTIVE;
	return TRUE;
}

static json_t *call(struct execution *execution, enum operation_index index, json_t *arguments, GError **error)
{
	const struct operation *operation = &operations[index];
	const char *refused;
	json_t *answer = execution_call(execution, operation, arguments, &refused, error);

	json_decref(arguments);
	if (!answer && refused)
		g_set_error(error, RIG_ERROR, RIG_ERROR_REFUSED, "the controller refused %s: %s", operation->name,
			    refused);
	return answer;
}

/* "active HEX" or "inactive HEX": a backup knows whether the kit ran when it was made. */
static gboolean run_backup(struct execution *execution, json_t *arguments, GError **error)
{
	const char *item = argument_text(arguments, "item", "");
	gboolean active;

	if (!licence_is_active(execution, &active, error))
		return FALSE;
	json_t *answer = call(execution, OPERATION_AT_data_export, json_pack("{s:s}", "item", item), error);
	if (!answer)
		return FALSE;
	execution_set(execution, argument_text(arguments, "as", ""),
		      json_sprintf("%s %s", active ? "active" : "inactive",
				   json_string_value(json_object_get(answer, "package"))));
	json_decref(answer);
	return TRUE;
}

static void refuse_restore(struct execution *execution, gboolean active)
{
	g_autofree char *text = g_strdup_printf(
	    "refused: the SST backup of MEAP was made %s the kit ran; restored %s it does not work properly (1.3.1)",
	    active ? "before" : "while", active ? "now" : "without the kit");

	slot_record_json(execution->slot, EVENT_NOTE, json_pack("{s:s}", "text", text));
}

static gboolean run_restore(struct execution *execution, json_t *arguments, GError **error)
{
	const char *expected = argument_text(arguments, "answer", NULL), *item = argument_text(arguments, "item", "");
	g_auto(GStrv) backup = g_strsplit(argument_text(arguments, "backup", ""), " ", 2);
	gboolean active;

	if (g_strv_length(backup) != 2 || !licence_is_active(execution, &active, error))
		return FALSE;
	gboolean fits = g_str_equal(backup[0], "active") == active;
	if (fits) {
		json_t *answer = call(execution, OPERATION_AT_data_import,
				      json_pack("{s:s, s:s}", "item", item, "package", backup[1]), error);
		if (!answer)
			return FALSE;
		json_decref(answer);
	} else {
		refuse_restore(execution, active);
	}
	if (expected)
		execution_judge(execution, fits == g_str_equal(expected, "ok"), g_strdup(expected),
				g_strdup(fits ? "ok" : "refused"));
	else if (!fits)
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
			    "an SST backup of MEAP must not be restored across the kit's activation");
	return expected || fits;
}

static const char *const meap_choices[] = { "meap-applications", "meap-licences", "meap-data", NULL };

static const struct step_argument no_arguments[] = { { NULL } };
static const struct step_argument confirm_arguments[] = {
	{ "warning", ARGUMENT_TEXT, TRUE, NULL, "what the operator is told, one line" },
	{ NULL },
};
static const struct step_argument backup_arguments[] = {
	{ "item", ARGUMENT_CHOICE, TRUE, meap_choices, "what of MEAP" },
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for the backup" },
	{ NULL },
};
static const struct step_argument restore_arguments[] = {
	{ "item", ARGUMENT_CHOICE, TRUE, meap_choices, "what of MEAP" },
	{ "backup", ARGUMENT_TEXT, TRUE, NULL, "a variable of sst.backup" },
	{ "answer", ARGUMENT_CHOICE, FALSE, refusal_choices, "what the rig is to make of it" },
	{ NULL },
};

const struct step_spec steps_operator[] = {
	{ .name = "operator.confirm",
	  .summary = "The operator confirms a warning",
	  .arguments = confirm_arguments,
	  .run = run_confirm,
	  .describe = describe_confirm },
	{ .name = "expect.confirmed",
	  .summary = "The operator confirmed before anything was done that erases",
	  .arguments = no_arguments,
	  .is_expectation = TRUE,
	  .run = run_confirmed },
	{ .name = "sst.backup",
	  .summary = "Back MEAP up with the maintenance tool (SST)",
	  .arguments = backup_arguments,
	  .run = run_backup },
	{ .name = "sst.restore",
	  .summary = "Restore MEAP with the maintenance tool (SST), unless the kit was activated since or is off since",
	  .arguments = restore_arguments,
	  .judges_with = "answer",
	  .run = run_restore },
	{ NULL },
};
