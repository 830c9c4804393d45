/* SPDX-License-Identifier: Apache-2.0 */
/* What was observed on its way through the control socket (grant.h). Encryption keys are among it: it is written down
 * nowhere. */
#pragma once
#include "observe.h"

struct grant_batch;

/** Emulator side: collects for the control socket `fd` (borrowed) and sends full packets by itself. */
struct grant_batch *grant_batch_new(int fd);
/** NULL is allowed. What was not sent is lost. */
void grant_batch_free(struct grant_batch *batch);
/** Tells the batch; `what`: set of enum grant_observe. Callable on a firmware's stack. */
struct observer grant_batch_observer(struct grant_batch *batch, guint what);
/** Sends the rest. Errors: RIG_ERROR_RIG where a packet, this or one before, could not be sent. */
gboolean grant_batch_flush(struct grant_batch *batch, GError **error) MUST_CHECK;

/** Rig side: tells `observer` what is in a packet. RIG_ERROR_PROTOCOL at the first thing that is not well-formed; what
 *  was before it has been told. */
gboolean grant_batch_tell(const guint8 *bytes, gsize length, const struct observer *observer,
			  GError **error) MUST_CHECK;
