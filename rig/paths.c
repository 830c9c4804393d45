/* SPDX-License-Identifier: Apache-2.0 */
#include "paths.h"
#include <string.h>
#include <sys/auxv.h>

char *path_program(void)
{
	char *program = g_file_read_link("/proc/self/exe", NULL);

	if (program)
		return program;
	const char *started = (const char *)getauxval(AT_EXECFN);
	return g_canonicalize_filename(started ? started : "wiperig", NULL);
}

gboolean path_check_libdir(GError **error)
{
	const char *chosen = g_getenv("WIPERIG_LIBDIR");

	if (!chosen || !*chosen || g_file_test(chosen, G_FILE_TEST_IS_DIR))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "WIPERIG_LIBDIR=%s: there is no such folder", chosen);
	return FALSE;
}

/* NULL-terminated, in order of preference. */
static char **module_dirs(void)
{
	g_autoptr(GStrvBuilder) dirs = g_strv_builder_new();
	g_autofree char *program = path_program();
	const char *chosen = g_getenv("WIPERIG_LIBDIR");

	if (chosen && *chosen)
		g_strv_builder_add(dirs, chosen);
	g_autofree char *beside = g_path_get_dirname(program);
	g_autofree char *installed = g_build_filename(beside, "..", "lib", "wiperig", NULL);
	g_strv_builder_add_many(dirs, beside, installed, NULL);
	return g_strv_builder_end(dirs);
}

char *path_module(const char *name)
{
	g_auto(GStrv) dirs = module_dirs();

	for (char **dir = dirs; *dir; dir++) {
		g_autofree char *path = g_build_filename(*dir, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return g_steal_pointer(&path);
	}
	return NULL;
}

static void collect(GHashTable *found, const char *dir_path, const char *prefix, const char *suffix)
{
	const char *slash = strrchr(prefix, '/');
	g_autofree char *below = slash ? g_strndup(prefix, (gsize)(slash - prefix)) : g_strdup("");
	g_autofree char *folder = g_build_filename(dir_path, below, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

	prefix = slash ? slash + 1 : prefix;
	gsize around = strlen(prefix) + strlen(suffix);

	for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir))
		if (strlen(name) > around && g_str_has_prefix(name, prefix) && g_str_has_suffix(name, suffix))
			g_hash_table_add(found, g_strndup(name + strlen(prefix), strlen(name) - around));
}

char **path_modules(const char *prefix, const char *suffix)
{
	g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(GStrv) dirs = module_dirs();
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	for (char **dir = dirs; *dir; dir++)
		collect(found, *dir, prefix, suffix);
	g_autoptr(GList) sorted = g_list_sort(g_hash_table_get_keys(found), (GCompareFunc)strcmp);
	for (GList *at = sorted; at; at = at->next)
		g_strv_builder_add(names, at->data);
	return g_strv_builder_end(names);
}

char *path_scenarios(void)
{
	static const char *const places[] = { "../scenarios", "../share/wiperig/scenarios" };
	const char *told = g_getenv("WIPERIG_SCENARIOS");

	if (told && *told)
		return g_strdup(told);
	g_autofree char *program = path_program();
	g_autofree char *folder = g_path_get_dirname(program);
	for (gsize i = 0; i < G_N_ELEMENTS(places) && !g_file_test("scenarios", G_FILE_TEST_IS_DIR); i++) {
		g_autofree char *raw = g_build_filename(folder, places[i], NULL);
		if (g_file_test(raw, G_FILE_TEST_IS_DIR))
			return g_canonicalize_filename(raw, NULL);
	}
	return g_strdup("scenarios");
}

char *path_adapter(const char *name)
{
	static const char *const places[] = { "../fixtures/ascii", "../share/wiperig/adapters" };
	g_autofree char *program = path_program();
	g_autofree char *folder = g_path_get_dirname(program);

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path = g_build_filename(folder, places[i], name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return g_canonicalize_filename(path, NULL);
	}
	return NULL;
}
