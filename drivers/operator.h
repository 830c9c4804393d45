/* SPDX-License-Identifier: Apache-2.0 */
/* The person at the unit: asked on the terminal that the rig was started from. */
#pragma once
#include "rig/slot.h"

/** Opens the terminal; -1 if there is none. Close it. */
int operator_open(void);
/** Writes the question and takes one line, without its end; the caller's to free. Slot time passes as it may while the
 *  person thinks. RIG_ERROR_RIG: interrupted, or the terminal is gone. */
char *operator_ask(struct slot *slot, int terminal, const char *question, GError **error) MUST_CHECK;
