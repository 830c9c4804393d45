/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the mutants program: rig/mutants*.c. */
#pragma once
#include <glib.h>
#include <jansson.h>
#include <sys/wait.h>

struct mutants_setup {
	const char *build; /* folder with wiperig, anonymous/, anonymous.key */
	char *out;	   /* folder for the runs */
	char *link, *filter;
	guint jobs;
};

/* A firmware and what its run said about it. */
struct suspect {
	char *name, *path;
	gboolean is_good; /* this and `defect` are of the key: not looked at before everything was judged */
	char *defect;
	double took_s;
	int exit_code;
	gboolean read;		  /* there was a run.json */
	GHashTable *requirements; /* set of ids with verdict fail */
	GHashTable *monitors;	  /* set of names with a finding */
	GHashTable *folders;	  /* set of scenario folders with a failed expectation or action */
	char *first_case;	  /* the first that failed */
	char *first_by;		  /* "expect.outcome" or "monitor passes" */
	guint errors;		  /* cases that ended in error */
};

struct suspect *suspect_new(const char *name);
void suspect_free(gpointer suspect);
/* Reads the run's verdicts; leaves `read` FALSE where there are none. */
void suspect_read(struct suspect *suspect, const char *path);
/* Prints the tables; returns the program's exit code. */
int mutants_report(const struct mutants_setup *setup, const GPtrArray *suspects);
