/* SPDX-License-Identifier: Apache-2.0 */
/* A capture window of a logic analyzer, put together from its parts (EVENT_LINES) with every edge of every line. */
#pragma once
#include "lines.h"

/** From `tick` on the lines have these levels. */
struct line_edge {
	guint64 tick;
	guint8 levels; /* bit n is line n of enum event_line_name */
};

/** A byte that the console sent. */
struct line_byte {
	guint64 tick; /* its stop bit ended */
	guint8 byte;
};

struct line_window {
	guint32 case_no;
	struct event_lines head; /**< the window as a whole: from and to are its edges, levels those at `from` */
	GArray *edges;		 /**< of struct line_edge, by tick: only real changes, one a tick at most */
	GArray *bytes;		 /**< of struct line_byte, where the analyzer tells of bytes */
	gboolean open;		 /**< parts have come, the last one has not */
	gboolean damaged;	 /**< a part is missing or broken: the window ends before it */
};

void line_window_init(struct line_window *window);
void line_window_clear(struct line_window *window);
/** Takes in an EVENT_LINES. TRUE: the window is complete; it is there until the next part comes. A first part begins a
 *  new window whatever became of the one before. */
gboolean line_window_add(struct line_window *window, const struct event *event) MUST_CHECK;
/** No more parts come. TRUE: what there is of an open window is complete. */
gboolean line_window_end(struct line_window *window) MUST_CHECK;
