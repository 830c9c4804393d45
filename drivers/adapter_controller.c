/* SPDX-License-Identifier: Apache-2.0 */
/* A board with a protocol of its own: an adapter file says how to talk to it (rig/lua/lua_adapter.h). */
#include "adapter_session.h"
#include "operator.h"
#include "rig/steps/steps.h"
#include <string.h>

/* By enum protocol_key. */
static const char *const key_names[] = { "",	    "ok", "cancel", "counter", "power-switch", "additional-functions",
					 "2-and-8", NULL };

/* By enum protocol_item; "" is none. */
static const char *item_name(enum protocol_item item)
{
	return item == ITEM_ERASE_MODE ? service_item_choices[0] : service_item_choices[1];
}

static guint number_of(json_t *fields, const char *name, guint fallback)
{
	json_t *value = json_object_get(fields, name);

	return value ? (guint)json_integer_value(value) : fallback;
}

static guint index_of(json_t *fields, const char *name, const char *const *choices)
{
	guint i = 0;

	while (choices[i] && !g_str_equal(choices[i], json_string_value(json_object_get(fields, name))))
		i++;
	return i;
}

/* ---- the controller's functions */

static const struct operation_field identify_fields[] = {
	{ "serial", OPERATION_TEXT },	{ "host", OPERATION_TEXT },	{ "region", OPERATION_TEXT },
	{ "language", OPERATION_TEXT }, { "firmware", OPERATION_TEXT }, { NULL },
};

static gboolean adapter_identify(gpointer data, struct unit_identity *identity, GError **error)
{
	struct unit_identity read = { "" };
	const struct {
		const char *name;
		char *to;
		gsize size;
	} fields[] = { { "serial", read.serial, sizeof read.serial },
		       { "host", read.host, sizeof read.host },
		       { "region", read.region, sizeof read.region },
		       { "language", read.language, sizeof read.language },
		       { "firmware", read.firmware, sizeof read.firmware } };
	struct adapter_answer answer;
	json_t *texts = NULL;

	if (adapter_ask(data, "identify", NULL, 0, &answer, error))
		texts = adapter_answer_fields(&answer, identify_fields, NULL, error);
	gboolean good = texts != NULL;
	for (guint i = 0; good && i < G_N_ELEMENTS(fields); i++) {
		const char *text = json_string_value(json_object_get(texts, fields[i].name));
		gsize length = strlen(text);
		for (gsize k = 0; good && k <= length; k++)
			if (length >= fields[i].size || (text[k] && !g_ascii_isprint(text[k])))
				good = adapter_answer_is_wrong(&answer, error,
							       "'%s' must be printable ASCII, at most %zu characters",
							       fields[i].name, fields[i].size - 1);
		if (good)
			g_strlcpy(fields[i].to, text, fields[i].size);
	}
	if (good)
		*identity = read;
	json_decref(texts);
	adapter_answer_clear(&answer);
	return good;
}

static const struct operation_field status_fields[] = {
	{ "unit", OPERATION_CHOICE, unit_state_choices },
	{ "licence", OPERATION_CHOICE, licence_state_choices },
	{ "erase_percent", OPERATION_U8 },
	{ "erase_mode", OPERATION_U8 },
	{ "uptime_ms", OPERATION_U32 },
	{ "starts", OPERATION_U32 },
	{ NULL },
};
/* Without them: no erase is under way; the board does not tell. */
static const char *const status_optional[] = { "erase_percent", "erase_mode", "uptime_ms", "starts", NULL };

static gboolean adapter_status(gpointer self, struct unit_status *status, GError **error)
{
	json_t *fields = adapter_ask_fields(self, "status", NULL, 0, status_fields, status_optional, error);

	if (!fields)
		return FALSE;
	*status = (struct unit_status){ .unit = (guint8)index_of(fields, "unit", unit_state_choices),
					.licence = (guint8)index_of(fields, "licence", licence_state_choices),
					.erase_percent = (guint8)number_of(fields, "erase_percent", 0xff),
					.erase_mode = (guint8)number_of(fields, "erase_mode", 0),
					.uptime_ms = number_of(fields, "uptime_ms", 0),
					.starts = number_of(fields, "starts", 0) };
	json_decref(fields);
	return TRUE;
}

static const char *const bus_choices[] = { "none", "B1", "C1", "E1", NULL };
static const struct operation_field accessories_fields[] = {
	{ "bus", OPERATION_CHOICE, bus_choices }, { "usb_board", OPERATION_U8 }, { "ram_mb", OPERATION_U16 }, { NULL }
};

static gboolean adapter_accessories(gpointer self, struct unit_accessories *accessories, GError **error)
{
	json_t *fields = adapter_ask_fields(self, "accessories", NULL, 0, accessories_fields, NULL, error);

	if (!fields)
		return FALSE;
	*accessories = (struct unit_accessories){ .bus = (guint8)index_of(fields, "bus", bus_choices),
						  .usb_board = (guint8)number_of(fields, "usb_board", 0),
						  .ram_mb = (guint16)number_of(fields, "ram_mb", 0) };
	json_decref(fields);
	return TRUE;
}

/* Whether a person does what the board cannot. */
static gboolean is_for_operator(const struct adapter *self, const char *function)
{
	return !lua_adapter_has(self->lua, function) && self->terminal >= 0;
}

static char *adapter_panel(gpointer data, GError **error)
{
	struct adapter *self = data;
	struct adapter_answer answer;

	if (is_for_operator(self, "panel"))
		return operator_ask(self->port.slot, self->terminal,
				    "What does the panel show? Type it exactly, then press Enter.", error);
	const char *text =
	    adapter_ask(self, "panel", NULL, 0, &answer, error) ? adapter_answer_text(&answer, error) : NULL;
	char *copy = g_strdup(text);
	adapter_answer_clear(&answer);
	return copy;
}

static gboolean adapter_press(gpointer data, enum protocol_key key, guint hold_ms, GError **error)
{
	struct adapter *self = data;
	const char *name = key < G_N_ELEMENTS(key_names) - 1 ? key_names[key] : "";

	if (!is_for_operator(self, "press"))
		return adapter_ask_nothing(self, "press", json_pack("{s:s, s:i}", "key", name, "hold_ms", (int)hold_ms),
					   hold_ms * NS_PER_MS, error);
	g_autofree char *question = g_strdup_printf("Press the panel's key \"%s\" for %.1f s, then press Enter here.",
						    name, (double)hold_ms / 1000);
	g_autofree char *done = operator_ask(self->port.slot, self->terminal, question, error);
	return done != NULL;
}

static gboolean adapter_enter_licence(gpointer data, const char *text, enum protocol_outcome *outcome,
				      gint64 *answer_ns, GError **error)
{
	struct adapter *self = data;
	struct adapter_answer answer;
	gint64 start = slot_now(self->port.slot);
	guint index = 0;
	gboolean good = adapter_ask(self, "enter_licence", json_pack("{s:s}", "text", text), 0, &answer, error) &&
			adapter_answer_choice(&answer, outcome_choices, &index, error);

	adapter_answer_clear(&answer);
	*answer_ns = slot_now(self->port.slot) - start;
	*outcome = (enum protocol_outcome)index;
	return good;
}

static char **adapter_configuration(gpointer self, GError **error)
{
	struct adapter_answer answer;
	g_autoptr(GStrvBuilder) options = g_strv_builder_new();
	gboolean good = adapter_ask(self, "configuration", NULL, 0, &answer, error);
	gboolean is_empty = json_is_object(answer.value) && !json_object_size(answer.value);

	if (good && !is_empty && !json_is_array(answer.value))
		good = adapter_answer_is_wrong(&answer, error, "must return a list of texts");
	for (size_t i = 0; good && i < json_array_size(answer.value); i++) {
		json_t *option = json_array_get(answer.value, i);
		if (!json_is_string(option))
			good = adapter_answer_is_wrong(&answer, error, "must return a list of texts");
		else
			g_strv_builder_add(options, json_string_value(option));
	}
	adapter_answer_clear(&answer);
	return good ? g_strv_builder_end(options) : NULL;
}

static gboolean adapter_service_enter(gpointer self, guint level, GError **error)
{
	return adapter_ask_nothing(self, "service_enter", json_pack("{s:i}", "level", (int)level), 0, error);
}

static gboolean adapter_service_get(gpointer self, enum protocol_item item, guint32 *value, GError **error)
{
	struct adapter_answer answer;
	gboolean good =
	    adapter_ask(self, "service_get", json_pack("{s:s}", "item", item_name(item)), 0, &answer, error);
	json_int_t number = json_integer_value(answer.value);

	if (good && (!json_is_integer(answer.value) || number < 0 || number > G_MAXUINT32))
		good = adapter_answer_is_wrong(&answer, error, "must return a whole number from 0 to 4294967295");
	if (good)
		*value = (guint32)number;
	adapter_answer_clear(&answer);
	return good;
}

static gboolean adapter_service_set(gpointer self, enum protocol_item item, guint32 value, GError **error)
{
	return adapter_ask_nothing(self, "service_set",
				   json_pack("{s:s, s:I}", "item", item_name(item), "value", (json_int_t)value), 0,
				   error);
}

static json_t *adapter_call(gpointer self, const struct operation *operation, json_t *arguments, GError **error)
{
	struct adapter_answer answer;
	json_t *fields = NULL;

	if (!adapter_ask_whatever(self, operation->name, json_incref(arguments), operation->within_ns, &answer, error))
		return NULL;
	if (adapter_answer_is_refusal(&answer))
		fields = json_pack("{s:O}", "refused", json_object_get(answer.value, "refused"));
	else if (operation->answer->name)
		fields = adapter_answer_fields(&answer, operation->answer, NULL, error);
	else if (adapter_answer_none(&answer, error))
		fields = json_object();
	adapter_answer_clear(&answer);
	return fields;
}

static gboolean adapter_can(gpointer data, const char *what)
{
	struct adapter *self = data;
	gboolean person_can = g_str_equal(what, "panel") || g_str_equal(what, "press");

	return lua_adapter_has(self->lua, what) || (person_can && self->terminal >= 0);
}

static gboolean adapter_present(gpointer self, gboolean *present, GError **error)
{
	struct adapter_answer answer;
	gboolean good = adapter_ask(self, "present", NULL, 0, &answer, error);

	if (good && !json_is_boolean(answer.value))
		good = adapter_answer_is_wrong(&answer, error, "must return true or false");
	*present = good && json_is_true(answer.value);
	adapter_answer_clear(&answer);
	return good;
}

static const struct controller_ops ops = {
	.identify = adapter_identify,
	.status = adapter_status,
	.accessories = adapter_accessories,
	.panel = adapter_panel,
	.press = adapter_press,
	.enter_licence = adapter_enter_licence,
	.configuration = adapter_configuration,
	.service_enter = adapter_service_enter,
	.service_get = adapter_service_get,
	.service_set = adapter_service_set,
	.call = adapter_call,
	.can = adapter_can,
	.present = adapter_present,
};
static const char *const settings[] = { "adapter", "port", "operator", NULL };

const struct driver adapter_controller_driver = {
	.name = "adapter",
	.role = ROLE_CONTROLLER,
	.summary = "a board with its own protocol: adapter=FILE.lua, port=usb|console, operator=true|false",
	.settings = settings,
	.check = adapter_check,
	.open = adapter_open,
	.close = adapter_close,
	.ops.controller = &ops,
};
