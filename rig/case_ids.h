/* SPDX-License-Identifier: Apache-2.0 */
/* Which requirements a step of a case speaks for. */
#pragma once
#include <glib.h>
#include <jansson.h>

/** The ids that a step with this verdict speaks for, a new reference: its own, else the scenario's, of an expectation
 *  (`judges`) or of an action that did not succeed. Of `without` (ids, NULL-terminated; may be NULL) nothing is judged:
 *  *off (the caller's to free) says so where an expectation, or a failed action that speaks for nothing else, does not
 *  count therefore; else it is NULL. */
json_t *case_spoken_for(json_t *scenario, char **without, json_t *step, gboolean judges, const char *verdict,
			char **off) __attribute__((warn_unused_result));
