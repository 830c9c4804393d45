/* SPDX-License-Identifier: Apache-2.0 */
#include "spool.h"
#include "crc32.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "WRSPOOL1"
#define VERSION 1
#define FILE_HEADER 64
#define RECORD_HEADER 24
#define COMMITTED_AT 16
#define CRC_AT 20
#define PAYLOAD_MAX (64u << 20)
#define STEP_MIN (256u << 10)
#define STEP_MAX (16u << 20)

struct spool {
	int fd;
	char *path;
	guint8 *map;
	gsize mapped;	 /* bytes of the file that are mapped and have blocks on the disk */
	gsize used;	 /* bytes up to the last record */
	gboolean synced; /* the folder's entry has reached the disk */
};

static void put16(guint8 *p, guint16 v)
{
	v = GUINT16_TO_LE(v);
	memcpy(p, &v, sizeof v);
}

static void put32(guint8 *p, guint32 v)
{
	v = GUINT32_TO_LE(v);
	memcpy(p, &v, sizeof v);
}

static void put64(guint8 *p, guint64 v)
{
	v = GUINT64_TO_LE(v);
	memcpy(p, &v, sizeof v);
}

static guint16 get16(const guint8 *p)
{
	guint16 v;
	memcpy(&v, p, sizeof v);
	return GUINT16_FROM_LE(v);
}

static guint32 get32(const guint8 *p)
{
	guint32 v;
	memcpy(&v, p, sizeof v);
	return GUINT32_FROM_LE(v);
}

static guint64 get64(const guint8 *p)
{
	guint64 v;
	memcpy(&v, p, sizeof v);
	return GUINT64_FROM_LE(v);
}

static gboolean fail(GError **error, const char *doing, const char *path, int code)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s %s: %s", doing, path, g_strerror(code));
	return FALSE;
}

/* The mapping's word is written last, with release order: a reader of the mapping never sees it ahead of its record. */
static void commit(struct spool *spool, gsize used)
{
	spool->used = used;
	__atomic_store_n((guint64 *)(gpointer)(spool->map + COMMITTED_AT), GUINT64_TO_LE((guint64)used),
			 __ATOMIC_RELEASE);
}

/* Blocks are allocated before they are mapped: a full disk is an error here, never a SIGBUS in the middle of a record.
 */
static gboolean grow_by(struct spool *spool, gsize step, GError **error)
{
	gsize size = spool->mapped + step;
	int code;

	do
		code = posix_fallocate(spool->fd, (off_t)spool->mapped, (off_t)step);
	while (code == EINTR);
	if (code) {
		/* Gives back what was allocated before the disk was full. */
		if (ftruncate(spool->fd, (off_t)spool->mapped) < 0)
			return fail(error, "cutting", spool->path, errno);
		return fail(error, "growing", spool->path, code);
	}
	gpointer map = spool->map ? mremap(spool->map, spool->mapped, size, MREMAP_MAYMOVE)
				  : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, spool->fd, 0);
	if (map == MAP_FAILED)
		return fail(error, "mapping", spool->path, errno);
	spool->map = map;
	spool->mapped = size;
	return TRUE;
}

static gboolean grow(struct spool *spool, gsize needed, GError **error)
{
	gsize page = (gsize)sysconf(_SC_PAGESIZE);
	gsize least = (spool->used + needed - spool->mapped + page - 1) / page * page;
	gsize step = MAX(least, CLAMP(spool->mapped, STEP_MIN, STEP_MAX));

	/* On a nearly full disk the record at hand still deserves what is left. */
	if (step > least && grow_by(spool, step, NULL))
		return TRUE;
	return grow_by(spool, least, error);
}

struct spool *spool_create(const char *path, GError **error)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0) {
		fail(error, "creating", path, errno);
		return NULL;
	}
	struct spool *spool = g_new0(struct spool, 1);
	spool->fd = fd;
	spool->path = g_strdup(path);
	/* Tells readers that this file may still be cut; it goes with the process. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || !grow(spool, FILE_HEADER, error)) {
		if (error && !*error)
			fail(error, "locking", path, errno);
		unlink(path);
		spool_close(spool);
		return NULL;
	}
	put32(spool->map + 8, VERSION);
	put32(spool->map + 12, FILE_HEADER);
	commit(spool, FILE_HEADER);
	memcpy(spool->map, MAGIC, 8);
	return spool;
}

gboolean spool_append(struct spool *spool, const struct event *event, GError **error)
{
	if (event->length > PAYLOAD_MAX) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "an event of %zu bytes is too long for %s", event->length,
			    spool->path);
		return FALSE;
	}
	gsize padding = -event->length & 7;
	gsize size = RECORD_HEADER + event->length + padding;
	if (spool->mapped - spool->used < size && !grow(spool, size, error))
		return FALSE;

	guint8 *p = spool->map + spool->used;
	put32(p, (guint32)size);
	put16(p + 4, (guint16)event->type);
	put16(p + 6, (guint16)padding);
	put64(p + 8, (guint64)event->time_ns);
	put32(p + 16, event->case_no);
	put32(p + CRC_AT, 0);
	if (event->length)
		memcpy(p + RECORD_HEADER, event->data, event->length);
	memset(p + size - padding, 0, padding);
	put32(p + CRC_AT, crc32_update(0, p, size));
	commit(spool, spool->used + size);
	return TRUE;
}

static gboolean append_event(const struct event *event, gpointer data, GError **error)
{
	return spool_append(data, event, error);
}

gboolean spool_append_file(struct spool *spool, const char *path, GError **error)
{
	if (spool_visit(path, append_event, spool, NULL, error))
		return TRUE;
	g_prefix_error(error, "appending %s to %s: ", path, spool->path);
	return FALSE;
}

/* Without this the file's data would be safe, but its name might not be. */
static gboolean sync_folder(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = fd < 0 || fsync(fd) < 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	/* Some file systems cannot sync a folder; they say EINVAL. */
	return !failed || failed == EINVAL || fail(error, "syncing folder", folder, failed);
}

gboolean spool_sync(struct spool *spool, GError **error)
{
	if (fdatasync(spool->fd) < 0)
		return fail(error, "syncing", spool->path, errno);
	if (!spool->synced && !sync_folder(spool->path, error))
		return FALSE;
	spool->synced = TRUE;
	return TRUE;
}

const char *spool_path(const struct spool *spool)
{
	return spool->path;
}

void spool_close(struct spool *spool)
{
	if (!spool)
		return;
	if (spool->map)
		munmap(spool->map, spool->mapped);
	/* If it cannot be cut, zeros stay behind the records, which readers pass over. */
	if (spool->used && ftruncate(spool->fd, (off_t)spool->used) < 0)
		g_warning("cutting %s: %s", spool->path, g_strerror(errno));
	close(spool->fd);
	g_free(spool->path);
	g_free(spool);
}

/* The size of the whole record at `p`; 0 if there is none. */
static gsize record_size(const guint8 *p, gsize left)
{
	static const guint8 no_crc[4];

	if (left < RECORD_HEADER)
		return 0;
	gsize size = get32(p);
	gsize padding = get16(p + 6);
	if (size < RECORD_HEADER || size % 8 || size > left || padding > 7 || padding > size - RECORD_HEADER)
		return 0;
	guint32 crc = crc32_update(0, p, CRC_AT);
	crc = crc32_update(crc, no_crc, sizeof no_crc);
	crc = crc32_update(crc, p + RECORD_HEADER, size - RECORD_HEADER);
	return crc == get32(p + CRC_AT) ? size : 0;
}

static guint64 lost_after(const guint8 *bytes, gsize length, gsize end)
{
	/* Zeros are room that was never used. */
	gsize last = length;
	while (last > end && !bytes[last - 1])
		last--;
	return MAX(get64(bytes + COMMITTED_AT), last) - end;
}

gboolean spool_visit_bytes(const guint8 *bytes, gsize length, spool_visitor visitor, gpointer data, guint64 *lost_bytes,
			   GError **error)
{
	gsize at = FILE_HEADER, size;

	if (length < FILE_HEADER || memcmp(bytes, MAGIC, 8) || get32(bytes + 8) != VERSION ||
	    get32(bytes + 12) != FILE_HEADER) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "not a spool of version %d", VERSION);
		return FALSE;
	}
	while ((size = record_size(bytes + at, length - at))) {
		const guint8 *p = bytes + at;
		struct event event = {
			.type = get16(p + 4),
			.case_no = get32(p + 16),
			.time_ns = (gint64)get64(p + 8),
			.data = p + RECORD_HEADER,
			.length = size - RECORD_HEADER - get16(p + 6),
		};
		if (!visitor(&event, data, error))
			return FALSE;
		at += size;
	}
	if (lost_bytes)
		*lost_bytes = lost_after(bytes, length, at);
	return TRUE;
}

/* Bytes of an open spool that may be read without fear that its writer cuts the file under the mapping. */
static gsize readable_bytes(const guint8 *map, gsize length, gboolean live)
{
	if (!live || length < FILE_HEADER)
		return length;
	guint64 committed = __atomic_load_n((const guint64 *)(gconstpointer)(map + COMMITTED_AT), __ATOMIC_ACQUIRE);
	return MIN(length, MAX(GUINT64_FROM_LE(committed), FILE_HEADER));
}

/* The writer's lock goes with its process. */
static gboolean is_locked(int fd)
{
	return flock(fd, LOCK_SH | LOCK_NB) < 0;
}

gboolean spool_is_live(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean live = fd >= 0 && is_locked(fd);

	if (fd >= 0)
		close(fd);
	return live;
}

static gboolean visit_open(int fd, spool_visitor visitor, gpointer data, guint64 *lost_bytes, GError **error)
{
	/* Without a writer nobody cuts the file: all of it may be read. */
	gboolean live = is_locked(fd);
	struct stat status;

	if (fstat(fd, &status) < 0)
		return fail(error, "asking the size of", "the spool", errno);
	gsize length = (gsize)status.st_size;
	guint8 *map = length ? mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0) : NULL;
	if (map == MAP_FAILED)
		return fail(error, "mapping", "the spool", errno);
	gboolean done = spool_visit_bytes(map, readable_bytes(map, length, live), visitor, data, lost_bytes, error);
	if (map)
		munmap(map, length);
	return done;
}

gboolean spool_visit(const char *path, spool_visitor visitor, gpointer data, guint64 *lost_bytes, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail(error, "opening", path, errno);
	GError *failed = NULL;
	gboolean done = visit_open(fd, visitor, data, lost_bytes, &failed);
	close(fd);
	if (!done)
		g_propagate_prefixed_error(error, failed, "%s: ", path);
	return done;
}
