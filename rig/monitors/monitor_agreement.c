/* SPDX-License-Identifier: Apache-2.0 */
/* What the unit says of an erase it says alike wherever it says it: panel, status, console, erase report, log. */
#include "monitors.h"
#include "rig/protocol.h"
#include <stdio.h>
#include <string.h>

#define PERSISTS_NS (200 * NS_PER_MS) /* a contradiction that lasts so long is none of two changes in a row */
#define LOG_WHOLE_BYTES 900	      /* a longer answer may not hold the last lines */

struct agreement {
	const struct monitor_view *view;
	gint64 differs_ns; /* since when panel and status contradict each other; -1: they do not */
	gint64 ready_ns;   /* since when the unit is ready, as it says; -1: it is not */
	gboolean told_panel;
	gboolean complete_reported; /* of the last erase, and nothing was asked for since that erases */
	gboolean triggered;	    /* something was */
	gboolean log_faulty;	    /* the memory fails by intent: the log may have gaps */
	GPtrArray *said;	    /* lines of this start that the log holds, too */
	GHashTable *ready_texts;    /* set: what the panel has shown while the unit was ready */
};

static const char *const logged[] = { "start ",	      "self-test ",	     "erase begins", "erase ends",
				      "erase failed", "license invalidated", "key generated" };

static gpointer agreement_open(const struct monitor_view *view)
{
	struct agreement *self = g_new0(struct agreement, 1);

	self->view = view;
	self->differs_ns = self->ready_ns = -1;
	self->said = g_ptr_array_new_with_free_func(g_free);
	self->ready_texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return self;
}

static void agreement_close(gpointer data)
{
	struct agreement *self = data;

	g_ptr_array_unref(self->said);
	g_hash_table_unref(self->ready_texts);
	g_free(self);
}

/* ---- panel and status */

/* Once the unit has been ready for a moment, what the panel shows belongs to that. */
static void note_ready_text(struct agreement *self, gboolean ready)
{
	const struct unit_watch *watch = self->view->watch;

	if (!ready || watch->shows_erasing)
		self->ready_ns = -1;
	else if (self->ready_ns < 0)
		self->ready_ns = watch->now_ns;
	else if (watch->now_ns - self->ready_ns >= PERSISTS_NS)
		g_hash_table_add(self->ready_texts, g_strdup(watch->panel));
}

static void compare_panel(struct agreement *self)
{
	const struct unit_watch *watch = self->view->watch;
	gboolean erasing = watch->status.unit == UNIT_ERASING, ready = watch->status.unit == UNIT_READY;

	if (!watch->panel || !*watch->panel)
		return;
	/* A text that says neither is no contradiction: that the erasing message is missing others find. */
	gboolean differs =
	    watch->shows_erasing ? ready : erasing && g_hash_table_contains(self->ready_texts, watch->panel);
	note_ready_text(self, ready);
	if (erasing || watch->shows_erasing)
		monitor_judged(self->view, "EVI-01");
	if (!differs || watch->panel_ns > self->differs_ns)
		self->differs_ns = -1;
	if (!differs) {
		self->told_panel = FALSE;
		return;
	}
	if (self->differs_ns < 0)
		self->differs_ns = watch->now_ns;
	if (self->told_panel || watch->now_ns - self->differs_ns < PERSISTS_NS)
		return;
	self->told_panel = TRUE;
	monitor_find(self->view, "EVI-01", "the status says that the unit %s while the panel shows \"%s\"",
		     ready ? "is ready" : "erases", watch->panel);
}

/* ---- erase report */

static const char *outcome_wrong(const struct agreement *self, const char *outcome)
{
	const struct unit_watch *watch = self->view->watch;
	const struct erase_seen *erase = &watch->erase;
	gboolean complete = g_strcmp0(outcome, "complete") == 0;

	if (erase->phase == ERASE_GOING && watch->shows_erasing && complete &&
	    watch->now_ns > erase->began_ns + PERSISTS_NS)
		return "the panel shows the erasing message, and the console has not said that it ends";
	if (erase->phase == ERASE_CUT && complete && !unit_erase_was_over(watch))
		return "the power went off during the erase, and it did not go on since";
	if (erase->phase == ERASE_BROKEN && complete)
		return "the console said that it failed";
	if (erase->phase == ERASE_DONE && !self->triggered && !complete)
		return "the unit said that it is complete";
	return NULL;
}

static void compare_report(struct agreement *self, json_t *answer)
{
	const struct erase_seen *erase = &self->view->watch->erase;
	const char *outcome = json_string_value(json_object_get(answer, "outcome"));
	const char *wrong = outcome_wrong(self, outcome);
	guint mode = (guint)json_integer_value(json_object_get(answer, "mode"));
	guint passes = (guint)json_integer_value(json_object_get(answer, "passes"));

	if (!erase->number || !outcome)
		return;
	/* That an interrupted erase is complete nobody may say before it is. */
	const char *id = erase->cuts && g_str_equal(outcome, "complete") ? "PWR-03" : "EVI-01";
	monitor_judged(self->view, id);
	if (wrong)
		monitor_find(self->view, id, "the erase report says \"%s\", but %s", outcome, wrong);
	if (erase->phase != ERASE_DONE || self->triggered)
		return;
	if (mode != erase->mode)
		monitor_find(self->view, "EVI-01", "the erase report says mode %u, the console said mode %u", mode,
			     erase->mode);
	if (g_str_equal(outcome, "complete") && passes != erase_passes(erase->mode))
		monitor_find(self->view, "EVI-01", "the erase report of a complete erase in mode %u says %u passes",
			     erase->mode, passes);
	self->complete_reported = g_str_equal(outcome, "complete");
}

/* ---- log */

/* Every line that the console said since this start, and no log may lack, is in the log in the same order. */
static void compare_lines(struct agreement *self, char **lines)
{
	char **at = lines;

	monitor_judged(self->view, "EVI-01");
	for (guint i = 0; i < self->said->len; i++) {
		const char *said = g_ptr_array_index(self->said, i);
		while (*at && g_strcmp0(strchr(*at, ' ') ? strchr(*at, ' ') + 1 : "", said))
			at++;
		if (!*at) {
			monitor_find(self->view, "EVI-01",
				     "the console said \"%s\", the log does not, or at another place", said);
			return;
		}
		at++;
	}
}

static void compare_log(struct agreement *self, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	const char *start = self->said->len ? g_ptr_array_index(self->said, 0) : NULL;
	char **from = NULL;

	if (!start || self->log_faulty || strlen(text) >= LOG_WHOLE_BYTES)
		return;
	for (char **line = lines; *line; line++) {
		const char *space = strchr(*line, ' ');
		if (space && g_str_equal(space + 1, start))
			from = line;
	}
	if (from)
		compare_lines(self, from);
}

static void agreement_line(gpointer data, const char *line)
{
	struct agreement *self = data;

	if (g_str_has_prefix(line, "start "))
		g_ptr_array_set_size(self->said, 0);
	else if (!self->said->len)
		return;
	if (g_str_has_prefix(line, "license registration: accepted"))
		self->triggered = TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(logged); i++)
		if (g_str_has_prefix(line, logged[i])) {
			g_ptr_array_add(self->said, g_strdup(line));
			return;
		}
}

/* ---- events */

static void take_call(struct agreement *self, json_t *call)
{
	static const char *const triggers[] = { "key.regenerate", "licence.invalidate", NULL };
	const char *operation = json_string_value(json_object_get(call, "operation"));
	json_t *answer = json_object_get(call, "answer");

	if (!operation || !json_is_object(answer))
		return;
	if (g_str_equal(operation, "erase.report"))
		compare_report(self, answer);
	else if (g_str_equal(operation, "log.read"))
		compare_log(self, json_string_value(json_object_get(answer, "value")) ?: "");
	else if (g_strv_contains(triggers, operation))
		self->triggered = TRUE;
}

static void take_bench(struct agreement *self, json_t *bench)
{
	const char *line = json_string_value(json_object_get(bench, "line")) ?: "";

	self->triggered = TRUE; /* what that leads to nobody has written down */
	self->log_faulty |= g_str_has_prefix(line, "nvram.");
}

static void agreement_event(gpointer data, const struct event *event)
{
	if (event->type != EVENT_CALL && event->type != EVENT_BENCH)
		return;
	json_t *json = event_json(event);
	if (event->type == EVENT_CALL)
		take_call(data, json);
	else
		take_bench(data, json);
	json_decref(json);
}

static void begun(struct agreement *self)
{
	const struct unit_watch *watch = self->view->watch;

	if (self->complete_reported && !self->triggered && watch->licence != LICENCE_PENDING)
		monitor_find(
		    self->view, "EVI-01",
		    "the erase report said that the last erase is complete, and nothing has asked for another, "
		    "but the unit erases again");
	self->complete_reported = FALSE;
}

static void agreement_moment(gpointer data, enum moment moment)
{
	struct agreement *self = data;

	if (moment == MOMENT_STATUS)
		compare_panel(self);
	if (moment == MOMENT_BEGUN)
		begun(self);
	if (moment == MOMENT_CLAIMED || moment == MOMENT_SWAPPED)
		self->triggered = moment == MOMENT_SWAPPED;
	if (moment == MOMENT_POWER_ON || moment == MOMENT_POWER_OFF)
		self->differs_ns = self->ready_ns = -1;
}

static const char *const requirements[] = { "EVI-01", "PWR-03", NULL };

const struct monitor agreement_monitor = {
	.name = "agreement",
	.summary = "Panel, status, console, erase report and log do not contradict each other",
	.requirements = requirements,
	.open = agreement_open,
	.event = agreement_event,
	.moment = agreement_moment,
	.line = agreement_line,
	.close = agreement_close,
};
