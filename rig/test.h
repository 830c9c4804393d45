/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests sit beside the code they test, in NAME_test.c; each file ends with one TEST_SUITE. */
#pragma once
#include <CUnit/CUnit.h>
#include <glib.h>

struct test_case {
	const char *name;
	void (*run)(void);
};

struct test_suite {
	const char *name;
	const struct test_case *cases; /* name NULL ends it */
	struct test_suite *next;
};

void test_register(struct test_suite *suite);

/** TEST_SUITE(frame, { "encode", encode }, { "decode", decode }) */
#define TEST_SUITE(suite_name, ...)                                                                                    \
	static const struct test_case suite_name##_cases[] = { __VA_ARGS__, { NULL, NULL } };                          \
	static struct test_suite suite_name##_suite = { #suite_name, suite_name##_cases, NULL };                       \
	__attribute__((constructor)) static void suite_name##_register(void)                                           \
	{                                                                                                              \
		test_register(&suite_name##_suite);                                                                    \
	}
