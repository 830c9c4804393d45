/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rig says that the controller said, worked out once more from the record's raw traces: each status, panel
 * text and answer from the USB frames that carried it, each finding of a monitor from what was observed. Whoever gets
 * the record can do the same; a difference means that a verdict stands on something that is not in the traces.
 */
#pragma once
#include "event.h"
#include "rig/monitors/unit_watch.h"

struct recompute;

/** `profile`: of the record's unit. */
struct recompute *recompute_new(const struct unit_profile *profile);
/** NULL is allowed. */
void recompute_free(struct recompute *recompute);
/** The next event of one case. */
void recompute_event(struct recompute *recompute, const struct event *event);
/** No more comes, for now: what is compared only then. */
void recompute_end(struct recompute *recompute);
/** The first difference, in words, borrowed; NULL: there is none. */
const char *recompute_difference(const struct recompute *recompute);
/** How many statements were worked out from frames, and findings of monitors from observations. */
guint recompute_statements(const struct recompute *recompute);
guint recompute_findings(const struct recompute *recompute);
/** FALSE: statements came without any frame before them: the controller does not speak the rig's own protocol. */
gboolean recompute_has_frames(const struct recompute *recompute);
