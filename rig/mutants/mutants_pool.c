/* SPDX-License-Identifier: Apache-2.0 */
/* The mutants program's runs: some at a time, and nothing of them left but what is worth looking at. */
#include "mutants.h"
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 24

struct pool {
	const struct mutants_setup *setup;
	const GPtrArray *jobs;
	gboolean (*done)(struct job *job, json_t *run, gpointer data);
	gpointer data;
	guint next, ended;
	struct slot {
		struct job *job; /* NULL: idle */
		GPid pid;
	} * slots;
};

struct job *job_new(struct suspect *suspect, const char *name, const char *path, const char *filter, const char *option,
		    const char *value)
{
	struct job *job = g_new0(struct job, 1);

	*job = (struct job){ .suspect = suspect,
			     .name = g_strdup(name),
			     .path = path,
			     .filter = filter,
			     .option = option,
			     .value = value };
	return job;
}

void job_free(gpointer data)
{
	struct job *job = data;

	g_free(job->name);
	g_free(job);
}

static char *folder_of(const struct pool *pool, const struct job *job)
{
	return g_build_filename(pool->setup->out, job->name, NULL);
}

/* In the run's process: it does not outlive this program. */
static void end_together(gpointer data)
{
	(void)data;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* Each suspect has a seed of its own, so that no good copy is good by the luck of one. */
static gboolean start(struct pool *pool, struct slot *slot, struct job *job)
{
	g_autofree char *out = folder_of(pool, job);
	g_autofree char *program = g_build_filename(pool->setup->build, "wiperig", NULL);
	g_autofree char *seed = g_strdup_printf("%u", g_str_hash(job->suspect->name));
	const struct suspect *suspect = job->suspect;
	const char *words[WORDS_MAX] = { program,
					 "run",
					 job->path,
					 suspect->path ? "--firmware" : "--defect",
					 suspect->path ? suspect->path : suspect->defect,
					 "--link",
					 pool->setup->link,
					 "--filter",
					 job->filter,
					 "--jobs",
					 "1",
					 "--formats",
					 "run",
					 "--seed",
					 seed,
					 "--out",
					 out,
					 job->option,
					 job->value,
					 NULL };
	g_autoptr(GError) error = NULL;

	*slot = (struct slot){ .job = job };
	job->started_us = g_get_monotonic_time();
	if (g_spawn_async(NULL, (char **)words, NULL,
			  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
			  end_together, NULL, &slot->pid, &error))
		return TRUE;
	fprintf(stderr, "mutants: %s: %s\n", program, error->message);
	return FALSE;
}

static void remove_flat(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_unlink(path);
	}
	if (dir)
		g_dir_close(dir);
	g_rmdir(folder);
}

static void tell(const struct pool *pool, const struct job *job)
{
	gboolean terminal = isatty(STDERR_FILENO);

	fprintf(stderr, "%s%u/%u %s: exit %d, %.1f s%s", terminal ? "\r\033[K" : "", pool->ended, pool->jobs->len,
		job->name, job->exit_code, job->took_s, terminal ? "" : "\n");
	if (terminal && pool->ended == pool->jobs->len)
		fputs("\n", stderr);
}

static void finish(struct pool *pool, struct slot *slot, int status)
{
	struct job *job = slot->job;
	g_autofree char *out = folder_of(pool, job);
	g_autofree char *folder = g_build_filename(out, "run-0001", NULL);
	g_autofree char *path = g_build_filename(folder, "run.json", NULL);
	g_autofree char *kept = g_strconcat(out, ".json", NULL);
	json_t *run = json_load_file(path, 0, NULL);

	job->took_s = (double)(g_get_monotonic_time() - job->started_us) / 1e6;
	job->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (pool->done(job, run, pool->data) && run && g_rename(path, kept) < 0)
		fprintf(stderr, "mutants: %s could not be kept\n", path);
	json_decref(run);
	remove_flat(folder);
	g_rmdir(out);
	slot->job = NULL;
	pool->ended++;
	tell(pool, job);
}

static void reap(struct pool *pool)
{
	int status;
	pid_t pid = waitpid(-1, &status, 0);

	for (guint i = 0; i < pool->setup->jobs; i++)
		if (pool->slots[i].job && pool->slots[i].pid == pid)
			finish(pool, &pool->slots[i], status);
}

gboolean mutants_run(const struct mutants_setup *setup, const GPtrArray *jobs,
		     gboolean (*done)(struct job *job, json_t *run, gpointer data), gpointer data)
{
	g_autofree struct slot *slots = g_new0(struct slot, setup->jobs);
	struct pool pool = { setup, jobs, done, data, 0, 0, slots };

	while (pool.ended < jobs->len) {
		for (guint i = 0; i < setup->jobs && pool.next < jobs->len; i++)
			if (!slots[i].job && !start(&pool, &slots[i], jobs->pdata[pool.next++]))
				return FALSE;
		reap(&pool);
	}
	return TRUE;
}
