/* SPDX-License-Identifier: Apache-2.0 */
/* Text from a controller is hostile: it may hold terminal escapes, NULs, broken UTF-8 and direction overrides. */
#pragma once
#include <glib.h>

/**
 * A copy as valid UTF-8 of characters that may be shown and are allowed in XML 1.0. Newlines and tabs stay; every other
 * control, format and direction character and every byte that is no UTF-8 becomes visible: \r, \x1b, \u202e.
 * `length`: bytes, -1 for a NUL-terminated string. Free with g_free().
 */
char *printable_dup(const void *bytes, gssize length) G_GNUC_WARN_UNUSED_RESULT;
/** The same on one line: newlines and tabs become \n and \t. */
char *printable_line(const void *bytes, gssize length) G_GNUC_WARN_UNUSED_RESULT;
