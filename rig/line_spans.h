/* SPDX-License-Identifier: Apache-2.0 */
/* Stretches of time, and how they cover each other. */
#pragma once
#include "line_window.h"

struct span {
	gint64 from_ns, to_ns;
};

/** The stretches in which a line is at `level` in a complete window: of struct span, by time, within the window. Free
 *  with g_array_unref(). */
GArray *line_spans(const struct line_window *window, enum event_line_name line, gboolean level);
/** The first part of `span` that none of `covers` (of struct span, by their beginnings) covers and that is longer than
 *  `slack_ns`. FALSE: there is none. */
gboolean span_uncovered(const struct span *span, const GArray *covers, gint64 slack_ns, struct span *open);
