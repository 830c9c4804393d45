/* SPDX-License-Identifier: Apache-2.0 */
/* USB transfers into the record. */
#pragma once
#include "rig/slot.h"

/** A transfer that has ended. */
struct urb_record {
	guint8 device;	     /* enum board_device */
	guint8 endpoint;     /* with the direction bit; of control transfers too */
	guint8 flags;	     /* of struct event_urb */
	const guint8 *setup; /* 8 bytes; NULL: not a control transfer */
	const void *data;    /* what was moved */
	gsize actual;	     /* bytes of it */
	gsize length;	     /* bytes asked for or offered */
	int status;	     /* 0 or -errno */
	gint64 submitted_ns;
};

void urb_record(struct slot *slot, const struct urb_record *urb);
/** Records a descriptor that the operating system read as the device arrived: `type` 1 device, 2 configuration. */
void urb_record_descriptor(struct slot *slot, guint8 device, guint8 type, const void *descriptor, gsize length);
