/* SPDX-License-Identifier: Apache-2.0 */
#include "unproven.h"
#include "paths.h"

static const char *refusal(GHashTable *table, const struct requirement_table *requirements, char **fields)
{
	if (g_strv_length(fields) != 2 || !*fields[1])
		return "expected an id, a tab and a reason";
	if (!requirement_table_find(requirements, fields[0]))
		return "there is no such requirement";
	return g_hash_table_contains(table, fields[0]) ? "this id was there before" : NULL;
}

GHashTable *unproven_load_file(const char *path, const struct requirement_table *requirements, GError **error)
{
	g_autoptr(GHashTable) table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *text = NULL;
	g_autoptr(GError) reason = NULL;

	if (!g_file_get_contents(path, &text, NULL, &reason)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "reading what is unproven: %s", reason->message);
		return NULL;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 1; lines[0] && lines[i]; i++) {
		g_auto(GStrv) fields = g_strsplit(lines[i], "\t", 2);
		const char *wrong = *lines[i] ? refusal(table, requirements, fields) : NULL;

		if (wrong) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s:%u: %s", path, i + 1, wrong);
			return NULL;
		}
		if (*lines[i])
			g_hash_table_insert(table, g_strdup(fields[0]), g_strdup(fields[1]));
	}
	return g_steal_pointer(&table);
}

GHashTable *unproven_load(const struct requirement_table *requirements, GError **error)
{
	g_autofree char *folder = path_scenarios();
	g_autofree char *path = g_build_filename(folder, "unproven.tsv", NULL);

	return unproven_load_file(path, requirements, error);
}
