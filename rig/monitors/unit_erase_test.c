/* SPDX-License-Identifier: Apache-2.0 */
/* Several messages on the panel, and lines that come late: which of them an erase of everything is. */
#include "rig/content.h"
#include "rig/message.h"
#include "monitor_script.h"
#include "rig/test.h"
#include <stdio.h>

/* An erase of residual data that the console is silent of, as part of a call. */
static gboolean erase_silently(struct script *script, const char *operation)
{
	return script_panel(script, message_find("erasing")->text) &&
	       script_write(script, 64, 8, CONTENT_RANDOM, 7, 0) && script_flush(script) &&
	       script_panel(script, "Ready") && script_call(script, operation, "{}", "{}");
}

/* One that the System Manager asks for: of these sectors. */
static gboolean erase_free(struct script *script, guint64 lba, guint32 count)
{
	return script_call(script, "erase.request", "{'value':''}", "{}") &&
	       script_panel(script, message_find("erasing")->text) && script_say(script, "residual erase begins") &&
	       script_write(script, lba, count, CONTENT_RANDOM, 8, 0) && script_flush(script) &&
	       script_panel(script, "Ready") && script_say(script, "residual erase ends");
}

/* It was erased in mode 2 at its second start. */
static struct script *erased_unit(void)
{
	struct script *script = script_new(NULL);

	script->mode = 2;
	CU_ASSERT(script_start(script) && script_register(script));
	script_off(script);
	CU_ASSERT(script_start(script) && script_wait(script, 5000));
	CU_ASSERT_EQUAL(script->erases, 1);
	return script;
}

static void expect_good(struct script *script)
{
	CU_ASSERT(script_report(script) && script_log(script));
	script_end(script);
	CU_ASSERT_EQUAL(script->erases, 2);
	CU_ASSERT_EQUAL(script->findings->len, 0);
	for (guint i = 0; i < script->texts->len; i++)
		printf("  %s\n", (const char *)script->texts->pdata[i]);
	script_free(script);
}

/* RANDOM-371 of the second firmware: data replaced, the key re-generated at once, the mains off for a millisecond just
 * then; the console spoke of the erase that followed less than 100 ms after that of the replaced data. */
static void residue_before_a_cut(void)
{
	struct script *script = erased_unit();

	script->quick = TRUE;
	CU_ASSERT(erase_silently(script, "data.put"));
	script->steps = 0;
	script->cut_at = 1; /* the erasing message */
	CU_ASSERT_FALSE(script_regenerate(script));
	script->cut_at = 0;
	CU_ASSERT(script_start(script));
	expect_good(script);
}

/* RANDOM-1058: a document deleted, free sectors erased, the key re-generated. */
static void residue_twice(void)
{
	struct script *script = erased_unit();

	CU_ASSERT(erase_silently(script, "document.delete") && erase_free(script, 0, 900) && script_regenerate(script));
	expect_good(script);
}

/* The same, but all sectors were free; the erase of everything takes much longer. */
static void residue_of_all_sectors(void)
{
	struct script *script = erased_unit();

	script->block = 1;
	CU_ASSERT(erase_silently(script, "document.delete") && erase_free(script, 0, (guint32)script->sectors) &&
		  script_regenerate(script));
	expect_good(script);
}

/* An erase so short that all of it lies between a line and its coming. */
static void residue_and_a_short_erase(void)
{
	struct script *script = erased_unit();

	script->block = 500;
	CU_ASSERT(erase_silently(script, "document.delete") && erase_free(script, 0, 900) && script_regenerate(script));
	expect_good(script);
}

/* A job under way, the key re-generated, the mains off at once; off again at cut `cut` of the start that erases. */
static struct script *job_and_two_cuts(guint cut)
{
	struct script *script = erased_unit();

	CU_ASSERT(script_write(script, 600, 8, CONTENT_RANDOM, 4, 0) && script_flush(script));
	CU_ASSERT(script_call(script, "job.start", "{'kind':'send','value':'x'}", "{'job':1}"));
	script->steps = 0;
	script->cut_at = 1;
	CU_ASSERT_FALSE(script_regenerate(script));
	script->steps = 0;
	script->cut_at = cut;
	script_start(script);
	script->cut_at = 0;
	return script;
}

/* RANDOM-1767 of the first firmware, seed 20261122: the second cut came when all was overwritten and noted, but not
 * said; the next start had nothing to erase. */
static void job_before_a_late_cut(void)
{
	struct script *script = NULL;

	for (guint cut = 1; !script || script->erases < 2; cut++) {
		if (script)
			script_free(script);
		script = job_and_two_cuts(cut);
	}
	CU_ASSERT_FALSE(script->alive);
	CU_ASSERT(script_start(script));
	expect_good(script);
}

/* ---- what is wrong is found all the same */

static void expect_flaw(struct script *script, const char *monitor, const char *requirement)
{
	script_end(script);
	CU_ASSERT(script_found(script, monitor, requirement));
	script_free(script);
}

static void residue_before_a_flaw(void)
{
	struct script *script = erased_unit();

	CU_ASSERT(erase_silently(script, "document.delete") && erase_free(script, 0, 900));
	script->flaw = FLAW_LAST_BLOCK;
	CU_ASSERT(script_regenerate(script));
	expect_flaw(script, "erase-complete", "ERA-01");
}

/* What the console says after its start line is of no message before the cut. */
static void cut_before_a_flaw(void)
{
	struct script *script = erased_unit();

	script->quick = TRUE;
	script->block = 500;
	script->flaw = FLAW_LATE_FLUSH;
	script->steps = 0;
	script->cut_at = 1;
	CU_ASSERT_FALSE(script_regenerate(script));
	script->cut_at = 0;
	CU_ASSERT(script_start(script));
	expect_flaw(script, "flush-before-promise", "PWR-04");
}

/* The message that went long ago is not that of the erase which is cut off. */
static void residue_before_a_forgotten_erase(void)
{
	struct script *script = erased_unit();

	script->block = 1;
	CU_ASSERT(erase_silently(script, "document.delete") && erase_free(script, 0, (guint32)script->sectors));
	script->flaw = FLAW_FORGETS;
	script->steps = 0;
	script->cut_at = 700;
	CU_ASSERT_FALSE(script_regenerate(script));
	script->cut_at = 0;
	CU_ASSERT(script_start(script));
	expect_flaw(script, "pending-first", "BOO-01");
}

TEST_SUITE(unit_erase, { "residue before a cut", residue_before_a_cut }, { "residue twice", residue_twice },
	   { "residue of all sectors", residue_of_all_sectors },
	   { "residue and a short erase", residue_and_a_short_erase },
	   { "job before a late cut", job_before_a_late_cut }, { "residue before a flaw", residue_before_a_flaw },
	   { "cut before a flaw", cut_before_a_flaw },
	   { "residue before a forgotten erase", residue_before_a_forgotten_erase })
