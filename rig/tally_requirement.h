/* SPDX-License-Identifier: Apache-2.0 */
/* The tally's part that judges requirements; used by tally.c only. The rules are in tally.h. */
#pragma once
#include "tally.h"

struct tally_judge;

struct tally_judge *tally_judge_new(const struct requirement_table *table);
void tally_judge_free(struct tally_judge *judge);
/** `c` must outlive the judge, here and below. */
void tally_judge_case_begin(struct tally_judge *judge, const struct tally_case *c);
void tally_judge_step(struct tally_judge *judge, const struct tally_case *c, gint64 n, enum tally_verdict verdict,
		      char **requirements, const char *reason);
void tally_judge_case_end(struct tally_judge *judge, const struct tally_case *c);
const GPtrArray *tally_judge_requirements(struct tally_judge *judge);
/** A monitor that speaks for `requirements` was off in this case. */
void tally_judge_off(struct tally_judge *judge, const struct tally_case *c, const char *monitor, char **requirements,
		     const char *reason);
/** A monitor found this requirement broken. */
void tally_judge_finding(struct tally_judge *judge, const struct tally_case *c, const struct tally_finding *finding);
