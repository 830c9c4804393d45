/* SPDX-License-Identifier: Apache-2.0 */
/* The monitors of a case at its slot. */
#pragma once
#include "monitor_case.h"
#include "slot_open.h"

/** Opens the monitors but those in `without` (NULL-terminated; may be NULL) and has them told of all that the slot
 *  records. `slot` must outlive them. */
struct monitor_case *case_watch_open(struct slot *slot, const struct slot_config *config, char **without);
/** The steps are done: takes in what was not told yet, has what was judged recorded. They are told of nothing more;
 *  free with monitor_case_free(). */
void case_watch_end(struct slot *slot, struct monitor_case *monitors);
