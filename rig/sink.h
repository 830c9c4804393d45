/* SPDX-License-Identifier: Apache-2.0 */
/* A sink turns the spool's events into something: a report format, live progress, a monitor. */
#pragma once
#include "error.h"
#include "event.h"

struct sink {
	const char *name; /**< as on the command line */
	/** What it writes in the run's folder; NULL if nothing. With one "*" there may be several files. */
	const char *filename;
	const char *summary;
	/** `folder`: the run's folder, which exists. Returns the sink's own data, or NULL with error set. */
	gpointer (*open)(const char *folder, GError **error);
	/** One event, in the spool's order. May do buffered file I/O. */
	gboolean (*event)(gpointer self, const struct event *event, GError **error);
	/** Finishes: only now the file appears under its name (written beside it, synced, renamed). Frees `self` in any
	 * case. `abandon`: throw away what was written. */
	gboolean (*close)(gpointer self, gboolean abandon, GError **error);
};
