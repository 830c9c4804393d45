/* SPDX-License-Identifier: Apache-2.0 */
#include "nearest.h"
#include "steps.h"

const char *const unit_state_choices[] = { "starting",	    "erasing",	     "ready",  "shutdown-asked",
					   "shutting-down", "may-power-off", "failed", NULL };
const char *const licence_state_choices[] = { "none", "pending", "active", NULL };
const char *const outcome_choices[] = { "accepted", "missing-features", "incorrect-key", "already-enabled", NULL };
const char *const service_item_choices[] = { "erase-mode", "job-log-key", NULL };

static const struct step_spec *const groups[] = { steps_power, steps_wait,   steps_panel,   steps_licence,
						  steps_read,  steps_expect, steps_compare, steps_service };

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
