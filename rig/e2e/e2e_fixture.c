/* SPDX-License-Identifier: Apache-2.0 */
/* The fixture of an end-to-end test: its folder, what is left in it, and expectations. */
#include "e2e_program.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void bench_open(struct bench *bench)
{
	/* Orphans of a program become children of this one, so that waitpid() knows all of them. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	bench->folder = g_dir_make_tmp("e2e-XXXXXX", NULL);
	g_assert(bench->folder);
	bench->out = g_build_filename(bench->folder, "out", NULL);
	bench->tmp = g_build_filename(bench->folder, "tmp", NULL);
	g_assert(g_mkdir(bench->tmp, 0700) == 0);
}

static void remove_tree(const char *path)
{
	g_autoptr(GDir) folder = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);

	for (const char *name; folder && (name = g_dir_read_name(folder));) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		remove_tree(inner);
	}
	g_remove(path);
}

static void append_children(GArray *list, pid_t pid, const char *part, guint depth)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", pid, pid);
	g_autofree char *text = NULL;

	if (!depth || !g_file_get_contents(path, &text, NULL, NULL))
		return;
	g_auto(GStrv) words = g_strsplit(g_strstrip(text), " ", -1);
	for (char **word = words; *word; word++) {
		pid_t child = (pid_t)g_ascii_strtoll(*word, NULL, 10);
		g_autofree char *file = g_strdup_printf("/proc/%d/cmdline", child);
		g_autofree char *line = NULL;
		gsize length = 0;
		if (!child || !g_file_get_contents(file, &line, &length, NULL))
			continue;
		for (gsize i = 0; i + 1 < length; i++)
			line[i] = line[i] ? line[i] : ' ';
		if (!part || strstr(line, part))
			g_array_append_val(list, child);
		append_children(list, child, part, depth - 1);
	}
}

GArray *descendants(pid_t pid, const char *part, guint depth)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(pid_t));

	append_children(list, pid, part, depth);
	return list;
}

gboolean descendants_end(gint64 limit_ms)
{
	gint64 until_us = g_get_monotonic_time() + limit_ms * 1000;
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
		if (!pid && g_get_monotonic_time() > until_us)
			return FALSE;
		if (!pid)
			g_usleep(2000);
	}
	return TRUE;
}

static void end_leftovers(void)
{
	g_autoptr(GArray) left = descendants(getpid(), NULL, 9);

	for (guint i = 0; i < left->len; i++)
		kill(g_array_index(left, pid_t, i), SIGKILL);
	descendants_end(2000);
}

gboolean bench_is_clean(const struct bench *bench)
{
	gboolean ended = descendants_end(2000);
	g_autoptr(GDir) tmp = g_dir_open(bench->tmp, 0, NULL);
	const char *left = tmp ? g_dir_read_name(tmp) : NULL;

	if (!ended)
		fprintf(stderr, "\na process is left over\n");
	if (left)
		fprintf(stderr, "\nleft in TMPDIR: %s\n", left);
	return ended && !left;
}

void bench_close(struct bench *bench)
{
	CU_ASSERT(bench_is_clean(bench));
	end_leftovers();
	remove_tree(bench->folder);
	g_free(bench->folder);
	g_free(bench->out);
	g_free(bench->tmp);
}

char *bench_write(const struct bench *bench, const char *name, const char *text)
{
	char *path = g_build_filename(bench->folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	g_assert(g_mkdir_with_parents(parent, 0755) == 0);
	g_assert(g_file_set_contents(path, text, -1, NULL));
	return path;
}

char *bench_copy(const struct bench *bench, const char *from, const char *name)
{
	char *path = g_build_filename(bench->folder, name, NULL);
	g_autofree char *bytes = NULL;
	gsize length;

	CU_ASSERT_TRUE_FATAL(g_file_get_contents(from, &bytes, &length, NULL));
	CU_ASSERT_TRUE_FATAL(g_file_set_contents(path, bytes, (gssize)length, NULL));
	return path;
}

gboolean expect_outcome(const struct outcome *outcome, int code)
{
	gboolean same = outcome->code == code;

	if (!same)
		fprintf(stderr,
			"\n--- exit %d, expected %d\n--- standard output\n%.4000s\n--- standard error\n%.4000s\n",
			outcome->code, code, outcome->out, outcome->err);
	CU_ASSERT(same);
	return same;
}

struct outcome expect_run(const struct bench *bench, int code, const char *const *words)
{
	struct outcome outcome;

	program_run(bench, NULL, words, &outcome);
	if (!expect_outcome(&outcome, code)) {
		g_autofree char *line = g_strjoinv(" ", (char **)words);
		fprintf(stderr, "--- of: %s\n", line);
	}
	return outcome;
}

void expect_code(const struct bench *bench, int code, const char *const *words)
{
	struct outcome outcome = expect_run(bench, code, words);

	outcome_clear(&outcome);
}

gboolean expect_says(const char *text, const char *part)
{
	gboolean there = text && strstr(text, part);

	if (!there)
		fprintf(stderr, "\n--- expected \"%s\" in\n%.4000s\n", part, text ? text : "(nothing)");
	CU_ASSERT(there);
	return there;
}

gboolean expect_same(const char *what, const char *wanted, const char *got)
{
	gboolean same = g_strcmp0(wanted, got) == 0;

	if (!same)
		fprintf(stderr, "\n--- %s: expected \"%.1000s\", got \"%.1000s\"\n", what,
			wanted ? wanted : "(nothing)", got ? got : "(nothing)");
	CU_ASSERT(same);
	return same;
}

char *run_folder(const struct bench *bench, guint n)
{
	return g_strdup_printf("%s/run-%04u", bench->out, n);
}

char *run_read(const struct bench *bench, guint n, const char *file, gsize *length)
{
	g_autofree char *folder = run_folder(bench, n);
	g_autofree char *path = g_build_filename(folder, file, NULL);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	if (!g_file_get_contents(path, &text, length, &error))
		fprintf(stderr, "\n%s\n", error->message);
	CU_ASSERT_PTR_NOT_NULL(text);
	return text;
}

json_t *run_load(const struct bench *bench, guint n)
{
	g_autofree char *text = run_read(bench, n, "run.json", NULL);
	json_t *run = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

	CU_ASSERT(json_is_object(run));
	return run;
}

json_t *run_case(json_t *run, const char *name)
{
	json_t *entry, *found = NULL;
	size_t i;

	json_array_foreach(json_object_get(run, "cases"), i, entry) if (g_str_equal(text_of(entry, "case"), name))
	    found = entry;
	return found;
}

const char *text_of(json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "";
}

json_t *json_lines_load(const char *text)
{
	json_t *list = json_array();
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++) {
		if (!**line && !line[1])
			break;
		json_t *object = json_loads(*line, JSON_REJECT_DUPLICATES, NULL);
		if (!json_is_object(object))
			fprintf(stderr, "\n--- not a JSON object: %.300s\n", *line);
		CU_ASSERT(json_is_object(object));
		json_array_append_new(list, object ? object : json_object());
	}
	return list;
}
