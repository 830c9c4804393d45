/* SPDX-License-Identifier: Apache-2.0 */
/* What a run.json says about a firmware. */
#include "mutants.h"
#include <string.h>

static GHashTable *set_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

struct suspect *suspect_new(const char *name)
{
	struct suspect *suspect = g_new0(struct suspect, 1);

	suspect->name = g_strdup(name);
	suspect->requirements = set_new();
	suspect->monitors = set_new();
	suspect->folders = set_new();
	return suspect;
}

void suspect_free(gpointer data)
{
	struct suspect *suspect = data;

	g_free(suspect->name);
	g_free(suspect->path);
	g_free(suspect->defect);
	g_free(suspect->first_case);
	g_free(suspect->first_by);
	g_hash_table_unref(suspect->requirements);
	g_hash_table_unref(suspect->monitors);
	g_hash_table_unref(suspect->folders);
	g_free(suspect);
}

static const char *text_of(json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "";
}

/* "license" of "scenarios/license/refusals.lua". */
static char *folder_of(const char *file)
{
	g_autofree char *folder = g_path_get_dirname(file);

	return g_path_get_basename(folder);
}

static void read_case(struct suspect *suspect, json_t *entry)
{
	json_t *findings = json_object_get(entry, "findings"), *finding;
	json_t *step = json_object_get(entry, "failing_step");
	size_t i;

	suspect->errors += g_str_equal(text_of(entry, "verdict"), "error");
	json_array_foreach(findings, i, finding)
	    g_hash_table_add(suspect->monitors, g_strdup(text_of(finding, "monitor")));
	if (!g_str_equal(text_of(entry, "verdict"), "fail"))
		return;
	if (json_is_object(step))
		g_hash_table_add(suspect->folders, folder_of(text_of(entry, "file")));
	if (suspect->first_case)
		return;
	suspect->first_case = g_strdup(text_of(entry, "case"));
	suspect->first_by = json_is_object(step)
				? g_strdup(text_of(step, "step"))
				: g_strconcat("monitor ", text_of(json_array_get(findings, 0), "monitor"), NULL);
}

void suspect_read(struct suspect *suspect, const char *path)
{
	json_t *run = json_load_file(path, 0, NULL), *entry;
	size_t i;

	suspect->read = run != NULL;
	json_array_foreach(json_object_get(run, "cases"), i, entry) read_case(suspect, entry);
	json_array_foreach(json_object_get(run, "requirements"), i,
			   entry) if (g_str_equal(text_of(entry, "verdict"), "fail"))
	    g_hash_table_add(suspect->requirements, g_strdup(text_of(entry, "id")));
	json_decref(run);
}
