/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_outcomes.h"
#include "explore_result.h"
#include "fake_explore.h"
#include "rig/test.h"

static struct explore_result explore(guint flags, guint depth)
{
	g_autoptr(GKeyFile) config = g_key_file_new();
	struct explore_result result;

	g_key_file_set_integer(config, "board", "flags", (gint)flags);
	const struct explore_settings settings = {
		.class = &fake_explore_board,
		.config = config,
		.mode = 1,
		.depth = depth,
		.rules = { TRUE, TRUE, TRUE, TRUE },
		.limits = { .operations = 2000 },
		.states_max = 1000000,
	};
	explore_result_init(&result, EXPLORE_ACTIVATION);
	explore_result_make(&result, &settings);
	return result;
}

static const struct explore_outcome *at(const GArray *outcomes, guint i)
{
	return &g_array_index(outcomes, struct explore_outcome, i);
}

/* What is said of a cut after so many operations. */
static const struct explore_outcome *at_operation(const GArray *outcomes, guint64 operation)
{
	guint i = 0;

	while (at(outcomes, i)->last < operation)
		i++;
	return at(outcomes, i);
}

static void expect_no_gap(const GArray *outcomes)
{
	CU_ASSERT_FATAL(outcomes->len > 0);
	CU_ASSERT_EQUAL(at(outcomes, 0)->first, 0);
	for (guint i = 0; i < outcomes->len; i++) {
		CU_ASSERT(at(outcomes, i)->last >= at(outcomes, i)->first);
		CU_ASSERT(!i || at(outcomes, i)->first == at(outcomes, i - 1)->last + 1);
		CU_ASSERT_EQUAL(at(outcomes, i)->alone & at(outcomes, i)->later, 0);
	}
}

/* Eight writes, four flushes and four notes, and a cut before and after each. */
static void good(void)
{
	static const guint flags[] = { 0, FAKE_READS, FAKE_FEELS, FAKE_ASKED };

	for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
		struct explore_result result = explore(flags[i], 0);

		CU_ASSERT_EQUAL_FATAL(result.outcomes->len, 1);
		CU_ASSERT(at(result.outcomes, 0)->last >= 16 && at(result.outcomes, 0)->last < 24);
		CU_ASSERT_EQUAL(at(result.outcomes, 0)->waiting, FAKE_BETWEEN);
		CU_ASSERT_EQUAL(at(result.outcomes, 0)->alone | at(result.outcomes, 0)->later, 0);
		explore_result_clear(&result);
	}
}

/* Each finding is where its first cut is, and where a cut needs another one that is said. */
static void bad(void)
{
	static const guint flags[] = { FAKE_NOTES_FIRST,
				       FAKE_CRASHES,
				       FAKE_FAILS,
				       FAKE_SKIPS,
				       FAKE_READS | FAKE_TRUSTS,
				       FAKE_LAZY,
				       FAKE_REMEMBERS,
				       FAKE_ASKED | FAKE_HASTY,
				       FAKE_FORGETS_SECOND,
				       FAKE_COUNTS | FAKE_NOTES_FIRST };

	for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
		struct explore_result result = explore(flags[i], 3);

		expect_no_gap(result.outcomes);
		CU_ASSERT(result.findings->len > 0);
		for (guint k = 0; k < result.findings->len; k++) {
			const struct explore_finding *finding =
			    &g_array_index(result.findings, struct explore_finding, k);
			const struct explore_outcome *there =
			    at_operation(result.outcomes, explore_outcomes_place(finding));

			CU_ASSERT((finding->cuts > 1 ? there->later | there->alone : there->alone) >> finding->fault &
				  1);
		}
		explore_result_clear(&result);
	}
}

static void by_one_or_more(void)
{
	struct explore_result twice = explore(FAKE_FORGETS_SECOND, 3), once = explore(FAKE_FORGETS_SECOND, 2);
	guint32 alone = 0, later = 0;

	for (guint i = 0; i < twice.outcomes->len; i++) {
		alone |= at(twice.outcomes, i)->alone;
		later |= at(twice.outcomes, i)->later;
	}
	CU_ASSERT_EQUAL(alone, 0);
	CU_ASSERT(later >> EXPLORE_FAULT_LEFT & 1);
	CU_ASSERT_EQUAL(once.outcomes->len, 1);
	explore_result_clear(&twice);
	explore_result_clear(&once);
}

/* What is left out is not good. */
static void not_looked_at(void)
{
	const struct explore_outcome one = { 0, 9, 2, EXPLORE_OUTCOME_UNKNOWN, 1u << EXPLORE_FAULT_CRASH };
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof one);
	g_autoptr(GArray) copy = g_array_new(FALSE, FALSE, sizeof one);

	g_array_append_val(outcomes, one);
	json_t *json = explore_outcomes_encode(outcomes);
	CU_ASSERT_TRUE_FATAL(explore_outcomes_decode(json, copy));
	CU_ASSERT_EQUAL_FATAL(copy->len, 1);
	CU_ASSERT(at(copy, 0)->last == one.last && at(copy, 0)->waiting == one.waiting);
	CU_ASSERT(at(copy, 0)->alone == one.alone && at(copy, 0)->later == one.later);
	json_decref(json);
}

/* Many become few, nothing is lost of what was bad, and nothing is between them. */
static void limit(void)
{
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(struct explore_outcome));

	for (guint i = 0; i < 1001; i++) {
		const struct explore_outcome outcome = { 3 * i, 3 * i + 2, i, i == 500 ? 2 : 0, i % 2 ? 2 : 0 };

		g_array_append_val(outcomes, outcome);
	}
	explore_outcomes_limit(outcomes, 100);
	CU_ASSERT(outcomes->len <= 100 && outcomes->len > 50);
	expect_no_gap(outcomes);
	CU_ASSERT_EQUAL(at(outcomes, outcomes->len - 1)->last, 3002);
	CU_ASSERT_EQUAL(at(outcomes, outcomes->len - 1)->waiting, 1000);
	for (guint i = 0; i < outcomes->len; i++) {
		const gboolean has = at(outcomes, i)->first <= 1500 && at(outcomes, i)->last >= 1500;

		CU_ASSERT_EQUAL(at(outcomes, i)->alone, has ? 2 : 0);
	}
}

static void refuses(void)
{
	static const char *const texts[] = {
		"{}",
		"[1]",
		"[{\"first\":1,\"last\":2,\"waiting\":0,\"alone\":[],\"later\":[]}]",
		"[{\"first\":0,\"last\":-1,\"waiting\":0,\"alone\":[],\"later\":[]}]",
		"[{\"first\":0,\"last\":2,\"waiting\":-1,\"alone\":[],\"later\":[]}]",
		"[{\"first\":0,\"last\":2,\"waiting\":0,\"alone\":[\"luck\"],\"later\":[]}]",
		"[{\"first\":0,\"last\":2,\"waiting\":0,\"alone\":[]}]",
		"[{\"first\":0,\"last\":2,\"waiting\":0,\"alone\":[],\"later\":[]},"
		"{\"first\":4,\"last\":5,\"waiting\":0,\"alone\":[],\"later\":[]}]",
	};
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(struct explore_outcome));

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		json_t *json = json_loads(texts[i], 0, NULL);

		CU_ASSERT_PTR_NOT_NULL_FATAL(json);
		CU_ASSERT_FALSE(explore_outcomes_decode(json, outcomes));
		json_decref(json);
	}
	CU_ASSERT_TRUE(explore_outcomes_decode(NULL, outcomes));
	CU_ASSERT_EQUAL(outcomes->len, 0);
}

TEST_SUITE(explore_outcomes, { "good", good }, { "bad", bad }, { "by one or more", by_one_or_more },
	   { "not looked at", not_looked_at }, { "limit", limit }, { "refuses", refuses })
