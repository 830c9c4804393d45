/* SPDX-License-Identifier: Apache-2.0 */
/* What a slot records: what its instruments and steps say, and what is observed of the unit. */
#include "redact.h"
#include "slot_internal.h"

void slot_hide(struct slot *slot, const char *secret)
{
	if (*secret)
		g_ptr_array_add(slot->secrets, g_strdup(secret));
}

char *slot_redacted(const struct slot *slot, const char *text)
{
	gsize length = text ? strlen(text) + 1 : 0;
	guint8 *copy = redact(slot->secrets, 0, text, &length);

	return copy ? (char *)copy : g_strdup(text);
}

/* What was observed between two looks at the clock has its own time; in the record time never goes back. */
static void record_at(struct slot *slot, gint64 time_ns, struct event *event)
{
	slot_console_look(slot);
	event->case_no = slot->setup->case_no;
	event->time_ns = slot->recorded_ns = MAX(slot->recorded_ns, time_ns);
	if (slot->setup->spool && !slot->spool_error && !spool_append(slot->setup->spool, event, &slot->spool_error))
		g_prefix_error(&slot->spool_error, "recording an event: ");
	if (slot->watcher.event)
		slot->watcher.event(slot->watcher.data, event);
	slot_lines_event(slot, event);
}

static void record_redacted(struct slot *slot, gint64 time_ns, struct event *event)
{
	g_autofree guint8 *redacted = redact(slot->secrets, event->type, event->data, &event->length);

	if (redacted) {
		event->data = redacted;
		event->json = NULL;
	}
	record_at(slot, time_ns, event);
}

void slot_record(struct slot *slot, enum event_type type, const void *data, gsize length)
{
	struct event event = { .type = type, .data = data, .length = length };

	record_redacted(slot, slot_now(slot), &event);
}

gboolean slot_visit_record(const struct slot *slot, spool_visitor visitor, gpointer data, GError **error)
{
	g_assert(slot->setup->spool); /* a slot with steps has one */
	return spool_visit(spool_path(slot->setup->spool), visitor, data, NULL, error);
}

void slot_checkpoint(struct slot *slot)
{
	if (slot->setup->spool && slot->setup->config->unit != UNIT_EMULATED && !slot->spool_error &&
	    !spool_sync(slot->setup->spool, &slot->spool_error))
		g_prefix_error(&slot->spool_error, "syncing the spool: ");
}

static void record_json_at(struct slot *slot, gint64 time_ns, enum event_type type, json_t *json)
{
	g_autofree char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	struct event event = { .type = type, .data = text, .length = strlen(text), .json = json };

	record_redacted(slot, time_ns, &event);
	json_decref(json);
}

void slot_record_json(struct slot *slot, enum event_type type, json_t *json)
{
	record_json_at(slot, slot_now(slot), type, json);
}

/* No text is in it that could be a secret. */
static void seen_disk(gpointer data, gint64 at_ns, const struct disk_seen *seen, const guint64 *samples)
{
	struct slot *slot = data;
	struct event event = { .type = EVENT_DISK };

	if (!slot->track || slot->over)
		return;
	g_byte_array_set_size(slot->seen, 0);
	g_byte_array_append(slot->seen, (const guint8 *)seen, sizeof *seen);
	g_byte_array_append(slot->seen, (const guint8 *)samples, seen->samples * (guint)sizeof *samples);
	event.data = slot->seen->data;
	event.length = slot->seen->len;
	disk_track_event(slot->track, at_ns, seen);
	record_at(slot, at_ns, &event);
}

/* A licence key in it would be one. */
static void seen_bytes(gpointer data, gint64 at_ns, const struct disk_part *part, const guint8 *bytes, gsize length)
{
	struct slot *slot = data;
	struct event event = { .type = EVENT_DISK_BYTES };

	if (!slot->track || slot->over)
		return;
	g_byte_array_set_size(slot->seen, 0);
	g_byte_array_append(slot->seen, (const guint8 *)part, sizeof *part);
	g_byte_array_append(slot->seen, bytes, (guint)length);
	event.data = slot->seen->data;
	event.length = slot->seen->len;
	record_redacted(slot, at_ns, &event);
}

static void seen_panel(gpointer data, gint64 at_ns, const char *text)
{
	struct slot *slot = data;
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	if (slot->shows & OBSERVE_PANEL && !slot->over)
		record_json_at(slot, at_ns, EVENT_SHOWN, json_pack("{s:s}", "text", valid));
}

static void seen_key(gpointer data, gint64 at_ns, const guint8 *key, gsize length)
{
	struct slot *slot = data;

	(void)at_ns;
	if (slot->watcher.key && slot->shows & OBSERVE_KEY)
		slot->watcher.key(slot->watcher.data, key, length);
}

static void record_lines(gpointer data, const void *bytes, gsize length)
{
	slot_record(data, EVENT_LINES, bytes, length);
}

/* What each kind of slot lets the rig look at, whatever its instruments could. */
static const struct {
	const char *observe;
	guint shows;
} observe_masks[] = {
	{ "inline", OBSERVE_REQUESTS | OBSERVE_CONTENT | OBSERVE_PANEL | OBSERVE_KEY | OBSERVE_MEMORY },
	{ "snapshot", OBSERVE_CONTENT },
	{ "reported", 0 },
	{ "none", 0 },
};

static guint shows(const struct slot *slot)
{
	const struct instrument *disk = &slot->instruments[ROLE_DISK], *clock = &slot->instruments[ROLE_CLOCK];
	guint given = disk->driver ? disk->driver->ops.disk->shows(disk->self) : 0;
	const struct driver *logic = slot->instruments[ROLE_LOGIC].driver;
	guint wires = slot->instruments[ROLE_CONSOLE].driver ? OBSERVE_CONSOLE : 0;

	if (logic && (logic->ops.logic->read || clock->driver->ops.clock->observe))
		wires |= OBSERVE_LINES;

	if (!clock->driver->ops.clock->observe)
		given &= ~(guint)(OBSERVE_REQUESTS | OBSERVE_PANEL | OBSERVE_KEY);
	for (guint i = 0; i < G_N_ELEMENTS(observe_masks); i++)
		if (g_strcmp0(observe_masks[i].observe, slot->setup->config->observe) == 0)
			return wires | (given & observe_masks[i].shows);
	return wires;
}

void slot_start_observing(struct slot *slot)
{
	const struct instrument *clock = &slot->instruments[ROLE_CLOCK];
	struct observer observer = { .disk = seen_disk, .panel = seen_panel, .key = seen_key, .data = slot };

	slot->shows = shows(slot);
	if (slot->shows & OBSERVE_LINES && slot->instruments[ROLE_LOGIC].driver->ops.logic->read) {
		observer.line = slot->analyzer ? slot_samples_seen : NULL;
		observer.sent = slot->analyzer ? slot_samples_sent : NULL;
		slot_samples_open(slot, record_lines);
	} else if (slot->shows & OBSERVE_LINES) {
		observer.line = slot_lines_seen;
		observer.sent = slot_lines_sent;
		slot_lines_open(slot, record_lines);
	}
	if (slot->shows & OBSERVE_REQUESTS)
		slot->track = disk_track_new();
	observer.bytes_max = (guint64)slot->setup->config->record_mb << 20;
	observer.bytes = slot->track && observer.bytes_max ? seen_bytes : NULL;
	if (clock->driver->ops.clock->observe &&
	    slot->shows & (OBSERVE_REQUESTS | OBSERVE_PANEL | OBSERVE_KEY | OBSERVE_LINES))
		clock->driver->ops.clock->observe(clock->self, &observer);
}

guint slot_shows(const struct slot *slot)
{
	return slot->shows;
}

const struct disk_track *slot_track(const struct slot *slot)
{
	return slot->track;
}

struct disk_track *slot_observed_track(struct slot *slot)
{
	return slot->track;
}

void slot_watch(struct slot *slot, const struct slot_watcher *watcher)
{
	slot->watcher = watcher ? *watcher : (struct slot_watcher){ NULL };
}

gboolean slot_settle(struct slot *slot, GError **error)
{
	const struct instrument *clock = &slot->instruments[ROLE_CLOCK];

	if (!clock->driver->ops.clock->observe)
		return TRUE;
	return clock->driver->ops.clock->advance(clock->self, slot_now(slot), error);
}
