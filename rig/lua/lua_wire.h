/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between the rig and its Lua child: u32 length (little-endian), then that many bytes of JSON. */
#pragma once
#include <glib.h>
#include <jansson.h>

enum wire_result {
	WIRE_OK,
	WIRE_END,     /* the other side is gone */
	WIRE_LATE,    /* the deadline passed */
	WIRE_TOO_BIG, /* longer than the budget */
	WIRE_DAMAGED, /* not JSON */
};

/** Sends `message` with its keys sorted. Blocks until the other side's buffer has taken it. FALSE: the other side is
 *  gone, or the message is no valid JSON value. */
gboolean wire_send(int fd, json_t *message) __attribute__((warn_unused_result));
/** Sends `length` bytes as they are. Safe in a signal handler. */
gboolean wire_send_bytes(int fd, const char *bytes, gsize length) __attribute__((warn_unused_result));
/**
 * Receives one message. `*budget` bounds its length in bytes and is reduced by it. Blocks until `deadline_us`
 * (g_get_monotonic_time; negative: for ever). On WIRE_OK the caller owns `*message`; else it is untouched.
 */
enum wire_result wire_receive(int fd, gsize *budget, gint64 deadline_us, json_t **message)
    __attribute__((warn_unused_result));
