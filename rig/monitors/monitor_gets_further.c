/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An erase of everything that was cut off after a minute's work goes on further than it began in the start before.
 * Whoever is thrown back to the same place by every cut never ends (the power-cut explorer's livelock,
 * rig/explore/explore_livelock.c, which allows each start as much).
 */
#include "monitors.h"

#define SHARE_NS (60 * NS_PER_S)

/* Where a start takes the erase up: by its first command, and the pass that the console names. */
struct place {
	guint erase; /* its number; 0: none */
	guint pass, disk;
	guint64 lba;
};

struct gets_further {
	const struct monitor_view *view;
	struct place here, before; /* of this session; of the one before, if it had power for long enough */
	gboolean wrote, begun;	   /* the command came; the line did */
	gint64 first_ns, last_ns;  /* of the erase's commands in this session */
};

static gpointer further_open(const struct monitor_view *view)
{
	struct gets_further *self = g_new0(struct gets_further, 1);

	self->view = view;
	return self;
}

static void begin(struct gets_further *self)
{
	self->here = (struct place){ 0 };
	self->wrote = self->begun = FALSE;
}

static gboolean is_further(const struct place *here, const struct place *before)
{
	if (here->pass != before->pass)
		return here->pass > before->pass;
	return here->disk != before->disk ? here->disk > before->disk : here->lba > before->lba;
}

/* The console is later than the disk. */
static void compare(struct gets_further *self)
{
	const struct erase_seen *erase = &self->view->watch->erase;
	struct place *here = &self->here;

	if (!self->wrote || !self->begun || here->erase)
		return;
	here->erase = erase->number;
	here->pass = erase->pass;
	if (here->erase != self->before.erase)
		return;
	monitor_judged(self->view, "PWR-05");
	if (is_further(here, &self->before))
		return;
	g_autofree char *place = monitor_place(here->disk, here->lba);
	g_autofree char *former = monitor_place(self->before.disk, self->before.lba);
	monitor_find(self->view, "PWR-05",
		     "the erase goes on in pass %u at %s, although the start before had begun in pass %u at %s and "
		     "then erased for a minute: cut like this it never ends",
		     here->pass, place, self->before.pass, former);
}

static void further_event(gpointer data, const struct event *event)
{
	struct gets_further *self = data;
	const struct unit_watch *watch = self->view->watch;

	if (event->type != EVENT_DISK)
		return;
	const struct disk_seen *seen = event_disk_seen(event, NULL);
	const gboolean going = watch->erase.phase == ERASE_GOING;
	if (seen->op != DISK_SEEN_WRITE || seen->result || (!going && !watch->shows_erasing) ||
	    seen->disk >= TRACK_DISKS || unit_is_system(self->view->profile, seen->disk, seen->lba, seen->count) ||
	    !erase_writes(self->view->profile, going ? watch->erase.mode : 0, seen->content))
		return;
	if (!self->wrote) {
		self->here.disk = seen->disk;
		self->here.lba = seen->lba;
		self->first_ns = watch->now_ns;
	}
	self->wrote = TRUE;
	self->last_ns = watch->now_ns;
	compare(self);
}

static void power_off(struct gets_further *self)
{
	self->before = self->here;
	if (!self->here.erase || self->last_ns - self->first_ns < SHARE_NS)
		self->before.erase = 0;
	begin(self);
}

static void further_moment(gpointer data, enum moment moment)
{
	struct gets_further *self = data;

	switch (moment) {
	case MOMENT_POWER_ON:
	case MOMENT_ERASING:
		begin(self);
		break;
	case MOMENT_BEGUN:
		self->begun = TRUE;
		compare(self);
		break;
	case MOMENT_POWER_OFF:
		power_off(self);
		break;
	case MOMENT_FAILED:
	case MOMENT_CLAIMED:
	case MOMENT_SWAPPED:
		/* What goes on then is another erase, or is kept from going on. */
		self->before.erase = 0;
		begin(self);
		break;
	default:
		break;
	}
}

static const char *const requirements[] = { "PWR-05", NULL };

const struct monitor gets_further_monitor = {
	.name = "gets-further",
	.summary = "An erase that is cut off after a minute's work goes on further than where it began before that",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS,
	.open = further_open,
	.event = further_event,
	.moment = further_moment,
	.close = g_free,
};
