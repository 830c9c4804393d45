/* SPDX-License-Identifier: Apache-2.0 */
/* The requirements a run is judged against: scenarios/requirements.tsv, a line each: id, text, source, kind. */
#pragma once
#include "error.h"

struct requirement {
	const char *id;	    /* "LIC-05" */
	const char *text;   /* what is required */
	const char *source; /* where that is written */
	const char *kind;   /* how firmly, one of requirement_kinds */
};

/** doc, secondary, derived, evaluator, procedural; NULL-terminated. */
extern const char *const requirement_kinds[];
/** TRUE where the manufacturer's documents say it; the other kinds are marked in reports. */
gboolean requirement_is_documented(const struct requirement *requirement);

struct requirement_table;

/** Loads a table. Errors (RIG_ERROR_USAGE, "FILE:LINE: …"): any line that is not exactly a requirement; a repeated id.
 */
struct requirement_table *requirement_table_load(const char *path, GError **error) MUST_CHECK;
/** Loads the table that belongs to this program: in $WIPERIG_SCENARIOS, where the program was installed or built, or in
 *  ./scenarios. */
struct requirement_table *requirement_table_load_default(GError **error) MUST_CHECK;
/** NULL is allowed. */
void requirement_table_free(struct requirement_table *table);
guint requirement_table_count(const struct requirement_table *table);
/** In the file's order; lives as long as the table. */
const struct requirement *requirement_table_at(const struct requirement_table *table, guint index);
/** NULL if there is none with that id. */
const struct requirement *requirement_table_find(const struct requirement_table *table, const char *id);
