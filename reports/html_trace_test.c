/* SPDX-License-Identifier: Apache-2.0 */
#include "html_trace.h"
#include "html_trace_sample.h"
#include "html_traces.h"
#include "sinks.h"
#include "trace_sample.h"
#include "rig/test.h"
#include "rig/units.h"
#include <string.h>

/* Reads the format as html_trace.h states it. */
struct unpacked {
	gint64 end_ns;
	guint windows, edges, bytes, requests, texts, left_out[4];
	gint64 from_ns, to_ns, last_queued_ns; /* of the first window; of the last request */
	guint64 sectors, commands, error_ns;   /* of all requests; of the first window */
	gsize left;			       /* bytes behind it */
};

static guint64 u(const guint8 **at)
{
	guint64 number = 0;
	guint shift = 0;

	do
		number |= (guint64)(**at & 0x7f) << (7 * shift++);
	while (*(*at)++ & 0x80);
	return number;
}

static gint64 s(const guint8 **at)
{
	guint64 number = u(at);

	return (gint64)(number >> 1) ^ -(gint64)(number & 1);
}

static guint64 sum(const guint8 **at, guint count)
{
	guint64 all = 0;

	while (count--)
		all += u(at);
	return all;
}

static void read_window(const guint8 **at, struct unpacked *found, gboolean first)
{
	gint64 from = s(at);
	guint64 length = u(at), error = u(at);

	*at += 2;
	u(at);
	u(at);
	*at += 1;
	if (first) {
		found->from_ns = from;
		found->to_ns = from + (gint64)length;
		found->error_ns = error;
	}
	guint edges = (guint)u(at);
	CU_ASSERT(sum(at, edges) <= length);
	*at += edges;
	guint bytes = (guint)u(at);
	CU_ASSERT(sum(at, bytes) <= length);
	*at += bytes;
	found->edges += edges;
	found->bytes += bytes;
}

static struct unpacked unpack(const GByteArray *packed)
{
	const guint8 *at = packed->data;
	struct unpacked found = { .end_ns = s(&at) };
	gsize length;

	CU_ASSERT_EQUAL(s(&at), 7);
	found.windows = (guint)u(&at);
	for (guint i = 0; i < found.windows; i++)
		read_window(&at, &found, i == 0);
	found.requests = (guint)u(&at);
	for (guint i = 0; i < found.requests; i++)
		found.last_queued_ns += s(&at);
	sum(&at, found.requests);
	at += 2 * (gsize)found.requests;
	sum(&at, found.requests);
	found.sectors = sum(&at, found.requests);
	found.commands = sum(&at, found.requests);
	found.texts = (guint)u(&at);
	sum(&at, found.texts);
	at += 2 * (gsize)found.texts;
	length = sum(&at, found.texts);
	at += length;
	for (guint i = 0; i < G_N_ELEMENTS(found.left_out); i++)
		found.left_out[i] = (guint)u(&at);
	found.left = packed->len - (gsize)(at - packed->data);
	return found;
}

static struct unpacked play(const struct sample *sample, guint32 case_no, const struct html_trace_limits *limits)
{
	struct html_trace *trace = html_trace_new(limits);

	for (guint i = 0; i < sample->events->len; i++) {
		const struct event *event = sample->events->pdata[i];
		if (event->case_no == case_no)
			html_trace_event(trace, event);
	}
	html_trace_end(trace);
	g_autoptr(GByteArray) packed = html_trace_pack(trace, 7);
	html_trace_free(trace);
	return unpack(packed);
}

/* The sample's first case: 7 lines that rise and fall one after the other, a console line, 10 commands, a torn write.
 */
static void everything(void)
{
	struct sample *sample = trace_sample_new();
	struct unpacked found = play(sample, 1, &html_trace_limits);

	CU_ASSERT_EQUAL(found.windows, 1);
	CU_ASSERT_EQUAL(found.from_ns, 0);
	CU_ASSERT_EQUAL(found.edges, 7);
	CU_ASSERT_EQUAL(found.bytes, strlen("erase begins: mode 1, pass 1 of 1\r\n"));
	CU_ASSERT_EQUAL(found.to_ns, 7000 + (gint64)found.bytes * CONSOLE_BYTE_NS + 1000);
	CU_ASSERT_EQUAL(found.requests, 1 + 1 + 3 + 1 + 1 + 1 + 1 + 1 + 1);
	CU_ASSERT_EQUAL(found.commands, found.requests);
	CU_ASSERT_EQUAL(found.left, 0);
	CU_ASSERT_EQUAL(found.left_out[0] + found.left_out[1] + found.left_out[2] + found.left_out[3], 0);
	sample_free(sample);
}

/* Where there is no room for all, the last of it is there, and what is missing is counted. */
static void the_last_is_kept(void)
{
	const struct html_trace_limits few = { .edges = 10, .requests = 100, .texts = 4 };
	struct sample *sample = trace_sample_new();
	struct unpacked all = play(sample, 1, &html_trace_limits), found = play(sample, 1, &few);

	CU_ASSERT_EQUAL(found.edges + found.bytes, 10);
	CU_ASSERT_EQUAL(found.left_out[1], all.edges + all.bytes - 10);
	CU_ASSERT_EQUAL(found.edges, 0); /* the bytes came last */
	CU_ASSERT_EQUAL(found.to_ns, all.to_ns);
	CU_ASSERT_EQUAL(found.from_ns, all.to_ns - 1000 - 10 * (gint64)CONSOLE_BYTE_NS);
	CU_ASSERT_EQUAL(found.texts, 4);
	CU_ASSERT_EQUAL(found.left_out[3], all.texts - 4);
	sample_free(sample);
}

/* A long erase stays whole: commands that go on one after the other become one. */
static void a_long_erase_is_whole(void)
{
	const struct html_trace_limits few = { .edges = 10, .requests = 64, .texts = 4 };
	struct sample *sample = sample_new();

	for (guint i = 0; i < 10000; i++)
		trace_sample_disk(sample, 1, NS_PER_MS,
				  (struct disk_seen){ .op = DISK_SEEN_WRITE, .lba = 8 * i, .count = 8 });
	struct unpacked found = play(sample, 1, &few);
	CU_ASSERT(found.requests > 16 && found.requests <= 64);
	CU_ASSERT_EQUAL(found.commands, 10000);
	CU_ASSERT_EQUAL(found.sectors, 80000);
	CU_ASSERT_EQUAL(found.left_out[2], 0);
	sample_free(sample);

	/* What is scattered cannot: then the last is kept. */
	sample = sample_new();
	for (guint i = 0; i < 1000; i++)
		trace_sample_disk(sample, 1, NS_PER_MS,
				  (struct disk_seen){ .op = DISK_SEEN_READ, .lba = i * 7919 % 1000 * 16, .count = 8 });
	gint64 last_ns = sample->time_ns - 2 * NS_PER_MS;
	found = play(sample, 1, &few);
	CU_ASSERT(found.requests >= 48 && found.requests <= 64);
	CU_ASSERT_EQUAL(found.commands + found.left_out[2], 1000);
	CU_ASSERT(ABS(found.last_queued_ns - last_ns) <= NS_PER_MS);
	sample_free(sample);
}

static void numbers_of_a_damaged_record(void)
{
	struct sample *sample = sample_new();
	const struct disk_seen seen = { .op = 0xff, .lba = G_MAXUINT64, .queued_ns = G_MININT64, .count = G_MAXUINT32 };
	const struct event_lines head = { .origin_ns = G_MININT64,
					  .tick = G_MAXUINT64,
					  .from = G_MAXUINT64 - 20,
					  .to = G_MAXUINT64,
					  .rate_hz = 1,
					  .flags = LINES_FIRST | LINES_LAST,
					  .error_ns = G_MININT64 };
	const struct event_urb urb = { .status = G_MININT32, .endpoint = 1, .device = 9 };

	for (guint i = 0; i < 3; i++) {
		sample_add_bytes(sample, EVENT_DISK, 1, &seen, sizeof seen - 8 * (i == 2));
		sample_add_bytes(sample, EVENT_LINES, 1, &head, sizeof head - 8 * (i == 2));
		sample_add_bytes(sample, EVENT_URB, 1, &urb, sizeof urb - 8 * (i == 2));
	}
	struct unpacked found = play(sample, 1, &html_trace_limits);
	CU_ASSERT_EQUAL(found.requests, 2);
	CU_ASSERT_EQUAL(found.windows, 2);
	CU_ASSERT_EQUAL(found.texts, 2);
	CU_ASSERT_EQUAL(found.left, 0);
	sample_free(sample);
}

/* --- the page --- */

static guint count(const char *text, const char *what)
{
	guint found = 0;

	for (; (text = strstr(text, what)); text++)
		found++;
	return found;
}

static GString *section(const struct sample *sample, gsize bytes_max)
{
	struct record *record = record_new(NULL);
	struct html_traces *traces = html_traces_new(bytes_max);
	GString *out = g_string_new(NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(record);
	for (guint i = 0; i < sample->events->len; i++) {
		html_traces_event(traces, sample->events->pdata[i]);
		CU_ASSERT_TRUE(record_event(record, sample->events->pdata[i], NULL));
	}
	html_traces_finish(traces);
	record_finish(record);
	html_traces_section(out, traces, record_cases(record));
	for (guint32 no = 1; no <= HTML_SAMPLE_CASES; no++) {
		html_traces_link(out, traces, no, 5, "moment");
		html_traces_transcript(out, traces, no);
	}
	record_free(record);
	html_traces_free(traces);
	return out;
}

/* A failed case comes before passed ones, whenever it came. */
static void failed_cases_first(void)
{
	struct sample *sample = html_sample_cases();
	g_autoptr(GString) all = section(sample, 1 << 20);
	const char *block = strstr(all->str, "id=\"t3\">");

	CU_ASSERT_EQUAL(count(all->str, "type=\"text/plain\""), HTML_SAMPLE_CASES);
	CU_ASSERT_EQUAL(count(all->str, "class=\"moment\""), HTML_SAMPLE_CASES);
	CU_ASSERT_EQUAL(count(all->str, "class=\"transcript\""), 1);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(all->str, "<option value=\"3\">fail · ERA-01[n=3]</option>\n<option value=\"1\">"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(block);
	/* Room for little more than that one. */
	gsize length = strcspn(block, "<");
	g_autoptr(GString) one = section(sample, length + 20);
	CU_ASSERT_PTR_NOT_NULL(strstr(one->str, "id=\"t3\">"));
	CU_ASSERT_EQUAL(count(one->str, "type=\"text/plain\""), 1);
	CU_ASSERT_EQUAL(count(one->str, "class=\"moment\""), 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(one->str, "Of 1 of 5 cases: those that failed first"));
	/* Room for the first, which has to give way. */
	block = strstr(all->str, "id=\"t1\">");
	CU_ASSERT_PTR_NOT_NULL_FATAL(block);
	g_autoptr(GString) first = section(sample, strcspn(block, "<") + length / 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(first->str, "id=\"t3\">"));
	CU_ASSERT_PTR_NULL(strstr(first->str, "id=\"t1\">"));
	g_autoptr(GString) none = section(sample, 10);
	CU_ASSERT_PTR_NULL(strstr(none->str, "<section"));
	CU_ASSERT_EQUAL(count(none->str, "class=\"transcript\""), 1);
	sample_free(sample);
}

static void transcript(void)
{
	struct sample *sample = html_sample_cases();
	g_autoptr(GString) page = section(sample, 1 << 20);
	const char *from = strstr(page->str, "class=\"transcript\"");

	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	CU_ASSERT_PTR_NOT_NULL(strstr(from, "controller OUT 01h, 12 bytes: 57 52 01 04 01 00 00 00 01 02 03 04"));
	CU_ASSERT_PTR_NOT_NULL(strstr(from, "FT2232H SetLatency value 0010 index 0001"));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(from, "controller GET DESCRIPTOR value 0100 index 0000, as the system read it, 18 bytes"));
	CU_ASSERT_PTR_NOT_NULL(strstr(from, "<td>console</td><td><span>&lt;b&gt;erase begins&lt;/b&gt;</span>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(from, "<tr class=\"f\"><td class=\"t\">"));
	CU_ASSERT_PTR_NULL(strstr(from, "<b>erase"));
	sample_free(sample);
}

/* As large as issue and design demand; html_browser_test.sh opens it. */
static void large(void)
{
	struct sample *sample = html_sample_large();
	gsize length;
	struct unpacked found = play(sample, 1, &html_trace_limits);
	g_autofree char *text = sample_output(sample, &html_sink, &length);

	CU_ASSERT_EQUAL(found.edges, HTML_SAMPLE_EDGES);
	CU_ASSERT_EQUAL(found.requests, HTML_SAMPLE_REQUESTS);
	CU_ASSERT(length < 3000000);
	CU_ASSERT_EQUAL(count(text, "type=\"text/plain\""), 1);
	if (g_getenv("WIPERIG_TEST_VIEW"))
		CU_ASSERT_TRUE(g_file_set_contents(g_getenv("WIPERIG_TEST_VIEW"), text, (gssize)length, NULL));
	sample_free(sample);
}

TEST_SUITE(html_trace, { "everything", everything }, { "the last is kept", the_last_is_kept },
	   { "a long erase is whole", a_long_erase_is_whole },
	   { "numbers of a damaged record", numbers_of_a_damaged_record }, { "failed cases first", failed_cases_first },
	   { "transcript", transcript }, { "large", large })
