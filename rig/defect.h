/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of defects: known-bad firmware that the rig must find. */
#pragma once
#include "defect_abi.h"
#include "error.h"

/** One defect module. */
struct defect_entry {
	char *name, *summary, *requirement, *seen; /**< as in defect_abi.h */
	char *path;				   /**< of the module, for `--firmware` */
};

/** The folder of defect modules: $WIPERIG_MODULES/defects if set, else defects/ beside the program, else
 *  ../lib/wiperig/defects from it. Owned by the caller. Errors: RIG_ERROR_RIG if none of them exists. */
char *defect_folder(GError **error) MUST_CHECK;
/** Every defect module of `folder` (NULL: defect_folder()), sorted by name: struct defect_entry, owned by the array.
 *  Loads and unloads each. Errors: RIG_ERROR_RIG naming a module that cannot be loaded, exports no `defect`, or leaves
 *  a text out. */
GPtrArray *defect_list(const char *folder, GError **error) MUST_CHECK;
