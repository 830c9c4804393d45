/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_process.h"
#include "lua_child.h"
#include "lua_wire.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define US_PER_MS 1000

const struct lua_limits lua_limits_default = { .cpu_ms = 2000, .instructions = 200000000, .memory_bytes = 64 << 20 };

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

static gboolean fork_child(struct lua_process *process, const struct lua_service *service, const char *source,
			   gsize length, GError **error)
{
	sigset_t all, before;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: no socket for the Lua child: %s", process->path,
			    g_strerror(errno));
		return FALSE;
	}
	const struct child_start start = { .socket = ends[1],
					   .parent = getpid(),
					   .path = process->path,
					   .source = source,
					   .length = length,
					   .limits = process->limits,
					   .service = service };
	/* No handler of the rig's may run in the child before it has dropped them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	process->child = fork();
	if (process->child == 0)
		child_main(&start);
	int failure = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	process->socket = ends[0];
	if (process->child > 0)
		return TRUE;
	process->child = 0;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: no process for the Lua child: %s", process->path,
		    g_strerror(failure));
	return FALSE;
}

/* Ends the child if it has not ended by itself, and returns its wait status. */
static int reap(struct lua_process *process, gboolean has_hung_up)
{
	int status = 0;

	if (!process->child)
		return 0;
	/* It closes its socket only by ending, so the status is about to come. */
	for (int tries = 0; has_hung_up && tries < 1000; tries++) {
		if (waitpid(process->child, &status, WNOHANG) == process->child) {
			process->child = 0;
			return status;
		}
		g_usleep(US_PER_MS);
	}
	kill(process->child, SIGKILL);
	while (waitpid(process->child, &status, 0) < 0 && errno == EINTR)
		;
	process->child = 0;
	return status;
}

gint64 lua_process_deadline_us(const struct lua_process *process)
{
	return g_get_monotonic_time() + ((gint64)process->limits.cpu_ms * 10 + 10000) * US_PER_MS;
}

/* What became of the child when no message came. */
void lua_process_error(struct lua_process *process, enum wire_result result, int limit_code, int broken_code,
		       GError **error)
{
	int status = reap(process, result == WIRE_END);

	if (result == WIRE_LATE)
		g_set_error(error, RIG_ERROR, limit_code, "%s: no answer within %u ms", process->path,
			    process->limits.cpu_ms * 10 + 10000);
	else if (result == WIRE_TOO_BIG)
		g_set_error(error, RIG_ERROR, limit_code, "%s: what it makes is too big", process->path);
	else if (result == WIRE_DAMAGED)
		g_set_error(error, RIG_ERROR, broken_code, "%s: the Lua child sent no message but other bytes",
			    process->path);
	else if (WIFSIGNALED(status))
		g_set_error(error, RIG_ERROR, broken_code, "%s: the Lua child was killed by signal %d (%s)",
			    process->path, WTERMSIG(status), g_strsignal(WTERMSIG(status)));
	else
		g_set_error(error, RIG_ERROR, broken_code, "%s: the Lua child ended with status %d", process->path,
			    WEXITSTATUS(status));
}

/* One message. An error that the child reports ends it. */
json_t *lua_process_receive(struct lua_process *process, gsize *budget, gint64 deadline_us, int limit_code,
			    int broken_code, GError **error)
{
	json_t *message = NULL;
	enum wire_result result = wire_receive(process->socket, budget, deadline_us, &message);

	if (result != WIRE_OK) {
		lua_process_error(process, result, limit_code, broken_code, error);
		return NULL;
	}
	const char *failure = json_string_value(json_object_get(message, "error"));
	if (!failure)
		return message;
	g_set_error_literal(error, RIG_ERROR, limit_code, failure);
	json_decref(message);
	return NULL;
}

/* In the file's first line, so that its lines keep their numbers. */
static char *put_before(const char *given, char *source, gsize *length)
{
	char *both = g_strdup_printf("%s%s", given, source);

	free(source);
	*length += strlen(given);
	return both;
}

gboolean lua_process_start(struct lua_process *process, const char *path, const char *given,
			   const struct lua_limits *limits, const struct lua_service *service, GError **error)
{
	gsize length = 0;

	*process = (struct lua_process){ .path = g_strdup(path),
					 .limits = limits ? *limits : lua_limits_default,
					 .socket = -1 };
	if (!g_utf8_validate(path, -1, NULL)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "the %s's name is not UTF-8", service->what);
		return FALSE;
	}
	char *source = read_script(path, &length, error);
	if (source && given) {
		source[length] = 0;
		source = put_before(given, source, &length);
	}
	gboolean started = source && fork_child(process, service, source, length, error);
	free(source);
	return started;
}

void lua_process_end(struct lua_process *process)
{
	reap(process, FALSE);
	if (process->socket >= 0)
		close(process->socket);
	g_free(process->path);
	*process = (struct lua_process){ .socket = -1 };
}
