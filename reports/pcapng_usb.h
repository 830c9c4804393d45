/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recorded transfer as the two packets in which Linux's usbmon shows an URB, submission and completion
 * (LINKTYPE_USB_LINUX_MMAPPED 220: Documentation/usb/usbmon.rst, struct usbmon_packet, 64 bytes, then the data).
 */
#pragma once
#include "rig/event.h"
#include "pcapng_block.h"
#include "trace_clock.h"

#define LINKTYPE_USB_LINUX_MMAPPED 220

/** Adds both packets. `id`: the URB's own. FALSE without error set: the record is no transfer. */
gboolean pcapng_usb(struct reorder *packets, guint32 interface, const struct trace_clock *clock,
		    const struct event *event, guint64 id, GError **error) MUST_CHECK;
