/* SPDX-License-Identifier: Apache-2.0 */
#include "checksums.h"
#include <gio/gio.h>

#define SUMS "SHA256SUMS"

char *checksum_file(const char *path, GError **error)
{
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, error);

	if (!file)
		return NULL;
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)g_mapped_file_get_contents(file),
					   g_mapped_file_get_length(file));
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

gboolean checksums_write(const char *folder, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) sums = g_string_new(NULL);
	g_autofree char *target = g_build_filename(folder, SUMS, NULL);
	g_autoptr(GDir) listing = g_dir_open(folder, 0, error);
	const char *name;

	while (listing && (name = g_dir_read_name(listing)))
		if (!g_str_equal(name, SUMS))
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	for (guint i = 0; listing && i < names->len; i++) {
		g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
		g_autofree char *sum = checksum_file(path, error);
		if (!sum)
			return FALSE;
		g_string_append_printf(sums, "%s  %s\n", sum, (char *)g_ptr_array_index(names, i));
	}
	if (listing &&
	    g_file_set_contents_full(target, sums->str, (gssize)sums->len, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error))
		return TRUE;
	g_prefix_error(error, "writing %s: ", target);
	return FALSE;
}
