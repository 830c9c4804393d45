/* SPDX-License-Identifier: Apache-2.0 */
/* Blacks out secrets in what is recorded. */
#pragma once
#include "event.h"

/** A copy of `data` with every one of `secrets` (char *) blacked out, or NULL if there are no secrets; the caller's to
 *  free. Of bytes that a console brings as it likes, also the end of a secret at their beginning and the beginning of
 * one at their end are blacked out, from four characters on; so are they among the bytes that a logic analyzer tells
 * of. */
guint8 *redact(const GPtrArray *secrets, enum event_type type, const void *data, gsize length);
