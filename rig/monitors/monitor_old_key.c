/* SPDX-License-Identifier: Apache-2.0 */
/* After a re-generation, or an invalidation, is complete the old key is in neither of the unit's memories. */
#include "monitors.h"
#include "rig/key_pattern.h"
#include <string.h>

#define KEYS_MAX 64

struct old_key {
	const struct monitor_view *view;
	struct key_patterns *keys[KEYS_MAX];
	guint count;
	guint at_step; /* how many there were when the step under way began */
	guint old;     /* how many were to be destroyed … */
	gboolean done; /* … and that is complete */
};

static gpointer old_open(const struct monitor_view *view)
{
	struct old_key *self = g_new0(struct old_key, 1);

	self->view = view;
	return self;
}

static void forget(struct old_key *self)
{
	while (self->count)
		key_patterns_free(self->keys[--self->count]);
	self->at_step = self->old = 0;
	self->done = FALSE;
}

static void old_close(gpointer data)
{
	forget(data);
	g_free(data);
}

static void old_key_seen(gpointer data, const guint8 *key, gsize length)
{
	struct old_key *self = data;
	struct key_patterns *patterns = self->count < KEYS_MAX ? key_patterns_new(key, length) : NULL;

	if (patterns)
		self->keys[self->count++] = patterns;
}

/* The answer comes before the new key; how soon after it that is made nobody knows. What was used before the question
 * is old. */
static void old_event(gpointer data, const struct event *event)
{
	static const char *const changes[] = { "key.regenerate", "licence.invalidate", NULL };
	struct old_key *self = data;

	if (event->type == EVENT_STEP_BEGIN)
		self->at_step = self->count;
	if (event->type != EVENT_CALL)
		return;
	json_t *call = event_json(event);
	const char *operation = json_string_value(json_object_get(call, "operation"));
	if (operation && g_strv_contains(changes, operation) && json_is_object(json_object_get(call, "answer"))) {
		self->old = self->at_step;
		self->done = FALSE;
	}
	json_decref(call);
}

static void old_moment(gpointer data, enum moment moment)
{
	struct old_key *self = data;

	if (moment == MOMENT_CLAIMED && self->old)
		self->done = TRUE;
	if (moment == MOMENT_SWAPPED)
		forget(self);
}

static void search(struct old_key *self, const char *memory, const char *name)
{
	g_autoptr(GBytes) bytes = monitor_memory(self->view, memory);
	const char *form;
	gsize length;

	if (!bytes)
		return;
	const guint8 *data = g_bytes_get_data(bytes, &length);
	for (guint i = 0; i < self->old; i++) {
		gssize at = key_patterns_find(self->keys[i], data, length, &form);
		if (at >= 0)
			monitor_find(
			    self->view, "KEY-07",
			    "a key that was to be destroyed, or a part of it, is still in %s at %zd, in %s form", name,
			    at, form);
	}
}

static void old_end(gpointer data)
{
	struct old_key *self = data;

	if (!self->done)
		return;
	monitor_judged(self->view, "KEY-07");
	search(self, "nvram", "the NVRAM");
	search(self, "counter", "the counter board's memory");
}

static const char *const requirements[] = { "KEY-07", NULL };

const struct monitor old_key_monitor = {
	.name = "old-key",
	.summary = "After a re-generation or an invalidation the old key is in neither of the unit's memories",
	.requirements = requirements,
	.needs = OBSERVE_KEY | OBSERVE_MEMORY,
	.open = old_open,
	.event = old_event,
	.moment = old_moment,
	.key = old_key_seen,
	.end = old_end,
	.close = old_close,
};
