/* SPDX-License-Identifier: Apache-2.0 */
/* An adapter's port: bytes to and from the board through the slot's usb or console instrument, in slot time. */
#pragma once
#include "rig/lua/lua_adapter.h"
#include "rig/slot.h"

struct adapter_port {
	struct slot *slot;
	enum driver_role role; /* ROLE_USB or ROLE_CONSOLE */
	const struct instrument *on;
	GByteArray *received;
	gsize console_mark; /* what the console said up to here was taken */
	const char *doing;  /* the function that was called, for messages */
	gint64 deadline_ns; /* the call's end */
};

/** RIG_ERROR_USAGE where the slot has no such instrument. */
gboolean adapter_port_open(struct adapter_port *port, struct slot *slot, enum driver_role role,
			   GError **error) MUST_CHECK;
void adapter_port_close(struct adapter_port *port);
/** Begins a call that may take `within_ns`. What the board said unasked, or too late for an earlier call, is dropped
 * and recorded. RIG_ERROR_GONE: the controller is not on the bus. */
gboolean adapter_port_begin(struct adapter_port *port, const char *doing, gint64 within_ns, GError **error) MUST_CHECK;

/** The port as the adapter sees it; its data is the struct adapter_port. */
extern const struct lua_adapter_port adapter_port_functions;
