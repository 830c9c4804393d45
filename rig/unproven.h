/* SPDX-License-Identifier: Apache-2.0 */
/* Requirements that no known-bad firmware proves yet: scenarios/unproven.tsv, a line each: id, reason. */
#pragma once
#include "requirement.h"

/** id → reason (both owned by the table) of the file that belongs to this program. Errors (RIG_ERROR_USAGE,
 *  "FILE:LINE: …"): a line that is not an id of `requirements`, a tab and a reason; a repeated id. */
GHashTable *unproven_load(const struct requirement_table *requirements, GError **error) MUST_CHECK;
/** The same from the file at `path`. */
GHashTable *unproven_load_file(const char *path, const struct requirement_table *requirements,
			       GError **error) MUST_CHECK;
