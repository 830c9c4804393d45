/* SPDX-License-Identifier: Apache-2.0 */
#include "line_clock.h"
#include "lines.h"
#include "test.h"
#include "units.h"

#define RATE 1000000
#define STEP_NS (100 * NS_PER_MS)
#define OWN_ERROR (5 * NS_PER_MS) /* what counts without marks */

/* A mark every 100 ms from `first` on, each seen at once by a clock that is fast by `ppm`. */
static void mark(struct line_clock *clock, guint first, guint count, double ppm)
{
	for (guint i = first; i < first + count; i++) {
		gint64 at_ns = i * STEP_NS + i * 777;
		line_clock_sent(clock, at_ns - 50000 - i % 7 * 1000, at_ns + 50000 + i % 7 * 1000, !(i & 1));
		line_clock_seen(clock, (guint64)((double)at_ns * (1 + ppm * 1e-6) / 1000) + 1, !(i & 1));
	}
}

static struct event_lines head_of(struct line_clock *clock, guint64 from, guint64 to)
{
	struct event_lines head = { 0 };

	line_clock_head(clock, from, to, OWN_ERROR, &head);
	return head;
}

static void nominal(void)
{
	struct line_clock *clock = line_clock_new(RATE, 7000);
	struct event_lines head = head_of(clock, 0, 1000);

	CU_ASSERT(head.origin_ns == 7000 && head.error_ns == OWN_ERROR && head.path_ns == 0);
	CU_ASSERT_EQUAL(lines_time(&head, 1000), 1007000);
	mark(clock, 0, 15, 0);
	head = head_of(clock, 0, 1000);
	CU_ASSERT_EQUAL(head.error_ns, OWN_ERROR);
	line_clock_free(clock);
	line_clock_free(NULL);
}

static void drift(void)
{
	for (double ppm = -100; ppm <= 100; ppm += 25) {
		struct line_clock *clock = line_clock_new(RATE, 0);
		mark(clock, 0, 600, ppm);
		struct event_lines head = head_of(clock, 0, 60000000);
		gint64 off = lines_time(&head, (guint64)(30000000 * (1 + ppm * 1e-6))) - 30 * NS_PER_S;
		CU_ASSERT(ABS(off) <= head.error_ns);
		CU_ASSERT(head.error_ns > 1000 && head.error_ns < 2500);
		CU_ASSERT_EQUAL(head.path_ns, 50000);
		/* What lies far from every mark is less sure. */
		CU_ASSERT(head_of(clock, 0, 600000000).error_ns > head.error_ns);
		line_clock_free(clock);
	}
}

/* An edge that is lost, or that nobody sent, costs only itself. */
static void lost_marks(void)
{
	struct line_clock *clock = line_clock_new(RATE, 0);

	mark(clock, 0, 20, 40);
	line_clock_seen(clock, 1950000,
			TRUE); /* after the one at 1.9 s, which went low: it is too early for the next */
	for (guint i = 20; i < 31; i++)
		line_clock_sent(clock, i * STEP_NS, i * STEP_NS, !(i & 1));
	mark(clock, 31, 200, 40);
	struct event_lines head = head_of(clock, 0, 23000000);
	gint64 off = lines_time(&head, (guint64)(20000000 * (1 + 40e-6))) - 20 * NS_PER_S;
	CU_ASSERT(ABS(off) <= head.error_ns && head.error_ns < 2500);
	line_clock_free(clock);
}

/* A clock that wanders is followed: the last marks count. */
static void wander(void)
{
	struct line_clock *clock = line_clock_new(RATE, 0);

	mark(clock, 0, 1000, 10);
	mark(clock, 1000, 1100, 10.2);
	struct event_lines head = head_of(clock, 200000000, 210000000);
	gint64 off = lines_time(&head, (guint64)(205000000 * (1 + 10.2e-6))) - 205 * NS_PER_S;
	CU_ASSERT(ABS(off) <= head.error_ns && head.error_ns < 2500);
	line_clock_free(clock);
}

TEST_SUITE(line_clock, { "without marks", nominal }, { "drift", drift }, { "lost marks", lost_marks },
	   { "a clock that wanders", wander })
