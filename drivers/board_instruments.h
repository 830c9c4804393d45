/* SPDX-License-Identifier: Apache-2.0 */
/* What the drivers of the direct link share. */
#pragma once
#include "rig/slot.h"

/** A driver's own data: the board in this process. Freed with g_free. */
struct board_instrument {
	struct slot *slot;
	const struct board_class *board_class;
	struct board *board;
};

/** open() of every simple direct driver. RIG_ERROR_USAGE where the slot has no board in this process. */
gpointer board_instrument_open(const struct driver_env *env, GError **error);
