/* SPDX-License-Identifier: Apache-2.0 */
/* Known-bad firmware, which the rig must find. */
#pragma once
#include "defect_abi.h"
#include "error.h"

/* What a defect module says about itself, copied. */
struct defect_info {
	char *name, *requirement, *summary, *seen;
};

struct known_bad;

/** Every known-bad firmware and part, sorted by name, as defect_list() has them. `parts`: see struct catalogue. */
GPtrArray *defect_list_all(const struct known_bad *parts, GError **error) MUST_CHECK;
/** The setting of [board] that puts this part in; NULL: no part has this name. */
const char *defect_find_part(const struct known_bad *parts, const char *name);
/** Every defect module in the modules' folders (paths.h), sorted by name: struct defect_info, freed with the array.
 *  Loads and unloads each. Errors: RIG_ERROR_RIG naming a module that cannot be loaded, exports no `defect`, leaves a
 *  text out or has another name than its file. */
GPtrArray *defect_list(GError **error) MUST_CHECK;
