/* SPDX-License-Identifier: Apache-2.0 */
/* Every command seen on the disk's bus in a case, in order, so that steps can ask what happened since a mark. */
#pragma once
#include "observe.h"

struct disk_log;

struct disk_logged {
	gint64 at_ns;
	struct disk_seen seen;
};

/** A stretch of sectors of a disk. */
struct disk_area {
	guint disk;
	guint64 lba, count;
};

struct disk_log *disk_log_new(void);
/** NULL is allowed. */
void disk_log_free(struct disk_log *log);
/** Takes what EVENT_DISK carries; anything shorter than its struct is ignored. */
void disk_log_take(struct disk_log *log, gint64 at_ns, const void *data, gsize length);
/** How many there are: the mark for what comes now. */
guint disk_log_count(const struct disk_log *log);
/** Number `index`, from 0. */
const struct disk_logged *disk_log_at(const struct disk_log *log, guint index);
/** TRUE for what the unit asked of the disk: a read, a write, a flush. */
gboolean disk_log_is_request(const struct disk_logged *logged);
/** What was written since the mark, sorted and without overlap. Free with g_array_unref(); of struct disk_area. */
GArray *disk_log_written(const struct disk_log *log, guint since);
