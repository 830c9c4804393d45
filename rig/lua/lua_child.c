/* SPDX-License-Identifier: Apache-2.0 */
/* The Lua child: gives up what it could do harm with, loads its file, then answers until the rig hangs up. */
#include "lua_child.h"
#include "lua_wire.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JSON_TYPE "wiperig.json"

/* ---- what the other files use */

const char *child_add_chunk(struct lua_child *child, const char *path)
{
	gsize length = strlen(path), room = LUA_IDSIZE - 1;

	if (child->chunk_count == CHUNKS_MAX)
		return NULL;
	struct chunk *chunk = &child->chunks[child->chunk_count++];
	chunk->path = g_strdup(path);
	/* A file's number keeps two long names with the same end apart. */
	if (length <= room)
		g_strlcpy(chunk->shown, path, sizeof chunk->shown);
	else
		g_snprintf(chunk->shown, sizeof chunk->shown, "%u...%s", child->chunk_count, path + length - room + 6);
	return chunk->shown;
}

const char *child_chunk_path(struct lua_child *child, const char *shown)
{
	for (guint i = 0; i < child->chunk_count; i++)
		if (strcmp(child->chunks[i].shown, shown) == 0)
			return child->chunks[i].path;
	return shown;
}

struct position child_position(struct lua_child *child)
{
	lua_Debug frame;

	for (int level = 0; child->lua && lua_getstack(child->lua, level, &frame); level++) {
		lua_getinfo(child->lua, "Sl", &frame);
		if (frame.currentline > 0)
			return (struct position){ child_chunk_path(child, frame.short_src), frame.currentline };
	}
	return (struct position){ child->chunks[0].path, 0 };
}

int child_scenario_line(struct lua_child *child)
{
	lua_Debug frame;

	for (int level = 0; lua_getstack(child->lua, level, &frame); level++) {
		lua_getinfo(child->lua, "Sl", &frame);
		if (frame.currentline > 0 && strcmp(frame.short_src, child->chunks[0].shown) == 0)
			return frame.currentline;
	}
	/* A tail call out of the scenario file leaves no line of it. */
	return child_position(child).line;
}

void child_raise(lua_State *L, const struct position *at, const char *format, ...)
{
	struct position here = at ? *at : child_position(child_of(L));
	va_list arguments;

	if (here.line)
		lua_pushfstring(L, "%s:%d: ", here.path, here.line);
	else
		lua_pushfstring(L, "%s: ", here.path);
	va_start(arguments, format);
	lua_pushvfstring(L, format, arguments);
	va_end(arguments);
	lua_concat(L, 2);
	lua_error(L);
	abort();
}

json_t *child_text(const char *text, gsize length)
{
	static const char replacement[] = "\xef\xbf\xbd";
	json_t *string = memchr(text, 0, length) ? NULL : json_stringn(text, length);

	if (string)
		return string;
	char *clean = malloc(length * 3 + 1), *end = clean;
	if (!clean)
		return json_string("");
	for (gsize i = 0; i < length; i++) {
		if (text[i] > 0)
			*end++ = text[i];
		else
			end = (char *)memcpy(end, replacement, 3) + 3;
	}
	string = json_stringn(clean, (gsize)(end - clean));
	free(clean);
	return string;
}

json_t *child_hex(const char *bytes, gsize length)
{
	static const char digits[] = "0123456789abcdef";
	char *text = malloc(2 * length + 1);

	if (!text)
		_exit(2);
	for (gsize i = 0; i < length; i++) {
		text[2 * i] = digits[(guint8)bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	json_t *string = json_stringn(text, 2 * length);
	free(text);
	return string;
}

static int collect_json(lua_State *L)
{
	json_t **box = lua_touserdata(L, 1);

	json_decref(*box);
	*box = NULL;
	return 0;
}

json_t **child_push_json_box(lua_State *L)
{
	json_t **box = lua_newuserdatauv(L, sizeof(void *), 0);

	*box = NULL;
	if (luaL_newmetatable(L, JSON_TYPE)) {
		lua_pushcfunction(L, collect_json);
		lua_setfield(L, -2, "__gc");
	}
	lua_setmetatable(L, -2);
	return box;
}

void child_send(struct lua_child *child, json_t *message)
{
	json_free_t release;
	char *text = json_dumps(message, JSON_COMPACT | JSON_SORT_KEYS);

	child->sending = 1;
	if (!text || !wire_send_bytes(child->socket, text, strlen(text)))
		_exit(2);
	child->sending = 0;
	json_get_alloc_funcs(NULL, &release);
	release(text);
}

/* ---- errors */

/* Pushes `text` with the name that Lua shows of a file replaced by its path. FALSE: it begins with no file's name. */
static gboolean push_with_path(lua_State *L, const char *text)
{
	struct lua_child *child = child_of(L);

	for (guint i = 0; i < child->chunk_count; i++) {
		const struct chunk *chunk = &child->chunks[i];
		gsize path = strlen(chunk->path), shown = strlen(chunk->shown);
		gboolean is_path = strncmp(text, chunk->path, path) == 0 && text[path] == ':';
		if (!is_path && (strncmp(text, chunk->shown, shown) != 0 || text[shown] != ':'))
			continue;
		lua_pushfstring(L, "%s%s", chunk->path, text + (is_path ? path : shown));
		return TRUE;
	}
	return FALSE;
}

/* Message handler: every error becomes a text that begins with FILE:LINE, as far as Lua knows it. */
static int explain_error(lua_State *L)
{
	struct position at = child_position(child_of(L));
	const char *text = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : NULL;

	luaL_checkstack(L, 8, NULL);
	if (luaL_testudata(L, 1, CHILD_SIGNAL))
		return 1;
	if (text && push_with_path(L, text))
		return 1;
	if (!text)
		text = lua_isnil(L, 1) ? "error without a message"
				       : lua_pushfstring(L, "error with a %s as its message", luaL_typename(L, 1));
	if (at.line)
		lua_pushfstring(L, "%s:%d: %s", at.path, at.line, text);
	else
		lua_pushfstring(L, "%s: %s", at.path, text);
	return 1;
}

void child_load(lua_State *L, const char *path, const char *source, gsize length)
{
	const char *shown = child_add_chunk(child_of(L), path);

	if (!shown)
		child_raise(L, NULL, "use: more than %d files", CHUNKS_MAX);
	lua_pushfstring(L, "=%s", shown);
	int status = luaL_loadbufferx(L, source, length, lua_tostring(L, -1), "t");
	lua_remove(L, -2);
	if (status == LUA_OK)
		return;
	struct position at = { path, 0 };
	const char *text = lua_tostring(L, -1);
	if (length && source[0] == LUA_SIGNATURE[0])
		child_raise(L, &at, "this is compiled Lua; only its source can be run");
	if (push_with_path(L, text))
		lua_error(L);
	child_raise(L, &at, "%s", text);
}

gboolean child_call(struct lua_child *child, int count, int results)
{
	lua_State *L = child->lua;
	int handler = lua_gettop(L) - count;

	lua_pushcfunction(L, explain_error);
	lua_insert(L, handler);
	limits_begin(child);
	int status = lua_pcall(L, count, results, handler);
	limits_end(child);
	lua_remove(L, handler);
	return status == LUA_OK;
}

json_t *child_error(lua_State *L)
{
	size_t length = 0;
	const char *text = lua_tolstring(L, -1, &length);
	json_t *message = json_object();

	/* Of an error in the error handler Lua leaves whatever it was. */
	json_object_set_new(message, "error", text ? child_text(text, length) : json_string("error in an error"));
	return message;
}

/* ---- the child */

static int load_script(lua_State *L)
{
	const struct child_start *start = lua_touserdata(L, 1);

	lua_settop(L, 0);
	child_load(L, start->path, start->source, start->length);
	const struct position file = { start->path, 0 };
	start->service->run(L, &file);
	return 0;
}

G_NORETURN static void serve(struct lua_child *child)
{
	for (;;) {
		gsize budget = child->limits.memory_bytes;
		json_t *message = NULL, *result;
		if (wire_receive(child->socket, &budget, -1, &message) != WIRE_OK)
			_exit(0);
		result = child->service->answer(child, message);
		json_decref(message);
		lua_settop(child->lua, 0);
		child_send(child, result);
		json_decref(result);
	}
}

static int open_sandbox(lua_State *L)
{
	lua_newtable(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &child_of(L)->functions);
	sandbox_open(L);
	return 0;
}

void child_main(const struct child_start *start)
{
	static struct lua_child child;

	child = (struct lua_child){
		.limits = start->limits, .socket = start->socket, .service = start->service, .loading = TRUE
	};
	confine_child(&child, start);
	child.chunks[0].path = (char *)start->path; /* for a limit exceeded before anything is loaded */
	child.lua = limits_new_state(&child);
	if (!child.lua)
		_exit(2);
	lua_State *L = child.lua;
	lua_pushcfunction(L, open_sandbox);
	if (lua_pcall(L, 0, 0, 0) != LUA_OK)
		_exit(2);
	lua_pushcfunction(L, load_script);
	lua_pushlightuserdata(L, (void *)start);
	if (!child_call(&child, 1, 0)) {
		child_send(&child, child_error(L));
		_exit(1);
	}
	child.loading = FALSE;
	child_send(&child, start->service->greet(&child));
	serve(&child);
}
