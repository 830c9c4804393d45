/* SPDX-License-Identifier: Apache-2.0 */
/* What wiperig explore says, to people or as JSON lines, and the cut plans that it writes. */
#pragma once
#include "rig/explore/explore_page.h"
#include "rig/explore/explore_result.h"

/** Everything is borrowed but `error` and `results`. */
struct told {
	const char *out; /**< folder for cut plans, results and their page; NULL: they are not written */
	const struct explore_page *page; /**< NULL: no page is made */
	gboolean json;
	const json_t *given;	    /**< words of the command line that replays: option → value */
	struct explore_shard shard; /**< of = 0: this is no shard */
	json_t *results;	    /**< JSON array to which each is appended; NULL */
	gint64 seq;
	guint verdicts[EXPLORE_VERDICTS];
	guint plans;
	guint erases;	/**< to be explored */
	gboolean saved; /**< results are in `out`, whole */
	GError *error;	/**< of the first file that could not be written */
};

/** What is explored: all on which results depend. The caller's. */
json_t *told_what(const struct explore_settings *settings, const char *firmware, const enum explore_trigger *triggers,
		  guint count);
/** What an earlier one has left in `out` goes. */
void told_begin(struct told *told, json_t *what);
/** `data`: a struct told; see explore_work.h. */
void told_result(gpointer data, const struct explore_result *result);
/** Writes the results and their page; what goes wrong is in told->error. `results` must be there. */
void told_save(struct told *told, json_t *what);
/** The exit code of all that was told so far. */
int told_code(const struct told *told);
/** `how`: complete, interrupted, failed. What is not complete leaves no files, unless the page alone is missing:
 * results that took hours stay. */
void told_end(struct told *told, const char *how, int code);
