/* SPDX-License-Identifier: Apache-2.0 */
#include "case_watch.h"
#include <stdio.h>
#include <string.h>

/* ---- what monitors may look at at the end */

static gboolean look_content(gpointer data, guint disk, guint64 lba, struct disk_stretch *stretch)
{
	const struct instrument *instrument = slot_instrument(data, ROLE_DISK);

	return slot_shows(data) & OBSERVE_CONTENT &&
	       instrument->driver->ops.disk->content(instrument->self, disk, lba, stretch, NULL);
}

/* The line holds a secret: it goes to the bench past the record. */
static gint64 look_search(gpointer data, guint disk, const guint8 *bytes, gsize length, guint64 *lba)
{
	const struct instrument *bench = slot_instrument(data, ROLE_BENCH);
	g_autoptr(GString) line = g_string_new(NULL);
	gint64 count = -1;

	if (!(slot_shows(data) & OBSERVE_CONTENT) || !bench->driver)
		return -1;
	g_string_printf(line, "disk.search disk=%u hex=", disk);
	for (gsize i = 0; i < length; i++)
		g_string_append_printf(line, "%02x", bytes[i]);
	g_autofree char *answer = bench->driver->ops.bench->act(bench->self, line->str, NULL);
	memset(line->str, 0, line->len);
	if (!answer || sscanf(answer, "%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT, &count, lba) < 1)
		return -1;
	return count;
}

static GBytes *look_memory(gpointer data, const char *which)
{
	const struct instrument *instrument = slot_instrument(data, ROLE_DISK);

	if (!(slot_shows(data) & OBSERVE_MEMORY))
		return NULL;
	return instrument->driver->ops.disk->memory(instrument->self, which, NULL);
}

/* ---- life */

static void record(gpointer data, enum event_type type, json_t *json)
{
	slot_record_json(data, type, json);
}

struct monitor_case *case_watch_open(struct slot *slot, const char *observe, const struct unit_profile *profile,
				     char **without, char **without_requirements)
{
	const struct monitor_setup setup = { .monitors = monitors,
					     .without = without,
					     .without_requirements = without_requirements,
					     .shows = slot_shows(slot),
					     .observe = observe,
					     .track = slot_observed_track(slot),
					     .profile = *profile,
					     .look = { look_content, look_search, look_memory },
					     .record = record,
					     .data = slot };

	return monitor_case_new(&setup);
}

void case_watch_hear(struct slot *slot, const char **verdict, char **reason)
{
	g_autoptr(GError) failure = NULL;

	if (slot_hear_analyzer(slot, &failure) || g_str_equal(*verdict, "fail") || g_str_equal(*verdict, "error"))
		return;
	g_free(*reason);
	*reason = g_strdup(failure->message);
	*verdict = "error";
}

void case_watch_end(struct slot *slot, struct monitor_case *opened)
{
	slot_hear_console(slot);
	/* A slot that fails now has failed before: the case knows. */
	if (!slot_settle(slot, NULL))
		slot_record_json(slot, EVENT_NOTE,
				 json_pack("{s:s}", "text", "what was observed last could not be read"));
	monitor_case_end(opened);
}
