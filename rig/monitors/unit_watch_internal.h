/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the unit's watch; only rig/monitors/unit_watch.c and rig/monitors/unit_erase.c include it. */
#pragma once
#include "unit_watch.h"

/* unit_erase.c */
void unit_tell(const struct unit_watcher *watcher, enum moment moment);
/** The panel shows the erasing message; shows it no more, and is not dark. */
void unit_erase_shown(struct unit_watch *watch, const struct unit_watcher *watcher);
void unit_erase_gone(struct unit_watch *watch, const struct unit_watcher *watcher);
/** The console speaks of a residual erase; a call was answered that erases before its answer. */
void unit_erase_residual(struct unit_watch *watch);
void unit_erase_called(struct unit_watch *watch);
/** The console says that an erase of everything begins, ends, has failed. */
void unit_erase_begun(struct unit_watch *watch, guint mode, guint pass, guint passes,
		      const struct unit_watcher *watcher);
void unit_erase_ended(struct unit_watch *watch, const struct unit_watcher *watcher);
void unit_erase_failed(struct unit_watch *watch, const struct unit_watcher *watcher);
/** Power on, off; a part was replaced, and what it knew is gone. */
void unit_erase_starts(struct unit_watch *watch);
void unit_erase_cut(struct unit_watch *watch);
void unit_erase_part_replaced(struct unit_watch *watch);
/** The unit serves, if something said so (serving_ns): what it did before that is over. */
void unit_erase_serve(struct unit_watch *watch, const struct unit_watcher *watcher);
