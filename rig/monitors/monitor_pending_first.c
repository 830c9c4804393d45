/* SPDX-License-Identifier: Apache-2.0 */
/* What was to be erased when the power went off is erased at the next start, before anything else. */
#include "monitors.h"

struct pending_first {
	const struct monitor_view *view;
	GHashTable *jobs; /* set of numbers: temporary data on the disk */
	gboolean touched; /* something was overwritten since the jobs were what they are: perhaps their data */
	guint residue;	  /* jobs that were under way when the power went off */
	gboolean due;	  /* an erase of everything was cut off or failed, and is not finished */
	gboolean resumed; /* it goes on, or residual data are being erased, in this session */
	gboolean told;
};

static gpointer pending_open(const struct monitor_view *view)
{
	struct pending_first *self = g_new0(struct pending_first, 1);

	self->view = view;
	self->jobs = g_hash_table_new(NULL, NULL);
	return self;
}

static void pending_close(gpointer data)
{
	struct pending_first *self = data;

	g_hash_table_unref(self->jobs);
	g_free(self);
}

static gboolean is_due(const struct pending_first *self)
{
	enum erase_phase phase = self->view->watch->erase.phase;
	struct erase_facts facts;

	if (phase != ERASE_CUT && phase != ERASE_BROKEN)
		return FALSE;
	erase_facts_take(self->view->watch, &facts);
	/* Where nothing was overwritten yet it may not have been noted either. */
	return facts.left[erase_passes(self->view->watch->erase.mode) - 1].count > 0 &&
	       facts.left[0].count < facts.target;
}

/* ---- disk */

static void take_write(struct pending_first *self, const struct disk_seen *seen)
{
	const struct erase_seen *erase = &self->view->watch->erase;
	gboolean known = erase->phase != ERASE_NONE && erase->phase != ERASE_DONE;

	if (erase_writes(self->view->profile, known ? erase->mode : 0, seen->content)) {
		self->touched |= self->view->watch->shows_erasing || !self->view->watch->panel;
		self->resumed = TRUE;
		return;
	}
	if (!self->due || self->resumed || self->told)
		return;
	g_autofree char *place = monitor_place(seen->disk, seen->lba);
	self->told = TRUE;
	monitor_find(self->view, "BOO-01",
		     "an erase is due since the power went off, but first %u sectors from %s on were written with "
		     "other data",
		     seen->count, place);
}

/* ---- jobs */

static void take_call(struct pending_first *self, json_t *call)
{
	const char *operation = json_string_value(json_object_get(call, "operation"));
	json_t *answer = json_object_get(call, "answer");

	if (!operation || !json_is_object(answer))
		return;
	if (g_str_has_prefix(operation, "job."))
		self->touched = FALSE;
	if (g_str_equal(operation, "job.start")) {
		gint64 job = json_integer_value(json_object_get(answer, "job"));
		g_hash_table_add(self->jobs, GUINT_TO_POINTER((guint)job));
	} else if (g_str_equal(operation, "job.end")) {
		gint64 job = json_integer_value(json_object_get(json_object_get(call, "arguments"), "job"));
		g_hash_table_remove(self->jobs, GUINT_TO_POINTER((guint)job));
	}
}

static void pending_event(gpointer data, const struct event *event)
{
	struct pending_first *self = data;

	if (event->type == EVENT_DISK) {
		const struct disk_seen *seen = event_disk_seen(event, NULL);
		if (seen->op == DISK_SEEN_WRITE && !seen->result && self->view->watch->on &&
		    !unit_is_system(self->view->profile, seen->disk, seen->lba, seen->count))
			take_write(self, seen);
	} else if (event->type == EVENT_CALL) {
		json_t *call = event_json(event);
		take_call(self, call);
		json_decref(call);
	}
}

/* An orderly shutdown leaves nothing behind that this monitor knows of. */
static void pending_line(gpointer data, const char *line)
{
	struct pending_first *self = data;

	if (g_str_has_prefix(line, "shutdown complete"))
		g_hash_table_remove_all(self->jobs);
	if (g_str_has_prefix(line, "residual erase begins"))
		self->resumed = TRUE;
}

/* ---- moments */

static void power_on(struct pending_first *self)
{
	self->due = is_due(self);
	self->resumed = FALSE;
	self->told = FALSE;
}

static void find_due(struct pending_first *self)
{
	static const char *const ids[] = { "BOO-01", "BOO-05" };
	struct erase_facts facts;

	erase_facts_take(self->view->watch, &facts);
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		monitor_find(self->view, ids[i],
			     "the unit serves, although the erase that is due since an earlier start is not finished: "
			     "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " sectors are left",
			     facts.left[erase_passes(self->view->watch->erase.mode) - 1].count, facts.target);
}

static void serving(struct pending_first *self)
{
	if (self->due && is_due(self))
		find_due(self);
	self->due = FALSE;
	if (!self->residue)
		return;
	monitor_judged(self->view, "BOO-05");
	if (!self->resumed)
		monitor_find(self->view, "BOO-05",
			     "%u jobs were under way when the power went off, but nothing was overwritten before the "
			     "unit served again",
			     self->residue);
	self->residue = 0;
}

static void claimed(struct pending_first *self)
{
	if (self->due)
		monitor_judged(self->view, "BOO-01");
	if (self->due)
		monitor_judged(self->view, "BOO-05");
	self->due = FALSE;
	g_hash_table_remove_all(self->jobs);
}

/* A job's end may have come just in time, and its answer not; so may the end of what the last start erased, once
 * nothing of it was on its way to the medium. */
static void power_off(struct pending_first *self)
{
	const struct disk_track *track = self->view->track;
	gboolean settled = !disk_track_pending(track, 0) && !disk_track_pending(track, 1);

	if (self->resumed && settled)
		self->residue = 0;
	self->residue += self->touched ? 0 : g_hash_table_size(self->jobs);
	g_hash_table_remove_all(self->jobs);
}

static void pending_moment(gpointer data, enum moment moment)
{
	struct pending_first *self = data;

	switch (moment) {
	case MOMENT_POWER_OFF:
		power_off(self);
		break;
	case MOMENT_POWER_ON:
		power_on(self);
		break;
	case MOMENT_CLAIMED:
		claimed(self);
		break;
	case MOMENT_SERVING:
		serving(self);
		break;
	case MOMENT_SWAPPED:
		self->due = FALSE;
		self->residue = 0;
		g_hash_table_remove_all(self->jobs);
		break;
	default:
		break;
	}
}

static const char *const requirements[] = { "BOO-01", "BOO-05", NULL };

const struct monitor pending_first_monitor = {
	.name = "pending-first",
	.summary = "What was to be erased when the power went off is erased at the next start before anything else",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS,
	.open = pending_open,
	.event = pending_event,
	.moment = pending_moment,
	.line = pending_line,
	.close = pending_close,
};
