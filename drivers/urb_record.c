/* SPDX-License-Identifier: Apache-2.0 */
#include "urb_record.h"

#define SETUP_LENGTH 8
#define SMALL 512 /* bytes of most transfers */

void urb_record(struct slot *slot, const struct urb_record *urb)
{
	gsize setup_length = urb->setup ? SETUP_LENGTH : 0;
	gsize whole = sizeof(struct event_urb) + setup_length + urb->actual;
	guint8 small[SMALL];
	g_autofree guint8 *large = whole > sizeof small ? g_malloc(whole) : NULL;
	guint8 *bytes = large ? large : small;
	const struct event_urb head = { .submitted_ns = GINT64_TO_LE(urb->submitted_ns),
					.status = GINT32_TO_LE(urb->status),
					.actual = GUINT32_TO_LE((guint32)urb->actual),
					.endpoint = urb->endpoint,
					.device = urb->device,
					.flags = urb->flags,
					.length = GUINT32_TO_LE((guint32)urb->length) };

	memcpy(bytes, &head, sizeof head);
	if (setup_length)
		memcpy(bytes + sizeof head, urb->setup, setup_length);
	if (urb->actual)
		memcpy(bytes + sizeof head + setup_length, urb->data, urb->actual);
	slot_record(slot, EVENT_URB, bytes, whole);
}

void urb_record_descriptor(struct slot *slot, guint8 device, guint8 type, const void *descriptor, gsize length)
{
	const guint8 setup[SETUP_LENGTH] = { 0x80, 6, 0, type, 0, 0, (guint8)length, (guint8)(length >> 8) };

	urb_record(slot, &(struct urb_record){ .device = device,
					       .endpoint = 0x80,
					       .flags = EVENT_URB_CACHED,
					       .setup = setup,
					       .data = descriptor,
					       .actual = length,
					       .length = length,
					       .submitted_ns = slot_now(slot) });
}
