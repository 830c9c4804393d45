/* SPDX-License-Identifier: Apache-2.0 */
#include "disk_totals.h"
#include "sinks.h"
#include "trace_sample.h"
#include "rig/test.h"

#define INTEGER(object, key) (guint) json_integer_value(json_object_get(object, key))

static json_t *disks_of(struct sample *s)
{
	gsize length;
	g_autofree char *text = sample_output(s, &run_json_sink, &length);
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	json_t *disks = json_incref(json_object_get(root, "disks"));

	json_decref(root);
	sample_free(s);
	return disks;
}

static void in_run_json(void)
{
	json_t *disks = disks_of(trace_sample_new());

	CU_ASSERT_EQUAL_FATAL(json_array_size(disks), 2);
	for (guint i = 0; i < 2; i++) {
		json_t *disk = json_array_get(disks, i);
		CU_ASSERT_EQUAL(INTEGER(disk, "disk"), i);
		CU_ASSERT_EQUAL(INTEGER(disk, "reads"), trace_sample_disks[i].reads);
		CU_ASSERT_EQUAL(INTEGER(disk, "writes"), trace_sample_disks[i].writes);
		CU_ASSERT_EQUAL(INTEGER(disk, "flushes"), trace_sample_disks[i].flushes);
		CU_ASSERT_EQUAL(INTEGER(disk, "aborted"), trace_sample_disks[i].aborted);
	}
	CU_ASSERT_EQUAL(INTEGER(json_array_get(disks, 0), "read_sectors"), 8);
	CU_ASSERT_EQUAL(INTEGER(json_array_get(disks, 0), "written_sectors"), 3 * 65536 + 9);
	CU_ASSERT_EQUAL(INTEGER(json_array_get(disks, 0), "failed"), 1);
	json_decref(disks);
}

static void nothing_observed(void)
{
	struct disk_totals totals = { 0 };
	struct disk_seen of_a_third = { .disk = 2 };

	CU_ASSERT_PTR_NULL(disks_of(trace_sample_blind()));
	disk_totals_event(&totals, &(struct event){ .type = EVENT_DISK, .data = &of_a_third, .length = 64 });
	disk_totals_event(&totals, &(struct event){ .type = EVENT_DISK, .data = &of_a_third, .length = 63 });
	CU_ASSERT_PTR_NULL(disk_totals_json(&totals));
}

TEST_SUITE(disk_totals, { "in run.json", in_run_json }, { "nothing observed", nothing_observed })
