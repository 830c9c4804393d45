/* SPDX-License-Identifier: Apache-2.0 */
#include "line_capture.h"
#include "lines.h"
#include "observe.h"
#include <string.h>

#define PART_BYTES 4096	  /* of entries: then a part is emitted */
#define HISTORY_DROP 1024 /* entries that are too old before any are dropped */

struct entry {
	guint64 tick;
	guint8 sent; /* a byte; else levels */
	guint8 value;
	guint8 framed; /* an edge that begins a byte on LINE_CONSOLE_TX, or lies within one */
	guint8 starts; /* it begins one */
};

struct line_capture {
	struct line_capture_setup setup;
	struct event_lines head; /* of the part under way */
	GByteArray *part;	 /* its entries, behind room for the head */
	guint64 written;	 /* tick of its last entry */
	GArray *pending;	 /* of struct entry: a byte under way, which no part's edge may cut */
	guint64 reached;
	guint8 levels;	    /* after the last entry of the window */
	guint64 bytes_sent; /* up to there */

	gboolean open;
	guint64 begin, end; /* of the open window, or of the one that is wanted next */
	gboolean wanted;
	guint64 closed; /* the end of the last window */
	guint windows;

	gboolean edges;	     /* LINE_CONSOLE_TX is seen by its edges, not by bytes */
	guint64 part_ticks;  /* a part that is longer ends, whatever it holds */
	guint64 frame_ticks; /* from a start bit's edge into the stop bit; 0: nobody looks for them */
	guint64 frame_end;   /* of the last one */
	guint8 seen;	     /* levels */

	/* Behind the last window, and before the next. */
	GArray *history;
	guint dropped;	       /* of its entries, at its begin */
	guint8 history_levels; /* before its first one */
	guint64 history_sent;
};

/* --- parts --- */

static void begin_part(struct line_capture *capture, guint64 from)
{
	g_byte_array_set_size(capture->part, sizeof capture->head);
	capture->head.from = capture->written = from;
	capture->head.levels = capture->levels;
}

/* What is known of the analyzer's clock, for the window from where it began. */
static void look_at_clock(struct line_capture *capture, guint64 to)
{
	if (capture->setup.clock)
		capture->setup.clock(capture->setup.data, MIN(capture->begin, to), to, &capture->head);
}

static void emit(struct line_capture *capture, guint64 to, guint8 flags)
{
	look_at_clock(capture, to);
	struct event_lines head = capture->head;

	head.to = to;
	head.flags |= flags;
	head = (struct event_lines){
		.origin_ns = GINT64_TO_LE(head.origin_ns),
		.tick = GUINT64_TO_LE(head.tick),
		.from = GUINT64_TO_LE(head.from),
		.to = GUINT64_TO_LE(head.to),
		.rate_hz = GUINT64_TO_LE(head.rate_hz),
		.sent = GUINT64_TO_LE(head.sent),
		.error_ns = GINT64_TO_LE(head.error_ns),
		.window = GUINT32_TO_LE(head.window),
		.byte_ns = GUINT32_TO_LE(head.byte_ns),
		.path_ns = GUINT32_TO_LE(head.path_ns),
		.lines = head.lines,
		.levels = head.levels,
		.flags = head.flags | (capture->edges ? LINES_EDGES : 0),
		.why = head.why,
	};
	memcpy(capture->part->data, &head, sizeof head);
	capture->setup.emit(capture->setup.data, capture->part->data, capture->part->len);
	capture->head.flags = 0;
	begin_part(capture, to);
}

static void encode(struct line_capture *capture, const struct entry *entry)
{
	lines_append(capture->part, entry->tick - capture->written, entry->sent, entry->value);
	capture->written = entry->tick;
	if (entry->sent)
		capture->bytes_sent++;
	else
		capture->levels = entry->value;
}

static void encode_pending(struct line_capture *capture)
{
	for (guint i = 0; i < capture->pending->len; i++)
		encode(capture, &g_array_index(capture->pending, struct entry, i));
	g_array_set_size(capture->pending, 0);
}

static void append(struct line_capture *capture, const struct entry *entry)
{
	if (!entry->framed || entry->starts) {
		encode_pending(capture);
		if (capture->part->len >= PART_BYTES)
			emit(capture, entry->tick, 0);
	}
	if (entry->framed)
		g_array_append_val(capture->pending, *entry);
	else
		encode(capture, entry);
}

void line_capture_flush(struct line_capture *capture)
{
	guint64 to = MIN(capture->reached, capture->end);

	if (!capture->open)
		return;
	if (capture->pending->len && to < capture->frame_end)
		to = g_array_index(capture->pending, struct entry, 0).tick;
	else
		encode_pending(capture);
	if (to > capture->head.from)
		emit(capture, to, 0);
}

/* --- windows --- */

static guint64 byte_ticks(const struct line_capture *capture)
{
	/* A tick is 1 ns wherever bytes stand for edges. */
	return capture->edges ? capture->frame_ticks : capture->setup.byte_ns;
}

/* A byte is in a window if its start bit is: the one before it may still be in its stop bit. */
static gboolean is_outside(const struct line_capture *capture, const struct entry *entry)
{
	return entry->tick < capture->begin || (entry->sent && entry->tick < capture->begin + byte_ticks(capture));
}

/* The window begins where no byte is on its way: in the stop bit before that one. */
static void avoid_bytes(struct line_capture *capture)
{
	const guint64 length = byte_ticks(capture), stop = length / 20;

	for (guint i = capture->dropped; i < capture->history->len; i++) {
		const struct entry *entry = &g_array_index(capture->history, struct entry, i);
		guint64 start = entry->sent ? entry->tick - MIN(entry->tick, length) : entry->tick;
		if ((entry->sent || entry->starts) && start < capture->begin && capture->begin < start + length)
			capture->begin = MAX(start - MIN(start, stop), capture->closed);
	}
}

/* What is remembered belongs to the open window. */
static void absorb(struct line_capture *capture)
{
	for (guint i = capture->dropped; i < capture->history->len; i++)
		append(capture, &g_array_index(capture->history, struct entry, i));
	g_array_set_size(capture->history, 0);
	capture->dropped = 0;
}

static void open_window(struct line_capture *capture)
{
	avoid_bytes(capture);
	capture->wanted = FALSE;
	capture->open = TRUE;
	capture->head.window = ++capture->windows;
	capture->head.flags = LINES_FIRST;
	capture->levels = capture->history_levels;
	capture->bytes_sent = capture->history_sent;
	guint i = capture->dropped;
	for (; i < capture->history->len; i++) {
		const struct entry *entry = &g_array_index(capture->history, struct entry, i);
		if (!is_outside(capture, entry))
			break;
		if (entry->sent)
			capture->bytes_sent++;
		else
			capture->levels = entry->value;
	}
	capture->dropped = i;
	/* Where edges are seen in place of bytes, nobody counts bytes. */
	capture->head.sent = capture->edges ? G_MAXUINT64 : capture->bytes_sent;
	begin_part(capture, capture->begin);
	absorb(capture);
}

static void close_window(struct line_capture *capture, guint64 at)
{
	encode_pending(capture);
	emit(capture, at, LINES_LAST);
	capture->open = FALSE;
	capture->closed = at;
	capture->history_levels = capture->levels;
	capture->history_sent = capture->bytes_sent;
	capture->head.why = 0;
}

/* A byte that began in the window, though it ended behind it: the window waits for it that long. */
static gboolean reaches_in(const struct line_capture *capture, const struct entry *entry)
{
	return entry->sent && entry->tick - MIN(entry->tick, byte_ticks(capture)) < capture->end;
}

static void advance(struct line_capture *capture, guint64 tick)
{
	capture->reached = MAX(capture->reached, tick);
	if (capture->open && capture->reached > capture->end + byte_ticks(capture))
		close_window(capture, capture->end);
	if (capture->open && MIN(capture->reached, capture->end) - capture->head.from > capture->part_ticks)
		line_capture_flush(capture);
	if (capture->wanted && capture->reached >= capture->begin)
		open_window(capture);
}

/* --- what was before a window --- */

static void drop_old(struct line_capture *capture)
{
	const guint64 keep = lines_tick(&(struct event_lines){ .tick = capture->head.tick }, CAPTURE_AROUND_NS) +
			     2 * byte_ticks(capture);
	const guint64 oldest = capture->reached - MIN(capture->reached, keep);

	while (capture->dropped < capture->history->len) {
		const struct entry *entry = &g_array_index(capture->history, struct entry, capture->dropped);
		if (entry->tick >= oldest)
			break;
		if (entry->sent)
			capture->history_sent++;
		else
			capture->history_levels = entry->value;
		capture->dropped++;
	}
	if (capture->dropped < HISTORY_DROP)
		return;
	g_array_remove_range(capture->history, 0, capture->dropped);
	capture->dropped = 0;
}

/* Is the edge one of a byte's? */
static void frame(struct line_capture *capture, struct entry *entry)
{
	const gboolean falls = capture->seen & ~entry->value & 1u << LINE_CONSOLE_TX;

	if (!capture->frame_ticks)
		return;
	capture->seen = entry->value;
	entry->starts = falls && entry->tick >= capture->frame_end;
	if (entry->starts)
		capture->frame_end = entry->tick + capture->frame_ticks;
	entry->framed = entry->tick < capture->frame_end;
}

static void take(struct line_capture *capture, struct entry *entry)
{
	advance(capture, entry->tick);
	frame(capture, entry);
	/* The window waits for a byte that begins in it. */
	if (capture->open && entry->starts && entry->tick <= capture->end)
		capture->end = MAX(capture->end, capture->frame_end);
	if (capture->open && (entry->tick <= capture->end || reaches_in(capture, entry))) {
		absorb(capture);
		append(capture, entry);
		capture->end = MAX(capture->end, entry->tick);
		return;
	}
	g_array_append_val(capture->history, *entry);
	if (!capture->open)
		drop_old(capture);
}

/* --- interface --- */

/* Less than what whoever reads it stands for: what comes next may lie beyond. */
static guint64 part_ticks(const struct event_lines *head)
{
	const guint64 ticks = lines_tick(&(struct event_lines){ .tick = head->tick }, LINES_PART_NS / 4 * 3);
	const guint64 longest =
	    head->tick == LINES_TICK_NS
		? (guint64)((unsigned __int128)(LINES_PART_SAMPLES / 4 * 3) * NS_PER_S / head->rate_hz)
		: LINES_PART_SAMPLES / 4 * 3;

	return MIN(ticks, longest);
}

struct line_capture *line_capture_new(const struct line_capture_setup *setup)
{
	struct line_capture *capture = g_new0(struct line_capture, 1);

	capture->setup = *setup;
	capture->head = (struct event_lines){
		.origin_ns = setup->origin_ns,
		.tick = setup->tick,
		.rate_hz = setup->rate_hz,
		.byte_ns = setup->byte_ns,
		.lines = setup->lines,
		.why = LINES_START,
	};
	capture->edges = setup->edges || !setup->byte_ns;
	if (capture->edges && setup->lines & 1u << LINE_CONSOLE_TX)
		capture->frame_ticks = lines_tick(&(struct event_lines){ .tick = setup->tick },
						  CONSOLE_FRAME_NS(lines_byte_ns(&capture->head)));
	capture->part_ticks = part_ticks(&capture->head);
	capture->seen = 1u << LINE_CONSOLE_TX;
	capture->part = g_byte_array_sized_new(PART_BYTES + 256);
	capture->pending = g_array_new(FALSE, FALSE, sizeof(struct entry));
	capture->history = g_array_new(FALSE, FALSE, sizeof(struct entry));
	capture->levels = capture->history_levels = 1u << LINE_CONSOLE_TX;
	capture->end = lines_tick(&capture->head, setup->origin_ns + CAPTURE_WHOLE_NS);
	open_window(capture);
	return capture;
}

void line_capture_free(struct line_capture *capture)
{
	if (!capture)
		return;
	g_byte_array_unref(capture->part);
	g_array_unref(capture->pending);
	g_array_unref(capture->history);
	g_free(capture);
}

void line_capture_levels(struct line_capture *capture, guint64 tick, guint8 levels)
{
	take(capture, &(struct entry){ .tick = tick, .value = levels });
}

void line_capture_sent(struct line_capture *capture, guint64 tick, guint8 byte)
{
	take(capture, &(struct entry){ .tick = tick, .sent = TRUE, .value = byte });
}

void line_capture_reached(struct line_capture *capture, guint64 tick)
{
	advance(capture, tick);
}

void line_capture_trigger(struct line_capture *capture, gint64 time_ns, gint64 after_ns, enum event_lines_why why)
{
	look_at_clock(capture, capture->reached);
	guint64 begin = lines_tick(&capture->head, time_ns - CAPTURE_AROUND_NS);
	guint64 end = lines_tick(&capture->head, time_ns + after_ns);

	advance(capture, lines_tick(&capture->head, time_ns));
	if (!capture->open && !capture->wanted) {
		capture->begin = MAX(begin, capture->closed);
		capture->end = end;
		capture->wanted = TRUE;
	}
	capture->head.why |= (guint8)why;
	capture->end = MAX(capture->end, end);
	if (capture->open)
		absorb(capture);
	advance(capture, capture->reached);
}

void line_capture_end(struct line_capture *capture)
{
	if (capture->open)
		close_window(capture, MIN(capture->end, capture->reached));
}
