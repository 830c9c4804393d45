/* SPDX-License-Identifier: Apache-2.0 */
/* Several files that appear together: written beside their places, synced at once, renamed. */
#pragma once
#include "rig/error.h"

struct outfiles;

/** For files of `folder`. What an earlier making of files with this prefix left unfinished there is removed. */
struct outfiles *outfiles_new(const char *folder, const char *prefix);
/** Writes a file, still hidden. Its name begins with the prefix. Errors: RIG_ERROR_RIG, naming it; only
 * outfiles_close() may follow. */
gboolean outfiles_add(struct outfiles *files, const char *filename, const void *data, gsize length,
		      GError **error) MUST_CHECK;
/** Syncs them and gives them their names, or removes them with `abandon` and on any error. Frees `files`. */
gboolean outfiles_close(struct outfiles *files, gboolean abandon, GError **error);
