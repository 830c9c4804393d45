/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A logic analyzer that samples: what it saw comes later than what it is about, so triggers wait until it has reached
 * them. At an emulated board something stands in for the analyzer, and is fed here with the board's lines.
 */
#include "lines.h"
#include "slot_internal.h"

#define LAST_WORDS_MS 20 /* of real time: nothing came, so nothing is on its way */

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

static struct event_lines clock_of(struct slot *slot, gint64 *error_ns)
{
	const struct logic_ops *ops = logic_of(slot);
	gpointer self = slot->instruments[ROLE_LOGIC].self;
	struct event_lines head = { .rate_hz = ops->rate_hz(self) };

	head.tick = (guint64)(((unsigned __int128)NS_PER_S << 32) / head.rate_hz);
	ops->when(self, &head.origin_ns, error_ns);
	return head;
}

void slot_samples_open(struct slot *slot, void (*emit)(gpointer data, const void *bytes, gsize length))
{
	gint64 error_ns;
	const struct event_lines clock = clock_of(slot, &error_ns);
	const struct line_capture_setup setup = {
		.lines = (guint8)logic_of(slot)->lines(slot->instruments[ROLE_LOGIC].self),
		.rate_hz = clock.rate_hz,
		.tick = clock.tick,
		.origin_ns = clock.origin_ns,
		.emit = emit,
		.data = slot,
	};

	slot->samples = TRUE;
	slot->capture = line_capture_new(&setup);
	slot->wired = setup.lines;
	slot->levels = 1u << LINE_CONSOLE_TX;
}

void slot_samples_trigger(struct slot *slot, gint64 time_ns, enum event_lines_why why)
{
	const struct trigger trigger = { time_ns, why };

	g_array_append_val(slot->triggers, trigger);
}

/* The analyzer has come so far: so have the triggers. */
static void pull(struct slot *slot, guint64 sample)
{
	gint64 error_ns;
	const struct event_lines clock = clock_of(slot, &error_ns);
	const gint64 time_ns = lines_time(&clock, sample);
	guint done = 0;

	line_capture_error(slot->capture, error_ns);
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
	gint64 error_ns;

	pull(slot, sample);
	slot->levels = levels;
	line_capture_levels(slot->capture, sample, levels);
	if (!(changed & power))
		return;
	const struct event_lines clock = clock_of(slot, &error_ns);
	line_capture_trigger(slot->capture, lines_time(&clock, sample),
			     levels & power ? CAPTURE_START_NS : CAPTURE_AROUND_NS, LINES_POWER);
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
	while (slot->samples && behind)
		if (!read_once(slot, until_ns, LAST_WORDS_MS, &behind, error))
			return FALSE;
	return TRUE;
}
