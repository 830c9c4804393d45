/* SPDX-License-Identifier: Apache-2.0 */
/* How a finding is seen again: names of plans, and the command that replays one. */
#pragma once
#include <glib.h>
#include <jansson.h>

/** Of the plan that is written as the `number`-th, from 1; the caller's. */
char *explore_plan_name(guint number);
/** `given`: the words of the command line that make the same unit, option → value. The caller's. */
char *explore_replay_command(const json_t *given, const char *plan_path);
