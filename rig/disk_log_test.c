/* SPDX-License-Identifier: Apache-2.0 */
#include "disk_log.h"
#include "test.h"

static void take(struct disk_log *log, enum disk_seen_op op, guint disk, guint64 lba, guint32 count)
{
	const struct disk_seen seen = { .op = (guint8)op, .disk = (guint8)disk, .lba = lba, .count = count };

	disk_log_take(log, (gint64)disk_log_count(log), &seen, sizeof seen);
}

static void in_order(void)
{
	struct disk_log *log = disk_log_new();

	take(log, DISK_SEEN_READ, 0, 5, 1);
	take(log, DISK_SEEN_FLUSH, 1, 0, 0);
	take(log, DISK_SEEN_SET_SIZE, 0, 100, 0);
	disk_log_take(log, 9, "short", 5);
	CU_ASSERT_EQUAL_FATAL(disk_log_count(log), 3);
	CU_ASSERT_EQUAL(disk_log_at(log, 1)->at_ns, 1);
	CU_ASSERT_EQUAL(disk_log_at(log, 0)->seen.lba, 5);
	CU_ASSERT_TRUE(disk_log_is_request(disk_log_at(log, 0)));
	CU_ASSERT_TRUE(disk_log_is_request(disk_log_at(log, 1)));
	CU_ASSERT_FALSE(disk_log_is_request(disk_log_at(log, 2)));
	disk_log_free(log);
}

static void written(void)
{
	static const struct disk_area expected[] = { { 0, 4, 6 }, { 0, 20, 3 }, { 1, 4, 1 } };
	struct disk_log *log = disk_log_new();

	take(log, DISK_SEEN_WRITE, 0, 1000, 8); /* before the mark */
	guint mark = disk_log_count(log);
	take(log, DISK_SEEN_WRITE, 0, 8, 2);
	take(log, DISK_SEEN_WRITE, 1, 4, 1);
	take(log, DISK_SEEN_READ, 0, 500, 8);
	take(log, DISK_SEEN_WRITE, 0, 20, 3);
	take(log, DISK_SEEN_WRITE, 0, 4, 4);  /* touches 8 */
	take(log, DISK_SEEN_WRITE, 0, 21, 1); /* lies within */
	take(log, DISK_SEEN_LOST, 0, 700, 1);
	g_autoptr(GArray) areas = disk_log_written(log, mark);
	CU_ASSERT_EQUAL_FATAL(areas->len, G_N_ELEMENTS(expected));
	for (guint i = 0; i < areas->len; i++) {
		const struct disk_area *area = &g_array_index(areas, struct disk_area, i);

		CU_ASSERT_EQUAL(area->disk, expected[i].disk);
		CU_ASSERT_EQUAL(area->lba, expected[i].lba);
		CU_ASSERT_EQUAL(area->count, expected[i].count);
	}
	disk_log_free(log);
}

TEST_SUITE(disk_log, { "in order", in_order }, { "written", written })
