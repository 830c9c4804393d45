/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The finish time of an erase that is on record is that of its end. The unit's clock runs beside the slot's: how they
 * stand to each other is learnt from the start lines, which the console says at once and the log gives a time.
 */
#include "monitors.h"
#include <stdio.h>
#include <string.h>

#define TOLERANCE_S 2.0
#define STARTS_MAX 64
#define LOG_WHOLE_BYTES 900 /* a longer answer may not hold the last lines */

struct finish_time {
	const struct monitor_view *view;
	gboolean has_offset;
	double offset_s; /* unit's seconds minus the slot's */
	struct {
		guint64 number;
		double at_s;
	} starts[STARTS_MAX]; /* as the console said them */
	guint start_count;
	double written_s;	     /* the last command that overwrote something for the erase under way */
	double from_s, to_s;	     /* between which the last complete erase ended; from_s < 0: none */
	double reported_s, logged_s; /* what is on record of it, in the unit's seconds; < 0: nothing */
};

static gpointer finish_open(const struct monitor_view *view)
{
	struct finish_time *self = g_new0(struct finish_time, 1);

	self->view = view;
	self->from_s = self->reported_s = self->logged_s = self->written_s = -1;
	return self;
}

static double now_s(const struct finish_time *self)
{
	return (double)self->view->watch->now_ns / NS_PER_S;
}

/* ---- what is on record */

static void take_report(struct finish_time *self, json_t *answer)
{
	const char *outcome = json_string_value(json_object_get(answer, "outcome"));

	if (g_strcmp0(outcome, "complete") == 0 && self->view->watch->erase.phase == ERASE_DONE)
		self->reported_s = (double)json_integer_value(json_object_get(answer, "ended"));
}

static void learn_offset(struct finish_time *self, double seconds, guint64 number)
{
	for (guint i = 0; i < self->start_count; i++)
		if (self->starts[i].number == number) {
			self->has_offset = TRUE;
			self->offset_s = seconds - self->starts[i].at_s;
		}
}

static void take_log(struct finish_time *self, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	double ended = -1;

	for (char **line = lines; *line; line++) {
		guint64 seconds, number;
		int at = 0;
		if (sscanf(*line, "%" G_GUINT64_FORMAT " %n", &seconds, &at) != 1 || !at)
			continue;
		if (sscanf(*line + at, "start %" G_GUINT64_FORMAT ",", &number) == 1)
			learn_offset(self, (double)seconds, number);
		if (g_str_has_prefix(*line + at, "erase begins"))
			ended = -1;
		if (g_str_has_prefix(*line + at, "erase ends"))
			ended = (double)seconds;
	}
	if (ended >= 0 && strlen(text) < LOG_WHOLE_BYTES && self->view->watch->erase.phase == ERASE_DONE)
		self->logged_s = ended;
}

static void take_call(struct finish_time *self, json_t *call)
{
	const char *operation = json_string_value(json_object_get(call, "operation"));
	json_t *answer = json_object_get(call, "answer");

	if (g_strcmp0(operation, "erase.report") == 0)
		take_report(self, answer);
	else if (g_strcmp0(operation, "log.read") == 0)
		take_log(self, json_string_value(json_object_get(answer, "value")) ?: "");
}

static void finish_line(gpointer data, const char *line)
{
	struct finish_time *self = data;
	guint64 number;

	if (self->start_count < STARTS_MAX && sscanf(line, "start %" G_GUINT64_FORMAT ", license", &number) == 1) {
		self->starts[self->start_count].number = number;
		self->starts[self->start_count++].at_s = now_s(self);
	}
}

/* ---- what was seen */

static void take_disk(struct finish_time *self, const struct disk_seen *seen)
{
	const struct unit_watch *watch = self->view->watch;
	gboolean going = watch->erase.phase == ERASE_GOING;

	if (seen->op == DISK_SEEN_WRITE && !seen->result && (going || watch->shows_erasing) &&
	    !unit_is_system(self->view->profile, seen->disk, seen->lba, seen->count) &&
	    erase_writes(self->view->profile, going ? watch->erase.mode : 0, seen->content))
		self->written_s = now_s(self);
}

static void finish_event(gpointer data, const struct event *event)
{
	if (event->type == EVENT_DISK)
		take_disk(data, event_disk_seen(event, NULL));
	if (event->type == EVENT_CALL) {
		json_t *call = event_json(event);
		take_call(data, call);
		json_decref(call);
	}
}

/* ---- both together */

static void judge_one(struct finish_time *self, double recorded_s, const char *where)
{
	/* The log counts whole seconds, and so does the record: each is up to a second earlier than it says. */
	double earliest = recorded_s - self->offset_s - 1, latest = recorded_s - self->offset_s + 1;

	if (recorded_s < 0)
		return;
	monitor_judged(self->view, "EVI-02");
	if (latest < self->from_s - TOLERANCE_S || earliest > self->to_s + TOLERANCE_S)
		monitor_find(
		    self->view, "EVI-02",
		    "%s says that the erase ended at %.0f s of the slot's time; its last command to write came "
		    "at %.3f s, and it was claimed complete at %.3f s",
		    where, recorded_s - self->offset_s, self->from_s, self->to_s);
}

static void judge(struct finish_time *self)
{
	if (self->has_offset && self->from_s >= 0) {
		judge_one(self, self->reported_s, "the erase report");
		judge_one(self, self->logged_s, "the log");
	}
	self->from_s = self->reported_s = self->logged_s = -1;
}

static void finish_moment(gpointer data, enum moment moment)
{
	struct finish_time *self = data;
	const struct erase_seen *erase = &self->view->watch->erase;

	if (moment == MOMENT_BEGUN && self->from_s >= 0)
		judge(self);
	if (moment == MOMENT_CLAIMED && self->written_s >= 0) {
		self->to_s = (double)erase->claimed_ns / NS_PER_S;
		self->from_s = MIN(self->written_s, self->to_s);
	}
	if (moment == MOMENT_SWAPPED) {
		judge(self);
		self->has_offset = FALSE;
		self->start_count = 0;
	}
}

static void finish_end(gpointer data)
{
	judge(data);
}

static const char *const requirements[] = { "EVI-02", NULL };

const struct monitor finish_time_monitor = {
	.name = "finish-time",
	.summary = "The finish time in the erase report and in the log is that of the erase's end",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS,
	.open = finish_open,
	.event = finish_event,
	.moment = finish_moment,
	.line = finish_line,
	.end = finish_end,
	.close = g_free,
};
