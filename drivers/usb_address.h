/* SPDX-License-Identifier: Apache-2.0 */
/* Which device of the bus is the controller, and where in it bytes go in and out: the settings of [usb]. */
#pragma once
#include "rig/driver.h"

struct usb_address {
	guint16 vid, pid;
	char *serial; /* NULL: any */
	guint8 interface;
	guint8 out, in; /* bulk endpoints */
};

#define USB_ADDRESS_SETTINGS "vid", "pid", "serial", "interface", "endpoint_out", "endpoint_in"

/** Reads them; what is not given is as in rig/protocol.h. RIG_ERROR_USAGE names the setting. Clear it also then. */
gboolean usb_address_read(const struct driver_env *env, struct usb_address *address, GError **error) MUST_CHECK;
/** For check() of a driver that reads them. */
gboolean usb_address_check(GKeyFile *config, const char *group, GError **error) MUST_CHECK;
void usb_address_clear(struct usb_address *address);
