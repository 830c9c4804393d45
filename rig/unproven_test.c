/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "unproven.h"
#include <string.h>
#include <unistd.h>

static const char table_text[] = "id\ttext\tsource\tkind\nLIC-01\tfirst\tIP\tdoc\nLIC-02\tsecond\tIP\tdoc\n";

static GHashTable *load(const char *text, GError **error)
{
	g_autofree char *folder = g_dir_make_tmp("wiperig-unproven-XXXXXX", NULL);
	g_autofree char *table_path = g_build_filename(folder, "requirements.tsv", NULL);
	g_autofree char *path = g_build_filename(folder, "unproven.tsv", NULL);
	g_autoptr(GError) problem = NULL;

	CU_ASSERT(g_file_set_contents(table_path, table_text, -1, NULL) && g_file_set_contents(path, text, -1, NULL));
	struct requirement_table *table = requirement_table_load(table_path, &problem);
	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	GHashTable *loaded = unproven_load_file(path, table, error);
	requirement_table_free(table);
	CU_ASSERT(unlink(table_path) == 0 && unlink(path) == 0 && rmdir(folder) == 0);
	return loaded;
}

static void reasons(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) table = load("id\treason\nLIC-02\tnobody knows\n", &error);

	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	CU_ASSERT_EQUAL(g_hash_table_size(table), 1);
	CU_ASSERT_STRING_EQUAL(g_hash_table_lookup(table, "LIC-02"), "nobody knows");
}

static void refusals(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = { { "id\treason\nLIC-02\n", ":2: expected" },
		      { "id\treason\nLIC-02\t\n", ":2: expected" },
		      { "id\treason\n\nLIC-09\twhy\n", ":3: there is no such" },
		      { "id\treason\nLIC-01\ta\nLIC-01\tb\n", ":3: this id" } };

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		GHashTable *table = load(cases[i].text, &error);

		CU_ASSERT_PTR_NULL(table);
		CU_ASSERT_PTR_NOT_NULL_FATAL(error);
		CU_ASSERT_PTR_NOT_NULL(strstr(error->message, cases[i].says));
	}
}

TEST_SUITE(unproven, { "reasons are read", reasons }, { "what is no reason is refused by its line", refusals })
