/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_story.h"

static void say(struct cut_plan *plan, GString *line)
{
	g_ptr_array_add(plan->story, g_strdup(line->str));
}

static void append_sectors(GString *line, guint disk, guint64 lba, guint64 count)
{
	if (count == 1)
		g_string_append_printf(line, "sector %" G_GUINT64_FORMAT, lba);
	else
		g_string_append_printf(line, "sectors %" G_GUINT64_FORMAT "–%" G_GUINT64_FORMAT, lba, lba + count - 1);
	if (disk)
		g_string_append_printf(line, " of disk %u", disk);
}

/* --- a session --- */

struct deeds {
	guint writes, flushes, units, resizes;
	guint64 lba, end; /* of the writes */
	const char *said;
	guint32 panel;
	gboolean ready;
};

static void add_deed(struct deeds *deeds, const struct explore_op *op)
{
	switch ((enum explore_what)op->what) {
	case EXPLORE_WRITE:
		deeds->lba = deeds->writes++ ? MIN(deeds->lba, op->at) : op->at;
		deeds->end = MAX(deeds->end, op->at + op->count);
		break;
	case EXPLORE_FLUSH:
		deeds->flushes++;
		break;
	case EXPLORE_MEMORY:
		deeds->units++;
		break;
	case EXPLORE_GEOMETRY:
		deeds->resizes++;
		break;
	case EXPLORE_PANEL:
		deeds->panel = op->content;
		break;
	case EXPLORE_LINE:
		deeds->ready = op->count == EXPLORE_LINE_READY ? op->at != 0 : deeds->ready;
		break;
	case EXPLORE_SAID:
		deeds->said = op->content == EXPLORE_SAID_ERASE_ENDS	 ? "says that the erase ends"
			      : op->content == EXPLORE_SAID_ERASE_FAILED ? "says that the erase failed"
									 : deeds->said;
		break;
	default:
		break;
	}
}

static void append_some(GString *line, guint count, const char *what)
{
	if (count)
		g_string_append_printf(line, "%s%u %s", line->str[line->len - 1] == ':' ? " " : ", ", count, what);
}

void explore_story_session(const struct explore *explore, struct cut_plan *plan, const GArray *ops, guint events,
			   gboolean first)
{
	static const char *const begins[EXPLORE_TRIGGERS] = {
		[EXPLORE_ACTIVATION] = "The first start after the registration:",
		[EXPLORE_REGENERATION] = "The key is to be re-generated:",
		[EXPLORE_INVALIDATION] = "The licence is invalidated:",
		[EXPLORE_JOB_END] = "A job ends:",
		[EXPLORE_RESIDUE] = "The start after the power went during a job:",
	};
	g_autoptr(GString) line = g_string_new(first ? begins[explore->settings.trigger] : "The next start:");
	struct deeds deeds = { .panel = G_MAXUINT32 };

	for (guint i = 0; i < events && i < ops->len; i++)
		add_deed(&deeds, &g_array_index(ops, struct explore_op, i));
	append_some(line, deeds.writes, deeds.writes > 1 ? "writes" : "write");
	if (deeds.writes) {
		g_string_append(line, " (");
		append_sectors(line, 0, deeds.lba, deeds.end - deeds.lba);
		g_string_append_c(line, ')');
	}
	append_some(line, deeds.flushes, deeds.flushes > 1 ? "flushes" : "flush");
	append_some(line, deeds.units, deeds.units > 1 ? "units of memory" : "unit of memory");
	append_some(line, deeds.resizes, deeds.resizes > 1 ? "changes of a disk's size" : "change of a disk's size");
	if (line->str[line->len - 1] == ':')
		g_string_append(line, " nothing is written");
	if (deeds.said)
		g_string_append_printf(line, "; the console %s", deeds.said);
	if (deeds.panel != G_MAXUINT32)
		g_string_append_printf(line, "; the panel shows \"%s\"",
				       explore->class->text(explore->board, deeds.panel));
	g_string_append(line, deeds.ready ? "; the unit is ready." : ".");
	say(plan, line);
}

/* --- a cut --- */

static const char *const fate_texts[CUT_FATES] = {
	[CUT_LOST] = "is lost",
	[CUT_TORN_OLD] = "is torn, the rest of it old",
	[CUT_TORN_NEW] = "is torn, the rest of it old",
	[CUT_TORN_UNREADABLE] = "is torn, a block cannot be read",
};

static void append_where(GString *line, const struct cut_at *cut)
{
	switch (cut->kind) {
	case CUT_AT_WRITE:
		g_string_append(line, " the write of ");
		append_sectors(line, cut->disk, cut->at, cut->count);
		break;
	case CUT_AT_FLUSH:
		g_string_append_printf(line, " flush %" G_GUINT64_FORMAT " of the cache", cut->nth);
		break;
	case CUT_AT_NVRAM:
	case CUT_AT_COUNTER:
		g_string_append_printf(line, " the writing of %s bytes %" G_GUINT64_FORMAT "–%" G_GUINT64_FORMAT,
				       cut->kind == CUT_AT_NVRAM ? "NVRAM" : "the counter board's", cut->at,
				       cut->at + cut->count - 1);
		break;
	default:
		g_string_append(line, " a change of the disk's size");
		break;
	}
}

static void append_fates(GString *line, const struct cut_at *cut)
{
	guint pending = cut->pending[0] + cut->pending[1];

	if (!pending)
		return;
	g_string_append_printf(line, " %u write%s wait%s in the cache:", pending, pending > 1 ? "s" : "",
			       pending > 1 ? "" : "s");
	for (guint i = 0; i < cut->fates->len; i++) {
		const struct cut_write *write = &g_array_index(cut->fates, struct cut_write, i);

		g_string_append(line, i ? ", that of " : " that of ");
		append_sectors(line, write->disk, write->lba, write->count);
		g_string_append_printf(line, " %s", fate_texts[write->fate]);
		if (write->fate != CUT_LOST)
			g_string_append_printf(line, " from sector %" G_GUINT64_FORMAT " on", write->lba + write->at);
	}
	if (pending > cut->fates->len)
		g_string_append(line, cut->fates->len ? "; the others are kept." : " kept.");
	else
		g_string_append_c(line, '.');
}

void explore_story_cut(struct cut_plan *plan)
{
	static const char *const moments[] = { "before", "during", "after" };
	const struct cut_at *cut = g_ptr_array_index(plan->cuts, plan->cuts->len - 1);
	g_autoptr(GString) line = g_string_new(NULL);

	g_string_printf(line, "Cut %u:", plan->cuts->len);
	if (cut->kind == CUT_AT_POWER) {
		g_string_append(line, " the power goes when the unit is at rest.");
	} else {
		g_string_append_printf(line, " the power goes %s operation %" G_GUINT64_FORMAT ",", moments[cut->when],
				       cut->operation);
		append_where(line, cut);
		g_string_append_printf(line, ", %.3f s into the session.", (double)cut->at_ns / 1e9);
	}
	append_fates(line, cut);
	say(plan, line);
}

/* --- what is left --- */

static guint64 count_bad(struct explore *explore, const struct explore_state *state, struct explore_stretch *first)
{
	guint64 bad = 0;

	for (guint i = 0; i < explore->root.target->len; i++) {
		const struct explore_stretch *target = &g_array_index(explore->root.target, struct explore_stretch, i);
		const guint64 end = target->lba + target->count;

		for (guint64 lba = target->lba; lba < end;) {
			const struct explore_map_stretch there = explore_state_at(state, target->disk, lba);
			const guint64 to = MIN(end, there.lba + there.count);

			if (explore_judge_set(explore, there.set)) {
				if (!bad)
					*first = (struct explore_stretch){ lba, to - lba, 0, target->disk };
				bad += to - lba;
			}
			lba = to;
		}
	}
	return bad;
}

void explore_story_end(struct explore *explore, struct cut_plan *plan, const struct explore_state *state)
{
	g_autoptr(GString) line = g_string_new(NULL);
	struct explore_stretch first = { 0 };
	const guint64 bad = state ? count_bad(explore, state, &first) : 0;

	g_string_printf(line, "Found: %s.", plan->text);
	if (bad) {
		g_string_append_printf(
		    line, " On the medium %" G_GUINT64_FORMAT " sectors are not erased as they must be, ", bad);
		append_sectors(line, first.disk, first.lba, first.count);
		g_string_append(line, bad > first.count ? " and more." : ".");
	}
	say(plan, line);
}
