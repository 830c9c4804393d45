/* SPDX-License-Identifier: Apache-2.0 */
#include "rig/nearest.h"
#include "rig/steps/steps.h"
#include <string.h>

const char *const unit_state_choices[] = { "starting",	    "erasing",	     "ready",  "shutdown-asked",
					   "shutting-down", "may-power-off", "failed", NULL };
const char *const licence_state_choices[] = { "none", "pending", "active", NULL };
const char *const outcome_choices[] = { "accepted", "missing-features", "incorrect-key", "already-enabled", NULL };
const char *const service_item_choices[] = { "erase-mode", "job-log-key", NULL };

const char *const refusal_choices[] = { "ok", "refused", NULL };

static const struct step_spec *const groups[] = { steps_power,	      steps_wait,	steps_panel,   steps_licence,
						  steps_read,	      steps_expect,	steps_compare, steps_service,
						  steps_operation,    steps_technician, steps_disk,    steps_trace,
						  steps_verification, steps_secret,	steps_measure, steps_operator,
						  steps_data,	      steps_cipher,	steps_record,  steps_plan };

gboolean step_judges(const struct step_spec *spec, json_t *arguments)
{
	return spec->is_expectation || (spec->judges_with && json_object_get(arguments, spec->judges_with));
}

#define SHOWN_BYTES_MAX 64 /* of a value in a description: packages are long */

static void append_value(GString *text, const struct step_argument *argument, json_t *value)
{
	const char *name = json_string_value(json_object_get(value, "var"));
	g_autofree char *duration =
	    argument->type == ARGUMENT_DURATION ? duration_text(json_integer_value(value)) : NULL;
	const char *is = name ? name : duration ? duration : json_string_value(value);

	if (is && strlen(is) > SHOWN_BYTES_MAX)
		g_string_append_printf(text, "(%zu characters)", strlen(is));
	else if (is)
		g_string_append(text, is);
	else if (json_is_integer(value))
		g_string_append_printf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		g_string_append(text, json_is_true(value) ? "yes" : "no");
}

char *step_describe(const struct step_spec *spec, json_t *arguments)
{
	if (spec->describe)
		return spec->describe(arguments);
	GString *text = g_string_new(spec->summary);
	const char *between = ": ";
	for (const struct step_argument *argument = spec->arguments; argument->name; argument++) {
		json_t *value = json_object_get(arguments, argument->name);
		if (!value || argument->type == ARGUMENT_NAME || argument->type == ARGUMENT_FUNCTION ||
		    argument->type == ARGUMENT_VARIABLE)
			continue;
		g_string_append_printf(text, "%s%s ", between, argument->name);
		append_value(text, argument, value);
		between = ", ";
	}
	return g_string_free(text, FALSE);
}

const struct step_spec *step_at(guint index)
{
	for (guint g = 0; g < G_N_ELEMENTS(groups); g++)
		for (const struct step_spec *step = groups[g]; step->name; step++)
			if (index-- == 0)
				return step;
	return NULL;
}

const struct step_spec *step_find(const char *name)
{
	const struct step_spec *step;

	for (guint i = 0; (step = step_at(i)); i++)
		if (g_str_equal(step->name, name))
			return step;
	return NULL;
}

const char *step_nearest(const char *name)
{
	struct nearest nearest = { .wanted = name };
	const struct step_spec *step;

	for (guint i = 0; (step = step_at(i)); i++)
		nearest_offer(&nearest, step->name);
	return nearest.best;
}
