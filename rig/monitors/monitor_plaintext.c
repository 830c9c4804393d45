/* SPDX-License-Identifier: Apache-2.0 */
/* Once the encryption is active no planted user data reach a disk in plaintext. */
#include "monitors.h"
#include "rig/content.h"
#include "rig/protocol.h"
#include <string.h>

struct plaintext {
	const struct monitor_view *view;
	gboolean active;
	gboolean leaving; /* the licence is being invalidated: it may say "active" to the end of the erase */
};

static gpointer plaintext_open(const struct monitor_view *view)
{
	struct plaintext *self = g_new0(struct plaintext, 1);

	self->view = view;
	return self;
}

/* ---- whether it is active */

static void take_licence(struct plaintext *self)
{
	int licence = self->view->watch->status.licence;

	if (licence != LICENCE_ACTIVE)
		self->active = self->leaving = FALSE;
	else if (!self->leaving)
		self->active = TRUE;
}

static void plaintext_line(gpointer data, const char *line)
{
	struct plaintext *self = data;

	if (g_str_has_prefix(line, "start ") && g_str_has_suffix(line, "license active") && !self->leaving)
		self->active = TRUE;
	if (g_str_has_prefix(line, "license invalidated")) {
		self->active = FALSE;
		self->leaving = TRUE;
	}
}

static gboolean plants(json_t *arguments)
{
	const char *value = json_string_value(json_object_get(arguments, "value"));

	return value && strstr(value, CONTENT_MARKER);
}

static void take_call(struct plaintext *self, json_t *call)
{
	const char *operation = json_string_value(json_object_get(call, "operation"));
	json_t *answer = json_object_get(call, "answer"), *arguments = json_object_get(call, "arguments");

	if (!operation || !json_is_object(answer))
		return;
	if (g_str_equal(operation, "licence.invalidate")) {
		self->active = FALSE;
		self->leaving = TRUE;
	} else if (g_str_equal(operation, "encryption.set")) {
		self->active = json_integer_value(json_object_get(arguments, "active")) != 0;
	} else if (g_str_equal(operation, "encryption.get") && !self->leaving) {
		self->active = json_integer_value(json_object_get(answer, "active")) != 0;
	} else if (self->active && plants(arguments)) {
		monitor_judged(self->view, "KEY-04");
	}
}

/* ---- what is written */

static void plaintext_event(gpointer data, const struct event *event)
{
	struct plaintext *self = data;

	if (event->type == EVENT_CALL) {
		json_t *call = event_json(event);
		take_call(self, call);
		json_decref(call);
	}
	if (event->type != EVENT_DISK || !self->active)
		return;
	const struct disk_seen *seen = event_disk_seen(event, NULL);
	if (seen->op != DISK_SEEN_WRITE || !(seen->flags & DISK_SEEN_MARKER))
		return;
	g_autofree char *place = monitor_place(seen->disk, seen->lba);
	monitor_find(self->view, "KEY-04",
		     "planted user data were written in plaintext although the encryption is active: %u sectors, the "
		     "first is %s",
		     seen->count, place);
}

static void plaintext_moment(gpointer data, enum moment moment)
{
	struct plaintext *self = data;

	if (moment == MOMENT_STATUS)
		take_licence(self);
	if (moment == MOMENT_SWAPPED)
		self->active = self->leaving = FALSE;
}

static const char *const requirements[] = { "KEY-04", NULL };

const struct monitor plaintext_monitor = {
	.name = "plaintext",
	.summary = "Once the encryption is active no planted user data are written in plaintext",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS,
	.open = plaintext_open,
	.event = plaintext_event,
	.moment = plaintext_moment,
	.line = plaintext_line,
	.close = g_free,
};
