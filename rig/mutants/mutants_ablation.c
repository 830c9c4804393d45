/* SPDX-License-Identifier: Apache-2.0 */
/* What each monitor and scenario folder alone catches: of the matrix, and by runs without the monitor. */
#include "mutants.h"
#include <stdio.h>
#include <string.h>

static gboolean is_only(const struct suspect *suspect, const char *name, gboolean is_monitor)
{
	return g_hash_table_contains(is_monitor ? suspect->monitors : suspect->folders, name) &&
	       g_hash_table_size(suspect->monitors) + g_hash_table_size(suspect->folders) == 1;
}

/* How many defects a watcher (a monitor, a scenario folder) catches at all, and how many nobody else does. */
static void count(const GPtrArray *suspects, const char *name, gboolean is_monitor, guint *all, guint *alone)
{
	*all = *alone = 0;
	for (guint i = 0; i < suspects->len; i++) {
		const struct suspect *s = suspects->pdata[i];
		if (s->is_good || !g_hash_table_contains(is_monitor ? s->monitors : s->folders, name))
			continue;
		++*all;
		*alone += is_only(s, name, is_monitor);
	}
}

static GList *names_of(const GPtrArray *suspects, gboolean is_monitor)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer name;

	for (guint i = 0; i < suspects->len; i++) {
		const struct suspect *suspect = suspects->pdata[i];
		g_hash_table_iter_init(&iter, is_monitor ? suspect->monitors : suspect->folders);
		while (!suspect->is_good && g_hash_table_iter_next(&iter, &name, NULL))
			g_hash_table_add(names, name);
	}
	return g_list_sort(g_hash_table_get_keys(names), (GCompareFunc)strcmp);
}

void mutants_print_ablation(const GPtrArray *suspects)
{
	printf("\n%-8s %-24s %7s %14s\n", "watcher", "name", "catches", "nobody else");
	for (int is_monitor = 1; is_monitor >= 0; is_monitor--) {
		g_autoptr(GList) names = names_of(suspects, is_monitor);
		for (const GList *name = names; name; name = name->next) {
			guint all, alone;
			count(suspects, name->data, is_monitor, &all, &alone);
			printf("%-8s %-24s %7u %14u\n", is_monitor ? "monitor" : "folder", (char *)name->data, all,
			       alone);
		}
	}
}

static gboolean is_chosen(const struct mutants_setup *setup, const char *monitor)
{
	return g_strv_contains((const char *const *)setup->ablate, monitor) ||
	       g_strv_contains((const char *const *)setup->ablate, "all");
}

static void plan(const struct mutants_setup *setup, const GPtrArray *suspects, const char *monitor, GPtrArray *jobs)
{
	for (guint i = 0; i < suspects->len; i++) {
		struct suspect *suspect = suspects->pdata[i];
		g_autofree char *name = g_strdup_printf("without-%s-%s", monitor, suspect->name);
		if (!suspect->is_good && is_only(suspect, monitor, TRUE) && is_chosen(setup, monitor))
			g_ptr_array_add(
			    jobs, job_new(suspect, name, "scenarios", setup->filter, "--without-monitor", monitor));
	}
}

/* The exit code tells all: 0 is a run without a failure and an error. */
static gboolean ablated(struct job *job, json_t *run, gpointer data)
{
	(void)run;
	(void)data;
	return job->exit_code != 0;
}

guint mutants_ablate(const struct mutants_setup *setup, const GPtrArray *suspects)
{
	g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(job_free);
	g_autoptr(GList) monitors = names_of(suspects, TRUE);
	guint wrong = 0;

	for (const GList *name = monitors; name; name = name->next)
		plan(setup, suspects, name->data, jobs);
	if (!mutants_run(setup, jobs, ablated, NULL))
		return 1;
	printf("\nwithout the one monitor that catches it, run again\n");
	for (guint i = 0; i < jobs->len; i++) {
		const struct job *job = jobs->pdata[i];
		wrong += job->exit_code != 0;
		printf("%-34s %-16s %s\n", job->suspect->defect, job->value,
		       job->exit_code == 0 ? "passes" : "DOES NOT PASS");
	}
	return wrong;
}
