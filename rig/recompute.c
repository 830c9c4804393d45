/* SPDX-License-Identifier: Apache-2.0 */
#include "recompute.h"
#include "findings_again.h"
#include "frame.h"
#include "operation.h"
#include "rig/steps/steps.h"
#include <string.h>

#define TYPES (PROTOCOL_ANSWER) /* of requests: below it */
#define BLACKED "####"		/* as it looks, from four characters on */

/* The last request of a type, and its answer. */
struct asked {
	guint16 sequence;
	GByteArray *request, *answer; /* payloads; answer NULL: none came */
};

struct recompute {
	struct asked asked[TYPES];
	gboolean frames;
	guint statements;
	char *difference;
	struct findings_again *findings;
};

static void differ(struct recompute *self, const struct event *event, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void differ(struct recompute *self, const struct event *event, const char *format, ...)
{
	va_list arguments;

	if (self->difference)
		return;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	self->difference =
	    event ? g_strdup_printf("at %.6f s: %s", (double)event->time_ns / NS_PER_S, text) : g_steal_pointer(&text);
}

/* ---- frames */

static void set_bytes(GByteArray **to, const guint8 *bytes, gsize length)
{
	if (!*to)
		*to = g_byte_array_new();
	g_byte_array_set_size(*to, 0);
	g_byte_array_append(*to, bytes, (guint)length);
}

static void take_request(struct recompute *self, const struct frame *frame)
{
	struct asked *asked = &self->asked[frame->type];

	asked->sequence = frame->sequence;
	set_bytes(&asked->request, frame->payload, frame->length);
	g_clear_pointer(&asked->answer, g_byte_array_unref);
}

static void take_answer(struct recompute *self, const struct frame *frame)
{
	struct asked *asked = &self->asked[frame->type & ~PROTOCOL_ANSWER];

	if (asked->request && asked->sequence == frame->sequence && !asked->answer && frame->length)
		set_bytes(&asked->answer, frame->payload, frame->length);
}

/* What was blacked out in a frame (redact.h) has made its checksum wrong: it is mended in `copy`. */
static gboolean decode(const guint8 *data, gsize length, guint8 *copy, struct frame *frame)
{
	enum frame_result result = frame_decode(data, length, frame);
	gsize body = length - PROTOCOL_TRAILER;

	if (result != FRAME_BAD_CRC || !memmem(data, body, BLACKED, strlen(BLACKED)))
		return result == FRAME_OK;
	memcpy(copy, data, length);
	for (guint i = 0; i < PROTOCOL_TRAILER; i++)
		copy[body + i] = (guint8)(frame_crc32(copy, body) >> 8 * i);
	return frame_decode(copy, length, frame) == FRAME_OK;
}

static void take_urb(struct recompute *self, const struct event *event)
{
	struct event_urb head;
	guint8 copy[PROTOCOL_FRAME_MAX];
	struct frame frame;

	if (event->length < sizeof head)
		return;
	memcpy(&head, event->data, sizeof head);
	const guint8 *data = (const guint8 *)event->data + sizeof head;
	gsize length = event->length - sizeof head;
	gboolean out = head.endpoint == PROTOCOL_USB_EP_OUT;
	if (head.device != 0 || (!out && head.endpoint != PROTOCOL_USB_EP_IN) || !decode(data, length, copy, &frame))
		return;
	self->frames = TRUE;
	if (out && frame.type < TYPES)
		take_request(self, &frame);
	else if (!out && frame.type >= TYPES)
		take_answer(self, &frame);
}

/* The last answer of a type; NULL, and a difference: there is none. */
static const GByteArray *answer_of(struct recompute *self, const struct event *event, guint8 type, const char *what)
{
	const struct asked *asked = &self->asked[type];

	if (!self->frames)
		return NULL;
	if (!asked->answer)
		differ(self, event, "%s was recorded, and no frame brought it", what);
	return asked->answer;
}

static guint32 get32(const guint8 *p)
{
	return (guint32)p[0] | (guint32)p[1] << 8 | (guint32)p[2] << 16 | (guint32)p[3] << 24;
}

/* ---- statements */

static gboolean says(json_t *said, const char *member, const char *const *names, guint number)
{
	json_t *value = json_object_get(said, member);

	if (json_is_integer(value))
		return json_integer_value(value) == number;
	return number < g_strv_length((char **)names) && g_strcmp0(json_string_value(value), names[number]) == 0;
}

static void check_status(struct recompute *self, const struct event *event, json_t *said)
{
	const GByteArray *answer = answer_of(self, event, PROTOCOL_STATUS, "a status");

	if (!answer)
		return;
	const guint8 *p = answer->data + 1;
	json_t *percent = json_object_get(said, "percent");
	gboolean same = answer->len >= 13 && answer->data[0] == PROTOCOL_OK &&
			says(said, "unit", unit_state_choices, p[0]) &&
			says(said, "licence", licence_state_choices, p[1]) &&
			(p[2] == G_MAXUINT8 ? json_is_null(percent) : json_integer_value(percent) == p[2]) &&
			json_integer_value(json_object_get(said, "mode")) == p[3] &&
			json_integer_value(json_object_get(said, "uptime_ms")) == get32(p + 4) &&
			json_integer_value(json_object_get(said, "starts")) == get32(p + 8);
	self->statements++;
	if (!same)
		differ(self, event, "the status is not that of the frame");
}

static void check_panel(struct recompute *self, const struct event *event, json_t *said)
{
	const GByteArray *answer = answer_of(self, event, PROTOCOL_PANEL, "a panel text");

	if (!answer)
		return;
	g_autofree char *text = g_utf8_make_valid((const char *)answer->data + 1, (gssize)answer->len - 1);
	self->statements++;
	if (answer->data[0] != PROTOCOL_OK || g_strcmp0(json_string_value(json_object_get(said, "text")), text))
		differ(self, event, "the panel's text is not that of the frame, \"%s\"", text);
}

static void check_registration(struct recompute *self, const struct event *event, json_t *said)
{
	const GByteArray *answer = answer_of(self, event, PROTOCOL_REGISTER, "a registration's outcome");

	if (!answer)
		return;
	self->statements++;
	if (answer->len < 2 || answer->data[0] != PROTOCOL_OK ||
	    !says(json_object_get(said, "answer"), "outcome", outcome_choices, answer->data[1]))
		differ(self, event, "the registration's outcome is not that of the frame");
}

/* What was asked is in the request's frame. */
static gboolean asks(const struct asked *asked, const struct operation *operation, json_t *arguments)
{
	guint8 payload[PROTOCOL_PAYLOAD_MAX];
	g_autoptr(GError) failure = NULL;
	gssize length = operation_encode(operation, arguments, payload, sizeof payload, &failure);

	return length >= 0 && (guint)length == asked->request->len &&
	       (!length || memcmp(payload, asked->request->data, (gsize)length) == 0);
}

static gboolean answers(const GByteArray *answer, const struct operation *operation, json_t *said)
{
	const char *refused = json_string_value(json_object_get(said, "refused"));
	g_autoptr(GError) failure = NULL;

	if (refused)
		return answer->data[0] < g_strv_length((char **)operation_answers) &&
		       g_str_equal(operation_answers[answer->data[0]], refused);
	json_t *decoded = answer->data[0] == PROTOCOL_OK
			      ? operation_decode(operation, answer->data + 1, answer->len - 1, &failure)
			      : NULL;
	gboolean same = decoded && json_equal(decoded, json_object_get(said, "answer"));
	json_decref(decoded);
	return same;
}

static void check_call(struct recompute *self, const struct event *event, json_t *said)
{
	const char *name = json_string_value(json_object_get(said, "operation"));
	const struct operation *operation = name ? operation_find(name) : NULL;

	if (g_strcmp0(name, "panel.register") == 0) {
		check_registration(self, event, said);
		return;
	}
	const GByteArray *answer = operation ? answer_of(self, event, (guint8)operation->type, operation->name) : NULL;
	if (!answer)
		return;
	self->statements++;
	if (!asks(&self->asked[operation->type], operation, json_object_get(said, "arguments")))
		differ(self, event, "%s was asked otherwise than the frame says", name);
	if (!answers(answer, operation, said))
		differ(self, event, "the answer to %s is not that of the frame", name);
}

/* ---- life */

struct recompute *recompute_new(const struct unit_profile *profile)
{
	struct recompute *self = g_new0(struct recompute, 1);

	self->findings = findings_again_new(profile);
	return self;
}

void recompute_free(struct recompute *self)
{
	if (!self)
		return;
	for (guint i = 0; i < TYPES; i++) {
		g_clear_pointer(&self->asked[i].request, g_byte_array_unref);
		g_clear_pointer(&self->asked[i].answer, g_byte_array_unref);
	}
	findings_again_free(self->findings);
	g_free(self->difference);
	g_free(self);
}

static void check_json(struct recompute *self, const struct event *event)
{
	json_t *json = event_json(event);

	if (!json)
		differ(self, event, "a record of type %s does not parse", event_type_name(event->type));
	else if (event->type == EVENT_STATUS)
		check_status(self, event, json);
	else if (event->type == EVENT_PANEL)
		check_panel(self, event, json);
	else if (event->type == EVENT_CALL)
		check_call(self, event, json);
	json_decref(json);
}

void recompute_event(struct recompute *self, const struct event *event)
{
	if (event->type == EVENT_URB)
		take_urb(self, event);
	else if (event_is_json(event->type))
		check_json(self, event);
	findings_again_event(self->findings, event);
}

void recompute_end(struct recompute *self)
{
	g_autofree char *text = findings_again_difference(self->findings);

	if (text)
		differ(self, NULL, "%s", text);
}

const char *recompute_difference(const struct recompute *self)
{
	return self->difference;
}

guint recompute_statements(const struct recompute *self)
{
	return self->statements;
}

guint recompute_findings(const struct recompute *self)
{
	return findings_again_count(self->findings);
}

gboolean recompute_has_frames(const struct recompute *self)
{
	return self->frames;
}
