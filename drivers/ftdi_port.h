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

/** Which chip, and which of its channels. */
struct ftdi_address {
	guint64 vid, pid;
	char channel; /* 'A' … 'D' */
};
#define FTDI_ADDRESS_USUAL(channel)                                                                                    \
	{                                                                                                              \
		0x0403, 0x6010, channel                                                                                \
	}

/** Reads vid, pid and channel of a slot's group; what is not given there stays as it is. RIG_ERROR_USAGE names the
 *  setting. */
gboolean ftdi_address_read(GKeyFile *config, const char *group, struct ftdi_address *address,
			   GError **error) MUST_CHECK;

/** Finds and opens the chip's channel per the slot's settings (vid, pid hexadecimal; serial; channel A…D).
 *  Errors: RIG_ERROR_USAGE for a bad setting, RIG_ERROR_GONE if no such chip is on the bus, RIG_ERROR_RIG otherwise. */
gboolean ftdi_port_open(struct ftdi_port *port, const struct driver_env *env, char channel, GError **error) MUST_CHECK;
/** Closes it; may be called on a port that never opened. */
void ftdi_port_close(struct ftdi_port *port);
/** Turns a libftdi result into TRUE or an error that names the port. */
gboolean ftdi_port_check(struct ftdi_port *port, int result, const char *doing, GError **error) MUST_CHECK;
/** "libftdi1 1.5"; the caller's to free. */
char *ftdi_port_library(void);
