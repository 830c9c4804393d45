/* SPDX-License-Identifier: Apache-2.0 */
/* Where the program's loadable parts are: fronts, firmware, defects. */
#pragma once
#include "error.h"

/** FALSE with RIG_ERROR_USAGE where $WIPERIG_LIBDIR names what is no folder. */
gboolean path_check_libdir(GError **error) MUST_CHECK;
/** The running program's file; where /proc is not mounted, as it was started. Freed by the caller. */
char *path_program(void);
/** The full path of a module such as "front-umockdev.so" or "firmware/reference.so", or NULL. Looked for in
 *  $WIPERIG_LIBDIR, beside the running program, and in ../lib/wiperig from there; the first one wins. Freed by the
 *  caller. */
char *path_module(const char *name);
/** The middles of all module names that begin with `prefix` and end with `suffix`, sorted, without duplicates:
 *  ("front-", ".so") may give { "umockdev", NULL }. A prefix may begin with a folder: ("defects/", ".so"). Freed by
 *  g_strfreev(). */
char **path_modules(const char *prefix, const char *suffix);
/** The scenarios that come with the program: $WIPERIG_SCENARIOS, ./scenarios, ../scenarios from the program (a build
 *  folder), or where it was installed; "scenarios" if none is there. Freed by the caller. */
char *path_scenarios(void);
/** A controller adapter that comes with the program, e.g. "ascii.lua"; NULL if there is none of that name. The caller's
 *  to free. */
char *path_adapter(const char *name);
