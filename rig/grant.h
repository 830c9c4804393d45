/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket between the rig and an emulator process: SOCK_SEQPACKET, one request, one reply.
 * The emulated board's time moves only within a deadline granted here, so the same requests give the same run,
 * however fast or slow the machine is.
 */
#pragma once
#include "error.h"

enum grant_op {
	GRANT_HELLO = 1, /**< reply text: the directory for UMOCKDEV_DIR */
	GRANT_RESET = 2, /**< request text: a key file with group [board]; the old board is unplugged, a new one is
			    there in the reply */
	GRANT_RUN =
	    3, /**< argument: absolute deadline in ns; replies as board_class.run does; text: the crash, if any */
	GRANT_QUIT = 4,	   /**< the emulator ends after its reply */
	GRANT_BENCH = 5,   /**< request text: a line for board_class.bench; the reply carries its answer's bytes */
	GRANT_OBSERVE = 6, /**< argument 1: before each reply to RUN come packets with what was observed; 0: no more */
};

struct grant_request {
	guint32 op;
	guint32 reserved;
	gint64 argument;
};

struct grant_reply {
	guint32 failed; /**< 1: the text says why */
	guint32 stops;	/**< enum board_stop */
	gint64 now_ns;
};

#define GRANT_TEXT_MAX 16384

/** Rig side: sends one request with optional text and waits (at most 60 s of real time) for the reply.
 *  `text_out` (optional) gets the reply's text, owned by the caller. Errors: RIG_ERROR_RIG. */
gboolean grant_call(int fd, const struct grant_request *request, const char *text, struct grant_reply *reply,
		    char **text_out, GError **error) MUST_CHECK;
/** Emulator side: takes one request; `text` (owned by the caller) is "" if none. FALSE without error set: the rig
 * closed the socket. */
gboolean grant_receive(int fd, struct grant_request *request, char **text, GError **error) MUST_CHECK;
/** Emulator side: answers it. */
gboolean grant_answer(int fd, const struct grant_reply *reply, const char *text, GError **error) MUST_CHECK;
