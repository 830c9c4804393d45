/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock of a logic analyzer that samples, put against the slot's clock by marker edges: the rig changes the level
 * of LINE_MARKER now and then, notes the slot time before and after, and finds the edge among the samples. A
 * least-squares line through the better half of them, those with the shorter way there and back, tells the slot time of
 * every sample; how far the marks lie from it tells how well. What no fit can tell is whether the way there takes
 * longer than the way back: that adds at most half the shortest round trip, which is told apart (path_ns).
 */
#pragma once
#include "event.h"

struct line_clock;

/** Sample 0 is taken at `origin_ns`, as far as is known. */
struct line_clock *line_clock_new(guint64 rate_hz, gint64 origin_ns);
/** NULL is allowed. */
void line_clock_free(struct line_clock *clock);

/** The marker went to `level` between these slot times. Levels alternate, the first one is high. */
void line_clock_sent(struct line_clock *clock, gint64 before_ns, gint64 after_ns, gboolean level);
/** This is the first sample with the marker at `level`. */
void line_clock_seen(struct line_clock *clock, guint64 sample, gboolean level);

/** What is known by now: writes the head's origin_ns, tick, error_ns (of every sample from `from` to `to`) and path_ns.
 *  `error_ns`: how far a sample may be from its nominal time, which counts until there are marks enough. */
void line_clock_head(struct line_clock *clock, guint64 from, guint64 to, gint64 error_ns, struct event_lines *head);
