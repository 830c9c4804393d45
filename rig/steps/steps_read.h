/* SPDX-License-Identifier: Apache-2.0 */
/* What both reading and expecting steps ask the controller. Each returns a text that is the caller's to free. */
#pragma once
#include "rig/execution.h"

/** "none", "pending" or "active". */
char *read_licence_state(struct execution *execution, GError **error) MUST_CHECK;
/** The options of Device Configuration, joined by "; ". */
char *read_configuration(struct execution *execution, GError **error) MUST_CHECK;
/** Everything that a refused operation must not change. */
char *read_snapshot(struct execution *execution, GError **error) MUST_CHECK;
