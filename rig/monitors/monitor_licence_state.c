/* SPDX-License-Identifier: Apache-2.0 */
/* The licence changes by an accepted registration and the power-on after it, or by an invalidation; by nothing else. */
#include "monitors.h"
#include "rig/protocol.h"
#include "rig/steps/steps.h"
#include <string.h>

struct licence_state {
	const struct monitor_view *view;
	int state;				   /* as it was read last; UNIT_UNKNOWN */
	gboolean registered, invalidated, refused; /* since it was read to be what it is */
	guint registered_session;
	gboolean asked_in, asked_out; /* to register, to invalidate; no answer yet */
	guint settling_session;	      /* up to this one parts that were exchanged tell each other */
	/* A change that the console may still account for. */
	int from, to;
	gint64 changed_ns; /* -1: none */
	guint changed_session;
};

static gpointer licence_open(const struct monitor_view *view)
{
	struct licence_state *self = g_new0(struct licence_state, 1);

	self->view = view;
	self->state = UNIT_UNKNOWN;
	self->changed_ns = -1;
	return self;
}

static void find(struct licence_state *self, const char *requirement, const char *why)
{
	monitor_find(self->view, requirement, "the licence went from %s to %s %s", licence_state_choices[self->from],
		     licence_state_choices[self->to], why);
}

static void judge_change(struct licence_state *self)
{
	gboolean up = self->to > self->from;

	if (!up && !(self->to == LICENCE_NONE && self->invalidated))
		find(self, "LIC-12", "without an invalidation");
	else if (up && self->from == LICENCE_NONE && !self->registered)
		find(self, "LIC-12",
		     self->refused ? "although the registration was refused" : "without an accepted registration");
	else if (up && self->to == LICENCE_ACTIVE && self->registered &&
		 self->registered_session == self->changed_session)
		find(self, "LIC-06", "before the next power-on");
	else if (up && self->to == LICENCE_ACTIVE)
		monitor_judged(self->view, "LIC-06");
	if (!up)
		self->invalidated = FALSE;
	if (self->to == LICENCE_ACTIVE)
		self->registered = FALSE;
	self->refused = FALSE;
}

static void settle(struct licence_state *self, gboolean at_end)
{
	const struct unit_watch *watch = self->view->watch;

	if (self->changed_ns < 0 || (!at_end && watch->now_ns <= unit_console_late(watch, self->changed_ns)))
		return;
	self->changed_ns = -1;
	judge_change(self);
}

static void read_state(struct licence_state *self, int licence)
{
	const struct unit_watch *watch = self->view->watch;

	if (licence < LICENCE_NONE || licence > LICENCE_ACTIVE)
		return;
	if (self->state == UNIT_UNKNOWN || self->state == licence || watch->sessions <= self->settling_session) {
		if (self->state == licence && self->refused)
			monitor_judged(self->view, "LIC-12");
		self->refused = self->refused && self->state != licence;
		self->state = licence;
		return;
	}
	settle(self, TRUE);
	self->from = self->state;
	self->to = licence;
	self->state = licence;
	self->changed_ns = watch->now_ns;
	self->changed_session = watch->sessions;
}

static void register_it(struct licence_state *self)
{
	self->asked_in = FALSE;
	self->registered = TRUE;
	self->registered_session = self->view->watch->sessions;
}

/* The start line speaks of the state in which the unit starts; an activation may follow in the same start. */
static void licence_line(gpointer data, const char *line)
{
	struct licence_state *self = data;
	const char *at = g_str_has_prefix(line, "start ") ? strstr(line, ", license ") : NULL;

	if (at)
		read_state(self, choice_index(licence_state_choices, at + strlen(", license ")));
	else if (g_str_has_prefix(line, "license registration: accepted"))
		register_it(self);
	else if (g_str_has_prefix(line, "license registration: message"))
		self->refused = TRUE;
	else if (g_str_has_prefix(line, "license invalidated"))
		self->invalidated = TRUE;
}

static void take_call(struct licence_state *self, json_t *call)
{
	const char *operation = json_string_value(json_object_get(call, "operation"));
	json_t *answer = json_object_get(call, "answer");
	const char *outcome = json_string_value(json_object_get(answer, "outcome"));

	if (g_strcmp0(operation, "panel.register") == 0) {
		self->asked_in = FALSE;
		if (g_strcmp0(outcome, "accepted") == 0)
			register_it(self);
		else if (outcome)
			self->refused = TRUE;
	} else if (g_strcmp0(operation, "licence.invalidate") == 0) {
		self->asked_out = FALSE;
		self->invalidated |= json_is_object(answer);
	}
}

static void licence_event(gpointer data, const struct event *event)
{
	struct licence_state *self = data;

	if (event->type == EVENT_CALL || event->type == EVENT_STEP_BEGIN) {
		json_t *json = event_json(event);
		const char *step = json_string_value(json_object_get(json, "step"));
		if (event->type == EVENT_CALL)
			take_call(self, json);
		if (step) {
			self->asked_in = g_str_equal(step, "panel.register");
			self->asked_out = g_str_equal(step, "licence.invalidate");
		}
		json_decref(json);
	}
	settle(self, FALSE);
}

/* What the power kept the unit from answering it may have done. */
static void power_off(struct licence_state *self)
{
	if (self->asked_in)
		register_it(self);
	self->invalidated |= self->asked_out;
	self->asked_out = FALSE;
}

static void licence_moment(gpointer data, enum moment moment)
{
	struct licence_state *self = data;

	if (moment == MOMENT_POWER_OFF)
		power_off(self);
	if (moment == MOMENT_STATUS)
		read_state(self, self->view->watch->status.licence);
	/* Another part may know of another licence, and takes its time to tell the others. */
	if (moment == MOMENT_SWAPPED) {
		settle(self, TRUE);
		self->state = UNIT_UNKNOWN;
		self->settling_session = self->view->watch->sessions + 1;
		self->registered = self->invalidated = self->refused = FALSE;
	}
}

static void licence_end(gpointer data)
{
	settle(data, TRUE);
}

static const char *const requirements[] = { "LIC-06", "LIC-12", NULL };

const struct monitor licence_state_monitor = {
	.name = "licence-state",
	.summary = "The licence changes by an accepted registration and the next power-on, or by an invalidation, only",
	.requirements = requirements,
	.open = licence_open,
	.event = licence_event,
	.moment = licence_moment,
	.line = licence_line,
	.end = licence_end,
	.close = g_free,
};
