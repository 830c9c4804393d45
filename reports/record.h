/* SPDX-License-Identifier: Apache-2.0 */
/* A run as reports for people tell it: the tally, and the steps of every case with what happened meanwhile. */
#pragma once
#include "rig/tally.h"

struct record_line {
	gint64 time_ns;
	enum event_type type; /* a note, power, switch, panel, measure, finding, or console traffic */
	gint64 step;	      /* during which; 0 before the first */
	char *text;	      /* printable, one or more lines */
};

struct record_step {
	gint64 n, line;
	char *step, *text; /* "panel.register"; what it does in words, may be NULL */
	gint64 begin_ns, end_ns;
	gboolean ended;
	enum tally_verdict verdict; /* TALLY_ERROR while it has not ended */
	char *expected, *actual;    /* NULL for an action */
	char *reason;
	char **requirements; /* never NULL */
};

struct record_case {
	const struct tally_case *tally;
	GPtrArray *steps; /* of struct record_step * */
	GPtrArray *lines; /* of struct record_line *; without console traffic if the case passed or was skipped */
};

struct record;

/** Loads the requirements. */
struct record *record_new(GError **error) MUST_CHECK;
/** NULL is allowed. */
void record_free(struct record *record);
gboolean record_event(struct record *record, const struct event *event, GError **error) MUST_CHECK;
/** No more events: see tally_finish(). */
void record_finish(struct record *record);
struct tally *record_tally(const struct record *record);
/** Of struct record_case *, in the order of the cases' numbers. Borrowed. */
GPtrArray *record_cases(const struct record *record);

/** When a case that failed or ended in error did so: its first failed step's end, else its first finding, else its own
 *  end. Slot time. */
gint64 record_failed_ns(const struct record_case *c);

/** Seconds as a decimal fraction with three digits: 1500000000 → "1.500". Free with g_free(). */
char *record_seconds(gint64 ns);
