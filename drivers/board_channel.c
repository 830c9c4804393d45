/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_channel.h"
#include "board_instruments.h"

struct board_channel {
	struct bench_channel channel;
	const struct board_class *board_class;
	struct board *board;
};

static GBytes *ask(struct bench_channel *channel, const char *line, GError **error)
{
	const struct board_channel *self = (const struct board_channel *)channel;

	return self->board_class->bench(self->board, line, error);
}

gpointer board_channel_open(const struct driver_env *env, GError **error)
{
	g_autofree struct board_instrument *instrument = board_instrument_open(env, error);

	if (!instrument)
		return NULL;
	struct board_channel *self = g_new(struct board_channel, 1);
	*self = (struct board_channel){ { ask }, instrument->board_class, instrument->board };
	return self;
}
