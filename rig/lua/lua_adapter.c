/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_adapter.h"
#include "lua_child.h"
#include "lua_process.h"
#include "rig/operation.h"
#include <string.h>

#define MESSAGE_BYTES_MAX ((gsize)1 << 20)

static const char *const core_names[] = {
	"identify",	 "status",	  "accessories", "panel",	"press",   "enter_licence",
	"configuration", "service_enter", "service_get", "service_set", "present",
};

struct lua_adapter {
	struct lua_process process;
	json_t *functions; /* list of names */
	gboolean is_spent; /* a call went wrong in a way that ended the child */
};

/* A call under way. */
struct call {
	struct lua_adapter *adapter;
	const struct lua_adapter_port *port;
	gpointer data;
	GError *end; /* why the board is not asked any more: what the call ends with, whatever the adapter says */
};

const char *lua_adapter_name(guint i)
{
	return i < G_N_ELEMENTS(core_names) ? core_names[i] : operations[i - G_N_ELEMENTS(core_names)].name;
}

/* ---- bytes in JSON */

static GBytes *bytes_of_hex(const char *hex)
{
	gsize length = strlen(hex) / 2;
	g_autofree guint8 *bytes = g_malloc(length + 1);

	for (gsize i = 0; i < length; i++)
		bytes[i] = (guint8)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
	return g_bytes_new(bytes, length);
}

static char *hex_of_bytes(GBytes *bytes)
{
	gsize length;
	const guint8 *at = g_bytes_get_data(bytes, &length);
	GString *hex = g_string_sized_new(2 * length + 1);

	for (gsize i = 0; i < length; i++)
		g_string_append_printf(hex, "%02x", at[i]);
	return g_string_free(hex, FALSE);
}

static gboolean is_hex(const char *text)
{
	return text && strlen(text) % 2 == 0 && strspn(text, "0123456789abcdef") == strlen(text);
}

/* ---- what the adapter asks of its port; FALSE: that is no such request. `*reply` has what to tell it. */

static gboolean port_send(struct call *call, json_t *request, json_t **reply)
{
	const char *hex = json_string_value(json_object_get(request, "bytes"));

	if (!is_hex(hex))
		return FALSE;
	g_autoptr(GBytes) bytes = bytes_of_hex(hex);
	gsize length;
	const guint8 *data = g_bytes_get_data(bytes, &length);
	if (call->port->send(call->data, data, length, &call->end))
		*reply = json_object();
	return TRUE;
}

static gboolean port_receive(struct call *call, json_t *request, json_t **reply)
{
	const char *ending = NULL, *at = NULL;
	json_int_t bytes = 0, within_ns = -1;
	int optional = FALSE;

	if (json_unpack(request, "{s?s, s?I, s?I, s?b, s:s}", "ending", &ending, "bytes", &bytes, "within", &within_ns,
			"optional", &optional, "at", &at) ||
	    bytes < 0 || (ending && !is_hex(ending)))
		return FALSE;
	g_autoptr(GBytes) end = ending ? bytes_of_hex(ending) : NULL;
	struct lua_adapter_wanted wanted = {
		.bytes = (gsize)bytes, .within_ns = within_ns, .optional = optional, .at = at
	};
	if (end)
		wanted.ending = g_bytes_get_data(end, &wanted.ending_length);
	g_autoptr(GBytes) got = call->port->receive(call->data, &wanted, &call->end);
	g_autofree char *hex = got ? hex_of_bytes(got) : NULL;
	if (!call->end)
		*reply = hex ? json_pack("{s:s}", "bytes", hex) : json_object();
	return TRUE;
}

static gboolean port_wait(struct call *call, json_t *request, json_t **reply)
{
	json_t *duration = json_object_get(request, "duration");

	if (!json_is_integer(duration))
		return FALSE;
	if (call->port->wait(call->data, json_integer_value(duration), &call->end))
		*reply = json_object();
	return TRUE;
}

static gboolean port_note(struct call *call, json_t *request, json_t **reply)
{
	const char *text = json_string_value(json_object_get(request, "text"));

	if (!text)
		return FALSE;
	call->port->note(call->data, text);
	*reply = json_object();
	return TRUE;
}

static const struct {
	const char *name;
	gboolean (*serve)(struct call *call, json_t *request, json_t **reply);
} requests[] = { { "send", port_send }, { "receive", port_receive }, { "wait", port_wait }, { "note", port_note } };

/* Serves one request of the adapter's and answers it. Once the call has an end, every request is answered with that:
 * the adapter unwinds, and what it makes of it does not matter. */
static gboolean serve_request(struct call *call, const char *name, json_t *request)
{
	json_t *reply = NULL;
	gboolean good = FALSE;

	for (guint i = 0; i < G_N_ELEMENTS(requests); i++)
		if (g_str_equal(requests[i].name, name))
			good = call->end || requests[i].serve(call, request, &reply);
	if (!good)
		return FALSE;
	if (!reply)
		reply = json_pack("{s:b}", "end", 1);
	/* Should it not arrive, the next receive says why. */
	if (!wire_send(call->adapter->process.socket, reply))
		g_debug("%s: the adapter does not listen", call->adapter->process.path);
	json_decref(reply);
	return TRUE;
}

/* ---- a call */

static gboolean send_call(struct lua_adapter *adapter, const char *name, json_t *arguments, GError **error)
{
	json_t *nothing = json_object();
	json_t *message = json_pack("{s:s, s:O}", "call", name, "arguments", arguments ? arguments : nothing);
	gboolean sent = message && wire_send(adapter->process.socket, message);

	json_decref(message);
	json_decref(nothing);
	if (!sent)
		lua_process_error(&adapter->process, WIRE_END, RIG_ERROR_RIG, RIG_ERROR_RIG, error);
	return sent;
}

/* The message that ends the call, having served those before it. */
static json_t *last_message(struct call *call, GError **error)
{
	struct lua_process *process = &call->adapter->process;

	for (;;) {
		gsize budget = MESSAGE_BYTES_MAX;
		json_t *message = lua_process_receive(process, &budget, lua_process_deadline_us(process), RIG_ERROR_RIG,
						      RIG_ERROR_RIG, error);
		const char *io = json_string_value(json_object_get(message, "io"));
		if (!message || !io)
			return message;
		gboolean good = serve_request(call, io, message);
		json_decref(message);
		if (!good) {
			lua_process_error(process, WIRE_DAMAGED, RIG_ERROR_RIG, RIG_ERROR_RIG, error);
			return NULL;
		}
	}
}

static json_t *take_answer(struct call *call, json_t *message, char **at, GError **error)
{
	const char *raised = NULL, *refused = NULL, *detail = NULL, *place = NULL;
	int cannot = FALSE;
	json_t *answer = json_object_get(message, "answer");

	if (json_unpack(message, "{s?s, s?s, s?b, s?s, s?s}", "raised", &raised, "refused", &refused, "cannot", &cannot,
			"detail", &detail, "at", &place) ||
	    (!raised && !refused && !cannot && (!answer || !place))) {
		call->adapter->is_spent = TRUE;
		lua_process_error(&call->adapter->process, WIRE_DAMAGED, RIG_ERROR_RIG, RIG_ERROR_RIG, error);
		return NULL;
	}
	if (raised) {
		g_set_error_literal(error, RIG_ERROR, RIG_ERROR_RIG, raised);
		return NULL;
	}
	if (cannot) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "the board cannot do this%s%s", detail ? ": " : "",
			    detail ? detail : "");
		return NULL;
	}
	if (refused)
		return json_pack("{s:s, s:s?}", "refused", refused, "detail", detail);
	*at = g_strdup(place);
	return json_incref(answer);
}

json_t *lua_adapter_call(struct lua_adapter *adapter, const char *name, json_t *arguments,
			 const struct lua_adapter_port *port, gpointer data, char **at, GError **error)
{
	struct call call = { adapter, port, data, NULL };
	GError *failure = NULL;
	json_t *answer = NULL;

	if (adapter->is_spent) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: an earlier call ended the adapter",
			    adapter->process.path);
		return NULL;
	}
	/* A child that exceeds a limit ends, and one that cannot be understood is ended. */
	json_t *message = send_call(adapter, name, arguments, &failure) ? last_message(&call, &failure) : NULL;
	adapter->is_spent = !message;
	if (message && !call.end)
		answer = take_answer(&call, message, at, &failure);
	json_decref(message);
	if (!call.end) {
		if (failure)
			g_propagate_error(error, failure);
		return answer;
	}
	g_clear_error(&failure);
	g_propagate_error(error, call.end);
	return NULL;
}

/* ---- its life */

gboolean lua_adapter_has(const struct lua_adapter *adapter, const char *name)
{
	for (size_t i = 0; i < json_array_size(adapter->functions); i++)
		if (g_strcmp0(json_string_value(json_array_get(adapter->functions, i)), name) == 0)
			return TRUE;
	return FALSE;
}

static gboolean receive_functions(struct lua_adapter *adapter, GError **error)
{
	struct lua_process *process = &adapter->process;
	gsize budget = MESSAGE_BYTES_MAX;
	json_t *message = lua_process_receive(process, &budget, lua_process_deadline_us(process), RIG_ERROR_USAGE,
					      RIG_ERROR_RIG, error);

	if (!message)
		return FALSE;
	adapter->functions = json_incref(json_object_get(message, "functions"));
	json_decref(message);
	if (!json_is_array(adapter->functions))
		lua_process_error(process, WIRE_DAMAGED, RIG_ERROR_USAGE, RIG_ERROR_RIG, error);
	return json_is_array(adapter->functions);
}

struct lua_adapter *lua_adapter_open(const char *path, const struct lua_limits *limits, GError **error)
{
	struct lua_adapter *adapter = g_new0(struct lua_adapter, 1);

	if (lua_process_start(&adapter->process, path, NULL, limits, &adapter_service, error) &&
	    receive_functions(adapter, error))
		return adapter;
	lua_adapter_close(adapter);
	return NULL;
}

void lua_adapter_close(struct lua_adapter *adapter)
{
	if (!adapter)
		return;
	lua_process_end(&adapter->process);
	json_decref(adapter->functions);
	g_free(adapter);
}
