/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of a logic analyzer's samples are kept: capture windows. The first minute of a case is kept whole; after that
 * what lies around the main power's edges (2 s from where it comes), around panel messages and around failures. What
 * comes before a trigger is remembered for as long as that takes. Windows do not overlap, and no byte on the console's
 * line lies across the edge of one.
 */
#pragma once
#include "event.h"
#include "units.h"

struct line_capture;

#define CAPTURE_WHOLE_NS (60 * NS_PER_S)    /**< from the case's beginning */
#define CAPTURE_AROUND_NS (100 * NS_PER_MS) /**< before and after a trigger */
#define CAPTURE_START_NS (2 * NS_PER_S)	    /**< after the main power came */

struct line_capture_setup {
	guint8 lines;	  /**< the analyzer is clipped to these: set of enum event_line_name, by bit */
	guint64 tick;	  /**< as in struct event_lines; LINES_TICK_NS (lines.h) for exact edges */
	gint64 origin_ns; /**< the same */
	guint64 rate_hz;  /**< as in struct event_lines */
	guint32 byte_ns;  /**< the same */
	gboolean edges;	  /**< LINE_CONSOLE_TX is told of by its edges; so it is where byte_ns is 0 */
	/** Takes a part of a window: an EVENT_LINES' payload. */
	void (*emit)(gpointer data, const void *bytes, gsize length);
	/** Optional: what is known by now of the analyzer's clock between these ticks: the head's tick, origin_ns,
	 *  error_ns and path_ns. */
	void (*clock)(gpointer data, guint64 from, guint64 to, struct event_lines *head);
	gpointer data;
};

/** The capture begins at tick 0. */
struct line_capture *line_capture_new(const struct line_capture_setup *setup);
/** NULL is allowed. A window that is open gets no end. */
void line_capture_free(struct line_capture *capture);

/** What was seen at `tick`; ticks never go back. `levels` are those of all lines. */
void line_capture_levels(struct line_capture *capture, guint64 tick, guint8 levels);
/** A byte's stop bit ended on LINE_CONSOLE_TX. */
void line_capture_sent(struct line_capture *capture, guint64 tick, guint8 byte);
/** Nothing else happened up to this tick. */
void line_capture_reached(struct line_capture *capture, guint64 tick);
/** What is around this slot time is to be kept: CAPTURE_AROUND_NS before it, `after_ns` behind it.
 *  That time was reached. */
void line_capture_trigger(struct line_capture *capture, gint64 time_ns, gint64 after_ns, enum event_lines_why why);
/** Emits what there is of an open window. */
void line_capture_flush(struct line_capture *capture);
/** Ends an open window at what was reached. */
void line_capture_end(struct line_capture *capture);
