/* SPDX-License-Identifier: Apache-2.0 */
/* The percentage of an erase never exceeds 100, never goes back without a restart, and is 100 only when it is done. */
#include "monitors.h"
#include "rig/protocol.h"

struct progress {
	const struct monitor_view *view;
	int last;	/* UNIT_UNKNOWN: none of this erase yet */
	int back;	/* a percentage that went back from `last`, at back_ns: perhaps another erase began … */
	gint64 back_ns; /* … which the console says late; -1: none */
	int back_from;
};

static gpointer progress_open(const struct monitor_view *view)
{
	struct progress *self = g_new0(struct progress, 1);

	self->view = view;
	self->last = UNIT_UNKNOWN;
	self->back_ns = -1;
	return self;
}

static void forget(struct progress *self)
{
	self->last = UNIT_UNKNOWN;
	self->back_ns = -1;
}

static void find_back(struct progress *self)
{
	self->back_ns = -1;
	monitor_find(self->view, "MSG-04", "the progress went back from %d %% to %d %% without a restart",
		     self->back_from, self->back);
}

static void settle_back(gpointer data)
{
	struct progress *self = data;

	const struct unit_watch *watch = self->view->watch;

	if (self->back_ns >= 0 && watch->now_ns > unit_console_late(watch, self->back_ns))
		find_back(self);
}

/* Another erase would have shown its message anew. */
static void claimed(struct progress *self)
{
	const struct unit_watch *watch = self->view->watch;

	if (self->back_ns >= watch->erase.began_ns && watch->panel)
		find_back(self);
}

static void check_hundred(struct progress *self)
{
	const struct unit_watch *watch = self->view->watch;
	const struct lack *left;
	struct erase_facts facts;

	if (watch->erase.phase != ERASE_GOING)
		return;
	erase_facts_take(watch, &facts);
	left = &facts.left[erase_passes(watch->erase.mode) - 1];
	if (!left->count)
		left = &facts.unflushed;
	if (left->count)
		monitor_find(self->view, "MSG-04",
			     "the unit shows 100 %% while %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
			     " sectors are not erased for good",
			     left->count, facts.target);
}

static void take(struct progress *self)
{
	const struct unit_watch *watch = self->view->watch;
	int percent = watch->status.percent;

	if (percent == UNIT_UNKNOWN || watch->status.unit != UNIT_ERASING) {
		forget(self);
		return;
	}
	monitor_judged(self->view, "MSG-04");
	if (percent > 100)
		monitor_find(self->view, "MSG-04", "the unit shows a progress of %d %%", percent);
	if (percent == 100)
		check_hundred(self);
	if (percent < self->last && self->back_ns < 0) {
		self->back = percent;
		self->back_from = self->last;
		self->back_ns = watch->now_ns;
	}
	self->last = percent;
}

static void progress_moment(gpointer data, enum moment moment)
{
	if (moment == MOMENT_CLAIMED)
		claimed(data);
	switch (moment) {
	case MOMENT_STATUS:
		take(data);
		break;
	case MOMENT_POWER_ON:
	case MOMENT_POWER_OFF:
	case MOMENT_ERASING:
	case MOMENT_BEGUN:
	case MOMENT_RESIDUAL:
	case MOMENT_RESIDUAL_ENDED:
	case MOMENT_CLAIMED:
	case MOMENT_SERVING:
		forget(data);
		break;
	default:
		break;
	}
}

static void progress_event(gpointer data, const struct event *event)
{
	(void)event;
	settle_back(data);
}

static const char *const requirements[] = { "MSG-04", NULL };

const struct monitor progress_monitor = {
	.name = "progress",
	.summary =
	    "The progress of an erase never exceeds 100 %, never goes back without a restart, and is 100 % only when "
	    "it is done",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS,
	.open = progress_open,
	.event = progress_event,
	.moment = progress_moment,
	.end = settle_back,
	.close = g_free,
};
