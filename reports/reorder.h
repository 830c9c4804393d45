/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts records in the order of their time. The spool tells of a transfer or a disk command when it has ended; a trace
 * also tells when it began, which is earlier than what was told meanwhile. Records are held back in a fixed room; what
 * comes later than the room reaches back keeps its true time and is out of order in the file.
 */
#pragma once
#include "rig/error.h"

struct reorder;

/** Takes a record in its turn; it may change the bytes, and they are gone after the call. */
typedef gboolean (*reorder_release)(gpointer data, guint8 *bytes, gsize length, GError **error);

struct reorder *reorder_new(gsize room, reorder_release release, gpointer data);
/** NULL is allowed. What it still holds is lost. */
void reorder_free(struct reorder *reorder);
/** Room for a record of `length` bytes at `time_ns`, to be filled in before the next call; records of the same time
 *  stay in the order of these calls. May release others. NULL with error set: one could not be released. */
guint8 *reorder_add(struct reorder *reorder, gint64 time_ns, gsize length, GError **error) MUST_CHECK;
/** Releases everything. */
gboolean reorder_flush(struct reorder *reorder, GError **error) MUST_CHECK;
