/* SPDX-License-Identifier: Apache-2.0 */
/* The step constructors, panel.register { … } and so on, from the step table; and var "name". */
#include "lua_child.h"
#include "rig/operation.h"
#include <string.h>

/* As Lua calls them in its messages. */
#define STEP_TYPE "step"
#define VARIABLE_TYPE "variable"
#define FIELDS_MAX 16

struct script_step *step_to(lua_State *L, int index)
{
	return luaL_testudata(L, index, STEP_TYPE);
}

const char *step_to_variable(lua_State *L, int index)
{
	return luaL_testudata(L, index, VARIABLE_TYPE);
}

static int step_collect(lua_State *L)
{
	struct script_step *step = lua_touserdata(L, 1);

	json_decref(step->plan);
	step->plan = NULL;
	return 0;
}

/* Where all arguments are optional and some are texts, the texts are what the step is about: one must be there. */
static void check_says_something(lua_State *L, const struct script_step *step, json_t *arguments)
{
	gboolean has_text = FALSE;

	for (const struct step_argument *argument = step->spec->arguments; argument->name; argument++) {
		if (argument->required)
			return;
		if (argument->type != ARGUMENT_TEXT)
			continue;
		if (json_object_get(arguments, argument->name))
			return;
		has_text = TRUE;
	}
	if (!has_text)
		return;
	lua_pushliteral(L, "");
	for (const struct step_argument *argument = step->spec->arguments; argument->name; argument++) {
		if (argument->type != ARGUMENT_TEXT)
			continue;
		lua_pushfstring(L, "%s%s", *lua_tostring(L, -1) ? " or " : "", argument->name);
		lua_concat(L, 2);
	}
	child_raise(L, &step->at, "%s: says nothing; give %s", step->spec->name, lua_tostring(L, -1));
}

static void step_fields(const struct step_spec *spec, struct field *fields)
{
	struct field *at = fields;

	for (const struct step_argument *argument = spec->arguments; argument->name; argument++) {
		g_assert(at < fields + FIELDS_MAX - 3);
		*at++ = (struct field){ argument->name, (enum field_type)argument->type, argument->required,
					argument->choices };
	}
	*at++ = (struct field){ "text", FIELD_PLAIN_TEXT, FALSE, NULL };
	if (spec->is_expectation || spec->judges_with)
		*at++ = (struct field){ "requirements", FIELD_REQUIREMENTS, FALSE, NULL };
	*at = (struct field){ NULL };
}

static void move_out(json_t *step, json_t *arguments, const char *name)
{
	json_t *value = json_object_get(arguments, name);

	if (value)
		json_object_set(step, name, value);
	else
		json_object_set_new(step, name, json_null());
	json_object_del(arguments, name);
}

/* What the fields one by one cannot tell of a step that may be an expectation, or that asks the unit for something. */
static void check_together(lua_State *L, const struct script_step *step, json_t *arguments)
{
	const struct step_spec *spec = step->spec;
	const char *answer = json_string_value(json_object_get(arguments, "answer"));

	if (json_object_get(arguments, "requirements") && !step_judges(spec, arguments))
		child_raise(L, &step->at, "%s: 'requirements' only together with '%s': otherwise it judges nothing",
			    spec->name, spec->judges_with);
	if (answer && json_is_true(json_object_get(arguments, "cut")))
		child_raise(L, &step->at, "%s: 'answer' cannot be expected together with 'cut'", spec->name);
	if (!spec->operation)
		return;
	if (!json_object_get(arguments, "as"))
		return;
	if (!spec->operation->answer[0].name)
		child_raise(L, &step->at, "%s: 'as' has nothing to keep, its answer is empty", spec->name);
	if (answer && !g_str_equal(answer, operation_answers[PROTOCOL_OK]))
		child_raise(L, &step->at, "%s: 'as' has nothing to keep of a refusal", spec->name);
}

static int step_construct(lua_State *L)
{
	const struct step_spec *spec = lua_touserdata(L, lua_upvalueindex(1));
	struct lua_child *child = child_of(L);
	struct field fields[FIELDS_MAX];

	if (lua_gettop(L) != 1 || !lua_istable(L, 1))
		child_raise(L, NULL, "%s: takes one table, as in %s {}", spec->name, spec->name);
	struct script_step *step = lua_newuserdatauv(L, sizeof *step, 0);
	*step = (struct script_step){ .spec = spec, .at = child_position(child) };
	luaL_setmetatable(L, STEP_TYPE);
	step->plan = json_object();
	json_t *arguments = json_object();
	json_object_set_new(step->plan, "args", arguments);
	step_fields(spec, fields);
	schema_read(L, 1, &step->at, spec->name, fields, arguments);
	check_together(L, step, arguments);
	move_out(step->plan, arguments, "text");
	move_out(step->plan, arguments, "requirements");
	check_says_something(L, step, arguments);
	json_object_set_new(step->plan, "step", json_string(spec->name));
	json_object_set_new(step->plan, "line", json_integer(child_scenario_line(child)));
	return 1;
}

static int variable_construct(lua_State *L)
{
	const char *name = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "";

	if (lua_gettop(L) != 1 || !schema_is_name(name))
		child_raise(L, NULL, "var: the name of a variable is needed, as in var \"key\"");
	char *variable = lua_newuserdatauv(L, strlen(name) + 1, 0);
	memcpy(variable, name, strlen(name) + 1);
	luaL_setmetatable(L, VARIABLE_TYPE);
	return 1;
}

static int variable_tostring(lua_State *L)
{
	lua_pushfstring(L, "var \"%s\"", (const char *)lua_touserdata(L, 1));
	return 1;
}

/* A step without a name in its group, such as panel.registre. Upvalue: the group. */
static int raise_unknown_step(lua_State *L)
{
	const char *group = lua_tostring(L, lua_upvalueindex(1));
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);

	lua_pushfstring(L, "%s.%s", group, name);
	const char *near = step_nearest(lua_tostring(L, -1));
	if (near)
		child_raise(L, NULL, "unknown step '%s.%s'; did you mean '%s'?", group, name, near);
	child_raise(L, NULL, "unknown step '%s.%s'", group, name);
}

/* Pushes "panel" of "panel.register". */
static void push_group_name(lua_State *L, const struct step_spec *spec)
{
	lua_pushlstring(L, spec->name, strcspn(spec->name, "."));
}

/* Adds a step to its group, a table in the one at `environment`, made the first time. */
static void add_step(lua_State *L, int environment, const struct step_spec *spec)
{
	push_group_name(L, spec);
	if (lua_rawget(L, environment) == LUA_TNIL) {
		push_group_name(L, spec);
		lua_newtable(L);
		lua_copy(L, -1, -3);
		lua_rawset(L, environment);
	}
	lua_pushlightuserdata(L, (void *)spec);
	lua_pushcclosure(L, step_construct, 1);
	lua_setfield(L, -2, spec->name + strcspn(spec->name, ".") + 1);
	lua_pop(L, 1);
}

static void seal_group(lua_State *L, int environment, const struct step_spec *spec)
{
	push_group_name(L, spec);
	lua_pushvalue(L, -1);
	lua_rawget(L, environment);
	if (lua_getmetatable(L, -1)) {
		lua_pop(L, 3); /* sealed already */
		return;
	}
	lua_pushfstring(L, "%s.", lua_tostring(L, -2));
	lua_insert(L, -2);
	sandbox_seal(L, "step", lua_tostring(L, -2));
	lua_remove(L, -2);
	/* The steps of all groups are candidates for "did you mean", not only this one's. */
	luaL_getmetafield(L, -1, "__index");
	lua_getmetatable(L, -1);
	push_group_name(L, spec);
	lua_pushcclosure(L, raise_unknown_step, 1);
	lua_setfield(L, -2, "__index");
	lua_pop(L, 2);
	lua_rawset(L, environment);
}

void step_open(lua_State *L)
{
	int environment = lua_gettop(L);

	luaL_newmetatable(L, STEP_TYPE);
	lua_pushcfunction(L, step_collect);
	lua_setfield(L, -2, "__gc");
	luaL_newmetatable(L, VARIABLE_TYPE);
	lua_pushcfunction(L, variable_tostring);
	lua_setfield(L, -2, "__tostring");
	lua_pop(L, 2);
	for (guint i = 0; step_at(i); i++)
		add_step(L, environment, step_at(i));
	for (guint i = 0; step_at(i); i++)
		seal_group(L, environment, step_at(i));
	lua_pushcfunction(L, variable_construct);
	lua_setfield(L, environment, "var");
}
