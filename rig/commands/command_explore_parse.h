/* SPDX-License-Identifier: Apache-2.0 */
/* Words of wiperig explore. All: FALSE and RIG_ERROR_USAGE, which names the option, for what it cannot take. */
#pragma once
#include "rig/explore/explore.h"

/** NULL in place of `text`: the value stays as it is. */
gboolean explore_parse_number(const char *name, const char *text, guint64 least, guint64 most, guint64 *value,
			      GError **error) MUST_CHECK;
/** Into sectors. */
gboolean explore_parse_size(const char *text, guint64 *sectors, GError **error) MUST_CHECK;
/** All rules, without those that are named. NULL: none is. */
gboolean explore_parse_rules(char **names, struct explore_rules *rules, GError **error) MUST_CHECK;
/** Appends enum explore_trigger, as guint. NULL: all. */
gboolean explore_parse_erases(char **names, GArray *triggers, GError **error) MUST_CHECK;
