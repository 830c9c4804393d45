/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter_port.h"
#include "rig/slot_open.h"
#include <string.h>

#define RECEIVED_MAX 65536

gboolean adapter_port_open(struct adapter_port *port, struct slot *slot, enum driver_role role, GError **error)
{
	*port = (struct adapter_port){ .slot = slot, .role = role, .on = slot_instrument(slot, role) };
	port->received = g_byte_array_new();
	/* The console is opened after the controller: whether there is one shows at the first call. */
	if (role == ROLE_CONSOLE || port->on->driver)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "needs a %s instrument in the slot", driver_role_name(role));
	return FALSE;
}

void adapter_port_close(struct adapter_port *port)
{
	if (port->received)
		g_byte_array_unref(port->received);
}

/* ---- taking in what came */

static gboolean take_usb(struct adapter_port *port, GError **error)
{
	const struct usb_ops *usb = port->on->driver->ops.usb;
	guint8 buffer[16384];
	gssize got;

	while ((got = usb->receive(port->on->self, buffer, sizeof buffer, error)) > 0 &&
	       port->received->len < RECEIVED_MAX)
		g_byte_array_append(port->received, buffer, (guint)got);
	return got >= 0;
}

/* slot_wait() has read the console. */
static void take_console(struct adapter_port *port)
{
	const GString *console = slot_console(port->slot);

	g_byte_array_append(port->received, (guint8 *)console->str + port->console_mark,
			    (guint)(console->len - port->console_mark));
	port->console_mark = console->len;
}

static gboolean take_in(struct adapter_port *port, GError **error)
{
	if (port->role == ROLE_USB)
		return take_usb(port, error);
	take_console(port);
	return TRUE;
}

static gboolean is_there(struct adapter_port *port, GError **error)
{
	gboolean present = FALSE;

	if (!port->on->driver) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "the slot has no %s instrument",
			    driver_role_name(port->role));
		return FALSE;
	}
	if (port->role == ROLE_CONSOLE)
		return TRUE;
	if (!port->on->driver->ops.usb->present(port->on->self, &present, error))
		return FALSE;
	if (!present)
		g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "the controller is not on the bus");
	return present;
}

static gboolean prefixed(const struct adapter_port *port, gboolean good, GError **error)
{
	if (!good)
		g_prefix_error(error, "asking the controller (%s): ", port->doing);
	return good;
}

gboolean adapter_port_begin(struct adapter_port *port, const char *doing, gint64 within_ns, GError **error)
{
	port->doing = doing;
	port->deadline_ns = slot_now(port->slot) + within_ns;
	if (!prefixed(port, is_there(port, error) && take_in(port, error), error))
		return FALSE;
	/* On the console the unit talks unasked all the time. */
	if (port->received->len && port->role == ROLE_USB) {
		g_autofree char *text = g_strdup_printf("dropped %u late or unasked bytes before asking for %s",
							port->received->len, doing);
		slot_record_json(port->slot, EVENT_NOTE, json_pack("{s:s}", "text", text));
	}
	g_byte_array_set_size(port->received, 0);
	return TRUE;
}

/* ---- sending */

struct sending {
	struct adapter_port *port;
	const guint8 *bytes;
	gsize length;
};

/* The transfer before may still be under way; only receiving tells when it ends. */
static gboolean try_to_send(gpointer data, gboolean *done, GError **error)
{
	struct sending *sending = data;
	struct adapter_port *port = sending->port;
	g_autoptr(GError) failure = NULL;

	if (!take_usb(port, error))
		return FALSE;
	*done = port->on->driver->ops.usb->send(port->on->self, sending->bytes, sending->length, &failure);
	if (*done || g_error_matches(failure, RIG_ERROR, RIG_ERROR_TIMEOUT))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean send_usb(struct adapter_port *port, const guint8 *bytes, gsize length, GError **error)
{
	struct sending sending = { port, bytes, length };
	gboolean met = FALSE;

	if (!slot_wait(port->slot, port->deadline_ns, try_to_send, &sending, &met, error))
		return FALSE;
	if (!met)
		g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "the controller does not take what is sent to it");
	return met;
}

static gboolean port_send(gpointer data, const guint8 *bytes, gsize length, GError **error)
{
	struct adapter_port *port = data;
	gboolean sent = port->role == ROLE_USB
			    ? send_usb(port, bytes, length, error)
			    : port->on->driver->ops.console->write(port->on->self, bytes, length, error);

	return prefixed(port, sent, error);
}

/* ---- receiving */

struct receiving {
	struct adapter_port *port;
	const struct lua_adapter_wanted *wanted;
	gsize length; /* how much of what was received is it */
};

static gboolean look(gpointer data, gboolean *done, GError **error)
{
	struct receiving *receiving = data;
	const struct lua_adapter_wanted *wanted = receiving->wanted;
	const GByteArray *received = receiving->port->received;

	if (!take_in(receiving->port, error))
		return FALSE;
	const guint8 *end = wanted->ending && received->len
				? memmem(received->data, received->len, wanted->ending, wanted->ending_length)
				: NULL;
	if (end)
		receiving->length = (gsize)(end - received->data) + wanted->ending_length;
	else if (wanted->bytes && received->len >= wanted->bytes)
		receiving->length = wanted->bytes;
	else if (!wanted->ending && !wanted->bytes)
		receiving->length = received->len;
	*done = receiving->length > 0;
	if (*done || received->len < RECEIVED_MAX)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "received %u bytes without what %s waits for", received->len,
		    wanted->at);
	return FALSE;
}

static void set_silence(const struct adapter_port *port, const struct lua_adapter_wanted *wanted, gint64 since_ns,
			GError **error)
{
	double waited_s = (double)(slot_now(port->slot) - since_ns) / NS_PER_S;

	if (port->received->len)
		g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT,
			    "no answer within %.3f s, only %u bytes without what %s waits for", waited_s,
			    port->received->len, wanted->at);
	else
		g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "no answer within %.3f s (%s)", waited_s, wanted->at);
}

static GBytes *port_receive(gpointer data, const struct lua_adapter_wanted *wanted, GError **error)
{
	struct adapter_port *port = data;
	struct receiving receiving = { port, wanted, 0 };
	gint64 since_ns = slot_now(port->slot), left_ns = port->deadline_ns - since_ns;
	gboolean is_cut = wanted->within_ns < 0 || wanted->within_ns > left_ns, met = FALSE;
	gint64 deadline_ns = is_cut ? port->deadline_ns : since_ns + wanted->within_ns;

	if (!prefixed(port, slot_wait(port->slot, deadline_ns, look, &receiving, &met, error), error))
		return NULL;
	if (!met) {
		if (is_cut || !wanted->optional) {
			set_silence(port, wanted, since_ns, error);
			prefixed(port, FALSE, error);
		}
		return NULL;
	}
	GBytes *bytes = g_bytes_new(port->received->data, receiving.length);
	g_byte_array_remove_range(port->received, 0, (guint)receiving.length);
	return bytes;
}

/* ---- the rest */

static gboolean port_wait(gpointer data, gint64 duration_ns, GError **error)
{
	struct adapter_port *port = data;
	gint64 until_ns = slot_now(port->slot) + MIN(duration_ns, G_MAXINT64 / 2);
	gboolean good = slot_wait(port->slot, MIN(until_ns, port->deadline_ns), NULL, NULL, NULL, error);

	if (good && until_ns > port->deadline_ns) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "not done in time");
		good = FALSE;
	}
	return prefixed(port, good, error);
}

static void port_note(gpointer data, const char *text)
{
	struct adapter_port *port = data;

	slot_record_json(port->slot, EVENT_NOTE, json_pack("{s:s}", "text", text));
}

const struct lua_adapter_port adapter_port_functions = { port_send, port_receive, port_wait, port_note };
