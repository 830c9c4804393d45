/* SPDX-License-Identifier: Apache-2.0 */
#include "board_instruments.h"

gpointer board_instrument_open(const struct driver_env *env, GError **error)
{
	if (!env->board) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "needs an emulated slot on the direct link");
		return NULL;
	}
	struct board_instrument *self = g_new(struct board_instrument, 1);
	*self = (struct board_instrument){ env->slot, env->board_class, env->board };
	return self;
}
