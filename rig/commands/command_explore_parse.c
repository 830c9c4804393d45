/* SPDX-License-Identifier: Apache-2.0 */
#include "command_explore_parse.h"
#include "rig/error.h"

gboolean explore_parse_number(const char *name, const char *text, guint64 least, guint64 most, guint64 *value,
			      GError **error)
{
	if (!text || g_ascii_string_to_unsigned(text, 10, least, most, value, NULL))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
		    "--%s %s: must be a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, name, text,
		    least, most);
	return FALSE;
}

gboolean explore_parse_size(const char *text, guint64 *sectors, GError **error)
{
	static const struct {
		const char *unit;
		double bytes;
	} units[] = { { "s", 512 },	      { "kB", 1e3 },	       { "MB", 1e6 },
		      { "GB", 1e9 },	      { "TB", 1e12 },	       { "KiB", 1024 },
		      { "MiB", 1024 * 1024 }, { "GiB", 1073741824.0 }, { "TiB", 1099511627776.0 } };
	char *end;
	double number = g_ascii_strtod(text, &end);

	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (end != text && g_str_equal(end, units[i].unit) && number * units[i].bytes >= 512 &&
		    number * units[i].bytes < 1e17) {
			*sectors = (guint64)(number * units[i].bytes / 512);
			return TRUE;
		}
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
		    "--disk %s: must be a number and one of s (sectors), kB, MB, GB, TB, KiB, MiB, GiB, TiB, and from "
		    "1s to 100000TB in all",
		    text);
	return FALSE;
}

gboolean explore_parse_rules(char **names, struct explore_rules *rules, GError **error)
{
	struct {
		const char *name;
		gboolean *rule;
	} known[] = { { "sectors", &rules->sectors },
		      { "memo", &rules->memo },
		      { "converge", &rules->converge },
		      { "counters", &rules->counters } };

	*rules = (struct explore_rules){ TRUE, TRUE, TRUE, TRUE };
	for (; names && *names; names++) {
		gboolean met = FALSE;

		for (guint i = 0; i < G_N_ELEMENTS(known); i++)
			if (g_str_equal(*names, known[i].name) || g_str_equal(*names, "all")) {
				*known[i].rule = FALSE;
				met = TRUE;
			}
		if (!met) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "--no-prune %s: must be sectors, memo, converge, counters or all", *names);
			return FALSE;
		}
	}
	return TRUE;
}

gboolean explore_parse_erases(char **names, GArray *triggers, GError **error)
{
	for (guint trigger = 0; !names && trigger < EXPLORE_TRIGGERS; trigger++)
		g_array_append_val(triggers, trigger);
	for (; names && *names; names++) {
		guint trigger = 0;

		while (trigger < EXPLORE_TRIGGERS && !g_str_equal(*names, explore_triggers[trigger]))
			trigger++;
		if (trigger == EXPLORE_TRIGGERS) {
			g_autofree char *known = g_strjoinv(", ", (char **)explore_triggers);
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--erase %s: must be one of %s", *names, known);
			return FALSE;
		}
		g_array_append_val(triggers, trigger);
	}
	return TRUE;
}
