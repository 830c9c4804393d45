/* SPDX-License-Identifier: Apache-2.0 */
#include "reorder.h"
#include "rig/test.h"
#include <string.h>

struct released {
	GArray *times; /* of gint64 */
	guint32 last_fill;
	guint fail_after;
};

struct record {
	gint64 time_ns;
	guint32 length, fill;
};

/* Every byte of a record must come out as it was put in. */
static gboolean take(gpointer data, guint8 *bytes, gsize length, GError **error)
{
	struct released *released = data;
	struct record record;

	if (released->fail_after && !--released->fail_after) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "full");
		return FALSE;
	}
	memcpy(&record, bytes, sizeof record);
	CU_ASSERT_EQUAL(record.length, length);
	for (gsize i = sizeof record; i < length; i++)
		if (bytes[i] != (guint8)record.fill) {
			CU_FAIL("a record's bytes changed");
			break;
		}
	g_array_append_val(released->times, record.time_ns);
	released->last_fill = record.fill;
	return TRUE;
}

static gboolean add(struct reorder *reorder, gint64 time_ns, gsize length, guint32 fill)
{
	guint8 *bytes = reorder_add(reorder, time_ns, length, NULL);

	if (!bytes)
		return FALSE;
	memset(bytes, (int)fill, length);
	memcpy(bytes, &(struct record){ time_ns, (guint32)length, fill }, sizeof(struct record));
	return TRUE;
}

static guint disorders(const GArray *times)
{
	guint count = 0;

	for (guint i = 1; i < times->len; i++)
		count += g_array_index(times, gint64, i) < g_array_index(times, gint64, i - 1);
	return count;
}

/* Records of all sizes, each up to 50 places late, through rooms in which few and many of them fit. */
static void in_order(void)
{
	static const gsize rooms[] = { 1 << 16, 1 << 17, 1 << 20 };

	for (guint r = 0; r < G_N_ELEMENTS(rooms); r++) {
		struct released released = { .times = g_array_new(FALSE, FALSE, sizeof(gint64)) };
		struct reorder *reorder = reorder_new(rooms[r], take, &released);
		guint32 random = 1;

		for (guint i = 0; i < 20000; i++) {
			random = random * 1664525 + 1013904223;
			gint64 late = random >> 24 < 16 ? random >> 16 & 31 : 0;
			CU_ASSERT_TRUE(add(reorder, (gint64)i * 10 - late * 10, 16 + (random >> 8) % 700, i));
		}
		CU_ASSERT_TRUE(reorder_flush(reorder, NULL));
		CU_ASSERT_EQUAL(released.times->len, 20000);
		CU_ASSERT_EQUAL(disorders(released.times), 0);
		reorder_free(reorder);
		g_array_unref(released.times);
	}
}

static void same_time_keeps_its_order(void)
{
	struct released released = { .times = g_array_new(FALSE, FALSE, sizeof(gint64)) };
	struct reorder *reorder = reorder_new(4096, take, &released);

	for (guint i = 0; i < 3; i++)
		CU_ASSERT_TRUE(add(reorder, 5, 16 + i, i));
	CU_ASSERT_TRUE(add(reorder, 4, 16, 9));
	CU_ASSERT_TRUE(reorder_flush(reorder, NULL));
	CU_ASSERT_EQUAL(g_array_index(released.times, gint64, 0), 4);
	CU_ASSERT_EQUAL(released.times->len, 4);
	CU_ASSERT_EQUAL(disorders(released.times), 0);
	CU_ASSERT_EQUAL(released.last_fill, 2);
	reorder_free(reorder);
	g_array_unref(released.times);
}

/* What is later than the room reaches back is not lost, and neither is what no room is left for. */
static void too_late(void)
{
	struct released released = { .times = g_array_new(FALSE, FALSE, sizeof(gint64)) };
	struct reorder *reorder = reorder_new(4096, take, &released);

	for (guint i = 0; i < 1000; i++)
		CU_ASSERT_TRUE(add(reorder, i, 100, i));
	CU_ASSERT_TRUE(add(reorder, 1, 100, 7));
	CU_ASSERT_TRUE(add(reorder, 1000, 2040, 8));
	CU_ASSERT_TRUE(reorder_flush(reorder, NULL));
	CU_ASSERT_EQUAL(released.times->len, 1002);
	CU_ASSERT_EQUAL(disorders(released.times), 1);
	reorder_free(reorder);
	g_array_unref(released.times);
}

static void failure(void)
{
	struct released released = { .times = g_array_new(FALSE, FALSE, sizeof(gint64)), .fail_after = 3 };
	struct reorder *reorder = reorder_new(4096, take, &released);
	g_autoptr(GError) error = NULL;
	guint added = 0;

	while (added < 1000 && add(reorder, added, 100, added))
		added++;
	CU_ASSERT(added < 1000);
	released.fail_after = 1;
	CU_ASSERT_FALSE(reorder_flush(reorder, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	reorder_free(reorder);
	g_array_unref(released.times);
}

TEST_SUITE(reorder, { "in order", in_order }, { "same time keeps its order", same_time_keeps_its_order },
	   { "too late", too_late }, { "failure", failure })
