/* SPDX-License-Identifier: Apache-2.0 */
#include "disk_totals.h"
#include "rig/observe.h"
#include <string.h>

static void count(struct disk_total *total, const struct disk_seen *seen)
{
	guint64 sectors = GUINT32_FROM_LE(seen->count);

	total->seen = TRUE;
	if (seen->flags & DISK_SEEN_ABORTED) {
		total->aborted++;
		return;
	}
	total->failed += seen->result != 0;
	total->reads += seen->op == DISK_SEEN_READ;
	total->writes += seen->op == DISK_SEEN_WRITE;
	total->flushes += seen->op == DISK_SEEN_FLUSH;
	total->read_sectors += seen->op == DISK_SEEN_READ ? sectors : 0;
	total->written_sectors += seen->op == DISK_SEEN_WRITE ? sectors : 0;
}

void disk_totals_event(struct disk_totals *totals, const struct event *event)
{
	struct disk_seen seen;

	if (event->type != EVENT_DISK || event->length < sizeof seen)
		return;
	memcpy(&seen, event->data, sizeof seen);
	if (seen.op <= DISK_SEEN_FLUSH && seen.disk < G_N_ELEMENTS(totals->disks))
		count(&totals->disks[seen.disk], &seen);
}

json_t *disk_totals_json(const struct disk_totals *totals)
{
	json_t *array = json_array();

	for (guint disk = 0; disk < G_N_ELEMENTS(totals->disks); disk++) {
		const struct disk_total *total = &totals->disks[disk];
		if (!total->seen)
			continue;
		json_array_append_new(
		    array, json_pack("{s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "disk", (int)disk, "reads",
				     (json_int_t)total->reads, "writes", (json_int_t)total->writes, "flushes",
				     (json_int_t)total->flushes, "read_sectors", (json_int_t)total->read_sectors,
				     "written_sectors", (json_int_t)total->written_sectors, "failed",
				     (json_int_t)total->failed, "aborted", (json_int_t)total->aborted));
	}
	if (json_array_size(array))
		return array;
	json_decref(array);
	return NULL;
}
