/* SPDX-License-Identifier: Apache-2.0 */
/* Byte transport to the emulated controller's USB device, URB by URB, in this process. */
#include "board_instruments.h"
#include "urb_record.h"
#include "usb_address.h"
#include <errno.h>

#define TRANSFER_MAX 16384

struct board_usb {
	struct board_instrument on;
	struct urb in, out;
	guint8 in_buffer[TRANSFER_MAX], out_buffer[TRANSFER_MAX];
	gint64 in_since_ns, out_since_ns;
	gboolean in_queued, in_done, out_queued, claimed;
	struct usb_address address;
	gboolean known, is_ours; /* whether its descriptors were looked at, and are what is looked for */
};

static void record(struct board_usb *self, const struct urb *urb, gint64 since_ns)
{
	urb_record(self->on.slot, &(struct urb_record){ .device = BOARD_CONTROLLER,
							.endpoint = urb->endpoint,
							.setup = urb->endpoint & 15 ? NULL : urb->setup,
							.data = urb->buffer,
							.actual = urb->actual,
							.length = urb->length,
							.status = urb->status,
							.submitted_ns = since_ns });
}

static void in_complete(struct urb *urb)
{
	struct board_usb *self = urb->owner;

	self->in_queued = FALSE;
	self->in_done = TRUE;
}

static void out_complete(struct urb *urb)
{
	struct board_usb *self = urb->owner;

	self->out_queued = FALSE;
	if (urb->status != -ENOENT)
		record(self, urb, self->out_since_ns);
}

static void submit_in(struct board_usb *self)
{
	self->in = (struct urb){ .endpoint = self->address.in,
				 .buffer = self->in_buffer,
				 .length = TRANSFER_MAX,
				 .complete = in_complete,
				 .owner = self };
	self->in_since_ns = slot_now(self->on.slot);
	self->in_queued = TRUE;
	self->on.board_class->submit(self->on.board, BOARD_CONTROLLER, &self->in);
}

static gpointer usb_open(const struct driver_env *env, GError **error)
{
	g_autofree struct board_instrument *on = board_instrument_open(env, error);
	struct usb_address address = { 0 };

	if (!on || !usb_address_read(env, &address, error)) {
		usb_address_clear(&address);
		return NULL;
	}
	struct board_usb *self = g_new0(struct board_usb, 1);
	self->on = *on;
	self->address = address;
	return self;
}

static void usb_close(gpointer data)
{
	struct board_usb *self = data;

	if (self->in_queued)
		self->on.board_class->cancel(self->on.board, BOARD_CONTROLLER, &self->in);
	if (self->out_queued)
		self->on.board_class->cancel(self->on.board, BOARD_CONTROLLER, &self->out);
	usb_address_clear(&self->address);
	g_free(self);
}

static void control_complete(struct urb *urb)
{
	(void)urb;
}

/* GET_DESCRIPTOR (USB 2.0, 9.4.3): bytes read, 0 if there is no such descriptor. */
static gsize get_descriptor(struct board_usb *self, guint8 type, guint8 index, guint8 *bytes, guint8 capacity)
{
	struct urb urb = { .endpoint = 0x80,
			   .setup = { 0x80, 0x06, index, type, 0x09, 0x04, capacity, 0 },
			   .buffer = bytes,
			   .length = capacity,
			   .complete = control_complete };

	self->on.board_class->submit(self->on.board, BOARD_CONTROLLER, &urb);
	record(self, &urb, slot_now(self->on.slot));
	return urb.status ? 0 : urb.actual;
}

/* As libusb finds a device: by vendor, product and, if it is asked for, serial number. */
static gboolean looks_right(struct board_usb *self)
{
	guint8 device[18], configuration[255], text[64] = { 0 };

	/* The configuration is asked for as every operating system does, and for those who read the record. */
	if (get_descriptor(self, 1, 0, device, sizeof device) < sizeof device ||
	    !get_descriptor(self, 2, 0, configuration, sizeof configuration) ||
	    (device[8] | device[9] << 8) != self->address.vid || (device[10] | device[11] << 8) != self->address.pid)
		return FALSE;
	if (!self->address.serial)
		return TRUE;
	gsize length = get_descriptor(self, 3, device[16], text, sizeof text), wanted = strlen(self->address.serial);
	gboolean same = length == 2 + 2 * wanted;
	for (gsize i = 0; same && i < wanted; i++)
		same = text[2 + 2 * i] == (guint8)self->address.serial[i] && !text[3 + 2 * i];
	return same;
}

static gboolean usb_present(gpointer data, gboolean *present, GError **error)
{
	struct board_usb *self = data;

	(void)error;
	*present = self->on.board_class->present(self->on.board, BOARD_CONTROLLER);
	if (*present && !self->known) {
		self->known = TRUE;
		self->is_ours = looks_right(self);
	}
	*present = *present && self->is_ours;
	/* A transfer that ended as the device left belongs to an earlier power-on. If it is back by now, who asks must
	   learn once that it was away. */
	if (self->in_done && (!*present || self->in.status)) {
		self->in_done = FALSE;
		self->claimed = FALSE;
		*present = FALSE;
	}
	if (*present && !self->claimed)
		submit_in(self);
	self->claimed = *present;
	return TRUE;
}

static gboolean gone(const char *what, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "the emulated controller left the bus while %s", what);
	return FALSE;
}

static gboolean usb_send(gpointer data, const guint8 *bytes, gsize length, GError **error)
{
	struct board_usb *self = data;

	g_assert(length <= TRANSFER_MAX);
	if (!self->claimed)
		return gone("sending", error);
	if (self->out_queued) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "the controller has not taken the last request yet");
		return FALSE;
	}
	memcpy(self->out_buffer, bytes, length);
	self->out = (struct urb){ .endpoint = self->address.out,
				  .buffer = self->out_buffer,
				  .length = length,
				  .zero_packet = TRUE,
				  .complete = out_complete,
				  .owner = self };
	self->out_since_ns = slot_now(self->on.slot);
	self->out_queued = TRUE;
	self->on.board_class->submit(self->on.board, BOARD_CONTROLLER, &self->out);
	return self->out_queued || self->out.status == 0 || gone("sending", error);
}

static gssize usb_receive(gpointer data, guint8 *buffer, gsize capacity, GError **error)
{
	struct board_usb *self = data;

	if (!self->in_done)
		return 0;
	self->in_done = FALSE;
	record(self, &self->in, self->in_since_ns);
	if (self->in.status) {
		self->claimed = FALSE;
		return gone("receiving", error) - 1;
	}
	gsize got = MIN(self->in.actual, capacity);
	memcpy(buffer, self->in_buffer, got);
	submit_in(self);
	return (gssize)got;
}

static const struct usb_ops ops = { usb_present, usb_send, usb_receive };
static const char *const settings[] = { USB_ADDRESS_SETTINGS, NULL };

const struct driver board_usb_driver = {
	.name = "board-usb",
	.role = ROLE_USB,
	.summary = "USB device of the emulated controller in this process",
	.settings = settings,
	.check = usb_address_check,
	.open = usb_open,
	.close = usb_close,
	.ops.usb = &ops,
};
