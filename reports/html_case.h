/* SPDX-License-Identifier: Apache-2.0 */
/* One case of report.html: what was done, what was expected, what was seen. */
#pragma once
#include "html_traces.h"

/** Appends a <details>, open if the case failed or ended in error. */
void html_case(GString *out, const struct record_case *c, const struct html_traces *traces);
