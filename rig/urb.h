/* SPDX-License-Identifier: Apache-2.0 */
/* One USB transfer as the host's controller sees it (a Linux URB, reduced). */
#pragma once
#include <glib.h>

struct urb {
	guint8 endpoint; /* address with direction bit (IN 80h); 00h or 80h for control */
	guint8 setup[8]; /* control only: the SETUP packet */
	guint8 *buffer;	 /* data stage; borrowed until complete() */
	gsize length;	 /* room or bytes to send */
	gsize actual;	 /* bytes moved, set before complete() */
	int status; /* 0, or -errno as in Linux: -EPIPE stall, -EOVERFLOW, -ENOENT cancelled, -ESHUTDOWN unplugged */
	gboolean short_not_ok, zero_packet;
	void (*complete)(struct urb *urb); /* called once, never from within cancel()'s caller's lock */
	gpointer owner;			   /* the submitter's own */
	struct urb *next;		   /* the device's own while queued */
};
