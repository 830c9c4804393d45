/* SPDX-License-Identifier: Apache-2.0 */
/* Worker processes that die, by the firmware's doing or by another's. */
#include "explore_work.h"
#include "fake_explore.h"
#include "rig/test.h"
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

/* What the killer does; shared by all workers. */
struct killer {
	guint64 resume;	  /* it strikes then … */
	guint64 later;	  /* … so much later after each death … */
	guint times;	  /* … so many times … */
	gboolean outside; /* … and not while the firmware runs */
	guint deaths;
	gboolean is_firmware; /* it is the firmware itself, in place of crashing */
};

/* The contract's functions have nowhere else to keep what the fake's do not know. */
static struct killer *killer;
static struct explore_watch *watch;
static const char *death;

static void set_watch(struct explore_board *board, struct explore_watch *wanted)
{
	(void)board;
	watch = wanted;
}

static enum explore_stop run(struct explore_board *board)
{
	death = explore_watch_enter(watch);
	if (death)
		return EXPLORE_CRASHED;
	if (killer->outside)
		explore_watch_leave(watch);
	if (watch->resumes == killer->resume + killer->later * killer->deaths && killer->deaths < killer->times) {
		killer->deaths++;
		kill(getpid(), SIGKILL);
	}
	const enum explore_stop stop = fake_run(board);
	if (stop == EXPLORE_CRASHED && killer->is_firmware)
		kill(getpid(), SIGKILL);
	explore_watch_leave(watch);
	return stop;
}

static const char *crash(const struct explore_board *board)
{
	return death ? death : fake_crash(board);
}

static void take(gpointer data, const struct explore_result *result)
{
	struct explore_result *taken = data;
	json_t *json = explore_result_encode(result);

	CU_ASSERT_TRUE(explore_result_decode(taken, json, NULL));
	json_decref(json);
}

static struct explore_result explore_with(struct killer how)
{
	static const enum explore_trigger trigger = EXPLORE_ACTIVATION;
	struct explore_board_class class = fake_explore_board;
	g_autoptr(GKeyFile) config = g_key_file_new();
	struct explore_result result = { .verdict = EXPLORE_VERDICTS };

	class.set_watch = set_watch;
	class.run = run;
	class.crash = crash;
	killer = mmap(NULL, sizeof *killer, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	g_assert(killer != MAP_FAILED);
	*killer = how;
	g_key_file_set_integer(config, "board", "flags", how.is_firmware ? FAKE_CRASHES : 0);
	const struct explore_settings settings = { .class = &class,
						   .config = config,
						   .mode = 1,
						   .depth = 2,
						   .rules = { TRUE, TRUE, TRUE, TRUE },
						   .limits = { .operations = 2000 } };
	const struct explore_work work = {
		.settings = &settings, .triggers = &trigger, .count = 1, .jobs = 1, .ended = take, .data = &result
	};
	CU_ASSERT_TRUE(explore_work(&work, NULL));
	munmap(killer, sizeof *killer);
	return result;
}

static void nobody_dies(void)
{
	struct explore_result result = explore_with((struct killer){ 0 });

	CU_ASSERT_EQUAL(result.verdict, EXPLORE_PASS);
	explore_result_clear(&result);
}

/* In the same place again and again: that is the firmware. */
static void firmware_kills(void)
{
	struct explore_result result = explore_with((struct killer){ .is_firmware = TRUE });

	CU_ASSERT_EQUAL(result.verdict, EXPLORE_FAIL);
	CU_ASSERT_EQUAL_FATAL(result.findings->len, 1);
	const struct explore_finding *finding = &g_array_index(result.findings, struct explore_finding, 0);
	CU_ASSERT_EQUAL(finding->fault, EXPLORE_FAULT_CRASH);
	CU_ASSERT_EQUAL(finding->cuts, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(finding->text, "it ends the process that runs it, by signal 9 (Killed)"));
	CU_ASSERT_PTR_NOT_NULL(finding->plan);
	/* The rest was explored all the same. */
	CU_ASSERT(result.counts.states > 1);
	explore_result_clear(&result);
}

/* Once: anybody may have done that. Nothing is lost. */
static void somebody_kills(void)
{
	struct explore_result alive = explore_with((struct killer){ 0 });
	struct explore_result result = explore_with((struct killer){ .resume = 9, .times = 1 });

	CU_ASSERT_EQUAL(result.verdict, EXPLORE_PASS);
	CU_ASSERT_EQUAL(result.counts.states, alive.counts.states);
	explore_result_clear(&result);
	explore_result_clear(&alive);
}

/* Nobody knows who. */
static void unknown_kills(void)
{
	static const struct killer cases[] = {
		{ .resume = 9, .outside = TRUE, .times = 1 },
		{ .resume = 9, .later = 1, .times = G_MAXUINT },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct explore_result result = explore_with(cases[i]);

		CU_ASSERT_EQUAL(result.verdict, EXPLORE_ERROR);
		CU_ASSERT_PTR_NOT_NULL_FATAL(result.reason);
		CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, "the worker was ended by signal 9"));
		explore_result_clear(&result);
	}
}

TEST_SUITE(explore_work, { "nobody dies", nobody_dies }, { "the firmware kills", firmware_kills },
	   { "somebody kills", somebody_kills }, { "unknown", unknown_kills })
