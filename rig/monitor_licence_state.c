/* SPDX-License-Identifier: Apache-2.0 */
/* The licence changes by an accepted registration and the power-on after it, or by an invalidation; by nothing else. */
#include "monitors.h"
#include "protocol.h"
#include "steps.h"
#include <string.h>

struct licence_state {
	const struct monitor_view *view;
	int state;				   /* as it was read last; UNIT_UNKNOWN */
	gboolean registered, invalidated, refused; /* since it was read to be what it is */
	guint registered_session;
	guint settling_session; /* up to this one parts that were exchanged tell each other */
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

	if (self->changed_ns < 0 || (!at_end && watch->now_ns <= self->changed_ns + CONSOLE_LATE_NS))
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

/* The start line speaks of the state in which the unit starts; an activation may follow in the same start. */
static void licence_line(gpointer data, const char *line)
{
	struct licence_state *self = data;
	const char *at = g_str_has_prefix(line, "start ") ? strstr(line, ", license ") : NULL;

	if (at)
		read_state(self, choice_index(licence_state_choices, at + strlen(", license ")));
	else if (g_str_has_prefix(line, "license registration: accepted")) {
		self->registered = TRUE;
		self->registered_session = self->view->watch->sessions;
	} else if (g_str_has_prefix(line, "license registration: message"))
		self->refused = TRUE;
	else if (g_str_has_prefix(line, "license invalidated"))
		self->invalidated = TRUE;
}

static void licence_event(gpointer data, const struct event *event)
{
	struct licence_state *self = data;

	if (event->type == EVENT_CALL) {
		json_t *call = event_json(event);
		if (g_strcmp0(json_string_value(json_object_get(call, "operation")), "licence.invalidate") == 0 &&
		    json_is_object(json_object_get(call, "answer")))
			self->invalidated = TRUE;
		json_decref(call);
	}
	settle(self, FALSE);
}

static void licence_moment(gpointer data, enum moment moment)
{
	struct licence_state *self = data;

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
