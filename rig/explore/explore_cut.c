/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_cut.h"

#define TRIES_MAX 200000u /* of combinations, for one cut */

void explore_state_init(struct explore_state *state, struct explore *explore)
{
	const struct explore_root *root = &explore->root;

	*state = (struct explore_state){ .explore = explore,
					 .memory = g_memdup2(root->memory, explore->layout->memory_bytes),
					 .held = g_array_new(FALSE, FALSE, sizeof(struct explore_held)) };
	memcpy(state->geometry, root->geometry, sizeof state->geometry);
	for (guint i = 0; i < explore->layout->disks; i++)
		state->maps[i] = explore_map_new(explore->layout->sectors[i], 0);
	for (guint i = 0; i < root->content->len; i++) {
		const struct explore_stretch *stretch = &g_array_index(root->content, struct explore_stretch, i);

		explore_map_put(state->maps[stretch->disk], stretch->lba, stretch->count,
				explore_values_one(explore->values, stretch->content, 0));
	}
}

void explore_state_clear(struct explore_state *state)
{
	for (guint i = 0; i < EXPLORE_DISKS; i++)
		explore_map_free(state->maps[i]);
	g_free(state->memory);
	g_array_unref(state->held);
}

struct explore_map_stretch explore_state_at(const struct explore_state *state, guint disk, guint64 lba)
{
	return explore_map_at(state->maps[disk], lba);
}

static gboolean find_content(gpointer data, struct explore_stretch *stretch)
{
	const struct explore_state *state = data;
	const struct explore_map_stretch there = explore_state_at(state, stretch->disk, stretch->lba);

	stretch->count = MIN(stretch->count, there.lba + there.count - stretch->lba);
	return explore_values_known(state->explore->values, there.set, &stretch->content);
}

void explore_state_origin(struct explore_state *state, struct explore_origin *origin)
{
	*origin = (struct explore_origin){ .memory = state->memory, .content = find_content, .data = state };
	memcpy(origin->geometry, state->geometry, sizeof origin->geometry);
}

/* --- writes and their fates --- */

/* What comes to the medium of a write: the sectors up to `to`, and perhaps a block that cannot be read. */
struct outcome {
	enum cut_fate fate;
	gboolean kept;
	guint32 at; /* sector within it, where it is torn */
};

struct change {
	struct explore_values *values;
	guint32 content;
};

static guint32 written(gpointer data, guint32 set)
{
	const struct change *change = data;

	return explore_values_write(change->values, set, change->content);
}

static guint32 spoiled(gpointer data, guint32 set)
{
	const struct change *change = data;

	return explore_values_spoil(change->values, set);
}

static void settle(const struct explore *explore, struct explore_map *map, const struct explore_waiting *write,
		   const struct outcome *outcome)
{
	struct change change = { explore->values, write->content };
	const guint64 size = explore->layout->block_sectors[write->disk], end = write->lba + write->count;
	const guint64 at = write->lba + outcome->at, block = at - at % size;
	const guint64 block_end = MIN(block + size, explore->layout->sectors[write->disk]);
	const guint64 to = outcome->kept		   ? end
			   : outcome->fate == CUT_LOST	   ? write->lba
			   : outcome->fate == CUT_TORN_NEW ? MIN(block_end, end)
							   : MAX(block, write->lba);

	explore_map_alter(map, write->lba, to - write->lba, written, &change);
	if (!outcome->kept && outcome->fate == CUT_TORN_UNREADABLE)
		explore_map_alter(map, block, block_end - block, spoiled, &change);
}

static const struct outcome is_kept = { .kept = TRUE };

static void flush(struct explore_state *state, guint disk)
{
	guint left = 0;

	for (guint i = 0; i < state->held->len; i++) {
		const struct explore_held held = g_array_index(state->held, struct explore_held, i);

		if (held.write.disk == disk)
			settle(state->explore, state->maps[disk], &held.write, &is_kept);
		else
			g_array_index(state->held, struct explore_held, left++) = held;
	}
	g_array_set_size(state->held, left);
}

/* A forced write needs no note where nothing waits below it. */
static void drop_lone_forced(struct explore_state *state)
{
	gboolean waits[EXPLORE_DISKS] = { FALSE };
	guint left = 0;

	for (guint i = 0; i < state->held->len; i++) {
		const struct explore_held held = g_array_index(state->held, struct explore_held, i);

		waits[held.write.disk] |= !held.forced;
		if (held.forced && !waits[held.write.disk])
			settle(state->explore, state->maps[held.write.disk], &held.write, &is_kept);
		else
			g_array_index(state->held, struct explore_held, left++) = held;
	}
	g_array_set_size(state->held, left);
}

void explore_state_run(struct explore_state *state, const struct explore_op *op)
{
	const struct explore_held held = { { op->at, op->count, op->content, op->disk, 0 },
					   (op->flags & EXPLORE_FORCED) != 0 };

	switch ((enum explore_what)op->what) {
	case EXPLORE_WRITE:
		drop_lone_forced(state);
		if (op->count)
			g_array_append_val(state->held, held);
		break;
	case EXPLORE_FLUSH:
		flush(state, op->disk);
		break;
	case EXPLORE_MEMORY:
		memcpy(state->memory + op->at, op->latter, EXPLORE_UNIT);
		break;
	case EXPLORE_GEOMETRY:
		state->geometry[op->disk] = (struct explore_geometry){ op->at, op->native };
		break;
	default:
		break;
	}
}

/* --- the smallest set of writes that are not kept --- */

struct choice {
	guint index;	  /* of held */
	GArray *outcomes; /* of struct outcome: what it may meet but for being kept */
};

struct search {
	struct explore_state *state;
	const struct explore_goal *goal;
	struct outcome *outcomes;		 /* of each held write */
	GPtrArray *choices;			 /* of struct choice *: writes that the goal can feel */
	struct explore_map *maps[EXPLORE_DISKS]; /* of the last try */
	guint tries;
};

static void add_block(const struct explore *explore, const struct explore_waiting *write, guint64 lba, GArray *outcomes)
{
	const guint64 size = explore->layout->block_sectors[write->disk], block = lba - lba % size;
	const guint32 at = block > write->lba ? (guint32)(block - write->lba) : 0;
	const struct outcome torn[] = { { CUT_TORN_OLD, FALSE, at }, { CUT_TORN_UNREADABLE, FALSE, at } };
	const struct outcome *last =
	    outcomes->len > 1 ? &g_array_index(outcomes, struct outcome, outcomes->len - 1) : NULL;

	if (last && last->at == at && last->fate == CUT_TORN_UNREADABLE)
		return;
	/* Torn in its first block and left old, it is lost. */
	g_array_append_vals(outcomes, at ? torn : torn + 1, at ? 2 : 1);
}

/* Blocks that the goal can tell apart: with exact sectors, or with the one that shows the fault. */
static GArray *outcomes_of(const struct search *search, const struct explore_waiting *write)
{
	const struct explore *explore = search->state->explore;
	const struct explore_stretch *sector = search->goal->sector;
	const guint64 size = explore->layout->block_sectors[write->disk];
	const guint64 begin = write->lba - write->lba % size, end = write->lba + write->count;
	const struct outcome lost = { CUT_LOST, FALSE, 0 };
	GArray *outcomes = g_array_new(FALSE, FALSE, sizeof(struct outcome));

	g_array_append_val(outcomes, lost);
	for (guint64 lba = begin; lba < end && outcomes->len < 1000;) {
		const struct explore_range *range = explore_exact_find(&explore->exact, write->disk, lba, end + size);
		guint64 next = range ? MAX(range->lba, lba) : G_MAXUINT64;

		if (sector->count && sector->disk == write->disk && sector->lba >= lba)
			next = MIN(next, sector->lba);
		if (next >= end + size || next - next % size >= end)
			break;
		add_block(explore, write, next, outcomes);
		lba = next - next % size + size;
	}
	return outcomes;
}

static void choice_free(gpointer data)
{
	struct choice *choice = data;

	g_array_unref(choice->outcomes);
	g_free(choice);
}

static void list_choices(struct search *search)
{
	const GArray *held = search->state->held;

	/* The newest lies on top: it matters most. */
	for (guint i = held->len; i-- > 0;) {
		const struct explore_held *one = &g_array_index(held, struct explore_held, i);

		if (one->forced)
			continue;
		GArray *outcomes = outcomes_of(search, &one->write);
		if (outcomes->len < 2) {
			g_array_unref(outcomes);
			continue;
		}
		struct choice *choice = g_new0(struct choice, 1);
		*choice = (struct choice){ i, outcomes };
		g_ptr_array_add(search->choices, choice);
	}
}

static gboolean exact_as(const struct search *search, guint disk, const struct explore_range *range)
{
	struct explore *explore = search->state->explore;
	const struct explore_map *wanted = explore_node_maps(explore, search->goal->node)[disk];
	const guint64 end = MIN(range->end, explore->layout->sectors[disk]);

	for (guint64 lba = range->lba; lba < end;) {
		const struct explore_map_stretch is = explore_map_at(search->maps[disk], lba);
		const struct explore_map_stretch shall = explore_map_at(wanted, lba);
		guint32 there, there_too;

		if (!explore_values_known(explore->values, is.set, &there) ||
		    !explore_values_known(explore->values, shall.set, &there_too) || there != there_too)
			return FALSE;
		lba = MIN(is.lba + is.count, shall.lba + shall.count);
	}
	return TRUE;
}

static gboolean sector_met(const struct search *search)
{
	const struct explore_goal *goal = search->goal;
	struct explore *explore = search->state->explore;
	const guint32 set = explore_map_at(search->maps[goal->sector->disk], goal->sector->lba).set;

	if (goal->verdict)
		return (explore_judge_set(explore, set) & goal->verdict) != 0;
	return set == explore_values_one(explore->values, goal->value.content, goal->value.overwritten);
}

static gboolean is_met(struct search *search)
{
	struct explore_state *state = search->state;
	const struct explore *explore = state->explore;
	const struct explore_goal *goal = search->goal;

	search->tries++;
	for (guint i = 0; i < explore->layout->disks; i++)
		explore_map_become(search->maps[i], state->maps[i]);
	for (guint i = 0; i < state->held->len; i++) {
		const struct explore_waiting *write = &g_array_index(state->held, struct explore_held, i).write;

		settle(explore, search->maps[write->disk], write, &search->outcomes[i]);
	}
	if (goal->sector->count && !sector_met(search))
		return FALSE;
	for (guint disk = 0; goal->node && disk < explore->layout->disks; disk++)
		for (guint i = 0; i < explore->exact.ranges[disk]->len; i++)
			if (!exact_as(search, disk,
				      &g_array_index(explore->exact.ranges[disk], struct explore_range, i)))
				return FALSE;
	return TRUE;
}

/* `left` more writes shall not be kept, of those from `from` on. */
static gboolean try_some(struct search *search, guint from, guint left)
{
	if (!left)
		return is_met(search);
	for (guint i = from; i + left <= search->choices->len && search->tries < TRIES_MAX; i++) {
		const struct choice *choice = g_ptr_array_index(search->choices, i);

		for (guint k = 0; k < choice->outcomes->len; k++) {
			search->outcomes[choice->index] = g_array_index(choice->outcomes, struct outcome, k);
			if (try_some(search, i + 1, left - 1))
				return TRUE;
		}
		search->outcomes[choice->index] = is_kept;
	}
	return FALSE;
}

static void tell(const struct search *search, struct cut_at *cut)
{
	const GArray *held = search->state->held;

	memset(cut->pending, 0, sizeof cut->pending);
	g_array_set_size(cut->fates, 0);
	for (guint i = 0; i < held->len; i++) {
		const struct explore_held *one = &g_array_index(held, struct explore_held, i);
		const struct explore_waiting *write = &one->write;
		const struct outcome *outcome = &search->outcomes[i];
		const struct cut_write told = { write->disk,   cut->pending[write->disk],
						write->lba,    write->count,
						outcome->fate, outcome->at };

		if (one->forced)
			continue;
		cut->pending[write->disk]++;
		if (!outcome->kept)
			g_array_append_val(cut->fates, told);
	}
}

static gboolean find_fates(struct search *search)
{
	const guint most = MIN(search->choices->len, CUT_PLAN_FATES_MAX);

	for (guint lost = 0; lost <= most && search->tries < TRIES_MAX; lost++)
		if (try_some(search, 0, lost))
			return TRUE;
	return FALSE;
}

gboolean explore_state_cut(struct explore_state *state, gboolean in_flight, const struct explore_goal *goal,
			   struct cut_at *cut)
{
	struct explore *explore = state->explore;
	struct search search = { .state = state, .goal = goal };

	gboolean was_forced = FALSE;

	if (in_flight && state->held->len) {
		struct explore_held *last = &g_array_index(state->held, struct explore_held, state->held->len - 1);

		was_forced = last->forced;
		last->forced = FALSE;
	}
	search.outcomes = g_new(struct outcome, state->held->len + 1);
	for (guint i = 0; i < state->held->len; i++)
		search.outcomes[i] = is_kept;
	search.choices = g_ptr_array_new_with_free_func(choice_free);
	list_choices(&search);
	for (guint i = 0; i < explore->layout->disks; i++)
		search.maps[i] = explore_map_new(1, 0);
	gboolean found = find_fates(&search);
	if (found) {
		tell(&search, cut);
		for (guint i = 0; i < explore->layout->disks; i++)
			explore_map_become(state->maps[i], search.maps[i]);
		g_array_set_size(state->held, 0);
	} else if (in_flight && state->held->len) {
		g_array_index(state->held, struct explore_held, state->held->len - 1).forced = was_forced;
	}
	for (guint i = 0; i < explore->layout->disks; i++)
		explore_map_free(search.maps[i]);
	g_ptr_array_unref(search.choices);
	g_free(search.outcomes);
	return found;
}
