/* SPDX-License-Identifier: Apache-2.0 */
/* The monitors once more, over a record: those that need no more than it holds. */
#pragma once
#include "event.h"
#include "rig/monitors/unit_watch.h"

struct findings_again;

struct findings_again *findings_again_new(const struct unit_profile *profile);
void findings_again_free(struct findings_again *self);
void findings_again_event(struct findings_again *self, const struct event *event);
/** What the monitors found that is not on record, or the other way round; NULL: nothing. The caller's to free. */
char *findings_again_difference(const struct findings_again *self);
/** Findings found again. */
guint findings_again_count(const struct findings_again *self);
