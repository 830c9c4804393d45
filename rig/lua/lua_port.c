/* SPDX-License-Identifier: Apache-2.0 */
/* What adapters see besides Lua: their port, which is the socket to the rig, refuse and cannot. */
#include "lua_child.h"
#include "lua_wire.h"
#include "rig/operation.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEND_BYTES_MAX 16384

/* Key of the registry. */
static const char port_key;

/* ---- what ends a call other than an error */

/* Raises a signal with the value at the top. */
G_NORETURN static void raise_signal(lua_State *L, struct port_signal what)
{
	struct port_signal *signal = lua_newuserdatauv(L, sizeof *signal, 1);

	*signal = what;
	lua_insert(L, -2);
	lua_setiuservalue(L, -2, 1);
	luaL_setmetatable(L, CHILD_SIGNAL);
	lua_error(L);
	abort();
}

/* Raises a signal with the text at `index`, or nil. */
G_NORETURN static void raise_with_text(lua_State *L, const char *name, int index, struct port_signal what)
{
	lua_settop(L, index);
	if (!lua_isnil(L, index) && lua_type(L, index) != LUA_TSTRING)
		child_raise(L, NULL, "%s: what there is to say must be a text, not a %s", name,
			    luaL_typename(L, index));
	raise_signal(L, what);
}

static void check_called(lua_State *L, const char *name)
{
	if (child_of(L)->loading)
		child_raise(L, NULL, "%s: only while a function is called", name);
}

static int refuse(lua_State *L)
{
	const char *status = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "";
	guint i = PROTOCOL_BAD_FRAME + 1;

	check_called(L, "refuse");
	while (operation_answers[i] && strcmp(operation_answers[i], status) != 0)
		i++;
	if (!operation_answers[i])
		child_raise(L, NULL, "refuse: takes one of unknown, bad-payload, not-ready, denied, and a text");
	raise_with_text(L, "refuse", 2, (struct port_signal){ .refused = operation_answers[i] });
}

static int cannot(lua_State *L)
{
	check_called(L, "cannot");
	raise_with_text(L, "cannot", 1, (struct port_signal){ .cannot = TRUE });
}

/* ---- the port */

/* Sends a request, which a box owns, and pushes the box of the reply. */
static json_t *ask_rig(lua_State *L, json_t *request)
{
	struct lua_child *child = child_of(L);
	gsize budget = child->limits.memory_bytes;

	child_send(child, request);
	json_t **reply = child_push_json_box(L);
	if (wire_receive(child->socket, &budget, -1, reply) != WIRE_OK)
		_exit(0);
	if (!json_is_true(json_object_get(*reply, "end")))
		return *reply;
	lua_pushnil(L);
	raise_signal(L, (struct port_signal){ NULL });
}

static json_t *new_request(lua_State *L, const char *io)
{
	json_t **request = child_push_json_box(L);

	*request = json_object();
	json_object_set_new(*request, "io", json_string(io));
	return *request;
}

static int port_send(lua_State *L)
{
	size_t length = 0;
	const char *bytes = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &length) : NULL;

	if (lua_gettop(L) != 1 || !bytes || !length || length > SEND_BYTES_MAX)
		child_raise(L, NULL, "port.send: takes 1 to %d bytes, as in port.send(\"STATUS\\r\\n\")",
			    SEND_BYTES_MAX);
	json_t *request = new_request(L, "send");
	json_object_set_new(request, "bytes", child_hex(bytes, length));
	ask_rig(L, request);
	return 0;
}

/* Pushes the bytes of lower-case hexadecimal digits. */
static void push_hex(lua_State *L, const char *hex, size_t length)
{
	luaL_Buffer buffer;
	char *bytes = luaL_buffinitsize(L, &buffer, length / 2);

	for (size_t i = 0; i + 1 < length; i += 2)
		bytes[i / 2] = (char)(g_ascii_xdigit_value(hex[i]) << 4 | g_ascii_xdigit_value(hex[i + 1]));
	luaL_pushresultsize(&buffer, length / 2);
}

static int port_receive(lua_State *L)
{
	static const struct field fields[] = {
		{ "ending", FIELD_BYTES, FALSE, NULL },
		{ "bytes", FIELD_PLAIN_INTEGER, FALSE, NULL },
		{ "within", FIELD_DURATION, FALSE, NULL },
		{ "optional", FIELD_BOOLEAN, FALSE, NULL },
		{ NULL },
	};
	struct position at = child_position(child_of(L));

	if (lua_gettop(L) != 1 || !lua_istable(L, 1))
		child_raise(L, &at, "port.receive: takes one table, as in port.receive { ending = \"\\n\" }");
	json_t *request = new_request(L, "receive");
	schema_read(L, 1, &at, "port.receive", fields, request);
	if (json_object_get(request, "ending") && json_object_get(request, "bytes"))
		child_raise(L, &at, "port.receive: 'ending' and 'bytes' exclude each other");
	if (json_is_true(json_object_get(request, "optional")) && !json_object_get(request, "within"))
		child_raise(L, &at, "port.receive: 'optional' needs 'within'");
	lua_pushfstring(L, "%s:%d", at.path, at.line);
	json_object_set_new(request, "at", child_text(lua_tostring(L, -1), lua_rawlen(L, -1)));
	json_t *got = json_object_get(ask_rig(L, request), "bytes");
	if (got)
		push_hex(L, json_string_value(got), json_string_length(got));
	else
		lua_pushnil(L);
	return 1;
}

static int port_wait(lua_State *L)
{
	static const struct field fields[] = { { "duration", FIELD_DURATION, TRUE, NULL }, { NULL } };

	json_t *request = new_request(L, "wait");
	lua_newtable(L);
	lua_pushvalue(L, 1);
	lua_setfield(L, -2, "duration");
	schema_read(L, -1, NULL, "port.wait", fields, request);
	ask_rig(L, request);
	return 0;
}

static int port_note(lua_State *L)
{
	size_t length = 0;

	if (lua_type(L, 1) != LUA_TSTRING || lua_rawlen(L, 1) > TEXT_BYTES_MAX)
		child_raise(L, NULL, "port.note: takes a text of at most %d bytes", TEXT_BYTES_MAX);
	json_t *request = new_request(L, "note");
	const char *text = lua_tolstring(L, 1, &length);
	json_object_set_new(request, "text", child_text(text, length));
	ask_rig(L, request);
	return 0;
}

/* ---- the environment */

static int to_hex(lua_State *L)
{
	size_t length = 0;
	const char *bytes = luaL_checklstring(L, 1, &length);
	json_t **box = child_push_json_box(L);

	*box = child_hex(bytes, length);
	lua_pushlstring(L, json_string_value(*box), json_string_length(*box));
	return 1;
}

static int from_hex(lua_State *L)
{
	size_t length = 0;
	const char *text = luaL_checklstring(L, 1, &length);

	if (length % 2 || strspn(text, "0123456789abcdefABCDEF") != length)
		child_raise(L, NULL, "unhex: an even number of hexadecimal digits is needed");
	push_hex(L, text, length);
	return 1;
}

void port_open(lua_State *L)
{
	static const luaL_Reg ours[] = {
		{ "refuse", refuse }, { "cannot", cannot }, { "hex", to_hex }, { "unhex", from_hex }, { NULL, NULL }
	};
	static const luaL_Reg port[] = { { "send", port_send },
					 { "receive", port_receive },
					 { "wait", port_wait },
					 { "note", port_note },
					 { NULL, NULL } };

	luaL_setfuncs(L, ours, 0);
	luaL_newmetatable(L, CHILD_SIGNAL);
	lua_pop(L, 1);
	luaL_newlib(L, port);
	sandbox_seal(L, "function", "port.");
	lua_rawsetp(L, LUA_REGISTRYINDEX, &port_key);
}

void port_push(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &port_key);
}
