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

/* ---- what is known of the unit */

static guint64 number_setting(const struct slot *slot, const char *name, guint64 fallback)
{
	g_autofree char *text = slot_unit_setting(slot, name);
	guint64 number = fallback;

	if (text && !g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &number, NULL))
		return fallback;
	return number;
}

static gboolean flag_setting(const struct slot *slot, const char *name)
{
	g_autofree char *text = slot_unit_setting(slot, name);

	return text && (g_str_equal(text, "1") || g_str_equal(text, "true"));
}

static struct unit_profile profile_of(const struct slot *slot, const struct slot_config *config)
{
	gboolean emulated = config->unit == UNIT_EMULATED;
	g_autofree char *language = slot_unit_setting(slot, "language");

	return (struct unit_profile){
		.system_lba = number_setting(slot, "system_lba", emulated ? UNIT_SYSTEM_LBA : 0),
		.system_sectors = number_setting(slot, "system_sectors", emulated ? UNIT_SYSTEM_SECTORS : 0),
		.null_encrypted = flag_setting(slot, "null_encrypted"),
		.english = !language || g_str_equal(language, "en"),
	};
}

/* ---- life */

static void record(gpointer data, enum event_type type, json_t *json)
{
	slot_record_json(data, type, json);
}

static void told_event(gpointer data, const struct event *event)
{
	monitor_case_event(data, event);
}

static void told_key(gpointer data, const guint8 *key, gsize length)
{
	monitor_case_key(data, key, length);
}

struct monitor_case *case_watch_open(struct slot *slot, const struct slot_config *config, char **without)
{
	const struct monitor_setup setup = { .monitors = monitors,
					     .without = without,
					     .shows = slot_shows(slot),
					     .observe = config->observe,
					     .track = slot_observed_track(slot),
					     .profile = profile_of(slot, config),
					     .look = { look_content, look_search, look_memory },
					     .record = record,
					     .data = slot };
	struct monitor_case *opened = monitor_case_new(&setup);
	const struct slot_watcher watcher = { told_event, told_key, opened };

	slot_watch(slot, &watcher);
	return opened;
}

void case_watch_end(struct slot *slot, struct monitor_case *opened)
{
	/* A slot that fails now has failed before: the case knows. */
	if (!slot_settle(slot, NULL))
		slot_record_json(slot, EVENT_NOTE,
				 json_pack("{s:s}", "text", "what was observed last could not be read"));
	monitor_case_end(opened);
	slot_watch(slot, NULL);
}
