/* SPDX-License-Identifier: Apache-2.0 */
#include "usb_descriptors.h"
#include <string.h>

#define TOTAL_LENGTH_AT 2

/* libusb keeps it in the host's byte order, without padding. */
G_STATIC_ASSERT(sizeof(struct libusb_device_descriptor) == LIBUSB_DT_DEVICE_SIZE);

gboolean usb_descriptors_device(libusb_device *device, guint8 bytes[LIBUSB_DT_DEVICE_SIZE])
{
	struct libusb_device_descriptor d;

	if (libusb_get_device_descriptor(device, &d) != LIBUSB_SUCCESS)
		return FALSE;
	d.bcdUSB = GUINT16_TO_LE(d.bcdUSB);
	d.idVendor = GUINT16_TO_LE(d.idVendor);
	d.idProduct = GUINT16_TO_LE(d.idProduct);
	d.bcdDevice = GUINT16_TO_LE(d.bcdDevice);
	memcpy(bytes, &d, sizeof d);
	return TRUE;
}

static void add_extra(GByteArray *out, const unsigned char *extra, int length)
{
	if (length > 0)
		g_byte_array_append(out, extra, (guint)length);
}

static void add_endpoint(GByteArray *out, const struct libusb_endpoint_descriptor *e)
{
	const guint8 bytes[] = { e->bLength,
				 e->bDescriptorType,
				 e->bEndpointAddress,
				 e->bmAttributes,
				 (guint8)e->wMaxPacketSize,
				 (guint8)(e->wMaxPacketSize >> 8),
				 e->bInterval,
				 e->bRefresh,
				 e->bSynchAddress };

	g_byte_array_append(out, bytes, MIN(e->bLength, sizeof bytes)); /* 7, and 9 of audio devices */
	add_extra(out, e->extra, e->extra_length);
}

static void add_interface(GByteArray *out, const struct libusb_interface_descriptor *i)
{
	const guint8 bytes[] = { i->bLength,	   i->bDescriptorType, i->bInterfaceNumber,   i->bAlternateSetting,
				 i->bNumEndpoints, i->bInterfaceClass, i->bInterfaceSubClass, i->bInterfaceProtocol,
				 i->iInterface };

	g_byte_array_append(out, bytes, sizeof bytes);
	add_extra(out, i->extra, i->extra_length);
	for (guint n = 0; n < i->bNumEndpoints; n++)
		add_endpoint(out, &i->endpoint[n]);
}

GByteArray *usb_descriptors_configuration(libusb_device *device)
{
	struct libusb_config_descriptor *c;

	if (libusb_get_active_config_descriptor(device, &c) != LIBUSB_SUCCESS)
		return NULL;
	const guint8 bytes[] = {
		c->bLength,	   c->bDescriptorType, 0,	   0, c->bNumInterfaces, c->bConfigurationValue,
		c->iConfiguration, c->bmAttributes,    c->MaxPower
	};
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, bytes, sizeof bytes);
	add_extra(out, c->extra, c->extra_length);
	for (guint i = 0; i < c->bNumInterfaces; i++)
		for (int setting = 0; setting < c->interface[i].num_altsetting; setting++)
			add_interface(out, &c->interface[i].altsetting[setting]);
	/* What libusb could not make sense of is not there: the length tells of what is. */
	out->data[TOTAL_LENGTH_AT] = (guint8)out->len;
	out->data[TOTAL_LENGTH_AT + 1] = (guint8)(out->len >> 8);
	libusb_free_config_descriptor(c);
	return out;
}
