/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a script sees of Lua: no way to files, processes, other code or the machinery of tables; nothing that differs
 * from one run to the next (addresses, the order of pairs, random numbers); and no unknown name that is silently nil.
 */
#include "lua_child.h"
#include "rig/message.h"
#include "rig/nearest.h"
#include <stdlib.h>
#include <string.h>

static const char *const base_names[] = {
	"assert", "error", "ipairs", "pcall", "select", "tonumber", "type", "xpcall", NULL,
};

static const struct {
	const char *name;
	lua_CFunction open;
	const char *without[3];
} libraries[] = {
	{ "math", luaopen_math, { "random", "randomseed" } },
	{ "string", luaopen_string, { "dump" } },
	{ "table", luaopen_table, { NULL } },
	{ "utf8", luaopen_utf8, { NULL } },
};

/* ---- unknown names */

/* Upvalues: the kind, the prefix, the table of what there is. Arguments: a table and the key. */
static int raise_unknown(lua_State *L)
{
	const char *kind = lua_tostring(L, lua_upvalueindex(1)), *prefix = lua_tostring(L, lua_upvalueindex(2));
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
	struct nearest nearest = { .wanted = name };

	if (!name)
		child_raise(L, NULL, "a %s is known by a name, not by a %s", kind, luaL_typename(L, 2));
	lua_pushnil(L);
	while (lua_next(L, lua_upvalueindex(3))) {
		lua_pop(L, 1);
		if (lua_type(L, -1) == LUA_TSTRING)
			nearest_offer(&nearest, lua_tostring(L, -1));
	}
	if (nearest.best)
		child_raise(L, NULL, "unknown %s '%s%s'; did you mean '%s%s'?", kind, prefix, name, prefix,
			    nearest.best);
	child_raise(L, NULL, "unknown %s '%s%s'", kind, prefix, name);
}

/* Upvalues: the kind. Arguments: a table, the key, the value. */
static int raise_read_only(lua_State *L)
{
	const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_tolstring(L, 2, NULL);

	child_raise(L, NULL, "'%s%s' cannot be set; use a local variable", lua_tostring(L, lua_upvalueindex(2)), name);
}

void sandbox_make_strict(lua_State *L, const char *kind, const char *prefix)
{
	lua_newtable(L);
	lua_pushstring(L, kind);
	lua_pushstring(L, prefix);
	lua_pushvalue(L, -4);
	lua_pushcclosure(L, raise_unknown, 3);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
}

void sandbox_seal(lua_State *L, const char *kind, const char *prefix)
{
	sandbox_make_strict(L, kind, prefix);
	lua_newtable(L);
	lua_newtable(L);
	lua_pushvalue(L, -3);
	lua_setfield(L, -2, "__index");
	lua_pushstring(L, kind);
	lua_pushstring(L, prefix);
	lua_pushcclosure(L, raise_read_only, 2);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
	lua_remove(L, -2);
}

/* ---- pairs and next in a fixed order */

struct key {
	int type;
	lua_Number number;
	const char *text; /* borrowed from the table */
	size_t length;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->type != y->type)
		return x->type - y->type;
	if (x->type == LUA_TNUMBER || x->type == LUA_TBOOLEAN)
		return (x->number > y->number) - (x->number < y->number);
	int order = memcmp(x->text, y->text, MIN(x->length, y->length));
	return order ? order : (x->length > y->length) - (x->length < y->length);
}

static struct key key_at(lua_State *L, int index)
{
	struct key key = { .type = lua_type(L, index) };

	if (key.type == LUA_TNUMBER)
		key.number = lua_tonumber(L, index);
	else if (key.type == LUA_TBOOLEAN)
		key.number = lua_toboolean(L, index);
	else if (key.type == LUA_TSTRING)
		key.text = lua_tolstring(L, index, &key.length);
	else
		child_raise(L, NULL, "pairs: a %s as a key has no fixed order", luaL_typename(L, index));
	return key;
}

static void push_key(lua_State *L, const struct key *key)
{
	lua_Integer integer;

	if (key->type == LUA_TSTRING)
		lua_pushlstring(L, key->text, key->length);
	else if (key->type == LUA_TBOOLEAN)
		lua_pushboolean(L, key->number != 0);
	else if (lua_numbertointeger(key->number, &integer) && (lua_Number)integer == key->number)
		lua_pushinteger(L, integer);
	else
		lua_pushnumber(L, key->number);
}

void sandbox_push_sorted_keys(lua_State *L, int index)
{
	size_t count = 0, filled = 0;

	index = lua_absindex(L, index);
	luaL_checkstack(L, 8, NULL);
	for (lua_pushnil(L); lua_next(L, index); count++)
		lua_pop(L, 1);
	struct key *keys = lua_newuserdatauv(L, MAX(count, 1) * sizeof *keys, 0);
	for (lua_pushnil(L); lua_next(L, index);) {
		lua_pop(L, 1);
		keys[filled++] = key_at(L, -1);
	}
	qsort(keys, count, sizeof *keys, compare_keys);
	lua_createtable(L, (int)MIN(count, G_MAXINT), 0);
	for (size_t i = 0; i < count; i++) {
		push_key(L, &keys[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_remove(L, -2);
}

/* Upvalues: the sorted keys, the index of the last one given. Argument: the table. */
static int pairs_next(lua_State *L)
{
	lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));

	for (;;) {
		if (lua_rawgeti(L, lua_upvalueindex(1), ++at) == LUA_TNIL)
			return 1;
		lua_pushvalue(L, -1);
		if (lua_rawget(L, 1) != LUA_TNIL)
			break; /* not removed meanwhile */
		lua_pop(L, 2);
	}
	lua_pushinteger(L, at);
	lua_copy(L, -1, lua_upvalueindex(2));
	lua_pop(L, 1);
	return 2;
}

/* A sealed table stands for the one behind it. */
static void unseal(lua_State *L, int index)
{
	if (luaL_getmetafield(L, index, "__index") == LUA_TTABLE)
		lua_replace(L, index);
}

static int sorted_pairs(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	unseal(L, 1);
	lua_settop(L, 1);
	sandbox_push_sorted_keys(L, 1);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, pairs_next, 2);
	lua_insert(L, 1);
	return 2;
}

/* The smallest key after the given one. */
static int sorted_next(lua_State *L)
{
	struct key after = { .type = LUA_TNIL }, best = { .type = LUA_TNIL };

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 2);
	unseal(L, 1);
	lua_settop(L, 2);
	if (!lua_isnil(L, 2))
		after = key_at(L, 2);
	for (lua_pushnil(L); lua_next(L, 1);) {
		lua_pop(L, 1);
		struct key key = key_at(L, -1);
		if (after.type != LUA_TNIL && compare_keys(&key, &after) <= 0)
			continue;
		if (best.type == LUA_TNIL || compare_keys(&key, &best) < 0)
			best = key;
	}
	if (best.type == LUA_TNIL)
		return 0;
	push_key(L, &best);
	lua_pushvalue(L, -1);
	lua_rawget(L, 1);
	return 2;
}

/* ---- no addresses */

static gboolean has_address(lua_State *L, int index)
{
	int type = lua_type(L, index);

	return type == LUA_TTABLE || type == LUA_TFUNCTION || (type == LUA_TUSERDATA && !step_to_variable(L, index));
}

static int plain_tostring(lua_State *L)
{
	luaL_checkany(L, 1);
	if (has_address(L, 1))
		lua_pushstring(L, luaL_typename(L, 1));
	else
		luaL_tolstring(L, 1, NULL);
	return 1;
}

/* Upvalue: string.format. */
static int plain_format(lua_State *L)
{
	const char *at = luaL_checkstring(L, 1);

	for (at = strchr(at, '%'); at; at = strchr(at, '%')) {
		at += 1 + strspn(at + 1, "-+ #0123456789.");
		if (*at == 'p')
			child_raise(L, NULL, "string.format: %%p differs from run to run");
		at += *at != '\0';
	}
	for (int i = 2; i <= lua_gettop(L); i++) {
		if (!has_address(L, i))
			continue;
		lua_pushstring(L, luaL_typename(L, i));
		lua_replace(L, i);
	}
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, 1);
	return 1;
}

/* ---- the environment */

static void open_libraries(lua_State *L, int environment)
{
	for (size_t i = 0; i < G_N_ELEMENTS(libraries); i++) {
		g_autofree char *prefix = NULL;
		lua_pushcfunction(L, libraries[i].open);
		lua_call(L, 0, 1);
		for (const char *const *name = libraries[i].without; *name; name++) {
			lua_pushnil(L);
			lua_setfield(L, -2, *name);
		}
		if (libraries[i].open == luaopen_string) {
			lua_getfield(L, -1, "format");
			lua_pushcclosure(L, plain_format, 1);
			lua_setfield(L, -2, "format");
		}
		prefix = g_strconcat(libraries[i].name, ".", NULL);
		sandbox_seal(L, "function", prefix);
		lua_setfield(L, environment, libraries[i].name);
	}
}

static void open_base(lua_State *L, int environment)
{
	static const luaL_Reg ours[] = {
		{ "next", sorted_next }, { "pairs", sorted_pairs }, { "tostring", plain_tostring }, { "use", use_file },
		{ NULL, NULL },
	};

	luaL_requiref(L, LUA_GNAME, luaopen_base, 0);
	for (const char *const *name = base_names; *name; name++) {
		lua_getfield(L, -1, *name);
		lua_setfield(L, environment, *name);
	}
	lua_pop(L, 1);
	lua_pushvalue(L, environment);
	luaL_setfuncs(L, ours, 0);
	lua_pop(L, 1);
}

static void open_messages(lua_State *L, int environment)
{
	lua_newtable(L);
	for (const struct message *message = message_table; message->name; message++) {
		lua_pushstring(L, message->text);
		lua_setfield(L, -2, message->name);
	}
	sandbox_seal(L, "message", "message.");
	lua_setfield(L, environment, "message");
}

void sandbox_open(lua_State *L)
{
	lua_newtable(L);
	int environment = lua_gettop(L);
	open_base(L, environment);
	open_libraries(L, environment);
	open_messages(L, environment);
	child_of(L)->service->open(L);
	sandbox_seal(L, "name", "");
	/* Chunks loaded from here on get it as their _ENV; the table that luaopen_base filled is out of reach. */
	lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
	lua_pushnil(L);
	lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
