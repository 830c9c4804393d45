/* SPDX-License-Identifier: Apache-2.0 */
/* The monitors of a case at its slot. */
#pragma once
#include "rig/monitors/monitor_case.h"
#include "slot_open.h"

/** Opens the monitors but those in `without`; they say nothing of `without_requirements` (both NULL-terminated; may be
 *  NULL). Whoever watches the slot tells them of its events. `slot` must outlive them; `observe`: the slot file's word.
 */
struct monitor_case *case_watch_open(struct slot *slot, const char *observe, const struct unit_profile *profile,
				     char **without, char **without_requirements);
/** Takes in what the slot's logic analyzer still has. A case that demands one is an error where it was lost, unless it
 *  had already failed. */
void case_watch_hear(struct slot *slot, const char **verdict, char **reason);
/** The steps are done: takes in what was not told yet, and has what was judged recorded. */
void case_watch_end(struct slot *slot, struct monitor_case *monitors);
