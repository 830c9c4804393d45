/* SPDX-License-Identifier: Apache-2.0 */
/* Known-bad firmware, which the rig must find. */
#pragma once
#include "defect_abi.h"
#include "error.h"

/* What a defect module says about itself, copied. */
struct defect_info {
	char *name, *requirement, *summary, *seen;
};

/** Every known-bad firmware and drive, sorted by name, as defect_list() has them. `drives`: see struct catalogue. */
GPtrArray *defect_list_all(const struct defect *const *drives, GError **error) __attribute__((warn_unused_result));
/** NULL: no drive has this name. */
const struct defect *defect_find_drive(const struct defect *const *drives, const char *name);
/** Every defect module in the modules' folders (paths.h), sorted by name: struct defect_info, freed with the array.
 *  Loads and unloads each. Errors: RIG_ERROR_RIG naming a module that cannot be loaded, exports no `defect`, leaves a
 *  text out or has another name than its file. */
GPtrArray *defect_list(GError **error) MUST_CHECK;
