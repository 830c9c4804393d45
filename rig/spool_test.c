/* SPDX-License-Identifier: Apache-2.0 */
#include "spool.h"
#include "crc32.h"
#include "frame.h"
#include "test.h"
#include <errno.h>
#include <string.h>
#include <glib/gstdio.h>

struct fixture {
	char *folder, *path;
	struct spool *spool;
};

static struct fixture begin(void)
{
	struct fixture f = { .folder = g_dir_make_tmp("spool-XXXXXX", NULL) };
	g_autoptr(GError) error = NULL;

	f.path = g_build_filename(f.folder, "spool", NULL);
	f.spool = spool_create(f.path, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f.spool);
	return f;
}

static void end(struct fixture *f)
{
	spool_close(f->spool);
	g_unlink(f->path);
	CU_ASSERT_EQUAL(g_rmdir(f->folder), 0);
	g_free(f->path);
	g_free(f->folder);
}

static gboolean append(struct spool *spool, guint type, gint64 time_ns, gconstpointer data, gsize length,
		       GError **error)
{
	struct event event = { .type = type, .case_no = 7, .time_ns = time_ns, .data = data, .length = length };
	return spool_append(spool, &event, error);
}

/* Event number n of the small spool: length n, every byte n. */
static void append_numbered(struct spool *spool, guint count)
{
	guint8 data[64];

	for (guint n = 0; n < count; n++) {
		memset(data, (int)n, sizeof data);
		CU_ASSERT_TRUE(append(spool, EVENT_NOTE, -5 + (gint64)n, data, n, NULL));
	}
}

struct numbered {
	guint count;
	gboolean wrong;
};

static gboolean check_numbered(const struct event *event, gpointer data, G_GNUC_UNUSED GError **error)
{
	struct numbered *seen = data;
	guint n = seen->count++;
	const guint8 *bytes = event->data;

	if (event->type != EVENT_NOTE || event->case_no != 7 || event->time_ns != -5 + (gint64)n || event->length != n)
		seen->wrong = TRUE;
	for (gsize i = 0; i < event->length; i++)
		if (bytes[i] != n)
			seen->wrong = TRUE;
	return TRUE;
}

#define SMALL 12u

/* A closed spool of SMALL records, and where each record starts (and the last ends). */
static guint8 *small_spool(gsize *length, gsize starts[SMALL + 1])
{
	struct fixture f = begin();
	char *bytes = NULL;

	append_numbered(f.spool, SMALL);
	spool_close(g_steal_pointer(&f.spool));
	CU_ASSERT_TRUE(g_file_get_contents(f.path, &bytes, length, NULL));
	starts[0] = 64;
	for (guint n = 0; n < SMALL; n++)
		starts[n + 1] = starts[n] + 24 + (n + 7) / 8 * 8;
	CU_ASSERT_EQUAL_FATAL(starts[SMALL], *length);
	end(&f);
	return (guint8 *)bytes;
}

static guint whole_before(const gsize starts[SMALL + 1], gsize at)
{
	guint n = 0;

	while (n < SMALL && starts[n + 1] <= at)
		n++;
	return n;
}

static void round_trip(void)
{
	struct fixture f = begin();
	struct numbered seen = { 0 };
	guint64 lost = 1;

	append_numbered(f.spool, 40);
	/* While the writer is alive, and after it closed. */
	CU_ASSERT_TRUE(spool_visit(f.path, check_numbered, &seen, &lost, NULL));
	CU_ASSERT(seen.count == 40 && !seen.wrong && lost == 0);
	CU_ASSERT_TRUE(spool_sync(f.spool, NULL));
	spool_close(g_steal_pointer(&f.spool));
	seen = (struct numbered){ 0 };
	lost = 1;
	CU_ASSERT_TRUE(spool_visit(f.path, check_numbered, &seen, &lost, NULL));
	CU_ASSERT(seen.count == 40 && !seen.wrong && lost == 0);
	end(&f);
}

static void layout(void)
{
	gsize length, starts[SMALL + 1];
	g_autofree guint8 *bytes = small_spool(&length, starts);
	const guint8 head[16] = "WRSPOOL1\1\0\0\0\100\0\0";
	const guint8 *r = bytes + starts[9];
	guint8 copy[40];

	CU_ASSERT_EQUAL(memcmp(bytes, head, 16), 0);
	CU_ASSERT(bytes[16] == (length & 255) && bytes[17] == length >> 8);
	/* Record 9: 24 + 9 bytes, padded by 7; type, time 4, case 7. */
	const guint8 start[20] = { 40, 0, 0, 0, EVENT_NOTE, 0, 7, 0, 4, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0 };
	CU_ASSERT_EQUAL(memcmp(r, start, sizeof start), 0);
	memcpy(copy, r, 40);
	memset(copy + 20, 0, 4);
	guint32 crc = frame_crc32(copy, 40);
	CU_ASSERT(r[20] == (crc & 255) && r[23] == crc >> 24);
}

static void crc_is_the_frames(void)
{
	guint8 data[300];

	for (guint i = 0; i < sizeof data; i++)
		data[i] = (guint8)(i * 37 + 11);
	CU_ASSERT_EQUAL(crc32_update(0, "123456789", 9), 0xcbf43926);
	for (guint n = 0; n <= sizeof data; n++) {
		guint32 whole = frame_crc32(data, n);
		CU_ASSERT_EQUAL(crc32_update(0, data, n), whole);
		CU_ASSERT_EQUAL(crc32_update(crc32_update(0, data, n / 3), data + n / 3, n - n / 3), whole);
	}
}

static void every_truncation(void)
{
	gsize length, starts[SMALL + 1];
	g_autofree guint8 *bytes = small_spool(&length, starts);

	for (gsize cut = 0; cut <= length; cut++) {
		/* A copy of its own, so that the address sanitizer sees a read past the end. */
		g_autofree guint8 *torn = g_memdup2(bytes, cut);
		struct numbered seen = { 0 };
		guint64 lost = 12345;
		g_autoptr(GError) error = NULL;
		gboolean done = spool_visit_bytes(torn, cut, check_numbered, &seen, &lost, &error);
		CU_ASSERT_EQUAL(done, cut >= 64);
		CU_ASSERT_EQUAL(done, error == NULL);
		if (!done)
			continue;
		guint whole = whole_before(starts, cut);
		CU_ASSERT(seen.count == whole && !seen.wrong);
		/* The header knows how much there was: a missing end shows, also at a record's edge. */
		CU_ASSERT_EQUAL(lost, length - starts[whole]);
	}
}

static void every_bit_flip(void)
{
	gsize length, starts[SMALL + 1];
	g_autofree guint8 *bytes = small_spool(&length, starts);

	for (gsize bit = 0; bit < length * 8; bit++) {
		gsize at = bit / 8;
		struct numbered seen = { 0 };
		guint64 lost = 0;
		bytes[at] ^= (guint8)(1 << bit % 8);
		gboolean done = spool_visit_bytes(bytes, length, check_numbered, &seen, &lost, NULL);
		bytes[at] ^= (guint8)(1 << bit % 8);
		CU_ASSERT_EQUAL(done, at >= 16);
		if (!done)
			continue;
		CU_ASSERT(seen.count == whole_before(starts, at < 64 ? length : at) && !seen.wrong);
		if (at >= 24)
			CU_ASSERT_EQUAL(lost > 0, at >= 64);
	}
}

/* What a killed writer leaves: zeros behind the records. Garbage there is no record. */
static void unused_room(void)
{
	gsize length, starts[SMALL + 1];
	g_autofree guint8 *bytes = small_spool(&length, starts);
	g_autofree guint8 *room = g_malloc0(length + 4096);
	struct numbered seen = { 0 };
	guint64 lost = 1;

	memcpy(room, bytes, length);
	CU_ASSERT_TRUE(spool_visit_bytes(room, length + 4096, check_numbered, &seen, &lost, NULL));
	CU_ASSERT(seen.count == SMALL && lost == 0);
	room[length + 99] = 1;
	seen = (struct numbered){ 0 };
	CU_ASSERT_TRUE(spool_visit_bytes(room, length + 4096, check_numbered, &seen, &lost, NULL));
	CU_ASSERT(seen.count == SMALL && lost == 100);
}

static gboolean stop_at_three(G_GNUC_UNUSED const struct event *event, gpointer data, GError **error)
{
	guint *count = data;

	if (++*count < 3)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_LIMIT, "enough");
	return FALSE;
}

static void visitor_stops(void)
{
	struct fixture f = begin();
	g_autoptr(GError) error = NULL;
	guint count = 0;

	append_numbered(f.spool, 10);
	CU_ASSERT_FALSE(spool_visit(f.path, stop_at_three, &count, NULL, &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_LIMIT));
	CU_ASSERT(error && g_str_has_prefix(error->message, f.path) && g_str_has_suffix(error->message, "enough"));
	CU_ASSERT_EQUAL(count, 3);
	end(&f);
}

static gboolean add_length(const struct event *event, gpointer data, G_GNUC_UNUSED GError **error)
{
	*(gsize *)data += event->length;
	for (gsize i = 0; i < event->length; i += 4095)
		if (((const guint8 *)event->data)[i] != (guint8)(event->length % 251))
			*(gsize *)data += (gsize)1 << 40;
	return TRUE;
}

static void all_lengths(void)
{
	struct fixture f = begin();
	g_autofree guint8 *data = g_malloc(1 << 20);
	const gsize lengths[] = { 0, 1, 7, 8, 9, 4096, 100000, (1 << 20) - 1, 1 << 20 };
	gsize expected = 0, got = 0;
	g_autoptr(GError) error = NULL;

	for (guint round = 0; round < 20; round++)
		for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
			memset(data, (int)(lengths[i] % 251), lengths[i]);
			CU_ASSERT_TRUE(append(f.spool, EVENT_URB, 0, data, lengths[i], NULL));
			expected += lengths[i];
		}
	CU_ASSERT_TRUE(spool_visit(f.path, add_length, &got, NULL, NULL));
	CU_ASSERT_EQUAL(got, expected);
	CU_ASSERT_FALSE(append(f.spool, EVENT_URB, 0, data, (64 << 20) + 1, &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	end(&f);
}

static void merge(void)
{
	struct fixture a = begin(), b = begin();
	struct numbered seen = { 0 };
	g_autoptr(GError) error = NULL;

	append_numbered(a.spool, 20);
	spool_close(g_steal_pointer(&a.spool));
	CU_ASSERT_TRUE(spool_append_file(b.spool, a.path, NULL));
	CU_ASSERT_TRUE(spool_visit(b.path, check_numbered, &seen, NULL, NULL));
	CU_ASSERT(seen.count == 20 && !seen.wrong);
	CU_ASSERT_FALSE(spool_append_file(b.spool, a.folder, &error));
	CU_ASSERT(error && strstr(error->message, a.folder) && strstr(error->message, b.path));
	end(&a);
	end(&b);
}

static void refusals(void)
{
	struct fixture f = begin();
	g_autoptr(GError) error = NULL;
	guint count = 0;

	CU_ASSERT_PTR_NULL(spool_create(f.path, &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG) && strstr(error->message, f.path));
	g_clear_error(&error);
	CU_ASSERT_PTR_NULL(spool_create("/nonexistent/spool", &error));
	CU_ASSERT(error && strstr(error->message, g_strerror(ENOENT)));
	g_clear_error(&error);
	CU_ASSERT_FALSE(spool_visit("/nonexistent/spool", stop_at_three, &count, NULL, &error));
	CU_ASSERT(error && strstr(error->message, g_strerror(ENOENT)));
	g_clear_error(&error);
	spool_close(g_steal_pointer(&f.spool));
	CU_ASSERT_TRUE(g_file_set_contents(f.path, "", 0, NULL));
	CU_ASSERT_FALSE(spool_visit(f.path, stop_at_three, &count, NULL, &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	CU_ASSERT_EQUAL(count, 0);
	spool_close(NULL);
	end(&f);
}

TEST_SUITE(spool, { "round trip", round_trip }, { "layout", layout }, { "crc is the frames'", crc_is_the_frames },
	   { "every truncation", every_truncation }, { "every bit flip", every_bit_flip },
	   { "unused room", unused_room }, { "visitor stops", visitor_stops }, { "all lengths", all_lengths },
	   { "merge", merge }, { "refusals", refusals })
