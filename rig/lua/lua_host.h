/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scenario host: Lua 5.4 in a supervised child process. The child turns a scenario file into a plan (JSON); the rig
 * executes the plan. The child has no files, processes or native modules and is ended when it exceeds a limit, wherever
 * it is: in a loop, inside a C function, under pcall.
 */
#pragma once
#include "rig/error.h"
#include <jansson.h>

struct lua_host;

struct lua_limits {
	guint cpu_ms;	      /**< CPU time of one call (loading the file, or one judge) */
	guint64 instructions; /**< VM instructions of one call */
	gsize memory_bytes;   /**< Lua heap */
};
extern const struct lua_limits lua_limits_default; /* 2000 ms, 200 million, 64 MiB */

/**
 * Starts a child and loads `path`. Blocks at most the CPU limit plus scheduling.
 * Errors (message begins with FILE:LINE where Lua knows it): RIG_ERROR_USAGE for anything wrong with the file: syntax,
 * unknown fields or steps, wrong types, a limit exceeded; RIG_ERROR_RIG if no child can be had.
 */
struct lua_host *lua_host_open(const char *path, const struct lua_limits *limits, GError **error) MUST_CHECK;
/** The same with Lua that goes before the file's first line: what the rig has to tell it ("local plan = …; "). */
struct lua_host *lua_host_open_with(const char *path, const char *given, const struct lua_limits *limits,
				    GError **error) MUST_CHECK;
/**
 * The plan of the file, a borrowed reference:
 * {file, scenarios:[{id, title, line, requirements:[id], effects:[text], cases:[{
 *    name:"ID" or "ID[param=value,…]", params:{name:text}, unit:{name:text|int|[text]}, steps:[{
 *      step:"panel.register", line, text:text|null, requirements:[id]|null, args:{name:
 * text|int|bool|[text]|{var:name}|{fn:index}|…}}]}]}]} Durations are integers in nanoseconds.
 */
json_t *lua_host_plan(struct lua_host *host);
/**
 * Calls a scenario's function number `function` with the variables {name:text|int} as its one table argument.
 * It returns (boolean, text): *holds and *actual (owned by the caller). Any error or exceeded limit is RIG_ERROR_LIMIT
 * with FILE:LINE, after which the host only can be closed.
 */
gboolean lua_host_judge(struct lua_host *host, int function, json_t *variables, gboolean *holds, char **actual,
			GError **error) MUST_CHECK;
/** Ends the child. NULL is allowed. */
void lua_host_close(struct lua_host *host);
