/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spool: a run's one append-only binary record. Every other format is made from it.
 *
 * File: 64-byte header { "WRSPOOL1", u32 version = 1, u32 header size = 64, u64 committed bytes, zeros }, then records:
 *   u32 size      whole record, a multiple of 8 (payload zero-padded)
 *   u16 type      enum event_type
 *   u16 padding   bytes of padding at the end, 0…7
 *   i64 time_ns   slot time
 *   u32 case_no   0: the run; 1…: the case
 *   u32 crc       CRC-32 of the record with this field zero
 *   payload
 * All little-endian. A record is acknowledged when spool_append() returns: it survives a kill of the rig (the file is
 * mapped shared); spool_sync() makes it survive a power failure of the station.
 */
#pragma once
#include "error.h"
#include "event.h"

struct spool;

/** Creates `path` (must not exist). Errors: RIG_ERROR_RIG (no room, no permission). */
struct spool *spool_create(const char *path, GError **error) MUST_CHECK;
/** Appends one record. 0.2 us; never blocks on the disk except when the file must grow.
 *  A full disk is RIG_ERROR_RIG; the spool stays valid up to the last record. */
gboolean spool_append(struct spool *spool, const struct event *event, GError **error) MUST_CHECK;
/** Appends every record of another spool file to this one. */
gboolean spool_append_file(struct spool *spool, const char *path, GError **error) MUST_CHECK;
/** fdatasync: some milliseconds. */
gboolean spool_sync(struct spool *spool, GError **error) MUST_CHECK;
/** Cuts the file to its records and closes it. NULL is allowed. */
void spool_close(struct spool *spool);

/** Where its file is. Borrowed. */
const char *spool_path(const struct spool *spool);
/** TRUE while a process has this spool open to append. */
gboolean spool_is_live(const char *path);

/** Called for each record; return FALSE with error set to stop. */
typedef gboolean (*spool_visitor)(const struct event *event, gpointer data, GError **error);
/** Reads a spool, whole or torn. `lost_bytes` (optional) gets how many bytes after the last whole record do not parse.
 *  Errors: RIG_ERROR_RIG if it is no spool; whatever the visitor sets. */
gboolean spool_visit(const char *path, spool_visitor visitor, gpointer data, guint64 *lost_bytes,
		     GError **error) MUST_CHECK;
/** The same over bytes in memory (also the fuzz target). */
gboolean spool_visit_bytes(const guint8 *bytes, gsize length, spool_visitor visitor, gpointer data, guint64 *lost_bytes,
			   GError **error) MUST_CHECK;
