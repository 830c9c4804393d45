/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unit's line "erase active" says what the panel and the disk's bus say: it is high while an erase overwrites
 * users' data, and not while no erasing message stands. A unit that never drives it says nothing by it.
 */
#include "rig/line_spans.h"
#include "monitors.h"

#define GRACE_NS (200 * NS_PER_MS) /* two indications of the same do not change at once */
#define WRITES_MAX 65536	   /* that wait for their window */

struct erase_line {
	const struct monitor_view *view;
	GArray *messages; /* of struct span: the erasing message stood, with grace on both sides */
	gboolean stands;  /* the last of them still does */
	GArray *writes;	  /* of struct span: erasing commands of an erase that the console had announced */
	gboolean driven, told_high, told_low;
};

static gpointer erase_line_open(const struct monitor_view *view)
{
	struct erase_line *self = g_new0(struct erase_line, 1);

	self->view = view;
	self->messages = g_array_new(FALSE, FALSE, sizeof(struct span));
	self->writes = g_array_new(FALSE, FALSE, sizeof(struct span));
	return self;
}

static void erase_line_close(gpointer data)
{
	struct erase_line *self = data;

	g_array_unref(self->messages);
	g_array_unref(self->writes);
	g_free(self);
}

/* --- what the panel and the disk's bus say --- */

static void message_comes(struct erase_line *self, gint64 now_ns)
{
	const struct span span = { now_ns - GRACE_NS, G_MAXINT64 };

	g_array_append_val(self->messages, span);
	self->stands = TRUE;
}

static void message_goes(struct erase_line *self, gint64 now_ns)
{
	g_array_index(self->messages, struct span, self->messages->len - 1).to_ns = now_ns + GRACE_NS;
	self->stands = FALSE;
}

static void take_command(struct erase_line *self, const struct disk_seen *seen)
{
	const struct unit_watch *watch = self->view->watch;
	const struct span span = { seen->queued_ns, watch->now_ns };

	if (seen->op != DISK_SEEN_WRITE || seen->result || seen->flags & DISK_SEEN_ABORTED || !watch->shows_erasing ||
	    watch->erase.phase != ERASE_GOING ||
	    unit_is_system(self->view->profile, seen->disk, seen->lba, seen->count) ||
	    !erase_writes(self->view->profile, watch->erase.mode, seen->content))
		return;
	if (self->writes->len < WRITES_MAX)
		g_array_append_val(self->writes, span);
}

static void erase_line_event(gpointer data, const struct event *event)
{
	struct erase_line *self = data;
	const struct unit_watch *watch = self->view->watch;

	if (watch->shows_erasing && !self->stands)
		message_comes(self, watch->now_ns);
	else if (!watch->shows_erasing && self->stands)
		message_goes(self, watch->now_ns);
	if (event->type == EVENT_DISK)
		take_command(self, event_disk_seen(event, NULL));
}

/* --- what the line says --- */

static void check_high(struct erase_line *self, const GArray *high, gint64 slack_ns)
{
	struct span open;

	for (guint i = 0; i < high->len && !self->told_high; i++) {
		if (!span_uncovered(&g_array_index(high, struct span, i), self->messages, slack_ns, &open))
			continue;
		self->told_high = TRUE;
		monitor_find(
		    self->view, "EVI-01",
		    "the line erase_active is high from %.6f s on for %.3f s while the panel does not show the "
		    "erasing message (times ± %.6f s)",
		    (double)open.from_ns / NS_PER_S, (double)(open.to_ns - open.from_ns) / NS_PER_S,
		    (double)slack_ns / NS_PER_S);
	}
}

static gboolean is_in(const struct span *span, gint64 from_ns, gint64 to_ns)
{
	return span->from_ns >= from_ns && span->to_ns <= to_ns;
}

static void check_low(struct erase_line *self, const GArray *low, gint64 slack_ns)
{
	guint at = 0;

	for (guint i = 0; i < self->writes->len && !self->told_low; i++) {
		const struct span *write = &g_array_index(self->writes, struct span, i);
		while (at < low->len && g_array_index(low, struct span, at).to_ns < write->to_ns + slack_ns)
			at++;
		if (at == low->len)
			break;
		const struct span *span = &g_array_index(low, struct span, at);
		if (!is_in(write, span->from_ns + slack_ns, span->to_ns - slack_ns))
			continue;
		self->told_low = TRUE;
		monitor_find(
		    self->view, "EVI-01",
		    "the line erase_active is low at %.6f s while the unit erases and says so (times ± %.6f s)",
		    (double)write->from_ns / NS_PER_S, (double)slack_ns / NS_PER_S);
	}
}

/* What lies before the window's end is done with. */
static void forget_writes(struct erase_line *self, gint64 before_ns)
{
	guint done = 0;

	while (done < self->writes->len && g_array_index(self->writes, struct span, done).to_ns <= before_ns)
		done++;
	if (done)
		g_array_remove_range(self->writes, 0, done);
}

static void erase_line_window(gpointer data, const struct line_window *window)
{
	struct erase_line *self = data;
	const struct event_lines *head = &window->head;
	const gint64 slack_ns = head->error_ns + head->path_ns;

	if (!(head->lines >> LINE_ERASE_ACTIVE & 1) || self->view->profile->french)
		return;
	g_autoptr(GArray) high = line_spans(window, LINE_ERASE_ACTIVE, TRUE);
	g_autoptr(GArray) low = line_spans(window, LINE_ERASE_ACTIVE, FALSE);
	self->driven |= high->len && low->len;
	if (self->driven) {
		if (high->len)
			monitor_judged(self->view, "EVI-01");
		check_high(self, high, slack_ns);
		check_low(self, low, slack_ns + GRACE_NS);
	}
	forget_writes(self, lines_time(head, head->to));
}

static const char *const requirements[] = { "EVI-01", NULL };

const struct monitor erase_line_monitor = {
	.name = "erase-line",
	.summary = "The line \"erase active\" is high while the unit erases, and not while the panel says otherwise",
	.requirements = requirements,
	.needs = OBSERVE_LINES | OBSERVE_PANEL | OBSERVE_REQUESTS,
	.supporting = TRUE,
	.open = erase_line_open,
	.event = erase_line_event,
	.window = erase_line_window,
	.close = erase_line_close,
};
