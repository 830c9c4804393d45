/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the page's trace view shows of one case, packed: the lines' edges, the disk's requests, and what was said and
 * done, in words. Times are the case's, in nanoseconds.
 *
 * u is a LEB128 number, s the same zigzag (0, -1, 1, -2 …), b a byte; "column" has one for each item, deltas are
 * against the item before, the first against 0:
 * - s end of the case, s what the traces of the whole run add to its times (trace_clock.h)
 * - u windows; each: s from, u length, u error (99.7 %), b lines, b levels, u number, u what a byte takes on the
 *   console's line (0: its edges are among the others), b why, u edges, column u time deltas from `from` on, column b
 *   levels, u bytes, column u deltas of the times at which their stop bits end, column b values
 * - u requests; column s deltas of the time queued, u duration, b operation and flags, b content and disk, s LBA after
 *   the end of the one before, u sectors, u commands: more than 1 went on one after the other
 * - u texts; column s time deltas, b kind, b weight, u length; then the bytes of all, UTF-8
 * - u windows, u edges, u requests, u texts that are left out since there is no room for them; they are the first
 *
 * reports/html_trace.js reads it.
 */
#pragma once
#include "trace_text.h"

enum html_trace_kind {
	HTML_TRACE_STEP,
	HTML_TRACE_STEP_END,
	HTML_TRACE_POWER_ON,
	HTML_TRACE_POWER_OFF,
	HTML_TRACE_PANEL,
	HTML_TRACE_CONSOLE,
	HTML_TRACE_TO_CONSOLE,
	HTML_TRACE_USB,
	HTML_TRACE_FINDING,
	HTML_TRACE_NOTE,
	HTML_TRACE_KINDS,
};

/** In byte "operation and flags", above enum disk_seen_op. */
enum html_trace_flag {
	HTML_TRACE_FUA = 16,
	HTML_TRACE_MARKER = 32,
	HTML_TRACE_ABORTED = 64,
	HTML_TRACE_ERROR = 128,
};

/** As many are kept of a case; of more, the last. */
struct html_trace_limits {
	guint edges;	/* over all windows; console bytes count as one */
	guint requests; /* then neighbours that go on one after the other become one, as often as need be */
	guint texts;
};
extern const struct html_trace_limits html_trace_limits;

struct html_trace_text {
	gint64 time_ns;
	guint32 at, length; /* in the texts' bytes */
	guint8 kind, weight;
};

struct html_trace;

struct html_trace *html_trace_new(const struct html_trace_limits *limits);
/** NULL is allowed. */
void html_trace_free(struct html_trace *trace);
/** Takes in an event of the case. */
void html_trace_event(struct html_trace *trace, const struct event *event);
/** No more events come: closes what is open and puts the texts in order. */
void html_trace_end(struct html_trace *trace);
/** TRUE if there is nothing to draw: no line, no request. */
gboolean html_trace_is_blind(const struct html_trace *trace);
/** The format above. `offset_ns`: of the case's time 0 in the run's traces. The caller's; after html_trace_end(). */
GByteArray *html_trace_pack(const struct html_trace *trace, gint64 offset_ns);

/** Of struct html_trace_text, in the order of time after html_trace_end(), and where their bytes are. Borrowed. */
const GArray *html_trace_texts(const struct html_trace *trace);
const char *html_trace_text(const struct html_trace *trace, const struct html_trace_text *text);
/** A kind in one or two words. */
const char *html_trace_kind_name(enum html_trace_kind kind);
