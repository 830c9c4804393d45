/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The drive's activity line and the commands that were seen on its bus are of the same drive: it is busy while a
 * command is carried out, and not otherwise. Where they contradict each other the record does not hold all that
 * happened, or an instrument is not where it is said to be: that is no fault of the controller's.
 */
#include "rig/line_spans.h"
#include "monitors.h"

#define SHORTEST_SAMPLES 2	   /* a pulse may be missed that is shorter */
#define LONGEST_NS (10 * NS_PER_S) /* a command: one that is under way is known only when it is over */

struct disk_line {
	const struct monitor_view *view;
	GArray *commands; /* of struct span, by their beginnings */
};

static gpointer disk_line_open(const struct monitor_view *view)
{
	struct disk_line *self = g_new0(struct disk_line, 1);

	self->view = view;
	self->commands = g_array_new(FALSE, FALSE, sizeof(struct span));
	return self;
}

static void disk_line_close(gpointer data)
{
	struct disk_line *self = data;

	g_array_unref(self->commands);
	g_free(self);
}

static void disk_line_event(gpointer data, const struct event *event)
{
	struct disk_line *self = data;

	if (event->type != EVENT_DISK)
		return;
	const struct disk_seen *seen = event_disk_seen(event, NULL);
	const struct span span = { seen->queued_ns, event->time_ns };
	/* One that failed may have kept the drive busy, and may not. */
	if (seen->op <= DISK_SEEN_FLUSH)
		g_array_append_val(self->commands, span);
}

static gboolean may_be_under_way(const struct span *open, gint64 end_ns)
{
	return open->to_ns == end_ns && open->to_ns - open->from_ns < LONGEST_NS;
}

static void check_busy(struct disk_line *self, const GArray *busy, gint64 slack_ns, gint64 end_ns)
{
	struct span open;

	for (guint i = 0; i < busy->len; i++)
		if (span_uncovered(&g_array_index(busy, struct span, i), self->commands, slack_ns, &open) &&
		    !may_be_under_way(&open, end_ns))
			monitor_fault(
			    self->view,
			    "the drive is busy from %.6f s on for %.6f s, by its line, without a command on its bus "
			    "(times ± %.6f s)",
			    (double)open.from_ns / NS_PER_S, (double)(open.to_ns - open.from_ns) / NS_PER_S,
			    (double)slack_ns / NS_PER_S);
}

/* The command that took longest of those that lie within a stretch in which the drive is idle. */
static void check_idle(struct disk_line *self, const GArray *idle, gint64 slack_ns, gint64 shortest_ns)
{
	guint at = 0;

	for (guint i = 0; i < self->commands->len && at < idle->len; i++) {
		const struct span *command = &g_array_index(self->commands, struct span, i);
		while (at < idle->len && g_array_index(idle, struct span, at).to_ns - slack_ns < command->to_ns)
			at++;
		if (at == idle->len || command->to_ns - command->from_ns < shortest_ns ||
		    command->from_ns < g_array_index(idle, struct span, at).from_ns + slack_ns)
			continue;
		monitor_fault(
		    self->view,
		    "the drive's line is idle at %.6f s while it carries out a command that takes %.6f s (times ± "
		    "%.6f s)",
		    (double)command->from_ns / NS_PER_S, (double)(command->to_ns - command->from_ns) / NS_PER_S,
		    (double)slack_ns / NS_PER_S);
	}
}

static void forget_commands(struct disk_line *self, gint64 before_ns)
{
	guint done = 0;

	while (done < self->commands->len && g_array_index(self->commands, struct span, done).to_ns < before_ns)
		done++;
	if (done)
		g_array_remove_range(self->commands, 0, done);
}

static void disk_line_window(gpointer data, const struct line_window *window)
{
	struct disk_line *self = data;
	const struct event_lines *head = &window->head;
	const gint64 sample_ns = head->tick == LINES_TICK_NS ? 1 : NS_PER_S / (gint64)head->rate_hz;
	const gint64 slack_ns = head->error_ns + head->path_ns + sample_ns;

	if (!(head->lines >> LINE_DISK_BUSY & 1))
		return;
	g_autoptr(GArray) busy = line_spans(window, LINE_DISK_BUSY, TRUE);
	g_autoptr(GArray) idle = line_spans(window, LINE_DISK_BUSY, FALSE);
	check_busy(self, busy, slack_ns, lines_time(head, head->to));
	check_idle(self, idle, slack_ns, 2 * slack_ns + SHORTEST_SAMPLES * sample_ns);
	forget_commands(self, lines_time(head, head->to) - slack_ns);
}

static const char *const requirements[] = { "EVI-03", NULL };

const struct monitor disk_line_monitor = {
	.name = "disk-line",
	.summary =
	    "The drive's activity line and the commands seen on its bus agree: else the record is not to be trusted",
	.requirements = requirements,
	.needs = OBSERVE_LINES | OBSERVE_REQUESTS,
	.supporting = TRUE,
	.open = disk_line_open,
	.event = disk_line_event,
	.window = disk_line_window,
	.close = disk_line_close,
};
