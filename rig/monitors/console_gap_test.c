/* SPDX-License-Identifier: Apache-2.0 */
/* What the rig was late to read (EVENT_CONSOLE_GAP) accuses nobody; what was lost still does. */
#include "rig/line_capture.h"
#include "rig/lines.h"
#include "rig/observe.h"
#include "rig/test.h"
#include "monitor_case.h"
#include "monitors.h"
#include <string.h>

#define MS NS_PER_MS
#define LINE "ready\r\n"

static const struct monitor *const line_monitors[] = { &console_line_monitor, NULL };

struct bench {
	struct monitor_case *monitors;
	struct line_capture *capture;
	gint64 now_ns;
	guint findings;
};

static void say(struct bench *bench, enum event_type type, const char *text)
{
	const struct event event = { type, 1, bench->now_ns, text, strlen(text), NULL };

	line_capture_reached(bench->capture, (guint64)bench->now_ns);
	monitor_case_event(bench->monitors, &event);
}

static void keep(gpointer data, const void *bytes, gsize length)
{
	const struct bench *bench = data;
	const struct event event = { EVENT_LINES, 1, bench->now_ns, bytes, length, NULL };

	monitor_case_event(bench->monitors, &event);
}

static void record(gpointer data, enum event_type type, json_t *json)
{
	((struct bench *)data)->findings += type == EVENT_FINDING;
	json_decref(json);
}

static void open_bench(struct bench *bench)
{
	*bench = (struct bench){ .now_ns = 0 };
	bench->monitors = monitor_case_new(&(struct monitor_setup){ .monitors = line_monitors,
								    .shows = OBSERVE_LINES | OBSERVE_CONSOLE,
								    .observe = "none",
								    .record = record,
								    .data = bench });
	bench->capture = line_capture_new(&(struct line_capture_setup){ .lines = 1u << LINE_CONSOLE_TX,
									.rate_hz = 1000000,
									.tick = LINES_TICK_NS,
									.byte_ns = CONSOLE_BYTE_NS,
									.emit = keep,
									.data = bench });
}

/* On the line; nothing comes of it yet. */
static void send(struct bench *bench)
{
	for (const char *at = LINE; *at; at++) {
		bench->now_ns += CONSOLE_BYTE_NS;
		line_capture_sent(bench->capture, (guint64)bench->now_ns, (guint8)*at);
	}
}

static void gap(struct bench *bench, gboolean open, gint64 from_ns)
{
	g_autofree char *text =
	    g_strdup_printf("{\"from_ns\":%" G_GINT64_FORMAT ",\"open\":%s}", from_ns, open ? "true" : "false");

	say(bench, EVENT_CONSOLE_GAP, text);
}

/* A minute after the case began a line is said at the end of a window; the rig reads the console `read_ms` later, and
 * `came` is there. Meanwhile something else is recorded. */
static guint findings(gint64 read_ms, gboolean told, const char *came)
{
	struct bench bench;

	open_bench(&bench);
	send(&bench);
	say(&bench, EVENT_CONSOLE_RX, LINE);
	bench.now_ns = CAPTURE_WHOLE_NS - 5 * MS;
	const gint64 said_ns = bench.now_ns;
	send(&bench);
	bench.now_ns = said_ns + read_ms * MS;
	if (told)
		gap(&bench, TRUE, said_ns);
	say(&bench, EVENT_NOTE, "{}");
	say(&bench, EVENT_NOTE, "{}");
	if (*came)
		say(&bench, EVENT_CONSOLE_RX, came);
	if (told)
		gap(&bench, FALSE, said_ns);
	bench.now_ns += MS;
	say(&bench, EVENT_NOTE, "{}");
	line_capture_end(bench.capture);
	const guint before_end = bench.findings;
	monitor_case_end(bench.monitors);
	CU_ASSERT_EQUAL(bench.findings, before_end);
	line_capture_free(bench.capture);
	monitor_case_free(bench.monitors);
	return before_end;
}

static void console_gap(void)
{
	CU_ASSERT_EQUAL(findings(20, FALSE, LINE), 0);
	CU_ASSERT_EQUAL(findings(300, FALSE, LINE), 1); /* the rig did read: the unit, or its line, was late */
	CU_ASSERT_EQUAL(findings(300, TRUE, LINE), 0);
	CU_ASSERT_EQUAL(findings(300, TRUE, ""), 1);
	CU_ASSERT_EQUAL(findings(300, TRUE, "reAdy\r\n"), 1);
}

static void times(void)
{
	const struct unit_profile profile = { .french = FALSE };
	const struct unit_watcher nobody = { NULL };
	struct unit_watch watch;
	static const struct {
		gint64 ms;
		const char *text;
	} gaps[] = { { 310, "{\"open\":true,\"from_ns\":200000000}" },
		     { 500, "{\"open\":false,\"from_ns\":200000000}" },
		     { 900, "{\"open\":true,\"from_ns\":800000000}" } };

	unit_watch_init(&watch, NULL, &profile);
	for (guint i = 0; i < G_N_ELEMENTS(gaps); i++)
		unit_watch_event(&watch,
				 &(struct event){ .type = EVENT_CONSOLE_GAP,
						  .time_ns = gaps[i].ms * MS,
						  .data = gaps[i].text,
						  .length = strlen(gaps[i].text) },
				 &nobody);
	CU_ASSERT_EQUAL(unit_console_late(&watch, 100 * MS), 200 * MS);
	CU_ASSERT_EQUAL(unit_console_late(&watch, 101 * MS), 500 * MS + 1);
	CU_ASSERT_EQUAL(unit_console_late(&watch, 400 * MS), 500 * MS + 1);
	CU_ASSERT_EQUAL(unit_console_late(&watch, 401 * MS), 501 * MS);
	CU_ASSERT_EQUAL(unit_console_late(&watch, 750 * MS), G_MAXINT64);
	CU_ASSERT_EQUAL(unit_console_early(&watch, 200 * MS), 100 * MS);
	CU_ASSERT_EQUAL(unit_console_early(&watch, 500 * MS), 100 * MS);
	CU_ASSERT_EQUAL(unit_console_early(&watch, 501 * MS), 401 * MS);
	CU_ASSERT_EQUAL(unit_console_early(&watch, 950 * MS), 700 * MS);
	unit_watch_clear(&watch);
}

TEST_SUITE(console_gap, { "a console that was not read accuses nobody", console_gap }, { "what may be late", times })
