/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks.h"
#include "trace_sample.h"
#include "rig/test.h"
#include "rig/units.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

struct packet {
	guint32 interface;
	gint64 time_ns;
	const guint8 *data;
	gsize length;
};

struct capture {
	char *bytes;
	gsize length;
	GArray *packets; /* of struct packet */
	guint sections, interfaces;
};

static guint32 get32(const guint8 *p)
{
	guint32 v;
	memcpy(&v, p, sizeof v);
	return GUINT32_FROM_LE(v);
}

static void take_block(struct capture *capture, const guint8 *block)
{
	struct packet packet = { get32(block + 8), (gint64)((guint64)get32(block + 12) << 32 | get32(block + 16)),
				 block + 28, get32(block + 20) };

	capture->sections += get32(block) == 0x0a0d0d0a;
	capture->interfaces += get32(block) == 1;
	if (get32(block) == 6)
		g_array_append_val(capture->packets, packet);
}

static struct capture capture(struct sample *s)
{
	struct capture capture = { .packets = g_array_new(FALSE, FALSE, sizeof(struct packet)) };
	gsize size;

	capture.bytes = sample_output(s, &pcapng_sink, &capture.length);
	for (gsize at = 0; at < capture.length; at += size) {
		const guint8 *block = (const guint8 *)capture.bytes + at;
		size = get32(block + 4);
		CU_ASSERT_FATAL(size >= 12 && size % 4 == 0 && at + size <= capture.length);
		CU_ASSERT_EQUAL(get32(block + size - 4), size);
		take_block(&capture, block);
	}
	sample_free(s);
	return capture;
}

static void clear(struct capture *capture)
{
	g_array_unref(capture->packets);
	g_free(capture->bytes);
}

static void structure(void)
{
	struct capture c = capture(trace_sample_new());
	guint per_interface[3] = { 0 };
	gint64 last = 0;

	CU_ASSERT_EQUAL(c.sections, 1);
	CU_ASSERT_EQUAL(c.interfaces, 3);
	for (guint i = 0; i < c.packets->len; i++) {
		const struct packet *packet = &g_array_index(c.packets, struct packet, i);
		CU_ASSERT_FATAL(packet->interface < 3);
		per_interface[packet->interface]++;
		CU_ASSERT(packet->time_ns >= last);
		last = packet->time_ns;
	}
	CU_ASSERT_EQUAL(per_interface[0], 2 * 7);
	CU_ASSERT_EQUAL(per_interface[1], 2);
	CU_ASSERT_EQUAL(per_interface[2], 2 + 2 * 5 + 2);
	CU_ASSERT_PTR_NOT_NULL(memmem(c.bytes, c.length, "EMULATED — NOT EVIDENCE", 24));
	CU_ASSERT_PTR_NOT_NULL(memmem(c.bytes, c.length, "usb: libusb, console: ftdi-console, power: ftdi-relay", 53));
	clear(&c);
}

/* The two halves of the `n`th transfer of the interface. */
static const struct packet *half(const struct capture *capture, guint64 id, char type)
{
	for (guint i = 0; i < capture->packets->len; i++) {
		const struct packet *packet = &g_array_index(capture->packets, struct packet, i);
		if (packet->interface == 0 && get32(packet->data) == id && packet->data[8] == (guint8)type)
			return packet;
	}
	CU_FAIL_FATAL("no such transfer");
	return NULL;
}

static void transfers(void)
{
	struct capture c = capture(trace_sample_new());
	const struct packet *s = half(&c, 1, 'S'), *e = half(&c, 1, 'C');

	/* The descriptor: a control transfer to address 3. */
	CU_ASSERT(s->data[9] == 2 && s->data[10] == 0x80 && s->data[11] == 3 && s->data[14] == 0 && s->data[15] == '<');
	CU_ASSERT_EQUAL((gint32)get32(s->data + 28), -EINPROGRESS);
	CU_ASSERT_EQUAL(memcmp(s->data + 40, "\x80\x06\0\x01\0\0\x12\0", 8), 0);
	CU_ASSERT_EQUAL(s->length, 64);
	CU_ASSERT(e->data[14] == '-' && e->data[15] == 0);
	CU_ASSERT_EQUAL(e->length, 64 + 18);
	CU_ASSERT_EQUAL(get32(e->data + 36), 18);
	CU_ASSERT_EQUAL(memcmp(e->data + 64, "\x12\x01", 2), 0);
	CU_ASSERT_EQUAL(e->time_ns - s->time_ns, 200 * NS_PER_US);
	CU_ASSERT_EQUAL(get32(e->data + 24), (guint32)(e->time_ns / NS_PER_US));
	/* What the console said, with the chip's two status bytes: a bulk transfer IN of 512 bytes asked for. */
	s = half(&c, 3, 'S');
	e = half(&c, 3, 'C');
	CU_ASSERT(s->data[9] == 3 && s->data[10] == 0x81 && s->data[14] == '-');
	CU_ASSERT_EQUAL(get32(s->data + 32), 512);
	CU_ASSERT_EQUAL(e->length, 64 + 2 + 35);
	CU_ASSERT_EQUAL(memcmp(e->data + 66, "erase begins", 12), 0);
	/* OUT: the data is in the submission. */
	s = half(&c, 4, 'S');
	e = half(&c, 4, 'C');
	CU_ASSERT(s->data[10] == 0x02 && s->data[15] == 0 && e->data[15] == '>');
	CU_ASSERT_EQUAL(s->length, 64 + 4);
	CU_ASSERT_EQUAL(memcmp(s->data + 64, "log\r", 4), 0);
	CU_ASSERT_EQUAL(e->length, 64);
	clear(&c);
}

/* A case's time begins anew; in the capture it follows the case before. */
static void cases_in_a_row(void)
{
	struct capture c = capture(trace_sample_new());
	gint64 second_begins = 0, first_ends = 0;

	for (guint i = 0; i < c.packets->len; i++) {
		const struct packet *packet = &g_array_index(c.packets, struct packet, i);
		if (memmem(packet->data, packet->length, "case begins", 11))
			second_begins = packet->time_ns;
		if (!first_ends && memmem(packet->data, packet->length, "case ends", 9))
			first_ends = packet->time_ns;
	}
	CU_ASSERT(first_ends > 20 * NS_PER_MS);
	CU_ASSERT_EQUAL(second_begins, first_ends);
	clear(&c);
}

static void console_alone(void)
{
	struct sample *s = sample_new();

	sample_add_bytes(s, EVENT_CONSOLE_RX, 1, "ready\r\n", 7);
	struct capture c = capture(s);
	CU_ASSERT_EQUAL_FATAL(c.packets->len, 1);
	const struct packet *packet = &g_array_index(c.packets, struct packet, 0);
	CU_ASSERT_EQUAL(packet->interface, 1);
	CU_ASSERT_EQUAL(packet->length, 12 + 7);
	CU_ASSERT_EQUAL(packet->data[8], 2);
	CU_ASSERT_EQUAL(memcmp(packet->data + 12, "ready", 5), 0);
	clear(&c);
}

/* A sample in which the sink shall make no file. */
static void expect_none(struct sample *s, const struct sink *sink)
{
	g_autofree char *folder = g_dir_make_tmp("sink-XXXXXX", NULL);

	CU_ASSERT_TRUE(sample_play(s, sink, folder, NULL));
	CU_ASSERT_EQUAL(g_rmdir(folder), 0);
	sample_free(s);
}

static void nothing_observed(void)
{
	struct sample *s = sample_new();

	expect_none(sample_new(), &pcapng_sink);
	sample_add(s, EVENT_RUN_BEGIN, 0, "{'emulated':false}");
	sample_add(s, EVENT_POWER, 1, "{'main':true}");
	expect_none(s, &pcapng_sink);
}

/* Records that are too short, of unknown devices, or larger than a packet may be. */
static void odd_records(void)
{
	struct sample *s = sample_new();
	g_autofree guint8 *large = g_malloc0(1 << 20);

	sample_add_bytes(s, EVENT_URB, 1, "abc", 3);
	sample_add_bytes(s, EVENT_URB, 1, large, sizeof(struct event_urb) + 7); /* a control transfer without SETUP */
	s->time_ns = G_MAXINT64 - NS_PER_MS;
	sample_add_bytes(s, EVENT_URB, 1, large, 1 << 20);
	sample_add_bytes(s, EVENT_CONSOLE_RX, 2, large, 1 << 20);
	struct capture c = capture(s);
	CU_ASSERT_EQUAL(c.packets->len, 3);
	clear(&c);
}

static void write_failures(void)
{
	struct sample *s = trace_sample_new();

	sample_check_write_failures(s, &pcapng_sink);
	sample_free(s);
}

/* For traces_test.sh: every format of the sample, as a run would leave them. */
static void for_the_tools(void)
{
	static const struct sink *const sinks[] = { &pcapng_sink, &blktrace_sink, &blktrace_2_sink, &run_json_sink };
	const char *folder = g_getenv("WIPERIG_TEST_TRACES");
	struct sample *s = trace_sample_new();

	for (guint i = 0; folder && i < G_N_ELEMENTS(sinks); i++)
		CU_ASSERT_TRUE(sample_play(s, sinks[i], folder, NULL));
	sample_free(s);
}

TEST_SUITE(pcapng, { "structure", structure }, { "transfers", transfers }, { "cases in a row", cases_in_a_row },
	   { "console alone", console_alone }, { "nothing observed", nothing_observed }, { "odd records", odd_records },
	   { "write failures", write_failures }, { "for the tools", for_the_tools })
