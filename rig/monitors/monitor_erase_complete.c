/* SPDX-License-Identifier: Apache-2.0 */
/* An erase of everything that is claimed complete has left no accessible sector as it was. */
#include "monitors.h"

#define LIMIT_28_BIT (G_GUINT64_CONSTANT(1) << 28)

struct erase_complete {
	const struct monitor_view *view;
};

static gpointer complete_open(const struct monitor_view *view)
{
	struct erase_complete *self = g_new0(struct erase_complete, 1);

	self->view = view;
	return self;
}

static gboolean is_large(const struct erase_facts *facts)
{
	for (guint i = 0; i < TRACK_DISKS; i++)
		if (facts->sectors[i] > LIMIT_28_BIT)
			return TRUE;
	return FALSE;
}

static void find_left(const struct monitor_view *view, const char *requirement, const char *who,
		      const struct erase_facts *facts)
{
	const struct lack *left = &facts->left[0];
	g_autofree char *place = monitor_place(left->disk, left->lba);
	const struct track_stretch there = disk_track_at(view->track, left->disk, left->lba);

	monitor_find(view, requirement,
		     "%s that the erase is complete, but it left out %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
		     " sectors; the first is %s, in a stretch of %" G_GUINT64_FORMAT " sectors from %" G_GUINT64_FORMAT,
		     who, left->count, facts->target, place, there.count, there.lba);
}

static void find_some(const struct monitor_view *view, const char *who, const struct lack *some, const char *what)
{
	g_autofree char *place = monitor_place(some->disk, some->lba);

	if (some->count)
		monitor_find(view, "ERA-01",
			     "%s that the erase is complete, but %" G_GUINT64_FORMAT " sectors %s, the first is %s",
			     who, some->count, what, place);
}

static void judge(const struct monitor_view *view, const char *who, const struct erase_facts *facts)
{
	gboolean left_out = facts->left[0].count > 0;
	gboolean cut = view->watch->erase.cuts > 0;

	monitor_judged(view, "ERA-01");
	if (cut)
		monitor_judged(view, "PWR-03");
	if (is_large(facts))
		monitor_judged(view, "ERA-09");
	if (left_out)
		find_left(view, "ERA-01", who, facts);
	if (left_out && cut)
		find_left(view, "PWR-03", who, facts);
	if (left_out && is_large(facts))
		find_left(view, "ERA-09", who, facts);
	find_some(view, who, &facts->marked, "hold planted user data");
	find_some(view, who, &facts->content[CONTENT_UNREADABLE], "cannot be read since a power cut");
}

static void complete_moment(gpointer data, enum moment moment)
{
	struct erase_complete *self = data;
	const struct erase_facts *facts = &self->view->watch->erase.facts;

	if (moment == MOMENT_CLAIMED && facts->target)
		judge(self->view, "the unit says", facts);
}

/* A report of an erase that was cut off, or failed, and was not finished since. */
static void complete_event(gpointer data, const struct event *event)
{
	struct erase_complete *self = data;
	enum erase_phase phase = self->view->watch->erase.phase;
	struct erase_facts facts;

	if (event->type != EVENT_CALL || (phase != ERASE_CUT && phase != ERASE_BROKEN))
		return;
	json_t *call = event_json(event), *answer = json_object_get(call, "answer");
	const char *outcome = json_string_value(json_object_get(answer, "outcome"));
	if (g_strcmp0(json_string_value(json_object_get(call, "operation")), "erase.report") == 0 &&
	    g_strcmp0(outcome, "complete") == 0) {
		erase_facts_take(self->view->watch, &facts);
		if (facts.left[0].count)
			find_left(self->view, "PWR-03", "the erase report says", &facts);
	}
	json_decref(call);
}

static const char *const requirements[] = { "ERA-01", "ERA-09", "PWR-03", NULL };

const struct monitor erase_complete_monitor = {
	.name = "erase-complete",
	.summary = "An erase that is claimed complete has overwritten every accessible sector of every disk",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS,
	.open = complete_open,
	.event = complete_event,
	.moment = complete_moment,
	.close = g_free,
};
