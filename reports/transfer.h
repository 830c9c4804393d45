/* SPDX-License-Identifier: Apache-2.0 */
/* A USB transfer of the record (EVENT_URB), taken apart. */
#pragma once
#include "rig/event.h"

#define TRANSFER_SETUP_LENGTH 8u
#define TRANSFER_IN 0x80 /* of an endpoint's address */

struct transfer {
	struct event_urb head;
	const guint8 *setup; /* NULL: not a control transfer */
	const guint8 *data;  /* what was moved, as far as it is recorded */
	gsize length;	     /* of data, bytes */
};

/** Reads an EVENT_URB's payload, which stays borrowed. FALSE: it is too short for one. */
gboolean transfer_parse(const struct event *event, struct transfer *transfer) G_GNUC_WARN_UNUSED_RESULT;
/** Sets `line` to what it says: device, request or endpoint, status, the first bytes. FALSE: an FTDI chip that has
 *  nothing to tell, as it says every few milliseconds. */
gboolean transfer_text(GString *line, const struct transfer *transfer);
