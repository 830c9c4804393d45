/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A logic analyzer that samples: what it saw comes later than what it is about, so triggers wait until it has reached
 * them. At an emulated board something stands in for the analyzer, and is fed here with the board's lines.
 */
#include "lines.h"
#include "slot_internal.h"

#define CONSOLE_BITS 10			/* a byte: start, eight, stop */
#define LAST_WORDS_MS 20		/* of real time: nothing came, so nothing is on its way */
#define MARK_OFTEN_NS (100 * NS_PER_MS) /* in windows, as far as it is known where they will be */
#define MARK_SELDOM_NS NS_PER_S

struct trigger {
	gint64 time_ns;
	enum event_lines_why why;
};

static const struct analyzer_class *stand_in(const struct slot *slot)
{
	return slot->setup->catalogue->analyzer;
}

gboolean slot_logic_required(const struct slot *slot)
{
	g_autoptr(GError) absent = NULL;
	gboolean required = g_key_file_get_boolean(slot->setup->config->file, "logic", "required", &absent);

	return absent || required;
}

gboolean slot_samples_prepare(struct slot *slot, GError **error)
{
	const struct slot_config *config = slot->setup->config;
	const struct driver *logic = config->drivers[ROLE_LOGIC];

	slot->triggers = g_array_new(FALSE, FALSE, sizeof(struct trigger));
	if (config->unit != UNIT_EMULATED || !logic || !logic->ops.logic->read ||
	    g_key_file_has_key(config->file, "logic", "conn", NULL))
		return TRUE;
	slot->analyzer = stand_in(slot)->create(config->file, error);
	return slot->analyzer != NULL;
}

void slot_samples_free(struct slot *slot)
{
	if (slot->analyzer)
		stand_in(slot)->destroy(slot->analyzer);
	if (slot->triggers)
		g_array_unref(slot->triggers);
	line_clock_free(slot->clock);
}

/* --- the board's lines, to what stands in --- */

void slot_samples_seen(gpointer data, gint64 at_ns, guint line, gboolean level)
{
	struct slot *slot = data;

	stand_in(slot)->line(slot->analyzer, at_ns, line, level);
}

void slot_samples_sent(gpointer data, gint64 at_ns, guint8 byte)
{
	struct slot *slot = data;

	stand_in(slot)->sent(slot->analyzer, at_ns, byte);
}

static void feed(struct slot *slot, gboolean all)
{
	if (slot->analyzer)
		stand_in(slot)->reached(slot->analyzer, slot_now(slot), all);
}

/* --- what the analyzer saw, to the capture --- */

static const struct logic_ops *logic_of(const struct slot *slot)
{
	return slot->instruments[ROLE_LOGIC].driver->ops.logic;
}

/* What is known of its clock, for samples from `from` to `to`. */
static void on_clock(gpointer data, guint64 from, guint64 to, struct event_lines *head)
{
	struct slot *slot = data;
	gint64 origin_ns, error_ns;

	logic_of(slot)->when(slot->instruments[ROLE_LOGIC].self, &origin_ns, &error_ns);
	line_clock_head(slot->clock, from, to, error_ns, head);
}

static gint64 time_of(struct slot *slot, guint64 sample)
{
	struct event_lines head = { 0 };

	on_clock(slot, sample, sample, &head);
	return lines_time(&head, sample);
}

/* --- marks --- */

static gboolean can_mark(const struct slot *slot)
{
	const struct driver *power = slot->instruments[ROLE_POWER].driver;

	return power && power->ops.power->mark && slot->wired & 1u << LINE_MARKER;
}

gint64 slot_samples_due(const struct slot *slot)
{
	return slot->samples ? slot->mark_ns : G_MAXINT64;
}

/* Without marks the analyzer's own clock counts. */
static void give_up_marking(struct slot *slot, const GError *failure)
{
	g_autofree char *text = g_strdup_printf("the logic analyzer's marker: %s", failure->message);

	slot->mark_ns = G_MAXINT64;
	slot_record_json(slot, EVENT_NOTE, json_pack("{s:s}", "text", text));
}

static void mark(struct slot *slot)
{
	const struct instrument *power = &slot->instruments[ROLE_POWER];
	gint64 before_ns = slot_now(slot), there_ns = 0, back_ns = 0;
	g_autoptr(GError) failure = NULL;

	if (!power->driver->ops.power->mark(power->self, !slot->marker, &failure)) {
		give_up_marking(slot, failure);
		return;
	}
	slot->marker = !slot->marker;
	if (slot->analyzer && stand_in(slot)->path)
		stand_in(slot)->path(slot->analyzer, &there_ns, &back_ns);
	/* Virtual time has stood still: the way is told of, in place of taken. */
	before_ns -= there_ns;
	const gint64 after_ns = slot_now(slot) + back_ns;
	line_clock_sent(slot->clock, before_ns, after_ns, slot->marker);
	slot_record_json(slot, EVENT_MARKER,
			 json_pack("{s:b, s:I, s:I}", "level", slot->marker, "before_ns", (json_int_t)before_ns,
				   "after_ns", (json_int_t)after_ns));
}

void slot_samples_mark(struct slot *slot)
{
	const gint64 now_ns = slot_now(slot);

	if (now_ns < slot_samples_due(slot))
		return;
	slot->mark_ns = now_ns + (now_ns < slot->marked_until_ns ? MARK_OFTEN_NS : MARK_SELDOM_NS);
	mark(slot);
}

/* A window will last until then. */
static void mark_often(struct slot *slot, gint64 until_ns)
{
	slot->marked_until_ns = MAX(slot->marked_until_ns, until_ns);
	if (slot->mark_ns != G_MAXINT64)
		slot->mark_ns = MIN(slot->mark_ns, slot_now(slot));
}

void slot_samples_unmark(struct slot *slot)
{
	const struct instrument *power = &slot->instruments[ROLE_POWER];

	/* Whatever becomes of it: who opens the slot next begins with it low. */
	gboolean low = slot->marker && power->driver->ops.power->mark(power->self, FALSE, NULL);

	if (low)
		slot->marker = FALSE;
}

/* --- its samples --- */

/* What a byte takes at the console's speed. */
static guint32 console_byte_ns(const struct slot *slot)
{
	const guint64 baud = g_key_file_get_uint64(slot->setup->config->file, "console", "baud", NULL);

	return baud ? (guint32)((CONSOLE_BITS * (guint64)NS_PER_S + baud / 2) / baud) : CONSOLE_BYTE_NS;
}

void slot_samples_open(struct slot *slot, void (*emit)(gpointer data, const void *bytes, gsize length))
{
	const struct instrument *logic = &slot->instruments[ROLE_LOGIC];
	const guint64 rate_hz = logic_of(slot)->rate_hz(logic->self);
	gint64 origin_ns, error_ns;
	struct event_lines head = { 0 };

	logic_of(slot)->when(logic->self, &origin_ns, &error_ns);
	slot->clock = line_clock_new(rate_hz, origin_ns);
	line_clock_head(slot->clock, 0, 0, error_ns, &head);
	const struct line_capture_setup setup = {
		.lines = (guint8)logic_of(slot)->lines(logic->self),
		.rate_hz = rate_hz,
		.byte_ns = console_byte_ns(slot),
		.edges = TRUE,
		.tick = head.tick,
		.origin_ns = head.origin_ns,
		.emit = emit,
		.clock = on_clock,
		.data = slot,
	};
	slot->samples = TRUE;
	slot->capture = line_capture_new(&setup);
	slot->wired = setup.lines;
	slot->levels = 1u << LINE_CONSOLE_TX;
	slot->power_edge_ns = LINE_NO_EDGE;
	slot->mark_ns = can_mark(slot) ? slot_now(slot) : G_MAXINT64;
	slot->marked_until_ns = slot_now(slot) + CAPTURE_WHOLE_NS;
}

void slot_samples_trigger(struct slot *slot, gint64 time_ns, enum event_lines_why why)
{
	const struct trigger trigger = { time_ns, why };

	g_array_append_val(slot->triggers, trigger);
	mark_often(slot, time_ns + CAPTURE_AROUND_NS);
}

/* The analyzer has come so far: so have the triggers. */
static void pull(struct slot *slot, guint64 sample)
{
	const gint64 time_ns = slot->reached_ns = time_of(slot, sample);
	guint done = 0;

	for (; done < slot->triggers->len; done++) {
		const struct trigger *trigger = &g_array_index(slot->triggers, struct trigger, done);
		if (trigger->time_ns > time_ns)
			break;
		line_capture_trigger(slot->capture, trigger->time_ns, CAPTURE_AROUND_NS, trigger->why);
	}
	if (done)
		g_array_remove_range(slot->triggers, 0, done);
}

static void on_levels(gpointer data, guint64 sample, guint8 levels)
{
	struct slot *slot = data;
	const guint8 power = 1u << LINE_MAIN_POWER, changed = slot->levels ^ levels;

	pull(slot, sample);
	if (changed & 1u << LINE_MARKER)
		line_clock_seen(slot->clock, sample, levels >> LINE_MARKER & 1);
	slot->levels = levels;
	line_capture_levels(slot->capture, sample, levels);
	if (!(changed & power))
		return;
	const gint64 time_ns = time_of(slot, sample), after_ns = levels & power ? CAPTURE_START_NS : CAPTURE_AROUND_NS;
	slot_power_edge(slot, time_ns);
	line_capture_trigger(slot->capture, time_ns, after_ns, LINES_POWER);
	mark_often(slot, time_ns + after_ns);
}

static void on_reached(gpointer data, guint64 sample)
{
	struct slot *slot = data;

	pull(slot, sample);
	line_capture_reached(slot->capture, sample);
}

/* Nobody knows what happened there: the window ends before it. */
static void on_lost(gpointer data, guint64 sample, guint64 count)
{
	struct slot *slot = data;
	g_autofree char *text =
	    g_strdup_printf("the rig read too slowly: %" G_GUINT64_FORMAT
			    " samples of the logic analyzer, from number %" G_GUINT64_FORMAT " on, are lost",
			    count, sample);

	line_capture_end(slot->capture);
	slot_record_json(slot, EVENT_NOTE, json_pack("{s:s}", "text", text));
}

/* Nothing more comes. What was seen until then stays. */
static gboolean lose(struct slot *slot, GError *failure, GError **error)
{
	gboolean required = slot_logic_required(slot);

	slot->samples = FALSE;
	slot->shows &= ~(guint)OBSERVE_LINES;
	line_capture_end(slot->capture);
	g_clear_pointer(&slot->capture, line_capture_free);
	g_prefix_error(&failure, "the slot's logic analyzer: ");
	slot_record_json(slot, EVENT_NOTE, json_pack("{s:s}", "text", failure->message));
	if (slot->watcher.lost)
		slot->watcher.lost(slot->watcher.data, OBSERVE_LINES, failure->message);
	if (required)
		g_propagate_error(error, failure);
	else
		g_error_free(failure);
	return !required;
}

static gboolean read_once(struct slot *slot, gint64 until_ns, guint wait_ms, gboolean *behind, GError **error)
{
	const struct logic_sink sink = { on_levels, on_reached, on_lost, slot };
	GError *failure = NULL;

	if (logic_of(slot)->read(slot->instruments[ROLE_LOGIC].self, &sink, until_ns, wait_ms, behind, &failure))
		return TRUE;
	*behind = FALSE;
	return lose(slot, failure, error);
}

gboolean slot_samples_read(struct slot *slot, GError **error)
{
	gboolean behind;

	if (!slot->samples)
		return TRUE;
	feed(slot, FALSE);
	return read_once(slot, slot_now(slot), 0, &behind, error);
}

gboolean slot_hear_analyzer(struct slot *slot, GError **error)
{
	const gint64 until_ns = slot_now(slot);
	gboolean behind = TRUE;

	if (slot->samples)
		feed(slot, TRUE);
	else if (slot->capture)
		line_capture_reached(slot->capture, (guint64)until_ns);
	while (slot->samples && behind)
		if (!read_once(slot, until_ns, LAST_WORDS_MS, &behind, error))
			return FALSE;
	if (slot->capture)
		line_capture_flush(slot->capture);
	return TRUE;
}
