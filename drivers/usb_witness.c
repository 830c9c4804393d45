/* SPDX-License-Identifier: Apache-2.0 */
#include "usb_witness.h"
#include "urb_record.h"
#include "usb_descriptors.h"
#include <dlfcn.h>
#include <errno.h>

#define REQUEST_TYPE 0x60 /* of bmRequestType */

struct witness {
	libusb_device_handle *handle;
	struct slot *slot;
	guint8 device;
	gboolean candidate; /* it was only asked what it is so far: that is not recorded */
	struct witness *next;
};

/* libusb's functions are called by a library that knows nothing of slots: whose a handle is must be found here. */
static struct witness *witnesses;
static struct {
	struct slot *slot; /* NULL: nothing is expected */
	guint8 device;
} expected;

static const struct {
	int code, status;
} ends[] = {
	{ LIBUSB_ERROR_TIMEOUT, -ETIMEDOUT },	{ LIBUSB_ERROR_PIPE, -EPIPE },
	{ LIBUSB_ERROR_NO_DEVICE, -ESHUTDOWN }, { LIBUSB_ERROR_OVERFLOW, -EOVERFLOW },
	{ LIBUSB_ERROR_INTERRUPTED, -ENOENT },
};

static int status_of(int code)
{
	for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
		if (ends[i].code == code)
			return ends[i].status;
	return code < 0 ? -EPROTO : 0;
}

static struct witness *witness_of(const libusb_device_handle *handle)
{
	struct witness *witness = witnesses;

	while (witness && witness->handle != handle)
		witness = witness->next;
	return witness;
}

/* What others need to know of the device to understand its transfers. */
static void record_descriptors(const struct witness *witness)
{
	libusb_device *device = libusb_get_device(witness->handle);
	guint8 bytes[LIBUSB_DT_DEVICE_SIZE];
	g_autoptr(GByteArray) configuration = usb_descriptors_configuration(device);

	if (usb_descriptors_device(device, bytes))
		urb_record_descriptor(witness->slot, witness->device, LIBUSB_DT_DEVICE, bytes, sizeof bytes);
	if (configuration)
		urb_record_descriptor(witness->slot, witness->device, LIBUSB_DT_CONFIG, configuration->data,
				      configuration->len);
}

static struct witness *add(libusb_device_handle *handle, struct slot *slot, guint8 device)
{
	struct witness *witness = g_new0(struct witness, 1);

	*witness = (struct witness){ .handle = handle, .slot = slot, .device = device, .candidate = TRUE };
	witness->next = witnesses;
	witnesses = witness;
	return witness;
}

static void recognise(struct witness *witness)
{
	if (!witness->candidate)
		return;
	witness->candidate = FALSE;
	record_descriptors(witness);
}

void usb_witness_begin(libusb_device_handle *handle, struct slot *slot, guint8 device)
{
	struct witness *witness = witness_of(handle);

	recognise(witness ? witness : add(handle, slot, device));
}

void usb_witness_expect(struct slot *slot, guint8 device)
{
	expected.slot = slot;
	expected.device = device;
}

void usb_witness_end(libusb_device_handle *handle)
{
	struct witness **at = &witnesses;

	while (*at && (*at)->handle != handle)
		at = &(*at)->next;
	if (!*at)
		return;
	struct witness *gone = *at;
	*at = gone->next;
	g_free(gone);
}

int LIBUSB_CALL libusb_open(libusb_device *device, libusb_device_handle **handle)
{
	int (*libusb)(libusb_device *, libusb_device_handle **) =
	    (int (*)(libusb_device *, libusb_device_handle **))dlsym(RTLD_NEXT, "libusb_open");
	int code = libusb(device, handle);

	if (code == LIBUSB_SUCCESS && expected.slot)
		add(*handle, expected.slot, expected.device);
	return code;
}

void LIBUSB_CALL libusb_close(libusb_device_handle *handle)
{
	void (*libusb)(libusb_device_handle *) = (void (*)(libusb_device_handle *))dlsym(RTLD_NEXT, "libusb_close");

	usb_witness_end(handle);
	libusb(handle);
}

/* NULL: nothing is to be recorded. */
static const struct witness *watched(const libusb_device_handle *handle)
{
	const struct witness *witness = witness_of(handle);

	return witness && !witness->candidate ? witness : NULL;
}

static const struct witness *recognised(const libusb_device_handle *handle)
{
	struct witness *witness = witness_of(handle);

	if (witness)
		recognise(witness);
	return witness;
}

typedef int (*bulk_function)(libusb_device_handle *, unsigned char, unsigned char *, int, int *, unsigned int);
typedef int (*control_function)(libusb_device_handle *, uint8_t, uint8_t, uint16_t, uint16_t, unsigned char *, uint16_t,
				unsigned int);

int LIBUSB_CALL libusb_bulk_transfer(libusb_device_handle *handle, unsigned char endpoint, unsigned char *data,
				     int length, int *transferred, unsigned int timeout)
{
	bulk_function libusb = (bulk_function)dlsym(RTLD_NEXT, "libusb_bulk_transfer");
	const struct witness *witness = watched(handle);
	gint64 begun_ns = witness ? slot_now(witness->slot) : 0;
	int moved = 0;
	int code = libusb(handle, endpoint, data, length, &moved, timeout);

	if (transferred)
		*transferred = moved;
	if (witness)
		urb_record(witness->slot, &(struct urb_record){ .device = witness->device,
								.endpoint = endpoint,
								.data = data,
								.actual = (gsize)moved,
								.length = (gsize)length,
								.status = status_of(code),
								.submitted_ns = begun_ns });
	return code;
}

int LIBUSB_CALL libusb_control_transfer(libusb_device_handle *handle, uint8_t type, uint8_t request, uint16_t value,
					uint16_t index, unsigned char *data, uint16_t length, unsigned int timeout)
{
	control_function libusb = (control_function)dlsym(RTLD_NEXT, "libusb_control_transfer");
	const gboolean standard = (type & REQUEST_TYPE) == LIBUSB_REQUEST_TYPE_STANDARD;
	const struct witness *witness = standard ? watched(handle) : recognised(handle);
	gint64 begun_ns = witness ? slot_now(witness->slot) : 0;
	int code = libusb(handle, type, request, value, index, data, length, timeout);
	const guint8 setup[] = { type,		 request,
				 (guint8)value,	 (guint8)(value >> 8),
				 (guint8)index,	 (guint8)(index >> 8),
				 (guint8)length, (guint8)(length >> 8) };

	if (witness)
		urb_record(witness->slot, &(struct urb_record){ .device = witness->device,
								.endpoint = type & LIBUSB_ENDPOINT_IN,
								.setup = setup,
								.data = data,
								.actual = (gsize)MAX(code, 0),
								.length = length,
								.status = status_of(code),
								.submitted_ns = begun_ns });
	return code;
}
