/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The erasing message stands on the panel from before the first command of an erase to after its last flush, and not
 * when nothing is erased.
 */
#include "monitors.h"

#define IDLE_NS (10 * NS_PER_S) /* that long the message may stand without a command: start-up work, verification */
#define BEFORE_NS NS_PER_S	/* writes so shortly before the message belong to what it announces */

struct message_stands {
	const struct monitor_view *view;
	struct disk_seen early; /* a write of patterns while no message stood, since the host last asked for anything */
	gint64 early_ns;	/* -1: none */
	gboolean wrote;		/* patterns, in this session */
	gboolean late_flush;	/* the message went with data in the cache: a flush would come too late */
	gboolean over;		/* an erase that was cut off had written everything before this session */
	gboolean told_missing, told_idle;
	gint64 command_ns;   /* the last command of any disk */
	gboolean early_held; /* writes came before the message: of what, the console will say */
};

static gpointer message_open(const struct monitor_view *view)
{
	struct message_stands *self = g_new0(struct message_stands, 1);

	self->view = view;
	self->early_ns = -1;
	return self;
}

/* ---- commands without the message */

/* The message stands, or stood, in this session for the erase that the console speaks of. */
static gboolean was_shown(const struct unit_watch *watch)
{
	gint64 since = MAX(unit_console_early(watch, watch->erase.began_ns), watch->on_ns);

	return watch->shows_erasing || (watch->left && watch->left_facts.at_ns >= since);
}

/* The message never came (MSG-01), or the erase goes on although it was not over when it went (MSG-05). */
static void find_missing(struct message_stands *self, const struct disk_seen *seen)
{
	const struct unit_watch *watch = self->view->watch;
	g_autofree char *place = monitor_place(seen->disk, seen->lba);

	if (self->told_missing)
		return;
	self->told_missing = TRUE;
	if (!was_shown(watch))
		monitor_find(self->view, "MSG-01", "the unit erases %s while the panel shows \"%s\"", place,
			     watch->panel);
	else
		monitor_find(self->view, "MSG-05",
			     "the erasing message is not on the panel any more while the unit erases %s; it shows "
			     "\"%s\"",
			     place, watch->panel ? watch->panel : "");
}

/* What is claimed next was done in an earlier session, and the message judged there: the console had no time to say so
 * then. Whatever this session writes, users' data perhaps, is no part of it. */
static gboolean was_over(const struct unit_watch *watch)
{
	struct erase_facts facts;

	if (watch->erase.phase != ERASE_CUT && watch->erase.phase != ERASE_UNSETTLED)
		return FALSE;
	erase_facts_take(watch, &facts);
	return facts.target && !facts.left[erase_passes(watch->erase.mode) - 1].count;
}

static gboolean is_unfinished(const struct unit_watch *watch)
{
	return !was_shown(watch) || watch->left_facts.left[erase_passes(watch->erase.mode) - 1].count > 0;
}

static void take_write(struct message_stands *self, const struct disk_seen *seen)
{
	const struct unit_watch *watch = self->view->watch;
	const struct erase_seen *erase = &watch->erase;
	gboolean going = erase->phase == ERASE_GOING;

	if (unit_is_system(self->view->profile, seen->disk, seen->lba, seen->count) ||
	    !erase_writes(self->view->profile, going ? erase->mode : 0, seen->content))
		return;
	self->wrote = TRUE;
	if (watch->shows_erasing)
		return;
	if (going && is_unfinished(watch))
		find_missing(self, seen);
	/* Ciphertext looks random, too: outside of an erase only the engine's patterns and NULL are taken for one. */
	else if (!going && self->early_ns < 0 && (seen->flags & DISK_SEEN_PATTERN || seen->content == CONTENT_ZERO)) {
		self->early = *seen;
		self->early_ns = watch->now_ns;
	}
}

static void take_disk(struct message_stands *self, const struct disk_seen *seen)
{
	const struct unit_watch *watch = self->view->watch;

	self->command_ns = watch->now_ns;
	if (seen->op == DISK_SEEN_SET_SIZE)
		self->over = was_over(watch);
	if (seen->op == DISK_SEEN_WRITE && !seen->result && watch->on && watch->panel)
		take_write(self, seen);
	if (seen->op == DISK_SEEN_FLUSH && !seen->result && self->late_flush && watch->on) {
		self->late_flush = FALSE;
		monitor_find(self->view, "MSG-05",
			     "the erasing message went before the disk had flushed what was erased: that happened "
			     "%.3f s later",
			     (double)(watch->now_ns - watch->left_facts.at_ns) / NS_PER_S);
	}
}

/* ---- the message without commands */

static void check_idle(struct message_stands *self)
{
	const struct unit_watch *watch = self->view->watch;
	gint64 since = MAX(watch->panel_ns, self->command_ns);

	if (self->told_idle || !watch->on || !watch->shows_erasing || watch->now_ns - since < IDLE_NS)
		return;
	self->told_idle = TRUE;
	monitor_find(self->view, "MSG-05",
		     "the erasing message has stood on the panel for %.0f s without a command to a disk",
		     (double)(watch->now_ns - since) / NS_PER_S);
}

static void message_event(gpointer data, const struct event *event)
{
	struct message_stands *self = data;

	if (self->view->profile->french)
		return;
	check_idle(self);
	if (event->type == EVENT_DISK)
		take_disk(self, event_disk_seen(event, NULL));
	/* What the host asked for may well have written. */
	if (event->type == EVENT_CALL || event->type == EVENT_STEP_END)
		self->early_ns = -1;
}

/* ---- moments */

static void appears(struct message_stands *self)
{
	self->early_held = self->early_ns >= 0 && self->view->watch->now_ns - self->early_ns < BEFORE_NS;
	self->late_flush = FALSE;
	self->told_idle = FALSE;
}

static void begun(struct message_stands *self)
{
	g_autofree char *place = monitor_place(self->early.disk, self->early.lba);

	if (self->early_held)
		monitor_find(self->view, "MSG-05",
			     "the erase began to write, at %s, %.3f s before the erasing message was on the panel",
			     place, (double)(self->view->watch->panel_ns - self->early_ns) / NS_PER_S);
	self->early_held = FALSE;
	self->over = FALSE;
}

static void claimed(struct message_stands *self)
{
	const struct unit_watch *watch = self->view->watch;

	if (!watch->erase.facts.target || !watch->panel)
		return;
	monitor_judged(self->view, "MSG-01");
	monitor_judged(self->view, "MSG-05");
	if (!was_shown(watch) && !self->told_missing && self->wrote && !self->over)
		monitor_find(self->view, "MSG-01",
			     "everything was erased without the erasing message on the panel; it showed \"%s\"",
			     watch->panel);
}

static void serving(struct message_stands *self)
{
	self->wrote = self->told_missing = self->early_held = FALSE;
	self->early_ns = -1;
}

static void message_moment(gpointer data, enum moment moment)
{
	struct message_stands *self = data;

	if (self->view->profile->french)
		return;
	switch (moment) {
	case MOMENT_ERASING:
		appears(self);
		break;
	case MOMENT_ERASED:
		self->late_flush = self->view->watch->left_facts.unflushed.count > 0;
		break;
	case MOMENT_BEGUN:
		begun(self);
		break;
	case MOMENT_CLAIMED:
		claimed(self);
		break;
	case MOMENT_FAILED:
		self->late_flush = FALSE;
		break;
	case MOMENT_SERVING:
		serving(self);
		break;
	case MOMENT_POWER_ON:
	case MOMENT_POWER_OFF:
		serving(self);
		self->late_flush = self->over = FALSE;
		break;
	default:
		break;
	}
}

static const char *const requirements[] = { "MSG-01", "MSG-05", NULL };

const struct monitor message_monitor = {
	.name = "message",
	.summary =
	    "The erasing message stands from before the first command of an erase to after its last flush, and not "
	    "otherwise",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS | OBSERVE_PANEL,
	.open = message_open,
	.event = message_event,
	.moment = message_moment,
	.close = g_free,
};
