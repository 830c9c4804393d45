/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The traces of a run in report.html: a view of the lines, the disk's requests and what was said and done, one case at
 * a time, and for those without scripts a transcript of what was around each failure. The page holds the traces of as
 * many cases as there is room for: first those that failed, then the others as they came.
 */
#pragma once
#include "record.h"

struct html_traces;

/** `bytes_max`: as many characters of the page are for traces. */
struct html_traces *html_traces_new(gsize bytes_max);
/** NULL is allowed. */
void html_traces_free(struct html_traces *traces);
/** Takes in an event, in the spool's order. */
void html_traces_event(struct html_traces *traces, const struct event *event);
/** No more events come. */
void html_traces_finish(struct html_traces *traces);

/** Appends the section with the view, if there is a case to show. `cases`: of struct record_case *. */
void html_traces_section(GString *out, const struct html_traces *traces, const GPtrArray *cases);
/** Appends what was around the failures of a case, if any. */
void html_traces_transcript(GString *out, const struct html_traces *traces, guint32 case_no);
/** Appends a link into the view, to that time of the case, if the page has the case's trace. */
void html_traces_link(GString *out, const struct html_traces *traces, guint32 case_no, gint64 time_ns,
		      const char *text);
