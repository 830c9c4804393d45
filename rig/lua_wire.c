/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_wire.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

static gboolean send_all(int fd, const void *bytes, gsize length)
{
	const char *at = bytes;

	while (length) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return FALSE;
		at += sent;
		length -= (gsize)sent;
	}
	return TRUE;
}

gboolean wire_send_bytes(int fd, const char *bytes, gsize length)
{
	guint32 prefix = GUINT32_TO_LE((guint32)length);

	return length <= G_MAXUINT32 && send_all(fd, &prefix, sizeof prefix) && send_all(fd, bytes, length);
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
		enum wire_result ready = wait_readable(fd, deadline_us);
		if (ready != WIRE_OK)
			return ready;
		ssize_t got = recv(fd, at, length, 0);
		if (got < 0 && errno == EINTR)
			continue;
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
	g_autofree char *text = g_malloc(length + 1u);
	result = receive_all(fd, text, length, deadline_us);
	if (result != WIRE_OK)
		return result;
	json_t *parsed = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	if (!parsed)
		return WIRE_DAMAGED;
	*message = parsed;
	return WIRE_OK;
}
