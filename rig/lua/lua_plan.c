/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_plan.h"
#include "rig/steps/step.h"

/* The child is trusted no further than its bytes: a plan of another shape goes no further than here. */
static gboolean is_step(json_t *step)
{
	json_t *text, *arguments, *requirements;
	const char *name;
	int line;

	return json_unpack(step, "{s:s, s:i, s:o, s:o, s:o!}", "step", &name, "line", &line, "text", &text,
			   "requirements", &requirements, "args", &arguments) == 0 &&
	       step_find(name) && (json_is_string(text) || json_is_null(text)) && json_is_object(arguments) &&
	       (json_is_array(requirements) || json_is_null(requirements));
}

static gboolean is_case(json_t *plan)
{
	json_t *params, *unit, *steps, *step;
	const char *name;
	size_t i;

	if (json_unpack(plan, "{s:s, s:o, s:o, s:o!}", "name", &name, "params", &params, "unit", &unit, "steps",
			&steps) ||
	    !json_is_object(params) || !json_is_object(unit) || !json_is_array(steps))
		return FALSE;
	json_array_foreach(steps, i, step) if (!is_step(step)) return FALSE;
	return TRUE;
}

static gboolean is_scenario(json_t *plan)
{
	json_t *requirements, *effects, *cases;
	const char *id, *title;
	int line;

	return json_unpack(plan, "{s:s, s:s, s:i, s:o, s:o, s:o!}", "id", &id, "title", &title, "line", &line,
			   "requirements", &requirements, "effects", &effects, "cases", &cases) == 0 &&
	       json_is_array(requirements) && json_is_array(effects) && json_is_array(cases) && !json_array_size(cases);
}

gboolean lua_plan_add(json_t *plan, json_t *message)
{
	json_t *scenarios = json_object_get(plan, "scenarios");
	json_t *last = json_array_get(scenarios, json_array_size(scenarios) - 1);
	json_t *scenario = json_object_get(message, "scenario"), *one = json_object_get(message, "case");

	if (scenario)
		return is_scenario(scenario) && json_array_append(scenarios, scenario) == 0;
	return one && last && is_case(one) && json_array_append(json_object_get(last, "cases"), one) == 0;
}
