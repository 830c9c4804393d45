/* SPDX-License-Identifier: Apache-2.0 */
/* What an erase report says of its verification, held against what was read from the disks. */
#include "rig/disk_log.h"
#include "rig/disk_view.h"
#include "rig/steps/steps.h"

/* Sectors that were read, one after the other or again. */
static guint64 count_read(const struct disk_log *log, guint since)
{
	guint64 count = 0;

	for (guint i = since; i < disk_log_count(log); i++) {
		const struct disk_seen *seen = &disk_log_at(log, i)->seen;
		if (seen->op == DISK_SEEN_READ && !seen->result)
			count += seen->count;
	}
	return count;
}

static gboolean count_sectors(const struct disk_view *view, guint64 *all, GError **error)
{
	for (guint disk = 0; disk < VIEW_DISKS; disk++) {
		guint64 sectors;
		if (!disk_view_sectors(view, disk, FALSE, &sectors, error))
			return FALSE;
		*all += sectors;
	}
	return TRUE;
}

static gboolean run_verification(struct execution *execution, json_t *arguments, GError **error)
{
	const char *kind = argument_text(arguments, "kind", "");
	gint64 since = argument_integer(arguments, "since", -1);
	guint64 all = 0, least;
	struct disk_view view;

	if (!disk_view_open(&view, execution, OBSERVE_REQUESTS, error) || !count_sectors(&view, &all, error))
		return FALSE;
	if (since < 0 || since > disk_log_count(execution->log)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "'since' names no variable of read.disk_mark");
		return FALSE;
	}
	guint64 read = count_read(execution->log, (guint)since);
	least = g_str_equal(kind, "full") ? all : g_str_equal(kind, "sampled") ? 1 : 0;
	execution_judge(
	    execution, read >= least && (least || g_str_equal(kind, "none")),
	    g_strdup("none; or sampled, or full, and as much was read"),
	    g_strdup_printf("%s; %" G_GUINT64_FORMAT " sectors read, of %" G_GUINT64_FORMAT, kind, read, all));
	return TRUE;
}

static const struct step_argument verification_arguments[] = {
	{ "kind", ARGUMENT_TEXT, TRUE, NULL, "the report's verification" },
	{ "since", ARGUMENT_VARIABLE, TRUE, NULL, "a variable of read.disk_mark, before the erase" },
	{ NULL },
};

const struct step_spec steps_verification[] = {
	{ .name = "expect.verification",
	  .summary = "The report says how the erase was verified, and the disk was read accordingly",
	  .arguments = verification_arguments,
	  .is_expectation = TRUE,
	  .run = run_verification },
	{ NULL },
};
