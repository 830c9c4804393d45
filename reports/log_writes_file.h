/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log as the kernel's dm-log-writes target keeps one (Documentation/admin-guide/device-mapper/log-writes.rst): all
 * little-endian, in sectors of 512 bytes. Sector 0: magic, version 1, u64 number of entries, u32 sector size. Then the
 * entries, each a sector that begins with u64 sector, u64 nr_sectors, u64 flags, u64 data_len; a write's data follow,
 * a mark's text is in the same sector.
 */
#pragma once
#include "rig/error.h"

#define LOG_SECTOR 512u

enum log_flag { LOG_FLUSH = 1, LOG_FUA = 2, LOG_DISCARD = 4, LOG_MARK = 8 };

/* What the sectors of a write hold. */
enum log_content {
	LOG_ZERO,
	LOG_WORD,   /* `seed` over and over */
	LOG_RANDOM, /* the generator's sectors of `seed` (rig/disk_pattern.h) */
	LOG_BYTES,  /* `bytes` */
};

struct log_entry {
	guint64 lba;
	guint32 count; /* sectors; 0: a flush, or a mark */
	guint32 flags; /* set of enum log_flag */
	enum log_content content;
	guint64 seed;
	GBytes *bytes; /* at least `count` sectors */
	char *text;    /* of a mark */
};

/** Frees what it holds. */
void log_entry_clear(struct log_entry *entry);

struct log_file;

struct log_file *log_file_open(const char *folder, const char *filename, GError **error) MUST_CHECK;
/** Bytes that an entry takes in the file. */
guint64 log_entry_size(const struct log_entry *entry);
gboolean log_file_add(struct log_file *file, const struct log_entry *entry, GError **error) MUST_CHECK;
/** As outfile_close(). */
gboolean log_file_close(struct log_file *file, gboolean abandon, GError **error);
