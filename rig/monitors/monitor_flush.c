/* SPDX-License-Identifier: Apache-2.0 */
/* What the unit promises is on the medium: no claim of an end while a cut could undo what was overwritten. */
#include "monitors.h"

struct flush_first {
	const struct monitor_view *view;
	struct lack open; /* when the erasing message went: overwritten and not flushed */
	gboolean waiting; /* for what that meant */
};

static gpointer flush_open(const struct monitor_view *view)
{
	struct flush_first *self = g_new0(struct flush_first, 1);

	self->view = view;
	return self;
}

static void find(struct flush_first *self, const struct lack *open, const char *what)
{
	static const char *const ids[] = { "PWR-04", "PWR-03" };
	g_autofree char *place = monitor_place(open->disk, open->lba);

	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		monitor_find(self->view, ids[i],
			     "%s while %" G_GUINT64_FORMAT
			     " overwritten sectors were in the disk's volatile cache only; the first is %s",
			     what, open->count, place);
}

static void claimed(struct flush_first *self)
{
	const struct erase_facts *facts = &self->view->watch->erase.facts;

	self->waiting = FALSE;
	monitor_judged(self->view, "PWR-04");
	if (facts->unflushed.count)
		find(self, &facts->unflushed, "the erase was claimed complete");
}

static void over(struct flush_first *self)
{
	if (!self->waiting)
		return;
	self->waiting = FALSE;
	monitor_judged(self->view, "PWR-04");
	if (self->open.count)
		find(self, &self->open, "residual data were claimed erased");
}

static void flush_moment(gpointer data, enum moment moment)
{
	struct flush_first *self = data;
	const struct erase_facts *facts = &self->view->watch->left_facts;

	switch (moment) {
	case MOMENT_ERASED:
		/* An end, a failure: what follows tells. Where nothing was overwritten nothing is promised. */
		self->open = facts->unflushed;
		self->waiting = facts->target > facts->left[0].count && self->view->watch->erase.phase != ERASE_GOING;
		break;
	case MOMENT_CLAIMED:
		claimed(self);
		break;
	case MOMENT_RESIDUAL_ENDED:
	case MOMENT_SERVING:
		over(self);
		break;
	case MOMENT_ERASING:
	case MOMENT_FAILED:
	case MOMENT_POWER_OFF:
		self->waiting = FALSE;
		break;
	default:
		break;
	}
}

static const char *const requirements[] = { "PWR-03", "PWR-04", NULL };

const struct monitor flush_monitor = {
	.name = "flush-before-promise",
	.summary = "When an erase is claimed complete nothing that it wrote is in a volatile cache",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS,
	.open = flush_open,
	.moment = flush_moment,
	.close = g_free,
};
