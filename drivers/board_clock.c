/* SPDX-License-Identifier: Apache-2.0 */
/* Clock of an emulated slot on the direct link: the board in this process. */
#include "board_instruments.h"

static gint64 clock_now(gpointer data)
{
	struct board_instrument *self = data;

	return self->board_class->now(self->board);
}

static gboolean clock_advance(gpointer data, gint64 deadline_ns, GError **error)
{
	struct board_instrument *self = data;

	if (!(self->board_class->run(self->board, deadline_ns) & BOARD_STOP_STUCK))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the emulated board: %s", self->board_class->stuck(self->board));
	return FALSE;
}

static const char *clock_crash(gpointer data)
{
	struct board_instrument *self = data;

	return self->board_class->crash(self->board);
}

static void clock_observe(gpointer data, const struct observer *observer)
{
	struct board_instrument *self = data;

	self->board_class->observe(self->board, observer);
}

static const struct clock_ops ops = { TRUE, clock_now, clock_advance, clock_crash, clock_observe };
static const char *const settings[] = { NULL };

const struct driver board_clock_driver = {
	.name = "board-clock",
	.role = ROLE_CLOCK,
	.summary = "virtual time of the emulated board in this process",
	.settings = settings,
	.open = board_instrument_open,
	.close = g_free,
	.ops.clock = &ops,
};
