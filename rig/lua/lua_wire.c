/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_wire.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

gboolean wire_send_bytes(int fd, const char *bytes, gsize length)
{
	guint32 prefix = GUINT32_TO_LE((guint32)length);
	struct iovec parts[] = { { &prefix, sizeof prefix }, { (void *)bytes, length } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS(parts) };

	if (length > G_MAXUINT32)
		return FALSE;
	while (parts[0].iov_len + parts[1].iov_len) {
		ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR)
			return FALSE;
		for (size_t i = 0; sent > 0 && i < G_N_ELEMENTS(parts); i++) {
			size_t part = MIN((size_t)sent, parts[i].iov_len);
			parts[i].iov_base = (char *)parts[i].iov_base + part;
			parts[i].iov_len -= part;
			sent -= (ssize_t)part;
		}
	}
	return TRUE;
}

gboolean wire_send(int fd, json_t *message)
{
	json_free_t release;
	char *text = json_dumps(message, JSON_COMPACT | JSON_SORT_KEYS);
	gboolean sent = text && wire_send_bytes(fd, text, strlen(text));

	json_get_alloc_funcs(NULL, &release);
	if (text)
		release(text);
	return sent;
}

static enum wire_result wait_readable(int fd, gint64 deadline_us)
{
	for (;;) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		gint64 left_us = deadline_us - g_get_monotonic_time();
		if (deadline_us >= 0 && left_us <= 0)
			return WIRE_LATE;
		int ready = poll(&wait, 1, deadline_us < 0 ? -1 : (int)MIN(left_us / 1000 + 1, G_MAXINT));
		if (ready > 0)
			return WIRE_OK;
		if (ready < 0 && errno != EINTR)
			return WIRE_END;
	}
}

static enum wire_result receive_all(int fd, void *bytes, gsize length, gint64 deadline_us)
{
	char *at = bytes;

	while (length) {
		ssize_t got = recv(fd, at, length, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
			enum wire_result ready = wait_readable(fd, deadline_us);
			if (ready != WIRE_OK)
				return ready;
			continue;
		}
		if (got <= 0)
			return WIRE_END;
		at += got;
		length -= (gsize)got;
	}
	return WIRE_OK;
}

enum wire_result wire_receive(int fd, gsize *budget, gint64 deadline_us, json_t **message)
{
	guint32 length = 0;
	enum wire_result result = receive_all(fd, &length, sizeof length, deadline_us);

	if (result != WIRE_OK)
		return result;
	length = GUINT32_FROM_LE(length);
	if (length > *budget)
		return WIRE_TOO_BIG;
	*budget -= length;
	char *text = g_malloc(length + 1u);
	json_t *parsed = NULL;
	result = receive_all(fd, text, length, deadline_us);
	if (result == WIRE_OK)
		parsed = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	g_free(text);
	if (result != WIRE_OK)
		return result;
	if (!parsed)
		return WIRE_DAMAGED;
	*message = parsed;
	return WIRE_OK;
}
