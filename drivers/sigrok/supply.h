/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A power supply by libsigrok. */
#pragma once
#include "rig/error.h"

/** What the rig wants of it. */
struct supply_setup {
	char *driver, *conn;
	char *output;	    /**< NULL: the only one */
	double volts, amps; /**< what it is to give, and at most; 0: as it is set */
};

/** What it says of itself. */
struct supply_state {
	gboolean enabled;
	double volts, amps; /**< measured */
};

struct supply;

/** Finds and opens it, turns its output off, sets voltage and current limit and reads them back. Nothing is ever freed:
 *  the program ends. */
struct supply *supply_open(const struct supply_setup *setup, GError **error) MUST_CHECK;
/** Its name; the caller's to free. */
char *supply_name(const struct supply *supply);
/** Turns the output on or off; whether that came about is for supply_read() to tell. */
gboolean supply_set(struct supply *supply, gboolean on, GError **error) MUST_CHECK;
/** Asks it. */
gboolean supply_read(struct supply *supply, struct supply_state *state, GError **error) MUST_CHECK;
