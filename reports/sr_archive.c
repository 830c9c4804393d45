/* SPDX-License-Identifier: Apache-2.0 */
#include "sr_archive.h"
#include "run_deflate.h"
#include <string.h>
#include <zip.h>

/* The files' time is nobody's business: the same samples make the same bytes. 1980-01-01 00:00:00, as DOS has it. */
#define DOS_TIME 0
#define DOS_DATE (1 << 5 | 1)

struct sr_archive {
	char *metadata, *comment;
	GByteArray *deflated;
	struct run_deflate samples;
	gsize read; /* bytes that libzip has taken */
};

static char *metadata(guint64 rate_hz, const char *const *names, const char *comment)
{
	GString *text = g_string_new(NULL);
	g_auto(GStrv) lines = g_strsplit(comment, "\n", -1);
	guint count = 0;

	for (char **line = lines; *line; line++)
		g_string_append_printf(text, "# %s\n", *line);
	while (names[count])
		count++;
	g_assert(count && count <= SR_CHANNELS_MAX);
	g_string_append_printf(text,
			       "[global]\nsigrok version=0.5.2\n\n[device 1]\ncapturefile=logic-1\ntotal probes=%u\n"
			       "samplerate=%" G_GUINT64_FORMAT "\ntotal analog=0\n",
			       count, rate_hz);
	for (guint i = 0; i < count; i++)
		g_string_append_printf(text, "probe%u=%s\n", i + 1, names[i]);
	g_string_append(text, "unitsize=1\n");
	return g_string_free(text, FALSE);
}

struct sr_archive *sr_archive_new(guint64 rate_hz, const char *const *names, const char *comment)
{
	struct sr_archive *archive = g_new0(struct sr_archive, 1);

	archive->metadata = metadata(rate_hz, names, comment);
	archive->comment = g_strdup(comment);
	archive->deflated = g_byte_array_new();
	run_deflate_begin(&archive->samples, archive->deflated);
	return archive;
}

void sr_archive_free(struct sr_archive *archive)
{
	if (!archive)
		return;
	g_byte_array_unref(archive->deflated);
	g_free(archive->metadata);
	g_free(archive->comment);
	g_free(archive);
}

void sr_archive_run(struct sr_archive *archive, guint8 levels, guint64 count)
{
	run_deflate_run(&archive->samples, levels, count);
}

/* --- libzip --- */

static gboolean fail(zip_error_t *problem, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "making a session file: %s", zip_error_strerror(problem));
	zip_error_fini(problem);
	return FALSE;
}

static void describe(const struct sr_archive *archive, zip_stat_t *stat)
{
	zip_stat_init(stat);
	stat->size = archive->samples.size;
	stat->comp_size = archive->deflated->len;
	stat->crc = archive->samples.crc.value;
	stat->comp_method = ZIP_CM_DEFLATE;
	stat->encryption_method = ZIP_EM_NONE;
	stat->valid =
	    ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_CRC | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
}

static zip_int64_t read_some(struct sr_archive *archive, void *data, zip_uint64_t length)
{
	gsize count = MIN(length, archive->deflated->len - archive->read);

	if (count)
		memcpy(data, archive->deflated->data + archive->read, count);
	archive->read += count;
	return (zip_int64_t)count;
}

/* Samples that are deflated already: libzip copies them as they are. */
static zip_int64_t give_samples(void *user, void *data, zip_uint64_t length, zip_source_cmd_t command)
{
	struct sr_archive *archive = user;

	switch (command) {
	case ZIP_SOURCE_OPEN:
		archive->read = 0;
		return 0;
	case ZIP_SOURCE_READ:
		return read_some(archive, data, length);
	case ZIP_SOURCE_STAT:
		describe(archive, data);
		return sizeof(zip_stat_t);
	case ZIP_SOURCE_SUPPORTS:
		return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
						      ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
	case ZIP_SOURCE_ERROR:
		memset(data, 0, 2 * sizeof(int)); /* none of these fails */
		return 2 * sizeof(int);
	case ZIP_SOURCE_CLOSE:
	case ZIP_SOURCE_FREE:
		return 0;
	default:
		return -1;
	}
}

static gboolean add_file(zip_t *zip, const char *name, zip_source_t *source, gboolean stored)
{
	zip_int64_t index = source ? zip_file_add(zip, name, source, 0) : -1;

	if (index < 0) {
		zip_source_free(source);
		return FALSE;
	}
	return zip_file_set_dostime(zip, (zip_uint64_t)index, DOS_TIME, DOS_DATE, 0) == 0 &&
	       (!stored || zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0);
}

static gboolean fill(zip_t *zip, struct sr_archive *archive)
{
	return add_file(zip, "version", zip_source_buffer(zip, "2", 1, 0), TRUE) &&
	       add_file(zip, "metadata", zip_source_buffer(zip, archive->metadata, strlen(archive->metadata), 0),
			TRUE) &&
	       add_file(zip, "logic-1-1", zip_source_function(zip, give_samples, archive), FALSE) &&
	       zip_set_archive_comment(zip, archive->comment,
				       (zip_uint16_t)MIN(strlen(archive->comment), G_MAXUINT16)) == 0;
}

static GBytes *read_whole(zip_source_t *source, GError **error)
{
	zip_stat_t stat;

	if (zip_source_stat(source, &stat) < 0 || !(stat.valid & ZIP_STAT_SIZE) || zip_source_open(source) < 0) {
		fail(zip_source_error(source), error);
		return NULL;
	}
	g_autofree guint8 *bytes = g_malloc(stat.size);
	zip_int64_t got = zip_source_read(source, bytes, stat.size);
	zip_source_close(source);
	if (got == (zip_int64_t)stat.size)
		return g_bytes_new_take(g_steal_pointer(&bytes), stat.size);
	fail(zip_source_error(source), error);
	return NULL;
}

/* `zip` and its source go in any case; what is kept of the source is the file. */
static GBytes *make(zip_t *zip, zip_source_t *source, struct sr_archive *archive, GError **error)
{
	if (!fill(zip, archive)) {
		fail(zip_get_error(zip), error);
		zip_discard(zip);
		return NULL;
	}
	zip_source_keep(source);
	if (zip_close(zip) < 0) {
		fail(zip_get_error(zip), error);
		zip_discard(zip);
		zip_source_free(source);
		return NULL;
	}
	GBytes *bytes = read_whole(source, error);
	zip_source_free(source);
	return bytes;
}

GBytes *sr_archive_finish(struct sr_archive *archive, GError **error)
{
	zip_error_t problem;

	run_deflate_end(&archive->samples);
	zip_error_init(&problem);
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &problem);
	zip_t *zip = source ? zip_open_from_source(source, ZIP_TRUNCATE, &problem) : NULL;
	if (zip)
		return make(zip, source, archive, error);
	zip_source_free(source);
	fail(&problem, error);
	return NULL;
}
