/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace.pcapng, for Wireshark and tshark: what went over the wires between the rig and the unit, and what the rig did.
 * Interfaces:
 *   0 usb      link type 220 (usbmon): address 2 is the controller, 3 the rig's FT2232H; see pcapng_usb.h
 *   1 console  link type 250 (RTAC serial): the bytes of the service console
 *   2 rig      link type 252 (exported PDUs): cases, steps, panel, power, findings, as lines for the syslog dissector:
 *              severity "error" for what failed, "notice" for what changes the scene, else "info"
 * Time 0 is the run's begin; cases follow one another as in trace_clock.h. The section's comment says what was observed
 * and what not. Without a transfer or a console byte there is no file.
 */
#include "sinks.h"
#include "outfile.h"
#include "pcapng_usb.h"
#include "put.h"
#include "trace_text.h"
#include "rig/tally.h"
#include "rig/units.h"

#define ROOM (1u << 20)
#define LINKTYPE_RTAC_SERIAL 250
#define LINKTYPE_EXPORTED_PDU 252

enum interface { INTERFACE_USB, INTERFACE_CONSOLE, INTERFACE_RIG };

struct pcapng {
	struct outfile *file;
	struct reorder *packets;
	struct trace_clock clock;
	GString *line;
	guint64 urbs;
	gboolean begun;
	gboolean observed; /* a transfer or a console byte */
};

static void append_driver(GString *out, json_t *drivers, const char *role)
{
	const char *name = json_string_value(json_object_get(drivers, role));

	g_string_append_printf(out, "%s%s: %s", out->str[out->len - 1] == ':' ? " " : ", ", role, name ? name : "none");
}

/* What everybody who opens the file must know about where it comes from. */
static char *comment(const struct event *event, json_t *run)
{
	GString *out = g_string_new(trace_is_emulated(event) ? TALLY_EMULATED "\n" : NULL);
	json_t *drivers = json_object_get(json_object_get(run, "slot"), "drivers");

	g_string_append(
	    out, "USB transfers are those that the rig's own drivers made, recorded by the rig as its USB library "
		 "reported their ends: not by a bus analyzer, and other programs' transfers are not in it. "
		 "Descriptors are put before a device's first transfer as the operating system read them. "
		 "Instruments:");
	append_driver(out, drivers, "usb");
	append_driver(out, drivers, "console");
	append_driver(out, drivers, "power");
	g_string_append(out, ". The serial port's control lines were not recorded. Time 0 is the run's begin.");
	return g_string_free(out, FALSE);
}

static char *hardware(json_t *run)
{
	json_t *slot = json_object_get(run, "slot");
	const char *name = json_string_value(json_object_get(slot, "name"));
	const char *unit = json_string_value(json_object_get(slot, "unit"));

	return g_strdup_printf("slot %s, unit %s", name ? name : "unknown", unit ? unit : "unknown");
}

static gboolean begin(struct pcapng *self, const struct event *event, GError **error)
{
	json_t *run = event->type == EVENT_RUN_BEGIN ? event_json(event) : NULL;
	g_autofree char *where = hardware(run), *what = comment(event, run);
	g_autoptr(GString) head = g_string_sized_new(2048);

	json_decref(run);
	pcapng_section(head, where, "wiperig " WIPERIG_VERSION, what);
	pcapng_interface(head, LINKTYPE_USB_LINUX_MMAPPED, "usb",
			 "USB transfers of the rig: address 2 the controller, 3 the rig's FT2232H");
	pcapng_interface(head, LINKTYPE_RTAC_SERIAL, "console", "the unit's service console");
	pcapng_interface(head, LINKTYPE_EXPORTED_PDU, "rig", "cases, steps, panel, power");
	self->begun = TRUE;
	return outfile_write(self->file, head->str, head->len, error);
}

static gboolean add_console(struct pcapng *self, const struct event *event, gint64 at_ns, GError **error)
{
	enum { HEADER = 12, TRANSMITTED = 1, RECEIVED = 2 };
	gsize length = MIN(event->length, PCAPNG_SNAP_LENGTH - HEADER);
	guint8 *p =
	    pcapng_packet(self->packets, INTERFACE_CONSOLE, at_ns, HEADER + length, HEADER + event->length, error);

	if (!p)
		return FALSE;
	p = put_be32(p, (guint32)(at_ns / NS_PER_S));
	p = put_be32(p, (guint32)(at_ns % NS_PER_S / NS_PER_US));
	*p++ = event->type == EVENT_CONSOLE_RX ? RECEIVED : TRANSMITTED;
	*p++ = 0; /* control lines */
	p = put_be16(p, 0);
	put_bytes(p, event->data, length);
	self->observed = TRUE;
	return TRUE;
}

static gboolean add_text(struct pcapng *self, const struct event *event, gint64 at_ns, GError **error)
{
	static const guint8 head[] = { 0, 12, 0, 8, 's', 'y', 's', 'l', 'o', 'g', 0, 0, /* dissector's name */
				       0, 0,  0, 0 };
	static const char *const priority[] = { /* facility "user" */
						[TRACE_QUIET] = "<14>",
						[TRACE_NOTABLE] = "<13>",
						[TRACE_BAD] = "<11>"
	};
	enum trace_weight weight;

	if (!trace_text(self->line, event, &weight))
		return TRUE;
	gsize length = MIN(self->line->len, PCAPNG_SNAP_LENGTH - sizeof head - 4);
	gsize whole = sizeof head + 4 + length;
	guint8 *p = pcapng_packet(self->packets, INTERFACE_RIG, at_ns, whole, whole, error);
	if (!p)
		return FALSE;
	p = put_bytes(p, head, sizeof head);
	p = put_bytes(p, priority[weight], 4);
	put_bytes(p, self->line->str, length);
	return TRUE;
}

static gboolean add_urb(struct pcapng *self, const struct event *event, GError **error)
{
	GError *failure = NULL;

	if (pcapng_usb(self->packets, INTERFACE_USB, &self->clock, event, self->urbs + 1, &failure)) {
		self->urbs++;
		self->observed = TRUE;
	}
	if (failure)
		g_propagate_error(error, failure);
	return !failure;
}

static gboolean pcapng_event(gpointer data, const struct event *event, GError **error)
{
	struct pcapng *self = data;
	gint64 at_ns = trace_clock_event(&self->clock, event);

	if (!self->begun && !begin(self, event, error))
		return FALSE;
	switch (event->type) {
	case EVENT_URB:
		return add_urb(self, event, error);
	case EVENT_CONSOLE_RX:
	case EVENT_CONSOLE_TX:
		return add_console(self, event, at_ns, error);
	default:
		return add_text(self, event, at_ns, error);
	}
}

static gboolean write_packet(gpointer data, guint8 *bytes, gsize length, GError **error)
{
	return outfile_write(((struct pcapng *)data)->file, bytes, length, error);
}

static gpointer pcapng_open(const char *folder, GError **error)
{
	struct outfile *file = outfile_open(folder, pcapng_sink.filename, error);

	if (!file)
		return NULL;
	struct pcapng *self = g_new0(struct pcapng, 1);
	self->file = file;
	self->packets = reorder_new(ROOM, write_packet, self);
	self->line = g_string_sized_new(512);
	return self;
}

static gboolean pcapng_close(gpointer data, gboolean abandon, GError **error)
{
	struct pcapng *self = data;
	gboolean written = abandon || reorder_flush(self->packets, error);
	gboolean closed = outfile_close(self->file, abandon || !written || !self->observed, written ? error : NULL);

	reorder_free(self->packets);
	g_string_free(self->line, TRUE);
	g_free(self);
	return written && closed;
}

const struct sink pcapng_sink = {
	.name = "pcapng",
	.filename = "trace.pcapng",
	.summary = "USB transfers, console bytes and steps, for Wireshark",
	.open = pcapng_open,
	.event = pcapng_event,
	.close = pcapng_close,
};
