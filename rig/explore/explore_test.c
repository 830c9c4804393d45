/* SPDX-License-Identifier: Apache-2.0 */
/* The explorer on a firmware of a few lines, with each rule and without it. */
#include "rig/cut_plan.h"
#include "explore_result.h"
#include "fake_explore.h"
#include "rig/test.h"

#define SHARE_NS 25 /* of a command's 10 */

static struct explore_result explore(guint flags, guint depth, const char *rules)
{
	g_autoptr(GKeyFile) config = g_key_file_new();
	struct explore_result result;

	g_key_file_set_integer(config, "board", "flags", (gint)flags);
	const struct explore_settings settings = {
		.class = &fake_explore_board,
		.config = config,
		.mode = 1,
		.depth = depth,
		.rules = { strchr(rules, 's') != NULL, strchr(rules, 'm') != NULL, strchr(rules, 'c') != NULL,
			   strchr(rules, 'n') != NULL },
		.share_ns = SHARE_NS,
		.limits = { .operations = 2000 },
		.states_max = 1000000,
	};
	explore_result_init(&result, EXPLORE_ACTIVATION);
	explore_result_make(&result, &settings);
	return result;
}

static const char *const all_rules[] = { "smc", "sm", "mc", "m", "" };

static void good(void)
{
	static const guint flags[] = { 0, FAKE_READS, FAKE_FEELS, FAKE_FEELS | FAKE_READS };

	for (guint i = 0; i < G_N_ELEMENTS(all_rules); i++)
		for (guint k = 0; k < G_N_ELEMENTS(flags); k++) {
			/* Nothing of this unit counts starts: its states recur, but told apart by sectors they are
			 * many. */
			gboolean few = strlen(all_rules[i]) > 1 && all_rules[i][0] == 's';
			struct explore_result result = explore(flags[k], few ? 5 : 1, all_rules[i]);

			CU_ASSERT_EQUAL(result.verdict, EXPLORE_PASS);
			CU_ASSERT(result.counts.operations >= 8 + 4 + 4);
			CU_ASSERT_EQUAL(result.counts.closed, few);
			CU_ASSERT_EQUAL(result.counts.depth, 1);
			explore_result_clear(&result);
		}
}

/* What is found, by how many cuts, is the same by every set of rules. */
static void each_fault(void)
{
	static const struct {
		guint flags, depth;
		guint faults; /* set of 1 << enum explore_fault */
		guint cuts;
	} cases[] = {
		{ FAKE_NOTES_FIRST, 1, 1u << EXPLORE_FAULT_LEFT | 1u << EXPLORE_FAULT_UNREADABLE, 1 },
		{ FAKE_CRASHES, 1, 1u << EXPLORE_FAULT_CRASH, 1 },
		{ FAKE_HANGS, 1, 1u << EXPLORE_FAULT_ENDLESS, 1 },
		{ FAKE_FAILS, 1, 1u << EXPLORE_FAULT_NOT_READY, 1 },
		{ FAKE_SKIPS, 1, 1u << EXPLORE_FAULT_LEFT | 1u << EXPLORE_FAULT_UNREADABLE, 1 },
		{ FAKE_READS | FAKE_TRUSTS, 1, 1u << EXPLORE_FAULT_LEFT | 1u << EXPLORE_FAULT_UNREADABLE, 1 },
		{ FAKE_SILENT, 1, 1u << EXPLORE_FAULT_MESSAGE, 0 },
		{ FAKE_FEELS | FAKE_LATE, 1, 1u << EXPLORE_FAULT_NOT_READY, 1 },
		{ FAKE_REMEMBERS, 1, 1u << EXPLORE_FAULT_NOT_READY, 1 },
		{ FAKE_LAZY, 1, 1u << EXPLORE_FAULT_LEFT | 1u << EXPLORE_FAULT_UNREADABLE, 1 },
		{ FAKE_ASKED, 1, 0, 0 },
		{ FAKE_ASKED | FAKE_HASTY, 1, 1u << EXPLORE_FAULT_LEFT, 1 },
		{ FAKE_FORGETS_SECOND, 1, 0, 0 },
		{ FAKE_FORGETS_SECOND, 2, 0, 0 },
		{ FAKE_FORGETS_SECOND, 3, 1u << EXPLORE_FAULT_LEFT | 1u << EXPLORE_FAULT_UNREADABLE, 3 },
	};

	guint64 operations[EXPLORE_FAULTS];

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		for (guint k = 0; k < G_N_ELEMENTS(all_rules); k++) {
			/* Several cuts, and many writes that wait, are much where every state is told apart. */
			if ((cases[i].depth > 1 || cases[i].flags & FAKE_LAZY) &&
			    (strlen(all_rules[k]) < 2 || all_rules[k][0] != 's'))
				continue;
			struct explore_result result = explore(cases[i].flags, cases[i].depth, all_rules[k]);
			guint faults = 0;

			/* … and at the same operation. */
			for (guint n = 0; n < result.findings->len; n++) {
				const struct explore_finding *finding =
				    &g_array_index(result.findings, struct explore_finding, n);
				faults |= 1u << finding->fault;
				CU_ASSERT_EQUAL(finding->cuts, cases[i].cuts);
				if (!k)
					operations[finding->fault] = finding->operation;
				CU_ASSERT_EQUAL(finding->operation, operations[finding->fault]);
				/* … and how it comes about is known, cut by cut. */
				CU_ASSERT_PTR_NOT_NULL_FATAL(finding->plan);
				CU_ASSERT_EQUAL(finding->plan->cuts->len, finding->cuts);
				CU_ASSERT_EQUAL(finding->plan->story->len, 2 * finding->cuts + 2);
			}
			CU_ASSERT_EQUAL(faults, cases[i].faults);
			CU_ASSERT_EQUAL(result.verdict, faults ? EXPLORE_FAIL : EXPLORE_PASS);
			explore_result_clear(&result);
		}
}

/* A sector that was read is exact from then on; others are not. */
static void what_is_read(void)
{
	struct explore_result result = explore(FAKE_READS, 1, "smc");

	CU_ASSERT_EQUAL(result.counts.restarts, 1);
	CU_ASSERT_EQUAL(result.counts.exact_sectors, 1);
	explore_result_clear(&result);
	result = explore(0, 1, "smc");
	CU_ASSERT_EQUAL(result.counts.restarts, 0);
	CU_ASSERT_EQUAL(result.counts.exact_sectors, 0);
	explore_result_clear(&result);
}

/* Also one that was read when its content was certain, and that is not by a later way to the same state. */
static void what_was_read(void)
{
	struct explore_result once = explore(FAKE_READS | FAKE_TOGGLES, 1, "smc");
	struct explore_result twice = explore(FAKE_READS | FAKE_TOGGLES, 2, "smc");

	CU_ASSERT_EQUAL(once.verdict, EXPLORE_PASS);
	CU_ASSERT_EQUAL(once.counts.exact_sectors, 0);
	CU_ASSERT_EQUAL(twice.verdict, EXPLORE_PASS);
	CU_ASSERT_EQUAL(twice.counts.exact_sectors, FAKE_COMMANDS - 1);
	explore_result_clear(&once);
	explore_result_clear(&twice);
}

/* Each rule saves starts. */
static void what_rules_save(void)
{
	struct explore_result with = explore(0, 1, "smc"), without_converging = explore(0, 1, "sm");
	struct explore_result without_sectors = explore(0, 1, "mc"), without_any = explore(0, 1, "");

	CU_ASSERT(without_sectors.counts.states > with.counts.states);
	CU_ASSERT(without_any.counts.states > without_sectors.counts.states);
	CU_ASSERT(with.counts.converged > 0);
	CU_ASSERT_EQUAL(without_converging.counts.converged, 0);
	CU_ASSERT(without_converging.counts.session_operations > with.counts.session_operations);
	/* What was covered does not depend on them. */
	CU_ASSERT_EQUAL(with.counts.cuts, without_sectors.counts.cuts);
	CU_ASSERT_EQUAL(with.counts.operations, without_converging.counts.operations);
	explore_result_clear(&with);
	explore_result_clear(&without_any);
	explore_result_clear(&without_sectors);
	explore_result_clear(&without_converging);
}

static guint faults_of(const struct explore_result *result)
{
	guint faults = 0;

	for (guint i = 0; i < result->findings->len; i++)
		faults |= 1u << g_array_index(result->findings, struct explore_finding, i).fault;
	return faults;
}

/* To the fixed point the same is found, after as many cuts, as when so many cuts are told apart, whether or not starts
 * are counted. */
static void fixed_point(void)
{
	static const guint flags[] = {
		0,
		FAKE_READS,
		FAKE_FEELS,
		FAKE_NOTES_FIRST,
		FAKE_CRASHES,
		FAKE_FAILS,
		FAKE_SKIPS,
		FAKE_FEELS | FAKE_LATE,
		FAKE_FORGETS_SECOND,
		FAKE_REMEMBERS,
		/* What counts lies behind a disk write. */
		FAKE_READS | FAKE_MENDS,
	};

	for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
		struct explore_result told_apart = explore(flags[i], 4, "smc");

		for (guint counts = 0; counts <= FAKE_COUNTS; counts += FAKE_COUNTS) {
			struct explore_result result = explore(flags[i] | counts, 0, "smcn");

			CU_ASSERT_EQUAL(result.verdict, told_apart.verdict);
			CU_ASSERT_EQUAL_FATAL(result.findings->len, told_apart.findings->len);
			for (guint n = 0; n < result.findings->len; n++) {
				const struct explore_finding *one =
				    &g_array_index(result.findings, struct explore_finding, n);
				const struct explore_finding *other =
				    &g_array_index(told_apart.findings, struct explore_finding, n);
				CU_ASSERT(one->fault == other->fault && one->cuts == other->cuts);
			}
			CU_ASSERT_EQUAL(result.counts.closed, !counts);
			CU_ASSERT_EQUAL(result.counts.apart, counts != 0);
			CU_ASSERT_EQUAL(result.counts.counters, counts != 0);
			CU_ASSERT(!counts ||
				  (result.counts.counter[0].first == 5 && result.counts.counter[0].last == 5));
			explore_result_clear(&result);
		}
		explore_result_clear(&told_apart);
	}
	/* Bounded: nothing is claimed beyond, and what shows by so many cuts is found. */
	for (guint depth = 1; depth <= 3; depth++) {
		struct explore_result result = explore(FAKE_COUNTS | FAKE_FORGETS_SECOND, depth, "smcn");
		CU_ASSERT(!result.counts.closed && !result.counts.apart && result.counts.bounded);
		CU_ASSERT_EQUAL(result.counts.counters, 1);
		CU_ASSERT_EQUAL(result.counts.depth, depth);
		CU_ASSERT_EQUAL(result.verdict, depth < 3 ? EXPLORE_PASS : EXPLORE_FAIL);
		CU_ASSERT_EQUAL(result.counts.merged != 0, depth > 2);
		explore_result_clear(&result);
	}
	/* By as many as lead to no other state: closed, as without a bound. */
	struct explore_result result = explore(FAKE_COUNTS, 3, "smcn");
	CU_ASSERT(result.counts.apart && !result.counts.bounded);
	explore_result_clear(&result);
}

/* What is of one class must also do the same: a start that comes to the same by another way, before it overwrites or
 * while it does, is cut as well, and what that leaves is found. */
static void does_the_same(void)
{
	static const guint flags[] = { FAKE_COUNTS | FAKE_ODD_BEGINS, FAKE_COUNTS | FAKE_ODD_NOTES };

	for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
		struct explore_result told_apart = explore(flags[i], 3, "smc");
		struct explore_result result = explore(flags[i], 0, "smcn");

		CU_ASSERT(result.counts.apart && result.counts.merged > 0);
		CU_ASSERT(faults_of(&told_apart) & 1u << EXPLORE_FAULT_LEFT);
		CU_ASSERT_EQUAL(faults_of(&result), faults_of(&told_apart));
		for (guint k = 0; k < MIN(result.findings->len, told_apart.findings->len); k++) {
			const struct explore_finding *one = &g_array_index(result.findings, struct explore_finding, k);
			const struct explore_finding *other =
			    &g_array_index(told_apart.findings, struct explore_finding, k);

			CU_ASSERT(one->cuts == 3 && other->cuts == 3 && one->operation == other->operation);
		}
		explore_result_clear(&told_apart);
		explore_result_clear(&result);
	}
}

/* States without an end are no pass. */
static void no_end(void)
{
	struct explore_result result = explore(FAKE_COUNTS, 0, "smc");

	CU_ASSERT_EQUAL(result.verdict, EXPLORE_ERROR);
	CU_ASSERT(result.counts.bounded && !result.counts.closed && !result.counts.apart);
	CU_ASSERT_PTR_NOT_NULL(result.reason);
	CU_ASSERT(result.reason && strstr(result.reason, "no end of states is in sight"));
	explore_result_clear(&result);
	/* Whoever asks for no more than so many cuts gets what he asked for. */
	result = explore(FAKE_COUNTS, 2, "smc");
	CU_ASSERT_EQUAL(result.verdict, EXPLORE_PASS);
	explore_result_clear(&result);
	/* What is found is found. */
	result = explore(FAKE_COUNTS | FAKE_SKIPS, 0, "smc");
	CU_ASSERT_EQUAL(result.verdict, EXPLORE_FAIL);
	explore_result_clear(&result);
}

/* With power for some commands at each start. */
static void livelock(void)
{
	static const struct {
		guint flags, faults;
	} cases[] = {
		{ 0, 0 },
		{ FAKE_COUNTS, 0 },
		{ FAKE_STAYS, 1u << EXPLORE_FAULT_LIVELOCK },
		{ FAKE_STAYS | FAKE_COUNTS, 1u << EXPLORE_FAULT_LIVELOCK },
		{ FAKE_LAZY | FAKE_STAYS, 1u << EXPLORE_FAULT_LIVELOCK },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct explore_result result = explore(cases[i].flags, 0, "smcn");

		CU_ASSERT_EQUAL(faults_of(&result) & 1u << EXPLORE_FAULT_LIVELOCK, cases[i].faults);
		explore_result_clear(&result);
	}
	/* Nothing is said of it where not all states are known. */
	struct explore_result result = explore(FAKE_STAYS, 1, "smcn");
	CU_ASSERT_EQUAL(faults_of(&result), 0);
	explore_result_clear(&result);
}

static void limits(void)
{
	g_autoptr(GKeyFile) config = g_key_file_new();
	struct explore_settings settings = {
		.class = &fake_explore_board, .config = config, .mode = 1, .depth = 1, .states_max = 4
	};
	struct explore_result result;

	explore_result_init(&result, EXPLORE_ACTIVATION);
	explore_result_make(&result, &settings);
	CU_ASSERT_EQUAL(result.verdict, EXPLORE_ERROR);
	CU_ASSERT(result.counts.left_out > 0);
	explore_result_clear(&result);
	/* What there is no memory for is no pass, however deep one looks. */
	settings.states_max = 0;
	settings.bytes_max = 1;
	explore_result_init(&result, EXPLORE_ACTIVATION);
	explore_result_make(&result, &settings);
	CU_ASSERT_EQUAL(result.verdict, EXPLORE_ERROR);
	CU_ASSERT(result.counts.left_out > 0);
	CU_ASSERT(result.reason && strstr(result.reason, "more memory"));
	explore_result_clear(&result);
}

static void results(void)
{
	struct explore_result result = explore(FAKE_NOTES_FIRST, 1, "smc"), copy;
	g_autoptr(GError) error = NULL;
	json_t *json = explore_result_encode(&result);
	g_autoptr(GString) one = g_string_new(NULL), other = g_string_new(NULL);

	CU_ASSERT_TRUE_FATAL(explore_result_decode(&copy, json, &error));
	explore_result_tell(&result, NULL, one);
	explore_result_tell(&copy, NULL, other);
	CU_ASSERT_STRING_EQUAL(one->str, other->str);
	CU_ASSERT_PTR_NOT_NULL(strstr(one->str, "sectors-left (PWR-03): after 1 cut, the first at operation"));
	explore_result_clear(&copy);
	explore_result_clear(&result);
	json_object_set_new(json, "verdict", json_string("splendid"));
	CU_ASSERT_FALSE(explore_result_decode(&copy, json, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_PROTOCOL));
	json_decref(json);
}

TEST_SUITE(explore, { "good", good }, { "each fault", each_fault }, { "what is read", what_is_read },
	   { "what was read", what_was_read }, { "what rules save", what_rules_save }, { "fixed point", fixed_point },
	   { "does the same", does_the_same }, { "no end", no_end }, { "livelock", livelock }, { "limits", limits },
	   { "results", results })
