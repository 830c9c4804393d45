/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_values.h"
#include "rig/test.h"

enum { USER, ZEROS, RANDOM, OTHER, UNREADABLE };

static gboolean overwrites(gpointer data, guint32 content)
{
	(void)data;
	return content == ZEROS || content == RANDOM || content == OTHER;
}

static guint count_of(const struct explore_values *values, guint32 set)
{
	guint count;

	(void)explore_values_of(values, set, &count);
	return count;
}

static void sets(void)
{
	struct explore_values *values = explore_values_new(overwrites, NULL, UNREADABLE);
	guint32 user = explore_values_one(values, USER, 0), zeros = explore_values_one(values, ZEROS, 1);
	guint32 both = explore_values_union(values, user, zeros), content = 99;

	CU_ASSERT_EQUAL(explore_values_one(values, USER, 0), user);
	CU_ASSERT_NOT_EQUAL(user, zeros);
	CU_ASSERT_EQUAL(explore_values_union(values, zeros, user), both);
	CU_ASSERT_EQUAL(explore_values_union(values, both, user), both);
	CU_ASSERT_EQUAL(explore_values_union(values, 0, user), user);
	CU_ASSERT_EQUAL(count_of(values, both), 2);
	CU_ASSERT_EQUAL(count_of(values, 0), 0);
	CU_ASSERT_TRUE(explore_values_contain(values, both, user));
	CU_ASSERT_FALSE(explore_values_contain(values, user, both));
	CU_ASSERT_TRUE(explore_values_known(values, zeros, &content));
	CU_ASSERT_EQUAL(content, ZEROS);
	CU_ASSERT_FALSE(explore_values_known(values, both, &content));
	CU_ASSERT_FALSE(explore_values_known(values, 0, &content));
	/* The same content, overwritten more or less often, is read alike. */
	guint32 often = explore_values_union(values, zeros, explore_values_one(values, ZEROS, 2));
	CU_ASSERT_TRUE(explore_values_known(values, often, &content));
	explore_values_free(values);
}

static guint32 overwritten_of(const struct explore_values *values, guint32 set)
{
	guint count;
	const struct explore_value *value = explore_values_of(values, set, &count);

	CU_ASSERT_EQUAL(count, 1);
	return value->overwritten;
}

static void counts(void)
{
	struct explore_values *values = explore_values_new(overwrites, NULL, UNREADABLE);
	guint32 set = explore_values_one(values, RANDOM, 0);

	/* The first overwriting counts even where it changes nothing; the same again does not. */
	set = explore_values_write(values, set, RANDOM);
	CU_ASSERT_EQUAL(overwritten_of(values, set), 1);
	set = explore_values_write(values, set, RANDOM);
	CU_ASSERT_EQUAL(overwritten_of(values, set), 1);
	set = explore_values_write(values, set, OTHER);
	CU_ASSERT_EQUAL(overwritten_of(values, set), 2);
	/* Data take nothing away and add nothing; nor does a tear. */
	set = explore_values_write(values, set, USER);
	CU_ASSERT_EQUAL(overwritten_of(values, set), 2);
	set = explore_values_spoil(values, set);
	CU_ASSERT_EQUAL(overwritten_of(values, set), 2);
	for (guint i = 0; i < 5; i++)
		set = explore_values_write(values, set, i % 2 ? ZEROS : RANDOM);
	CU_ASSERT_EQUAL(overwritten_of(values, set), EXPLORE_OVERWRITTEN_MAX);
	CU_ASSERT_EQUAL(explore_values_write(values, 0, ZEROS), 0);
	explore_values_free(values);
}

/* Values that become one are one. */
static void merge(void)
{
	struct explore_values *values = explore_values_new(overwrites, NULL, UNREADABLE);
	guint32 set =
	    explore_values_union(values, explore_values_one(values, USER, 0), explore_values_one(values, OTHER, 0));

	CU_ASSERT_EQUAL(explore_values_write(values, set, ZEROS), explore_values_one(values, ZEROS, 1));
	CU_ASSERT_EQUAL(explore_values_spoil(values, set), explore_values_one(values, UNREADABLE, 0));
	explore_values_free(values);
}

TEST_SUITE(explore_values, { "sets", sets }, { "counts", counts }, { "merge", merge })
