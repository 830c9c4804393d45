/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a run: every case of the scenario files that were named. */
#pragma once
#include "case.h"

struct plan {
	GPtrArray *files;   /* of char *, in order */
	GPtrArray *sheets;  /* of json_t *: lua_host_plan() of each file that loaded */
	GPtrArray *cases;   /* of struct plan_case * */
	GPtrArray *refused; /* of char *: what is wrong with each file that did not load, "FILE:LINE: …" */
};

/**
 * Loads every scenario below `paths` (files or folders, searched for *.lua except below lib/; sorted) and keeps the
 * cases whose name matches `filter` (shell wildcards; NULL: all). Files that cannot be loaded are in `refused`; with
 * `keep_refused` they are cases, too. RIG_ERROR_USAGE: a path that does not exist, or two cases of one name.
 */
struct plan *plan_load(char **paths, const char *filter, gboolean keep_refused, GError **error) MUST_CHECK;
/** The same of one file that comes with the program, as scenarios/`name`, with Lua that goes before its first line. */
struct plan *plan_load_with(const char *name, const char *given, GError **error) MUST_CHECK;
void plan_free(struct plan *plan);
