/* SPDX-License-Identifier: Apache-2.0 */
/* The monitors of a run as a table. */
#pragma once
#include "html_text.h"
#include "rig/tally.h"

/** Appends the section; nothing where the record knows of no monitors. */
void html_monitors(GString *out, const struct tally *tally);
