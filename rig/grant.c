/* SPDX-License-Identifier: Apache-2.0 */
#include "grant.h"
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define REPLY_TIMEOUT_MS 60000

static gboolean send_packet(int fd, gconstpointer head, gsize head_length, const char *text, GError **error)
{
	struct iovec part[2] = { { (gpointer)head, head_length },
				 { (gpointer)(text ? text : ""), text ? strlen(text) : 0 } };
	struct msghdr message = { .msg_iov = part, .msg_iovlen = 2 };
	ssize_t sent;

	if (part[1].iov_len > GRANT_TEXT_MAX) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "control message of %zu bytes is too long",
			    part[1].iov_len);
		return FALSE;
	}
	do
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "sending to the control socket: %s", g_strerror(errno));
		return FALSE;
	}
	return TRUE;
}

/* Returns 1 for a packet, 0 for a closed socket, -1 for an error. */
static int receive_packet(int fd, gpointer head, gsize head_length, char **text, int timeout_ms, GError **error)
{
	g_autofree char *buffer = g_malloc(GRANT_TEXT_MAX + 1);
	struct iovec part[2] = { { head, head_length }, { buffer, GRANT_TEXT_MAX } };
	struct msghdr message = { .msg_iov = part, .msg_iovlen = 2 };
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	ssize_t got;
	int ready;

	do
		ready = poll(&poller, 1, timeout_ms);
	while (ready < 0 && errno == EINTR);
	if (ready == 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the emulator did not answer within %d s",
			    timeout_ms / 1000);
		return -1;
	}
	do
		got = recvmsg(fd, &message, 0);
	while (got < 0 && errno == EINTR);
	if (got == 0 || (got < 0 && errno == ECONNRESET))
		return 0;
	if (got < (ssize_t)head_length) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "receiving from the control socket: %s",
			    got < 0 ? g_strerror(errno) : "message too short");
		return -1;
	}
	buffer[got - (ssize_t)head_length] = 0;
	if (text)
		*text = g_strdup(buffer);
	return 1;
}

gboolean grant_call(int fd, const struct grant_request *request, const char *text, struct grant_reply *reply,
		    char **text_out, GError **error)
{
	g_autofree char *answer = NULL;

	if (!send_packet(fd, request, sizeof *request, text, error))
		return FALSE;
	int got = receive_packet(fd, reply, sizeof *reply, &answer, REPLY_TIMEOUT_MS, error);
	if (got == 0)
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the emulator process ended");
	if (got <= 0)
		return FALSE;
	if (reply->failed) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "emulator: %s", answer);
		return FALSE;
	}
	if (text_out)
		*text_out = g_steal_pointer(&answer);
	return TRUE;
}

gboolean grant_receive(int fd, struct grant_request *request, char **text, GError **error)
{
	return receive_packet(fd, request, sizeof *request, text, -1, error) == 1;
}

gboolean grant_answer(int fd, const struct grant_reply *reply, const char *text, GError **error)
{
	return send_packet(fd, reply, sizeof *reply, text, error);
}
