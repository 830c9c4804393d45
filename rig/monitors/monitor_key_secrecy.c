/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No data encryption key leaves the unit: it is not in what the console, the USB port, the panel or an answer says, and
 * not on a disk. Keys that the rig itself has sent, for known answers, are no secrets.
 */
#include "monitors.h"
#include "rig/key_pattern.h"
#include <string.h>

#define KEYS_MAX 64
#define HEARD_MAX (8u << 20)

enum stream { STREAM_CONSOLE, STREAM_USB, STREAM_PANEL, STREAM_ANSWERS, STREAMS };

static const char *const stream_names[] = { "the service console", "the USB port", "the panel", "an answer" };

struct secret {
	guint8 *key;
	gsize length;
	struct key_patterns *patterns;
	guint told; /* set of 1 << enum stream */
};

struct key_secrecy {
	const struct monitor_view *view;
	struct secret secrets[KEYS_MAX];
	guint count;
	GByteArray *heard[STREAMS];
	gboolean known_answer; /* the rig asks for one: keys that are used now may be its own */
	guint before;	       /* how many secrets there were then */
};

static gpointer secrecy_open(const struct monitor_view *view)
{
	struct key_secrecy *self = g_new0(struct key_secrecy, 1);

	self->view = view;
	for (guint i = 0; i < STREAMS; i++)
		self->heard[i] = g_byte_array_new();
	return self;
}

static void forget(struct secret *secret)
{
	key_patterns_free(secret->patterns);
	memset(secret->key, 0, secret->length);
	g_free(secret->key);
}

static void secrecy_close(gpointer data)
{
	struct key_secrecy *self = data;

	while (self->count)
		forget(&self->secrets[--self->count]);
	for (guint i = 0; i < STREAMS; i++)
		g_byte_array_unref(self->heard[i]);
	g_free(self);
}

static void look(struct key_secrecy *self, struct secret *secret, enum stream stream, gsize from)
{
	const GByteArray *heard = self->heard[stream];
	const char *form;

	if (secret->told & 1u << stream ||
	    key_patterns_find(secret->patterns, heard->data + from, heard->len - from, &form) < 0)
		return;
	secret->told |= 1u << stream;
	monitor_find(self->view, "KEY-06",
		     "%s gave away a data encryption key of %zu bytes, or a part of it, in %s form",
		     stream_names[stream], secret->length, form);
}

static void hear(struct key_secrecy *self, enum stream stream, const void *bytes, gsize length)
{
	GByteArray *heard = self->heard[stream];
	gsize from = heard->len > KEY_FORM_BYTES ? heard->len - KEY_FORM_BYTES : 0;

	if (!length || heard->len + length > HEARD_MAX)
		return;
	g_byte_array_append(heard, bytes, (guint)length);
	for (guint i = 0; i < (self->known_answer ? self->before : self->count); i++)
		look(self, &self->secrets[i], stream, from);
}

static void secrecy_key(gpointer data, const guint8 *key, gsize length)
{
	struct key_secrecy *self = data;
	struct key_patterns *patterns = self->count < KEYS_MAX ? key_patterns_new(key, length) : NULL;

	if (!patterns)
		return;
	self->secrets[self->count] = (struct secret){ g_memdup2(key, length), length, patterns, 0 };
	for (guint i = 0; i < STREAMS && !self->known_answer; i++)
		look(self, &self->secrets[self->count], i, 0); /* it may have been said before it was used */
	self->count++;
}

/* ---- what is heard */

/* What the rig asked with is no secret, once it is known what that was. */
static void end_known_answer(struct key_secrecy *self, json_t *call)
{
	const char *hex = json_string_value(json_object_get(json_object_get(call, "arguments"), "key"));
	guint kept = self->before;

	for (guint i = self->before; i < self->count; i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		for (gsize k = 0; k < self->secrets[i].length; k++)
			g_string_append_printf(text, "%02x", self->secrets[i].key[k]);
		if (hex && g_ascii_strcasecmp(text->str, hex) == 0)
			forget(&self->secrets[i]);
		else
			self->secrets[kept++] = self->secrets[i];
		memset(text->str, 0, text->len);
	}
	self->count = kept;
	self->known_answer = FALSE;
}

static void take_call(struct key_secrecy *self, json_t *call)
{
	g_autofree char *answer =
	    json_dumps(json_object_get(call, "answer"), JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);

	if (self->known_answer)
		end_known_answer(self, call);
	if (answer)
		hear(self, STREAM_ANSWERS, answer, strlen(answer));
}

static void take_step(struct key_secrecy *self, json_t *step)
{
	self->known_answer = g_strcmp0(json_string_value(json_object_get(step, "step")), "cipher.known_answer") == 0;
	self->before = self->count;
}

static void take_json(struct key_secrecy *self, const struct event *event)
{
	json_t *json = event_json(event);

	if (event->type == EVENT_CALL)
		take_call(self, json);
	else if (event->type == EVENT_STEP_BEGIN)
		take_step(self, json);
	else {
		const char *text = json_string_value(json_object_get(json, "text")) ?: "";
		hear(self, STREAM_PANEL, text, strlen(text));
		hear(self, STREAM_PANEL, "\n", 1);
	}
	json_decref(json);
}

/* Only what comes from the unit: the rig may send what it likes. */
static void take_urb(struct key_secrecy *self, const struct event *event)
{
	const struct event_urb *urb = event->data;

	if (event->length > sizeof *urb && urb->endpoint & 0x80 && urb->device == 0)
		hear(self, STREAM_USB, urb + 1, event->length - sizeof *urb);
}

static void secrecy_event(gpointer data, const struct event *event)
{
	struct key_secrecy *self = data;

	switch (event->type) {
	case EVENT_CONSOLE_RX:
		hear(self, STREAM_CONSOLE, event->data, event->length);
		break;
	case EVENT_URB:
		take_urb(self, event);
		break;
	case EVENT_CALL:
	case EVENT_STEP_BEGIN:
	case EVENT_PANEL:
	case EVENT_SHOWN:
		take_json(self, event);
		break;
	default:
		break;
	}
}

/* ---- the disks */

static void search(struct key_secrecy *self, const struct secret *secret)
{
	const guint8 *part;

	for (guint disk = 0; disk < TRACK_DISKS; disk++)
		for (guint i = 0;
		     disk_track_sectors(self->view->track, disk) && (part = key_patterns_part(secret->patterns, i));
		     i += 2) {
			guint64 lba = 0;
			if (monitor_search(self->view, disk, part, KEY_PART_BYTES, &lba) <= 0)
				continue;
			g_autofree char *place = monitor_place(disk, lba);
			monitor_find(self->view, "KEY-06",
				     "a data encryption key of %zu bytes, or a part of it, lies on the disk, in %s",
				     secret->length, place);
			return;
		}
}

static void secrecy_end(gpointer data)
{
	struct key_secrecy *self = data;

	if (self->count && self->heard[STREAM_CONSOLE]->len)
		monitor_judged(self->view, "KEY-06");
	for (guint i = 0; i < self->count; i++)
		search(self, &self->secrets[i]);
}

static const char *const requirements[] = { "KEY-06", NULL };

const struct monitor key_secrecy_monitor = {
	.name = "key-secrecy",
	.summary = "No data encryption key appears on the console, the USB port, the panel, in an answer or on a disk",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS | OBSERVE_CONTENT | OBSERVE_KEY,
	.open = secrecy_open,
	.event = secrecy_event,
	.key = secrecy_key,
	.end = secrecy_end,
	.close = secrecy_close,
};
