/* SPDX-License-Identifier: Apache-2.0 */
/* Monitors that hold a logic analyzer's lines against what else is seen of the unit. */
#include "rig/line_capture.h"
#include "rig/lines.h"
#include "rig/message.h"
#include "monitor_case.h"
#include "monitors.h"
#include "rig/test.h"
#include <string.h>

#define MS NS_PER_MS
#define TX (1u << LINE_CONSOLE_TX)
#define ERASING (1u << LINE_ERASE_ACTIVE)
#define BUSY (1u << LINE_DISK_BUSY)
#define SAMPLE_NS 2000
#define ALL (OBSERVE_LINES | OBSERVE_PANEL | OBSERVE_REQUESTS | OBSERVE_CONSOLE)

static const struct monitor *const line_monitors[] = { &console_line_monitor, &erase_line_monitor, &disk_line_monitor,
						       NULL };

struct bench {
	struct monitor_case *monitors;
	struct line_capture *capture;
	struct disk_track *track;
	gint64 now_ns;
	gboolean sampled;
	gint64 byte_ns; /* on the console */
	guint8 levels;
	GString *findings, *judged, *faults, *off; /* "NAME " each */
};

static void say(struct bench *bench, enum event_type type, const void *data, gsize length)
{
	const struct event event = { type, 1, bench->now_ns, data, length, NULL };

	monitor_case_event(bench->monitors, &event);
}

static void say_json(struct bench *bench, enum event_type type, const char *text)
{
	say(bench, type, text, strlen(text));
}

static void keep(gpointer data, const void *bytes, gsize length)
{
	say(data, EVENT_LINES, bytes, length);
}

static void take_off(struct bench *bench, json_t *json)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(json, "monitors"), i,
			   item) if (!json_is_true(json_object_get(item, "active")))
	    g_string_append_printf(bench->off, "%s ", json_string_value(json_object_get(item, "name")));
}

/* As a slot does: a finding is worth a window, which comes at once. */
static void record(gpointer data, enum event_type type, json_t *json)
{
	struct bench *bench = data;
	const char *name = json_string_value(json_object_get(json, "monitor"));

	if (type == EVENT_MONITORS)
		take_off(bench, json);
	if (type == EVENT_FINDING)
		g_string_append_printf(bench->findings, "%s ", name);
	if (type == EVENT_JUDGED) {
		g_string_append_printf(bench->judged, "%s ", name);
		CU_ASSERT_TRUE(json_is_true(json_object_get(json, "supporting")));
	}
	if (type == EVENT_NOTE)
		g_string_append_printf(bench->faults, "%s ", json_string_value(json_object_get(json, "text")));
	json_decref(json);
	if (type == EVENT_FINDING && bench->capture)
		line_capture_trigger(bench->capture, bench->now_ns, CAPTURE_AROUND_NS, LINES_FAILURE);
}

static void open_bench_at(struct bench *bench, gboolean sampled, guint8 lines, guint32 byte_ns)
{
	const struct line_capture_setup setup = {
		.lines = lines,
		.rate_hz = 500000,
		.tick = sampled ? SAMPLE_NS * LINES_TICK_NS : LINES_TICK_NS,
		.byte_ns = byte_ns,
		.edges = sampled,
		.emit = keep,
		.data = bench,
	};

	*bench = (struct bench){ .sampled = sampled, .byte_ns = byte_ns, .levels = TX };
	bench->findings = g_string_new(NULL);
	bench->judged = g_string_new(NULL);
	bench->faults = g_string_new(NULL);
	bench->off = g_string_new(NULL);
	bench->track = disk_track_new();
	bench->monitors = monitor_case_new(&(struct monitor_setup){ .monitors = line_monitors,
								    .shows = ALL,
								    .observe = "inline",
								    .track = bench->track,
								    .record = record,
								    .data = bench });
	bench->capture = line_capture_new(&setup);
	say_json(bench, EVENT_POWER, "{\"main\":true}");
}

static void open_bench(struct bench *bench, gboolean sampled, guint8 lines)
{
	open_bench_at(bench, sampled, lines, CONSOLE_BYTE_NS);
}

static guint64 tick(const struct bench *bench, gint64 time_ns)
{
	return (guint64)(bench->sampled ? (time_ns + SAMPLE_NS - 1) / SAMPLE_NS : time_ns);
}

static void set(struct bench *bench, gint64 at_ns, guint8 line, gboolean level)
{
	bench->levels = (guint8)(level ? bench->levels | line : bench->levels & ~line);
	line_capture_levels(bench->capture, tick(bench, at_ns), bench->levels);
}

static void pass(struct bench *bench, gint64 ns)
{
	bench->now_ns += ns;
	line_capture_reached(bench->capture, tick(bench, bench->now_ns));
}

/* A byte on the line from now on. */
static void send(struct bench *bench, guint8 byte)
{
	for (guint bit = 0; bench->sampled && bit < 10; bit++)
		set(bench, bench->now_ns + bench->byte_ns * bit / 10, TX,
		    bit == 9 || (bit > 0 && byte >> (bit - 1) & 1));
	bench->now_ns += bench->byte_ns;
	if (!bench->sampled)
		line_capture_sent(bench->capture, (guint64)bench->now_ns, byte);
}

/* The unit says `line`, and `came` arrives. */
static void talk(struct bench *bench, const char *line, const char *came)
{
	for (; *line; line++)
		send(bench, (guint8)*line);
	pass(bench, 16 * MS);
	say(bench, EVENT_CONSOLE_RX, came, strlen(came));
}

/* No more happens. What came of it: findings, then faults in [] . */
static void ends(struct bench *bench, const char *findings, const char *judged, const char *fault)
{
	line_capture_flush(bench->capture);
	monitor_case_end(bench->monitors);
	CU_ASSERT_STRING_EQUAL(bench->findings->str, findings);
	CU_ASSERT_STRING_EQUAL(bench->judged->str, judged);
	CU_ASSERT(fault ? strstr(bench->faults->str, fault) != NULL : !bench->faults->len);
	CU_ASSERT((monitor_case_fault(bench->monitors) != NULL) == (fault != NULL));
	line_capture_free(g_steal_pointer(&bench->capture));
	monitor_case_free(bench->monitors);
	disk_track_free(bench->track);
	g_string_free(bench->findings, TRUE);
	g_string_free(bench->judged, TRUE);
	g_string_free(bench->faults, TRUE);
	g_string_free(bench->off, TRUE);
}

/* ---- the console's line */

static void console_equal(void)
{
	struct bench bench;

	for (guint sampled = 0; sampled < 2; sampled++) {
		open_bench(&bench, sampled, 0xff);
		for (guint i = 0; i < 300; i++) {
			talk(&bench, "ready\r\n", "ready\r\n");
			pass(&bench, 500 * MS);
			/* Windows beyond the first minute, too. */
			if (i % 10 == 0)
				line_capture_trigger(bench.capture, bench.now_ns, CAPTURE_AROUND_NS, LINES_PANEL);
		}
		ends(&bench, "", "console-line ", NULL);
	}
}

static void console_differs(void)
{
	static const struct {
		const char *line, *came;
	} rows[] = { { "ready\r\n", "reAdy\r\n" }, { "ready\r\n", "redy\r\n" }, { "ready\r\n", "readdy\r\n" } };
	struct bench bench;

	for (guint sampled = 0; sampled < 2; sampled++)
		for (guint late = 0; late < 2; late++)
			for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
				open_bench(&bench, sampled, 0xff);
				talk(&bench, "start\r\n", "start\r\n");
				if (late) { /* in a window of its own, whose end is behind it */
					pass(&bench, 70 * NS_PER_S);
					line_capture_trigger(bench.capture, bench.now_ns, CAPTURE_AROUND_NS,
							     LINES_PANEL);
				}
				pass(&bench, 5 * MS);
				talk(&bench, rows[i].line, rows[i].came);
				pass(&bench, NS_PER_S);
				talk(&bench, "more\r\n", "more\r\n");
				ends(&bench, "console-line ", "console-line ", NULL);
			}
}

/* What is blacked out may have been anything; what is still on its way may come; without the line nothing is said. */
static void console_excused(void)
{
	struct bench bench;

	open_bench(&bench, TRUE, 0xff);
	talk(&bench, "key 0123\r\n", "key ####\r\n");
	talk(&bench, "more\r\n", "mor");
	ends(&bench, "", "console-line ", NULL);
	open_bench(&bench, TRUE, (guint8)~TX);
	talk(&bench, "abc", "xyz");
	ends(&bench, "", "", NULL);
}

/* Any speed will do, but for one of which too little can be seen. */
static void console_speeds(void)
{
	static const struct {
		guint32 byte_ns;
		const char *came, *findings, *judged;
	} rows[] = {
		{ 1041667, "ready\r\n", "", "console-line " }, /* 9600 baud */
		{ 1041667, "reAdy\r\n", "console-line ", "console-line " },
		{ 30 * SAMPLE_NS, "ready\r\n", "", "console-line " }, /* three samples a bit */
		{ 30 * SAMPLE_NS - 10, "reAdy\r\n", "", "" },
	};
	struct bench bench;

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		open_bench_at(&bench, TRUE, 0xff, rows[i].byte_ns);
		talk(&bench, "ready\r\n", rows[i].came);
		pass(&bench, NS_PER_S);
		ends(&bench, rows[i].findings, rows[i].judged, NULL);
	}
}

/* Wires that are off accuse nobody. */
static void console_off(void)
{
	struct bench bench;

	open_bench(&bench, TRUE, 0xff);
	pass(&bench, 500 * MS);
	talk(&bench, "", "ready\r\n");
	pass(&bench, 500 * MS);
	ends(&bench, "", "", "is not clipped to it");
	open_bench(&bench, TRUE, 0xff);
	talk(&bench, "ready\r\n", "");
	pass(&bench, 500 * MS);
	ends(&bench, "", "", "nothing came from the console");
}

/* ---- the line "erase active" */

static void show(struct bench *bench, gboolean erasing)
{
	g_autofree char *text = g_strdup_printf("{\"text\":\"%s\"}", erasing ? message_find("erasing")->text : "Ready");

	say_json(bench, EVENT_SHOWN, text);
}

/* An erase, with its line from and to. */
static void erase(struct bench *bench, gint64 high_ms, gint64 low_ms)
{
	const gint64 begin_ns = bench->now_ns;
	struct disk_seen seen = {
		.count = 8, .op = DISK_SEEN_WRITE, .content = CONTENT_ZERO, .flags = DISK_SEEN_PATTERN
	};
	gboolean on = FALSE;

	show(bench, TRUE);
	talk(bench, "erase begins: mode 1, pass 1 of 1\r\n", "erase begins: mode 1, pass 1 of 1\r\n");
	for (guint ms = 100; ms < 2000; ms += 10) {
		bench->now_ns = begin_ns + ms * MS;
		if (!on && high_ms >= 0 && ms >= high_ms && ms < low_ms)
			set(bench, bench->now_ns, ERASING, on = TRUE);
		if (on && ms >= low_ms)
			set(bench, bench->now_ns, ERASING, on = FALSE);
		set(bench, bench->now_ns, BUSY, TRUE);
		seen.queued_ns = bench->now_ns;
		pass(bench, 5 * MS);
		set(bench, bench->now_ns, BUSY, FALSE);
		seen.lba += seen.count;
		say(bench, EVENT_DISK, &seen, sizeof seen);
	}
	talk(bench, "erase ends\r\n", "erase ends\r\n");
	show(bench, FALSE);
	pass(bench, NS_PER_S);
	if (on && low_ms < 9000)
		set(bench, bench->now_ns, ERASING, FALSE);
	pass(bench, NS_PER_S);
}

static void erase_line(void)
{
	static const struct {
		gint64 high_ms, low_ms;
		const char *findings;
	} rows[] = {
		{ 100, 1990, "" },
		{ 50, 2100, "erase-line " },   /* a second too long */
		{ 100, 9000, "erase-line " },  /* for good */
		{ 100, 900, "erase-line " },   /* it goes in the middle */
		{ 1000, 1990, "erase-line " }, /* it comes in the middle */
		{ -1, 0, "" },		       /* it is not driven: that says nothing */
	};
	struct bench bench;

	for (guint sampled = 0; sampled < 2; sampled++)
		for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
			open_bench(&bench, sampled, 0xff);
			erase(&bench, rows[i].high_ms, rows[i].low_ms);
			ends(&bench, rows[i].findings,
			     rows[i].high_ms < 0 ? "console-line " : "console-line erase-line ", NULL);
		}
}

/* ---- the drive's line */

static void command(struct bench *bench, gint64 busy_us, gint64 takes_us, gboolean seen_too)
{
	struct disk_seen seen = { .count = 8, .op = DISK_SEEN_READ, .queued_ns = bench->now_ns };

	if (busy_us)
		set(bench, bench->now_ns, BUSY, TRUE);
	pass(bench, MIN(busy_us, takes_us) * NS_PER_US);
	if (busy_us && busy_us <= takes_us)
		set(bench, bench->now_ns, BUSY, FALSE);
	pass(bench, (takes_us - MIN(busy_us, takes_us)) * NS_PER_US);
	if (seen_too)
		say(bench, EVENT_DISK, &seen, sizeof seen);
	pass(bench, (MAX(busy_us, takes_us) - takes_us) * NS_PER_US);
	if (busy_us > takes_us)
		set(bench, bench->now_ns, BUSY, FALSE);
	pass(bench, NS_PER_MS);
}

static void disk_line(void)
{
	static const struct {
		gint64 busy_us, takes_us;
		gboolean seen;
		const char *fault;
	} rows[] = { { 500, 500, TRUE, NULL },
		     { 500, 500, FALSE, "without a command" },
		     { 900, 500, TRUE, "without a command" },
		     { 0, 500, TRUE, "idle" } };
	struct bench bench;

	for (guint sampled = 0; sampled < 2; sampled++)
		for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
			open_bench(&bench, sampled, 0xff);
			for (guint n = 0; n < 50; n++)
				command(&bench, 500, 500, TRUE);
			command(&bench, rows[i].busy_us, rows[i].takes_us, rows[i].seen);
			command(&bench, 500, 500, TRUE);
			ends(&bench, "", "", rows[i].fault);
		}
	/* One that is still under way is nobody's fault. */
	open_bench(&bench, FALSE, 0xff);
	set(&bench, bench.now_ns, BUSY, TRUE);
	pass(&bench, 500 * MS);
	ends(&bench, "", "", NULL);
}

/* ---- the frame */

static void lost(void)
{
	struct bench bench;

	open_bench(&bench, TRUE, 0xff);
	talk(&bench, "ready\r\n", "reAdy\r\n");
	pass(&bench, NS_PER_S);
	line_capture_end(bench.capture);
	pass(&bench, NS_PER_S);
	monitor_case_lose(bench.monitors, OBSERVE_LINES, "the analyzer is gone");
	CU_ASSERT_STRING_EQUAL(bench.off->str, "console-line erase-line disk-line ");
	talk(&bench, "abc\r\n", "xyz\r\n");
	monitor_case_lose(bench.monitors, OBSERVE_LINES, "again");
	ends(&bench, "", "", NULL);
}

TEST_SUITE(monitor_lines, { "what the console's line carries comes", console_equal },
	   { "something else comes", console_differs }, { "what is no difference", console_excused },
	   { "a console of another speed", console_speeds }, { "wires that are off", console_off },
	   { "erase active", erase_line }, { "disk busy", disk_line }, { "the analyzer is lost", lost })
