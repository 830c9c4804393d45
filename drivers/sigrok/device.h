/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding one instrument by libsigrok. */
#pragma once
#include "rig/error.h"
#include <libsigrok/libsigrok.h>

struct device {
	struct sr_context *context;
	struct sr_dev_driver *driver;
	struct sr_dev_inst *device;
	char *said; /* libsigrok's last error */
};

/** Begins with libsigrok and finds the instrument: `what` says what it is, in messages. `conn`: libsigrok's, may be
 *  NULL. `channels`: how many logic channels, where the driver asks; 0: all. Nothing is ever freed: the program ends.
 */
gboolean device_find(struct device *self, const char *what, const char *driver, const char *conn, guint channels,
		     GError **error) MUST_CHECK;
/** The instrument's name; the caller's to free. */
char *device_name(const struct device *self);
/** Says what could not be done, with libsigrok's `result` (0: nothing was found) and words. FALSE. */
gboolean device_failed(struct device *self, const char *what, int result, GError **error);
