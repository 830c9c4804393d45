/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One acquisition by libsigrok, told to the rig. */
#pragma once
#include "outbox.h"

/** What the rig wants of it. */
struct acquisition_setup {
	char *driver, *conn;
	guint64 rate_hz;
	char *channels[8]; /**< by bit; NULL: not wanted */
};

struct acquisition;

/** Finds and opens the analyzer. Errors say what libsigrok said. Nothing is ever freed: the program ends. */
struct acquisition *acquisition_open(const struct acquisition_setup *setup, struct outbox *outbox,
				     GError **error) MUST_CHECK;
guint64 acquisition_rate(const struct acquisition *acquisition);
/** The analyzer's name; the caller's to free. */
char *acquisition_name(const struct acquisition *acquisition);
/** Starts, tells of the samples until somebody stops it or the analyzer ends, and closes the analyzer. */
gboolean acquisition_run(struct acquisition *acquisition, GError **error) MUST_CHECK;
/** From any thread, once it runs. */
void acquisition_stop(struct acquisition *acquisition);
