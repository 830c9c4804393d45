/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sees the transfers that libftdi makes. libftdi tells what it read and wrote, not by which transfers: it strips the
 * chip's status bytes, and puts together requests by rules of its own, the first of them while it opens the chip. But
 * it does everything by four functions of libusb, and of a function that two libraries define the loader takes the
 * program's own. So those here stand before libusb's, call them, and record what went over the bus.
 */
#pragma once
#include "rig/slot.h"
#include <libusb-1.0/libusb.h>

/** From now on every synchronous transfer on `handle` is recorded as one of `device` (enum board_device), after the
 *  descriptors that the operating system read. `slot` must outlive that. */
void usb_witness_begin(libusb_device_handle *handle, struct slot *slot, guint8 device);
/** Until it is called with NULL, what is opened may turn out to be `device` of this slot: it is recorded from the first
 *  request on that is not a standard one. Whoever looks for a chip asks each for its strings, and no other for more. */
void usb_witness_expect(struct slot *slot, guint8 device);
/** No more; allowed for a handle that is not watched. To be called before it is closed. */
void usb_witness_end(libusb_device_handle *handle);
