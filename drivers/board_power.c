/* SPDX-License-Identifier: Apache-2.0 */
/* Main power and panel switch of the emulated board without the FT2232H. */
#include "board_instruments.h"

static gboolean power_set(gpointer data, gboolean on, GError **error)
{
	struct board_instrument *self = data;

	(void)error;
	self->board_class->set_line(self->board, BOARD_MAIN_POWER, on);
	return TRUE;
}

static gboolean power_get(gpointer data, gboolean *on, GError **error)
{
	struct board_instrument *self = data;

	(void)error;
	*on = self->board_class->get_line(self->board, BOARD_MAIN_POWER);
	return TRUE;
}

static gboolean power_hold_switch(gpointer data, gboolean held, GError **error)
{
	struct board_instrument *self = data;

	(void)error;
	self->board_class->set_line(self->board, BOARD_PANEL_SWITCH, held);
	return TRUE;
}

static gboolean power_switch_held(gpointer data, gboolean *held, GError **error)
{
	struct board_instrument *self = data;

	(void)error;
	*held = self->board_class->get_line(self->board, BOARD_PANEL_SWITCH);
	return TRUE;
}

static gboolean power_mark(gpointer data, gboolean level, GError **error)
{
	struct board_instrument *self = data;

	(void)error;
	self->board_class->set_line(self->board, BOARD_MARKER, level);
	return TRUE;
}

static const struct power_ops ops = { power_set, power_get, power_hold_switch, power_switch_held, power_mark };
static const char *const settings[] = { NULL };

const struct driver board_power_driver = {
	.name = "board-power",
	.role = ROLE_POWER,
	.summary = "power lines of the emulated board in this process",
	.settings = settings,
	.open = board_instrument_open,
	.close = g_free,
	.ops.power = &ops,
};
