/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket between the rig and an emulator process: SOCK_SEQPACKET, one request, one reply.
 * The emulated board's time moves only within a deadline granted here, so the same requests give the same run,
 * however fast or slow the machine is. What is observed meanwhile comes in packets before the reply (grant_batch.h);
 * the emulator waits for a rig that takes them slowly, so nothing is lost and neither side piles anything up.
 */
#pragma once
#include "observe.h"

enum grant_op {
	GRANT_HELLO = 1, /**< reply text: the directory for UMOCKDEV_DIR */
	GRANT_RESET = 2, /**< request text: a key file with group [board]; the old board is unplugged, a new one, which
			    nobody observes, is there in the reply */
	GRANT_RUN =
	    3, /**< argument: absolute deadline in ns; replies as board_class.run does; text: the crash, if any */
	GRANT_QUIT = 4,	   /**< the emulator ends after its reply */
	GRANT_BENCH = 5,   /**< request text: a line for board_class.bench; the reply carries its answer's bytes */
	GRANT_OBSERVE = 6, /**< argument, set of enum grant_observe: before each reply to RUN come packets with what was
			      observed; 0: no more */
};

enum grant_observe {
	GRANT_OBSERVE_ON = 1,
	GRANT_OBSERVE_LINES = 2,    /**< with the lines of an analyzer, too */
	GRANT_OBSERVE_MB_SHIFT = 8, /**< from this bit on: with up to so many MiB of the bytes that writes move */
};

struct grant_request {
	guint32 op;
	guint32 reserved;
	gint64 argument;
};

enum grant_kind {
	GRANT_REPLY, /**< the last packet of an answer */
	GRANT_SEEN,  /**< one before it: a batch of what was observed */
};

struct grant_reply {
	guint32 kind;	/**< enum grant_kind */
	guint32 failed; /**< 0, or 1 + enum rig_error: the text says why */
	guint32 stops;	/**< enum board_stop */
	guint32 reserved;
	gint64 now_ns;
};

#define GRANT_BYTES_MAX 65536 /* of a text, an answer or a batch */

/** Rig side: sends one request with optional text and waits (at most 60 s of real time) for the reply.
 *  `text_out` (optional) gets the reply's text, owned by the caller. Errors: what the emulator said; RIG_ERROR_RIG for
 *  the socket, RIG_ERROR_PROTOCOL for packets that are none. */
gboolean grant_call(int fd, const struct grant_request *request, const char *text, struct grant_reply *reply,
		    char **text_out, GError **error) MUST_CHECK;
/** GRANT_RUN. `observer` (NULL: nobody observes) is told of each batch as it comes; each may take 60 s. */
gboolean grant_run(int fd, gint64 until_ns, const struct observer *observer, struct grant_reply *reply, char **crash,
		   GError **error) MUST_CHECK;
/** GRANT_BENCH. The answer, the caller's, at most GRANT_BYTES_MAX. Errors besides: the board's own. */
GBytes *grant_bench(int fd, const char *line, GError **error) MUST_CHECK;

/** Emulator side: takes one request; `text` (owned by the caller) is "" if none. FALSE without error set: the rig
 * closed the socket. */
gboolean grant_receive(int fd, struct grant_request *request, char **text, GError **error) MUST_CHECK;
/** Emulator side: sends a packet, at most GRANT_BYTES_MAX of data. Blocks while the rig does not take it. */
gboolean grant_answer(int fd, const struct grant_reply *reply, gconstpointer data, gsize length,
		      GError **error) MUST_CHECK;
