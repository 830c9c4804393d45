/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_host.h"
#include "lua_child.h"
#include "lua_plan.h"
#include "lua_wire.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLAN_BYTES_MAX ((gsize)256 << 20)
#define ANSWER_BYTES_MAX ((gsize)1 << 20)
#define US_PER_MS 1000

const struct lua_limits lua_limits_default = { .cpu_ms = 2000, .instructions = 200000000, .memory_bytes = 64 << 20 };

struct lua_host {
	char *path;
	struct lua_limits limits;
	pid_t child; /* 0: reaped */
	int socket;
	gboolean is_spent; /* a call failed: the child's state is not to be trusted */
	json_t *plan;
};

/* ---- the child process */

static gboolean host_start(struct lua_host *host, const char *source, gsize length, GError **error)
{
	sigset_t all, before;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: no socket for the Lua child: %s", host->path,
			    g_strerror(errno));
		return FALSE;
	}
	const struct child_start start = { .socket = ends[1],
					   .parent = getpid(),
					   .path = host->path,
					   .source = source,
					   .length = length,
					   .limits = host->limits };
	/* No handler of the rig's may run in the child before it has dropped them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	host->child = fork();
	if (host->child == 0)
		child_main(&start);
	int failure = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	host->socket = ends[0];
	if (host->child > 0)
		return TRUE;
	host->child = 0;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: no process for the Lua child: %s", host->path,
		    g_strerror(failure));
	return FALSE;
}

/* Ends the child if it has not ended by itself, and returns its wait status. */
static int host_reap(struct lua_host *host, gboolean has_hung_up)
{
	int status = 0;

	if (!host->child)
		return 0;
	/* It closes its socket only by ending, so the status is about to come. */
	for (int tries = 0; has_hung_up && tries < 1000; tries++) {
		if (waitpid(host->child, &status, WNOHANG) == host->child) {
			host->child = 0;
			return status;
		}
		g_usleep(US_PER_MS);
	}
	kill(host->child, SIGKILL);
	while (waitpid(host->child, &status, 0) < 0 && errno == EINTR)
		;
	host->child = 0;
	return status;
}

static gint64 host_deadline_us(const struct lua_host *host)
{
	return g_get_monotonic_time() + ((gint64)host->limits.cpu_ms * 10 + 10000) * US_PER_MS;
}

/* What became of the child when no message came. */
static void set_wire_error(struct lua_host *host, enum wire_result result, int limit_code, int broken_code,
			   GError **error)
{
	int status = host_reap(host, result == WIRE_END);

	if (result == WIRE_LATE)
		g_set_error(error, RIG_ERROR, limit_code, "%s: no answer within %u ms", host->path,
			    host->limits.cpu_ms * 10 + 10000);
	else if (result == WIRE_TOO_BIG)
		g_set_error(error, RIG_ERROR, limit_code, "%s: what it makes is too big", host->path);
	else if (result == WIRE_DAMAGED)
		g_set_error(error, RIG_ERROR, broken_code, "%s: the Lua child sent no message but other bytes",
			    host->path);
	else if (WIFSIGNALED(status))
		g_set_error(error, RIG_ERROR, broken_code, "%s: the Lua child was killed by signal %d (%s)", host->path,
			    WTERMSIG(status), g_strsignal(WTERMSIG(status)));
	else
		g_set_error(error, RIG_ERROR, broken_code, "%s: the Lua child ended with status %d", host->path,
			    WEXITSTATUS(status));
}

/* One message. An error that the child reports ends it. */
static json_t *host_receive(struct lua_host *host, gsize *budget, gint64 deadline_us, int limit_code, int broken_code,
			    GError **error)
{
	json_t *message = NULL;
	enum wire_result result = wire_receive(host->socket, budget, deadline_us, &message);

	if (result != WIRE_OK) {
		set_wire_error(host, result, limit_code, broken_code, error);
		return NULL;
	}
	const char *failure = json_string_value(json_object_get(message, "error"));
	if (!failure)
		return message;
	g_set_error_literal(error, RIG_ERROR, limit_code, failure);
	json_decref(message);
	return NULL;
}

/* ---- the plan */

static gboolean host_receive_plan(struct lua_host *host, GError **error)
{
	gint64 deadline_us = host_deadline_us(host);
	gsize budget = PLAN_BYTES_MAX;

	for (;;) {
		json_t *message = host_receive(host, &budget, deadline_us, RIG_ERROR_USAGE, RIG_ERROR_RIG, error);
		if (!message)
			return FALSE;
		gboolean is_last = json_is_true(json_object_get(message, "done"));
		gboolean is_good = is_last || lua_plan_add(host->plan, message);
		json_decref(message);
		if (is_last)
			return TRUE;
		if (!is_good) {
			set_wire_error(host, WIRE_DAMAGED, RIG_ERROR_USAGE, RIG_ERROR_RIG, error);
			return FALSE;
		}
	}
}

/* ---- the interface */

static char *read_script(const char *path, gsize *length, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *wrong;
	char *text = NULL;

	if (fd < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: %s", path, g_strerror(errno));
		return NULL;
	}
	wrong = source_read(fd, &text, length);
	close(fd);
	if (wrong)
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: %s", path, wrong);
	return text;
}

struct lua_host *lua_host_open(const char *path, const struct lua_limits *limits, GError **error)
{
	gsize length = 0;

	if (!g_utf8_validate(path, -1, NULL)) {
		g_set_error_literal(error, RIG_ERROR, RIG_ERROR_USAGE, "the scenario file's name is not UTF-8");
		return NULL;
	}
	char *source = read_script(path, &length, error);
	if (!source)
		return NULL;
	struct lua_host *host = g_new0(struct lua_host, 1);
	host->path = g_strdup(path);
	host->limits = limits ? *limits : lua_limits_default;
	host->socket = -1;
	host->plan = json_pack("{s:s, s:[]}", "file", host->path, "scenarios");
	gboolean opened = host_start(host, source, length, error) && host_receive_plan(host, error);
	free(source);
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

	if (!request || !wire_send(host->socket, request)) {
		set_wire_error(host, WIRE_END, RIG_ERROR_LIMIT, RIG_ERROR_LIMIT, error);
		json_decref(request);
		return FALSE;
	}
	json_decref(request);
	*answer = host_receive(host, &budget, host_deadline_us(host), RIG_ERROR_LIMIT, RIG_ERROR_LIMIT, error);
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
			    host->path);
		return FALSE;
	}
	host->is_spent = TRUE;
	if (!host_ask(host, function, variables, &answer, error))
		return FALSE;
	if (json_unpack(answer, "{s:b, s:s!}", "holds", &truth, "actual", &text)) {
		set_wire_error(host, WIRE_DAMAGED, RIG_ERROR_LIMIT, RIG_ERROR_LIMIT, error);
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
	host_reap(host, FALSE);
	if (host->socket >= 0)
		close(host->socket);
	json_decref(host->plan);
	g_free(host->path);
	g_free(host);
}
