/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs of sessions, packed: an operation is told by what it differs in from the one before it of its kind. An erase
 * writes stretch behind stretch, and of a memory's unit few bytes change, so it takes a seventh of the room or less.
 */
#pragma once
#include "explore_board.h"
#include "explore_pool.h"

/** Appends `ops` (of struct explore_op), packed. */
void explore_log_pack(const GArray *ops, GByteArray *to);
/** The same operations, in place of what `ops` held. `packed` is what explore_log_pack() made; NULL: of none. */
void explore_log_unpack(const struct explore_blob *packed, GArray *ops);
