/* SPDX-License-Identifier: Apache-2.0 */
/* The helper program wiperig-sigrok as a child of this process. */
#pragma once
#include "sigrok_stream.h"

struct sigrok_helper;

/** Starts a helper with nothing but its socket. */
struct sigrok_helper *sigrok_helper_start(GError **error) MUST_CHECK;
/** The same, with whatever speaks the protocol at the other end of `fd`, which becomes the helper's. `pid`: a child to
 * be ended with it, or 0. */
struct sigrok_helper *sigrok_helper_new(int fd, int pid);
/** Asks the analyzer to stop, waits a moment for that, and ends the child whatever it is doing. NULL is allowed. */
void sigrok_helper_free(struct sigrok_helper *helper);

/** Tells the helper. `text`: OPEN's. */
gboolean sigrok_helper_say(struct sigrok_helper *helper, enum sigrok_type type, const char *text,
			   GError **error) MUST_CHECK;
/** Takes what the helper has said; waits at most `wait_ms` for the first of it. `*got`: whether it said anything.
 *  RIG_ERROR_GONE: it has failed or is gone. */
gboolean sigrok_helper_read(struct sigrok_helper *helper, const struct sigrok_sink *sink, guint wait_ms, gboolean *got,
			    GError **error) MUST_CHECK;
/** What it has said so far. */
const struct sigrok_stream *sigrok_helper_stream(const struct sigrok_helper *helper);
