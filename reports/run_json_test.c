/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks.h"
#include "rig/sample.h"
#include "rig/tally.h"
#include "rig/test.h"
#include <string.h>

static json_t *output(const struct sample *s, char **text)
{
	gsize length;
	*text = sample_output(s, &run_json_sink, &length);
	json_t *json = json_loads(*text, JSON_REJECT_DUPLICATES, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	return json;
}

#define TEXT(object, key) json_string_value(json_object_get(object, key))
#define INTEGER(object, key) json_integer_value(json_object_get(object, key))

static json_t *find(json_t *array, const char *key, const char *value)
{
	json_t *item;
	size_t i;

	json_array_foreach(array, i, item) if (g_strcmp0(TEXT(item, key), value) == 0) return item;
	return NULL;
}

static void contents(void)
{
	struct sample *s = sample_run(TRUE);
	g_autofree char *text = NULL;
	json_t *root = output(s, &text);

	CU_ASSERT_STRING_EQUAL(TEXT(root, "banner"), TALLY_EMULATED);
	CU_ASSERT_STRING_EQUAL(TEXT(root, "ended"), "interrupted");
	CU_ASSERT_STRING_EQUAL(TEXT(root, "link"), "direct");
	CU_ASSERT_STRING_EQUAL(TEXT(json_object_get(root, "slot"), "name"), "bench-1");
	CU_ASSERT_EQUAL(INTEGER(root, "exit"), 130);
	CU_ASSERT_EQUAL(INTEGER(root, "seed"), 42);
	json_t *totals = json_object_get(json_object_get(root, "totals"), "cases");
	CU_ASSERT(INTEGER(totals, "all") == 8 && INTEGER(totals, "error") == 2 && INTEGER(totals, "pass") == 2);
	totals = json_object_get(json_object_get(root, "totals"), "requirements");
	CU_ASSERT(INTEGER(totals, "judged") == 3 && INTEGER(totals, "all") == 86 &&
		  INTEGER(totals, "not judged") == 81);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(root, "cases")), 8);
	json_t *measure = json_array_get(json_object_get(root, "measures"), 0);
	CU_ASSERT_STRING_EQUAL(TEXT(measure, "name"), "time to answer");
	CU_ASSERT_STRING_EQUAL(TEXT(measure, "limit"), "at most 0.3 s");
	CU_ASSERT(json_is_false(json_object_get(measure, "within")) &&
		  json_number_value(json_object_get(measure, "uncertainty")) == 0.02);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(root, "requirements")), 86);
	json_decref(root);
	sample_free(s);
}

static void verdicts(void)
{
	struct sample *s = sample_run(TRUE);
	g_autofree char *text = NULL;
	json_t *root = output(s, &text);
	json_t *c = find(json_object_get(root, "cases"), "case", "LIC-05[host=iR2270,region=US]");

	CU_ASSERT_STRING_EQUAL(TEXT(c, "verdict"), "fail");
	CU_ASSERT_STRING_EQUAL(TEXT(json_object_get(c, "params"), "region"), "US");
	CU_ASSERT_EQUAL(INTEGER(json_object_get(c, "failing_step"), "n"), 3);
	CU_ASSERT_EQUAL(INTEGER(c, "case_no"), 2);
	json_t *failed = json_array_get(json_object_get(c, "failed_steps"), 0);
	CU_ASSERT_EQUAL(INTEGER(failed, "n"), 3);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(json_object_get(failed, "requirements"), 0)), "LIC-05");
	CU_ASSERT_EQUAL(json_array_size(json_object_get(c, "failed_steps")), 1);
	CU_ASSERT(g_str_has_prefix(TEXT(json_object_get(c, "failing_step"), "expected"), "message 3"));
	json_t *r = find(json_object_get(root, "requirements"), "id", "LIC-05");
	CU_ASSERT_STRING_EQUAL(TEXT(r, "verdict"), "fail");
	CU_ASSERT_STRING_EQUAL(TEXT(r, "reason"), "LIC-05[host=iR2270,region=US] step 3");
	CU_ASSERT_STRING_EQUAL(TEXT(r, "kind"), "doc");
	r = find(json_object_get(root, "requirements"), "id", "LIC-01");
	CU_ASSERT_STRING_EQUAL(TEXT(r, "verdict"), "pass");
	CU_ASSERT(json_is_null(json_object_get(r, "reason")));
	CU_ASSERT_EQUAL(json_array_size(json_object_get(r, "cases")), 2);
	r = find(json_object_get(root, "requirements"), "id", "LIC-02");
	CU_ASSERT_STRING_EQUAL(TEXT(r, "reason"), "no case of this run names it");
	/* The order of keys is part of the format: people compare these files. */
	CU_ASSERT(g_str_has_prefix(text, "{\n  \"format\": 1,\n  \"banner\": "));
	json_decref(root);
	sample_free(s);
}

static void real_slot_has_no_banner(void)
{
	struct sample *s = sample_run(FALSE);
	g_autofree char *text = NULL;
	json_t *root = output(s, &text);

	CU_ASSERT_PTR_NULL(json_object_get(root, "banner"));
	CU_ASSERT_PTR_NULL(strstr(text, "EMULATED"));
	json_decref(root);
	sample_free(s);
}

static void nothing_recorded(void)
{
	struct sample *s = sample_new();
	g_autofree char *text = NULL;
	json_t *root = output(s, &text);

	CU_ASSERT_STRING_EQUAL(TEXT(root, "ended"), "torn");
	CU_ASSERT_STRING_EQUAL(TEXT(root, "banner"), TALLY_EMULATED);
	CU_ASSERT_EQUAL(INTEGER(root, "exit"), 3);
	json_decref(root);
	sample_free(s);
}

static void write_failures(void)
{
	struct sample *s = sample_run(TRUE);

	sample_check_write_failures(s, &run_json_sink);
	sample_free(s);
}

TEST_SUITE(run_json, { "contents", contents }, { "verdicts", verdicts },
	   { "real slot has no banner", real_slot_has_no_banner }, { "nothing recorded", nothing_recorded },
	   { "write failures", write_failures })
