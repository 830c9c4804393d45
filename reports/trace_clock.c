/* SPDX-License-Identifier: Apache-2.0 */
#include "trace_clock.h"

gint64 trace_clock_at(const struct trace_clock *clock, gint64 slot_ns)
{
	/* A damaged record may hold any number. */
	return slot_ns > G_MAXINT64 - clock->offset_ns ? G_MAXINT64 : clock->offset_ns + MAX(slot_ns, 0);
}

gint64 trace_clock_event(struct trace_clock *clock, const struct event *event)
{
	if (!event->case_no)
		return clock->last_ns;
	if (event->case_no != clock->case_no) {
		clock->case_no = event->case_no;
		clock->offset_ns = clock->last_ns;
	}
	gint64 at = trace_clock_at(clock, event->time_ns);
	clock->last_ns = MAX(clock->last_ns, at);
	return at;
}
