/* SPDX-License-Identifier: Apache-2.0 */
#include "remake.h"
#include "lines.h"
#include "spool.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEGMENT_PREFIX "spool.case-"

/* A format in the making. */
struct format {
	const struct sink *sink;
	gpointer self;	    /* NULL: given up */
	GHashTable *before; /* the files that were there, see find_files() */
};

struct making {
	const char *folder;
	struct remake *remake;
	GArray *formats; /* of struct format */
	gboolean segments_told;
};

static int by_case(gconstpointer a, gconstpointer b)
{
	guint32 left = ((const struct remake_segment *)a)->case_no, right = ((const struct remake_segment *)b)->case_no;

	return (left > right) - (left < right);
}

static gboolean find_segments(const char *folder, GArray *segments, GError **error)
{
	g_autoptr(GDir) listing = g_dir_open(folder, 0, error);
	const char *name;
	guint64 no;

	if (!listing)
		return FALSE;
	while ((name = g_dir_read_name(listing))) {
		struct remake_segment segment = { 0 };
		if (!g_str_has_prefix(name, SEGMENT_PREFIX) ||
		    !g_ascii_string_to_unsigned(name + strlen(SEGMENT_PREFIX), 10, 1, G_MAXUINT32, &no, NULL))
			continue;
		segment.case_no = (guint32)no;
		g_array_append_val(segments, segment);
	}
	g_array_sort(segments, by_case);
	return TRUE;
}

static char *segment_path(const struct making *making, const struct remake_segment *segment)
{
	return g_strdup_printf("%s/" SEGMENT_PREFIX "%05u", making->folder, segment->case_no);
}

static struct remake_segment *segment_of(const struct remake *remake, guint32 case_no)
{
	struct remake_segment key = { .case_no = case_no };
	guint at;

	return case_no && g_array_binary_search(remake->segments, &key, by_case, &at)
		   ? &g_array_index(remake->segments, struct remake_segment, at)
		   : NULL;
}

static gboolean count_segment(const struct event *event, gpointer data, GError **error)
{
	struct remake_segment *segment = data;

	(void)event;
	(void)error;
	segment->records++;
	return TRUE;
}

/* First look at the segments: which of them are spools at all. */
static void look_at_segments(struct making *making)
{
	GArray *segments = making->remake->segments;

	for (guint i = 0; i < segments->len; i++) {
		struct remake_segment *segment = &g_array_index(segments, struct remake_segment, i);
		g_autofree char *path = segment_path(making, segment);
		segment->is_spool = spool_visit(path, count_segment, segment, &segment->lost_bytes, NULL);
		segment->used = segment->is_spool && segment->records;
	}
}

static gboolean look_at_event(const struct event *event, gpointer data, GError **error)
{
	struct remake *remake = data;
	struct remake_segment *segment = segment_of(remake, event->case_no);

	(void)error;
	remake->records++;
	remake->has_end |= event->type == EVENT_RUN_END;
	if (segment && event->type == EVENT_CASE_END)
		segment->used = FALSE;
	return TRUE;
}

static void give_up(struct making *making, struct format *format, const GError *why)
{
	g_ptr_array_add(making->remake->failed, g_strdup_printf("%s: %s", format->sink->filename, why->message));
	if (format->self)
		format->sink->close(format->self, TRUE, NULL);
	format->self = NULL;
}

static void tell(struct making *making, const struct event *event)
{
	struct event parsed = *event;
	struct lines_reader lines;

	parsed.json = event_json(event);
	making->remake->told++;
	making->remake->senseless += event->type == EVENT_LINES && !lines_open(&lines, event->data, event->length);
	for (guint i = 0; i < making->formats->len; i++) {
		struct format *format = &g_array_index(making->formats, struct format, i);
		g_autoptr(GError) error = NULL;
		if (format->self && !format->sink->event(format->self, &parsed, &error))
			give_up(making, format, error);
	}
	json_decref(parsed.json);
}

static gboolean tell_segment_event(const struct event *event, gpointer data, GError **error)
{
	(void)error;
	tell(data, event);
	return TRUE;
}

static gboolean tell_segments(struct making *making, GError **error)
{
	GArray *segments = making->remake->segments;

	making->segments_told = TRUE;
	for (guint i = 0; i < segments->len; i++) {
		const struct remake_segment *segment = &g_array_index(segments, struct remake_segment, i);
		g_autofree char *path = segment_path(making, segment);
		if (segment->used && !spool_visit(path, tell_segment_event, making, NULL, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean tell_event(const struct event *event, gpointer data, GError **error)
{
	struct making *making = data;
	const struct remake_segment *segment = segment_of(making->remake, event->case_no);

	if (event->type == EVENT_RUN_END && !making->segments_told && !tell_segments(making, error))
		return FALSE;
	if (!segment || !segment->used)
		tell(making, event);
	return TRUE;
}

static gboolean matches(const char *pattern, const char *name)
{
	const char *star = strchr(pattern, '*');

	if (!star)
		return g_str_equal(pattern, name);
	g_autofree char *begin = g_strndup(pattern, (gsize)(star - pattern));
	return strlen(name) >= strlen(pattern) - 1 && g_str_has_prefix(name, begin) && g_str_has_suffix(name, star + 1);
}

/* A format's files, by name, with what tells one from another of the same name. */
static GHashTable *find_files(const char *folder, const char *pattern)
{
	GHashTable *files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
	const char *name;
	struct stat status;

	while (listing && (name = g_dir_read_name(listing))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		guint64 identity;
		if (!matches(pattern, name) || stat(path, &status))
			continue;
		identity = status.st_ino;
		g_hash_table_insert(files, g_strdup(name), g_memdup2(&identity, sizeof identity));
	}
	return files;
}

static void open_formats(struct making *making, const struct sink *const *sinks)
{
	for (; *sinks; sinks++) {
		g_autoptr(GError) error = NULL;
		struct format format = { .sink = *sinks };
		if (!format.sink->filename)
			continue;
		format.before = find_files(making->folder, format.sink->filename);
		format.self = format.sink->open(making->folder, &error);
		if (!format.self)
			give_up(making, &format, error);
		g_array_append_val(making->formats, format);
	}
}

/* A sink that observed nothing of its kind leaves no file: one of an earlier making tells of something else. */
static void note_made(struct making *making, const struct format *format)
{
	const char *pattern = format->sink->filename, *name;
	g_autoptr(GHashTable) files = find_files(making->folder, pattern);
	gboolean made = FALSE;
	GHashTableIter iter;
	const guint64 *identity, *former;

	g_hash_table_iter_init(&iter, files);
	while (g_hash_table_iter_next(&iter, (gpointer *)&name, (gpointer *)&identity)) {
		former = g_hash_table_lookup(format->before, name);
		g_autofree char *path = g_build_filename(making->folder, name, NULL);
		if (former && *former == *identity)
			unlink(path);
		else
			made = TRUE;
	}
	g_ptr_array_add(made ? making->remake->made : making->remake->absent, (gpointer)pattern);
}

static void close_formats(struct making *making, gboolean abandon)
{
	for (guint i = 0; i < making->formats->len; i++) {
		struct format *format = &g_array_index(making->formats, struct format, i);
		g_autoptr(GError) error = NULL;
		gpointer self = g_steal_pointer(&format->self);
		if (self && !format->sink->close(self, abandon, &error))
			give_up(making, format, error);
		else if (self && !abandon)
			note_made(making, format);
		g_hash_table_unref(format->before);
	}
}

static gboolean is_over(const char *path, GError **error)
{
	if (!spool_is_live(path))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: the run is still under way", path);
	return FALSE;
}

gboolean remake_run(const char *folder, const struct sink *const *sinks, struct remake *remake, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "spool", NULL);
	struct making making = { .folder = folder, .remake = remake };

	*remake = (struct remake){ .segments = g_array_new(FALSE, FALSE, sizeof(struct remake_segment)),
				   .made = g_ptr_array_new(),
				   .absent = g_ptr_array_new(),
				   .failed = g_ptr_array_new_with_free_func(g_free) };
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s holds no spool: not a run's folder", folder);
		return FALSE;
	}
	if (!is_over(path, error) || !find_segments(folder, remake->segments, error))
		return FALSE;
	look_at_segments(&making);
	if (!spool_visit(path, look_at_event, remake, &remake->lost_bytes, error))
		return FALSE;
	making.formats = g_array_new(FALSE, FALSE, sizeof(struct format));
	open_formats(&making, sinks);
	gboolean told = spool_visit(path, tell_event, &making, NULL, error) &&
			(making.segments_told || tell_segments(&making, error));
	close_formats(&making, !told);
	g_array_unref(making.formats);
	return told;
}

void remake_clear(struct remake *remake)
{
	g_array_unref(remake->segments);
	g_ptr_array_unref(remake->made);
	g_ptr_array_unref(remake->absent);
	g_ptr_array_unref(remake->failed);
}
