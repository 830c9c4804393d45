/* SPDX-License-Identifier: Apache-2.0 */
#include "sigrok_helper.h"
#include "rig/paths.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "wiperig-sigrok"
#define READ_SIZE (1u << 18)
#define READS_MAX 64 /* a turn: what is said while one reads must not hold the rig up for good */
#define STOP_US (500 * G_TIME_SPAN_MILLISECOND)

struct sigrok_helper {
	int fd;
	pid_t pid;
	struct sigrok_stream stream;
	guint8 *buffer;
	gboolean failed;
};

struct sigrok_helper *sigrok_helper_new(int fd, int pid)
{
	struct sigrok_helper *helper = g_new0(struct sigrok_helper, 1);

	helper->fd = fd;
	helper->pid = pid;
	helper->buffer = g_malloc(READ_SIZE);
	sigrok_stream_init(&helper->stream);
	return helper;
}

/* A process group of its own: an interrupt at the terminal is for the rig, which then ends its helper in order. */
static int spawn(const char *path, int fd, pid_t *pid)
{
	char *argv[] = { (char *)path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	int result = posix_spawn(pid, path, &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return result;
}

struct sigrok_helper *sigrok_helper_start(GError **error)
{
	g_autofree char *path = path_module(PROGRAM);
	int pair[2];
	pid_t pid;

	if (!path) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
			    PROGRAM " is not there: make, or install wiperig again (libsigrok-dev)");
		return NULL;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "a socket for " PROGRAM ": %s", g_strerror(errno));
		return NULL;
	}
	int result = spawn(path, pair[1], &pid);
	close(pair[1]);
	if (result == 0)
		return sigrok_helper_new(pair[0], pid);
	close(pair[0]);
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "starting %s: %s", path, g_strerror(result));
	return NULL;
}

gboolean sigrok_helper_say(struct sigrok_helper *helper, enum sigrok_type type, const char *text, GError **error)
{
	g_autoptr(GByteArray) frame = g_byte_array_new();
	guint8 header[SIGROK_HEADER];

	sigrok_header(header, type, strlen(text));
	g_byte_array_append(frame, header, sizeof header);
	g_byte_array_append(frame, (const guint8 *)text, (guint)strlen(text));
	if (send(helper->fd, frame->data, frame->len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)frame->len)
		return TRUE;
	helper->failed = TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "talking to " PROGRAM ": %s", g_strerror(errno));
	return FALSE;
}

static gboolean fail(struct sigrok_helper *helper)
{
	helper->failed = TRUE;
	return FALSE;
}

gboolean sigrok_helper_read(struct sigrok_helper *helper, const struct sigrok_sink *sink, guint wait_ms, gboolean *got,
			    GError **error)
{
	struct pollfd ready = { .fd = helper->fd, .events = POLLIN };

	*got = FALSE;
	for (guint turn = 0; turn < READS_MAX; turn++) {
		if (turn == 0 && wait_ms && poll(&ready, 1, (int)wait_ms) == 0)
			return TRUE;
		ssize_t length = recv(helper->fd, helper->buffer, READ_SIZE, MSG_DONTWAIT);
		if (length < 0 && (errno == EAGAIN || errno == EINTR))
			return TRUE;
		if (length <= 0) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, PROGRAM " has ended");
			return fail(helper);
		}
		*got = TRUE;
		if (!sigrok_stream_take(&helper->stream, helper->buffer, (gsize)length, sink, error))
			return fail(helper);
	}
	return TRUE;
}

const struct sigrok_stream *sigrok_helper_stream(const struct sigrok_helper *helper)
{
	return &helper->stream;
}

static void ignore_samples(gpointer data, guint64 first, const guint8 *samples, gsize count)
{
	(void)data, (void)first, (void)samples, (void)count;
}

static void ignore_lost(gpointer data, guint64 first, guint64 count)
{
	(void)data, (void)first, (void)count;
}

/* An analyzer that goes on sampling would not serve the next one who asks. */
static void stop(struct sigrok_helper *helper)
{
	const struct sigrok_sink sink = { ignore_samples, ignore_lost, NULL };
	const gint64 end_us = g_get_monotonic_time() + STOP_US;
	gboolean got;

	if (helper->failed || !helper->stream.started || !sigrok_helper_say(helper, SIGROK_STOP, "", NULL))
		return;
	while (!helper->stream.ended && g_get_monotonic_time() < end_us)
		if (!sigrok_helper_read(helper, &sink, 10, &got, NULL))
			return;
}

void sigrok_helper_free(struct sigrok_helper *helper)
{
	if (!helper)
		return;
	stop(helper);
	close(helper->fd);
	if (helper->pid > 0) {
		kill(helper->pid, SIGKILL);
		while (waitpid(helper->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	sigrok_stream_clear(&helper->stream);
	g_free(helper->buffer);
	g_free(helper);
}
