/* SPDX-License-Identifier: Apache-2.0 */
/* What a run measured: its EVENT_MEASURE events. */
#pragma once
#include "rig/event.h"

struct measure {
	guint32 case_no;
	char *name, *unit; /* valid UTF-8 */
	double value;
	double uncertainty; /* NAN: not stated */
	char *limit;	    /* in words, or NULL */
	int within;	    /* 1: it keeps the limit, 0: it does not, -1: there is none */
};

/** A list of struct measure *, freed with the array. */
GPtrArray *measures_new(void);
/** Takes one event into account; others than EVENT_MEASURE do not count. */
void measures_event(GPtrArray *measures, const struct event *event);
/** An array of objects as in run.json; a new reference. */
json_t *measures_json(const GPtrArray *measures);
