/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of a run's files, in the form that `sha256sum -c SHA256SUMS` checks. */
#pragma once
#include "error.h"

/** Of one file, in hexadecimal; the caller's to free. NULL with error set if it cannot be read. */
char *checksum_file(const char *path, GError **error);
/** Writes SHA256SUMS over every other file of `folder`, sorted by name. */
gboolean checksums_write(const char *folder, GError **error) MUST_CHECK;
