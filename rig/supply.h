/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in for a power supply at an emulated board: a server that a real driver connects to. */
#pragma once
#include "error.h"

struct supply_class {
	const char *name;
	const char *const *settings; /**< NULL-terminated names allowed in [supply] */
	/** Looks at the settings before any slot is opened. RIG_ERROR_USAGE. */
	gboolean (*check)(GKeyFile *config, GError **error) MUST_CHECK;
	/** Serves on a free port of 127.0.0.1, from a thread of its own, until it is destroyed. Its output is off. */
	gpointer (*create)(GKeyFile *config, GError **error) MUST_CHECK;
	void (*destroy)(gpointer self);
	/** How a driver reaches it, as libsigrok's conn: borrowed. */
	const char *(*conn)(gpointer self);
	/** Whether its terminals give power now, whatever it says. */
	gboolean (*gives)(gpointer self);
	/** Its mains failed and came back: its output is off. */
	void (*cut)(gpointer self);
};
