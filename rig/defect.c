/* SPDX-License-Identifier: Apache-2.0 */
#include "defect.h"
#include "error.h"
#include "paths.h"
#include "slot.h"
#include <dlfcn.h>
#include <string.h>

static void defect_info_free(gpointer data)
{
	struct defect_info *info = data;

	g_free(info->name);
	g_free(info->requirement);
	g_free(info->summary);
	g_free(info->seen);
	g_free(info);
}

static gboolean is_complete(const struct defect *defect, const char *name, GError **error)
{
	const char *const texts[] = { defect->name, defect->requirement, defect->summary, defect->seen };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		if (!texts[i] || !*texts[i]) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "it leaves a text about itself out");
			return FALSE;
		}
	if (g_str_equal(defect->name, name))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "it calls itself %s", defect->name);
	return FALSE;
}

static struct defect_info *info_of(const struct defect *defect)
{
	struct defect_info *info = g_new0(struct defect_info, 1);

	info->name = g_strdup(defect->name);
	info->requirement = g_strdup(defect->requirement);
	info->summary = g_strdup(defect->summary);
	info->seen = g_strdup(defect->seen);
	return info;
}

/* Copies what a loaded module says; its own strings go with it. */
static struct defect_info *copy_info(void *module, const char *name, GError **error)
{
	const struct defect *defect = dlsym(module, "defect");

	if (!defect) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "it exports no symbol `defect`");
		return NULL;
	}
	if (!is_complete(defect, name, error))
		return NULL;
	return info_of(defect);
}

static struct defect_info *read_info(const char *name, GError **error)
{
	g_autofree char *file = g_strdup_printf("defects/%s.so", name);
	g_autofree char *path = path_module(file);
	void *module = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;

	if (!module) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "defect module %s: %s", file,
			    path ? dlerror() : "not a regular file");
		return NULL;
	}
	struct defect_info *info = copy_info(module, name, error);
	if (!info)
		g_prefix_error(error, "defect module %s: ", path);
	dlclose(module);
	return info;
}

GPtrArray *defect_list(GError **error)
{
	g_autoptr(GPtrArray) defects = g_ptr_array_new_with_free_func(defect_info_free);
	g_auto(GStrv) names = path_modules("defects/", ".so");

	for (char **name = names; *name; name++) {
		struct defect_info *info = read_info(*name, error);
		if (!info)
			return NULL;
		g_ptr_array_add(defects, info);
	}
	return g_steal_pointer(&defects);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	const struct defect_info *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

GPtrArray *defect_list_all(const struct known_bad *parts, GError **error)
{
	GPtrArray *defects = defect_list(error);

	for (; defects && parts && parts->setting; parts++)
		for (const struct defect *const *part = parts->list; *part; part++)
			g_ptr_array_add(defects, info_of(*part));
	if (defects)
		g_ptr_array_sort(defects, compare_names);
	return defects;
}

const char *defect_find_part(const struct known_bad *parts, const char *name)
{
	for (; parts && parts->setting; parts++)
		for (const struct defect *const *part = parts->list; *part; part++)
			if (strcmp((*part)->name, name) == 0)
				return parts->setting;
	return NULL;
}
