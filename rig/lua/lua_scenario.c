/* SPDX-License-Identifier: Apache-2.0 */
/* scenario { … }: checks one scenario whole, makes its cases and sends them to the rig, one message each. */
#include "lua_child.h"
#include "rig/nearest.h"
#include "rig/operation.h"
#include <string.h>

#define SCENARIO_IDS "wiperig.ids"
#define NESTING_MAX 32

#define CHOICES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct field scenario_fields[] = {
	{ "id", FIELD_PLAIN_TEXT, TRUE, NULL },
	{ "title", FIELD_PLAIN_TEXT, TRUE, NULL },
	{ "requirements", FIELD_REQUIREMENTS, FALSE, NULL },
	{ "effects", FIELD_CHOICES, FALSE, CHOICES("consumes-licence", "erases", "irreversible") },
	{ "matrix", FIELD_TABLE, FALSE, NULL },
	{ "unit", FIELD_TABLE_OR_FUNCTION, FALSE, NULL },
	{ "steps", FIELD_TABLE_OR_FUNCTION, TRUE, NULL },
	{ NULL },
};

static const struct field unit_fields[] = {
	{ "host", FIELD_PLAIN_TEXT, FALSE, NULL },
	{ "region", FIELD_PLAIN_TEXT, FALSE, NULL },
	{ "language", FIELD_PLAIN_TEXT, FALSE, NULL },
	{ "serial", FIELD_PLAIN_TEXT, FALSE, NULL },
	{ "without", FIELD_CHOICES, FALSE, CHOICES("bus", "usb-board", "ram") },
	{ "bus", FIELD_CHOICE, FALSE, CHOICES("none", "B1", "C1", "E1") },
	{ "ram_mb", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "disk_mb", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "usb_board", FIELD_BOOLEAN, FALSE, NULL },
	{ "disk_sectors", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "disk2_mb", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "disk_block", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "disk_rate_kb", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "disk_cut", FIELD_CHOICE, FALSE, CHOICES("lose", "keep", "chance", "torn") },
	{ "disk_defect", FIELD_PLAIN_TEXT, FALSE, NULL },
	{ "hpa_sectors", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "dco_sectors", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "cipher", FIELD_CHOICE, FALSE, CHOICES("3des-cbc", "aes-256-xts") },
	{ "null_encrypted", FIELD_BOOLEAN, FALSE, NULL },
	{ "edition", FIELD_CHOICE, FALSE, CHOICES("en", "fr") },
	{ "history_shown", FIELD_BOOLEAN, FALSE, NULL },
	{ "system_lba", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "system_sectors", FIELD_PLAIN_INTEGER, FALSE, NULL },
	{ "pattern", FIELD_BOOLEAN, FALSE, NULL },
	{ NULL },
};

/* One case under construction. */
struct build {
	const struct position *at;
	json_t *steps;	 /* borrowed from the case */
	json_t *known;	 /* variables set so far, {name: true}; borrowed from a box */
	json_t *effects; /* that the scenario declares; borrowed */
	gboolean has_expectation;
};

/* ---- steps */

static void check_variables_known(lua_State *L, const struct script_step *step, const struct build *build)
{
	json_t *arguments = json_object_get(step->plan, "args"), *argument;
	const char *name, *known;
	json_t *ignored;

	json_object_foreach(arguments, name, argument)
	{
		const char *variable = json_string_value(json_object_get(argument, "var"));
		struct nearest nearest = { .wanted = variable };
		if (!variable || json_object_get(build->known, variable))
			continue;
		json_object_foreach(build->known, known, ignored) nearest_offer(&nearest, known);
		if (nearest.best)
			child_raise(L, &step->at, "%s: no earlier step sets the variable '%s'; did you mean '%s'?",
				    step->spec->name, variable, nearest.best);
		child_raise(L, &step->at, "%s: no earlier step sets the variable '%s'", step->spec->name, variable);
	}
}

static void check_effect_declared(lua_State *L, const struct script_step *step, const struct build *build)
{
	const char *effect = step->spec->effect;
	size_t i;
	json_t *declared;

	json_array_foreach(build->effects, i,
			   declared) if (effect && g_str_equal(effect, json_string_value(declared))) return;
	if (effect)
		child_raise(L, &step->at, "%s: the scenario must declare this effect: effects = { \"%s\" }",
			    step->spec->name, effect);
}

static void add_parts(const struct script_step *step, const char *as, struct build *build)
{
	json_object_set_new(build->known, as, json_true());
	for (const char *const *part = step->spec->parts; part && *part; part++) {
		char *name = g_strdup_printf("%s_%s", as, *part);
		json_object_set_new(build->known, name, json_true());
		g_free(name);
	}
}

/* The variables that a step sets: one of the name in `as`, or for an answer of several fields one each. */
static void add_known(const struct script_step *step, const char *as, struct build *build)
{
	const struct operation *operation = step->spec->operation;

	if (!operation) {
		add_parts(step, as, build);
		return;
	}
	for (const struct operation_field *field = operation->answer; field->name; field++) {
		char *name = operation_variable(operation, as, field->name);
		json_object_set_new(build->known, name, json_true());
		g_free(name);
	}
}

static void add_step(lua_State *L, const struct script_step *step, struct build *build)
{
	json_t *arguments = json_object_get(step->plan, "args");

	if (json_array_size(build->steps) == STEPS_MAX)
		child_raise(L, build->at, "scenario: more than %d steps in a case", STEPS_MAX);
	check_variables_known(L, step, build);
	check_effect_declared(L, step, build);
	for (const struct step_argument *argument = step->spec->arguments; argument->name; argument++) {
		const char *name = json_string_value(json_object_get(arguments, argument->name));
		if (argument->type == ARGUMENT_NAME && name)
			add_known(step, name, build);
	}
	build->has_expectation |= step_judges(step->spec, arguments);
	json_array_append(build->steps, step->plan);
}

static void add_steps(lua_State *L, int list, struct build *build, int depth)
{
	lua_Integer count = (lua_Integer)lua_rawlen(L, list);

	if (depth > NESTING_MAX)
		child_raise(L, build->at, "scenario: steps are nested too deep");
	luaL_checkstack(L, 8, NULL);
	sandbox_push_sorted_keys(L, list);
	if ((lua_Integer)lua_rawlen(L, -1) != count)
		child_raise(L, build->at, "scenario: steps must be a list, without names and gaps");
	lua_pop(L, 1);
	for (lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(L, list, i);
		const struct script_step *step = step_to(L, -1);
		if (step)
			add_step(L, step, build);
		else if (lua_istable(L, -1))
			add_steps(L, lua_gettop(L), build, depth + 1);
		else if (lua_isfunction(L, -1))
			child_raise(L, build->at, "scenario: steps[%d] is a function; call it, as in power.on {}",
				    (int)i);
		else
			child_raise(L, build->at, "scenario: steps[%d] must be a step, not a %s", (int)i,
				    luaL_typename(L, -1));
		lua_pop(L, 1);
	}
}

/* ---- cases */

/* Pushes the table that the scenario's field is, or that its function returns for the parameters. */
static void push_field(lua_State *L, const char *name, int params, const struct position *at)
{
	lua_pushstring(L, name);
	int type = lua_rawget(L, 1);
	if (type == LUA_TTABLE)
		return;
	/* It was checked, but a function of the script may have changed it since. */
	if (type != LUA_TFUNCTION)
		child_raise(L, at, "scenario: '%s' was changed to a %s", name, luaL_typename(L, -1));
	lua_pushvalue(L, params);
	lua_call(L, 1, 1);
	if (!lua_istable(L, -1))
		child_raise(L, at, "scenario: the function '%s' must return a table, not a %s", name,
			    luaL_typename(L, -1));
}

static void add_unit(lua_State *L, json_t *plan, int params, const struct position *at)
{
	json_t *unit = json_object();

	json_object_set_new(plan, "unit", unit);
	lua_pushliteral(L, "unit");
	if (lua_rawget(L, 1) == LUA_TNIL)
		return;
	push_field(L, "unit", params, at);
	schema_read(L, -1, at, "unit", unit_fields, unit);
}

/* The case {name=, params=} is at the top of the stack. */
static void send_case(lua_State *L, const struct position *at, json_t *effects)
{
	int top = lua_gettop(L);
	luaL_checkstack(L, 20, NULL);
	json_t **message = child_push_json_box(L), *plan = json_object(), *steps = json_array();

	*message = json_pack("{s:o}", "case", plan);
	json_object_set_new(plan, "steps", steps);
	lua_getfield(L, top, "name");
	json_object_set_new(plan, "name", json_string(lua_tostring(L, -1)));
	lua_getfield(L, top, "params");
	int params = lua_gettop(L);
	json_object_set_new(plan, "params", matrix_params(L, params));
	add_unit(L, plan, params, at);
	json_t **known = child_push_json_box(L);
	*known = json_object();
	struct build build = { .at = at, .steps = steps, .known = *known, .effects = effects };
	push_field(L, "steps", params, at);
	add_steps(L, lua_gettop(L), &build, 1);
	if (!json_array_size(steps))
		child_raise(L, at, "scenario: steps is empty");
	if (!build.has_expectation)
		child_raise(L, at, "scenario: no step expects anything, so nothing could fail");
	child_send(child_of(L), *message);
	/* Now, not at some collection: the next case needs the room. */
	json_decref(*message);
	*message = NULL;
	lua_settop(L, top);
}

/* ---- the scenario */

static gboolean is_id(const char *id)
{
	size_t length = strlen(id);

	return length && length <= 64 && g_ascii_isalnum(id[0]) &&
	       strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == length;
}

static void check_id(lua_State *L, const struct position *at, const char *id)
{
	if (!is_id(id))
		child_raise(L, at, "scenario: 'id' must be of letters, digits, - _ . as in \"LIC-05\", not '%s'", id);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, SCENARIO_IDS);
	if (lua_getfield(L, -1, id) != LUA_TNIL)
		child_raise(L, at, "scenario: the id %s is used already, at %s", id, lua_tostring(L, -1));
	lua_pushfstring(L, "%s:%d", at->path, at->line);
	lua_setfield(L, -3, id);
	lua_pop(L, 2);
}

static void check_call(lua_State *L, const struct lua_child *child)
{
	if (!child->loading)
		child_raise(L, NULL, "scenario: only while the file is loaded");
	if (child->in_scenario)
		child_raise(L, NULL, "scenario: another scenario was begun and not finished");
	if (lua_gettop(L) != 1 || !lua_istable(L, 1))
		child_raise(L, NULL, "scenario: takes one table, as in scenario { id = \"LIC-05\", … }");
}

static void set_default_list(json_t *plan, const char *name)
{
	if (!json_object_get(plan, name))
		json_object_set_new(plan, name, json_array());
}

/* Leaves a box with its effects on the stack, for its cases. */
static json_t *send_scenario(lua_State *L, const struct position *at)
{
	json_t **effects = child_push_json_box(L), **message = child_push_json_box(L), *plan = json_object();

	*message = json_pack("{s:o}", "scenario", plan);
	schema_read(L, 1, at, "scenario", scenario_fields, plan);
	check_id(L, at, json_string_value(json_object_get(plan, "id")));
	if (!*json_string_value(json_object_get(plan, "title")))
		child_raise(L, at, "scenario: 'title' is empty");
	set_default_list(plan, "requirements");
	set_default_list(plan, "effects");
	json_object_set_new(plan, "cases", json_array());
	json_object_set_new(plan, "line", json_integer(child_scenario_line(child_of(L))));
	*effects = json_incref(json_object_get(plan, "effects"));
	child_send(child_of(L), *message);
	lua_pop(L, 1);
	return *effects;
}

int scenario_construct(lua_State *L)
{
	struct lua_child *child = child_of(L);
	struct position at = child_position(child);

	check_call(L, child);
	/* Stays set if this raises: half a scenario cannot be kept, even if the script catches the error. */
	child->in_scenario = TRUE;
	json_t *effects = send_scenario(L, &at);
	lua_getfield(L, 1, "id");
	int id = lua_gettop(L);
	lua_getfield(L, 1, "matrix");
	matrix_push_cases(L, -1, &at, lua_tostring(L, id));
	int cases = lua_gettop(L);
	for (lua_Integer i = 1; lua_rawgeti(L, cases, i) != LUA_TNIL; i++) {
		send_case(L, &at, effects);
		lua_pop(L, 1);
	}
	child->in_scenario = FALSE;
	return 0;
}
