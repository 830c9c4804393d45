/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One time for a whole run's traces. In the spool every case's time begins anew at 0 (its slot was opened); in a trace
 * file a case begins at the nanosecond at which the one before it ended, in the order of their numbers.
 */
#pragma once
#include "rig/event.h"

struct trace_clock {
	guint32 case_no;  /* the case under way; 0: none yet */
	gint64 offset_ns; /* of its time 0 */
	gint64 last_ns;	  /* the last event's */
};

/** Takes in an event; returns its time in the trace. The run's own events are at the time of the last one. */
gint64 trace_clock_event(struct trace_clock *clock, const struct event *event);
/** The time in the trace of another instant of the case under way, never before its begin. */
gint64 trace_clock_at(const struct trace_clock *clock, gint64 slot_ns);
