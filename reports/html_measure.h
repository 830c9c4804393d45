/* SPDX-License-Identifier: Apache-2.0 */
/* The measurements of a run as a table, with a bar for each as long as its value among those of its unit. */
#pragma once
#include "html_text.h"
#include "measures.h"

/** Appends the section; nothing where nothing was measured. `cases`: of const struct tally_case *, see tally_cases().
 */
void html_measures(GString *out, const GPtrArray *measures, const GPtrArray *cases);
