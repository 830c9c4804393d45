/* SPDX-License-Identifier: Apache-2.0 */
#include "pcapng_usb.h"
#include "put.h"
#include "transfer.h"
#include "rig/units.h"
#include <errno.h>

#define HEADER 64u
#define DATA_MAX (PCAPNG_SNAP_LENGTH - HEADER)
#define BUS 1
#define FIRST_ADDRESS 2 /* the root hub is 1 */

enum transfer_type { TRANSFER_CONTROL = 2, TRANSFER_BULK = 3 };

/* One of the two. */
struct half {
	char type; /* 'S'ubmission or 'C'ompletion */
	gint64 time_ns;
	gint32 status;
	guint32 length;	   /* the URB's, whether the data is in this half or not */
	gsize data_length; /* here */
	char no_data;	   /* why there is no data here: 0, '<' or '>' for the other half has it */
};

static gboolean add_half(struct reorder *packets, guint32 interface, const struct transfer *transfer, guint64 id,
			 const struct half *half, GError **error)
{
	const struct event_urb *head = &transfer->head;
	gboolean has_setup = transfer->setup && half->type == 'S';
	gsize packet_length = HEADER + half->data_length;
	guint8 *p = pcapng_packet(packets, interface, half->time_ns, packet_length, packet_length, error);

	if (!p)
		return FALSE;
	p = put_le64(p, id);
	*p++ = (guint8)half->type;
	*p++ = transfer->setup ? TRANSFER_CONTROL : TRANSFER_BULK;
	*p++ = head->endpoint;
	*p++ = FIRST_ADDRESS + head->device;
	p = put_le16(p, BUS);
	*p++ = has_setup ? 0 : '-';
	*p++ = (guint8)half->no_data;
	p = put_le64(p, (guint64)(half->time_ns / NS_PER_S));
	p = put_le32(p, (guint32)(half->time_ns % NS_PER_S / NS_PER_US));
	p = put_le32(p, (guint32)half->status);
	p = put_le32(p, half->length);
	p = put_le32(p, (guint32)half->data_length);
	if (has_setup)
		p = put_bytes(p, transfer->setup, TRANSFER_SETUP_LENGTH);
	else
		p = put_le64(p, 0);
	p = put_le64(p, 0); /* interval, start frame */
	p = put_le64(p, 0); /* transfer flags, descriptors */
	put_bytes(p, transfer->data, half->data_length);
	return TRUE;
}

gboolean pcapng_usb(struct reorder *packets, guint32 interface, const struct trace_clock *clock,
		    const struct event *event, guint64 id, GError **error)
{
	struct transfer transfer;

	if (!transfer_parse(event, &transfer))
		return FALSE;
	const struct event_urb *head = &transfer.head;
	gboolean in = head->endpoint & TRANSFER_IN;
	gint64 completed_ns = trace_clock_at(clock, event->time_ns);
	gint64 submitted_ns = MIN(trace_clock_at(clock, head->submitted_ns), completed_ns);
	gsize length = MIN(transfer.length, DATA_MAX);
	guint32 asked = MAX(head->length, head->actual);
	const struct half submission = { 'S', submitted_ns, -EINPROGRESS, asked, in ? 0 : length, in ? '<' : 0 };
	const struct half completion = { 'C', completed_ns, head->status, head->actual, in ? length : 0, in ? 0 : '>' };

	return add_half(packets, interface, &transfer, id, &submission, error) &&
	       add_half(packets, interface, &transfer, id, &completion, error);
}
