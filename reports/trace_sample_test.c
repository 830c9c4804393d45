/* SPDX-License-Identifier: Apache-2.0 */
#include "trace_sample.h"
#include "rig/lines.h"
#include "rig/units.h"
#include <string.h>

const struct trace_sample_disk trace_sample_disks[2] = {
	{ .reads = 1, .writes = 5, .flushes = 2, .aborted = 1 },
	{ .writes = 1 },
};

#define CONSOLE "erase begins: mode 1, pass 1 of 1\r\n"

static const guint8 get_device[] = { 0x80, 6, 0, 1, 0, 0, 18, 0 };

void trace_sample_urb(struct sample *s, guint32 case_no, guint8 device, guint8 endpoint, const guint8 *setup,
		      const void *data, gsize length)
{
	gboolean cached = setup && !memcmp(setup, get_device, sizeof get_device);
	struct event_urb head = { .submitted_ns = s->time_ns - 200 * NS_PER_US,
				  .actual = (guint32)length,
				  .endpoint = endpoint,
				  .device = device,
				  .flags = cached ? EVENT_URB_CACHED : 0,
				  .length = (guint32)(endpoint & 0x80 ? 512 : length) };
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)&head, sizeof head);
	if (setup)
		g_byte_array_append(bytes, setup, 8);
	if (length)
		g_byte_array_append(bytes, data, (guint)length);
	sample_add_bytes(s, EVENT_URB, case_no, bytes->data, bytes->len);
}

void trace_sample_disk(struct sample *s, guint32 case_no, gint64 took_ns, struct disk_seen seen)
{
	seen.queued_ns = s->time_ns - took_ns;
	sample_add_bytes(s, EVENT_DISK, case_no, &seen, sizeof seen);
}

static void add_part(gpointer data, const void *bytes, gsize length)
{
	struct trace_sample_lines *lines = data;

	sample_add_bytes(lines->sample, EVENT_LINES, lines->case_no, bytes, length);
}

void trace_sample_lines_begin(struct trace_sample_lines *lines, struct sample *s, guint32 case_no)
{
	const struct line_capture_setup setup = { .lines = 0xff,
						  .rate_hz = 1000000,
						  .tick = LINES_TICK_NS,
						  .byte_ns = CONSOLE_BYTE_NS,
						  .emit = add_part,
						  .data = lines };

	*lines = (struct trace_sample_lines){ s, case_no, line_capture_new(&setup) };
}

void trace_sample_lines_end(struct trace_sample_lines *lines)
{
	line_capture_end(lines->capture);
	line_capture_free(lines->capture);
}

static void add_ftdi(struct sample *s, guint32 no)
{
	static const guint8 descriptor[] = { 18, 1, 0, 2, 0, 0, 0, 64, 0x03, 0x04, 0x10, 0x60, 0, 7, 1, 2, 3, 1 };
	static const guint8 latency[] = { 0x40, 9, 16, 0, 1, 0, 0, 0 };
	static const char status_and_text[] = "\x01\x60" CONSOLE;

	trace_sample_urb(s, no, 1, 0x80, get_device, descriptor, sizeof descriptor);
	trace_sample_urb(s, no, 1, 0x00, latency, NULL, 0);
	trace_sample_urb(s, no, 1, 0x81, NULL, status_and_text, strlen(status_and_text));
	sample_add_bytes(s, EVENT_CONSOLE_RX, no, CONSOLE, strlen(CONSOLE));
	trace_sample_urb(s, no, 1, 0x02, NULL, "log\r", 4);
	sample_add_bytes(s, EVENT_CONSOLE_TX, no, "log\r", 4);
}

static void add_controller(struct sample *s, guint32 no)
{
	static const guint8 descriptor[] = { 18, 1, 0, 2, 0xff, 0, 0, 64, 0x09, 0x12, 1, 0, 0, 1, 1, 2, 3, 1 };
	static const guint8 request[] = { 'W', 'R', 1, 4, 1, 0, 0, 0, 1, 2, 3, 4 };
	static const guint8 answer[] = { 'W', 'R', 1, 0x84, 1, 0, 1, 0, 0, 1, 2, 3, 4 };

	trace_sample_urb(s, no, 0, 0x80, get_device, descriptor, sizeof descriptor);
	trace_sample_urb(s, no, 0, 0x01, NULL, request, sizeof request);
	trace_sample_urb(s, no, 0, 0x81, NULL, answer, sizeof answer);
}

static void add_commands(struct sample *s, guint32 no)
{
	const gint64 took = 600 * NS_PER_US;

	trace_sample_disk(s, no, 0, (struct disk_seen){ .op = DISK_SEEN_SET_SIZE, .lba = 78165360 });
	trace_sample_disk(s, no, took, (struct disk_seen){ .op = DISK_SEEN_READ, .lba = 0, .count = 8, .number = 1 });
	for (guint i = 0; i < 3; i++)
		trace_sample_disk(s, no, took,
				  (struct disk_seen){ .op = DISK_SEEN_WRITE,
						      .lba = 65536 * i,
						      .count = 65536,
						      .number = 2 + i,
						      .content = CONTENT_ZERO,
						      .flags = DISK_SEEN_PATTERN });
	trace_sample_disk(s, no, took, (struct disk_seen){ .op = DISK_SEEN_FLUSH, .number = 5 });
	trace_sample_disk(s, no, took,
			  (struct disk_seen){ .op = DISK_SEEN_WRITE,
					      .lba = 2048,
					      .count = 1,
					      .number = 6,
					      .content = CONTENT_DATA,
					      .generator = 0x1234,
					      .flags = DISK_SEEN_FUA });
	trace_sample_disk(s, no, took,
			  (struct disk_seen){ .op = DISK_SEEN_WRITE,
					      .lba = 4096,
					      .count = 8,
					      .number = 7,
					      .content = CONTENT_RANDOM,
					      .generator = 77,
					      .result = 1 });
	trace_sample_disk(s, no, took, (struct disk_seen){ .op = DISK_SEEN_FLUSH, .number = 8 });
}

static void add_cut(struct sample *s, guint32 no)
{
	const gint64 took = 100 * NS_PER_US;

	trace_sample_disk(s, no, took,
			  (struct disk_seen){ .op = DISK_SEEN_WRITE,
					      .lba = 196608,
					      .count = 65536,
					      .number = 9,
					      .content = CONTENT_ZERO,
					      .flags = DISK_SEEN_ABORTED });
	trace_sample_disk(
	    s, no, 0,
	    (struct disk_seen){
		.op = DISK_SEEN_TORN, .lba = 196608, .count = 65536, .number = 9, .content = CONTENT_ZERO });
	sample_add(s, EVENT_POWER, no, "{'main':false}");
}

/* Every line rises and falls, while the console says something. */
static void add_lines(struct sample *s, guint32 no)
{
	struct trace_sample_lines lines;
	guint64 tick = 0;

	trace_sample_lines_begin(&lines, s, no);
	for (guint line = 0; line < LINES; line++) {
		if (line == LINE_CONSOLE_TX)
			continue;
		line_capture_levels(lines.capture, tick += 1000, (guint8)(1u << LINE_CONSOLE_TX | 1u << line));
	}
	for (const char *c = CONSOLE; *c; c++)
		line_capture_sent(lines.capture, tick += CONSOLE_BYTE_NS, (guint8)*c);
	line_capture_reached(lines.capture, tick + 1000);
	trace_sample_lines_end(&lines);
}

static void begin_case(struct sample *s, guint32 no, const char *name)
{
	s->time_ns = 0;
	sample_addf(s, EVENT_CASE_BEGIN, no,
		    "{'case':'%s','scenario':'ERA-01','title':'NULL is written once','file':'scenarios/erase/a.lua',"
		    "'line':1,'requirements':['ERA-01'],'effects':[],'params':{},'unit':{}}",
		    name);
	sample_add(s, EVENT_STEP_BEGIN, no, "{'n':1,'step':'power.on','text':'Turn the main power on','line':9}");
	sample_add(s, EVENT_POWER, no, "{'main':true}");
}

static void end_case(struct sample *s, guint32 no, const char *name)
{
	sample_add(s, EVENT_STEP_END, no,
		   "{'n':1,'verdict':'pass','expected':null,'actual':null,'requirements':[],'reason':null}");
	sample_addf(s, EVENT_CASE_END, no,
		    "{'case':'%s','verdict':'pass','reason':null,'step':null,'requirements':[],'power':'safe',"
		    "'steps':1}",
		    name);
}

static struct sample *compose(gboolean with_disk)
{
	struct sample *s = sample_new();

	sample_add(s, EVENT_RUN_BEGIN, 0,
		   "{'tool':'wiperig','version':'0.1.0','link':'usb','seed':42,'emulated':true,'cases':2,'slot':{"
		   "'name':'bench-1','unit':'emulated','observe':'inline','drivers':{'usb':'libusb',"
		   "'console':'ftdi-console','power':'ftdi-relay'}},'firmware':null,'required':[],'refused':0}");
	begin_case(s, 1, "ERA-01[mode=1]");
	add_ftdi(s, 1);
	add_controller(s, 1);
	sample_add(s, EVENT_SHOWN, 1, "{'text':'Now erasing data on the hard disk…\\n37 %'}");
	if (with_disk)
		add_commands(s, 1);
	if (with_disk)
		add_cut(s, 1);
	add_lines(s, 1);
	end_case(s, 1, "ERA-01[mode=1]");
	begin_case(s, 2, "ERA-01[mode=2]");
	if (with_disk)
		trace_sample_disk(
		    s, 2, NS_PER_MS / 2,
		    (struct disk_seen){ .op = DISK_SEEN_WRITE, .disk = 1, .lba = 7, .count = 1, .number = 1 });
	end_case(s, 2, "ERA-01[mode=2]");
	sample_add(s, EVENT_RUN_END, 0, "{'ended':'complete','verdicts':{'pass':2}}");
	return s;
}

struct sample *trace_sample_new(void)
{
	return compose(TRUE);
}

struct sample *trace_sample_blind(void)
{
	return compose(FALSE);
}
