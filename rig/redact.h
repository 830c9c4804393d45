/* SPDX-License-Identifier: Apache-2.0 */
/* Blacks out secrets in what is recorded. */
#pragma once
#include "event.h"

/** A copy of `data` with every one of `secrets` (char *) blacked out, or NULL if there are no secrets; the caller's to
 *  free. Of bytes that a console brings as it likes, also the end of a secret at their beginning and the beginning of
 * one at their end are blacked out, from four characters on; so are they among the bytes that a logic analyzer tells
 * of, or that are on the console's line as it sampled it, whose copy may have another `*length`. */
guint8 *redact(const GPtrArray *secrets, enum event_type type, const void *data, gsize *length);

/** A console's bytes, in place. */
void redact_console(const GPtrArray *secrets, guint8 *bytes, gsize length);
/** What a logic analyzer saw of LINE_CONSOLE_TX (EVENT_LINES): a copy, the caller's to free. */
guint8 *redact_lines(const GPtrArray *secrets, const void *data, gsize *length);
