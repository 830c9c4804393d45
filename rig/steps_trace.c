/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened on the disk's bus since a mark: whether there were commands, where a document was put, and what became
 * of those sectors.
 */
#include "content.h"
#include "disk_log.h"
#include "disk_track.h"
#include "disk_view.h"
#include "frame.h"
#include "steps.h"
#include <stdio.h>
#include <string.h>

#define CHUNK_SECTORS 64u
#define LOOK_SECTORS_MAX (1u << 17) /* 64 MiB: more is no document */
#define PLACES_MAX 512
#define NEEDLE_BYTES_MAX 33 /* of a document: CONTENT_MARKER, its stamp, a blank */

static gboolean run_mark(struct execution *execution, json_t *arguments, GError **error)
{
	struct disk_view view;

	if (!disk_view_open(&view, execution, OBSERVE_REQUESTS, error))
		return FALSE;
	execution_set(execution, argument_text(arguments, "as", ""), json_integer(disk_log_count(execution->log)));
	return TRUE;
}

/* Opens the view, and finds the mark among what was seen. */
static gboolean open_since(struct disk_view *view, struct execution *execution, json_t *arguments, guint needs,
			   guint *since, GError **error)
{
	gint64 mark = argument_integer(arguments, "since", -1);

	if (!disk_view_open(view, execution, OBSERVE_REQUESTS | needs, error))
		return FALSE;
	*since = (guint)mark;
	if (mark >= 0 && mark <= disk_log_count(execution->log))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "'since' names no variable of read.disk_mark");
	return FALSE;
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

	if (!open_since(&view, execution, arguments, 0, &since, error))
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

	if (!open_since(&view, execution, arguments, 0, &since, error))
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

struct search {
	struct disk_view view;
	GBytes *needle;
	GArray *sectors; /* of struct disk_area, one sector each, in order */
	guint64 looked;
};

static void add_sectors(struct search *search, guint disk, guint64 first, guint64 last)
{
	for (guint64 lba = first; lba <= last; lba++) {
		const struct disk_area area = { disk, lba, 1 };
		const struct disk_area *newest =
		    search->sectors->len ? &g_array_index(search->sectors, struct disk_area, search->sectors->len - 1)
					 : NULL;
		if (newest && newest->disk == disk && newest->lba >= lba)
			continue;
		if (search->sectors->len < PLACES_MAX)
			g_array_append_val(search->sectors, area);
	}
}

/* As the unit itself would read it, in chunks that overlap by a sector. */
static gboolean search_area(struct search *search, const struct disk_area *area, GError **error)
{
	guint8 bytes[CHUNK_SECTORS * CONTENT_SECTOR];
	gsize length = g_bytes_get_size(search->needle);
	const void *needle = g_bytes_get_data(search->needle, NULL);

	for (guint64 at = 0; at < area->count; at += CHUNK_SECTORS - 1) {
		guint count = (guint)MIN(CHUNK_SECTORS, area->count - at);
		guint64 lba = area->lba + at;
		if (!disk_view_read(&search->view, area->disk, lba, count, TRUE, bytes, error))
			return FALSE;
		gsize size = count * CONTENT_SECTOR;
		for (guint8 *hit = bytes; (hit = memmem(hit, size - (gsize)(hit - bytes), needle, length)); hit++) {
			gsize place = (gsize)(hit - bytes);
			add_sectors(search, area->disk, lba + place / CONTENT_SECTOR,
				    lba + (place + length - 1) / CONTENT_SECTOR);
		}
	}
	return TRUE;
}

/* Which of the sectors written since the mark hold the document. Free `sectors` and `needle`. */
static gboolean find_document(struct execution *execution, json_t *arguments, struct search *search, GError **error)
{
	const char *value = argument_text(arguments, "value", "");
	g_autoptr(GArray) areas = NULL;
	guint since;

	if (!open_since(&search->view, execution, arguments, OBSERVE_CONTENT | OBSERVE_KEY, &since, error))
		return FALSE;
	if (strlen(value) < 8) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "a document of at least 8 bytes is needed to be found");
		return FALSE;
	}
	search->needle = g_bytes_new(value, MIN(strlen(value), NEEDLE_BYTES_MAX));
	search->sectors = g_array_new(FALSE, FALSE, sizeof(struct disk_area));
	areas = disk_log_written(execution->log, since);
	for (guint i = 0; i < areas->len; i++) {
		const struct disk_area *area = &g_array_index(areas, struct disk_area, i);
		search->looked += area->count;
		if (search->looked > LOOK_SECTORS_MAX)
			break;
		if (!search_area(search, area, error))
			return FALSE;
	}
	return TRUE;
}

static void search_clear(struct search *search)
{
	g_clear_pointer(&search->needle, g_bytes_unref);
	g_clear_pointer(&search->sectors, g_array_unref);
}

/* "DISK:LBA:CRC" of every sector, with a blank between. */
static char *places_text(struct search *search, GError **error)
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

static gboolean run_stored(struct execution *execution, json_t *arguments, GError **error)
{
	struct search search = { .needle = NULL };
	gboolean good = find_document(execution, arguments, &search, error);
	g_autofree char *text = good && search.sectors->len ? places_text(&search, error) : NULL;

	if (good && !search.sectors->len)
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
			    "the document is in none of the %" G_GUINT64_FORMAT " sectors written since the mark",
			    search.looked);
	if (text)
		execution_set(execution, argument_text(arguments, "as", ""), json_string(text));
	search_clear(&search);
	return text != NULL;
}

static char *describe_stored(json_t *arguments)
{
	(void)arguments;
	return g_strdup("Find the document among the sectors written since the mark");
}

/* The unit's own key reads it, and without a key nothing of it is there. */
static gboolean run_decrypts(struct execution *execution, json_t *arguments, GError **error)
{
	struct search search = { .needle = NULL };
	guint8 bytes[CONTENT_SECTOR];
	guint legible = 0;

	if (!find_document(execution, arguments, &search, error)) {
		search_clear(&search);
		return FALSE;
	}
	gsize length = MIN(g_bytes_get_size(search.needle), 16); /* what is left of it in a sector */
	for (guint i = 0; i < search.sectors->len; i++) {
		const struct disk_area *area = &g_array_index(search.sectors, struct disk_area, i);
		if (!disk_view_read(&search.view, area->disk, area->lba, 1, FALSE, bytes, error)) {
			search_clear(&search);
			return FALSE;
		}
		legible += memmem(bytes, sizeof bytes, g_bytes_get_data(search.needle, NULL), length) != NULL;
	}
	execution_judge(execution, search.sectors->len && !legible, g_strdup("legible with the unit's key only"),
			g_strdup_printf("with the key in %u of %" G_GUINT64_FORMAT
					" sectors written since the mark, without it in %u of these",
					search.sectors->len, search.looked, legible));
	search_clear(&search);
	return TRUE;
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
	char *bad = NULL;

	if (sscanf(place, "%u:%" G_GINT64_MODIFIER "u:%x", &disk, &lba, &crc) != 3) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "\"%s\" is no place of read.stored", place);
		return NULL;
	}
	const struct disk_area area = { disk, lba, 1 };
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
static const struct step_argument stored_arguments[] = {
	{ "value", ARGUMENT_TEXT, TRUE, NULL, "the document" },
	SINCE_ARGUMENT,
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for where it is" },
	{ NULL },
};
static const struct step_argument decrypts_arguments[] = {
	{ "value", ARGUMENT_TEXT, TRUE, NULL, "the document" },
	SINCE_ARGUMENT,
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
	  .run = run_stored,
	  .describe = describe_stored },
	{ .name = "expect.overwritten",
	  .summary = "Where the document was, it is overwritten for good",
	  .arguments = overwritten_arguments,
	  EXPECT,
	  .run = run_overwritten },
	{ .name = "expect.decrypts",
	  .summary = "The document is on the disk, legible with the unit's key only",
	  .arguments = decrypts_arguments,
	  EXPECT,
	  .run = run_decrypts },
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
