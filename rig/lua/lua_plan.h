/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a plan together from the Lua child's messages. */
#pragma once
#include <glib.h>
#include <jansson.h>

/** Adds what a message brings, {scenario: …} or {case: …} of the last scenario, to the plan {…, scenarios: []} of
 *  lua_host.h. FALSE: it is of another shape; the plan is unchanged. */
gboolean lua_plan_add(json_t *plan, json_t *message) __attribute__((warn_unused_result));
