/* SPDX-License-Identifier: Apache-2.0 */
#include "slot_config.h"

static gboolean is_twice(char **keys, char *const *key)
{
	for (; keys < key; keys++)
		if (g_str_equal(*keys, *key))
			return TRUE;
	return FALSE;
}

gboolean slot_config_check_keys(GKeyFile *file, const char *path, const char *group, const char *const *allowed,
				const char *const *own, GError **error)
{
	g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);

	for (char **key = keys; key && *key; key++) {
		if (is_twice(keys, key)) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "slot file %s: [%s] has the setting \"%s\" twice", path, group, *key);
			return FALSE;
		}
		if (g_strv_contains(allowed, *key) || (own && g_strv_contains(own, *key)))
			continue;
		g_autofree char *first = own ? g_strjoinv(", ", (char **)own) : g_strdup("");
		g_autofree char *list = g_strjoinv(", ", (char **)allowed);
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "slot file %s: [%s] has an unknown setting \"%s\" (allowed: %s%s%s)", path, group, *key,
			    first, own && *list ? ", " : "", list);
		return FALSE;
	}
	return TRUE;
}
