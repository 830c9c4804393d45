/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the mutants program: rig/mutants*.c. */
#pragma once
#include "rig/requirement.h"
#include <jansson.h>

struct mutants_setup {
	const char *build; /* folder with wiperig, anonymous/, anonymous.key */
	char *out;	   /* folder for the runs */
	char *link, *filter;
	guint jobs, good;
	char **ablate; /* monitors, or "all"; NULL: none */
};

/* ---- suspects: rig/mutants/mutants_read.c */

/* A case in which a suspect failed. */
struct caught {
	char *name, *file, *by; /* by: "expect.outcome" or "monitor passes" */
	char **common;		/* ids that every failed step and every finding of it names: without any one of these
				   nothing of it failed, as far as it went */
	guint ids;		/* how many ids failed in all */
};

/* A firmware or drive and what its run said about it. */
struct suspect {
	char *name, *path; /* path NULL: a drive, which is asked for by its name */
	gboolean is_good;  /* this and the next two are of the key: the rig is not told */
	char *defect, *requirement;
	double took_s;
	int exit_code;
	gboolean read;		  /* there was a run.json */
	GHashTable *requirements; /* set of ids with verdict fail */
	GHashTable *monitors;	  /* set of names with a finding */
	GHashTable *folders;	  /* set of scenario folders with a failed step */
	GPtrArray *caught;	  /* of struct caught *, in the run's order */
	guint errors;		  /* cases that ended in error */
};

struct suspect *suspect_new(const char *name);
void suspect_free(gpointer suspect);
/* Takes the run's verdicts; NULL: there are none. */
void suspect_read(struct suspect *suspect, json_t *run);
/* "good", "caught"; in capitals what must not be: "ACCUSED", "MISSED", "ELSEWHERE" (not its own requirement), "ERROR".
 */
const char *suspect_judgement(const struct suspect *suspect);

/* ---- runs: rig/mutants/mutants_pool.c */

struct job {
	struct suspect *suspect;
	char *name;	  /* of its folder, and for progress */
	const char *path; /* scenarios */
	const char *filter;
	const char *option, *value; /* one more option; NULL: none */
	gint64 started_us;
	int exit_code;
	double took_s;
};

struct job *job_new(struct suspect *suspect, const char *name, const char *path, const char *filter, const char *option,
		    const char *value);
void job_free(gpointer job);
/* Runs all of struct job *, some at a time. `done` takes each one's run.json (NULL: there is none) and returns TRUE
 * where it is worth keeping, as NAME.json: a run's folder is removed, since it is hundreds of megabytes. FALSE: a run
 * could not be started. */
gboolean mutants_run(const struct mutants_setup *setup, const GPtrArray *jobs,
		     gboolean (*done)(struct job *job, json_t *run, gpointer data), gpointer data);

/* ---- proofs: rig/mutants/mutants_proof.c */

/* A defect in a case that might prove a requirement. */
struct candidate {
	struct suspect *suspect;
	const struct caught *caught;
};

/* What proves a requirement: a defect in a case that fails, and does not fail where nothing judges the requirement. */
struct proof {
	const char *id;
	const char *unproven;	    /* the reason listed in scenarios/unproven.tsv, or NULL */
	GArray *candidates;	    /* of struct candidate, the best first */
	guint tried;		    /* of them */
	const struct candidate *by; /* NULL: none of them */
};

/* At most CANDIDATES_MAX that may prove it: its own defects before others (or alone), then by how little fails. */
#define CANDIDATES_MAX 12
GArray *proof_candidates(const GPtrArray *suspects, const char *id, gboolean own_only);
/* TRUE where this is the requirement that the defect says it breaks. */
gboolean proof_is_own(const struct suspect *suspect, const char *id);
/* TRUE where nothing but `id` fails in any case of the suspect. */
gboolean proof_is_alone(const struct suspect *suspect, const char *id);
/* Tries to prove every requirement of the table; of struct proof *. NULL: a run could not be started. */
GPtrArray *proofs_try(const struct mutants_setup *setup, const struct requirement_table *table, GHashTable *unproven,
		      const GPtrArray *suspects);

/* ---- tables: rig/mutants/mutants_report.c, rig/mutants/mutants_ablation.c */

/* Prints the tables; returns the program's exit code. */
int mutants_report(const struct mutants_setup *setup, const GPtrArray *suspects);
/* What each monitor and scenario folder catches, and catches alone: of the matrix. */
void mutants_print_ablation(const GPtrArray *suspects);
/* Runs what a monitor alone caught once more without that monitor; returns how many did not pass then. */
guint mutants_ablate(const struct mutants_setup *setup, const GPtrArray *suspects);
