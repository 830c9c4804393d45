/* SPDX-License-Identifier: Apache-2.0 */
/* What is judged of what is followed. The rules are those of the monitors (rig/monitor_*.c), for all states at once. */
#include "explore_internal.h"
#include "rig/protocol.h"

const char *const explore_triggers[] = {
	[EXPLORE_ACTIVATION] = "activation",	 [EXPLORE_REGENERATION] = "regeneration",
	[EXPLORE_INVALIDATION] = "invalidation", [EXPLORE_JOB_END] = "job-end",
	[EXPLORE_RESIDUE] = "residue",		 NULL,
};

const struct explore_fault_info explore_faults[EXPLORE_FAULTS] = {
	[EXPLORE_FAULT_LEFT] = { "sectors-left", "an end is claimed, and sectors were not overwritten", "PWR-03" },
	[EXPLORE_FAULT_PASSES] = { "passes-missing", "an end is claimed, and sectors were overwritten too few times",
				   "ERA-04" },
	[EXPLORE_FAULT_CONTENT] = { "wrong-content", "an end is claimed, and sectors hold what the mode does not write",
				    "ERA-01" },
	[EXPLORE_FAULT_UNREADABLE] = { "unreadable", "an end is claimed, and sectors cannot be read", "ERA-01" },
	[EXPLORE_FAULT_VOLATILE] = { "not-flushed", "an end is claimed that the next cut may undo", "PWR-04" },
	[EXPLORE_FAULT_MESSAGE] = { "no-message", "the unit erases without the erasing message on the panel",
				    "MSG-05" },
	[EXPLORE_FAULT_NOT_READY] = { "not-ready", "a start does not lead to a unit that is ready", "PWR-02" },
	[EXPLORE_FAULT_CRASH] = { "crash", "the firmware crashes", "PWR-02" },
	[EXPLORE_FAULT_ENDLESS] = { "endless", "a start does not come to an end", "PWR-02" },
	[EXPLORE_FAULT_LICENCE] = { "licence", "the licence is not in the state that was promised", "PWR-02" },
	[EXPLORE_FAULT_UNLICENSED] = { "licence-gone", "a licence is gone that nothing has taken away", "LIC-12" },
	[EXPLORE_FAULT_REPORT] = { "report", "the erase report does not say what was done", "PWR-03" },
	[EXPLORE_FAULT_KEY] = { "old-key", "a key that had to go is still in a memory", "KEY-07" },
	[EXPLORE_FAULT_DOCUMENT] = { "document", "what a user had stored is lost", "PWR-02" },
	[EXPLORE_FAULT_FORGETS] = { "forgets", "what is stored once the unit is ready again is lost at the next start",
				    "PWR-06" },
	[EXPLORE_FAULT_LOSES] = { "loses",
				  "what is stored once the unit is ready again is acknowledged before it is on the "
				  "medium, and lost at the next cut",
				  "PWR-02" },
	[EXPLORE_FAULT_EARLY] = { "early-report", "the erase report says \"complete\" while the unit still erases",
				  "PWR-03" },
	[EXPLORE_FAULT_LIVELOCK] = { "livelock", "the erase never ends when the power goes again and again", "PWR-05" },
};

/* --- values --- */

/* What is wrong with a sector that may hold this set: a set of 1 << enum explore_fault; besides … */
#define KNOWN (1u << 7)

G_STATIC_ASSERT(EXPLORE_FAULT_VOLATILE < 6);

static guint passes_of(const struct explore *explore)
{
	return erase_passes(explore->settings.mode);
}

static guint judge_value(struct explore *explore, const struct explore_value *value)
{
	struct explore_content look;

	explore->class->look(explore->board, value->content, &look);
	if (look.content == CONTENT_UNREADABLE)
		return 1u << EXPLORE_FAULT_UNREADABLE;
	if (!value->overwritten)
		return 1u << EXPLORE_FAULT_LEFT;
	if (value->overwritten < passes_of(explore))
		return 1u << EXPLORE_FAULT_PASSES;
	if (!erase_writes(&explore->layout->profile, explore->settings.mode, (guint8)look.content))
		return 1u << EXPLORE_FAULT_CONTENT;
	return 0;
}

static guint judge_set(struct explore *explore, guint32 set)
{
	guint count, verdict = KNOWN;

	if (set >= explore->verdicts->len) {
		guint former = explore->verdicts->len;

		g_byte_array_set_size(explore->verdicts, set + 64);
		memset(explore->verdicts->data + former, 0, explore->verdicts->len - former);
	}
	if (explore->verdicts->data[set])
		return explore->verdicts->data[set];
	const struct explore_value *values = explore_values_of(explore->values, set, &count);
	for (guint i = 0; i < count; i++)
		verdict |= judge_value(explore, &values[i]);
	explore->verdicts->data[set] = (guint8)verdict;
	return verdict;
}

guint explore_judge_set(struct explore *explore, guint32 set)
{
	return judge_set(explore, set) & (KNOWN - 1);
}

static void find(struct explore *explore, enum explore_fault fault, char *text)
{
	explore_trace_note(explore, fault, NULL, 0, text);
}

/* --- sectors --- */

struct look {
	guint verdicts;				      /* of all sectors together */
	struct explore_stretch first[EXPLORE_FAULTS]; /* count: how many there are */
	guint causes[EXPLORE_FAULTS];		      /* what is wrong with it */
};

static gboolean is_waiting(const struct explore *explore, guint disk, guint64 lba)
{
	for (guint i = 0; i < explore->media.waiting->len; i++) {
		const struct explore_waiting *write = &g_array_index(explore->media.waiting, struct explore_waiting, i);

		if (write->disk == disk && lba >= write->lba && lba < write->lba + write->count)
			return TRUE;
	}
	return FALSE;
}

static void look_at_stretch(struct explore *explore, struct look *look, guint disk, guint64 lba, guint64 count,
			    guint32 set)
{
	guint verdict = judge_set(explore, set);

	verdict &= KNOWN - 1;
	const guint cause = verdict;
	/* Kept it would be good, so it is the cache's doing. */
	if (verdict && is_waiting(explore, disk, lba))
		verdict = 1u << EXPLORE_FAULT_VOLATILE;
	look->verdicts |= verdict;
	for (guint fault = 0; verdict >> fault; fault++) {
		struct explore_stretch *first = &look->first[fault];

		if (!(verdict >> fault & 1))
			continue;
		if (!first->count) {
			*first = (struct explore_stretch){ lba, 0, 0, disk };
			look->causes[fault] = verdict >> EXPLORE_FAULT_VOLATILE & 1 ? cause : 1u << fault;
		}
		first->count += count;
	}
}

/* What the media would hold of the target if the power went now. */
static void look_at_target(struct explore *explore, struct look *look)
{
	*look = (struct look){ 0 };
	for (guint i = 0; i < explore->root.target->len; i++) {
		const struct explore_stretch *target = &g_array_index(explore->root.target, struct explore_stretch, i);
		guint64 end = target->lba + target->count;

		for (guint64 lba = target->lba; lba < end;) {
			const struct explore_map_stretch there = explore_map_at(explore->media.now[target->disk], lba);
			guint64 to = MIN(end, there.lba + there.count);

			look_at_stretch(explore, look, target->disk, lba, to - lba, there.set);
			lba = to;
		}
	}
}

/* A request that was not answered may have come to nothing, as long as it has come to nothing at all: nothing that is
 * to be erased was written over, whether or not that outlived the cut, and no licence has gone. */
static gboolean has_begun(const struct explore *explore)
{
	return explore->promised || explore->lost;
}

static void judge_sectors(struct explore *explore, const struct look *look, const char *how)
{
	for (guint fault = 0; look->verdicts >> fault; fault++) {
		const struct explore_stretch *first = &look->first[fault];

		if (look->verdicts >> fault & 1)
			explore_trace_note(explore, (enum explore_fault)fault, first, look->causes[fault],
					   g_strdup_printf("%s: %s; %" G_GUINT64_FORMAT
							   " sectors, the first is %" G_GUINT64_FORMAT " of disk %u",
							   how, explore_faults[fault].text, first->count, first->lba,
							   first->disk));
	}
}

void explore_judge_claim(struct explore *explore, const char *how)
{
	struct look look;

	explore->lost = FALSE;
	if (!has_begun(explore))
		return;
	look_at_target(explore, &look);
	judge_sectors(explore, &look, how);
}

static gboolean is_target(const struct explore *explore, const struct explore_op *op)
{
	for (guint i = 0; i < explore->root.target->len; i++) {
		const struct explore_stretch *target = &g_array_index(explore->root.target, struct explore_stretch, i);

		if (target->disk == op->disk && target->lba < op->at + op->count &&
		    op->at < target->lba + target->count)
			return TRUE;
	}
	return FALSE;
}

static gboolean erases(const struct explore *explore, guint mode, const struct explore_op *op)
{
	struct explore_content look;

	if (!op->count || !is_target(explore, op))
		return FALSE;
	explore->class->look(explore->board, op->content, &look);
	return erase_writes(&explore->layout->profile, mode, (guint8)look.content);
}

gboolean explore_judge_begins(const struct explore *explore, const struct explore_op *op)
{
	return op->what == EXPLORE_ANSWER ? op->content == 0 : op->what == EXPLORE_WRITE && erases(explore, 0, op);
}

void explore_judge_write(struct explore *explore, const struct explore_op *op)
{
	/* In French its text is not known. */
	const gboolean shown = explore->panel == explore->erasing || explore->layout->profile.french;

	if ((shown && !explore->reported) || !erases(explore, explore->settings.mode, op))
		return;
	if (explore->reported)
		find(explore, EXPLORE_FAULT_EARLY,
		     g_strdup_printf("the erase report says \"complete\", and then sector %" G_GUINT64_FORMAT
				     " of disk %u is erased",
				     op->at, op->disk));
	if (shown)
		return;
	find(explore, EXPLORE_FAULT_MESSAGE,
	     g_strdup_printf("sector %" G_GUINT64_FORMAT " of disk %u is erased while the panel shows \"%s\"", op->at,
			     op->disk, explore->class->text(explore->board, explore->panel)));
}

/* --- the end of a session --- */

static const char *licence_name(int licence)
{
	return licence >= 0 && licence <= LICENCE_ACTIVE ? ((const char *[]){ "none", "pending", "active" })[licence]
							 : "unknown";
}

static void judge_licence(struct explore *explore, const struct explore_answers *answers, gboolean began)
{
	int expected = explore->settings.trigger == EXPLORE_INVALIDATION && began ? LICENCE_NONE : LICENCE_ACTIVE;

	if (answers->licence < 0 || answers->licence == expected)
		return;
	find(explore, answers->licence == LICENCE_NONE ? EXPLORE_FAULT_UNLICENSED : EXPLORE_FAULT_LICENCE,
	     g_strdup_printf("the licence is \"%s\" when the unit is ready, and must be \"%s\"",
			     licence_name(answers->licence), licence_name(expected)));
}

static gboolean erases_everything(const struct explore *explore)
{
	return explore->settings.trigger <= EXPLORE_INVALIDATION;
}

static void judge_report(struct explore *explore, const struct explore_answers *answers)
{
	const int mode = (int)explore->settings.mode, passes = (int)passes_of(explore);

	if (answers->outcome < 0 || !erases_everything(explore))
		return;
	if (answers->outcome != ERASE_COMPLETE || answers->mode != mode || answers->passes != passes)
		find(explore, EXPLORE_FAULT_REPORT,
		     g_strdup_printf("the unit is ready, and the erase report says outcome %d, mode %d, %d passes; it "
				     "must be %d, %d, %d",
				     answers->outcome, answers->mode, answers->passes, ERASE_COMPLETE, mode, passes));
}

static void judge_keys(struct explore *explore)
{
	const guint32 bytes = explore->layout->memory_bytes;

	for (guint i = 0; i < explore->root.keys->len; i++) {
		const struct explore_key *key = &g_array_index(explore->root.keys, struct explore_key, i);
		const guint8 *at = memmem(explore->memory, bytes, key->bytes, key->length);

		if (at)
			find(explore, EXPLORE_FAULT_KEY,
			     g_strdup_printf("the former key is still in the unit's memory, at byte %u",
					     (guint)(at - explore->memory)));
	}
}

static void judge_memory(struct explore *explore, const struct explore_answers *answers)
{
	static const struct {
		enum explore_fault fault;
		const char *text;
	} kinds[] = {
		[EXPLORE_FORGETS] = { EXPLORE_FAULT_FORGETS, "a document that was stored when the unit was ready again "
							     "is not there after the next cut" },
		[EXPLORE_LOSES] = { EXPLORE_FAULT_LOSES, "a document that was stored when the unit was ready again was "
							 "acknowledged while it was in the drive's cache, and is lost "
							 "at the next cut" },
	};

	if (answers->memory != EXPLORE_REMEMBERS)
		find(explore, kinds[answers->memory].fault, g_strdup(kinds[answers->memory].text));
}

static void judge_rest(struct explore *explore, const struct explore_part *part)
{
	const struct explore_answers *answers = &part->close->answers;
	struct look look;

	gboolean ready = answers->unit >= 0 ? answers->unit == UNIT_READY : explore->ready;
	if (!ready) {
		find(explore, EXPLORE_FAULT_NOT_READY,
		     g_strdup_printf("the start leads to unit state %d, the panel shows \"%s\"", answers->unit,
				     explore->class->text(explore->board, explore->panel)));
		return;
	}
	explore->lost = answers->licence >= 0 && answers->licence != LICENCE_ACTIVE;
	gboolean began = has_begun(explore);
	judge_licence(explore, answers, began);
	if (began) {
		look_at_target(explore, &look);
		judge_sectors(explore, &look, "the unit is at rest and ready");
		judge_report(explore, answers);
		judge_keys(explore);
	}
	if (!answers->document)
		find(explore, EXPLORE_FAULT_DOCUMENT,
		     g_strdup("a document that no erase had to take is not there any more"));
	judge_memory(explore, answers);
}

void explore_judge_end(struct explore *explore, const struct explore_part *part)
{
	const char *crash;

	switch ((enum explore_end)part->end) {
	case EXPLORE_END_IDLE:
		judge_rest(explore, part);
		break;
	case EXPLORE_END_CRASHED:
		find(explore, EXPLORE_FAULT_CRASH, g_strdup_printf("the firmware crashes: %s", part->close->crash));
		break;
	case EXPLORE_END_EXHAUSTED:
		crash = part->close ? part->close->crash : NULL;
		find(explore, EXPLORE_FAULT_ENDLESS,
		     g_strdup_printf("the start does not come to an end%s%s", crash ? ": the firmware " : "",
				     crash ? crash : ""));
		break;
	case EXPLORE_END_NEXT:
		break;
	}
}
