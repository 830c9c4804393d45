/* SPDX-License-Identifier: Apache-2.0 */
#include "disk_fold.h"
#include <string.h>

static gboolean goes_on(const struct disk_fold *fold, guint32 case_no, const struct disk_seen *seen)
{
	struct disk_seen next = fold->first;

	next.lba = GUINT64_TO_LE(GUINT64_FROM_LE(fold->first.lba) + fold->sectors);
	next.number = GUINT64_TO_LE(GUINT64_FROM_LE(fold->first.number) + fold->commands);
	next.queued_ns = seen->queued_ns;
	return case_no == fold->case_no && fold->first.count && !memcmp(&next, seen, sizeof next);
}

gboolean disk_fold_add(struct disk_fold *fold, const struct event *event)
{
	struct disk_seen seen;

	if (event->type != EVENT_DISK || event->length != sizeof seen)
		return FALSE;
	memcpy(&seen, event->data, sizeof seen);
	if (fold->commands && !goes_on(fold, event->case_no, &seen))
		return FALSE;
	if (!fold->commands) {
		fold->first = seen;
		fold->sectors = 0;
		fold->case_no = event->case_no;
		fold->time_ns = event->time_ns;
	}
	fold->last_ns = event->time_ns;
	fold->sectors += GUINT32_FROM_LE(seen.count);
	fold->commands++;
	return TRUE;
}
