/* SPDX-License-Identifier: Apache-2.0 */
/* What every logic analyzer's section of a slot file holds. */
#pragma once
#include "rig/error.h"
#include <glib.h>

#define LOGIC_RATE_DEFAULT_HZ 1000000
#define LOGIC_RATE_MIN_HZ 1000
#define LOGIC_RATE_MAX_HZ G_GUINT64_CONSTANT(1000000000)

/** rate=: samples per second, e.g. 24M, 500k, 1000000; the default where it is not given. */
gboolean logic_settings_rate(GKeyFile *config, const char *group, guint64 *rate_hz, GError **error) MUST_CHECK;
/** channels=: the lines that it is clipped to, as a set by bit, e.g. "main_power, console_tx"; all where it is not
 * given.
 */
gboolean logic_settings_lines(GKeyFile *config, const char *group, guint *lines, GError **error) MUST_CHECK;
