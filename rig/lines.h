/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows a struct event_lines (EVENT_LINES): entries in the order of time, each
 *   LEB128  2 × (ticks since the entry before, or since `from`) + kind
 *   u8      kind 0: the lines' levels from now on; 1: a byte whose stop bit has just ended on LINE_CONSOLE_TX
 */
#pragma once
#include "error.h"
#include "event.h"
#include "units.h"

struct lines_entry {
	guint64 tick;
	gboolean sent; /* a byte; else levels */
	guint8 value;
};

struct lines_reader {
	struct event_lines head;
	const guint8 *at, *end;
	guint64 tick;
	gboolean damaged;
};

/** What a part may be long: one that claims more is none. Windows without an end are made of many of them. */
#define LINES_PART_NS (120 * NS_PER_S)
#define LINES_PART_SAMPLES (G_GUINT64_CONSTANT(1) << 32)

/** Begins to read an EVENT_LINES' payload, borrowed. FALSE: it is none, or claims what no part holds. */
gboolean lines_open(struct lines_reader *reader, const void *data, gsize length) MUST_CHECK;
/** FALSE at the end, or where the rest is damaged. */
gboolean lines_next(struct lines_reader *reader, struct lines_entry *entry) MUST_CHECK;
/** Where the entry's value lies, of which lines_next() has just told. */
gsize lines_value_at(const struct lines_reader *reader, const void *data);

/** Appends an entry `ticks` (below 2^62) after the one before. */
void lines_append(GByteArray *bytes, guint64 ticks, gboolean sent, guint8 value);

/** Whether bytes stand for LINE_CONSOLE_TX's edges. */
gboolean lines_tells_bytes(const struct event_lines *head);
/** What a byte takes on that line. */
gint64 lines_byte_ns(const struct event_lines *head);
/** Slot time of a tick by the head's clock, and the tick of a time, the nearest; both within what 64 bits hold. */
gint64 lines_time(const struct event_lines *head, guint64 tick);
guint64 lines_tick(const struct event_lines *head, gint64 time_ns);
/** The head's `tick` for exact edges: 1 ns. */
#define LINES_TICK_NS (G_GUINT64_CONSTANT(1) << 32)
/** How many samples come before `tick`, counted from the head's `from`: a tick is a sample, or exact edges are sampled
 * at the head's rate. What happens between two samples is seen in the later one. */
guint64 lines_samples(const struct event_lines *head, guint64 tick);
