/* SPDX-License-Identifier: Apache-2.0 */
#include "html_trace_sample.h"
#include "trace_sample.h"
#include "rig/units.h"
#include <string.h>

static void begin(struct sample *s, guint32 no)
{
	s->time_ns = 0;
	sample_addf(s, EVENT_CASE_BEGIN, no,
		    "{'case':'ERA-01[n=%u]','scenario':'ERA-01','title':'NULL is written','file':'a.lua','line':1,"
		    "'requirements':['ERA-01'],'effects':[],'params':{},'unit':{}}",
		    no);
	sample_add(s, EVENT_STEP_BEGIN, no, "{'n':1,'step':'power.on','text':'Turn the main power on','line':9}");
	sample_add(s, EVENT_POWER, no, "{'main':true}");
}

static void end(struct sample *s, guint32 no, gboolean fails)
{
	sample_addf(s, EVENT_STEP_END, no,
		    "{'n':1,'verdict':'%s','expected':'Ready','actual':'<img src=x>','requirements':['ERA-01'],"
		    "'reason':null}",
		    fails ? "fail" : "pass");
	sample_addf(
	    s, EVENT_CASE_END, no,
	    "{'case':'ERA-01[n=%u]','verdict':'%s','reason':%s,'step':1,'requirements':[],'power':'safe','steps':1}",
	    no, fails ? "fail" : "pass", fails ? "'it is <not>'" : "null");
}

static struct sample *begin_run(guint cases)
{
	struct sample *s = sample_new();

	sample_addf(s, EVENT_RUN_BEGIN, 0,
		    "{'tool':'wiperig','version':'0.1.0','link':'direct','seed':1,'emulated':true,'cases':%u,'slot':{"
		    "'name':'emulated','unit':'emulated','observe':'inline','drivers':{}},'firmware':null,"
		    "'required':[],'refused':0}",
		    cases);
	return s;
}

static void add_usb(struct sample *s, guint32 no)
{
	static const guint8 get_device[] = { 0x80, 6, 0, 1, 0, 0, 18, 0 };
	static const guint8 latency[] = { 0x40, 9, 16, 0, 1, 0, 0, 0 };
	static const guint8 request[] = { 'W', 'R', 1, 4, 1, 0, 0, 0, 1, 2, 3, 4 };
	static const guint8 descriptor[18] = { 18, 1 };

	trace_sample_urb(s, no, 0, 0x80, get_device, descriptor, sizeof descriptor);
	trace_sample_urb(s, no, 1, 0x00, latency, NULL, 0);
	trace_sample_urb(s, no, 0, 0x01, NULL, request, sizeof request);
}

struct sample *html_sample_cases(void)
{
	static const char said[] = "<b>erase begins</b>\r\n";
	struct sample *s = begin_run(HTML_SAMPLE_CASES);

	for (guint32 no = 1; no <= HTML_SAMPLE_CASES; no++) {
		begin(s, no);
		add_usb(s, no);
		sample_add_bytes(s, EVENT_CONSOLE_RX, no, said, strlen(said));
		/* Others have more, so that the third is packed smallest. */
		for (guint i = 0; i < (no == 3 ? 2 : 50); i++)
			trace_sample_disk(
			    s, no, NS_PER_MS * (i * i % 7),
			    (struct disk_seen){ .op = DISK_SEEN_WRITE, .lba = i * i * 977, .count = i + 1 });
		end(s, no, no == 3);
	}
	sample_add(s, EVENT_RUN_END, 0, "{'ended':'complete','verdicts':{'pass':4,'fail':1}}");
	return s;
}

/* A random number below 2^16, the same ones each time. */
static guint64 jitter(guint32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

static void add_lines(struct sample *s, guint32 no)
{
	static const guint8 changing[] = { LINE_MAIN_POWER, LINE_GOOD_5V,      LINE_RESET,
					   LINE_DISK_BUSY,  LINE_PANEL_SWITCH, LINE_MARKER };
	struct trace_sample_lines lines;
	guint8 levels = 1u << LINE_CONSOLE_TX;
	guint32 state = 1;

	trace_sample_lines_begin(&lines, s, no);
	line_capture_levels(lines.capture, 0, levels);
	for (guint i = 0; i < HTML_SAMPLE_EDGES; i++) {
		guint64 at = (guint64)i * 299000 + jitter(&state) * 100000 / 65536 + 1000;
		if (at >= 10 * NS_PER_S && at < 50 * NS_PER_S)
			levels |= 1u << LINE_ERASE_ACTIVE;
		else
			levels &= (guint8) ~(1u << LINE_ERASE_ACTIVE);
		levels ^= (guint8)(1u << changing[i % G_N_ELEMENTS(changing)]);
		line_capture_levels(lines.capture, at, levels);
	}
	line_capture_reached(lines.capture, 60 * NS_PER_S);
	trace_sample_lines_end(&lines);
}

static void add_erase(struct sample *s, guint32 no)
{
	guint32 state = 2;
	guint64 lba = 0;

	for (guint i = 0; i < HTML_SAMPLE_REQUESTS; i++) {
		struct disk_seen seen = { .op = i % 10 ? DISK_SEEN_WRITE : DISK_SEEN_READ,
					  .content = i % 10 ? CONTENT_ZERO : CONTENT_NONE,
					  .lba = i % 10 ? lba : 0,
					  .count = 64 };
		gint64 queued_ns = 10 * NS_PER_S + (gint64)i * 400 * NS_PER_US;
		gint64 took_ns = (gint64)(100 * NS_PER_US + jitter(&state) * 4);
		lba += i % 10 ? 64 : 0;
		s->time_ns = queued_ns + took_ns;
		trace_sample_disk(s, no, took_ns, seen);
		if (i == HTML_SAMPLE_REQUESTS / 2)
			sample_add(s, EVENT_POWER, no, "{'main':false}");
	}
}

struct sample *html_sample_large(void)
{
	struct sample *s = begin_run(1);

	begin(s, 1);
	add_usb(s, 1);
	sample_addf(s, EVENT_SHOWN, 1, "{'text':'Now erasing <data>'}");
	add_lines(s, 1);
	add_erase(s, 1);
	s->time_ns = 42500 * NS_PER_MS;
	sample_add(s, EVENT_FINDING, 1,
		   "{'monitor':'erased','requirement':'ERA-01','text':'LBA 8 is <script>alert(1)</script>'}");
	s->time_ns = 60 * NS_PER_S;
	end(s, 1, TRUE);
	sample_add(s, EVENT_RUN_END, 0, "{'ended':'complete','verdicts':{'pass':0,'fail':1}}");
	return s;
}
