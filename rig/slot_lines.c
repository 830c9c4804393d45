/* SPDX-License-Identifier: Apache-2.0 */
/* What a slot's logic analyzer sees on its way to the record: lines are kept around what happens. */
#include "lines.h"
#include "slot_internal.h"

#define LAST_LOOK_NS NS_PER_MS

void slot_lines_open(struct slot *slot, void (*emit)(gpointer data, const void *bytes, gsize length))
{
	const struct instrument *logic = &slot->instruments[ROLE_LOGIC];
	const struct logic_ops *ops = logic->driver->ops.logic;
	const struct line_capture_setup setup = {
		.lines = (guint8)ops->lines(logic->self),
		.rate_hz = ops->rate_hz(logic->self),
		.tick = LINES_TICK_NS,
		.byte_ns = CONSOLE_BYTE_NS,
		.emit = emit,
		.data = slot,
	};

	slot->capture = line_capture_new(&setup);
	slot->wired = setup.lines;
	slot->levels = 1u << LINE_CONSOLE_TX;
	slot->power_edge_ns = LINE_NO_EDGE;
}

void slot_lines_seen(gpointer data, gint64 at_ns, guint line, gboolean level)
{
	struct slot *slot = data;
	const guint8 bit = (guint8)(1u << line);

	if (!(slot->wired & bit) || (slot->levels & bit) == (level ? bit : 0))
		return;
	slot->levels ^= bit;
	line_capture_levels(slot->capture, (guint64)at_ns, slot->levels);
	if (line != LINE_MAIN_POWER)
		return;
	slot_power_edge(slot, at_ns);
	line_capture_trigger(slot->capture, at_ns, level ? CAPTURE_START_NS : CAPTURE_AROUND_NS, LINES_POWER);
}

void slot_lines_sent(gpointer data, gint64 at_ns, guint8 byte)
{
	struct slot *slot = data;

	if (slot->wired & 1u << LINE_CONSOLE_TX)
		line_capture_sent(slot->capture, (guint64)at_ns, byte);
}

static gboolean is_bad_step(const struct event *event)
{
	json_t *json = event_json(event);
	const char *verdict = json_string_value(json_object_get(json, "verdict"));
	gboolean bad = g_strcmp0(verdict, "fail") == 0 || g_strcmp0(verdict, "error") == 0;

	json_decref(json);
	return bad;
}

static gboolean reads_on(const struct event *event)
{
	json_t *json = event_json(event);
	gboolean on = json_is_true(json_object_get(json, "main"));

	json_decref(json);
	return on;
}

/* What an event makes worth keeping: a set of enum event_lines_why. */
static enum event_lines_why reason(const struct slot *slot, const struct event *event)
{
	switch (event->type) {
	case EVENT_POWER:
		return LINES_POWER;
	case EVENT_SHOWN:
		return LINES_PANEL;
	case EVENT_PANEL: /* when it was read: worth something only where it is not watched */
		return slot->shows & OBSERVE_PANEL ? 0 : LINES_PANEL;
	case EVENT_FINDING:
		return LINES_FAILURE;
	case EVENT_STEP_END:
		return is_bad_step(event) ? LINES_FAILURE : 0;
	default:
		return 0;
	}
}

void slot_lines_event(struct slot *slot, const struct event *event)
{
	if (!slot->capture || event->type == EVENT_LINES)
		return;
	if (event->type == EVENT_POWER)
		slot_power_read(slot, event->time_ns, reads_on(event));
	enum event_lines_why why = reason(slot, event);
	if (slot->samples) {
		if (why)
			slot_samples_trigger(slot, event->time_ns, why);
		if (event->type == EVENT_STEP_END)
			line_capture_flush(slot->capture);
		return;
	}
	line_capture_reached(slot->capture, (guint64)event->time_ns);
	if (why)
		line_capture_trigger(slot->capture, event->time_ns, CAPTURE_AROUND_NS, why);
	if (event->type == EVENT_STEP_END)
		line_capture_flush(slot->capture);
}

/* On a virtual clock; a real one goes on by itself. */
static gboolean look_once_more(struct slot *slot)
{
	const struct instrument *clock = &slot->instruments[ROLE_CLOCK];
	gint64 end_ns = slot_now(slot) + LAST_LOOK_NS;

	while (slot_now(slot) < end_ns)
		if (!clock->driver->ops.clock->advance(clock->self, end_ns, NULL))
			return FALSE;
	return TRUE;
}

gboolean slot_lines_close(struct slot *slot, GError **error)
{
	slot_samples_unmark(slot);
	if (!slot->capture)
		return TRUE;
	/* The lines after the power was turned off; the rest of what is seen belongs to no step. */
	slot->over = TRUE;
	if (!look_once_more(slot))
		slot_record_json(slot, EVENT_NOTE,
				 json_pack("{s:s}", "text", "the lines at the end could not be read"));
	if (slot->samples && !slot_hear_analyzer(slot, NULL))
		slot_record_json(slot, EVENT_NOTE,
				 json_pack("{s:s}", "text", "the logic analyzer was gone at the end"));
	if (!slot->capture)
		return TRUE;
	gboolean good = slot_power_check(slot, TRUE, error);
	if (!slot->samples)
		line_capture_reached(slot->capture, (guint64)slot_now(slot));
	line_capture_end(slot->capture);
	g_clear_pointer(&slot->capture, line_capture_free);
	return good;
}
