/* SPDX-License-Identifier: Apache-2.0 */
/* What the Lua child does with an adapter file: it takes its functions and calls them. */
#include "lua_adapter.h"
#include "lua_child.h"
#include "rig/nearest.h"
#include <string.h>

#define NESTING_MAX 4

/* Key of the registry. */
static const char functions_key;

/* ---- loading */

static void check_name(lua_State *L, const struct position *file, const char *name)
{
	struct nearest nearest = { .wanted = name };

	for (guint i = 0; lua_adapter_name(i); i++) {
		if (strcmp(lua_adapter_name(i), name) == 0)
			return;
		nearest_offer(&nearest, lua_adapter_name(i));
	}
	if (nearest.best)
		child_raise(L, file, "the adapter has an unknown function '%s'; did you mean '%s'?", name,
			    nearest.best);
	child_raise(L, file, "the adapter has an unknown function '%s'", name);
}

/* The table at the top becomes what the adapter is. */
static void take_functions(lua_State *L, const struct position *file)
{
	int table = lua_gettop(L);

	sandbox_push_sorted_keys(L, table);
	int keys = lua_gettop(L);
	if (!lua_rawlen(L, keys))
		child_raise(L, file, "the adapter has no function: it can do nothing");
	for (lua_Integer i = 1; lua_rawgeti(L, keys, i) != LUA_TNIL; i++) {
		if (lua_type(L, -1) != LUA_TSTRING)
			child_raise(L, file, "the adapter must return functions by name, not [%s]",
				    luaL_tolstring(L, -1, NULL));
		const char *name = lua_tostring(L, -1);
		check_name(L, file, name);
		lua_pushvalue(L, -1);
		if (lua_rawget(L, table) != LUA_TFUNCTION)
			child_raise(L, file, "'%s' must be a function, not a %s", name, luaL_typename(L, -1));
		lua_pop(L, 2);
	}
	lua_pop(L, 2);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &functions_key);
}

static void run_file(lua_State *L, const struct position *file)
{
	lua_call(L, 0, 1);
	if (!lua_istable(L, -1))
		child_raise(L, file, "an adapter returns a table of functions; this file returned %s",
			    lua_isnil(L, -1) ? "nothing" : lua_pushfstring(L, "a %s", luaL_typename(L, -1)));
	take_functions(L, file);
}

static json_t *greet(struct lua_child *child)
{
	json_t *names = json_array();

	lua_rawgetp(child->lua, LUA_REGISTRYINDEX, &functions_key);
	for (guint i = 0; lua_adapter_name(i); i++) {
		lua_pushstring(child->lua, lua_adapter_name(i));
		if (lua_rawget(child->lua, -2) == LUA_TFUNCTION)
			json_array_append_new(names, json_string(lua_adapter_name(i)));
		lua_pop(child->lua, 1);
	}
	lua_settop(child->lua, 0);
	json_t *message = json_object();
	json_object_set_new(message, "functions", names);
	return message;
}

/* ---- calls */

static void push_value(lua_State *L, json_t *value)
{
	if (json_is_integer(value))
		lua_pushinteger(L, json_integer_value(value));
	else if (json_is_boolean(value))
		lua_pushboolean(L, json_boolean_value(value));
	else
		lua_pushlstring(L, json_string_value(value), json_string_length(value));
}

static void push_arguments(lua_State *L, json_t *arguments)
{
	const char *name;
	json_t *value;

	lua_newtable(L);
	json_object_foreach(arguments, name, value)
	{
		push_value(L, value);
		lua_setfield(L, -2, name);
	}
	sandbox_make_strict(L, "argument", "");
}

static json_t *json_of(lua_State *L, int index, guint depth, const char **wrong);

static json_t *json_of_table(lua_State *L, int index, guint depth, const char **wrong)
{
	lua_Unsigned count = lua_rawlen(L, index), keys = 0;
	json_t *table = count ? json_array() : json_object();

	for (lua_Unsigned i = 1; i <= count && !*wrong; i++) {
		lua_rawgeti(L, index, (lua_Integer)i);
		json_array_append_new(table, json_of(L, lua_gettop(L), depth + 1, wrong));
		lua_pop(L, 1);
	}
	for (lua_pushnil(L); lua_next(L, index); keys++) {
		if (!count && lua_type(L, -2) == LUA_TSTRING && !*wrong)
			json_object_set_new(table, lua_tostring(L, -2), json_of(L, lua_gettop(L), depth + 1, wrong));
		else if (!count || lua_type(L, -2) != LUA_TNUMBER)
			*wrong = "a table that is neither a list nor fields by name";
		lua_pop(L, 1);
	}
	if (count && keys != count)
		*wrong = "a table that is neither a list nor fields by name";
	return table;
}

/* A new value, or NULL and *wrong set. Raises nothing: its result has no owner yet. */
static json_t *json_of(lua_State *L, int index, guint depth, const char **wrong)
{
	size_t length = 0;

	if (lua_isnil(L, index))
		return json_null();
	if (lua_isboolean(L, index))
		return json_boolean(lua_toboolean(L, index));
	if (lua_isinteger(L, index))
		return json_integer(lua_tointeger(L, index));
	if (lua_type(L, index) == LUA_TSTRING && lua_rawlen(L, index) <= TEXT_BYTES_MAX) {
		const char *text = lua_tolstring(L, index, &length);
		return child_text(text, length);
	}
	if (lua_istable(L, index) && depth < NESTING_MAX && lua_checkstack(L, 8))
		return json_of_table(L, index, depth, wrong);
	*wrong = lua_type(L, index) == LUA_TNUMBER   ? "a number that is not whole"
		 : lua_type(L, index) == LUA_TSTRING ? "a text of over 64 KiB"
		 : lua_istable(L, index)	     ? "tables in tables in tables"
						     : luaL_typename(L, index);
	return json_null();
}

/* Arguments: the message, a light pointer, and the box for the answer. Leaves nothing but that. */
static int call_function(lua_State *L)
{
	json_t *message = lua_touserdata(L, 1), **answer = lua_touserdata(L, 2);
	struct lua_child *child = child_of(L);
	const char *name = json_string_value(json_object_get(message, "call")), *wrong = NULL;
	lua_Debug function;

	lua_rawgetp(L, LUA_REGISTRYINDEX, &functions_key);
	lua_pushstring(L, name);
	lua_rawget(L, -2);
	lua_pushvalue(L, -1);
	lua_getinfo(L, ">S", &function);
	struct position at = { child_chunk_path(child, function.short_src), function.linedefined };
	port_push(L);
	push_arguments(L, json_object_get(message, "arguments"));
	lua_call(L, 2, LUA_MULTRET);
	if (lua_gettop(L) > 4)
		child_raise(L, &at, "%s: returned more than one value", name);
	lua_settop(L, 4);
	*answer = json_object();
	json_object_set_new(*answer, "answer", json_of(L, 4, 0, &wrong));
	if (wrong)
		child_raise(L, &at, "%s: returned %s", name, wrong);
	lua_pushfstring(L, "%s:%d", at.path, at.line);
	json_object_set_new(*answer, "at", child_text(lua_tostring(L, -1), lua_rawlen(L, -1)));
	return 0;
}

/* What a call ended with that did not return: the value at the top. */
static json_t *ending(lua_State *L)
{
	const struct port_signal *signal = luaL_testudata(L, -1, CHILD_SIGNAL);
	json_t *message = json_object();
	size_t length = 0;

	if (!signal) {
		json_t *error = child_error(L);
		json_object_set(message, "raised", json_object_get(error, "error"));
		json_decref(error);
		return message;
	}
	if (signal->refused)
		json_object_set_new(message, "refused", json_string(signal->refused));
	json_object_set_new(message, "cannot", json_boolean(signal->cannot));
	if (lua_getiuservalue(L, -1, 1) == LUA_TSTRING) {
		const char *detail = lua_tolstring(L, -1, &length);
		json_object_set_new(message, "detail", child_text(detail, length));
	}
	return message;
}

static json_t *answer(struct lua_child *child, json_t *message)
{
	lua_State *L = child->lua;
	json_t **box = child_push_json_box(L);

	lua_pushcfunction(L, call_function);
	lua_pushlightuserdata(L, message);
	lua_pushvalue(L, -3);
	if (!child_call(child, 2, 0))
		return ending(L);
	return json_incref(*box);
}

const struct lua_service adapter_service = { "adapter file", port_open, run_file, greet, answer };
