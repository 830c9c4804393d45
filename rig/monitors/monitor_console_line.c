/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes that came from the unit's console are those that its transmitter's line carried, in every captured window.
 * What came is compared a while after the window, when all of it had time to come and the rig has read the console.
 */
#include "rig/line_uart.h"
#include "monitors.h"
#include <string.h>

#define SAMPLES_A_BIT 3
#define BLACKED_OUT '#' /* a secret, in the record: it may have been anything */

/* A window that is to be compared. */
struct heard {
	struct uart_bytes line;
	guint32 number;
	guint64 sent; /* bytes that the unit had sent before it; G_MAXUINT64: unknown */
	gint64 from_ns, to_ns, error_ns;
};

struct console_line {
	const struct monitor_view *view;
	GByteArray *came;
	GArray *came_ns; /* gint64 for each byte */
	GQueue windows;	 /* of struct heard *, the oldest first */
	gboolean told;	 /* whatever follows may only be shifted */
};

static gpointer console_line_open(const struct monitor_view *view)
{
	struct console_line *self = g_new0(struct console_line, 1);

	self->view = view;
	self->came = g_byte_array_new();
	self->came_ns = g_array_new(FALSE, FALSE, sizeof(gint64));
	return self;
}

static void heard_free(gpointer data)
{
	struct heard *heard = data;

	uart_bytes_clear(&heard->line);
	g_free(heard);
}

static void console_line_close(gpointer data)
{
	struct console_line *self = data;

	g_byte_array_unref(self->came);
	g_array_unref(self->came_ns);
	g_queue_clear_full(&self->windows, heard_free);
	g_free(self);
}

/* --- comparing --- */

/* How many bytes had come before then. */
static guint came_before(const struct console_line *self, gint64 time_ns)
{
	guint low = 0, high = self->came->len;

	while (low < high) {
		const guint middle = (low + high) / 2;
		if (g_array_index(self->came_ns, gint64, middle) < time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many bytes of the window are those that came from `at` on. Those at the end may still be on their way. */
static guint alike(const struct console_line *self, const struct heard *heard, guint at)
{
	const gint64 now_ns = self->view->watch->now_ns;
	const GArray *bytes = heard->line.bytes;
	guint i = 0;

	for (; i < bytes->len; i++) {
		const struct uart_byte *byte = &g_array_index(bytes, struct uart_byte, i);
		if (at + i >= self->came->len) {
			if (unit_console_late(self->view->watch, byte->at_ns) < now_ns)
				break;
			continue;
		}
		const guint8 came = self->came->data[at + i];
		if (came != byte->byte && came != BLACKED_OUT && byte->byte != BLACKED_OUT)
			break;
	}
	return i;
}

/* Where the window's bytes begin among those that came: the place that suits best. */
static guint find_place(const struct console_line *self, const struct heard *heard, guint *length)
{
	const gint64 from_ns = heard->line.from_ns;
	const gboolean known = heard->sent != G_MAXUINT64;
	const guint first = known ? (guint)heard->sent : came_before(self, from_ns - heard->error_ns);
	const guint last =
	    known ? first : came_before(self, unit_console_late(self->view->watch, from_ns + heard->error_ns));
	guint best = first;

	*length = alike(self, heard, first);
	for (guint at = first + 1; at <= last && *length < heard->line.bytes->len; at++) {
		const guint found = alike(self, heard, at);
		if (found <= *length)
			continue;
		*length = found;
		best = at;
	}
	return best;
}

static void find(struct console_line *self, const struct heard *heard, guint at, guint length)
{
	const GArray *bytes = heard->line.bytes;
	g_autofree char *line = length < bytes->len
				    ? g_strdup_printf("%02x", g_array_index(bytes, struct uart_byte, length).byte)
				    : g_strdup("nothing more");
	g_autofree char *came = at + length < self->came->len ? g_strdup_printf("%02x", self->came->data[at + length])
							      : g_strdup("nothing");

	monitor_find(self->view, "EVI-01",
		     "the console's line carried %s as byte %u of window %u, from the console came %s (byte %u of the "
		     "case)",
		     line, length + 1, heard->number, came, at + length + 1);
}

/* Wires that are off: nobody knows what the unit said. TRUE: they are. */
static gboolean is_broken(struct console_line *self, const struct heard *heard, guint due)
{
	if (due && !heard->line.moves)
		monitor_fault(self->view,
			      "the console's line is still in window %u of the logic analyzer while %u bytes came from "
			      "the console: the analyzer is not clipped to it",
			      heard->number, due);
	else if (heard->line.bytes->len && !self->came->len)
		monitor_fault(self->view,
			      "nothing came from the console while its line carried %u bytes in window %u of the logic "
			      "analyzer",
			      heard->line.bytes->len, heard->number);
	else
		return FALSE;
	return TRUE;
}

static void compare(struct console_line *self, const struct heard *heard)
{
	guint length;
	const guint at = find_place(self, heard, &length);
	/* What came before the window's end was sent before it. */
	const guint whole = came_before(self, heard->to_ns - heard->error_ns);
	const guint due =
	    whole -
	    MIN(whole, came_before(self, unit_console_late(self->view->watch, heard->line.from_ns + heard->error_ns)));

	if (is_broken(self, heard, due))
		return;
	if (heard->line.bytes->len)
		monitor_judged(self->view, "EVI-01");
	if (!self->told && (length < heard->line.bytes->len || at + length < whole)) {
		self->told = TRUE;
		find(self, heard, at, length);
	}
}

static void compare_due(struct console_line *self, gboolean at_end)
{
	const struct unit_watch *watch = self->view->watch;
	struct heard *heard;

	while ((heard = g_queue_peek_head(&self->windows)) &&
	       (at_end || watch->now_ns > unit_console_late(watch, heard->to_ns + heard->error_ns))) {
		/* What is found is recorded: this may be called once more meanwhile. */
		g_queue_pop_head(&self->windows);
		compare(self, heard);
		heard_free(heard);
	}
}

/* --- events --- */

static void console_line_event(gpointer data, const struct event *event)
{
	struct console_line *self = data;

	compare_due(self, FALSE);
	if (event->type != EVENT_CONSOLE_RX)
		return;
	g_byte_array_append(self->came, event->data, (guint)event->length);
	for (gsize i = 0; i < event->length; i++)
		g_array_append_val(self->came_ns, event->time_ns);
}

/* A bit that is sampled less often than that cannot be told from its neighbours. */
static gboolean is_legible(const struct event_lines *head)
{
	return (guint64)lines_byte_ns(head) / 10 * LINES_TICK_NS >= SAMPLES_A_BIT * head->tick;
}

static void console_line_window(gpointer data, const struct line_window *window)
{
	struct console_line *self = data;
	const struct event_lines *head = &window->head;

	if (!(head->lines >> LINE_CONSOLE_TX & 1) || window->damaged || !is_legible(head))
		return;
	struct heard *heard = g_new0(struct heard, 1);
	uart_bytes_read(&heard->line, window, LINE_CONSOLE_TX, lines_byte_ns(head));
	heard->number = head->window;
	heard->sent = head->sent;
	heard->from_ns = lines_time(head, head->from);
	heard->to_ns = lines_time(head, head->to);
	heard->error_ns = head->error_ns + head->path_ns;
	g_queue_push_tail(&self->windows, heard);
}

static void console_line_end(gpointer data)
{
	struct console_line *self = data;

	compare_due(self, TRUE);
}

static const char *const requirements[] = { "EVI-01", NULL };

const struct monitor console_line_monitor = {
	.name = "console-line",
	.summary = "What came from the console is what its transmitter's line carried, byte for byte",
	.requirements = requirements,
	.needs = OBSERVE_LINES | OBSERVE_CONSOLE,
	.supporting = TRUE,
	.open = console_line_open,
	.event = console_line_event,
	.window = console_line_window,
	.end = console_line_end,
	.close = console_line_close,
};
