/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of explore.html; only reports/explore_html*.c include it. */
#pragma once
#include "rig/explore/explore_result.h"

#define EXPLORE_HTML_COLUMNS 1000u

/** Appends text from outside, which may be NULL: what cannot be shown becomes visible. */
void explore_html_text(GString *out, const char *text);
/** A number with thousands apart. */
void explore_html_number(GString *out, guint64 number);
/** The map of an erase; `first`: number of its first finding on the page, from 1. */
void explore_html_map(GString *out, const struct explore_result *result, guint first);
/** What its colours mean. */
void explore_html_legend(GString *out);
/** One finding, as number `number` on the page. `plan`: its plan's file name, and `again` the command that replays it;
 *  NULL: there is none. */
void explore_html_finding(GString *out, const struct explore_finding *finding, guint number, const char *plan,
			  const char *again);
