/* SPDX-License-Identifier: Apache-2.0 */
#include "grant.h"
#include "grant_batch.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define REPLY_TIMEOUT_MS 60000

static gboolean send_packet(int fd, gconstpointer head, gsize head_length, gconstpointer data, gsize length,
			    GError **error)
{
	struct iovec part[2] = { { (gpointer)head, head_length }, { (gpointer)data, length } };
	struct msghdr message = { .msg_iov = part, .msg_iovlen = 2 };
	ssize_t sent;

	if (length > GRANT_BYTES_MAX) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "control message of %zu bytes is too long", length);
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

/* A packet's data. The room for more than a text has is not touched unless it is needed. */
struct data {
	gsize length;
	guint8 bytes[GRANT_BYTES_MAX + 1] __attribute__((aligned(8))); /* a 0 follows */
};

/* Returns 1 for a packet, 0 for a closed socket, -1 for an error. */
static int receive_packet(int fd, gpointer head, gsize head_length, struct data *data, int timeout_ms, GError **error)
{
	struct iovec part[2] = { { head, head_length }, { data->bytes, GRANT_BYTES_MAX } };
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
	if (got < (ssize_t)head_length || message.msg_flags & MSG_TRUNC) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "receiving from the control socket: %s",
			    got < 0			 ? g_strerror(errno)
			    : got < (ssize_t)head_length ? "message too short"
							 : "message too long");
		return -1;
	}
	data->length = (gsize)got - head_length;
	data->bytes[data->length] = 0;
	return 1;
}

/* --- rig side --- */

static gboolean receive_reply(int fd, struct grant_reply *reply, struct data *data, GError **error)
{
	int got = receive_packet(fd, reply, sizeof *reply, data, REPLY_TIMEOUT_MS, error);

	if (got == 0)
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the emulator process ended");
	return got > 0;
}

static gboolean take_seen(const struct data *data, const struct observer *observer, GError **error)
{
	if (observer)
		return grant_batch_tell(data->bytes, data->length, observer, error);
	g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "the emulator tells what nobody observes");
	return FALSE;
}

static gboolean exchange(int fd, const struct grant_request *request, const char *text, const struct observer *observer,
			 struct grant_reply *reply, struct data *data, GError **error)
{
	if (!send_packet(fd, request, sizeof *request, text ? text : "", text ? strlen(text) : 0, error) ||
	    !receive_reply(fd, reply, data, error))
		return FALSE;
	while (reply->kind == GRANT_SEEN)
		if (!take_seen(data, observer, error) || !receive_reply(fd, reply, data, error))
			return FALSE;
	if (!reply->failed)
		return TRUE;
	g_set_error(error, RIG_ERROR, (gint)reply->failed - 1, "%s", (const char *)data->bytes);
	return FALSE;
}

static gboolean exchange_text(int fd, const struct grant_request *request, const char *text,
			      const struct observer *observer, struct grant_reply *reply, char **text_out,
			      GError **error)
{
	g_autofree struct data *data = g_new(struct data, 1);

	if (!exchange(fd, request, text, observer, reply, data, error))
		return FALSE;
	if (text_out)
		*text_out = g_strdup((const char *)data->bytes);
	return TRUE;
}

gboolean grant_call(int fd, const struct grant_request *request, const char *text, struct grant_reply *reply,
		    char **text_out, GError **error)
{
	return exchange_text(fd, request, text, NULL, reply, text_out, error);
}

gboolean grant_run(int fd, gint64 until_ns, const struct observer *observer, struct grant_reply *reply, char **crash,
		   GError **error)
{
	const struct grant_request request = { .op = GRANT_RUN, .argument = until_ns };

	return exchange_text(fd, &request, NULL, observer, reply, crash, error);
}

GBytes *grant_bench(int fd, const char *line, GError **error)
{
	const struct grant_request request = { .op = GRANT_BENCH };
	g_autofree struct data *data = g_new(struct data, 1);
	struct grant_reply reply;

	if (!exchange(fd, &request, line, NULL, &reply, data, error))
		return NULL;
	return g_bytes_new(data->bytes, data->length);
}

/* --- emulator side --- */

gboolean grant_receive(int fd, struct grant_request *request, char **text, GError **error)
{
	g_autofree struct data *data = g_new(struct data, 1);

	if (receive_packet(fd, request, sizeof *request, data, -1, error) != 1)
		return FALSE;
	*text = g_strdup((const char *)data->bytes);
	return TRUE;
}

gboolean grant_answer(int fd, const struct grant_reply *reply, gconstpointer data, gsize length, GError **error)
{
	return send_packet(fd, reply, sizeof *reply, data, length, error);
}
