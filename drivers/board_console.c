/* SPDX-License-Identifier: Apache-2.0 */
/* Console of the emulated board without the FT2232H. */
#include "board_instruments.h"

static gssize console_read(gpointer data, guint8 *buffer, gsize capacity, GError **error)
{
	struct board_instrument *self = data;

	(void)error;
	return (gssize)self->board_class->console_read(self->board, buffer, capacity);
}

static gboolean console_write(gpointer data, const guint8 *bytes, gsize length, GError **error)
{
	struct board_instrument *self = data;

	(void)error;
	self->board_class->console_write(self->board, bytes, length);
	slot_record(self->slot, EVENT_CONSOLE_TX, bytes, length);
	return TRUE;
}

static const struct console_ops ops = { console_read, console_write };
static const char *const settings[] = { NULL };

const struct driver board_console_driver = {
	.name = "board-console",
	.role = ROLE_CONSOLE,
	.summary = "console of the emulated board in this process",
	.settings = settings,
	.open = board_instrument_open,
	.close = g_free,
	.ops.console = &ops,
};
