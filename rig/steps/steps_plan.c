/* SPDX-License-Identifier: Apache-2.0 */
/* Replaying a cut plan (rig/cut_plan.h): that the cut came where it was planned, and what has to be so after it. */
#include "rig/cut_plan.h"
#include "rig/disk_view.h"
#include "rig/key_pattern.h"
#include "rig/steps/steps.h"
#include <stdlib.h>

#define WITHIN_NS (24 * 3600 * NS_PER_S)

static gboolean check_power(struct execution *execution, gpointer data, gboolean *done, GError **error)
{
	(void)data;
	(void)error;
	*done = execution_was_cut(execution, NULL);
	return TRUE;
}

/* What is otherwise than planned says nothing about the unit. */
static gboolean judge_fit(const char *answer, GError **error)
{
	if (g_str_equal(answer, "met"))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_MISFIT, "the cut plan does not fit this unit: %s",
		    g_str_has_prefix(answer, "misfit ") ? answer + strlen("misfit ")
							: "the planned operation did not come");
	return FALSE;
}

static gboolean run_planned_cut(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 within = argument_integer(arguments, "within", WITHIN_NS);
	gboolean met;

	if (!execution_poll(execution, within, 10 * NS_PER_S, check_power, NULL, &met, error))
		return FALSE;
	g_autofree char *answer = execution_bench(execution, "cut.fits", error);
	return answer && judge_fit(answer, error);
}

/* --- a request that was not answered may have come to nothing, as long as it has come to nothing at all --- */

static gboolean is_untouched(const struct disk_view *view, const struct execution *execution, guint since)
{
	g_autoptr(GArray) written = disk_log_written(execution->log, since);

	for (guint i = 0; i < written->len; i++) {
		const struct disk_area *area = &g_array_index(written, struct disk_area, i);
		guint64 end;

		if (!disk_view_is_system(view, area->disk, area->lba, &end) || end < area->lba + area->count)
			return FALSE;
	}
	return TRUE;
}

static gboolean may_be_untouched(json_t *arguments)
{
	return argument_integer(arguments, "promised", 1) == 0;
}

static gboolean run_erased_if_begun(struct execution *execution, json_t *arguments, GError **error)
{
	enum disk_wanted wanted = (enum disk_wanted)argument_choice(arguments, "is", disk_wanted_choices);
	g_autofree char *bad = NULL;
	struct disk_view view;
	guint since;

	if (!disk_view_open_since(&view, execution, arguments, OBSERVE_CONTENT, &since, error))
		return FALSE;
	if (is_untouched(&view, execution, since)) {
		execution_judge(execution, TRUE, g_strdup("erased, or untouched"), g_strdup("untouched"));
		return TRUE;
	}
	for (guint disk = 0; !bad && disk < VIEW_DISKS; disk++) {
		struct disk_area area = { disk, 0, 0 };

		if (!disk_view_sectors(&view, disk, FALSE, &area.count, error) ||
		    !disk_view_holds(&view, &area, wanted, &bad, error))
			return FALSE;
	}
	execution_judge(execution, !bad, g_strdup("erased, or untouched"), g_strdup(bad ? bad : "erased"));
	return TRUE;
}

/* --- passes --- */

/* Since the mark, what cuts have undone taken back. */
static struct disk_track *track_since(const struct execution *execution, guint since)
{
	struct disk_track *track = disk_track_new();

	for (guint i = 0; i <= disk_log_count(execution->log); i++) {
		const struct disk_logged *logged =
		    i < disk_log_count(execution->log) ? disk_log_at(execution->log, i) : NULL;

		if (i == since)
			disk_track_begin(track);
		if (logged)
			disk_track_event(track, logged->at_ns, &logged->seen);
	}
	return track;
}

static char *too_few(const struct disk_view *view, const struct disk_track *track, guint disk, guint64 sectors,
		     guint passes)
{
	for (guint64 lba = 0, next; lba < sectors; lba = next) {
		if (disk_view_is_system(view, disk, lba, &next))
			continue;
		const struct track_stretch there = disk_track_at(track, disk, lba);

		if (there.state.overwritten < passes)
			return g_strdup_printf("disk %u, LBA %" G_GUINT64_FORMAT ": overwritten %u times", disk, lba,
					       there.state.overwritten);
		next = there.lba + there.count;
		if (disk == 0 && lba < view->profile.system_lba)
			next = MIN(next, view->profile.system_lba);
	}
	return NULL;
}

static gboolean run_passes(struct execution *execution, json_t *arguments, GError **error)
{
	const guint passes = (guint)argument_integer(arguments, "count", 1);
	g_autofree char *bad = NULL;
	struct disk_view view;
	guint64 all = 0;
	guint since;

	if (!disk_view_open_since(&view, execution, arguments, 0, &since, error))
		return FALSE;
	if (may_be_untouched(arguments) && is_untouched(&view, execution, since)) {
		execution_judge(execution, TRUE, g_strdup_printf("%u times, or untouched", passes),
				g_strdup("untouched"));
		return TRUE;
	}
	struct disk_track *track = track_since(execution, since);
	gboolean good = TRUE;
	for (guint disk = 0; good && !bad && disk < VIEW_DISKS; disk++) {
		guint64 sectors = 0;

		good = disk_view_sectors(&view, disk, FALSE, &sectors, error);
		bad = good ? too_few(&view, track, disk, sectors, passes) : NULL;
		all += sectors;
	}
	disk_track_free(track);
	if (good && !all) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "no disk was looked at");
		good = FALSE;
	}
	if (!good)
		return FALSE;
	execution_judge(execution, !bad, g_strdup_printf("%u times", passes), g_strdup(bad ? bad : "as often"));
	return TRUE;
}

/* --- keys --- */

static char *find_key(const struct execution *execution, guint keys, const char *memory, GBytes *bytes)
{
	gsize length;
	const guint8 *data = g_bytes_get_data(bytes, &length);

	for (guint i = 0; i < keys; i++) {
		gsize key_length;
		const guint8 *key = g_bytes_get_data(g_ptr_array_index(execution->keys, i), &key_length);
		struct key_patterns *patterns = key_patterns_new(key, key_length);
		const char *form;
		gssize at = patterns ? key_patterns_find(patterns, data, length, &form) : -1;

		key_patterns_free(patterns);
		if (at >= 0)
			return g_strdup_printf("a former key is in the %s at %zd, in %s form", memory, at, form);
	}
	return NULL;
}

static gboolean run_former_keys(struct execution *execution, json_t *arguments, GError **error)
{
	static const char *const memories[] = { "nvram", "counter" };
	const guint keys = MIN((guint)argument_integer(arguments, "keys", 0), execution->keys->len);
	g_autofree char *bad = NULL;
	struct disk_view view;
	guint since;

	if (!disk_view_open_since(&view, execution, arguments, OBSERVE_KEY | OBSERVE_MEMORY, &since, error))
		return FALSE;
	const gboolean excused = may_be_untouched(arguments) && is_untouched(&view, execution, since);
	for (guint i = 0; !bad && i < G_N_ELEMENTS(memories) && !excused; i++) {
		g_autoptr(GBytes) bytes = view.ops->memory(view.self, memories[i], error);

		if (!bytes)
			return FALSE;
		bad = find_key(execution, keys, memories[i], bytes);
	}
	execution_judge(execution, !bad, g_strdup("no former key in a memory"), g_strdup(bad ? bad : "none"));
	return TRUE;
}

/* --- how near a cut came that was aimed by time --- */

struct aim {
	enum cut_kind kind;
	guint disk;
	guint64 at, nth;
	gint64 cut_ns;
};

static gboolean is_aimed_at(const struct aim *aim, const struct disk_seen *seen)
{
	if (aim->disk != seen->disk)
		return FALSE;
	return aim->kind == CUT_AT_WRITE ? seen->op == DISK_SEEN_WRITE && seen->lba == aim->at
					 : aim->kind == CUT_AT_FLUSH && seen->op == DISK_SEEN_FLUSH;
}

static gboolean is_operation(const struct disk_logged *logged)
{
	return disk_log_is_request(logged) && logged->seen.op != DISK_SEEN_READ;
}

/* Of the disk's commands since a session began. */
struct near {
	const struct disk_logged *planned, *last; /* NULL: did not come; there is none */
	guint between;				  /* commands after the planned one */
};

static struct near look_near(const struct disk_log *log, guint since, const struct aim *aim)
{
	struct near near = { NULL, NULL, 0 };
	guint64 left = aim->nth;

	for (guint i = since; i < disk_log_count(log); i++) {
		const struct disk_logged *logged = disk_log_at(log, i);

		if (!is_operation(logged))
			continue;
		near.last = logged;
		near.between += near.planned != NULL;
		if (!near.planned && is_aimed_at(aim, &logged->seen) && --left == 0)
			near.planned = logged;
	}
	return near;
}

static char *nearness(const struct disk_log *log, guint since, const struct aim *aim)
{
	const struct near near = look_near(log, since, aim);

	if (aim->kind != CUT_AT_WRITE && aim->kind != CUT_AT_FLUSH)
		return g_strdup("the planned operation is none of the disk's");
	if (near.planned)
		return g_strdup_printf("it came %.6f s after the planned command had ended, %u commands later",
				       (double)(aim->cut_ns - near.planned->at_ns) / (double)NS_PER_S, near.between);
	if (!near.last)
		return g_strdup("it came before the disk was written to");
	return g_strdup_printf("it came before the planned command, of sector %" G_GUINT64_FORMAT
			       " of disk %u; the last one was of sector %" G_GUINT64_FORMAT " of disk %u",
			       aim->at, aim->disk, near.last->seen.lba, near.last->seen.disk);
}

static gboolean run_aimed(struct execution *execution, json_t *arguments, GError **error)
{
	const struct aim aim = { (enum cut_kind)argument_choice(arguments, "op", cut_kind_names),
				 (guint)argument_integer(arguments, "disk", 0),
				 (guint64)argument_integer(arguments, "at", 0),
				 (guint64)argument_integer(arguments, "nth", 1), slot_now(execution->slot) };
	g_autofree char *text = NULL;
	struct disk_view view;
	guint since;

	if (disk_view_open_since(&view, execution, arguments, 0, &since, NULL)) {
		g_autofree char *near = nearness(execution->log, since, &aim);
		text = g_strdup_printf("the cut was aimed by time: %s", near);
	} else {
		text = g_strdup("aimed by time; disk position unknown");
	}
	(void)error;
	slot_record_json(execution->slot, EVENT_NOTE, json_pack("{s:s}", "text", text));
	execution_set(execution, argument_text(arguments, "as", ""), json_string(text));
	return TRUE;
}

static gboolean run_session(struct execution *execution, json_t *arguments, GError **error)
{
	const char *as = argument_text(arguments, "as", "");
	g_autofree char *keys = g_strdup_printf("%s_keys", as);

	(void)error;
	execution_set(execution, as, json_integer(disk_log_count(execution->log)));
	execution_set(execution, keys, json_integer(execution->keys->len));
	return TRUE;
}

static const char *const session_parts[] = { "keys", NULL };
static const struct step_argument session_arguments[] = {
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for the mark" },
	{ NULL },
};
static const struct step_argument planned_arguments[] = {
	{ "within", ARGUMENT_DURATION, FALSE, NULL, "at most (24 h)" },
	{ NULL },
};
static const struct step_argument begun_arguments[] = {
	{ "is", ARGUMENT_CHOICE, TRUE, disk_wanted_choices, "what every sector holds" },
	{ "since", ARGUMENT_VARIABLE, TRUE, NULL, "variable of read.session" },
	{ NULL },
};
static const struct step_argument passes_arguments[] = {
	{ "count", ARGUMENT_INTEGER, TRUE, NULL, "how often at least" },
	{ "since", ARGUMENT_VARIABLE, TRUE, NULL, "variable of read.session" },
	{ "promised", ARGUMENT_BOOLEAN, FALSE, NULL, "whether it must be so even if nothing was touched (true)" },
	{ NULL },
};
static const struct step_argument former_arguments[] = {
	{ "keys", ARGUMENT_INTEGER, TRUE, NULL, "how many were seen before: NAME_keys of read.session" },
	{ "since", ARGUMENT_VARIABLE, TRUE, NULL, "variable of read.session" },
	{ "promised", ARGUMENT_BOOLEAN, FALSE, NULL, "whether it must be so even if nothing was touched (true)" },
	{ NULL },
};
static const struct step_argument aimed_arguments[] = {
	{ "op", ARGUMENT_CHOICE, TRUE, cut_kind_names, "the operation that was aimed at" },
	{ "nth", ARGUMENT_INTEGER, TRUE, NULL, "which one at that place" },
	{ "disk", ARGUMENT_INTEGER, TRUE, NULL, "0 or 1" },
	{ "at", ARGUMENT_INTEGER, TRUE, NULL, "the place" },
	{ "since", ARGUMENT_VARIABLE, TRUE, NULL, "variable of read.session" },
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for what is said" },
	{ NULL },
};

const struct step_spec steps_plan[] = {
	{ .name = "read.session",
	  .summary = "Mark this point among the disk's commands and the keys, as far as they are seen",
	  .arguments = session_arguments,
	  .parts = session_parts,
	  .run = run_session },
	{ .name = "wait.planned_cut",
	  .summary =
	      "Wait until the mains have failed as cut.plan says; where the unit does otherwise nothing is judged",
	  .arguments = planned_arguments,
	  .run = run_planned_cut },
	{ .name = "expect.erased_if_begun",
	  .summary = "Every sector is overwritten, or none was since the mark",
	  .arguments = begun_arguments,
	  .is_expectation = TRUE,
	  .run = run_erased_if_begun },
	{ .name = "expect.passes",
	  .summary = "Every sector was overwritten so often since the mark",
	  .arguments = passes_arguments,
	  .is_expectation = TRUE,
	  .run = run_passes },
	{ .name = "expect.former_keys_gone",
	  .summary = "No key seen before the mark is in a memory",
	  .arguments = former_arguments,
	  .is_expectation = TRUE,
	  .run = run_former_keys },
	{ .name = "read.aim",
	  .summary = "How near a cut by time came to a planned operation",
	  .arguments = aimed_arguments,
	  .run = run_aimed },
	{ NULL },
};
