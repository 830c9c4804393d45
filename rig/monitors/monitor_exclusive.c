/* SPDX-License-Identifier: Apache-2.0 */
/*
 * While everything is erased nothing else touches the disks: no other data between the erase's commands, no reads but
 * of what is erased already, and no user operation is served.
 */
#include "monitors.h"

#define HELD_MAX 4

struct other {
	gboolean there;
	guint disk;
	guint64 lba, count;
	gint64 at_ns;
};

struct exclusive {
	const struct monitor_view *view;
	gboolean started;	  /* a command of the erase was seen in this session */
	struct other write, read; /* that may turn out to stand between commands of the erase */
	/* What was found before the console said what is being erased. */
	char *held[HELD_MAX];
	guint held_count;
};

static gpointer exclusive_open(const struct monitor_view *view)
{
	struct exclusive *self = g_new0(struct exclusive, 1);

	self->view = view;
	return self;
}

static void drop_held(struct exclusive *self)
{
	while (self->held_count)
		g_free(self->held[--self->held_count]);
}

static void exclusive_close(gpointer data)
{
	drop_held(data);
	g_free(data);
}

static void find(struct exclusive *self, const struct other *other, const char *what)
{
	g_autofree char *place = monitor_place(other->disk, other->lba);
	char *text =
	    g_strdup_printf("in the middle of the erase %" G_GUINT64_FORMAT " sectors from %s on were %s at %.3f s",
			    other->count, place, what, (double)other->at_ns / NS_PER_S);

	if (self->view->watch->erase.phase == ERASE_GOING) {
		monitor_find(self->view, "ERA-12", "%s", text);
		g_free(text);
	} else if (self->held_count < HELD_MAX) {
		self->held[self->held_count++] = text;
	} else
		g_free(text);
}

static gboolean overlap(const struct other *other, const struct disk_seen *seen)
{
	return other->disk == seen->disk && other->lba < seen->lba + seen->count &&
	       seen->lba < other->lba + other->count;
}

static struct other other_of(const struct exclusive *self, const struct disk_seen *seen)
{
	return (struct other){ TRUE, seen->disk, seen->lba, seen->count, self->view->watch->now_ns };
}

static gboolean is_erased(const struct exclusive *self, const struct disk_seen *seen)
{
	for (guint64 lba = seen->lba; lba < seen->lba + seen->count;) {
		const struct track_stretch there = disk_track_at(self->view->track, seen->disk, lba);
		if (!there.state.overwritten)
			return FALSE;
		lba = there.lba + there.count;
	}
	return TRUE;
}

/* A command of the erase: what came since the one before stood between them. */
static void take_erasing_write(struct exclusive *self, const struct disk_seen *seen)
{
	if (self->write.there)
		find(self, &self->write, "written with other data");
	if (self->read.there && !overlap(&self->read, seen))
		find(self, &self->read, "read, that were neither erased yet nor about to be");
	self->write.there = self->read.there = FALSE;
	self->started = TRUE;
}

static void take_write(struct exclusive *self, const struct disk_seen *seen)
{
	const struct erase_seen *erase = &self->view->watch->erase;
	guint mode = erase->phase == ERASE_GOING ? erase->mode : 0;

	if (erase_writes(self->view->profile, mode, seen->content))
		take_erasing_write(self, seen);
	else if (self->started && !self->write.there)
		self->write = other_of(self, seen);
}

static void take_disk(struct exclusive *self, const struct disk_seen *seen)
{
	const struct unit_watch *watch = self->view->watch;

	if ((watch->erase.phase != ERASE_GOING && !watch->shows_erasing) || seen->disk >= TRACK_DISKS ||
	    unit_is_system(self->view->profile, seen->disk, seen->lba, seen->count))
		return;
	if (seen->op == DISK_SEEN_WRITE && !seen->result)
		take_write(self, seen);
	else if (seen->op == DISK_SEEN_READ && self->started && !self->read.there && !is_erased(self, seen))
		self->read = other_of(self, seen);
}

/* What a user asks for must wait. */
static void take_call(struct exclusive *self, json_t *call)
{
	static const char *const users[] = { "data.put",      "data.get",	"data.import", "document.store",
					     "document.read", "document.print", "job.start",   "delivery.receive",
					     "meap.install",  "password.set",	NULL };
	const struct unit_watch *watch = self->view->watch;
	const char *operation = json_string_value(json_object_get(call, "operation"));

	if (watch->erase.phase == ERASE_GOING && watch->shows_erasing && operation &&
	    g_strv_contains(users, operation) && json_is_object(json_object_get(call, "answer")))
		monitor_find(self->view, "ERA-12", "the unit served %s while it erased everything", operation);
}

static void exclusive_event(gpointer data, const struct event *event)
{
	if (event->type == EVENT_DISK)
		take_disk(data, event_disk_seen(event, NULL));
	if (event->type == EVENT_CALL) {
		json_t *call = event_json(event);
		take_call(data, call);
		json_decref(call);
	}
}

static void tell_held(struct exclusive *self)
{
	for (guint i = 0; i < self->held_count; i++)
		monitor_find(self->view, "ERA-12", "%s", self->held[i]);
	drop_held(self);
}

static void exclusive_moment(gpointer data, enum moment moment)
{
	struct exclusive *self = data;

	if (moment == MOMENT_BEGUN)
		tell_held(self);
	if (moment == MOMENT_CLAIMED && self->view->watch->erase.facts.target)
		monitor_judged(self->view, "ERA-12");
	if (moment == MOMENT_RESIDUAL || moment == MOMENT_SERVING)
		drop_held(self);
	if (moment == MOMENT_ERASING || moment == MOMENT_CLAIMED || moment == MOMENT_POWER_OFF ||
	    moment == MOMENT_SERVING || moment == MOMENT_RESIDUAL)
		self->started = self->write.there = self->read.there = FALSE;
}

static const char *const requirements[] = { "ERA-12", NULL };

const struct monitor exclusive_monitor = {
	.name = "exclusive",
	.summary = "From the first to the last command of an erase of everything nothing else touches the disks",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS,
	.open = exclusive_open,
	.event = exclusive_event,
	.moment = exclusive_moment,
	.close = exclusive_close,
};
