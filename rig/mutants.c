/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutants [--jobs N] [--link direct|usb] [--filter PATTERN] [--out FOLDER]
 *
 * Judges every firmware of $BUILD/anonymous by all scenarios without knowing which is which, then opens
 * anonymous.key and prints what found what: the table of defects, what each monitor and scenario folder catches alone,
 * and which defect proves which requirement. Exit 1 if a defect was missed, a good firmware accused, or a requirement
 * is neither proven nor listed in scenarios/unproven.tsv. Run by `make mutants`.
 */
#include "mutants.h"
#include <stdio.h>
#include <unistd.h>

static gboolean read_key(const char *build, GPtrArray *suspects)
{
	g_autofree char *path = g_build_filename(build, "anonymous.key", NULL), *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		fprintf(stderr, "mutants: %s is not there; `make anonymous` makes it\n", path);
		return FALSE;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) words = g_strsplit(*line, " ", 2);
		if (g_strv_length(words) != 2)
			continue;
		g_autofree char *file = g_strconcat(words[0], ".so", NULL);
		struct suspect *suspect = suspect_new(words[0]);
		suspect->path = g_build_filename(build, "anonymous", file, NULL);
		suspect->is_good = g_str_equal(words[1], "good");
		suspect->defect = g_strdup(words[1]);
		g_ptr_array_add(suspects, suspect);
	}
	return suspects->len > 0;
}

/* One run of all scenarios against one firmware. */
struct attempt {
	struct suspect *suspect;
	GPid pid;
	gint64 started_us;
};

static gboolean start(const struct mutants_setup *setup, struct suspect *suspect, struct attempt *attempt)
{
	g_autofree char *out = g_build_filename(setup->out, suspect->name, NULL);
	g_autofree char *program = g_build_filename(setup->build, "wiperig", NULL);
	const char *words[] = { program,  "run",       "scenarios", "--firmware",  suspect->path,
				"--link", setup->link, "--filter",  setup->filter, "--jobs",
				"1",	  "--out",     out,	    NULL };
	g_autoptr(GError) error = NULL;

	attempt->suspect = suspect;
	attempt->started_us = g_get_monotonic_time();
	if (g_spawn_async(NULL, (char **)words, NULL,
			  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
			  NULL, &attempt->pid, &error))
		return TRUE;
	fprintf(stderr, "mutants: %s: %s\n", program, error->message);
	return FALSE;
}

static void finish(const struct mutants_setup *setup, struct attempt *attempt, int status)
{
	struct suspect *suspect = attempt->suspect;
	g_autofree char *path = g_build_filename(setup->out, suspect->name, "run-0001", "run.json", NULL);

	suspect->took_s = (double)(g_get_monotonic_time() - attempt->started_us) / 1e6;
	suspect->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	suspect_read(suspect, path);
	attempt->suspect = NULL;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%s %.1f s   ", suspect->name, suspect->took_s);
}

static void reap(const struct mutants_setup *setup, struct attempt *attempts)
{
	int status;
	pid_t pid = waitpid(-1, &status, 0);

	for (guint i = 0; i < setup->jobs; i++)
		if (attempts[i].suspect && attempts[i].pid == pid)
			finish(setup, &attempts[i], status);
}

static gboolean judge_all(const struct mutants_setup *setup, GPtrArray *suspects)
{
	g_autofree struct attempt *attempts = g_new0(struct attempt, setup->jobs);
	guint next = 0, busy;

	do {
		busy = 0;
		for (guint i = 0; i < setup->jobs; i++) {
			if (!attempts[i].suspect && next < suspects->len &&
			    !start(setup, suspects->pdata[next++], &attempts[i]))
				return FALSE;
			busy += attempts[i].suspect != NULL;
		}
		if (busy)
			reap(setup, attempts);
	} while (busy);
	return TRUE;
}

static gboolean parse(int *argc, char ***argv, struct mutants_setup *setup)
{
	gint jobs = (gint)g_get_num_processors();
	const GOptionEntry entries[] = {
		{ "jobs", 'j', 0, G_OPTION_ARG_INT, &jobs, "Runs at a time (all cores)", "N" },
		{ "link", 0, 0, G_OPTION_ARG_STRING, &setup->link, "direct or usb (direct)", "LINK" },
		{ "filter", 0, 0, G_OPTION_ARG_STRING, &setup->filter, "Cases that match only", "PATTERN" },
		{ "out", 0, 0, G_OPTION_ARG_FILENAME, &setup->out, "Folder for the runs", "FOLDER" },
		{ NULL }
	};
	g_autoptr(GOptionContext) context = g_option_context_new("- find the known-bad firmwares");
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, &error) || jobs < 1) {
		fprintf(stderr, "mutants: %s\n", error ? error->message : "--jobs must be 1 or more");
		return FALSE;
	}
	setup->jobs = (guint)jobs;
	return TRUE;
}

int main(int argc, char **argv)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *build = g_path_get_dirname(self);
	struct mutants_setup setup = { .build = build };
	g_autoptr(GPtrArray) suspects = g_ptr_array_new_with_free_func(suspect_free);

	if (!parse(&argc, &argv, &setup))
		return 2;
	setup.out = setup.out ? setup.out : g_build_filename(build, "mutants.runs", NULL);
	setup.link = setup.link ? setup.link : g_strdup("direct");
	setup.filter = setup.filter ? setup.filter : g_strdup("*");
	if (g_file_test(setup.out, G_FILE_TEST_EXISTS)) {
		fprintf(stderr, "mutants: %s is there already; remove it or name another --out\n", setup.out);
		return 2;
	}
	int code = !read_key(build, suspects) || !judge_all(&setup, suspects) ? 3 : mutants_report(&setup, suspects);
	g_free(setup.out);
	g_free(setup.link);
	g_free(setup.filter);
	return code;
}
