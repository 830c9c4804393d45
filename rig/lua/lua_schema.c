/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the tables that a script writes, and turns them into JSON. */
#include "lua_child.h"
#include "rig/nearest.h"
#include "rig/units.h"
#include <string.h>

#define FIELD_NAMES_MAX 32

gboolean schema_is_name(const char *text)
{
	size_t length = strlen(text);

	return length && length <= 63 && g_ascii_islower(text[0]) &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

/* ---- readers: one a type; NULL if the value is not of it. They never raise: the result is not owned yet. */

static const char *string_at(lua_State *L, int index)
{
	size_t length = 0;
	const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;

	return text && strlen(text) == length ? text : NULL;
}

static json_t *read_plain_text(lua_State *L, int index, const struct field *field)
{
	const char *text = string_at(L, index);

	(void)field;
	return text ? json_string(text) : NULL; /* NULL too if it is not UTF-8 */
}

static json_t *variable_reference(const char *name)
{
	json_t *reference = json_object();

	json_object_set_new(reference, "var", json_string(name));
	return reference;
}

static json_t *read_text(lua_State *L, int index, const struct field *field)
{
	const char *variable = step_to_variable(L, index);

	return variable ? variable_reference(variable) : read_plain_text(L, index, field);
}

static json_t *read_plain_integer(lua_State *L, int index, const struct field *field)
{
	(void)field;
	return lua_isinteger(L, index) && lua_tointeger(L, index) >= 0 ? json_integer(lua_tointeger(L, index)) : NULL;
}

static json_t *read_integer(lua_State *L, int index, const struct field *field)
{
	const char *variable = step_to_variable(L, index);

	(void)field;
	if (variable)
		return variable_reference(variable);
	return lua_isinteger(L, index) ? json_integer(lua_tointeger(L, index)) : NULL;
}

static json_t *read_boolean(lua_State *L, int index, const struct field *field)
{
	(void)field;
	return lua_isboolean(L, index) ? json_boolean(lua_toboolean(L, index)) : NULL;
}

/* Digits, optionally a fraction, optionally a blank, the unit: exact, without a float. */
static json_t *read_duration(lua_State *L, int index, const struct field *field)
{
	static const struct {
		const char *name;
		gint64 ns;
	} units[] = { { "ns", 1 },	 { "us", NS_PER_US },	   { "ms", NS_PER_MS },
		      { "s", NS_PER_S }, { "min", 60 * NS_PER_S }, { "h", 3600 * NS_PER_S } };
	const char *at = string_at(L, index), *fraction = "";

	(void)field;
	if (!at || !g_ascii_isdigit(*at) || strspn(at, "0123456789") > 18)
		return NULL;
	gint64 whole = g_ascii_strtoll(at, (char **)&at, 10), ns = 0;
	if (*at == '.') {
		fraction = at + 1;
		at = fraction + strspn(fraction, "0123456789");
		if (at == fraction)
			return NULL;
	}
	const char *unit = at + (*at == ' ');
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		gint64 scale = units[i].ns;
		if (!g_str_equal(units[i].name, unit))
			continue;
		if (whole > G_MAXINT64 / scale - 1)
			return NULL;
		ns = whole * scale;
		for (const char *digit = fraction; digit < at && g_ascii_isdigit(*digit); digit++) {
			if (scale % 10 && *digit != '0')
				return NULL; /* finer than a nanosecond */
			scale /= 10;
			ns += (*digit - '0') * scale;
		}
		return json_integer(ns);
	}
	return NULL;
}

static json_t *read_choice(lua_State *L, int index, const struct field *field)
{
	const char *text = string_at(L, index);

	return text && g_strv_contains(field->choices, text) ? json_string(text) : NULL;
}

static json_t *read_name(lua_State *L, int index, const struct field *field)
{
	const char *text = string_at(L, index);

	(void)field;
	return text && schema_is_name(text) ? json_string(text) : NULL;
}

static json_t *read_variable(lua_State *L, int index, const struct field *field)
{
	const char *variable = step_to_variable(L, index);
	const char *text = variable ? variable : string_at(L, index);

	(void)field;
	return text && schema_is_name(text) ? variable_reference(text) : NULL;
}

static json_t *read_function(lua_State *L, int index, const struct field *field)
{
	struct lua_child *child = child_of(L);

	(void)field;
	if (!lua_isfunction(L, index))
		return NULL;
	lua_rawgetp(L, LUA_REGISTRYINDEX, &child->functions);
	lua_pushvalue(L, index);
	lua_rawseti(L, -2, ++child->functions);
	lua_pop(L, 1);
	json_t *reference = json_object();
	json_object_set_new(reference, "fn", json_integer(child->functions));
	return reference;
}

static gboolean is_requirement(const char *text)
{
	return strlen(text) == 6 && g_ascii_isupper(text[0]) && g_ascii_isupper(text[1]) && g_ascii_isupper(text[2]) &&
	       text[3] == '-' && g_ascii_isdigit(text[4]) && g_ascii_isdigit(text[5]);
}

static gboolean list_has(json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (g_str_equal(json_string_value(json_array_get(list, i)), text))
			return TRUE;
	return FALSE;
}

static gboolean is_element(const struct field *field, const char *text)
{
	return text && (field->choices ? g_strv_contains(field->choices, text) : is_requirement(text));
}

/* Each element a choice, or where there are no choices a requirement; none twice. */
static json_t *read_list(lua_State *L, int index, const struct field *field)
{
	if (!lua_istable(L, index))
		return NULL;
	json_t *list = json_array();
	lua_Unsigned count = lua_rawlen(L, index), keys = 0;
	gboolean good = TRUE;
	for (lua_pushnil(L); lua_next(L, index); keys++)
		lua_pop(L, 1);
	for (lua_Unsigned i = 1; good && i <= count; i++) {
		lua_rawgeti(L, index, (lua_Integer)i);
		const char *text = string_at(L, -1);
		good = is_element(field, text) && !list_has(list, text);
		if (good)
			json_array_append_new(list, json_string(text));
		lua_pop(L, 1);
	}
	if (good && keys == count)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *read_bytes(lua_State *L, int index, const struct field *field)
{
	size_t length = 0;
	const char *bytes = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;

	(void)field;
	return length ? child_hex(bytes, length) : NULL;
}

/* Nothing to store: the null only says that the type is right. */
static json_t *check_table(lua_State *L, int index, const struct field *field)
{
	(void)field;
	return lua_istable(L, index) ? json_null() : NULL;
}

static json_t *check_table_or_function(lua_State *L, int index, const struct field *field)
{
	(void)field;
	return lua_istable(L, index) || lua_isfunction(L, index) ? json_null() : NULL;
}

static const struct {
	json_t *(*read)(lua_State *L, int index, const struct field *field);
	const char *wants;
} types[] = {
	[FIELD_TEXT] = { read_text, "a text or var \"name\"" },
	[FIELD_INTEGER] = { read_integer, "an integer or var \"name\"" },
	[FIELD_BOOLEAN] = { read_boolean, "true or false" },
	[FIELD_DURATION] = { read_duration, "a duration such as \"3 s\", \"500 ms\", \"30 min\", \"2 h\", \"10 us\"" },
	[FIELD_CHOICE] = { read_choice, "one of " },
	[FIELD_NAME] = { read_name, "a variable's name: lower-case letters, digits, _" },
	[FIELD_VARIABLE] = { read_variable, "a variable's name: lower-case letters, digits, _" },
	[FIELD_FUNCTION] = { read_function, "a function" },
	[FIELD_PLAIN_TEXT] = { read_plain_text, "a text" },
	[FIELD_PLAIN_INTEGER] = { read_plain_integer, "an integer from 0" },
	[FIELD_CHOICES] = { read_list, "a list, nothing twice, of " },
	[FIELD_REQUIREMENTS] = { read_list, "a list of requirements such as \"LIC-05\", none twice" },
	[FIELD_BYTES] = { read_bytes, "one byte or more, as in \"\\r\\n\"" },
	[FIELD_TABLE] = { check_table, "a table" },
	[FIELD_TABLE_OR_FUNCTION] = { check_table_or_function, "a table or a function" },
};
G_STATIC_ASSERT((int)FIELD_FUNCTION == (int)ARGUMENT_FUNCTION && (int)FIELD_NAME == (int)ARGUMENT_NAME);

/* ---- errors */

/* "not a number", "not 'okay'": what the value at `index` is. */
static void push_actual(lua_State *L, int index)
{
	size_t length = 0;
	const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;

	if (text && strlen(text) != length)
		lua_pushliteral(L, "a text with a zero byte");
	else if (text && !g_utf8_validate(text, (gssize)length, NULL))
		lua_pushliteral(L, "a text that is not UTF-8");
	else if (text)
		lua_pushfstring(L, "'%s'", lua_tostring(L, index));
	else if (lua_type(L, index) == LUA_TNUMBER)
		luaL_tolstring(L, index, NULL);
	else if (step_to(L, index) || step_to_variable(L, index))
		lua_pushstring(L, step_to(L, index) ? "a step" : "a variable");
	else
		lua_pushfstring(L, "a %s", luaL_typename(L, index));
}

static gboolean is_before(lua_State *L, int list, lua_Integer count, const char *text)
{
	gboolean found = FALSE;

	for (lua_Integer i = 1; !found && i <= count; i++) {
		lua_rawgeti(L, list, i);
		found = g_strcmp0(string_at(L, -1), text) == 0;
		lua_pop(L, 1);
	}
	return found;
}

/* Pushes what is wrong with which element; FALSE, with nothing pushed, where they are all good. */
static gboolean push_wrong_element(lua_State *L, int list, const struct field *field)
{
	for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, list); i++) {
		lua_rawgeti(L, list, i);
		const char *text = string_at(L, -1);
		const char *near = text && field->choices ? nearest_of(text, field->choices) : NULL;

		if (!is_element(field, text)) {
			push_actual(L, -1);
			if (near)
				lua_pushfstring(L, "%s is unknown; did you mean '%s'?", lua_tostring(L, -1), near);
			else if (text)
				lua_pushfstring(L, "%s is unknown", lua_tostring(L, -1));
			else
				lua_pushfstring(L, "element %I is %s", (LUAI_UACINT)i, lua_tostring(L, -1));
			return TRUE;
		}
		if (is_before(L, list, i - 1, text)) {
			lua_pushfstring(L, "'%s' is there twice", text);
			return TRUE;
		}
		lua_pop(L, 1);
	}
	return FALSE;
}

G_NORETURN static void raise_wrong_value(lua_State *L, int index, const struct position *at, const char *what,
					 const struct field *field)
{
	const char *text = string_at(L, index), *near = NULL;

	index = lua_absindex(L, index);
	lua_pushstring(L, types[field->type].wants);
	for (guint i = 0; field->choices && field->choices[i]; i++) {
		lua_pushfstring(L, i ? ", %s" : "%s", field->choices[i]);
		lua_concat(L, 2);
	}
	const char *wants = lua_tostring(L, -1);
	if (field->choices && text)
		near = nearest_of(text, field->choices);
	if (types[field->type].read == read_list && lua_istable(L, index) && push_wrong_element(L, index, field))
		child_raise(L, at, "%s: '%s' must be %s; %s", what, field->name, wants, lua_tostring(L, -1));
	push_actual(L, index);
	if (near)
		child_raise(L, at, "%s: '%s' must be %s, not %s; did you mean '%s'?", what, field->name, wants,
			    lua_tostring(L, -1), near);
	child_raise(L, at, "%s: '%s' must be %s, not %s", what, field->name, wants, lua_tostring(L, -1));
}

static gboolean is_known(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (g_str_equal(fields->name, name))
			return TRUE;
	return FALSE;
}

static void refuse_unknown(lua_State *L, int index, const struct position *at, const char *what,
			   const struct field *fields)
{
	/* Sorted, so that of two wrong names it is always the same that is reported. */
	sandbox_push_sorted_keys(L, index);
	for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
		if (lua_type(L, -1) != LUA_TSTRING)
			child_raise(L, at, "%s: takes named fields only, not [%s]", what, luaL_tolstring(L, -1, NULL));
		struct nearest nearest = { .wanted = lua_tostring(L, -1) };
		if (!is_known(fields, nearest.wanted)) {
			for (const struct field *field = fields; field->name; field++)
				nearest_offer(&nearest, field->name);
			if (nearest.best)
				child_raise(L, at, "%s: unknown field '%s'; did you mean '%s'?", what, nearest.wanted,
					    nearest.best);
			child_raise(L, at, "%s: unknown field '%s'", what, nearest.wanted);
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 2);
}

void schema_read(lua_State *L, int index, const struct position *at, const char *what, const struct field *fields,
		 json_t *out)
{
	index = lua_absindex(L, index);
	luaL_checkstack(L, FIELD_NAMES_MAX, NULL);
	refuse_unknown(L, index, at, what, fields);
	for (const struct field *field = fields; field->name; field++) {
		lua_pushstring(L, field->name);
		if (lua_rawget(L, index) == LUA_TNIL) {
			if (field->required)
				child_raise(L, at, "%s: '%s' is missing", what, field->name);
			lua_pop(L, 1);
			continue;
		}
		json_t *value = types[field->type].read(L, lua_gettop(L), field);
		if (!value)
			raise_wrong_value(L, -1, at, what, field);
		if (!json_is_null(value))
			json_object_set_new(out, field->name, value);
		lua_pop(L, 1);
	}
}
