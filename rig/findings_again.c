/* SPDX-License-Identifier: Apache-2.0 */
#include "findings_again.h"
#include "rig/monitors/monitor_case.h"
#include <string.h>

/* Keys, contents and memories are not in the record. */
#define RECORDED ((guint)(OBSERVE_REQUESTS | OBSERVE_PANEL | OBSERVE_LINES | OBSERVE_CONSOLE))

struct findings_again {
	struct monitor_case *monitors; /* NULL until the record says which ran */
	struct disk_track *track;
	struct unit_profile profile;
	char **without;
	GPtrArray *recorded, *found; /* of char *: "MONITOR REQUIREMENT TEXT" */
	gboolean over;		     /* the case's steps were done: they were told no more */
};

static char *finding_text(json_t *finding)
{
	return g_strdup_printf("%s %s %s", json_string_value(json_object_get(finding, "monitor")),
			       json_string_value(json_object_get(finding, "requirement")),
			       json_string_value(json_object_get(finding, "text")));
}

static void take_found(gpointer data, enum event_type type, json_t *json)
{
	struct findings_again *self = data;

	if (type == EVENT_FINDING)
		g_ptr_array_add(self->found, finding_text(json));
	json_decref(json);
}

static gboolean names(json_t *ids, const char *id)
{
	size_t i;
	json_t *known;

	json_array_foreach(ids, i, known) if (g_strcmp0(json_string_value(known), id) == 0) return TRUE;
	return FALSE;
}

/* Whether this monitor ran, and can be run on the record alone: keys and contents are not in it. */
static gboolean is_there(json_t *list, const struct monitor *monitor)
{
	json_t *entry;
	size_t i;

	json_array_foreach(list, i,
			   entry) if (g_strcmp0(json_string_value(json_object_get(entry, "name")), monitor->name) ==
				      0) return json_is_true(json_object_get(entry, "active")) &&
	    !(monitor->needs & ~RECORDED);
	return FALSE;
}

/* What the monitors did not speak for in spite of being there. */
static char **not_asked(json_t *list)
{
	g_autoptr(GStrvBuilder) ids = g_strv_builder_new();
	json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
	{
		const char *name = json_string_value(json_object_get(entry, "name"));
		const struct monitor *monitor = name ? monitor_by_name(name) : NULL;
		for (const char *const *id = monitor ? monitor->requirements : NULL; id && *id; id++)
			if (!names(json_object_get(entry, "requirements"), *id))
				g_strv_builder_add(ids, *id);
	}
	return g_strv_builder_end(ids);
}

/* They are opened as they were then. */
static void open_monitors(struct findings_again *self, json_t *json)
{
	g_autoptr(GPtrArray) again = g_ptr_array_new();
	guint shows = 0;

	self->without = not_asked(json_object_get(json, "monitors"));
	for (guint i = 0; monitors[i]; i++)
		if (is_there(json_object_get(json, "monitors"), monitors[i])) {
			g_ptr_array_add(again, (gpointer)monitors[i]);
			shows |= monitors[i]->needs;
		}
	g_ptr_array_add(again, NULL);
	self->track = disk_track_new();
	self->monitors = monitor_case_new(&(struct monitor_setup){ .monitors = (gconstpointer)again->pdata,
								   .without_requirements = self->without,
								   .shows = shows,
								   .observe = "the record",
								   .track = self->track,
								   .profile = self->profile,
								   .record = take_found,
								   .data = self });
}

static void take_finding(struct findings_again *self, json_t *json)
{
	const char *name = json_string_value(json_object_get(json, "monitor"));
	const struct monitor *monitor = name ? monitor_by_name(name) : NULL;

	if (monitor && !(monitor->needs & ~RECORDED))
		g_ptr_array_add(self->recorded, finding_text(json));
}

struct findings_again *findings_again_new(const struct unit_profile *profile)
{
	struct findings_again *self = g_new0(struct findings_again, 1);

	self->profile = *profile;
	self->recorded = g_ptr_array_new_with_free_func(g_free);
	self->found = g_ptr_array_new_with_free_func(g_free);
	return self;
}

void findings_again_free(struct findings_again *self)
{
	monitor_case_free(self->monitors);
	disk_track_free(self->track);
	g_strfreev(self->without);
	g_ptr_array_unref(self->recorded);
	g_ptr_array_unref(self->found);
	g_free(self);
}

static void take_json(struct findings_again *self, const struct event *event)
{
	json_t *json = event_json(event);

	if (event->type == EVENT_MONITORS && self->monitors)
		monitor_case_lose(self->monitors, OBSERVE_LINES, "lost");
	else if (event->type == EVENT_MONITORS)
		open_monitors(self, json);
	else
		take_finding(self, json);
	json_decref(json);
}

static void take_disk(struct findings_again *self, const struct event *event)
{
	struct disk_seen seen;

	if (event->length < sizeof seen)
		return;
	memcpy(&seen, event->data, sizeof seen);
	disk_track_event(self->track, event->time_ns, &seen);
}

void findings_again_event(struct findings_again *self, const struct event *event)
{
	if (event->type == EVENT_MONITORS || event->type == EVENT_FINDING)
		take_json(self, event);
	if (self->track && event->type == EVENT_DISK)
		take_disk(self, event);
	if (!self->monitors || self->over)
		return;
	self->over = event->type == EVENT_JUDGED;
	if (self->over)
		monitor_case_end(self->monitors);
	else
		monitor_case_event(self->monitors, event);
}

char *findings_again_difference(const struct findings_again *self)
{
	for (guint i = 0; i < MAX(self->recorded->len, self->found->len); i++) {
		const char *recorded = i < self->recorded->len ? self->recorded->pdata[i] : "nothing";
		const char *found = i < self->found->len ? self->found->pdata[i] : "nothing";
		if (!g_str_equal(recorded, found))
			return g_strdup_printf("a monitor had found %s, and finds %s in the record", recorded, found);
	}
	return NULL;
}

guint findings_again_count(const struct findings_again *self)
{
	return MIN(self->recorded->len, self->found->len);
}
