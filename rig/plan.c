/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"
#include "rig/lua/lua_host.h"
#include "paths.h"
#include "printable.h"
#include "requirement.h"

static gint by_name(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

/* A folder that cannot be read is an error: the cases in it would be missed by nobody. */
static gboolean collect_folder(GPtrArray *files, const char *path, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) failure = NULL;
	g_autoptr(GDir) folder = g_dir_open(path, 0, &failure);
	const char *name;

	if (!folder) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "looking for scenarios: %s", failure->message);
		return FALSE;
	}
	while ((name = g_dir_read_name(folder)))
		if (*name != '.' && !g_str_equal(name, "lib"))
			g_ptr_array_add(names, g_build_filename(path, name, NULL));
	g_ptr_array_sort(names, by_name);
	gboolean good = TRUE;
	for (guint i = 0; good && i < names->len; i++) {
		const char *entry = g_ptr_array_index(names, i);
		if (g_file_test(entry, G_FILE_TEST_IS_DIR))
			good = collect_folder(files, entry, error);
		else if (g_str_has_suffix(entry, ".lua"))
			g_ptr_array_add(files, g_strdup(entry));
	}
	return good;
}

static gboolean collect(struct plan *plan, char **paths, GError **error)
{
	for (; *paths; paths++) {
		guint before = plan->files->len;
		if (g_file_test(*paths, G_FILE_TEST_IS_DIR)) {
			if (!collect_folder(plan->files, *paths, error))
				return FALSE;
		} else if (g_file_test(*paths, G_FILE_TEST_EXISTS))
			g_ptr_array_add(plan->files, g_strdup(*paths));
		if (plan->files->len == before) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "%s: no scenario is there (a .lua file, or a folder that holds some)", *paths);
			return FALSE;
		}
	}
	return TRUE;
}

/* Where the program is installed is no business of a record; and a record's texts are UTF-8, file names need not be. */
static char *shown_file(const char *file)
{
	g_autofree char *root = path_scenarios();
	gsize length = strlen(root);

	g_autofree char *shown = g_str_has_prefix(file, root) && file[length] == '/'
				     ? g_strconcat("scenarios", file + length, NULL)
				     : g_strdup(file);
	return printable_line(shown, -1);
}

static void free_case(gpointer data)
{
	struct plan_case *entry = data;

	g_free(entry->shown);
	g_free(entry);
}

static void add_case(struct plan *plan, json_t *scenario, json_t *the_case, const char *file, const char *name,
		     const char *refusal)
{
	struct plan_case *entry = g_new(struct plan_case, 1);

	*entry = (struct plan_case){ plan->cases->len + 1, scenario, the_case, file, shown_file(file), name, refusal };
	if (!name)
		entry->name = entry->shown;
	g_ptr_array_add(plan->cases, entry);
}

static void add_sheet(struct plan *plan, json_t *sheet, const char *file, const char *filter)
{
	size_t i, k;
	json_t *scenario, *the_case;

	g_ptr_array_add(plan->sheets, json_incref(sheet));
	json_array_foreach(json_object_get(sheet, "scenarios"), i, scenario)
	    json_array_foreach(json_object_get(scenario, "cases"), k, the_case)
	{
		const char *name = json_string_value(json_object_get(the_case, "name"));
		if (!filter || g_pattern_match_simple(filter, name))
			add_case(plan, scenario, the_case, file, name, NULL);
	}
}

/* Requirements that the table does not know are misspelt. */
static char *unknown_requirement(json_t *sheet, const char *file, const struct requirement_table *table)
{
	size_t i, k, s, r;
	json_t *scenario, *the_case, *step, *id;

	json_array_foreach(json_object_get(sheet, "scenarios"), i, scenario)
	{
		json_array_foreach(json_object_get(scenario, "requirements"), r, id) if (
		    !requirement_table_find(
			table, json_string_value(id))) return g_strdup_printf("%s:%d: scenario %s: there is no "
									      "requirement \"%s\" in requirements.tsv",
									      file,
									      (int)json_integer_value(
										  json_object_get(scenario, "line")),
									      json_string_value(
										  json_object_get(scenario, "id")),
									      json_string_value(id));
		json_array_foreach(json_object_get(scenario, "cases"), k, the_case)
		    json_array_foreach(json_object_get(the_case, "steps"), s, step)
			json_array_foreach(json_object_get(step, "requirements"), r, id) if (
			    !requirement_table_find(
				table,
				json_string_value(
				    id))) return g_strdup_printf("%s:%d: %s: there is no requirement \"%s\" in "
								 "requirements.tsv",
								 file,
								 (int)json_integer_value(json_object_get(step, "line")),
								 json_string_value(json_object_get(step, "step")),
								 json_string_value(id));
	}
	return NULL;
}

static void load_file(struct plan *plan, const char *file, const char *given, const char *filter,
		      const struct requirement_table *table, gboolean keep_refused)
{
	g_autoptr(GError) error = NULL;
	struct lua_host *host = lua_host_open_with(file, given, &lua_limits_default, &error);
	char *refusal = host ? unknown_requirement(lua_host_plan(host), file, table) : g_strdup(error->message);

	if (refusal && !g_utf8_validate(file, -1, NULL)) {
		g_autofree char *shown = printable_line(file, -1), *plain = refusal;
		refusal = g_strdup_printf("%s: %s", shown, plain);
	}

	if (refusal) {
		g_ptr_array_add(plan->refused, refusal);
		if (keep_refused)
			add_case(plan, NULL, NULL, file, NULL, refusal);
	} else {
		add_sheet(plan, lua_host_plan(host), file, filter);
	}
	lua_host_close(host);
}

static gboolean names_differ(const struct plan *plan, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < plan->cases->len; i++) {
		const struct plan_case *entry = g_ptr_array_index(plan->cases, i);
		const struct plan_case *other = g_hash_table_lookup(seen, entry->name);
		if (other) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s and %s both have a case %s", other->file,
				    entry->file, entry->name);
			return FALSE;
		}
		g_hash_table_insert(seen, (gpointer)entry->name, (gpointer)entry);
	}
	return TRUE;
}

static void free_json(gpointer json)
{
	json_decref(json);
}

static struct plan *load(char **paths, const char *given, const char *filter, gboolean keep_refused, GError **error)
{
	struct requirement_table *table = requirement_table_load_default(error);

	if (!table)
		return NULL;
	struct plan *plan = g_new(struct plan, 1);
	*plan = (struct plan){ g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(free_json),
			       g_ptr_array_new_with_free_func(free_case), g_ptr_array_new_with_free_func(g_free) };
	gboolean good = collect(plan, paths, error);
	for (guint i = 0; good && i < plan->files->len; i++)
		load_file(plan, g_ptr_array_index(plan->files, i), given, filter, table, keep_refused);
	requirement_table_free(table);
	if (good && names_differ(plan, error))
		return plan;
	plan_free(plan);
	return NULL;
}

struct plan *plan_load(char **paths, const char *filter, gboolean keep_refused, GError **error)
{
	return load(paths, NULL, filter, keep_refused, error);
}

struct plan *plan_load_with(const char *name, const char *given, GError **error)
{
	g_autofree char *root = path_scenarios();
	g_autofree char *file = g_build_filename(root, name, NULL);

	return load((char *[]){ file, NULL }, given, NULL, TRUE, error);
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	g_ptr_array_unref(plan->cases);
	g_ptr_array_unref(plan->sheets);
	g_ptr_array_unref(plan->refused);
	g_ptr_array_unref(plan->files);
	g_free(plan);
}
