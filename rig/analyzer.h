/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in for a logic analyzer at an emulated board: a server that a real driver connects to, fed with the
 * board's lines. */
#pragma once
#include "error.h"

struct analyzer_class {
	const char *name;
	const char *const *settings; /**< NULL-terminated names allowed in [analyzer] */
	/** Looks at the settings before any slot is opened. RIG_ERROR_USAGE. */
	gboolean (*check)(GKeyFile *config, GError **error) MUST_CHECK;
	/** Serves on a free port of 127.0.0.1, from a thread of its own, until it is destroyed. All lines are low at
	 *  first, the console's transmitter high. */
	gpointer (*create)(GKeyFile *config, GError **error) MUST_CHECK;
	void (*destroy)(gpointer self);
	/** How a driver reaches it, as libsigrok's conn: borrowed. */
	const char *(*conn)(gpointer self);

	/** A line (enum event_line_name) has this level from then on, in the order of time. */
	void (*line)(gpointer self, gint64 at_ns, guint line, gboolean level);
	/** A byte's stop bit ended on the console's transmitter, in the order of time. */
	void (*sent)(gpointer self, gint64 at_ns, guint8 byte);
	/** Optional: how long a command to the marker is on its way this time, and its answer on the way back. */
	void (*path)(gpointer self, gint64 *there_ns, gint64 *back_ns);
	/** Nothing else happened up to now: samples go out, each on its way for a while. `all`: without delay. */
	void (*reached)(gpointer self, gint64 now_ns, gboolean all);
};
