/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA256SUMS over every other file of the run's folder, sorted by name, as `sha256sum -c SHA256SUMS` reads it. Its
 * close() reads what the other sinks have left, so it comes after all of them in the table.
 */
#include "sinks.h"
#include "outfile.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#define CHUNK (1 << 20)

struct sums {
	char *folder;
	struct outfile *file;
};

static gboolean digest_fd(int fd, EVP_MD_CTX *context, guint8 digest[EVP_MAX_MD_SIZE], guint *length)
{
	g_autofree guint8 *chunk = g_malloc(CHUNK);
	ssize_t got;

	if (!EVP_DigestInit_ex(context, EVP_sha256(), NULL))
		return FALSE;
	do {
		got = read(fd, chunk, CHUNK);
		if (got > 0 && !EVP_DigestUpdate(context, chunk, (size_t)got))
			return FALSE;
	} while (got > 0 || (got < 0 && errno == EINTR));
	return !got && EVP_DigestFinal_ex(context, digest, length);
}

/* The file's line. */
static gboolean sum_file(struct sums *self, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(self->folder, name, NULL);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	guint8 digest[EVP_MAX_MD_SIZE];
	guint length = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean good = fd >= 0 && context && digest_fd(fd, context, digest, &length);
	int reason = errno;

	if (fd >= 0)
		(void)close(fd);
	EVP_MD_CTX_free(context);
	if (!good) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "reading %s for SHA256SUMS: %s", path, g_strerror(reason));
		return FALSE;
	}
	g_autoptr(GString) line = g_string_new(NULL);
	for (guint i = 0; i < length; i++)
		g_string_append_printf(line, "%02x", digest[i]);
	g_string_append_printf(line, "  %s\n", name);
	return outfile_puts(self->file, line->str, error);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

static gboolean sum_all(struct sums *self, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) listing = g_dir_open(self->folder, 0, error);
	gboolean good = listing != NULL;
	const char *name;

	/* A dot: what is being written, this very file too. */
	while (listing && (name = g_dir_read_name(listing)))
		if (*name != '.' && !g_str_equal(name, sums_sink.filename))
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	for (guint i = 0; good && i < names->len; i++)
		good = sum_file(self, names->pdata[i], error);
	return good;
}

static gpointer sums_open(const char *folder, GError **error)
{
	struct outfile *file = outfile_open(folder, sums_sink.filename, error);

	if (!file)
		return NULL;
	struct sums *self = g_new0(struct sums, 1);
	self->folder = g_strdup(folder);
	self->file = file;
	return self;
}

static gboolean sums_event(gpointer data, const struct event *event, GError **error)
{
	(void)data;
	(void)event;
	(void)error;
	return TRUE;
}

static gboolean sums_close(gpointer data, gboolean abandon, GError **error)
{
	struct sums *self = data;
	gboolean good = abandon || sum_all(self, error);

	good = outfile_close(self->file, abandon || !good, good ? error : NULL) && good;
	g_free(self->folder);
	g_free(self);
	return good;
}

const struct sink sums_sink = {
	.name = "sums",
	.filename = "SHA256SUMS",
	.summary = "SHA-256 of the run's files, for sha256sum -c",
	.open = sums_open,
	.event = sums_event,
	.close = sums_close,
};
