/* SPDX-License-Identifier: Apache-2.0 */
#include "unit_watch_internal.h"
#include "rig/message.h"
#include "rig/protocol.h"
#include "rig/steps/steps.h"
#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 512

void unit_watch_init(struct unit_watch *watch, struct disk_track *track, const struct unit_profile *profile)
{
	*watch = (struct unit_watch){ .track = track,
				      .profile = *profile,
				      .said_ready_ns = -1,
				      .licence = UNIT_UNKNOWN,
				      .fresh = TRUE,
				      .serving_ns = -1,
				      .line = g_string_new(NULL),
				      .gaps = g_array_new(FALSE, FALSE, sizeof(struct console_gap)) };
	watch->status.at_ns = -1;
}

void unit_watch_clear(struct unit_watch *watch)
{
	g_string_free(watch->line, TRUE);
	g_array_unref(watch->gaps);
	g_free(watch->panel);
}

int choice_index(const char *const *choices, const char *text)
{
	for (int i = 0; text && choices[i]; i++)
		if (g_str_equal(choices[i], text))
			return i;
	return UNIT_UNKNOWN;
}

/* ---- power */

static void power_on(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	if (watch->on)
		return;
	watch->on = TRUE;
	watch->on_ns = watch->now_ns;
	watch->sessions++;
	watch->start_said = FALSE;
	watch->left = FALSE;
	watch->said_residual = FALSE;
	watch->said_ready_ns = -1;
	watch->status.at_ns = -1;
	unit_erase_starts(watch);
	unit_tell(watcher, MOMENT_POWER_ON);
}

static void power_off(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	if (!watch->on)
		return;
	unit_erase_serve(watch, watcher);
	watch->on = FALSE;
	watch->off_ns = watch->now_ns;
	unit_erase_cut(watch);
	unit_tell(watcher, MOMENT_POWER_OFF);
}

static void power_event(struct unit_watch *watch, json_t *json, const struct unit_watcher *watcher)
{
	if (json_is_true(json_object_get(json, "main")))
		power_on(watch, watcher);
	else
		power_off(watch, watcher);
}

/* ---- panel */

static void shown(struct unit_watch *watch, const char *text, const struct unit_watcher *watcher)
{
	gboolean erasing = g_str_equal(text, message_find("erasing")->text);

	g_free(watch->panel);
	watch->panel = g_strdup(text);
	watch->panel_ns = watch->now_ns;
	if (!*text)
		power_off(watch, watcher);
	else if (erasing && !watch->shows_erasing)
		unit_erase_shown(watch, watcher);
	else if (!erasing && watch->shows_erasing)
		unit_erase_gone(watch, watcher);
}

/* ---- console */

static void console_gap(struct unit_watch *watch, json_t *json)
{
	const struct console_gap gap = { json_integer_value(json_object_get(json, "from_ns")), G_MAXINT64 };

	if (json_is_true(json_object_get(json, "open")))
		g_array_append_val(watch->gaps, gap);
	else if (watch->gaps->len)
		g_array_index(watch->gaps, struct console_gap, watch->gaps->len - 1).to_ns = watch->now_ns + 1;
}

gint64 unit_console_late(const struct unit_watch *watch, gint64 said_ns)
{
	gint64 by_ns = said_ns + CONSOLE_LATE_NS;

	for (guint i = 0; i < watch->gaps->len; i++) {
		const struct console_gap *gap = &g_array_index(watch->gaps, struct console_gap, i);
		if (gap->from_ns < by_ns && by_ns < gap->to_ns)
			by_ns = gap->to_ns;
	}
	return by_ns;
}

gint64 unit_console_early(const struct unit_watch *watch, gint64 came_ns)
{
	for (guint i = watch->gaps->len; i-- > 0;) {
		const struct console_gap *gap = &g_array_index(watch->gaps, struct console_gap, i);
		if (gap->from_ns < came_ns && came_ns < gap->to_ns)
			return gap->from_ns - CONSOLE_LATE_NS;
	}
	return came_ns - CONSOLE_LATE_NS;
}

/* What the console has still to say about what was before that comes within CONSOLE_LATE_NS. */
static void serving(struct unit_watch *watch)
{
	if (watch->serving_ns < 0 && !watch->shows_erasing)
		watch->serving_ns = watch->now_ns;
}

static gboolean said_start(struct unit_watch *watch, const char *line, const struct unit_watcher *watcher)
{
	guint64 number;
	char licence[16];

	if (sscanf(line, "start %" G_GUINT64_FORMAT ", license %15s", &number, licence) != 2)
		return FALSE;
	/* What was said just before a cut comes after it. */
	if (!watch->sessions || watch->now_ns > unit_console_late(watch, watch->off_ns))
		power_on(watch, watcher);
	watch->start_said = watch->on;
	watch->starts = number;
	watch->licence = choice_index(licence_state_choices, licence);
	return TRUE;
}

static void ready(struct unit_watch *watch)
{
	if (watch->said_ready_ns < 0)
		watch->said_ready_ns = watch->now_ns;
	serving(watch);
}

static void said_ready(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	(void)watcher;
	if (watch->on && watch->start_said)
		ready(watch);
}

static void said_residual(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	watch->said_residual = TRUE;
	unit_erase_residual(watch);
	unit_tell(watcher, MOMENT_RESIDUAL);
}

static void said_residual_end(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	watch->said_residual = FALSE;
	unit_tell(watcher, MOMENT_RESIDUAL_ENDED);
}

static const struct {
	const char *prefix;
	void (*take)(struct unit_watch *watch, const struct unit_watcher *watcher);
} sayings[] = {
	{ "erase ends", unit_erase_ended },
	{ "erase failed", unit_erase_failed },
	{ "residual erase begins", said_residual },
	{ "residual erase ends", said_residual_end },
	{ "ready", said_ready },
};

static void take_line(struct unit_watch *watch, const char *line, const struct unit_watcher *watcher)
{
	guint mode, pass, passes;

	if (watcher->line)
		watcher->line(watcher->data, line);
	if (said_start(watch, line, watcher))
		return;
	if (sscanf(line, "erase begins: mode %u, pass %u of %u", &mode, &pass, &passes) == 3) {
		unit_erase_begun(watch, mode, pass, passes, watcher);
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(sayings); i++)
		if (g_str_has_prefix(line, sayings[i].prefix)) {
			sayings[i].take(watch, watcher);
			return;
		}
}

/* The line that a cut broke off and the first one of the next start may come as one. */
static const char *whole_line(const char *line)
{
	const char *start = strstr(line, "start ");
	guint64 number;
	char licence[16];

	if (start && sscanf(start, "start %" G_GUINT64_FORMAT ", license %15s", &number, licence) == 2)
		return start;
	return line;
}

static void console(struct unit_watch *watch, const struct event *event, const struct unit_watcher *watcher)
{
	const char *bytes = event->data;

	for (gsize i = 0; i < event->length; i++) {
		if (bytes[i] != '\n') {
			if (bytes[i] != '\r' && bytes[i] && watch->line->len < LINE_MAX_BYTES)
				g_string_append_c(watch->line, bytes[i]);
			continue;
		}
		g_autofree char *line = g_strdup(whole_line(watch->line->str));
		g_string_truncate(watch->line, 0);
		take_line(watch, line, watcher);
	}
}

/* ---- status, bench */

static int number_of(json_t *json, const char *key)
{
	json_t *value = json_object_get(json, key);

	return json_is_integer(value) ? (int)json_integer_value(value) : UNIT_UNKNOWN;
}

static int named(json_t *json, const char *key, const char *const *choices)
{
	json_t *value = json_object_get(json, key);

	return json_is_integer(value) ? (int)json_integer_value(value)
				      : choice_index(choices, json_string_value(value));
}

static void status(struct unit_watch *watch, json_t *json, const struct unit_watcher *watcher)
{
	watch->status.at_ns = watch->now_ns;
	watch->status.unit = named(json, "unit", unit_state_choices);
	watch->status.licence = named(json, "licence", licence_state_choices);
	watch->status.percent = number_of(json, "percent");
	watch->status.mode = number_of(json, "mode");
	watch->status.starts = (guint)json_integer_value(json_object_get(json, "starts"));
	unit_tell(watcher, MOMENT_STATUS);
	watch->licence = watch->status.licence;
	if (watch->status.unit == UNIT_READY)
		ready(watch);
}

/* What a part that was replaced knew of an erase is gone; another unit has its own. */
static void bench(struct unit_watch *watch, json_t *json, const struct unit_watcher *watcher)
{
	const char *line = json_string_value(json_object_get(json, "line")) ?: "", *to = strstr(line, "to=");
	struct erase_seen *erase = &watch->erase;

	if (g_str_has_prefix(line, "unit.swap") && to) {
		guint unit = (guint)(to[3] - '0');
		if (unit != watch->unit) {
			struct erase_seen here = *erase;
			*erase = watch->other_erase;
			watch->other_erase = here;
			watch->unit = unit;
		}
	} else if (g_str_has_prefix(line, "part.replace") || g_str_has_prefix(line, "part.restore")) {
		unit_erase_part_replaced(watch);
	} else
		return;
	watch->licence = UNIT_UNKNOWN;
	unit_tell(watcher, MOMENT_SWAPPED);
}

/* Operations that are served in every state say nothing about it. */
static void call(struct unit_watch *watch, json_t *json)
{
	static const char *const always[] = { "erase.report", "encryption.get", "selftest.get", "log.read", NULL };
	static const char *const erasing[] = { "data.delete", "document.delete", "job.end", NULL };
	const char *operation = json_string_value(json_object_get(json, "operation"));

	if (!operation || !json_is_object(json_object_get(json, "answer")))
		return;
	if (g_strv_contains(erasing, operation))
		unit_erase_called(watch);
	if (!g_strv_contains(always, operation))
		serving(watch);
}

/* ---- events */

const struct disk_seen *event_disk_seen(const struct event *event, const guint64 **samples)
{
	const struct disk_seen *seen = event->data;

	if (samples)
		*samples = (const guint64 *)(gconstpointer)(seen + 1);
	return seen;
}

static void disk(struct unit_watch *watch, const struct event *event, const struct unit_watcher *watcher)
{
	const struct disk_seen *seen = event_disk_seen(event, NULL);
	gboolean aborted = seen->flags & DISK_SEEN_ABORTED;

	if (seen->op == DISK_SEEN_SET_SIZE)
		power_on(watch, watcher);
	else if (aborted || (seen->op >= DISK_SEEN_LOST && seen->op <= DISK_SEEN_TORN))
		power_off(watch, watcher);
}

static void json_event(struct unit_watch *watch, const struct event *event, const struct unit_watcher *watcher)
{
	json_t *json = event_json(event);

	if (event->type == EVENT_POWER)
		power_event(watch, json, watcher);
	else if (event->type == EVENT_SHOWN)
		shown(watch, json_string_value(json_object_get(json, "text")) ?: "", watcher);
	else if (event->type == EVENT_STATUS)
		status(watch, json, watcher);
	else if (event->type == EVENT_BENCH)
		bench(watch, json, watcher);
	else if (event->type == EVENT_CONSOLE_GAP)
		console_gap(watch, json);
	else
		call(watch, json);
	json_decref(json);
}

void unit_watch_event(struct unit_watch *watch, const struct event *event, const struct unit_watcher *watcher)
{
	watch->now_ns = MAX(watch->now_ns, event->time_ns);
	if (watch->serving_ns >= 0 && watch->now_ns > unit_console_late(watch, watch->serving_ns))
		unit_erase_serve(watch, watcher);
	if (event->type == EVENT_DISK)
		disk(watch, event, watcher);
	else if (event->type == EVENT_CONSOLE_RX)
		console(watch, event, watcher);
	else if (event->type == EVENT_POWER || event->type == EVENT_SHOWN || event->type == EVENT_STATUS ||
		 event->type == EVENT_BENCH || event->type == EVENT_CALL || event->type == EVENT_CONSOLE_GAP)
		json_event(watch, event, watcher);
}

void unit_watch_end(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	unit_erase_serve(watch, watcher);
}
