/* SPDX-License-Identifier: Apache-2.0 */
#include "cut_plan.h"
#include "test.h"
#include <glib/gstdio.h>
#include <string.h>

static struct cut_plan *example(void)
{
	struct cut_plan *plan = cut_plan_new();
	struct cut_at *cut = cut_plan_add(plan);
	const struct cut_write torn = { 1, 2, 64, 8, CUT_TORN_UNREADABLE, 3 };

	plan->fault = g_strdup("sectors-left");
	plan->requirement = g_strdup("PWR-03");
	plan->text = g_strdup("an end is \"claimed\"");
	plan->file = g_strdup("x.so");
	plan->sha256 = g_strdup("00");
	plan->erase = g_strdup("residue");
	plan->mode = 3;
	plan->seed = 7;
	plan->document = TRUE;
	plan->then = CUT_THEN_STORE;
	json_object_set_new(plan->board, "host", json_string("iR2270"));
	plan->disks = 2;
	plan->disk[0] = (struct cut_disk){ 1000, 1 };
	plan->disk[1] = (struct cut_disk){ 80, 8 };
	plan->system_lba = 32;
	plan->system_sectors = 4;
	*cut = (struct cut_at){ .operation = 5,
				.nth = 2,
				.kind = CUT_AT_WRITE,
				.when = CUT_WITHIN_IT,
				.disk = 1,
				.at = 64,
				.count = 8,
				.at_ns = 1500000,
				.promised = TRUE,
				.pending = { 0, 3 },
				.fates = cut->fates };
	g_array_append_val(cut->fates, torn);
	g_ptr_array_add(plan->story, g_strdup("It was so."));
	return plan;
}

static json_t *example_json(void)
{
	struct cut_plan *plan = example();
	json_t *json = cut_plan_encode(plan);

	cut_plan_free(plan);
	return json;
}

static void round_trip(void)
{
	g_autofree char *folder = g_dir_make_tmp("wiperig-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "plan.json", NULL);
	g_autoptr(GError) error = NULL;
	json_t *json = example_json();

	CU_ASSERT_TRUE_FATAL(cut_plan_save(json, path, &error));
	struct cut_plan *plan = cut_plan_load(path, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
	json_t *again = cut_plan_encode(plan);
	CU_ASSERT_TRUE(json_equal(json, again));
	json_decref(again);
	json_decref(json);
	cut_plan_free(plan);
	g_assert(g_file_set_contents(path, "{\"format\": 1, \"format\": 2}", -1, NULL));
	CU_ASSERT_PTR_NULL(cut_plan_load(path, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	g_clear_error(&error);
	g_unlink(path);
	CU_ASSERT_PTR_NULL(cut_plan_load(path, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	g_clear_error(&error);
	g_rmdir(folder);
	json = json_object();
	CU_ASSERT_FALSE(cut_plan_save(json, path, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	json_decref(json);
}

/* One member made otherwise: each is refused, and the text says what it is about. */
static void refused(void)
{
	static const struct {
		const char *path, *value, *says; /* path: members and indices, parted by dots; value: JSON, "": none */
	} rows[] = {
		{ "format", "\"other\"", "format" },
		{ "version", "2", "version" },
		{ "fault", "\"zzz\"", "\"fault\" is none of sectors-left, passes-missing, " },
		{ "requirement", "\"XX-99\"", "\"requirement\" is none of PWR-03, ERA-04, " },
		{ "requirement", "1", "\"requirement\" is none of " },
		{ "erase", "\"none\"", "erase" },
		{ "mode", "4", "mode" },
		{ "mode", "1.5", "mode" },
		{ "seed", "-1", "seed" },
		{ "document", "1", "document" },
		{ "then", "\"nothing\"", "then" },
		{ "story", "", "story" },
		{ "story.0", "1", "story" },
		{ "extra", "1", "extra" },
		{ "firmware.sha256", "", "sha256" },
		{ "board", "[]", "board" },
		{ "board.host", "1", "host" },
		{ "disks", "[]", "disks" },
		{ "disks.0.sectors", "0", "sectors" },
		{ "system.lba", "-5", "lba" },
		{ "cuts", "{}", "cuts" },
		{ "cuts.0.kind", "\"read\"", "kind" },
		{ "cuts.0.when", "\"soon\"", "when" },
		{ "cuts.0.nth", "0", "nth" },
		{ "cuts.0.operation", "0", "cut 1: this is no cut plan: \"operation\" is no whole number from 2 to " },
		{ "cuts.0.operation", "1", "operation" }, /* the second of its kind */
		{ "cuts.0.disk", "2", "disk" },
		{ "cuts.0.promised", "null", "promised" },
		{ "cuts.0.pending", "[1]", "pending" },
		{ "cuts.0.pending.1", "-1", "pending" },
		{ "cuts.0.fates.0.index", "3", "index" },
		{ "cuts.0.fates.0.disk", "0", "none waits" },
		{ "cuts.0.fates.0.count", "17", "count" },
		{ "cuts.0.fates.0.at", "8", "at" },
		{ "cuts.0.fates.0.fate", "\"kept\"", "fate" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *json = example_json(), *at = json;
		g_auto(GStrv) names = g_strsplit(rows[i].path, ".", -1);
		const guint last = g_strv_length(names) - 1;
		g_autoptr(GError) error = NULL;
		json_t *value = *rows[i].value ? json_loads(rows[i].value, JSON_DECODE_ANY, NULL) : NULL;

		for (guint k = 0; k < last; k++)
			at = json_is_array(at) ? json_array_get(at, (size_t)g_ascii_digit_value(*names[k]))
					       : json_object_get(at, names[k]);
		if (json_is_array(at))
			json_array_set_new(at, (size_t)g_ascii_digit_value(*names[last]), value);
		else if (value)
			json_object_set_new(at, names[last], value);
		else
			json_object_del(at, names[last]);
		struct cut_plan *plan = cut_plan_decode(json, &error);
		if (plan || !strstr(error->message, rows[i].says))
			g_printerr("%s: %s\n", rows[i].path, error ? error->message : "taken");
		CU_ASSERT_PTR_NULL(plan);
		CU_ASSERT_TRUE(error && strstr(error->message, rows[i].says));
		json_decref(json);
	}
}

static void as_lua(void)
{
	struct cut_plan *plan = example();
	g_autofree char *exact = cut_plan_lua(plan, TRUE, TRUE), *aimed = cut_plan_lua(plan, FALSE, FALSE);

	CU_ASSERT_PTR_NULL(strchr(exact, '\n'));
	CU_ASSERT_PTR_NOT_NULL(strstr(exact, "exact = true, emulated = true"));
	CU_ASSERT_PTR_NOT_NULL(strstr(exact, "after = \"store\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(aimed, "exact = false, emulated = false"));
	CU_ASSERT_PTR_NOT_NULL(strstr(exact, "disks = {1000, 80, }"));
	CU_ASSERT_PTR_NOT_NULL(strstr(exact, "op = \"write\", nth = 2, when = \"within\", disk = 1, at = 64"));
	CU_ASSERT_PTR_NOT_NULL(strstr(exact, "fates = \"1:2:64:8:torn-unreadable:3\""));
	cut_plan_free(plan);
}

TEST_SUITE(cut_plan, { "round trip", round_trip }, { "refused", refused }, { "as Lua", as_lua })
