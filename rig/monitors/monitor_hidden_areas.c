/* SPDX-License-Identifier: Apache-2.0 */
/* What lies behind the maximum address is erased, or the unit's report declares it. */
#include "monitors.h"

struct hidden_areas {
	const struct monitor_view *view;
	gboolean claimed, grew;
	guint64 at_power_on[TRACK_DISKS];
	guint session[TRACK_DISKS]; /* that this is of */
	char *hidden;		    /* what the last report after the claim says; NULL: it was not asked for */
	gint64 hidden_sectors;
};

static gpointer hidden_open(const struct monitor_view *view)
{
	struct hidden_areas *self = g_new0(struct hidden_areas, 1);

	self->view = view;
	return self;
}

static void forget(struct hidden_areas *self)
{
	g_clear_pointer(&self->hidden, g_free);
	self->claimed = self->grew = FALSE;
}

static void hidden_moment(gpointer data, enum moment moment)
{
	struct hidden_areas *self = data;

	if (moment == MOMENT_SWAPPED)
		forget(self);
	if (moment == MOMENT_BEGUN)
		self->claimed = FALSE;
	if (moment == MOMENT_CLAIMED) {
		g_clear_pointer(&self->hidden, g_free);
		self->claimed = TRUE;
	}
}

static void take_report(struct hidden_areas *self, json_t *call)
{
	json_t *answer = json_object_get(call, "answer");

	if (g_strcmp0(json_string_value(json_object_get(call, "operation")), "erase.report") || !json_is_object(answer))
		return;
	g_free(self->hidden);
	self->hidden = g_strdup(json_string_value(json_object_get(answer, "hidden")));
	self->hidden_sectors = json_integer_value(json_object_get(answer, "hidden_sectors"));
}

/* Hidden areas that were opened are accessible afterwards, at least up to the next power-on. */
static void take_size(struct hidden_areas *self, const struct disk_seen *seen)
{
	if (seen->op != DISK_SEEN_SET_SIZE || seen->disk >= TRACK_DISKS)
		return;
	if (self->session[seen->disk] != self->view->watch->sessions) {
		self->session[seen->disk] = self->view->watch->sessions;
		self->at_power_on[seen->disk] = seen->lba;
	} else if (seen->lba > self->at_power_on[seen->disk]) {
		self->grew = TRUE;
	}
}

static void hidden_event(gpointer data, const struct event *event)
{
	struct hidden_areas *self = data;

	if (event->type == EVENT_DISK)
		take_size(self, event_disk_seen(event, NULL));
	if (event->type == EVENT_CALL && self->claimed) {
		json_t *call = event_json(event);
		take_report(self, call);
		json_decref(call);
	}
}

/* Sectors beyond what is accessible that hold neither NULL nor random data; the first of them in *lba. */
static guint64 count_left(const struct hidden_areas *self, guint disk, gboolean *there_are, guint64 *first)
{
	guint64 lba = disk_track_sectors(self->view->track, disk), left = 0;
	struct disk_stretch stretch;

	while (lba && monitor_content(self->view, disk, lba, &stretch) && stretch.count) {
		guint64 end = stretch.lba + stretch.count;
		*there_are = TRUE;
		if (stretch.content != CONTENT_ZERO && stretch.content != CONTENT_RANDOM) {
			*first = left ? *first : lba;
			left += end - lba;
		}
		lba = end;
	}
	return left;
}

static void judge_disk(struct hidden_areas *self, guint disk)
{
	gboolean there_are = FALSE;
	guint64 first = 0, left = count_left(self, disk, &there_are, &first);

	if (!left) {
		if (there_are || self->grew)
			monitor_judged(self->view, "ERA-08");
		return;
	}
	if (!self->hidden)
		return;
	monitor_judged(self->view, "ERA-08");
	if (g_str_equal(self->hidden, "declared") && self->hidden_sectors > 0)
		return;
	g_autofree char *place = monitor_place(disk, first);
	monitor_find(self->view, "ERA-08",
		     "%" G_GUINT64_FORMAT " hidden sectors from %s on were not erased, and the report of the complete "
		     "erase does not declare them (hidden: %s, %" G_GINT64_FORMAT " sectors)",
		     left, place, self->hidden, self->hidden_sectors);
}

static void hidden_end(gpointer data)
{
	struct hidden_areas *self = data;

	for (guint disk = 0; self->claimed && disk < TRACK_DISKS; disk++)
		judge_disk(self, disk);
}

static void hidden_close(gpointer data)
{
	forget(data);
	g_free(data);
}

static const char *const requirements[] = { "ERA-08", NULL };

const struct monitor hidden_areas_monitor = {
	.name = "hidden-areas",
	.summary = "Hidden areas of the disks are erased, or declared by the erase report",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS | OBSERVE_CONTENT,
	.open = hidden_open,
	.event = hidden_event,
	.moment = hidden_moment,
	.end = hidden_end,
	.close = hidden_close,
};
