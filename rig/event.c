/* SPDX-License-Identifier: Apache-2.0 */
#include "event.h"

static const struct {
	enum event_type type;
	const char *name;
} names[] = {
	{ EVENT_RUN_BEGIN, "run-begin" },
	{ EVENT_CASE_BEGIN, "case-begin" },
	{ EVENT_STEP_BEGIN, "step-begin" },
	{ EVENT_STEP_END, "step-end" },
	{ EVENT_CASE_END, "case-end" },
	{ EVENT_RUN_END, "run-end" },
	{ EVENT_NOTE, "note" },
	{ EVENT_POWER, "power" },
	{ EVENT_SWITCH, "switch" },
	{ EVENT_PANEL, "panel" },
	{ EVENT_MEASURE, "measure" },
	{ EVENT_SHOWN, "shown" },
	{ EVENT_MONITORS, "monitors" },
	{ EVENT_FINDING, "finding" },
	{ EVENT_JUDGED, "judged" },
	{ EVENT_BENCH, "bench" },
	{ EVENT_CALL, "call" },
	{ EVENT_STATUS, "status" },
	{ EVENT_MARKER, "marker" },
	{ EVENT_CONSOLE_GAP, "console-gap" },
	{ EVENT_URB, "urb" },
	{ EVENT_CONSOLE_RX, "console-rx" },
	{ EVENT_CONSOLE_TX, "console-tx" },
	{ EVENT_DISK, "disk" },
	{ EVENT_LINES, "lines" },
	{ EVENT_DISK_BYTES, "disk-bytes" },
};

static const char *const line_names[LINES] = {
	[LINE_MAIN_POWER] = "main_power",
	[LINE_GOOD_5V] = "good_5v",
	[LINE_RESET] = "reset",
	[LINE_DISK_BUSY] = "disk_busy",
	[LINE_ERASE_ACTIVE] = "erase_active",
	[LINE_PANEL_SWITCH] = "panel_switch",
	[LINE_CONSOLE_TX] = "console_tx",
	[LINE_MARKER] = "marker",
};

const char *event_type_name(enum event_type type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (names[i].type == type)
			return names[i].name;
	return NULL;
}

const char *event_line_name(guint line)
{
	return line < LINES ? line_names[line] : NULL;
}

gboolean event_is_json(enum event_type type)
{
	return type > 0 && type < EVENT_URB;
}

json_t *event_json(const struct event *event)
{
	if (event->json)
		return json_incref(event->json);
	if (!event_is_json(event->type) || !event->length)
		return NULL;
	/* What a controller prints may hold a NUL; it is shown, not a reason to lose the event. */
	json_t *value = json_loadb(event->data, event->length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

	if (json_is_object(value))
		return value;
	json_decref(value);
	return NULL;
}
