/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: whatever a record of lines holds, its window's edges are in order, each one a change. */
#include "line_window.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

static void look(const struct line_window *window)
{
	guint64 tick = window->head.from;
	guint8 levels = window->head.levels;

	require(!window->open && window->head.from <= window->head.to);
	for (guint i = 0; i < window->edges->len; i++) {
		const struct line_edge *edge = &g_array_index(window->edges, struct line_edge, i);
		require(edge->tick > tick && edge->levels != levels);
		tick = edge->tick;
		levels = edge->levels;
	}
}

/* Two records, so that one may go on where the other ended. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line_window window;
	size_t first = size ? MIN((size_t)data[0] * 2, size - 1) : 0;
	const struct event events[] = {
		{ .type = EVENT_LINES, .case_no = 1, .data = data + (size > 0), .length = first },
		{ .type = EVENT_LINES,
		  .case_no = 1,
		  .data = data + (size > 0) + first,
		  .length = size - (size > 0) - first },
	};

	line_window_init(&window);
	for (guint i = 0; i < G_N_ELEMENTS(events); i++)
		if (line_window_add(&window, &events[i]))
			look(&window);
	if (line_window_end(&window))
		look(&window);
	line_window_clear(&window);
	return 0;
}
