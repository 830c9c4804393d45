/* SPDX-License-Identifier: Apache-2.0 */
/* What a run's observed disk commands add up to. */
#pragma once
#include "rig/event.h"

struct disk_total {
	gboolean seen;
	guint64 reads, writes, flushes; /* completed, whatever became of them */
	guint64 read_sectors, written_sectors;
	guint64 failed;	 /* of these, with an error */
	guint64 aborted; /* never completed: the power was cut on the way */
};

struct disk_totals {
	struct disk_total disks[2];
};

void disk_totals_event(struct disk_totals *totals, const struct event *event);
/** An array with an object for each disk that was observed; NULL if none was. A new reference. */
json_t *disk_totals_json(const struct disk_totals *totals);
