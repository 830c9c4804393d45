/* SPDX-License-Identifier: Apache-2.0 */
#include "requirement.h"
#include "test.h"
#include <glib/gstdio.h>
#include <string.h>

static struct requirement_table *load_text(const char *text, gsize length, GError **error)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("requirements-XXXXXX", &path, NULL);

	CU_ASSERT_FATAL(fd >= 0);
	g_close(fd, NULL);
	CU_ASSERT_TRUE(g_file_set_contents(path, text, (gssize)length, NULL));
	struct requirement_table *table = requirement_table_load(path, error);
	if (error && *error)
		CU_ASSERT(strstr((*error)->message, path) != NULL);
	g_unlink(path);
	return table;
}

static void shipped(void)
{
	g_autoptr(GError) error = NULL;
	struct requirement_table *table = requirement_table_load_default(&error);

	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	CU_ASSERT_EQUAL(requirement_table_count(table), 86);
	const struct requirement *r = requirement_table_find(table, "LIC-05");
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	CU_ASSERT_STRING_EQUAL(r->text, "Registering again while active is refused with message 3");
	CU_ASSERT_STRING_EQUAL(r->source, "IP 1.3.2(3)");
	CU_ASSERT_TRUE(requirement_is_documented(r));
	CU_ASSERT_FALSE(requirement_is_documented(requirement_table_find(table, "ERA-01")));
	CU_ASSERT_PTR_NULL(requirement_table_find(table, "LIC-99"));
	CU_ASSERT_STRING_EQUAL(requirement_table_at(table, 85)->id, "EVI-04");
	requirement_table_free(table);
}

#define HEAD "id\ttext\tsource\tkind\n"
#define GOOD "ABC-01\tSome text\tBook 1\tdoc\n"

static void malformed(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "", ":1: " },
		{ HEAD, ":1: no requirements" },
		{ GOOD, ":1: the first line" },
		{ HEAD GOOD "ABC-02\tx\ty\n", ":3: expected id" },
		{ HEAD "ABC-01\tx\ty\tdoc\tmore\n" GOOD, ":2: expected id" },
		{ HEAD "ABC-01\t\ty\tdoc\n", ":2: expected id" },
		{ HEAD "ABC-01\tx\ty\t\n", ":2: expected id" },
		{ HEAD "\n" GOOD, ":2: expected id" },
		{ HEAD "ABC-1\tx\ty\tdoc\n", ":2: an id is like" },
		{ HEAD "abc-01\tx\ty\tdoc\n", ":2: an id is like" },
		{ HEAD "ABC-01\tx\ty\tdocs\n", ":2: unknown kind: docs" },
		{ HEAD "ABC-01\tx\ty\tdoc\r\n", ":2: unknown kind" },
		{ HEAD GOOD GOOD, ":3: this id was there before: ABC-01" },
		{ HEAD GOOD "ABC-02\t\xff\ty\tdoc\n", ":3: not UTF-8" },
		{ HEAD GOOD "ABC-02\tx\ty\tdoc", ":3: the last line" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		struct requirement_table *table = load_text(cases[i].text, strlen(cases[i].text), &error);
		CU_ASSERT_PTR_NULL(table);
		CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
		CU_ASSERT(error && strstr(error->message, cases[i].message) != NULL);
		requirement_table_free(table);
	}
}

static void unreadable(void)
{
	g_autoptr(GError) error = NULL;
	const char nul[] = HEAD "ABC-01\tx\0\ty\tdoc\n";

	CU_ASSERT_PTR_NULL(requirement_table_load("/nonexistent/r.tsv", &error));
	CU_ASSERT(error && strstr(error->message, "/nonexistent/r.tsv"));
	g_clear_error(&error);
	CU_ASSERT_PTR_NULL(load_text(nul, sizeof nul - 1, &error));
	CU_ASSERT(error && strstr(error->message, "not a text file"));
	g_clear_error(&error);
	struct requirement_table *table = load_text(HEAD GOOD, strlen(HEAD GOOD), &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	CU_ASSERT_EQUAL(requirement_table_count(table), 1);
	requirement_table_free(table);
}

TEST_SUITE(requirement, { "shipped", shipped }, { "malformed", malformed }, { "unreadable", unreadable })
