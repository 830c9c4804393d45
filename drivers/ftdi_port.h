/* SPDX-License-Identifier: Apache-2.0 */
/* Opening one channel of an FTDI chip, shared by the console and the relay drivers. */
#pragma once
#include "rig/slot.h"
#include <libftdi1/ftdi.h>

struct ftdi_port {
	struct slot *slot;
	struct ftdi_context *ftdi;
	char *name; /* "FT2232H 0403:6010 serial WRFT0001 channel A", for messages */
};

/** Settings that every FTDI driver understands. */
#define FTDI_PORT_SETTINGS "vid", "pid", "serial", "channel"

/** Finds and opens the chip's channel per the slot's settings (vid, pid hexadecimal; serial; channel A…D).
 *  Errors: RIG_ERROR_USAGE for a bad setting, RIG_ERROR_GONE if no such chip is on the bus, RIG_ERROR_RIG otherwise. */
gboolean ftdi_port_open(struct ftdi_port *port, const struct driver_env *env, const char *channel,
			GError **error) MUST_CHECK;
/** Closes it; may be called on a port that never opened. */
void ftdi_port_close(struct ftdi_port *port);
/** Turns a libftdi result into TRUE or an error that names the port. */
gboolean ftdi_port_check(struct ftdi_port *port, int result, const char *doing, GError **error) MUST_CHECK;
/** "libftdi1 1.5"; the caller's to free. */
char *ftdi_port_library(void);
