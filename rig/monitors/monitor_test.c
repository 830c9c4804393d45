/* SPDX-License-Identifier: Apache-2.0 */
/* Monitors on units made of events: a good one is never accused, whatever happens to it; each flaw is found. */
#include "monitor_script.h"
#include "monitors.h"
#include "rig/protocol.h"
#include "rig/test.h"
#include <stdio.h>

static void show(const struct script *script)
{
	for (guint i = 0; i < script->texts->len; i++)
		printf("  %s\n", (const char *)script->texts->pdata[i]);
}

static void expect_clean(const struct script *script)
{
	CU_ASSERT_EQUAL(script->findings->len, 0);
	if (script->findings->len)
		show(script);
}

/* First start, registration, the start with the erase, and what then is read. */
static gboolean live(struct script *script)
{
	if (!script->starts && (!script_start(script) || !script_job(script) || !script_register(script)))
		return FALSE;
	if (script->alive)
		script_off(script);
	return script_start(script) && script_wait(script, 5000) && script_report(script) && script_log(script);
}

static struct script *unit(enum flaw flaw, guint mode, gboolean bytewise)
{
	struct script *script = script_new(NULL);

	script->flaw = flaw;
	script->mode = mode;
	script->bytewise = bytewise;
	return script;
}

static void good_unit(void)
{
	static const char *const always[] = { "ERA-01", "PWR-04", "MSG-01", "MSG-05", "MSG-04",
					      "ERA-12", "LIC-06", "EVI-01", "EVI-02" };
	static const char *const by_mode[] = { NULL, "ERA-02", "ERA-03", "ERA-04" };

	for (guint mode = 1; mode <= 3; mode++)
		for (guint bytewise = 0; bytewise < 2; bytewise++) {
			struct script *script = unit(FLAW_NONE, mode, bytewise);
			CU_ASSERT(live(script));
			CU_ASSERT(script_regenerate(script) && script_report(script) && script_log(script));
			CU_ASSERT(script_job(script));
			script_end(script);
			expect_clean(script);
			for (guint i = 0; i < G_N_ELEMENTS(always); i++)
				CU_ASSERT(script_judged(script, NULL, always[i]));
			CU_ASSERT(script_judged(script, "passes", by_mode[mode]));
			CU_ASSERT_EQUAL(script_judged(script, "passes", "ERA-14"), mode == 3);
			script_free(script);
		}
}

/* Cut off after every command, text and line, twice, and then left alone. */
static gboolean live_with_cuts(guint mode, gboolean keep, guint first, guint second)
{
	struct script *script = unit(FLAW_NONE, mode, keep);

	script->keep = keep;
	script->cut_at = first;
	gboolean reached = !live(script);
	script->steps = 0;
	script->cut_at = reached ? second : 0;
	for (guint i = 0; i < 4 && reached && !live(script); i++)
		script->cut_at = 0;
	script->cut_at = 0;
	if (reached && script->licence == LICENCE_NONE && script->alive)
		CU_ASSERT(script_register(script) && live(script));
	script_end(script);
	expect_clean(script);
	if (script->erases)
		CU_ASSERT(script_judged(script, NULL, "ERA-01"));
	gboolean bad = script->findings->len > 0;
	if (bad)
		printf("  mode %u, keep %d, cuts after %u, %u\n", mode, keep, first, second);
	script_free(script);
	return reached && !bad;
}

static void cut_anywhere(void)
{
	for (guint mode = 1; mode <= 3; mode += 2)
		for (guint keep = 0; keep < 2; keep++) {
			guint cut = 1;
			while (live_with_cuts(mode, keep, cut, 0))
				cut++;
			CU_ASSERT(cut > 20 * mode + 10);
			for (cut = 8; cut < 30 && live_with_cuts(mode, keep, cut, 3 + cut % 13); cut++)
				;
			CU_ASSERT_EQUAL(cut, 30);
		}
}

/* The same, and the unit is asked as soon as it is ready: the console has not told everything yet. One whose erase was
 * over at the cut, and is known to it as complete, says so at once. */
static void asked_at_once(void)
{
	gboolean reached = TRUE;

	for (guint cut = 1; reached; cut++) {
		struct script *script = unit(FLAW_NONE, 3, FALSE);
		CU_ASSERT(script_start(script) && script_register(script));
		script_off(script);
		script->steps = 0;
		script->cut_at = cut;
		reached = !script_start(script);
		script->cut_at = 0;
		if (reached)
			CU_ASSERT(script_start(script) && script_report(script) && script_wait(script, 5000));
		script_end(script);
		expect_clean(script);
		if (script->findings->len)
			printf("  cut after %u\n", cut);
		script_free(script);
	}
}

/* The status says that the unit erases: what the panel shows while it is ready contradicts that, another text does not.
 */
static void erasing_behind_a_ready_panel(void)
{
	for (guint other = 0; other < 2; other++) {
		struct script *script = unit(FLAW_NONE, 1, FALSE);
		CU_ASSERT(script_start(script));
		for (guint i = 0; i < 5; i++)
			CU_ASSERT(script_wait(script, 100) && script_status(script, "ready", -1));
		CU_ASSERT(!other || script_panel(script, "Please wait"));
		for (guint i = 0; i < 5; i++)
			CU_ASSERT(script_wait(script, 100) && script_status(script, "erasing", 3));
		script_end(script);
		CU_ASSERT_EQUAL(script_found(script, "agreement", "EVI-01"), !other);
		script_free(script);
	}
}

/* The erase of a start-up is cut off half-way, and the flaw shows at the next one. */
static void live_with_cut(struct script *script)
{
	CU_ASSERT(script_start(script) && script_register(script));
	script_off(script);
	script->cut_at = script->steps + 20;
	CU_ASSERT_FALSE(script_start(script));
	script->cut_at = 0;
	script_start(script);
}

static void live_with_job(struct script *script)
{
	CU_ASSERT(script_start(script));
	script->cut_at = script->steps + 2; /* its data are there, and nothing is erased yet */
	CU_ASSERT_FALSE(script_job(script));
	script->cut_at = 0;
	script_start(script);
}

static void live_twice(struct script *script)
{
	live(script);
	script_regenerate(script);
}

static void live_simply(struct script *script)
{
	live(script);
}

static void store_planted(struct script *script)
{
	live(script);
	script_write(script, 700, 8, CONTENT_DATA, 1, DISK_SEEN_MARKER);
}

static void licence_appears(struct script *script)
{
	script_start(script);
	script->licence = LICENCE_PENDING;
	script_status(script, "ready", -1);
	script_wait(script, 500);
}

static void licence_goes(struct script *script)
{
	live(script);
	script->licence = LICENCE_NONE;
	script_status(script, "ready", -1);
	script_wait(script, 500);
}

static const struct {
	enum flaw flaw;
	guint mode;
	const char *monitor, *requirement;
	void (*live)(struct script *script);
} flaws[] = {
	{ FLAW_LAST_BLOCK, 1, "erase-complete", "ERA-01", live_simply },
	{ FLAW_LAST_BLOCK, 3, "passes", "ERA-04", live_simply },
	{ FLAW_ONE_PASS, 3, "passes", "ERA-04", live_simply },
	{ FLAW_SAME_SEED, 3, "passes", "ERA-04", live_simply },
	{ FLAW_SAME_SEED, 3, "passes", "ERA-14", live_simply },
	{ FLAW_OLD_SEED, 3, "passes", "ERA-14", live_simply },
	{ FLAW_EVERY_ERASE_ALIKE, 2, "passes", "ERA-05", live_twice },
	{ FLAW_CONSTANT, 2, "passes", "ERA-03", live_simply },
	{ FLAW_CONSTANT, 2, "passes", "ERA-05", live_simply },
	{ FLAW_WEAK, 2, "passes", "ERA-05", live_simply },
	{ FLAW_WRONG_PATTERN, 1, "passes", "ERA-02", live_simply },
	{ FLAW_WRONG_PATTERN, 2, "passes", "ERA-03", live_simply },
	{ FLAW_OTHER_WRITE, 1, "exclusive", "ERA-12", live_simply },
	{ FLAW_OTHER_READ, 1, "exclusive", "ERA-12", live_simply },
	{ FLAW_SERVES, 1, "exclusive", "ERA-12", live_simply },
	{ FLAW_NO_FLUSH, 1, "flush-before-promise", "PWR-04", live_simply },
	{ FLAW_FLUSH_FAILS, 2, "flush-before-promise", "PWR-03", live_simply },
	{ FLAW_LATE_FLUSH, 1, "message", "MSG-05", live_simply },
	{ FLAW_FORGETS, 1, "pending-first", "BOO-01", live_with_cut },
	{ FLAW_WRITES_FIRST, 1, "pending-first", "BOO-01", live_with_cut },
	{ FLAW_FORGETS_JOBS, 1, "pending-first", "BOO-05", live_with_job },
	{ FLAW_RESUMES_LATE, 1, "erase-complete", "PWR-03", live_with_cut },
	{ FLAW_NO_MESSAGE, 1, "message", "MSG-01", live_simply },
	{ FLAW_LATE_MESSAGE, 1, "message", "MSG-05", live_simply },
	{ FLAW_MESSAGE_GOES, 1, "message", "MSG-05", live_simply },
	{ FLAW_MESSAGE_STAYS, 1, "message", "MSG-05", live_simply },
	{ FLAW_PERCENT_OVER, 1, "progress", "MSG-04", live_simply },
	{ FLAW_PERCENT_BACK, 1, "progress", "MSG-04", live_simply },
	{ FLAW_PERCENT_EARLY, 1, "progress", "MSG-04", live_simply },
	{ FLAW_PLAINTEXT, 1, "plaintext", "KEY-04", store_planted },
	{ FLAW_ACTIVE_AT_ONCE, 1, "licence-state", "LIC-06", live_simply },
	{ FLAW_ACTIVE_UNASKED, 1, "licence-state", "LIC-12", licence_appears },
	{ FLAW_LICENCE_LOST, 1, "licence-state", "LIC-12", licence_goes },
	{ FLAW_STATUS_LIES, 1, "agreement", "EVI-01", live_simply },
	{ FLAW_REPORT_LIES, 1, "agreement", "EVI-01", live_simply },
	{ FLAW_REPORT_MODE, 1, "agreement", "EVI-01", live_simply },
	{ FLAW_LOG_LACKS, 1, "agreement", "EVI-01", live_simply },
	{ FLAW_FINISH_TIME, 1, "finish-time", "EVI-02", live_simply },
	{ FLAW_LOG_TIME, 1, "finish-time", "EVI-02", live_simply },
};

static void every_flaw(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(flaws); i++) {
		struct script *script = unit(flaws[i].flaw, flaws[i].mode, FALSE);
		flaws[i].live(script);
		script_end(script);
		CU_ASSERT(script_found(script, flaws[i].monitor, flaws[i].requirement));
		if (!script_found(script, flaws[i].monitor, flaws[i].requirement)) {
			printf("  flaw %u in mode %u: %s %s is not found\n", flaws[i].flaw, flaws[i].mode,
			       flaws[i].monitor, flaws[i].requirement);
			show(script);
		}
		script_free(script);
	}
}

/* Without the flaw nothing of what is done to show it is an offence. */
static void no_flaw(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(flaws); i++) {
		struct script *script = unit(FLAW_NONE, flaws[i].mode, i % 2);
		if (flaws[i].flaw == FLAW_PLAINTEXT || flaws[i].flaw == FLAW_ACTIVE_UNASKED ||
		    flaws[i].flaw == FLAW_LICENCE_LOST) {
			script_free(script);
			continue;
		}
		flaws[i].live(script);
		script_end(script);
		expect_clean(script);
		script_free(script);
	}
}

/* Cut off just when the console says that the erase ends. */
static struct script *cut_at_end(guint mode)
{
	for (guint cut = 1;; cut++) {
		struct script *script = unit(FLAW_NONE, mode, TRUE);
		CU_ASSERT(script_start(script) && script_register(script));
		script_off(script);
		script->cut_at = script->steps + cut;
		CU_ASSERT_FALSE(script_start(script));
		script->cut_at = 0;
		if (script->erases || script->alive)
			return script;
		script_free(script);
	}
}

/* PWR-06[first=yes,nth=49,op=nvram] of the second firmware: the cut took the line that the erase ends; the next start
 * was ready at once, and stored a user's data, encrypted, before the rig took the erase for over. */
static void end_of_erase_unsaid(void)
{
	for (guint mode = 1; mode <= 3; mode += 2) {
		struct script *script = cut_at_end(mode);
		CU_ASSERT_EQUAL(script->erases, 1);
		CU_ASSERT(script_start(script));
		CU_ASSERT(script_write(script, 64, 8, CONTENT_RANDOM, 9, DISK_SEEN_FUA));
		script_end(script);
		expect_clean(script);
		CU_ASSERT(script_judged(script, "message", "MSG-01"));
		script_free(script);
	}
}

TEST_SUITE(monitors, { "good unit", good_unit }, { "cut anywhere", cut_anywhere }, { "asked at once", asked_at_once },
	   { "erasing behind a ready panel", erasing_behind_a_ready_panel }, { "every flaw", every_flaw },
	   { "no flaw", no_flaw }, { "end of the erase unsaid", end_of_erase_unsaid })
