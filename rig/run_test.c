/* SPDX-License-Identifier: Apache-2.0 */
/* The unit test program: build/tests [SUITE…] */
#include "test.h"
#include <CUnit/Basic.h>

static struct test_suite *suites;

void test_register(struct test_suite *suite)
{
	struct test_suite **at = &suites;

	while (*at && g_strcmp0((*at)->name, suite->name) < 0)
		at = &(*at)->next;
	suite->next = *at;
	*at = suite;
}

static gboolean wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (g_str_equal(argv[i], name))
			return TRUE;
	return argc < 2;
}

int main(int argc, char **argv)
{
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	for (struct test_suite *suite = suites; suite; suite = suite->next) {
		if (!wanted(suite->name, argc, argv))
			continue;
		CU_pSuite cunit = CU_add_suite(suite->name, NULL, NULL);
		for (const struct test_case *c = suite->cases; c->name; c++)
			CU_add_test(cunit, c->name, c->run);
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	CU_basic_run_tests();
	unsigned failed = CU_get_number_of_failures();
	unsigned ran = CU_get_number_of_tests_run();
	CU_cleanup_registry();
	return failed || !ran;
}
