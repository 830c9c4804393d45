/* SPDX-License-Identifier: Apache-2.0 */
/* The rig's side of a Lua child (lua_child.h), whatever its file is for: starting it, its messages, its end. */
#pragma once
#include "lua_host.h"
#include "lua_wire.h"
#include <sys/types.h>

struct lua_service;

struct lua_process {
	char *path;
	struct lua_limits limits;
	pid_t child; /* 0: none, or reaped */
	int socket;  /* -1: none */
};

/** Reads `path` and starts a child that loads it and offers `service`; `given`: Lua that goes before its first line, or
 *  NULL. End it also after a failure. RIG_ERROR_USAGE: the file cannot be read; RIG_ERROR_RIG: no child can be had. */
gboolean lua_process_start(struct lua_process *process, const char *path, const char *given,
			   const struct lua_limits *limits, const struct lua_service *service,
			   GError **error) MUST_CHECK;
/** Kills the child. */
void lua_process_end(struct lua_process *process);
/** Until when (g_get_monotonic_time) the child may think about one message. */
gint64 lua_process_deadline_us(const struct lua_process *process);
/** One message, the caller's; `*budget` bounds its bytes and is reduced by them. What the child reports as an error is
 *  one of `limit_code`; a child that died, `broken_code`. */
json_t *lua_process_receive(struct lua_process *process, gsize *budget, gint64 deadline_us, int limit_code,
			    int broken_code, GError **error) MUST_CHECK;
/** Ends a child that cannot be understood, and says what became of it. */
void lua_process_error(struct lua_process *process, enum wire_result result, int limit_code, int broken_code,
		       GError **error);
