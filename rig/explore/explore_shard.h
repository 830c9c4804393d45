/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exploring in shards, on as many machines as there are: each takes its share of the erases, and what they found is put
 * together to what one run would have found.
 *
 * What is shared out are whole erases, the K-th of them (from 0) to shard K modulo N + 1, and not the cuts of one. The
 * explorer keeps one state for all cuts that leave the same memories, and judges there what any of them can leave on
 * the disks: of cuts that are shared out each shard would know a part of that only, count the states that they have in
 * common once each, and describe faults by what its own part leaves. Erases have no state in common, so what is put
 * together is exact by its making: results are copied, none is computed.
 *
 * A shard's file is written whole or not at all, and ends with a mark that names its own hash. A shard that was killed
 * leaves no file, and is done again.
 *
 * What all came to is a file of the same form, as shard 1 of 1.
 *
 * The file has two lines of JSON:
 *
 *   {"shard": 1, "of": 4, "what": {…}, "given": {…}, "results": […]}
 *   {"complete": true, "sha256": HASH}         of the first line, without its end
 *
 * "what" is all on which the results depend (version of the rig, hash of the firmware, board, mode, depth, rules,
 * "erases": all that are shared out), and must be equal in all shards; "given" the words of the command line by which a
 * finding is replayed; "results" are as `wiperig explore --json` prints them, see explore_result.h.
 */
#pragma once
#include "rig/error.h"
#include <jansson.h>

/** One share of several. */
struct explore_shard {
	guint number, of; /**< 1 ≤ number ≤ of; of = 0: everything is one share */
};

/** From I/N, to share out `erases` of them. Errors: RIG_ERROR_USAGE, also where a shard would have nothing to do. */
gboolean explore_shard_parse(const char *text, guint erases, struct explore_shard *shard, GError **error) MUST_CHECK;
/** Whether the erase at this place among all belongs to it. */
gboolean explore_shard_has(const struct explore_shard *shard, guint place);

/** What a shard's file says; of = 0: of all together. All members are owned. */
struct explore_share {
	struct explore_shard shard;
	json_t *what, *given, *results;
};

/** NULL is allowed. */
void explore_share_free(struct explore_share *share);

/** The first line of a file. The caller's to free. */
char *explore_share_encode(const struct explore_share *share);
/** From the first line of a file, whose hash is not looked at. Errors: RIG_ERROR_USAGE. */
struct explore_share *explore_share_decode(const char *line, gsize length, GError **error) MUST_CHECK;

/** What everything together is written to. */
#define EXPLORE_RESULTS_FILE "explore.jsonl"

/** `folder`/shard-I-of-N.json, or EXPLORE_RESULTS_FILE of what is all together; the caller's to free. */
char *explore_share_path(const struct explore_shard *shard, const char *folder);
/** Writes that, and what is below it onto the disk; `*path`: the caller's to free. Blocks for that long. Errors:
 * RIG_ERROR_RIG. */
gboolean explore_share_save(const struct explore_share *share, const char *folder, char **path,
			    GError **error) MUST_CHECK;
/** One such file, whole and unchanged. Errors: RIG_ERROR_USAGE, naming it. */
struct explore_share *explore_share_load(const char *path, GError **error) MUST_CHECK;
/** Puts together all files shard-….json of a folder: results in the order of "erases", "given" of the first shard.
 *  Errors: RIG_ERROR_USAGE, naming the shard or its file: one is missing, there twice, torn, or of something else. */
struct explore_share *explore_shards_merge(const char *folder, GError **error) MUST_CHECK;
