/* SPDX-License-Identifier: Apache-2.0 */
/* Expands a scenario's matrix to named cases. The values are copied first: what the script does to its own tables in
 * the functions that are called later changes nothing. */
#include "lua_child.h"
#include <string.h>

#define PARAMETERS_MAX 16
#define VALUE_BYTES_MAX 64

struct matrix {
	const struct position *at;
	const char *id;
	int cases; /* stack indices: the list to fill, and the set of names so far */
	int names;
	lua_Integer count;
};

static void check_name(lua_State *L, int index, const struct matrix *matrix)
{
	if (lua_type(L, index) != LUA_TSTRING || !schema_is_name(lua_tostring(L, index)))
		child_raise(L, matrix->at,
			    "scenario: a matrix parameter is named by lower-case letters, digits, _; not '%s'",
			    luaL_tolstring(L, index, NULL));
}

/* Values stand in case names, between "[", "=", "," and "]". */
static void check_value(lua_State *L, int index, const char *name, const struct matrix *matrix)
{
	size_t length = 0;
	const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;

	if (lua_isinteger(L, index))
		return;
	if (!text)
		child_raise(L, matrix->at, "scenario: a value of matrix.%s must be a text or an integer, not a %s",
			    name, luaL_typename(L, index));
	gboolean good = length && length <= VALUE_BYTES_MAX && g_utf8_validate(text, (gssize)length, NULL) &&
			!strpbrk(text, "[]=,");
	for (size_t i = 0; good && i < length; i++)
		good = !g_ascii_iscntrl(text[i]);
	if (!good)
		child_raise(L, matrix->at,
			    "scenario: a value of matrix.%s is empty, over 64 bytes, or has one of [ ] = ,", name);
}

/* Pushes ID[a=1,b=2] of the parameters at `index`. */
static void push_case_name(lua_State *L, int index, const char *id)
{
	int base = lua_gettop(L);

	lua_pushstring(L, id);
	sandbox_push_sorted_keys(L, index);
	int keys = lua_gettop(L);
	lua_Integer count = (lua_Integer)lua_rawlen(L, keys);
	luaL_checkstack(L, 4 * PARAMETERS_MAX + 8, NULL);
	lua_pushvalue(L, base + 1);
	for (lua_Integer i = 1; i <= count; i++) {
		lua_pushstring(L, i == 1 ? "[" : ",");
		lua_rawgeti(L, keys, i);
		lua_pushliteral(L, "=");
		lua_pushvalue(L, -2);
		lua_rawget(L, index);
	}
	if (count)
		lua_pushliteral(L, "]");
	lua_concat(L, lua_gettop(L) - keys);
	lua_replace(L, base + 1);
	lua_settop(L, base + 1);
}

/* Takes the parameters at the top of the stack. */
static void add_case(lua_State *L, struct matrix *matrix)
{
	int params = lua_gettop(L);

	if (child_of(L)->cases + (guint64)matrix->count >= CASES_MAX)
		child_raise(L, matrix->at, "scenario: more than %d cases in a file", CASES_MAX);
	push_case_name(L, params, matrix->id);
	lua_pushvalue(L, -1);
	if (lua_rawget(L, matrix->names) != LUA_TNIL)
		child_raise(L, matrix->at, "scenario: two cases are named %s", lua_tostring(L, -2));
	lua_pop(L, 1);
	lua_pushvalue(L, -1);
	lua_pushboolean(L, TRUE);
	lua_rawset(L, matrix->names);
	lua_createtable(L, 0, 2);
	lua_insert(L, params);
	lua_setfield(L, params, "name");
	sandbox_make_strict(L, "parameter", "");
	lua_setfield(L, params, "params");
	lua_rawseti(L, matrix->cases, ++matrix->count);
}

static void add_row(lua_State *L, int row, struct matrix *matrix)
{
	if (!lua_istable(L, row))
		child_raise(L, matrix->at,
			    "scenario: matrix[%d] must be a table such as { host = \"iR2270\" }, not a %s",
			    (int)matrix->count + 1, luaL_typename(L, row));
	lua_newtable(L);
	int params = lua_gettop(L), count = 0;
	sandbox_push_sorted_keys(L, row);
	for (lua_Integer i = 1; lua_rawgeti(L, params + 1, i) != LUA_TNIL; i++) {
		check_name(L, -1, matrix);
		if (++count > PARAMETERS_MAX)
			child_raise(L, matrix->at, "scenario: more than %d matrix parameters", PARAMETERS_MAX);
		lua_pushvalue(L, -1);
		lua_rawget(L, row);
		check_value(L, -1, lua_tostring(L, -2), matrix);
		lua_rawset(L, params);
	}
	if (!count)
		child_raise(L, matrix->at, "scenario: matrix[%d] is empty", (int)matrix->count + 1);
	lua_settop(L, params);
	add_case(L, matrix);
}

static void add_rows(lua_State *L, int index, struct matrix *matrix)
{
	lua_Integer rows = (lua_Integer)lua_rawlen(L, index);

	sandbox_push_sorted_keys(L, index);
	if ((lua_Integer)lua_rawlen(L, -1) != rows)
		child_raise(L, matrix->at, "scenario: matrix must be a list of tables or a table of lists, not both");
	lua_pop(L, 1);
	for (lua_Integer i = 1; i <= rows; i++) {
		lua_rawgeti(L, index, i);
		add_row(L, lua_gettop(L), matrix);
		lua_pop(L, 1);
	}
}

/* Checks matrix.NAME, the table at the top; returns how many values it has. */
static guint check_list(lua_State *L, const char *name, const struct matrix *matrix)
{
	int list = lua_gettop(L);

	if (!lua_istable(L, list))
		child_raise(L, matrix->at, "scenario: matrix.%s must be a list, not a %s", name,
			    luaL_typename(L, list));
	lua_Integer count = (lua_Integer)lua_rawlen(L, list);
	sandbox_push_sorted_keys(L, list);
	if ((lua_Integer)lua_rawlen(L, -1) != count || !count)
		child_raise(L, matrix->at, "scenario: matrix.%s must be a list of at least one value", name);
	lua_pop(L, 1);
	for (lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(L, list, i);
		check_value(L, -1, name, matrix);
		lua_pop(L, 1);
	}
	return (guint)MIN(count, G_MAXINT);
}

/* Every combination, the last name varying fastest. `names`: stack index of the sorted names. */
static void add_combinations(lua_State *L, int index, int names, const guint *sizes, guint count, struct matrix *matrix)
{
	guint at[PARAMETERS_MAX] = { 0 };

	for (guint wheel = count; wheel > 0;) {
		lua_newtable(L);
		for (guint i = 0; i < count; i++) {
			lua_rawgeti(L, names, i + 1);
			lua_pushvalue(L, -1);
			lua_rawget(L, index);
			lua_rawgeti(L, -1, at[i] + 1);
			lua_remove(L, -2);
			lua_rawset(L, -3);
		}
		add_case(L, matrix);
		for (wheel = count; wheel > 0 && ++at[wheel - 1] == sizes[wheel - 1]; wheel--)
			at[wheel - 1] = 0;
	}
}

static void add_product(lua_State *L, int index, struct matrix *matrix)
{
	guint sizes[PARAMETERS_MAX], count = 0;

	sandbox_push_sorted_keys(L, index);
	int names = lua_gettop(L);
	if (lua_rawlen(L, names) > PARAMETERS_MAX)
		child_raise(L, matrix->at, "scenario: more than %d matrix parameters", PARAMETERS_MAX);
	for (; count < PARAMETERS_MAX && lua_rawgeti(L, names, count + 1) != LUA_TNIL; count++) {
		check_name(L, -1, matrix);
		lua_pushvalue(L, -1);
		lua_rawget(L, index);
		sizes[count] = check_list(L, lua_tostring(L, -2), matrix);
		lua_pop(L, 2);
	}
	if (!count)
		child_raise(L, matrix->at, "scenario: matrix is empty");
	add_combinations(L, index, names, sizes, count, matrix);
	lua_settop(L, names - 1);
}

void matrix_push_cases(lua_State *L, int index, const struct position *at, const char *id)
{
	struct matrix matrix = { .at = at, .id = id };

	index = lua_absindex(L, index);
	luaL_checkstack(L, 6 * PARAMETERS_MAX, NULL);
	lua_newtable(L);
	matrix.cases = lua_gettop(L);
	lua_newtable(L);
	matrix.names = lua_gettop(L);
	if (lua_isnil(L, index)) {
		lua_newtable(L);
		add_case(L, &matrix);
	} else if (lua_rawlen(L, index)) {
		add_rows(L, index, &matrix);
	} else {
		add_product(L, index, &matrix);
	}
	lua_settop(L, matrix.cases);
	child_of(L)->cases += (guint)matrix.count;
}

json_t *matrix_params(lua_State *L, int index)
{
	json_t *params = json_object();

	index = lua_absindex(L, index);
	for (lua_pushnil(L); lua_next(L, index);) {
		/* Converts an integer in place, which is on the stack only. */
		json_object_set_new(params, lua_tostring(L, -2), json_string(lua_tostring(L, -1)));
		lua_pop(L, 1);
	}
	return params;
}
