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
/** The same, where each may be LINE:CHANNEL, the analyzer's name of the channel that is clipped to it. `channels`
 * (LINES of them, by line; the caller's to free): that name; "#N" where none is given, the channel of the line's own
 * number, from 0; NULL: the line is not wanted. */
gboolean logic_settings_channels(GKeyFile *config, const char *group, char **channels, GError **error) MUST_CHECK;
/** required=: true (the default) or false. */
gboolean logic_settings_required(GKeyFile *config, const char *group, gboolean *required, GError **error) MUST_CHECK;
