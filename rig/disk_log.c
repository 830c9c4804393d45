/* SPDX-License-Identifier: Apache-2.0 */
#include "disk_log.h"
#include <string.h>

struct disk_log {
	GArray *entries; /* of struct disk_logged */
};

struct disk_log *disk_log_new(void)
{
	struct disk_log *log = g_new0(struct disk_log, 1);

	log->entries = g_array_new(FALSE, FALSE, sizeof(struct disk_logged));
	return log;
}

void disk_log_free(struct disk_log *log)
{
	if (!log)
		return;
	g_array_unref(log->entries);
	g_free(log);
}

void disk_log_take(struct disk_log *log, gint64 at_ns, const void *data, gsize length)
{
	struct disk_logged logged = { .at_ns = at_ns };

	if (length < sizeof logged.seen)
		return;
	memcpy(&logged.seen, data, sizeof logged.seen);
	g_array_append_val(log->entries, logged);
}

guint disk_log_count(const struct disk_log *log)
{
	return log->entries->len;
}

const struct disk_logged *disk_log_at(const struct disk_log *log, guint index)
{
	return &g_array_index(log->entries, struct disk_logged, index);
}

gboolean disk_log_is_request(const struct disk_logged *logged)
{
	return logged->seen.op == DISK_SEEN_READ || logged->seen.op == DISK_SEEN_WRITE ||
	       logged->seen.op == DISK_SEEN_FLUSH;
}

static gint by_place(gconstpointer a, gconstpointer b)
{
	const struct disk_area *first = a, *second = b;

	if (first->disk != second->disk)
		return first->disk < second->disk ? -1 : 1;
	return first->lba < second->lba ? -1 : first->lba > second->lba;
}

/* Joins what touches or overlaps; `areas` is sorted. */
static void join(GArray *areas)
{
	guint kept = 0;

	for (guint i = 0; i < areas->len; i++) {
		struct disk_area area = g_array_index(areas, struct disk_area, i);
		struct disk_area *last = kept ? &g_array_index(areas, struct disk_area, kept - 1) : NULL;

		if (last && last->disk == area.disk && area.lba <= last->lba + last->count)
			last->count = MAX(last->count, area.lba + area.count - last->lba);
		else
			g_array_index(areas, struct disk_area, kept++) = area;
	}
	g_array_set_size(areas, kept);
}

GArray *disk_log_written(const struct disk_log *log, guint since)
{
	GArray *areas = g_array_new(FALSE, FALSE, sizeof(struct disk_area));

	for (guint i = since; i < log->entries->len; i++) {
		const struct disk_seen *seen = &disk_log_at(log, i)->seen;
		struct disk_area area = { seen->disk, seen->lba, seen->count };

		if (seen->op == DISK_SEEN_WRITE && seen->count)
			g_array_append_val(areas, area);
	}
	g_array_sort(areas, by_place);
	join(areas);
	return areas;
}
