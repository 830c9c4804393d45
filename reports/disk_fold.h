/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands of the disk that only go on where the one before ended: an erase of 4 TB is half a million of them, alike
 * but for their place. A text that is read by people and line by line holds each such stretch once.
 */
#pragma once
#include "rig/event.h"
#include "rig/observe.h"

struct disk_fold {
	struct disk_seen first;
	guint64 commands; /* 0: nothing is held */
	guint32 case_no;
	gint64 time_ns, last_ns; /* when the first and the last were complete */
	guint64 sectors;
};

/**
 * Holds the event, or adds it to what is held; FALSE, with nothing done, where it is no disk command without
 * fingerprints, or does not go on from what is held: same case, disk, operation, content, size and result, the next
 * number and the next LBA (an operation without sectors never goes on).
 */
gboolean disk_fold_add(struct disk_fold *fold, const struct event *event);
