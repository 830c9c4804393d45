/* SPDX-License-Identifier: Apache-2.0 */
#include "outfiles.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HIDDEN ".new" /* after a dot and the name */

struct outfiles {
	char *folder, *prefix;
	GPtrArray *names; /* of char * */
	gboolean failed;
};

static gboolean fail(struct outfiles *files, const char *doing, const char *name, int code, GError **error)
{
	files->failed = TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s %s/%s: %s", doing, files->folder, name, g_strerror(code));
	return FALSE;
}

static char *hidden_path(const struct outfiles *files, const char *name)
{
	return g_strdup_printf("%s/.%s" HIDDEN, files->folder, name);
}

static void remove_leftovers(const struct outfiles *files)
{
	g_autoptr(GDir) listing = g_dir_open(files->folder, 0, NULL);
	const char *name;

	while (listing && (name = g_dir_read_name(listing)))
		if (*name == '.' && g_str_has_prefix(name + 1, files->prefix) && g_str_has_suffix(name, HIDDEN)) {
			g_autofree char *path = g_build_filename(files->folder, name, NULL);
			unlink(path);
		}
}

struct outfiles *outfiles_new(const char *folder, const char *prefix)
{
	struct outfiles *files = g_new0(struct outfiles, 1);

	files->folder = g_strdup(folder);
	files->prefix = g_strdup(prefix);
	files->names = g_ptr_array_new_with_free_func(g_free);
	remove_leftovers(files);
	return files;
}

static int write_all(int fd, const guint8 *data, gsize length)
{
	while (length) {
		ssize_t done = write(fd, data, length);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno;
		data += done;
		length -= (gsize)done;
	}
	return 0;
}

gboolean outfiles_add(struct outfiles *files, const char *filename, const void *data, gsize length, GError **error)
{
	g_autofree char *path = hidden_path(files, filename);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	g_assert(g_str_has_prefix(filename, files->prefix));
	if (fd < 0)
		return fail(files, "creating", filename, errno, error);
	g_ptr_array_add(files->names, g_strdup(filename));
	int code = write_all(fd, data, length);
	if (close(fd) < 0 && !code)
		code = errno;
	return !code || fail(files, "writing", filename, code, error);
}

static gboolean name_them(struct outfiles *files, GError **error)
{
	for (guint i = 0; i < files->names->len; i++) {
		const char *name = g_ptr_array_index(files->names, i);
		g_autofree char *hidden = hidden_path(files, name), *path = g_build_filename(files->folder, name, NULL);
		if (rename(hidden, path) < 0)
			return fail(files, "renaming to", name, errno, error);
	}
	return TRUE;
}

/* One sync for all of them: each alone would take some milliseconds. Some file systems cannot sync a folder. */
static gboolean finish(struct outfiles *files, GError **error)
{
	int fd = open(files->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fail(files, "opening", "", errno, error);
	gboolean good = syncfs(fd) == 0 || fail(files, "syncing", "", errno, error);
	good = good && name_them(files, error);
	if (good && fsync(fd) < 0 && errno != EINVAL)
		good = fail(files, "syncing", "", errno, error);
	close(fd);
	return good;
}

gboolean outfiles_close(struct outfiles *files, gboolean abandon, GError **error)
{
	gboolean lost = files->failed;
	gboolean done = !abandon && !lost && (!files->names->len || finish(files, error));

	if (!done)
		remove_leftovers(files);
	if (!abandon && lost)
		fail(files, "finishing", "", EIO, error);
	g_ptr_array_unref(files->names);
	g_free(files->folder);
	g_free(files->prefix);
	g_free(files);
	return done || abandon;
}
