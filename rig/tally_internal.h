/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the tally; only rig/tally*.c include it. */
#pragma once
#include "tally_requirement.h"

struct tally {
	struct tally_judge *judge;
	json_t *run, *run_end;
	GPtrArray *cases;    /* owned */
	GPtrArray *monitors; /* owned */
	gint64 end_ns;
};

/* tally.c */
/** NULL if that case did not begin. */
struct tally_case *tally_find_case(const struct tally *tally, guint32 case_no);

/* tally_monitor.c */
GPtrArray *tally_findings_new(void);
GPtrArray *tally_monitors_new(void);
/** Events of monitors; FALSE: it makes no sense. */
gboolean tally_take_monitors(struct tally *tally, const struct event *event, json_t *json);
gboolean tally_take_finding(struct tally *tally, const struct event *event, json_t *json);
gboolean tally_take_judged(struct tally *tally, const struct event *event, json_t *json);
/** Members of an event's JSON, printable; the caller's to free. */
char *tally_text(json_t *object, const char *key);
char **tally_texts(json_t *object, const char *key);
gint64 tally_integer(json_t *object, const char *key);
