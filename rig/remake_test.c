/* SPDX-License-Identifier: Apache-2.0 */
#include "remake.h"
#include "sample.h"
#include "spool.h"
#include "test.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* A format that writes the notes it is told of, "told" with no file if there are none; it breaks at the note "broken".
 */
struct notes {
	char *path;
	GString *text;
};

static gpointer notes_open(const char *folder, GError **error)
{
	struct notes *self = g_new0(struct notes, 1);

	(void)error;
	self->path = g_build_filename(folder, "notes", NULL);
	self->text = g_string_new(NULL);
	return self;
}

static gboolean notes_event(gpointer data, const struct event *event, GError **error)
{
	struct notes *self = data;
	const char *text = json_string_value(json_object_get(event->json, "text"));

	if (!g_strcmp0(text, "broken")) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "this note is broken");
		return FALSE;
	}
	if (event->type == EVENT_NOTE)
		g_string_append_printf(self->text, "%u:%s ", event->case_no, text);
	return TRUE;
}

static gboolean notes_close(gpointer data, gboolean abandon, GError **error)
{
	struct notes *self = data;
	g_autofree char *temporary = g_strconcat(self->path, ".new", NULL);
	gboolean done =
	    abandon || !self->text->len ||
	    (g_file_set_contents(temporary, self->text->str, -1, error) && !g_rename(temporary, self->path));

	g_free(self->path);
	g_string_free(self->text, TRUE);
	g_free(self);
	return done;
}

static const struct sink notes_sink = { "notes", "notes", "", notes_open, notes_event, notes_close };
static const struct sink live_sink = { "live", NULL, "", NULL, NULL, NULL };
static const struct sink *const sinks[] = { &live_sink, &notes_sink, NULL };

/* A format of several files: one a note, named after it. */
static gboolean many_event(gpointer data, const struct event *event, GError **error)
{
	struct notes *self = data;
	const char *text = json_string_value(json_object_get(event->json, "text"));

	if (event->type != EVENT_NOTE)
		return TRUE;
	g_autofree char *path = g_strdup_printf("%s-%s.many", self->path, text);
	g_autofree char *temporary = g_strconcat(path, ".new", NULL);
	return g_file_set_contents(temporary, text, -1, error) && !g_rename(temporary, path);
}

static const struct sink many_sink = { "many", "notes-*.many", "", notes_open, many_event, notes_close };
static const struct sink *const many_sinks[] = { &many_sink, NULL };

struct folder {
	char *path;
	struct remake remake;
};

static void folder_open(struct folder *folder)
{
	folder->path = g_dir_make_tmp("remake-XXXXXX", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(folder->path);
}

static void folder_close(struct folder *folder)
{
	g_autoptr(GDir) listing = g_dir_open(folder->path, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(listing))) {
		g_autofree char *path = g_build_filename(folder->path, name, NULL);
		g_unlink(path);
	}
	CU_ASSERT_EQUAL(g_rmdir(folder->path), 0);
	remake_clear(&folder->remake);
	g_free(folder->path);
}

static char *in_folder(const struct folder *folder, const char *name)
{
	return g_build_filename(folder->path, name, NULL);
}

/* A spool from words: "2+" begins case 2, "2-" ends it, "2:text" notes something in it, "2!" is a forged record of
 * lines,
 * "." ends the run. */
static void write_spool(const struct folder *folder, const char *name, const char *const *words)
{
	g_autofree char *path = in_folder(folder, name);
	struct spool *spool = spool_create(path, NULL);
	const struct event_lines forged = { .tick = 1, .to = G_MAXINT64, .rate_hz = 1 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(spool);
	for (; *words; words++) {
		char *rest = NULL;
		struct event event = { .type = EVENT_RUN_END, .data = "{}", .length = 2 };
		event.case_no = (guint32)g_ascii_strtoull(*words, &rest, 10);
		g_autofree char *note = g_strdup_printf("{\"text\":\"%s\"}", rest + 1);
		if (*rest == '+')
			event.type = EVENT_CASE_BEGIN;
		else if (*rest == '-')
			event.type = EVENT_CASE_END;
		else if (*rest == ':') {
			event.type = EVENT_NOTE;
			event.data = note;
			event.length = strlen(note);
		} else if (*rest == '!') {
			event.type = EVENT_LINES;
			event.data = &forged;
			event.length = sizeof forged;
		}
		CU_ASSERT_TRUE(spool_append(spool, &event, NULL));
	}
	spool_close(spool);
}

#define SPOOL(folder, name, ...) write_spool(folder, name, (const char *const[]){ __VA_ARGS__, NULL })

static void expect_notes(const struct folder *folder, const char *wanted)
{
	g_autofree char *path = in_folder(folder, "notes");
	g_autofree char *text = NULL;

	g_file_get_contents(path, &text, NULL, NULL);
	if (g_strcmp0(text, wanted))
		g_printerr("\nwanted \"%s\", got \"%s\"\n", wanted, text);
	CU_ASSERT_EQUAL(g_strcmp0(text, wanted), 0);
}

static void whole(void)
{
	struct folder f;

	folder_open(&f);
	SPOOL(&f, "spool", "1+", "1:a", "1!", "1-", "2+", "2:b", "2-", ".");
	CU_ASSERT_TRUE(remake_run(f.path, sinks, &f.remake, NULL));
	CU_ASSERT_EQUAL(f.remake.records, 8);
	CU_ASSERT_EQUAL(f.remake.told, 8);
	CU_ASSERT_EQUAL(f.remake.senseless, 1);
	CU_ASSERT_EQUAL(f.remake.lost_bytes, 0);
	CU_ASSERT_TRUE(f.remake.has_end);
	CU_ASSERT_EQUAL(f.remake.made->len, 1);
	CU_ASSERT_EQUAL(f.remake.absent->len + f.remake.failed->len, 0);
	expect_notes(&f, "1:a 2:b ");
	folder_close(&f);
}

static void torn(void)
{
	struct folder f;

	folder_open(&f);
	SPOOL(&f, "spool", "1+", "1:a", "1:b", "1:c");
	g_autofree char *path = in_folder(&f, "spool");
	GStatBuf status;
	CU_ASSERT_EQUAL(g_stat(path, &status), 0);
	CU_ASSERT_EQUAL(truncate(path, status.st_size - 9), 0);
	CU_ASSERT_TRUE(remake_run(f.path, sinks, &f.remake, NULL));
	CU_ASSERT_EQUAL(f.remake.records, 3);
	CU_ASSERT_EQUAL(f.remake.lost_bytes, 24 + 16);
	CU_ASSERT_FALSE(f.remake.has_end);
	expect_notes(&f, "1:a 1:b ");
	folder_close(&f);
}

/* Killed while case 2 was being moved into the spool, cases 3 and 4 were under way, and case 5's file had just been
 * made; case 1's was about to be removed. */
static void segments(void)
{
	struct folder f;

	folder_open(&f);
	SPOOL(&f, "spool", "1+", "1:a", "1-", "2+", "2:b");
	SPOOL(&f, "spool.case-00001", "1+", "1:a");
	SPOOL(&f, "spool.case-00002", "2+", "2:b", "2:c", "2-");
	SPOOL(&f, "spool.case-00004", "4+", "4:e");
	SPOOL(&f, "spool.case-00003", "3+", "3:d");
	g_autofree char *empty = in_folder(&f, "spool.case-00005"), *other = in_folder(&f, "spool.case-x");
	CU_ASSERT_TRUE(g_file_set_contents(empty, "", 0, NULL) && g_file_set_contents(other, "", 0, NULL));
	CU_ASSERT_TRUE(remake_run(f.path, sinks, &f.remake, NULL));
	CU_ASSERT_EQUAL(f.remake.records, 5);
	CU_ASSERT_EQUAL(f.remake.told, 3 + 4 + 2 + 2);
	CU_ASSERT_EQUAL_FATAL(f.remake.segments->len, 5);
	const struct remake_segment *s = (const struct remake_segment *)(gpointer)f.remake.segments->data;
	CU_ASSERT(s[0].is_spool && !s[0].used && s[1].used && s[2].used && s[3].used && !s[4].is_spool && !s[4].used);
	expect_notes(&f, "1:a 2:b 2:c 3:d 4:e ");
	folder_close(&f);
}

static void segments_come_before_the_end(void)
{
	struct folder f;

	folder_open(&f);
	SPOOL(&f, "spool", "1+", "1:a", "1-", ".");
	SPOOL(&f, "spool.case-00002", "2+", "2:b");
	CU_ASSERT_TRUE(remake_run(f.path, sinks, &f.remake, NULL));
	expect_notes(&f, "1:a 2:b ");
	CU_ASSERT_EQUAL(f.remake.told, 6);
	folder_close(&f);
}

static void what_was_not_observed(void)
{
	struct folder f;

	folder_open(&f);
	SPOOL(&f, "spool", "1+", "1-", ".");
	g_autofree char *stale = in_folder(&f, "notes");
	CU_ASSERT_TRUE(g_file_set_contents(stale, "of another spool", -1, NULL));
	CU_ASSERT_TRUE(remake_run(f.path, sinks, &f.remake, NULL));
	CU_ASSERT_EQUAL(f.remake.absent->len, 1);
	CU_ASSERT_EQUAL(f.remake.made->len, 0);
	expect_notes(&f, NULL);
	folder_close(&f);
}

static void a_format_fails(void)
{
	struct folder f;

	folder_open(&f);
	SPOOL(&f, "spool", "1+", "1:broken", "1-", ".");
	g_autofree char *old = in_folder(&f, "notes");
	CU_ASSERT_TRUE(g_file_set_contents(old, "old", -1, NULL));
	CU_ASSERT_TRUE(remake_run(f.path, sinks, &f.remake, NULL));
	CU_ASSERT_EQUAL_FATAL(f.remake.failed->len, 1);
	CU_ASSERT_STRING_EQUAL(f.remake.failed->pdata[0], "notes: this note is broken");
	CU_ASSERT_EQUAL(f.remake.made->len + f.remake.absent->len, 0);
	expect_notes(&f, "old");
	folder_close(&f);
}

static void refusals(void)
{
	struct folder f;
	g_autoptr(GError) none = NULL, live = NULL, damaged = NULL;

	folder_open(&f);
	CU_ASSERT_FALSE(remake_run(f.path, sinks, &f.remake, &none));
	CU_ASSERT_TRUE(g_error_matches(none, RIG_ERROR, RIG_ERROR_USAGE));
	remake_clear(&f.remake);
	g_autofree char *path = in_folder(&f, "spool");
	struct spool *spool = spool_create(path, NULL);
	CU_ASSERT_FALSE(remake_run(f.path, sinks, &f.remake, &live));
	CU_ASSERT(live && strstr(live->message, "still under way"));
	remake_clear(&f.remake);
	spool_close(spool);
	CU_ASSERT_TRUE(g_file_set_contents(path, "no spool", -1, NULL));
	CU_ASSERT_FALSE(remake_run(f.path, sinks, &f.remake, &damaged));
	CU_ASSERT_TRUE(g_error_matches(damaged, RIG_ERROR, RIG_ERROR_RIG));
	expect_notes(&f, NULL);
	folder_close(&f);
}

/* Of a format of several files, those that are made no more go; others stay. */
static void several_files(void)
{
	static const char *const stale[] = { "notes-old.many", "notes-new.many" }, *const others[] = { "notes-.man",
												       "note-x.many",
												       "other" };
	struct folder folder;
	g_autofree char *made = NULL, *text = NULL;

	folder_open(&folder);
	SPOOL(&folder, "spool", "1+", "1:new", "1-", ".");
	for (guint i = 0; i < G_N_ELEMENTS(stale) + G_N_ELEMENTS(others); i++) {
		g_autofree char *path = in_folder(&folder, i < 2 ? stale[i] : others[i - 2]);
		CU_ASSERT_TRUE(g_file_set_contents(path, "stale", -1, NULL));
	}
	CU_ASSERT_TRUE(remake_run(folder.path, many_sinks, &folder.remake, NULL));
	CU_ASSERT_EQUAL(folder.remake.made->len, 1);
	CU_ASSERT_EQUAL(folder.remake.absent->len, 0);
	g_autofree char *old = in_folder(&folder, "notes-old.many");
	CU_ASSERT_FALSE(g_file_test(old, G_FILE_TEST_EXISTS));
	made = in_folder(&folder, "notes-new.many");
	CU_ASSERT_TRUE(g_file_get_contents(made, &text, NULL, NULL));
	CU_ASSERT_STRING_EQUAL(text, "new");
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autofree char *path = in_folder(&folder, others[i]);
		CU_ASSERT_TRUE(g_file_test(path, G_FILE_TEST_EXISTS));
	}
	remake_clear(&folder.remake);
	/* Nothing of the kind was observed. */
	g_autofree char *spool = in_folder(&folder, "spool");
	g_unlink(spool);
	SPOOL(&folder, "spool", "1+", "1-", ".");
	CU_ASSERT_TRUE(remake_run(folder.path, many_sinks, &folder.remake, NULL));
	CU_ASSERT_FALSE(g_file_test(made, G_FILE_TEST_EXISTS));
	CU_ASSERT(folder.remake.made->len == 0 && folder.remake.absent->len == 1);
	folder_close(&folder);
}

TEST_SUITE(remake, { "several files", several_files }, { "whole", whole }, { "torn", torn }, { "segments", segments },
	   { "segments come before the end", segments_come_before_the_end },
	   { "what was not observed", what_was_not_observed }, { "a format fails", a_format_fails },
	   { "refusals", refusals })
