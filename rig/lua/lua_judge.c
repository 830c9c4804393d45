/* SPDX-License-Identifier: Apache-2.0 */
/* What the Lua child does with a scenario file: it sends the plan, then judges expectations. */
#include "lua_child.h"

static void open_names(lua_State *L)
{
	lua_pushcfunction(L, scenario_construct);
	lua_setfield(L, -2, "scenario");
	step_open(L);
}

static void run_file(lua_State *L, const struct position *file)
{
	struct lua_child *child = child_of(L);

	lua_call(L, 0, 0);
	if (child->in_scenario)
		child_raise(L, file, "a scenario raised an error, which the file caught");
	if (!child->cases)
		child_raise(L, file, "the file has no scenario");
}

static json_t *greet(struct lua_child *child)
{
	(void)child;
	return json_pack("{s:b}", "done", 1);
}

static void push_variables(lua_State *L, json_t *variables)
{
	const char *name;
	json_t *value;

	lua_newtable(L);
	json_object_foreach(variables, name, value)
	{
		if (json_is_integer(value))
			lua_pushinteger(L, json_integer_value(value));
		else if (json_is_boolean(value))
			lua_pushboolean(L, json_boolean_value(value));
		else
			lua_pushlstring(L, json_string_value(value), json_string_length(value));
		lua_setfield(L, -2, name);
	}
	sandbox_make_strict(L, "variable", "");
}

/* Argument: the message, a light pointer; it is owned by a box in a slot below. Returns holds, actual. */
static int judge(lua_State *L)
{
	json_t *message = lua_touserdata(L, 1);
	struct lua_child *child = child_of(L);
	lua_Debug check;

	lua_rawgetp(L, LUA_REGISTRYINDEX, &child->functions);
	if (lua_rawgeti(L, -1, json_integer_value(json_object_get(message, "judge"))) != LUA_TFUNCTION)
		child_raise(L, NULL, "the plan has no function %d",
			    (int)json_integer_value(json_object_get(message, "judge")));
	lua_pushvalue(L, -1);
	lua_getinfo(L, ">S", &check);
	struct position at = { child_chunk_path(child, check.short_src), check.linedefined };
	push_variables(L, json_object_get(message, "variables"));
	lua_call(L, 1, LUA_MULTRET);
	int results = lua_gettop(L) - 2;
	if (results != 2 || !lua_isboolean(L, 3) || lua_type(L, 4) != LUA_TSTRING)
		child_raise(L, &at, "check must return true or false, and a text; it returned %s",
			    results == 0 ? "nothing"
			    : results == 1
				? lua_pushfstring(L, "a %s", luaL_typename(L, 3))
				: lua_pushfstring(L, "a %s and a %s", luaL_typename(L, 3), luaL_typename(L, 4)));
	if (lua_rawlen(L, 4) > TEXT_BYTES_MAX)
		child_raise(L, &at, "check returned a text of over %d bytes", TEXT_BYTES_MAX);
	return 2;
}

static json_t *answer(struct lua_child *child, json_t *message)
{
	lua_State *L = child->lua;

	lua_pushcfunction(L, judge);
	lua_pushlightuserdata(L, message);
	if (!child_call(child, 1, 2))
		return child_error(L);
	size_t length = 0;
	const char *actual = lua_tolstring(L, -1, &length);
	json_t *result = json_object();
	json_object_set_new(result, "holds", json_boolean(lua_toboolean(L, -2)));
	json_object_set_new(result, "actual", child_text(actual, length));
	return result;
}

const struct lua_service scenario_service = { "scenario file", open_names, run_file, greet, answer };
