/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds out which bytes of the memories differ at every start: counters of starts, sequence numbers of records, lines
 * of a log, and the checksums over them. Where there are such bytes no state ever recurs.
 *
 * A unit is started again and again, and every time loses its power after the same number of operations, before it
 * writes to a disk: so it gets no further, and nothing but the number of starts differs between one time and the next.
 * What still changes from start to start, after the first ones, in which each copy of a record gets its turn, is such a
 * byte. That is done at the erase's beginning, in its middle and at its end. Records have two copies, seldom more; a
 * unit whose turn comes less often than at every other start is a line of a log, in which other things will stand than
 * in these starts: all of it is taken.
 *
 * Before that, some may write to a disk what starts read there (exact sectors, see explore_media.h): that puts right
 * what the cut has spoilt, and the others get beyond it. They get further than those, too, so what they leave is
 * settled by the first of those.
 *
 * Random numbers are drawn independently of these bytes, and of those that hold what was drawn (keys, seeds): the first
 * session is run with two different random sources, and what it writes to the memories compared. Else what a cut has
 * left of a number would make the next one another one, and no state would recur that has one in it.
 */
#include "explore_internal.h"

#define STARTS_MENDING 8u  /* may write what starts read */
#define STARTS_FIRST 8u	   /* after these: what changes in them may be no counter */
#define STARTS_WITHOUT 12u /* that bring no new byte, and it is over */
#define STARTS_MAX 1024u
#define OPERATIONS_MAX 64u /* before which the power goes */
#define ENDLESS_MAX 16u	   /* starts that do not end: it would be the same with more … */
#define DEATHS_MAX 4u	   /* … or that take the process with them */

struct repeated {
	struct explore *explore;
	const struct explore_node *node;
	struct explore_media media;
	struct explore_geometry geometry[EXPLORE_DISKS];
	guint8 *memory, *latter;
	guint *turns;	 /* of each unit: starts at which it changed */
	guint starts;	 /* that count */
	guint changes;	 /* of the memories in the last start */
	guint endless;	 /* starts that did not end */
	GArray *repairs; /* of struct explore_op: what the last start has written to disks */
};

static gboolean find_content(gpointer data, struct explore_stretch *stretch)
{
	const struct repeated *repeated = data;

	return explore_media_find(&repeated->media, stretch);
}

/* Nothing but what starts read there. */
static gboolean is_repair(const struct explore *explore, const struct explore_op *op)
{
	const struct explore_range *range = explore_exact_find(&explore->exact, op->disk, op->at, op->at + op->count);

	return range && range->lba <= op->at && range->end >= op->at + op->count;
}

/* What the start does to what survives it, as long as it may go on. FALSE: the power goes. */
static gboolean take(struct repeated *repeated, const struct explore_op *op, gboolean repairs)
{
	switch ((enum explore_what)op->what) {
	case EXPLORE_GEOMETRY:
		repeated->geometry[op->disk] = (struct explore_geometry){ op->at, op->native };
		return TRUE;
	case EXPLORE_MEMORY:
		memcpy(repeated->latter + op->at, op->latter, EXPLORE_UNIT);
		repeated->changes++;
		return TRUE;
	case EXPLORE_WRITE:
		if (!repairs || !is_repair(repeated->explore, op))
			return FALSE;
		g_array_append_vals(repeated->repairs, op, 1);
		return TRUE;
	default:
		return TRUE;
	}
}

static gboolean take_log(struct repeated *repeated, guint most, gboolean repairs)
{
	const struct explore *explore = repeated->explore;
	gboolean timed, on = TRUE;
	guint count;
	const struct explore_op *ops = explore->class->log(explore->board, &count, &timed);

	for (guint i = 0; i < count && on && repeated->changes < most; i++)
		on = take(repeated, &ops[i], repairs);
	return on && repeated->changes < most;
}

static void carry_out(struct repeated *repeated)
{
	for (guint i = 0; i < repeated->repairs->len; i++) {
		const struct explore_op *op = &g_array_index(repeated->repairs, struct explore_op, i);

		explore_media_write(&repeated->media, op);
		explore_media_flush(&repeated->media, op->disk);
	}
}

/* One start, cut before its memories change once more than `most` times, or it writes to a disk what is no repair.
 * FALSE: it does not come so far. */
static gboolean start(struct repeated *repeated, guint most, gboolean repairs)
{
	struct explore *explore = repeated->explore;
	struct explore_origin origin = { .memory = repeated->memory, .content = find_content, .data = repeated };
	enum explore_stop stop;
	gboolean on;

	memcpy(origin.geometry, repeated->geometry, sizeof origin.geometry);
	explore->class->power_on(explore->board, &origin);
	memcpy(repeated->latter, repeated->memory, explore->layout->memory_bytes);
	repeated->changes = 0;
	g_array_set_size(repeated->repairs, 0);
	do {
		stop = explore->class->run(explore->board);
		on = take_log(repeated, most, repairs);
	} while (on && stop == EXPLORE_SYNC && repairs);
	carry_out(repeated);
	/* What comes after the cut is no matter. */
	if (!on)
		return TRUE;
	if (stop == EXPLORE_UNKNOWN)
		explore_not_known(explore, &repeated->media);
	repeated->endless += stop == EXPLORE_EXHAUSTED;
	return stop == EXPLORE_SYNC || stop == EXPLORE_IDLE;
}

/* Notes what differs now. How many of these were not known. */
static guint compare(struct repeated *repeated)
{
	struct explore *explore = repeated->explore;
	guint found = 0, last = G_MAXUINT;

	repeated->starts++;
	for (guint32 i = 0; i < explore->layout->memory_bytes; i++) {
		if (i % EXPLORE_UNIT == 0 && memcmp(repeated->memory + i, repeated->latter + i, EXPLORE_UNIT) == 0) {
			i += EXPLORE_UNIT - 1;
			continue;
		}
		if (repeated->memory[i] == repeated->latter[i])
			continue;
		if (i / EXPLORE_UNIT != last)
			repeated->turns[last = i / EXPLORE_UNIT]++;
		found += !explore->counters[i];
		explore->counters[i] = 1;
	}
	return found;
}

/* Lines of a log. */
static void take_lines(const struct repeated *repeated)
{
	const struct explore *explore = repeated->explore;

	for (guint32 i = 0; i < explore->layout->memory_bytes; i++) {
		guint turns = repeated->turns[i / EXPLORE_UNIT];

		if (turns && turns * 5 < repeated->starts * 2)
			explore->counters[i] = 1;
	}
}

static gboolean is_enough(const struct repeated *repeated)
{
	return repeated->endless >= ENDLESS_MAX || explore_deaths(repeated->explore) >= DEATHS_MAX ||
	       repeated->explore->again;
}

static void begin_at(struct repeated *repeated, const struct explore_node *node)
{
	explore_media_set(&repeated->media, explore_node_maps(repeated->explore, node), NULL);
	explore_node_load(repeated->explore, node, repeated->memory, repeated->geometry);
}

/* FALSE: no start gets as far as that. */
static gboolean repeat(struct repeated *repeated, guint most)
{
	const struct explore *explore = repeated->explore;
	guint8 *former;

	repeated->starts = 0;
	memset(repeated->turns, 0, explore->layout->memory_bytes / EXPLORE_UNIT * sizeof *repeated->turns);
	begin_at(repeated, repeated->node);
	for (guint i = 0, without = 0; i < STARTS_MAX && without < STARTS_WITHOUT; i++) {
		if (!start(repeated, most, i < STARTS_MENDING))
			break;
		if (i >= STARTS_MENDING + STARTS_FIRST)
			without = compare(repeated) ? 0 : without + 1;
		former = repeated->memory;
		repeated->memory = repeated->latter;
		repeated->latter = former;
	}
	take_lines(repeated);
	return repeated->changes == most;
}

/* What the first session leaves when it is cut, in order. */
static GPtrArray *left_by_first(const struct explore *explore)
{
	GPtrArray *states = g_ptr_array_new();

	for (const struct explore_node *node = explore_nodes_at(explore->nodes, 0); node;) {
		const struct explore_part *part = explore_part_at(node, 0);
		struct explore_left left;

		for (struct explore_left_at at = { 0 }; explore_left_next(explore, part, &at, &left);)
			g_ptr_array_add(states, left.node);
		node = part->end == EXPLORE_END_NEXT ? part->next : NULL;
	}
	return states;
}

static void repeat_each(struct repeated *repeated, const struct explore_node *node)
{
	guint most = 1;

	repeated->node = node;
	while (repeat(repeated, most) && most < OPERATIONS_MAX && !is_enough(repeated))
		most++;
}

/* From the states at the session's beginning, in its middle and at its end: one for each number of changes that a start
 * makes there. */
static void repeat_all(struct repeated *repeated)
{
	g_autoptr(GPtrArray) states = left_by_first(repeated->explore);
	gboolean seen[OPERATIONS_MAX + 1] = { FALSE };
	guint near = 2 * OPERATIONS_MAX;

	for (guint i = 0; i < states->len && !is_enough(repeated); i++) {
		const struct explore_node *node = g_ptr_array_index(states, i);

		if (i > near && i + near < states->len && i != states->len / 2)
			continue;
		begin_at(repeated, node);
		if (!start(repeated, OPERATIONS_MAX, TRUE) || seen[repeated->changes])
			continue;
		seen[repeated->changes] = TRUE;
		repeat_each(repeated, node);
	}
}

/* --- what was drawn --- */

/* What the first session does with random numbers that do not depend on these bytes. */
static GArray *run_first(struct repeated *repeated, const guint8 *independent)
{
	struct explore *explore = repeated->explore;
	const struct explore_node *root = explore_nodes_at(explore->nodes, 0);
	struct explore_origin origin = { .memory = explore->root.memory, .content = find_content, .data = repeated };
	GArray *ops = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	enum explore_stop stop;

	memcpy(origin.geometry, explore->root.geometry, sizeof origin.geometry);
	explore_media_set(&repeated->media, explore_node_maps(explore, root), NULL);
	explore->class->set_counters(explore->board, independent);
	if (explore->root.by_request)
		explore->class->request(explore->board, &origin);
	else
		explore->class->power_on(explore->board, &origin);
	do {
		gboolean timed;
		guint count;

		stop = explore->class->run(explore->board);
		const struct explore_op *log = explore->class->log(explore->board, &count, &timed);
		for (guint i = 0; i < count; i++)
			if (log[i].what == EXPLORE_MEMORY)
				g_array_append_val(ops, log[i]);
	} while (stop == EXPLORE_SYNC);
	return ops;
}

static void compare_drawn(const GArray *one, const GArray *other, guint8 *drawn)
{
	for (guint i = 0; i < MIN(one->len, other->len); i++) {
		const struct explore_op *a = &g_array_index(one, struct explore_op, i);
		const struct explore_op *b = &g_array_index(other, struct explore_op, i);

		if (a->at != b->at)
			return;
		for (guint k = 0; k < EXPLORE_UNIT; k++)
			drawn[a->at + k] |= a->latter[k] != b->latter[k];
	}
}

/* Random sources that differ: a byte of two is the same by chance, once in 256. */
#define SOURCES 8

/* Adds to `hidden` what was drawn. */
static void find_drawn(struct repeated *repeated, guint8 *hidden)
{
	const guint32 bytes = repeated->explore->layout->memory_bytes;
	g_autofree guint8 *independent = g_memdup2(hidden, bytes), *drawn = g_malloc0(bytes);
	g_autoptr(GArray) one = run_first(repeated, independent);

	for (guint source = 0; source < SOURCES; source++) {
		for (guint32 i = 0; i < bytes; i++)
			independent[i] = hidden[i] || i * SOURCES / bytes < source;
		g_autoptr(GArray) other = run_first(repeated, independent);
		compare_drawn(one, other, drawn);
	}
	for (guint32 i = 0; i < bytes; i++)
		hidden[i] |= drawn[i];
}

void explore_counters_find(struct explore *explore)
{
	const guint32 bytes = explore->layout->memory_bytes;
	struct repeated repeated = { .explore = explore,
				     .memory = g_malloc(bytes),
				     .latter = g_malloc(bytes),
				     .turns = g_new0(guint, bytes / EXPLORE_UNIT),
				     .repairs = g_array_new(FALSE, FALSE, sizeof(struct explore_op)) };
	g_autofree guint8 *all = g_malloc(bytes);

	memset(all, 1, bytes);
	explore_media_init(&repeated.media, explore->layout, explore->values, &explore->exact);
	memset(explore->counters, 0, bytes);
	explore->class->set_counters(explore->board, all);
	explore_limits_set(explore, TRUE);
	repeat_all(&repeated);
	explore->has_counters = memchr(explore->counters, 1, bytes) != NULL;
	memcpy(explore->hidden, explore->counters, bytes);
	if (!explore->again)
		find_drawn(&repeated, explore->hidden);
	explore->class->set_counters(explore->board, explore->hidden);
	explore_limits_set(explore, explore->is_brief);
	explore_media_clear(&repeated.media);
	g_free(repeated.memory);
	g_free(repeated.latter);
	g_free(repeated.turns);
	g_array_unref(repeated.repairs);
}
