/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutants [--jobs N] [--good N] [--ablate MONITOR|all]… [--link direct|usb] [--filter PATTERN] [--out FOLDER]
 *
 * Judges every firmware of $BUILD/anonymous but the good ones beyond --good, and every known-bad drive, by all
 * scenarios; the rig is not told which is which. Then prints what found what: the table of defects, what each monitor
 * and scenario folder catches alone, and which defect proves which requirement. Exit 1 if a defect was missed, a good
 * firmware accused, or a requirement is neither proven nor listed in scenarios/unproven.tsv. Run by `make mutants`.
 */
#include "mutants.h"
#include "rig/monitors/monitor.h"
#include <stdio.h>
#include <string.h>

#define GOOD_DEFAULT 20

static struct suspect *add(GPtrArray *suspects, const char *name, const char *defect, const char *requirement)
{
	struct suspect *suspect = suspect_new(name);

	suspect->defect = g_strdup(defect);
	suspect->requirement = g_strdup(requirement);
	g_ptr_array_add(suspects, suspect);
	return suspect;
}

/* "NAME DEFECT" or "NAME good". Which good ones are taken follows from their names, and so from SHUFFLE. */
static gboolean read_key(const struct mutants_setup *setup, GHashTable *defects, GPtrArray *suspects)
{
	g_autofree char *path = g_build_filename(setup->build, "anonymous.key", NULL), *text = NULL;
	guint good = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		fprintf(stderr, "mutants: %s is not there; `make anonymous` makes it\n", path);
		return FALSE;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) words = g_strsplit(*line, " ", 2);
		gboolean is_good = words[0] && g_strcmp0(words[1], "good") == 0;
		if (g_strv_length(words) != 2 || (is_good && good++ >= setup->good))
			continue;
		g_autofree char *file = g_strconcat(words[0], ".so", NULL);
		struct suspect *suspect = add(suspects, words[0], words[1], g_hash_table_lookup(defects, words[1]));
		suspect->path = g_build_filename(setup->build, "anonymous", file, NULL);
		suspect->is_good = is_good;
	}
	return suspects->len > 0;
}

/* name → requirement of every known-bad firmware and drive, as `wiperig list --defects` has them. */
static GHashTable *list_defects(const char *build)
{
	g_autoptr(GHashTable) defects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *program = g_build_filename(build, "wiperig", NULL), *text = NULL;
	const char *words[] = { program, "list", "--defects", "--json", NULL };
	int status;

	if (!g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, &status, NULL) ||
	    status != 0) {
		fprintf(stderr, "mutants: %s cannot list the defects\n", program);
		return NULL;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		json_t *entry = json_loads(*line, 0, NULL);
		const char *name = json_string_value(json_object_get(entry, "name"));
		if (name)
			g_hash_table_insert(defects, g_strdup(name),
					    g_strdup(json_string_value(json_object_get(entry, "requirement"))));
		json_decref(entry);
	}
	return g_steal_pointer(&defects);
}

static gboolean is_suspect(const GPtrArray *suspects, const char *defect)
{
	for (guint i = 0; i < suspects->len; i++)
		if (g_str_equal(((const struct suspect *)suspects->pdata[i])->defect, defect))
			return TRUE;
	return FALSE;
}

/* What is listed and no firmware is a drive: the rig has to be told which, since it is no file. */
static void add_drives(GHashTable *defects, GPtrArray *suspects)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(defects), (GCompareFunc)strcmp);

	for (const GList *name = names; name; name = name->next)
		if (!is_suspect(suspects, name->data))
			add(suspects, name->data, name->data, g_hash_table_lookup(defects, name->data));
}

/* What is not as it should be is kept. */
static gboolean judged(struct job *job, json_t *run, gpointer data)
{
	(void)data;
	job->suspect->took_s = job->took_s;
	job->suspect->exit_code = job->exit_code;
	suspect_read(job->suspect, run);
	return g_ascii_isupper(*suspect_judgement(job->suspect));
}

static int judge_all(const struct mutants_setup *setup)
{
	g_autoptr(GPtrArray) suspects = g_ptr_array_new_with_free_func(suspect_free);
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_free);
	g_autoptr(GHashTable) defects = list_defects(setup->build);

	if (!defects || !read_key(setup, defects, suspects))
		return 3;
	add_drives(defects, suspects);
	for (guint i = 0; i < suspects->len; i++) {
		struct suspect *suspect = suspects->pdata[i];
		g_ptr_array_add(jobs, job_new(suspect, suspect->name, "scenarios", setup->filter, NULL, NULL));
	}
	return mutants_run(setup, jobs, judged, NULL) ? mutants_report(setup, suspects) : 3;
}

static gboolean monitors_exist(char **names)
{
	for (; names && *names; names++)
		if (!g_str_equal(*names, "all") && !monitor_by_name(*names)) {
			fprintf(stderr, "mutants: --ablate %s: there is no such monitor\n", *names);
			return FALSE;
		}
	return TRUE;
}

static gboolean parse(int *argc, char ***argv, struct mutants_setup *setup)
{
	gint jobs = (gint)g_get_num_processors(), good = GOOD_DEFAULT;
	const GOptionEntry entries[] = {
		{ "jobs", 'j', 0, G_OPTION_ARG_INT, &jobs, "Runs at a time (all cores)", "N" },
		{ "good", 0, 0, G_OPTION_ARG_INT, &good, "Good firmwares among the bad (20)", "N" },
		{ "ablate", 0, 0, G_OPTION_ARG_STRING_ARRAY, &setup->ablate,
		  "Run what this monitor alone catches again without it; may be repeated", "MONITOR|all" },
		{ "link", 0, 0, G_OPTION_ARG_STRING, &setup->link, "direct or usb (direct)", "LINK" },
		{ "filter", 0, 0, G_OPTION_ARG_STRING, &setup->filter, "Cases that match only: no proofs", "PATTERN" },
		{ "out", 0, 0, G_OPTION_ARG_FILENAME, &setup->out, "Folder for the runs", "FOLDER" },
		{ NULL }
	};
	g_autoptr(GOptionContext) context = g_option_context_new("- find the known-bad firmwares");
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, &error) || *argc > 1 || jobs < 1 || good < 0) {
		fprintf(stderr, "mutants: %s\n", error ? error->message : "a word or number that makes no sense");
		return FALSE;
	}
	setup->jobs = (guint)jobs;
	setup->good = (guint)good;
	return monitors_exist(setup->ablate);
}

int main(int argc, char **argv)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *build = g_path_get_dirname(self);
	struct mutants_setup setup = { .build = build };

	if (!parse(&argc, &argv, &setup))
		return 2;
	setup.out = setup.out ? setup.out : g_build_filename(build, "mutants.runs", NULL);
	setup.link = setup.link ? setup.link : g_strdup("direct");
	setup.filter = setup.filter ? setup.filter : g_strdup("*");
	if (g_file_test(setup.out, G_FILE_TEST_EXISTS)) {
		fprintf(stderr, "mutants: %s is there already; remove it or name another --out\n", setup.out);
		return 2;
	}
	int code = judge_all(&setup);
	g_free(setup.out);
	g_free(setup.link);
	g_free(setup.filter);
	g_strfreev(setup.ablate);
	return code;
}
