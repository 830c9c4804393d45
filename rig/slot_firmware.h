/* SPDX-License-Identifier: Apache-2.0 */
/* Which firmware, and which drive, stands in an emulated slot. */
#pragma once
#include "slot_config.h"

/** Of `firmware` (a file, as by --firmware), `defect` (a known-bad firmware or part, as by --defect), what the slot
 * file says, and the reference firmware the first that there is; each may be NULL. `*path`: the firmware's, the
 * caller's to free; NULL for a real slot. A drive is noted in the slot's group [board]. Errors: RIG_ERROR_USAGE. */
gboolean slot_firmware_pick(const char *firmware, const char *defect, const struct catalogue *catalogue,
			    const struct slot_config *config, char **path, GError **error) MUST_CHECK;
/** Makes a board with that firmware once, in a process of its own that is given 10 s of real time at most: FALSE with
 *  RIG_ERROR_USAGE where it is none that the board can run. TRUE where nothing is known: it is no emulated slot, or
 * that process died, which each case then tells. */
gboolean slot_firmware_try(const struct catalogue *catalogue, const struct slot_config *config, const char *firmware,
			   GError **error) MUST_CHECK;
