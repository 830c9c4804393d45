/* SPDX-License-Identifier: Apache-2.0 */
/* Byte transport to the emulated controller's USB device, URB by URB, in this process. */
#include "board_instruments.h"
#include "urb_record.h"
#include <errno.h>

#define TRANSFER_MAX 16384
#define DESCRIPTOR_MAX 255

struct board_usb {
	struct board_instrument on;
	struct urb in, out, control;
	guint8 in_buffer[TRANSFER_MAX], out_buffer[TRANSFER_MAX], control_buffer[DESCRIPTOR_MAX];
	gint64 in_since_ns, out_since_ns, control_since_ns;
	gboolean in_queued, in_done, out_queued, control_queued, claimed;
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

enum descriptor { DESCRIPTOR_DEVICE = 1, DESCRIPTOR_CONFIGURATION = 2 };

static void get_descriptor(struct board_usb *self, enum descriptor type);

static void control_complete(struct urb *urb)
{
	struct board_usb *self = urb->owner;
	gboolean first = urb->setup[3] == DESCRIPTOR_DEVICE;

	self->control_queued = FALSE;
	if (urb->status == -ENOENT)
		return;
	record(self, urb, self->control_since_ns);
	if (first && !urb->status)
		get_descriptor(self, DESCRIPTOR_CONFIGURATION);
}

/* As an operating system does with a device that arrives. */
static void get_descriptor(struct board_usb *self, enum descriptor type)
{
	self->control = (struct urb){ .endpoint = 0x80,
				      .setup = { 0x80, 6, 0, (guint8)type, 0, 0, DESCRIPTOR_MAX, 0 },
				      .buffer = self->control_buffer,
				      .length = DESCRIPTOR_MAX,
				      .complete = control_complete,
				      .owner = self };
	self->control_since_ns = slot_now(self->on.slot);
	self->control_queued = TRUE;
	self->on.board_class->submit(self->on.board, BOARD_CONTROLLER, &self->control);
}

static void submit_in(struct board_usb *self)
{
	self->in = (struct urb){ .endpoint = PROTOCOL_USB_EP_IN,
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

	if (!on)
		return NULL;
	struct board_usb *self = g_new0(struct board_usb, 1);
	self->on = *on;
	return self;
}

static void usb_close(gpointer data)
{
	struct board_usb *self = data;

	if (self->in_queued)
		self->on.board_class->cancel(self->on.board, BOARD_CONTROLLER, &self->in);
	if (self->out_queued)
		self->on.board_class->cancel(self->on.board, BOARD_CONTROLLER, &self->out);
	if (self->control_queued)
		self->on.board_class->cancel(self->on.board, BOARD_CONTROLLER, &self->control);
	g_free(self);
}

static gboolean usb_present(gpointer data, gboolean *present, GError **error)
{
	struct board_usb *self = data;

	(void)error;
	*present = self->on.board_class->present(self->on.board, BOARD_CONTROLLER);
	/* A transfer that ended as the device left belongs to an earlier power-on. If it is back by now, who asks must
	   learn once that it was away. */
	if (self->in_done && (!*present || self->in.status)) {
		self->in_done = FALSE;
		self->claimed = FALSE;
		*present = FALSE;
	}
	if (*present && !self->claimed) {
		if (!self->control_queued)
			get_descriptor(self, DESCRIPTOR_DEVICE);
		submit_in(self);
	}
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
	self->out = (struct urb){ .endpoint = PROTOCOL_USB_EP_OUT,
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
static const char *const settings[] = { NULL };

const struct driver board_usb_driver = {
	.name = "board-usb",
	.role = ROLE_USB,
	.summary = "USB device of the emulated controller in this process",
	.settings = settings,
	.open = usb_open,
	.close = usb_close,
	.ops.usb = &ops,
};
