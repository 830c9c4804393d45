/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_host.h"
#include "lua_child.h"
#include "lua_plan.h"
#include "lua_process.h"

#define PLAN_BYTES_MAX ((gsize)256 << 20)
#define ANSWER_BYTES_MAX ((gsize)1 << 20)

struct lua_host {
	struct lua_process process;
	gboolean is_spent; /* a call failed: the child's state is not to be trusted */
	json_t *plan;
};

/* ---- the plan */

static gboolean host_receive_plan(struct lua_host *host, GError **error)
{
	gint64 deadline_us = lua_process_deadline_us(&host->process);
	gsize budget = PLAN_BYTES_MAX;

	for (;;) {
		json_t *message =
		    lua_process_receive(&host->process, &budget, deadline_us, RIG_ERROR_USAGE, RIG_ERROR_RIG, error);
		if (!message)
			return FALSE;
		gboolean is_last = json_is_true(json_object_get(message, "done"));
		gboolean is_good = is_last || lua_plan_add(host->plan, message);
		json_decref(message);
		if (is_last)
			return TRUE;
		if (!is_good) {
			lua_process_error(&host->process, WIRE_DAMAGED, RIG_ERROR_USAGE, RIG_ERROR_RIG, error);
			return FALSE;
		}
	}
}

/* ---- the interface */

struct lua_host *lua_host_open(const char *path, const struct lua_limits *limits, GError **error)
{
	return lua_host_open_with(path, NULL, limits, error);
}

struct lua_host *lua_host_open_with(const char *path, const char *given, const struct lua_limits *limits,
				    GError **error)
{
	struct lua_host *host = g_new0(struct lua_host, 1);
	host->plan = json_pack("{s:s, s:[]}", "file", path, "scenarios");
	gboolean opened = lua_process_start(&host->process, path, given, limits, &scenario_service, error) &&
			  host_receive_plan(host, error);
	if (opened)
		return host;
	lua_host_close(host);
	return NULL;
}

json_t *lua_host_plan(struct lua_host *host)
{
	return host->plan;
}

static gboolean host_ask(struct lua_host *host, int function, json_t *variables, json_t **answer, GError **error)
{
	json_t *request = json_pack("{s:i, s:O}", "judge", function, "variables", variables);
	gsize budget = ANSWER_BYTES_MAX;

	if (!request || !wire_send(host->process.socket, request)) {
		lua_process_error(&host->process, WIRE_END, RIG_ERROR_LIMIT, RIG_ERROR_LIMIT, error);
		json_decref(request);
		return FALSE;
	}
	json_decref(request);
	*answer = lua_process_receive(&host->process, &budget, lua_process_deadline_us(&host->process), RIG_ERROR_LIMIT,
				      RIG_ERROR_LIMIT, error);
	return *answer != NULL;
}

gboolean lua_host_judge(struct lua_host *host, int function, json_t *variables, gboolean *holds, char **actual,
			GError **error)
{
	json_t *answer = NULL;
	const char *text = NULL;
	int truth = 0;

	if (host->is_spent) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_LIMIT, "%s: an earlier check failed and ended the Lua child",
			    host->process.path);
		return FALSE;
	}
	host->is_spent = TRUE;
	if (!host_ask(host, function, variables, &answer, error))
		return FALSE;
	if (json_unpack(answer, "{s:b, s:s!}", "holds", &truth, "actual", &text)) {
		lua_process_error(&host->process, WIRE_DAMAGED, RIG_ERROR_LIMIT, RIG_ERROR_LIMIT, error);
		json_decref(answer);
		return FALSE;
	}
	host->is_spent = FALSE;
	*holds = truth;
	*actual = g_strdup(text);
	json_decref(answer);
	return TRUE;
}

void lua_host_close(struct lua_host *host)
{
	if (!host)
		return;
	lua_process_end(&host->process);
	json_decref(host->plan);
	g_free(host);
}
