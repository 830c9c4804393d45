/* SPDX-License-Identifier: Apache-2.0 */
/* Fingerprints of sectors and where each was seen first: millions of them, so plain numbers in one table. */
#pragma once
#include <glib.h>

struct fingerprints;

struct fingerprints *fingerprints_new(void);
void fingerprints_free(struct fingerprints *set);
/** Remembers `print` with `origin`, unless it is there already: then FALSE, and *first is its first origin. */
gboolean fingerprints_add(struct fingerprints *set, guint64 print, guint32 origin, guint32 *first);
