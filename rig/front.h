/* SPDX-License-Identifier: Apache-2.0 */
/* A front serves an emulated board's USB devices to unmodified clients. It is a module of its own (front-NAME.so), so
 * that wiperig itself does not depend on the libraries behind it; the module exports `const struct front
 * wiperig_front`. */
#pragma once
#include "board.h"

struct front_options {
	GKeyFile *config; /**< group [board] describes the board at start */
	int control_fd;	  /**< grant.h socket: time moves by grants. -1: time follows CLOCK_MONOTONIC */
	gboolean
	    analyzer; /**< an FX2 with fx2lafw on the same bus, clipped to the board's lines; without grants only */
	guint64 pull_analyzer; /**< it is pulled as its n-th transfer begins; 0: never */
	char **client;	       /**< NULL-terminated command to run inside, or NULL: serve until SIGINT or SIGTERM */
};

struct front {
	const char *name;
	const char *summary;
	/** Serves until the client or the control socket ends. Returns the client's exit status (128 + signal), 0
	 * without a client, or -1 with error set. Without client and control socket it prints one line to standard
	 * output that says how to reach the board. The calling process must already run under the front's preload, if
	 * it has one. */
	int (*serve)(const struct front_options *options, GError **error);
};
