/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs of sessions, packed: an operation is told by what it differs in from the one before it of its kind, and a unit
 * of a memory by what it differs in from what was there. An erase writes stretch behind stretch, and of a unit few
 * bytes change, so it takes a thirtieth of the room or less.
 */
#pragma once
#include "explore_board.h"
#include "explore_pool.h"

/** What operations of each kind are like, so that the first one of a log takes no more room than the others. */
struct explore_usual {
	struct explore_op ops[EXPLORE_WHATS];
	gint64 took_ns[EXPLORE_WHATS];
};

/** What a log is told against: the same for packing and unpacking. */
struct explore_log_base {
	gint64 begin_ns;
	guint64 lba;			   /**< where it is likely to write first */
	guint8 *memory;			   /**< as it is before; it becomes what the operations make of it */
	guint32 bytes;			   /**< of it */
	const struct explore_usual *usual; /**< NULL: nothing is known of that */
};

/** Such are these. */
void explore_log_learn(struct explore_usual *usual, const GArray *ops, gint64 begin_ns);
/** Appends `ops` (of struct explore_op), packed. */
void explore_log_pack(const GArray *ops, const struct explore_log_base *base, GByteArray *to);
/** The same operations, in place of what `ops` held. `packed` is what explore_log_pack() made; NULL: of none. Without
 *  a memory the operations' `former`, `latter` and `native` are not told: they are 0. */
void explore_log_unpack(const struct explore_blob *packed, const struct explore_log_base *base, GArray *ops);

/** Appends what a unit differs in from another one (NULL: from zeros); and makes it of that one. */
void explore_unit_put(GByteArray *to, const guint8 *unit, const guint8 *other);
void explore_unit_get(const guint8 **from, guint8 *unit);
