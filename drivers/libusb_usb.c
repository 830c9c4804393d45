/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Byte transport to the controller's vendor interface through libusb 1.0.
 *
 * One IN transfer is always under way; OUT transfers are asynchronous too, so that nothing here blocks: time passes in
 * slot_wait() alone, by the slot's clock, and time-outs are slot time. On an emulated slot the emulator has answered
 * before the grant's reply arrives, so a poll with zero time-out sees all that happened.
 */
#include "rig/slot.h"
#include "urb_record.h"
#include "usb_witness.h"
#include "usb_address.h"
#include <errno.h>
#include <libusb-1.0/libusb.h>

#define TRANSFER_MAX 16384
#define CLOSE_TIMEOUT_MS 2000
#define PATIENCE_NS NS_PER_S /* with a board that cannot be opened */

struct transfer {
	struct libusb_transfer *usb;
	guint8 buffer[TRANSFER_MAX];
	gint64 since_ns;
	gboolean queued, done;
};

struct libusb_usb {
	struct slot *slot;
	libusb_context *context;
	libusb_device_handle *handle;
	struct usb_address address;
	struct transfer in, out;
	gint64 trouble_ns; /* since when it cannot be opened; -1: it can, or is not there */
};

static gboolean fail(const struct libusb_usb *self, const char *doing, int code, GError **error)
{
	enum rig_error kind = code == LIBUSB_ERROR_NO_DEVICE ? RIG_ERROR_GONE : RIG_ERROR_RIG;

	g_set_error(error, RIG_ERROR, kind, "controller %04x:%04x serial %s: %s: %s", self->address.vid,
		    self->address.pid, self->address.serial ? self->address.serial : "(any)", doing,
		    libusb_strerror(code));
	return FALSE;
}

/* A transfer's end as an URB status and as a libusb error. */
static const struct {
	enum libusb_transfer_status status;
	int urb, code;
} ends[] = {
	{ LIBUSB_TRANSFER_COMPLETED, 0, LIBUSB_SUCCESS },
	{ LIBUSB_TRANSFER_ERROR, -EPROTO, LIBUSB_ERROR_IO },
	{ LIBUSB_TRANSFER_TIMED_OUT, -ETIMEDOUT, LIBUSB_ERROR_TIMEOUT },
	{ LIBUSB_TRANSFER_CANCELLED, -ENOENT, LIBUSB_ERROR_INTERRUPTED },
	{ LIBUSB_TRANSFER_STALL, -EPIPE, LIBUSB_ERROR_PIPE },
	{ LIBUSB_TRANSFER_NO_DEVICE, -ESHUTDOWN, LIBUSB_ERROR_NO_DEVICE },
	{ LIBUSB_TRANSFER_OVERFLOW, -EOVERFLOW, LIBUSB_ERROR_OVERFLOW },
};

static guint end_of(const struct transfer *transfer)
{
	for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
		if (ends[i].status == transfer->usb->status)
			return i;
	return 1;
}

static void record(struct libusb_usb *self, const struct transfer *transfer)
{
	urb_record(self->slot, &(struct urb_record){ .device = BOARD_CONTROLLER,
						     .endpoint = transfer->usb->endpoint,
						     .data = transfer->buffer,
						     .actual = (gsize)transfer->usb->actual_length,
						     .length = (gsize)transfer->usb->length,
						     .status = ends[end_of(transfer)].urb,
						     .submitted_ns = transfer->since_ns });
}

static void LIBUSB_CALL completed(struct libusb_transfer *usb)
{
	struct transfer *transfer = usb->user_data;

	transfer->queued = FALSE;
	transfer->done = TRUE;
}

static gboolean handle_events(struct libusb_usb *self, GError **error)
{
	struct timeval zero = { 0, 0 };
	int code = libusb_handle_events_timeout_completed(self->context, &zero, NULL);

	return code == LIBUSB_SUCCESS || code == LIBUSB_ERROR_INTERRUPTED || fail(self, "handling events", code, error);
}

static gboolean start(struct libusb_usb *self, struct transfer *transfer, guint8 endpoint, gsize length, GError **error)
{
	libusb_fill_bulk_transfer(transfer->usb, self->handle, endpoint, transfer->buffer, (int)length, completed,
				  transfer, 0);
	if (!(endpoint & LIBUSB_ENDPOINT_IN))
		transfer->usb->flags |= LIBUSB_TRANSFER_ADD_ZERO_PACKET;
	transfer->since_ns = slot_now(self->slot);
	transfer->done = FALSE;
	int code = libusb_submit_transfer(transfer->usb);
	transfer->queued = code == LIBUSB_SUCCESS;
	return transfer->queued || fail(self, "submitting a transfer", code, error);
}

/* Takes a queued transfer back and waits for its end; the kernel answers promptly. */
static void retire(struct libusb_usb *self, struct transfer *transfer)
{
	struct timeval limit = { CLOSE_TIMEOUT_MS / 1000, 0 };

	if (transfer->queued)
		libusb_cancel_transfer(transfer->usb);
	for (guint tries = 0; transfer->queued && tries < 3; tries++)
		if (libusb_handle_events_timeout_completed(self->context, &limit, (int *)&transfer->done) !=
		    LIBUSB_SUCCESS)
			break;
	transfer->done = FALSE;
}

static void disconnect(struct libusb_usb *self)
{
	if (!self->handle)
		return;
	retire(self, &self->in);
	retire(self, &self->out);
	libusb_release_interface(self->handle, self->address.interface);
	usb_witness_end(self->handle);
	libusb_close(self->handle);
	self->handle = NULL;
}

static gboolean serial_matches(struct libusb_usb *self, const struct libusb_device_descriptor *descriptor,
			       gboolean *matches, GError **error)
{
	unsigned char text[256] = "";

	*matches = !self->address.serial;
	if (*matches || !descriptor->iSerialNumber)
		return TRUE;
	int code = libusb_get_string_descriptor_ascii(self->handle, descriptor->iSerialNumber, text, sizeof text);
	if (code < 0)
		return fail(self, "reading the serial number", code, error);
	*matches = g_str_equal((char *)text, self->address.serial);
	return TRUE;
}

static gboolean is_candidate(const struct libusb_usb *self, libusb_device *device,
			     struct libusb_device_descriptor *descriptor)
{
	return libusb_get_device_descriptor(device, descriptor) == LIBUSB_SUCCESS &&
	       descriptor->idVendor == self->address.vid && descriptor->idProduct == self->address.pid;
}

/* Of two boards the wrong one might be erased. */
static gboolean is_unambiguous(const struct libusb_usb *self, libusb_device **list, ssize_t count, GError **error)
{
	struct libusb_device_descriptor descriptor;
	guint candidates = 0;

	for (ssize_t i = 0; i < count; i++)
		candidates += is_candidate(self, list[i], &descriptor);
	if (candidates <= 1)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
		    "%u controllers %04x:%04x are on the bus: the slot file's [usb] must say serial=", candidates,
		    self->address.vid, self->address.pid);
	return FALSE;
}

/* Opens one candidate; leaves self->handle set if it is ours. */
static gboolean try_device(struct libusb_usb *self, libusb_device *device, GError **error)
{
	struct libusb_device_descriptor descriptor;
	gboolean matches;

	if (!is_candidate(self, device, &descriptor))
		return TRUE;
	int code = libusb_open(device, &self->handle);
	if (code != LIBUSB_SUCCESS)
		return fail(self, "opening it (is the udev rule installed? see wiperig doctor)", code, error);
	gboolean good = serial_matches(self, &descriptor, &matches, error);
	if (good && matches) {
		usb_witness_begin(self->handle, self->slot, BOARD_CONTROLLER);
		/* A serial port's interface may be the kernel's so far. */
		libusb_set_auto_detach_kernel_driver(self->handle, 1);
		code = libusb_claim_interface(self->handle, self->address.interface);
		good = code == LIBUSB_SUCCESS || fail(self, "claiming its interface", code, error);
		good = good && start(self, &self->in, self->address.in, TRANSFER_MAX, error);
		if (good)
			return TRUE;
		usb_witness_end(self->handle);
	}
	libusb_close(self->handle);
	self->handle = NULL;
	return good;
}

/* On a bus in motion a board that comes or goes cannot be opened for a moment, and libusb gives that several names. */
static gboolean bear(struct libusb_usb *self, const GError *failure)
{
	if (!failure || self->handle)
		self->trouble_ns = -1;
	else if (self->trouble_ns < 0)
		self->trouble_ns = slot_now(self->slot);
	return self->trouble_ns < 0 || slot_now(self->slot) - self->trouble_ns < PATIENCE_NS;
}

static gboolean find(struct libusb_usb *self, GError **error)
{
	libusb_device **list;
	/* This also takes in the hot-plug events that wait. */
	ssize_t count = libusb_get_device_list(self->context, &list);
	g_autoptr(GError) failure = NULL;

	if (count < 0)
		return fail(self, "listing the bus", (int)count, error);
	const gboolean clear = self->address.serial || is_unambiguous(self, list, count, error);
	gboolean good = clear;
	/* With a serial number to go by, a board that cannot be opened may be another slot's. One that leaves while it
	   is looked at is not there. */
	for (ssize_t i = 0; (good || self->address.serial) && !self->handle && i < count; i++) {
		g_autoptr(GError) problem = NULL;
		good = try_device(self, list[i], &problem) || g_error_matches(problem, RIG_ERROR, RIG_ERROR_GONE);
		if (!good && !failure)
			failure = g_steal_pointer(&problem);
	}
	libusb_free_device_list(list, 1);
	if (!clear || bear(self, failure))
		return clear;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static void usb_close(gpointer data)
{
	struct libusb_usb *self = data;

	disconnect(self);
	libusb_free_transfer(self->in.usb);
	libusb_free_transfer(self->out.usb);
	if (self->context)
		libusb_exit(self->context);
	usb_address_clear(&self->address);
	g_free(self);
}

static gpointer usb_open(const struct driver_env *env, GError **error)
{
	struct libusb_usb *self = g_new0(struct libusb_usb, 1);

	self->slot = env->slot;
	self->trouble_ns = -1;
	self->in.usb = libusb_alloc_transfer(0);
	self->out.usb = libusb_alloc_transfer(0);
	gboolean good = usb_address_read(env, &self->address, error);
	int code = good ? libusb_init(&self->context) : LIBUSB_SUCCESS;
	if (good && code == LIBUSB_SUCCESS)
		return self;
	if (good)
		fail(self, "starting libusb", code, error);
	usb_close(self);
	return NULL;
}

/* Its IN transfer ended by itself. A kernel says so by -EPROTO as often as by -ESHUTDOWN, since it notices the silence
 * before the unplugging. What else ends a transfer is for receive() to tell. */
static gboolean has_left(const struct libusb_usb *self)
{
	return !self->in.queued && (!self->in.done || self->in.usb->status == LIBUSB_TRANSFER_NO_DEVICE ||
				    self->in.usb->status == LIBUSB_TRANSFER_ERROR);
}

static gboolean usb_present(gpointer data, gboolean *present, GError **error)
{
	struct libusb_usb *self = data;

	if (!handle_events(self, error))
		return FALSE;
	*present = FALSE;
	if (self->handle && has_left(self)) {
		/* It may be back by now: a controller that reset itself was not there all the time, and who asks must
		   learn that once. */
		disconnect(self);
		return TRUE;
	}
	if (!self->handle && !find(self, error))
		return FALSE;
	*present = self->handle != NULL;
	return TRUE;
}

static gboolean usb_send(gpointer data, const guint8 *bytes, gsize length, GError **error)
{
	struct libusb_usb *self = data;

	g_assert(length <= TRANSFER_MAX);
	if (!self->handle)
		return fail(self, "sending", LIBUSB_ERROR_NO_DEVICE, error);
	if (self->out.queued) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "the controller has not taken the last request yet");
		return FALSE;
	}
	if (self->out.done) /* late, of a request that was given up */
		record(self, &self->out);
	memcpy(self->out.buffer, bytes, length);
	return start(self, &self->out, self->address.out, length, error);
}

/* An ended OUT transfer is recorded; a failed one is an error. */
static gboolean settle_out(struct libusb_usb *self, GError **error)
{
	if (!self->out.done)
		return TRUE;
	self->out.done = FALSE;
	record(self, &self->out);
	int code = ends[end_of(&self->out)].code;
	return code == LIBUSB_SUCCESS || fail(self, "sending", code, error);
}

static gssize usb_receive(gpointer data, guint8 *buffer, gsize capacity, GError **error)
{
	struct libusb_usb *self = data;

	if (!handle_events(self, error) || !settle_out(self, error))
		return -1;
	if (!self->in.done)
		return 0;
	self->in.done = FALSE;
	record(self, &self->in);
	int code = ends[end_of(&self->in)].code;
	gsize got = MIN((gsize)self->in.usb->actual_length, capacity);
	memcpy(buffer, self->in.buffer, got);
	if (code != LIBUSB_SUCCESS) {
		fail(self, "receiving", code, error);
		disconnect(self);
		return -1;
	}
	return start(self, &self->in, self->address.in, TRANSFER_MAX, error) ? (gssize)got : -1;
}

static char *usb_library(void)
{
	const struct libusb_version *version = libusb_get_version();

	return g_strdup_printf("libusb %u.%u.%u", version->major, version->minor, version->micro);
}

static const struct usb_ops ops = { usb_present, usb_send, usb_receive };
static const char *const settings[] = { USB_ADDRESS_SETTINGS, NULL };

const struct driver libusb_usb_driver = {
	.name = "libusb",
	.role = ROLE_USB,
	.summary = "USB by libusb 1.0: vid=, pid=, interface=, endpoint_out=, endpoint_in= (hexadecimal), serial=",
	.settings = settings,
	.check = usb_address_check,
	.open = usb_open,
	.close = usb_close,
	.library = usb_library,
	.ops.usb = &ops,
};
