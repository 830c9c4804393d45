/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, in one line of plain text: how cases, steps, the panel and the power stand in the trace formats. */
#pragma once
#include "rig/event.h"

enum trace_weight { TRACE_QUIET, TRACE_NOTABLE, TRACE_BAD };

/** Sets `line` to what a JSON event says, printable and without a newline. FALSE: it is nothing for a trace. */
gboolean trace_text(GString *line, const struct event *event, enum trace_weight *weight);
/** TRUE if the run that begins with `event` was on an emulated slot, or does not say. */
gboolean trace_is_emulated(const struct event *event);
