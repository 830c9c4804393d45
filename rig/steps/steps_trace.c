/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened on the disk's bus since a mark: whether there were commands, where a document was put, and what became
 * of those sectors.
 */
#include "rig/content.h"
#include "rig/disk_log.h"
#include "rig/monitors/disk_track.h"
#include "rig/document.h"
#include "rig/frame.h"
#include "rig/steps/steps.h"
#include <stdio.h>
#include <string.h>

static gboolean run_mark(struct execution *execution, json_t *arguments, GError **error)
{
	struct disk_view view;

	if (!disk_view_open(&view, execution, OBSERVE_REQUESTS, error))
		return FALSE;
	execution_set(execution, argument_text(arguments, "as", ""), json_integer(disk_log_count(execution->log)));
	return TRUE;
}

/* ---- requests */

static const char *const request_choices[] = { "any", "read", "write", NULL };

static gboolean counts(const struct disk_logged *logged, const char *op)
{
	return disk_log_is_request(logged) &&
	       (g_str_equal(op, "any") ||
		logged->seen.op == (g_str_equal(op, "read") ? DISK_SEEN_READ : DISK_SEEN_WRITE));
}

static gboolean run_no_requests(struct execution *execution, json_t *arguments, GError **error)
{
	const char *op = argument_text(arguments, "op", "any");
	const struct disk_logged *first = NULL;
	struct disk_view view;
	guint found = 0, since;

	if (!disk_view_open_since(&view, execution, arguments, 0, &since, error))
		return FALSE;
	for (guint i = since; i < disk_log_count(execution->log); i++) {
		const struct disk_logged *logged = disk_log_at(execution->log, i);
		if (!counts(logged, op))
			continue;
		first = first ? first : logged;
		found++;
	}
	execution_judge(execution, !found, g_strdup("none"),
			found ? g_strdup_printf("%u, the first at LBA %" G_GUINT64_FORMAT ", %u sectors", found,
						first->seen.lba, first->seen.count)
			      : g_strdup("none"));
	return TRUE;
}

static char *describe_no_requests(json_t *arguments)
{
	const char *op = argument_text(arguments, "op", "any");

	return g_strdup_printf("No %s of the disk since the mark", g_str_equal(op, "any") ? "command" : op);
}

static gboolean run_first_request(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 least_ms = argument_integer(arguments, "not_before_ms", 0), first_ms = 0;
	const struct disk_logged *first = NULL;
	struct disk_view view;
	guint since;

	if (!disk_view_open_since(&view, execution, arguments, 0, &since, error))
		return FALSE;
	for (guint i = since; i < disk_log_count(execution->log) && !first; i++) {
		const struct disk_logged *logged = disk_log_at(execution->log, i);
		if (disk_log_is_request(logged))
			first = logged;
	}
	if (first)
		first_ms = (first->seen.queued_ns - execution->power_on_ns) / NS_PER_MS;
	execution_judge(
	    execution, !first || first_ms >= least_ms, g_strdup_printf("not before %" G_GINT64_FORMAT " ms", least_ms),
	    first ? g_strdup_printf("%" G_GINT64_FORMAT " ms after power-on", first_ms) : g_strdup("none yet"));
	return TRUE;
}

/* ---- where a document is */

/* "DISK:LBA:CRC" of every sector, with a blank between. */
static char *places_text(const struct document_search *search, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	guint8 bytes[CONTENT_SECTOR];

	for (guint i = 0; i < search->sectors->len; i++) {
		const struct disk_area *area = &g_array_index(search->sectors, struct disk_area, i);
		if (!disk_view_read(&search->view, area->disk, area->lba, 1, FALSE, bytes, error))
			return NULL;
		g_string_append_printf(text, "%s%u:%" G_GUINT64_FORMAT ":%08x", i ? " " : "", area->disk, area->lba,
				       frame_crc32(bytes, sizeof bytes));
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* NAME is all of it, NAME_disk and NAME_lba the first sector. */
static void set_place(struct execution *execution, const char *name, const char *text,
		      const struct document_search *search)
{
	const struct disk_area *first = &g_array_index(search->sectors, struct disk_area, 0);
	g_autofree char *disk = g_strdup_printf("%s_disk", name), *lba = g_strdup_printf("%s_lba", name);

	execution_set(execution, name, json_string(text));
	execution_set(execution, disk, json_integer(first->disk));
	execution_set(execution, lba, json_integer((json_int_t)first->lba));
}

static gboolean run_stored(struct execution *execution, json_t *arguments, GError **error)
{
	struct document_search search;
	g_autofree char *text = NULL;

	if (!document_search(&search, execution, arguments, error))
		return FALSE;
	if (search.sectors->len)
		text = places_text(&search, error);
	else
		document_search_lost(&search, error);
	if (text)
		set_place(execution, argument_text(arguments, "as", ""), text, &search);
	document_search_clear(&search);
	return text != NULL;
}

static char *describe_stored(json_t *arguments)
{
	(void)arguments;
	return g_strdup("Find the document among the sectors written since the mark");
}

/* ---- what became of it */

static gboolean covers(const GArray *areas, guint disk, guint64 lba)
{
	for (guint i = 0; i < areas->len; i++) {
		const struct disk_area *area = &g_array_index(areas, struct disk_area, i);
		if (area->disk == disk && area->lba <= lba && lba < area->lba + area->count)
			return TRUE;
	}
	return FALSE;
}

/* What is wrong with one place now; NULL: it is overwritten, for good, and is among what was `written` (NULL: any). */
static char *look_at_place(const struct disk_view *view, const char *place, enum disk_wanted wanted,
			   const GArray *written, GError **error)
{
	guint disk = 0, crc = 0;
	guint64 lba = 0;
	guint8 bytes[CONTENT_SECTOR];
	gboolean readable;
	char *bad = NULL;

	if (sscanf(place, "%u:%" G_GINT64_MODIFIER "u:%x", &disk, &lba, &crc) != 3) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "\"%s\" is no place of read.stored", place);
		return NULL;
	}
	const struct disk_area area = { disk, lba, 1 };
	if (!disk_view_readable(view, disk, lba, &readable, error))
		return NULL;
	if (!readable)
		return g_strdup_printf("disk %u, LBA %" G_GUINT64_FORMAT ": it cannot be read", disk, lba);
	if (!disk_view_read(view, disk, lba, 1, FALSE, bytes, error))
		return NULL;
	if (frame_crc32(bytes, sizeof bytes) == crc)
		return g_strdup_printf("disk %u, LBA %" G_GUINT64_FORMAT ": as it was", disk, lba);
	if (written && !covers(written, disk, lba))
		return g_strdup_printf("disk %u, LBA %" G_GUINT64_FORMAT ": not written since the mark", disk, lba);
	if (!disk_view_reads(view, &area, wanted, &bad, error) || bad)
		return bad;
	if (disk_track_at(slot_track(view->execution->slot), disk, lba).state.pending)
		return g_strdup_printf("disk %u, LBA %" G_GUINT64_FORMAT ": overwritten in the write cache only", disk,
				       lba);
	return NULL;
}

static gboolean run_overwritten(struct execution *execution, json_t *arguments, GError **error)
{
	g_auto(GStrv) places = g_strsplit(argument_text(arguments, "place", ""), " ", -1);
	g_autofree char *is = g_strdup(argument_text(arguments, "is", "any"));
	gint64 since = argument_integer(arguments, "since", -1);
	g_autoptr(GArray) written = NULL;
	guint wanted = 0;
	g_autofree char *bad = NULL;
	GError *failure = NULL;
	struct disk_view view;

	if (!disk_view_open(&view, execution, OBSERVE_REQUESTS | OBSERVE_CONTENT, error))
		return FALSE;
	while (!g_str_equal(disk_wanted_choices[wanted], is))
		wanted++; /* the plan was checked */
	if (since >= 0)
		written = disk_log_written(execution->log, (guint)since);
	for (char **place = places; *place && !bad; place++) {
		bad = look_at_place(&view, *place, (enum disk_wanted)wanted, written, &failure);
		if (failure) {
			g_propagate_error(error, failure);
			return FALSE;
		}
	}
	execution_judge(execution, !bad, g_strdup(is),
			bad ? g_strdup(bad) : g_strdup_printf("%u sectors, each so", g_strv_length(places)));
	return TRUE;
}

#define SINCE_ARGUMENT                                                                                                 \
	{                                                                                                              \
		"since", ARGUMENT_VARIABLE, TRUE, NULL, "a variable of read.disk_mark"                                 \
	}

static const struct step_argument mark_arguments[] = {
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for the mark" },
	{ NULL },
};
static const char *const stored_parts[] = { "disk", "lba", NULL };
static const struct step_argument stored_arguments[] = {
	{ "value", ARGUMENT_TEXT, TRUE, NULL, "the document" },
	SINCE_ARGUMENT,
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for where it is; NAME_disk, NAME_lba: of its first sector" },
	{ NULL },
};
static const struct step_argument overwritten_arguments[] = {
	{ "place", ARGUMENT_VARIABLE, TRUE, NULL, "a variable of read.stored" },
	{ "is", ARGUMENT_CHOICE, FALSE, disk_wanted_choices, "what lies there now (any)" },
	{ "since", ARGUMENT_VARIABLE, FALSE, NULL, "a variable of read.disk_mark: it must have been done since then" },
	{ NULL },
};
static const struct step_argument requests_arguments[] = {
	SINCE_ARGUMENT,
	{ "op", ARGUMENT_CHOICE, FALSE, request_choices, "which commands (any)" },
	{ NULL },
};
static const struct step_argument first_arguments[] = {
	SINCE_ARGUMENT,
	{ "not_before_ms", ARGUMENT_INTEGER, TRUE, NULL, "ms since power-on" },
	{ NULL },
};

#define EXPECT .is_expectation = TRUE

const struct step_spec steps_trace[] = {
	{ .name = "read.disk_mark",
	  .summary = "Mark this point among the disk's commands",
	  .arguments = mark_arguments,
	  .run = run_mark },
	{ .name = "read.stored",
	  .summary = "Find a document on the disk",
	  .arguments = stored_arguments,
	  .parts = stored_parts,
	  .run = run_stored,
	  .describe = describe_stored },
	{ .name = "expect.overwritten",
	  .summary = "Where the document was, it is overwritten for good",
	  .arguments = overwritten_arguments,
	  EXPECT,
	  .run = run_overwritten },
	{ .name = "expect.no_requests",
	  .summary = "No commands to the disk since the mark",
	  .arguments = requests_arguments,
	  EXPECT,
	  .run = run_no_requests,
	  .describe = describe_no_requests },
	{ .name = "expect.first_request",
	  .summary = "The first command to the disk since the mark came not before a time after power-on",
	  .arguments = first_arguments,
	  EXPECT,
	  .run = run_first_request },
	{ NULL },
};
