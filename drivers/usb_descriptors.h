/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors as the device sent them, from what libusb made of them. No transfer is made. */
#pragma once
#include <glib.h>
#include <libusb-1.0/libusb.h>

/** The device descriptor (USB 2.0, 9.6.1); FALSE if libusb has none. */
gboolean usb_descriptors_device(libusb_device *device, guint8 bytes[LIBUSB_DT_DEVICE_SIZE]);
/** The active configuration with all that belongs to it (9.6.3 to 9.6.6); NULL if libusb has none. The caller's to
 * free. */
GByteArray *usb_descriptors_configuration(libusb_device *device);
