/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_shard.h"
#include "explore_result.h"
#include "rig/test.h"
#include <glib/gstdio.h>
#include <string.h>

#define OF 2u

/* Of all five erases; that of the K-th has K cuts. */
static struct explore_share *example(guint number)
{
	struct explore_share *share = g_new0(struct explore_share, 1);
	json_t *erases = json_array();

	share->shard = (struct explore_shard){ number, OF };
	share->given = json_pack("{s:s}", "defect", number == 1 ? "first" : "other");
	share->results = json_array();
	for (guint i = 0; i < EXPLORE_TRIGGERS; i++) {
		struct explore_result result;

		json_array_append_new(erases, json_string(explore_triggers[i]));
		if (!explore_shard_has(&share->shard, i))
			continue;
		explore_result_init(&result, (enum explore_trigger)i);
		result.counts.cuts = i;
		json_array_append_new(share->results, explore_result_encode(&result));
		explore_result_clear(&result);
	}
	share->what = json_pack("{s:i, s:o}", "mode", 3, "erases", erases);
	return share;
}

/* Takes the share. */
static void save(struct explore_share *share, const char *folder)
{
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;

	CU_ASSERT_TRUE_FATAL(explore_share_save(share, folder, &path, &error));
	explore_share_free(share);
}

static void put_file(const char *folder, const char *name, const char *text, gssize length)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_unlink(path);
	CU_ASSERT_TRUE_FATAL(g_file_set_contents_full(path, text, length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static char *get_file(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	char *text = NULL;

	CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

/* A folder with both shards. */
static char *folder_new(void)
{
	char *folder = g_dir_make_tmp("shards-XXXXXX", NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
	for (guint number = 1; number <= OF; number++)
		save(example(number), folder);
	return folder;
}

static void folder_remove(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_unlink(path);
	}
	g_rmdir(folder);
}

static void expect_refused(const char *folder, const char *says)
{
	g_autoptr(GError) error = NULL;
	struct explore_share *all = explore_shards_merge(folder, &error);

	CU_ASSERT_PTR_NULL(all);
	CU_ASSERT_TRUE_FATAL(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	if (!strstr(error->message, says))
		g_printerr("\"%s\" does not say \"%s\"\n", error->message, says);
	CU_ASSERT_PTR_NOT_NULL(strstr(error->message, says));
}

static void numbers(void)
{
	static const char *const wrong[] = {
		"", "1", "0/4", "5/4", "1/0", "1/6", "-1/4", "1/4/4", "a/b", "1/ 4", "+1/4"
	};
	struct explore_shard shard;
	g_autoptr(GError) error = NULL;

	CU_ASSERT_TRUE(explore_shard_parse("5/5", 5, &shard, &error));
	CU_ASSERT_TRUE(shard.number == 5 && shard.of == 5 && explore_shard_has(&shard, 4));
	CU_ASSERT_FALSE(explore_shard_has(&shard, 3));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		CU_ASSERT_FALSE(explore_shard_parse(wrong[i], 5, &shard, &error));
		CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
		CU_ASSERT_TRUE(shard.number == 5 && shard.of == 5);
		g_clear_error(&error);
	}
	for (guint place = 0; place < 5; place++) {
		guint takers = 0;

		for (guint number = 1; number <= 3; number++)
			takers += explore_shard_has(&(struct explore_shard){ number, 3 }, place) != 0;
		CU_ASSERT_EQUAL(takers, 1);
	}
}

/* What is left of one whose writing was cut off is not looked at. */
static void put_together(void)
{
	g_autofree char *folder = folder_new();
	g_autoptr(GError) error = NULL;

	put_file(folder, "shard-1-of-2.json.ABCDEF", "{\"sh", -1);
	struct explore_share *all = explore_shards_merge(folder, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(all);
	CU_ASSERT_EQUAL(json_array_size(all->results), EXPLORE_TRIGGERS);
	for (guint i = 0; i < EXPLORE_TRIGGERS; i++) {
		json_t *result = json_array_get(all->results, i), *counts = json_object_get(result, "counts");

		CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result, "erase")), explore_triggers[i]);
		CU_ASSERT_EQUAL(json_integer_value(json_object_get(counts, "cuts")), i);
	}
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(all->given, "defect")), "first");
	explore_share_free(all);
	folder_remove(folder);
}

/* Each length but the whole, and each byte changed. */
static void torn(void)
{
	g_autofree char *folder = folder_new(), *text = get_file(folder, "shard-2-of-2.json");
	const gsize length = strlen(text);

	for (gsize i = 0; i < length; i++) {
		put_file(folder, "shard-2-of-2.json", text, (gssize)i);
		expect_refused(folder, "shard-2-of-2.json: it is torn or was changed");
	}
	for (gsize i = 0; i < length; i++) {
		text[i] ^= 1;
		put_file(folder, "shard-2-of-2.json", text, (gssize)length);
		expect_refused(folder, "shard-2-of-2.json: it is torn or was changed");
		text[i] ^= 1;
	}
	folder_remove(folder);
}

static void missing_and_double(void)
{
	g_autofree char *folder = folder_new(), *text = get_file(folder, "shard-1-of-2.json");

	put_file(folder, "shard-1.json", text, -1);
	expect_refused(folder, "shard-1-of-2.json and ");
	expect_refused(folder, "shard-1.json are both shard 1");
	folder_remove(folder);
	g_autofree char *other = folder_new();
	g_autofree char *gone = g_build_filename(other, "shard-2-of-2.json", NULL);
	CU_ASSERT_EQUAL_FATAL(g_unlink(gone), 0);
	expect_refused(other, "shard 2 of 2 is missing");
	folder_remove(other);
	CU_ASSERT_EQUAL_FATAL(g_mkdir(other, 0700), 0);
	expect_refused(other, "no shards are there");
	folder_remove(other);
	expect_refused(other, "No such file");
}

static void other_number(struct explore_share *share)
{
	share->shard.of = 3;
	json_object_set_new(json_array_get(share->results, 1), "erase", json_string("residue"));
}

static void other_mode(struct explore_share *share)
{
	json_object_set_new(share->what, "mode", json_integer(2));
}

static void more_said(struct explore_share *share)
{
	json_object_set_new(share->what, "moon", json_true());
}

static void too_few(struct explore_share *share)
{
	json_array_remove(share->results, 1);
}

static void too_many(struct explore_share *share)
{
	json_array_append(share->results, json_array_get(share->results, 0));
}

static void swapped(struct explore_share *share)
{
	json_array_append(share->results, json_array_get(share->results, 0));
	json_array_remove(share->results, 0);
}

static void no_result(struct explore_share *share)
{
	json_object_set_new(json_array_get(share->results, 0), "verdict", json_string("splendid"));
}

static void nameless(struct explore_share *share)
{
	json_array_set_new(json_object_get(share->what, "erases"), 0, json_null());
}

static void no_results(struct explore_share *share)
{
	json_decref(share->results);
	share->results = json_object();
}

static void foreign(void)
{
	static const struct {
		void (*change)(struct explore_share *share);
		const char *says;
	} rows[] = {
		{ other_number, "-of-3.json is of 3 shards" },
		{ other_mode, "\"mode\" differs" },
		{ more_said, "is of something else than" },
		{ too_few, "its result of job-end is missing" },
		{ too_many, "it has more results than its share" },
		{ swapped, "it has a result of job-end where regeneration was its share" },
		{ no_result, "this is no result of exploring" },
		{ nameless, "its erases have no names" },
		{ no_results, "this is no shard of exploring" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *folder = folder_new();
		struct explore_share *share = example(2);

		rows[i].change(share);
		save(share, folder);
		expect_refused(folder, rows[i].says);
		folder_remove(folder);
	}
}

static void not_written(void)
{
	struct explore_share *share = example(1);
	g_autoptr(GError) error = NULL;
	char *path = NULL;

	CU_ASSERT_FALSE(explore_share_save(share, "/nonesuch", &path, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	CU_ASSERT_PTR_NULL(path);
	explore_share_free(share);
}

TEST_SUITE(explore_shard, { "numbers", numbers }, { "put together", put_together }, { "torn", torn },
	   { "missing and double", missing_and_double }, { "foreign", foreign }, { "not written", not_written })
