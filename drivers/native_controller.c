/* SPDX-License-Identifier: Apache-2.0 */
/* The controller in the rig's own protocol (rig/protocol.h) over the slot's usb instrument. */
#include "rig/frame.h"
#include "rig/slot.h"

#define ANSWER_NS (5 * NS_PER_S) /* how long an answer may take, in slot time */

struct native {
	struct slot *slot;
	const struct usb_ops *usb;
	gpointer usb_self;
	guint16 sequence;
};

/* One request under way. */
struct exchange {
	struct native *self;
	guint8 type;
	const char *name; /* of the request, for messages */
	guint8 answer[PROTOCOL_FRAME_MAX + 512];
	const guint8 *payload; /* after the status byte; points into answer */
	gsize length;
	guint8 status;
};

static const char *const type_names[] = {
	[PROTOCOL_IDENTIFY] = "IDENTIFY",
	[PROTOCOL_STATUS] = "STATUS",
	[PROTOCOL_ACCESSORIES] = "ACCESSORIES",
	[PROTOCOL_PANEL] = "PANEL",
	[PROTOCOL_KEY] = "KEY",
	[PROTOCOL_REGISTER] = "REGISTER",
	[PROTOCOL_CONFIGURATION] = "CONFIGURATION",
	[PROTOCOL_SERVICE_ENTER] = "SERVICE_ENTER",
	[PROTOCOL_SERVICE_GET] = "SERVICE_GET",
	[PROTOCOL_SERVICE_SET] = "SERVICE_SET",
};

static gpointer native_open(const struct driver_env *env, GError **error)
{
	const struct instrument *usb = slot_instrument(env->slot, ROLE_USB);

	if (!usb->driver) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "needs a usb instrument in the slot");
		return NULL;
	}
	struct native *self = g_new0(struct native, 1);
	*self = (struct native){ env->slot, usb->driver->ops.usb, usb->self, 0 };
	return self;
}

static gboolean damaged(const struct exchange *exchange, const char *how, gsize length, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "waiting for the answer to %s: received %s (%zu bytes)",
		    exchange->name, how, length);
	return FALSE;
}

static void note_dropped(const struct exchange *exchange, const struct frame *frame)
{
	g_autofree char *text = g_strdup_printf(
	    "dropped a late, duplicated or unasked frame: type %02Xh, sequence %u (waiting for %s, sequence %u)",
	    frame->type, frame->sequence, exchange->name, exchange->self->sequence);

	slot_record_json(exchange->self->slot, EVENT_NOTE, json_pack("{s:s}", "text", text));
}

/* Looks at one received transfer. Sets *done for the awaited answer; drops what belongs to no request under way. */
static gboolean take_frame(struct exchange *exchange, gsize length, gboolean *done, GError **error)
{
	struct frame frame;
	enum frame_result result = frame_decode(exchange->answer, length, &frame);

	if (result != FRAME_OK)
		return damaged(exchange, frame_result_text(result), length, error);
	if (frame.type == PROTOCOL_NOTICE_BAD_FRAME)
		return damaged(exchange, "the notice that the request arrived damaged", length, error);
	if (frame.type != (exchange->type | PROTOCOL_ANSWER) || frame.sequence != exchange->self->sequence) {
		note_dropped(exchange, &frame);
		return TRUE;
	}
	if (frame.length < 1)
		return damaged(exchange, "an answer without a status", length, error);
	exchange->status = frame.payload[0];
	exchange->payload = frame.payload + 1;
	exchange->length = frame.length - 1u;
	*done = TRUE;
	return TRUE;
}

static gboolean poll_answer(gpointer data, gboolean *done, GError **error)
{
	struct exchange *exchange = data;
	struct native *self = exchange->self;
	gssize got;

	while (!*done &&
	       (got = self->usb->receive(self->usb_self, exchange->answer, sizeof exchange->answer, error)) != 0)
		if (got < 0 || !take_frame(exchange, (gsize)got, done, error))
			return FALSE;
	return TRUE;
}

static gboolean send_request(struct exchange *exchange, const void *payload, gsize length, GError **error)
{
	struct native *self = exchange->self;
	guint8 bytes[PROTOCOL_FRAME_MAX];
	struct frame frame = {
		.type = exchange->type, .sequence = ++self->sequence, .length = (guint16)length, .payload = payload
	};
	gboolean present;

	if (length > PROTOCOL_PAYLOAD_MAX) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%zu bytes do not fit a frame, which holds %d", length,
			    PROTOCOL_PAYLOAD_MAX);
		return FALSE;
	}
	if (!self->usb->present(self->usb_self, &present, error))
		return FALSE;
	if (!present) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "the controller is not on the bus");
		return FALSE;
	}
	return self->usb->send(self->usb_self, bytes, frame_encode(&frame, bytes), error);
}

/* Asks and waits for the answer, whatever its status. `name`: of the request, for messages. */
static gboolean ask(struct native *self, enum protocol_type type, const char *name, const void *payload, gsize length,
		    gint64 extra_ns, struct exchange *exchange, GError **error)
{
	gboolean met = FALSE;

	exchange->self = self;
	exchange->type = (guint8)type;
	exchange->name = name;
	exchange->length = 0;
	if (send_request(exchange, payload, length, error) &&
	    slot_wait(self->slot, slot_now(self->slot) + ANSWER_NS + extra_ns, poll_answer, exchange, &met, error)) {
		if (met)
			return TRUE;
		g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "no answer within %.3f s",
			    (double)(ANSWER_NS + extra_ns) / NS_PER_S);
	}
	g_prefix_error(error, "asking the controller (%s): ", name);
	return FALSE;
}

static const char *status_name(guint8 status)
{
	return status < g_strv_length((char **)operation_answers) ? operation_answers[status] : NULL;
}

/* The same, where anything but OK or a payload under `at_least` bytes is an error. */
static gboolean ask_ok(struct native *self, enum protocol_type type, const void *payload, gsize length, gint64 extra_ns,
		       gsize at_least, struct exchange *exchange, GError **error)
{
	if (!ask(self, type, type_names[type], payload, length, extra_ns, exchange, error))
		return FALSE;
	if (exchange->status != PROTOCOL_OK) {
		const char *name = status_name(exchange->status);
		g_set_error(error, RIG_ERROR, RIG_ERROR_REFUSED, "the controller refused %s: %s (status %u)",
			    type_names[type], name ? name : "unknown status", exchange->status);
		return FALSE;
	}
	if (exchange->length < at_least) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "the answer to %s is too short: %zu of %zu bytes",
			    type_names[type], exchange->length, at_least);
		return FALSE;
	}
	return TRUE;
}

static guint32 get32(const guint8 *p)
{
	return (guint32)p[0] | (guint32)p[1] << 8 | (guint32)p[2] << 16 | (guint32)p[3] << 24;
}

static void put32(guint8 *p, guint32 v)
{
	for (guint i = 0; i < 4; i++)
		p[i] = (guint8)(v >> 8 * i);
}

/* Text from outside: what is not UTF-8 is replaced visibly. */
static char *take_text(const struct exchange *exchange)
{
	return g_utf8_make_valid((const char *)exchange->payload, (gssize)exchange->length);
}

/* Zero-padded ASCII, as the protocol says: what else is there would be quoted in records and reports. */
static gboolean is_padded_text(const guint8 *bytes, gsize room)
{
	gsize length = strnlen((const char *)bytes, room);

	for (gsize i = 0; i < room; i++)
		if (i < length ? !g_ascii_isprint((char)bytes[i]) : bytes[i])
			return FALSE;
	return TRUE;
}

static gboolean native_identify(gpointer self, struct unit_identity *identity, GError **error)
{
	struct exchange exchange;
	struct unit_identity read = { "" };
	const struct {
		char *to;
		gsize at, room;
	} fields[] = { { read.serial, 0, 16 },
		       { read.host, 16, 16 },
		       { read.region, 32, 8 },
		       { read.language, 40, 8 },
		       { read.firmware, 48, 16 } };

	if (!ask_ok(self, PROTOCOL_IDENTIFY, NULL, 0, 0, 64, &exchange, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (!is_padded_text(exchange.payload + fields[i].at, fields[i].room)) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL,
				    "the answer to IDENTIFY holds bytes %zu to %zu that are no zero-padded ASCII",
				    fields[i].at, fields[i].at + fields[i].room - 1);
			return FALSE;
		}
		memcpy(fields[i].to, exchange.payload + fields[i].at, fields[i].room);
	}
	*identity = read;
	return TRUE;
}

static gboolean native_status(gpointer self, struct unit_status *status, GError **error)
{
	struct exchange exchange;

	if (!ask_ok(self, PROTOCOL_STATUS, NULL, 0, 0, 12, &exchange, error))
		return FALSE;
	const guint8 *p = exchange.payload;
	*status = (struct unit_status){ .unit = p[0],
					.licence = p[1],
					.erase_percent = p[2],
					.erase_mode = p[3],
					.uptime_ms = get32(p + 4),
					.starts = get32(p + 8) };
	return TRUE;
}

static gboolean native_accessories(gpointer self, struct unit_accessories *accessories, GError **error)
{
	struct exchange exchange;

	if (!ask_ok(self, PROTOCOL_ACCESSORIES, NULL, 0, 0, 4, &exchange, error))
		return FALSE;
	const guint8 *p = exchange.payload;
	*accessories = (struct unit_accessories){ p[0], p[1], (guint16)(p[2] | p[3] << 8) };
	return TRUE;
}

static char *native_panel(gpointer self, GError **error)
{
	struct exchange exchange;

	return ask_ok(self, PROTOCOL_PANEL, NULL, 0, 0, 0, &exchange, error) ? take_text(&exchange) : NULL;
}

static gboolean native_press(gpointer self, enum protocol_key key, guint hold_ms, GError **error)
{
	struct exchange exchange;
	guint8 payload[3] = { (guint8)key, (guint8)hold_ms, (guint8)(hold_ms >> 8) };

	return ask_ok(self, PROTOCOL_KEY, payload, sizeof payload, hold_ms * NS_PER_MS, 0, &exchange, error);
}

static gboolean native_enter_licence(gpointer data, const char *text, enum protocol_outcome *outcome, gint64 *answer_ns,
				     GError **error)
{
	struct native *self = data;
	struct exchange exchange;
	gint64 start = slot_now(self->slot);

	if (!ask_ok(self, PROTOCOL_REGISTER, text, strlen(text), 0, 1, &exchange, error))
		return FALSE;
	*answer_ns = slot_now(self->slot) - start;
	if (exchange.payload[0] > OUTCOME_ALREADY_ENABLED) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "the answer to REGISTER has an unknown outcome: %u",
			    exchange.payload[0]);
		return FALSE;
	}
	*outcome = exchange.payload[0];
	return TRUE;
}

static char **native_configuration(gpointer self, GError **error)
{
	struct exchange exchange;

	if (!ask_ok(self, PROTOCOL_CONFIGURATION, NULL, 0, 0, 0, &exchange, error))
		return NULL;
	g_autofree char *text = take_text(&exchange);
	if (g_str_has_suffix(text, "\n"))
		text[strlen(text) - 1] = 0;
	return g_strsplit(text, "\n", -1);
}

static gboolean native_service_enter(gpointer self, guint level, GError **error)
{
	struct exchange exchange;
	guint8 payload = (guint8)level;

	return ask_ok(self, PROTOCOL_SERVICE_ENTER, &payload, 1, 0, 0, &exchange, error);
}

static gboolean native_service_get(gpointer self, enum protocol_item item, guint32 *value, GError **error)
{
	struct exchange exchange;
	guint8 payload = (guint8)item;

	if (!ask_ok(self, PROTOCOL_SERVICE_GET, &payload, 1, 0, 4, &exchange, error))
		return FALSE;
	*value = get32(exchange.payload);
	return TRUE;
}

static gboolean native_service_set(gpointer self, enum protocol_item item, guint32 value, GError **error)
{
	struct exchange exchange;
	guint8 payload[5] = { (guint8)item };

	put32(payload + 1, value);
	return ask_ok(self, PROTOCOL_SERVICE_SET, payload, sizeof payload, 0, 0, &exchange, error);
}

static json_t *native_call(gpointer self, const struct operation *operation, json_t *arguments, GError **error)
{
	struct exchange exchange;
	guint8 payload[PROTOCOL_PAYLOAD_MAX];
	gssize length = operation_encode(operation, arguments, payload, sizeof payload, error);

	if (length < 0 || !ask(self, operation->type, operation->name, payload, (gsize)length, operation->within_ns,
			       &exchange, error))
		return NULL;
	if (exchange.status == PROTOCOL_OK)
		return operation_decode(operation, exchange.payload, exchange.length, error);
	const char *refused = status_name(exchange.status);
	if (refused)
		return json_pack("{s:s}", "refused", refused);
	g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "the answer to %s has an unknown status: %u", operation->name,
		    exchange.status);
	return NULL;
}

static const struct controller_ops ops = {
	.identify = native_identify,
	.status = native_status,
	.accessories = native_accessories,
	.panel = native_panel,
	.press = native_press,
	.enter_licence = native_enter_licence,
	.configuration = native_configuration,
	.service_enter = native_service_enter,
	.service_get = native_service_get,
	.service_set = native_service_set,
	.call = native_call,
};
static const char *const settings[] = { NULL };

const struct driver native_controller_driver = {
	.name = "native",
	.role = ROLE_CONTROLLER,
	.summary = "the rig's own protocol over the slot's usb instrument",
	.settings = settings,
	.open = native_open,
	.close = g_free,
	.ops.controller = &ops,
};
