/* SPDX-License-Identifier: Apache-2.0 */
/* What a run.json says about a suspect. */
#include "mutants.h"
#include <string.h>

static GHashTable *set_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void caught_free(gpointer data)
{
	struct caught *caught = data;

	g_free(caught->name);
	g_free(caught->file);
	g_free(caught->by);
	g_strfreev(caught->common);
	g_free(caught);
}

struct suspect *suspect_new(const char *name)
{
	struct suspect *suspect = g_new0(struct suspect, 1);

	suspect->name = g_strdup(name);
	suspect->requirements = set_new();
	suspect->monitors = set_new();
	suspect->folders = set_new();
	suspect->caught = g_ptr_array_new_with_free_func(caught_free);
	return suspect;
}

void suspect_free(gpointer data)
{
	struct suspect *suspect = data;

	g_free(suspect->name);
	g_free(suspect->path);
	g_free(suspect->defect);
	g_free(suspect->requirement);
	g_ptr_array_unref(suspect->caught);
	g_hash_table_unref(suspect->requirements);
	g_hash_table_unref(suspect->monitors);
	g_hash_table_unref(suspect->folders);
	g_free(suspect);
}

const char *suspect_judgement(const struct suspect *suspect)
{
	if (!suspect->read || suspect->errors)
		return "ERROR";
	if (suspect->is_good)
		return suspect->exit_code == 0 ? "good" : "ACCUSED";
	if (suspect->exit_code != 1)
		return "MISSED";
	return suspect->requirement && g_hash_table_contains(suspect->requirements, suspect->requirement) ? "caught"
													  : "ELSEWHERE";
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

static gboolean names(json_t *ids, const char *id)
{
	size_t i;
	json_t *known;

	json_array_foreach(ids, i, known) if (g_str_equal(json_string_value(known), id)) return TRUE;
	return FALSE;
}

/* The ids of each thing that failed: of a step, of a finding. */
static json_t *failures_of(json_t *entry)
{
	json_t *failures = json_array(), *item;
	size_t i;

	json_array_foreach(json_object_get(entry, "failed_steps"), i, item)
	    json_array_append(failures, json_object_get(item, "requirements"));
	json_array_foreach(json_object_get(entry, "findings"), i, item)
	    json_array_append_new(failures, json_pack("[s]", text_of(item, "requirement")));
	return failures;
}

static void count_ids(struct caught *caught, json_t *failures)
{
	g_autoptr(GHashTable) all = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GStrvBuilder) common = g_strv_builder_new();
	size_t i, k;
	json_t *ids, *id;

	json_array_foreach(failures, i, ids) json_array_foreach(ids, k, id)
	    g_hash_table_add(all, (gpointer)json_string_value(id));
	json_array_foreach(json_array_get(failures, 0), k, id)
	{
		gboolean everywhere = TRUE;
		json_array_foreach(failures, i, ids) everywhere &= names(ids, json_string_value(id));
		if (everywhere)
			g_strv_builder_add(common, json_string_value(id));
	}
	caught->common = g_strv_builder_end(common);
	caught->ids = g_hash_table_size(all);
}

static struct caught *caught_of(json_t *entry)
{
	json_t *step = json_object_get(entry, "failing_step"), *failures = failures_of(entry);
	json_t *finding = json_array_get(json_object_get(entry, "findings"), 0);
	struct caught *caught = g_new0(struct caught, 1);

	caught->name = g_strdup(text_of(entry, "case"));
	caught->file = g_strdup(text_of(entry, "file"));
	caught->by = json_is_object(step) ? g_strdup(text_of(step, "step"))
					  : g_strconcat("monitor ", text_of(finding, "monitor"), NULL);
	count_ids(caught, failures);
	json_decref(failures);
	return caught;
}

static void read_case(struct suspect *suspect, json_t *entry)
{
	json_t *finding;
	size_t i;

	suspect->errors += g_str_equal(text_of(entry, "verdict"), "error");
	json_array_foreach(json_object_get(entry, "findings"), i, finding)
	    g_hash_table_add(suspect->monitors, g_strdup(text_of(finding, "monitor")));
	if (!g_str_equal(text_of(entry, "verdict"), "fail"))
		return;
	if (json_is_object(json_object_get(entry, "failing_step")))
		g_hash_table_add(suspect->folders, folder_of(text_of(entry, "file")));
	g_ptr_array_add(suspect->caught, caught_of(entry));
}

void suspect_read(struct suspect *suspect, json_t *run)
{
	json_t *entry;
	size_t i;

	suspect->read = run != NULL;
	json_array_foreach(json_object_get(run, "cases"), i, entry) read_case(suspect, entry);
	json_array_foreach(json_object_get(run, "requirements"), i,
			   entry) if (g_str_equal(text_of(entry, "verdict"), "fail"))
	    g_hash_table_add(suspect->requirements, g_strdup(text_of(entry, "id")));
}
