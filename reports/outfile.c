/* SPDX-License-Identifier: Apache-2.0 */
#include "outfile.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (64u << 10)

struct outfile {
	int fd;
	char *path, *temporary, *folder;
	gboolean failed;
	gsize used;
	guint8 buffer[BUFFER_SIZE];
};

static gboolean fail(struct outfile *file, const char *doing, int code, GError **error)
{
	file->failed = TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s %s: %s", doing, file->path, g_strerror(code));
	return FALSE;
}

static void outfile_free(struct outfile *file)
{
	g_free(file->path);
	g_free(file->temporary);
	g_free(file->folder);
	g_free(file);
}

struct outfile *outfile_open(const char *folder, const char *filename, GError **error)
{
	struct outfile *file = g_new0(struct outfile, 1);

	file->path = g_build_filename(folder, filename, NULL);
	file->folder = g_strdup(folder);
	file->temporary = g_strdup_printf("%s/.%s.XXXXXX", folder, filename);
	file->fd = mkostemp(file->temporary, O_CLOEXEC);
	if (file->fd >= 0)
		return file;
	fail(file, "creating", errno, error);
	outfile_free(file);
	return NULL;
}

static gboolean write_all(struct outfile *file, const guint8 *data, gsize length, GError **error)
{
	while (length) {
		ssize_t done = write(file->fd, data, length);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fail(file, "writing", errno, error);
		data += done;
		length -= (gsize)done;
	}
	return TRUE;
}

static gboolean flush(struct outfile *file, GError **error)
{
	gsize used = file->used;

	file->used = 0;
	return write_all(file, file->buffer, used, error);
}

gboolean outfile_write(struct outfile *file, const void *data, gsize length, GError **error)
{
	if (length > BUFFER_SIZE - file->used && !flush(file, error))
		return FALSE;
	if (length > BUFFER_SIZE)
		return write_all(file, data, length, error);
	if (length)
		memcpy(file->buffer + file->used, data, length);
	file->used += length;
	return TRUE;
}

gboolean outfile_puts(struct outfile *file, const char *text, GError **error)
{
	return outfile_write(file, text, strlen(text), error);
}

gboolean outfile_skip(struct outfile *file, guint64 length, GError **error)
{
	if (!flush(file, error))
		return FALSE;
	off_t end = lseek(file->fd, (off_t)length, SEEK_CUR);
	return (end >= 0 && ftruncate(file->fd, end) == 0) || fail(file, "writing", errno, error);
}

gboolean outfile_overwrite(struct outfile *file, guint64 offset, const void *data, gsize length, GError **error)
{
	if (!flush(file, error))
		return FALSE;
	for (ssize_t done; length; data = (const guint8 *)data + done, offset += (guint64)done, length -= (gsize)done) {
		done = pwrite(file->fd, data, length, (off_t)offset);
		if (done < 0 && errno != EINTR)
			return fail(file, "writing", errno, error);
		done = MAX(done, 0);
	}
	return TRUE;
}

static mode_t current_umask(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return mask;
}

/* The new name, too, must reach the disk. Some file systems cannot sync a folder; they say EINVAL. */
static gboolean sync_folder(struct outfile *file, GError **error)
{
	int fd = open(file->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code = fd < 0 || fsync(fd) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return !code || code == EINVAL || fail(file, "syncing the folder of", code, error);
}

static gboolean finish(struct outfile *file, GError **error)
{
	if (!flush(file, error))
		return FALSE;
	/* mkostemp() keeps a file private; a report is as readable as any other file. */
	if (fchmod(file->fd, 0666 & ~current_umask()) < 0)
		return fail(file, "opening to readers", errno, error);
	if (fsync(file->fd) < 0)
		return fail(file, "syncing", errno, error);
	if (rename(file->temporary, file->path) < 0)
		return fail(file, "renaming to", errno, error);
	return TRUE;
}

gboolean outfile_close(struct outfile *file, gboolean abandon, GError **error)
{
	gboolean lost = file->failed;
	gboolean named = !abandon && !lost && finish(file, error);

	if (!named)
		unlink(file->temporary);
	close(file->fd);
	gboolean done = abandon || (named && sync_folder(file, error));
	if (!abandon && lost)
		fail(file, "finishing", EIO, error);
	outfile_free(file);
	return done;
}
