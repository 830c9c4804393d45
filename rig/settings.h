/* SPDX-License-Identifier: Apache-2.0 */
/* What the user may set in several places: option over environment over $XDG_CONFIG_HOME/wiperig/config.ini over
 * built-in. */
#pragma once
#include "error.h"

/** The value of a setting of section [run] ("slot", "link", "out", "jobs"): `option` if it is given, else WIPERIG_NAME,
 * else the file's, else `fallback`. The caller's to free. An unreadable file is RIG_ERROR_USAGE. */
char *setting_get(const char *name, const char *option, const char *fallback, GError **error) MUST_CHECK;
/** How the user has said `value`, which setting_get() has returned, for what is to be said of it: "--jobs 0",
 *  "WIPERIG_JOBS=0" or "FILE: [run] jobs=0". The caller's to free. */
char *setting_told(const char *name, const char *option, const char *value);
