/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

static const char *const names[] = { "slot", "link", "out", "jobs", NULL };

/* What is misspelt would silently stay at its default. */
static gboolean check(GKeyFile *file, const char *path, GError **error)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

	for (char **group = groups; *group; group++) {
		g_auto(GStrv) keys = g_key_file_get_keys(file, *group, NULL, NULL);
		gboolean is_run = g_str_equal(*group, "run");
		char **key = keys;
		while (is_run && *key && g_strv_contains(names, *key))
			key++;
		if (is_run && !*key)
			continue;
		g_autofree char *list = g_strjoinv(", ", (char **)names);
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: [%s] %s: unknown (allowed: [run] %s)", path, *group,
			    is_run ? *key : "section", list);
		return FALSE;
	}
	return TRUE;
}

static char *file_path(void)
{
	return g_build_filename(g_get_user_config_dir(), "wiperig", "config.ini", NULL);
}

static char *variable_of(const char *name)
{
	g_autofree char *upper = g_ascii_strup(name, -1);

	return g_strconcat("WIPERIG_", upper, NULL);
}

static GKeyFile *load(GError **error)
{
	g_autofree char *path = file_path();
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) failure = NULL;

	if (g_key_file_load_from_file(file, path, 0, &failure))
		return check(file, path, error) ? g_steal_pointer(&file) : NULL;
	if (g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return g_steal_pointer(&file);
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: %s", path, failure->message);
	return NULL;
}

char *setting_get(const char *name, const char *option, const char *fallback, GError **error)
{
	g_autofree char *variable = variable_of(name);
	const char *environment = g_getenv(variable);

	if (option)
		return g_strdup(option);
	if (environment && *environment)
		return g_strdup(environment);
	g_autoptr(GKeyFile) file = load(error);
	if (!file)
		return NULL;
	char *value = g_key_file_get_string(file, "run", name, NULL);
	return value ? value : g_strdup(fallback);
}

char *setting_told(const char *name, const char *option, const char *value)
{
	g_autofree char *variable = variable_of(name), *path = file_path();
	const char *environment = g_getenv(variable);

	if (option)
		return g_strdup_printf("--%s %s", name, value);
	if (environment && *environment)
		return g_strdup_printf("%s=%s", variable, value);
	return g_strdup_printf("%s: [run] %s=%s", path, name, value);
}
