/* SPDX-License-Identifier: Apache-2.0 */
/* A file that appears whole or not at all: written beside its place, synced, renamed. */
#pragma once
#include "rig/error.h"

struct outfile;

/** Creates a hidden file in `folder`. Errors: RIG_ERROR_RIG, naming the file. */
struct outfile *outfile_open(const char *folder, const char *filename, GError **error) MUST_CHECK;
/** Buffered. After one error the file is lost: only outfile_close() may follow. */
gboolean outfile_write(struct outfile *file, const void *data, gsize length, GError **error) MUST_CHECK;
/** outfile_write() of a NUL-terminated string. */
gboolean outfile_puts(struct outfile *file, const char *text, GError **error) MUST_CHECK;
/** `length` bytes of zeros, which need no room on the disk. */
gboolean outfile_skip(struct outfile *file, guint64 length, GError **error) MUST_CHECK;
/** Writes over what was written before, at `offset`. */
gboolean outfile_overwrite(struct outfile *file, guint64 offset, const void *data, gsize length,
			   GError **error) MUST_CHECK;
/** Syncs it and gives it its name (some milliseconds), or removes it with `abandon` and on any error. Frees `file`. */
gboolean outfile_close(struct outfile *file, gboolean abandon, GError **error);
