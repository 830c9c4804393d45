/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs of sessions, packed: an operation is told by what it differs in from the one before it of its kind. An erase
 * writes stretch behind stretch, and of a memory's unit few bytes change, so it takes a seventh of the room or less.
 */
#pragma once
#include "explore_board.h"

/** `ops` (of struct explore_op), packed; `bytes` gets how many. Free with g_free(). */
guint8 *explore_log_pack(const GArray *ops, gsize *bytes);
/** The same operations, in place of what `ops` held. `bytes` must be what explore_log_pack() made. */
void explore_log_unpack(const guint8 *packed, gsize bytes, GArray *ops);
