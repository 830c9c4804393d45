/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs sessions. Each is cut into parts where it begins to write after having changed a memory; there it may have come
 * to where another session was (rule "converge" in explore.h).
 */
#include "explore_internal.h"
#include "rig/protocol.h"

#define REPORT_NS (NS_PER_S / 2)

static gboolean find_content(gpointer data, struct explore_stretch *stretch)
{
	struct explore *explore = data;

	return explore_media_find(&explore->origin, stretch);
}

static void guess_content(gpointer data, struct explore_stretch *stretch)
{
	struct explore *explore = data;

	explore_media_guess(&explore->origin, stretch);
}

/* What the session finds when it begins at this node. */
static const struct explore_origin *take_origin(struct explore *explore, struct explore_node *node)
{
	struct explore_origin *origin = &explore->began;

	explore_media_set(&explore->origin, explore_node_maps(explore, node), explore_node_waiting(explore, node));
	*origin = (struct explore_origin){
		.memory = explore->origin_memory, .content = find_content, .guess = guess_content, .data = explore
	};
	explore_node_load(explore, node, explore->origin_memory, origin->geometry);
	return origin;
}

void explore_not_known(struct explore *explore, const struct explore_media *began)
{
	struct explore_stretch wanted = explore->class->unknown(explore->board);
	struct explore_stretch found = wanted;

	explore->again = TRUE;
	if (!explore_media_find(began, &found))
		(void)explore_exact_add(&explore->exact, wanted.disk, wanted.lba, found.count);
}

static gboolean is_operation(const struct explore_op *op)
{
	return op->what <= EXPLORE_GEOMETRY;
}

static void take_log(struct explore *explore, struct explore_part *part)
{
	gboolean timed;
	guint count;
	const struct explore_op *ops = explore->class->log(explore->board, &count, &timed);

	g_array_append_vals(part->ops, ops, count);
	part->timed |= timed != FALSE;
	for (guint i = 0; i < count; i++)
		explore->counts.session_operations += is_operation(&ops[i]);
}

/* What the board does up to the next stop at which sessions are compared. */
static struct explore_part *take_part(struct explore *explore)
{
	static const enum explore_end ends[] = { [EXPLORE_SYNC] = EXPLORE_END_NEXT,
						 [EXPLORE_IDLE] = EXPLORE_END_IDLE,
						 [EXPLORE_CRASHED] = EXPLORE_END_CRASHED,
						 [EXPLORE_EXHAUSTED] = EXPLORE_END_EXHAUSTED };
	struct explore_part *part = explore_part_new(explore);
	enum explore_stop stop;

	part->begin_ns = explore->class->now(explore->board);
	do {
		stop = explore->class->run(explore->board);
		if (stop == EXPLORE_UNKNOWN) {
			explore_not_known(explore, &explore->origin);
			explore_part_free(explore, part);
			return NULL;
		}
		take_log(explore, part);
		/* Too soon to tell of which class that is. */
	} while (stop == EXPLORE_SYNC &&
		 (!explore->settings.rules.converge || (explore->beyond && !explore_part_writes(explore, part))));
	part->end_ns = explore->class->now(explore->board);
	part->end = (guint8)ends[stop];
	if (stop == EXPLORE_CRASHED || stop == EXPLORE_EXHAUSTED)
		explore_part_close(explore, part)->crash = g_strdup(explore->class->crash(explore->board));
	return part;
}

/* A unit that does not say what it is when it is asked is not at rest. */
static gboolean ask(struct explore *explore, struct explore_part *part)
{
	struct explore_close *close = explore_part_close(explore, part);
	enum explore_stop stop = explore->class->ask(explore->board, &close->answers);

	if (stop == EXPLORE_UNKNOWN) {
		explore_not_known(explore, &explore->origin);
		return FALSE;
	}
	if (stop == EXPLORE_CRASHED)
		part->end = EXPLORE_END_CRASHED;
	else if (stop == EXPLORE_EXHAUSTED)
		part->end = EXPLORE_END_EXHAUSTED;
	if (stop != EXPLORE_IDLE)
		close->crash = g_strdup(explore->class->crash(explore->board));
	return TRUE;
}

static void moment_key(struct explore *explore, guint64 key[2])
{
	const GArray *waiting = explore->media.waiting;
	struct hash128 hash;
	guint64 machine[2];

	explore->class->mark(explore->board, machine);
	hash128_init(&hash, 11);
	hash128_bytes(&hash, machine, sizeof machine);
	hash128_bytes(&hash, explore->sums.all, sizeof explore->sums.all);
	hash128_bytes(&hash, explore->geometry, sizeof explore->geometry);
	hash128_bytes(&hash, waiting->data, waiting->len * sizeof(struct explore_waiting));
	explore_hash_exact(explore, explore->media.durable, &hash, NULL);
	hash128_end(&hash, key);
}

static void set_waiting(struct explore *explore, struct explore_node *node)
{
	const GArray *waiting = explore->media.waiting;

	g_byte_array_set_size(explore->bytes, 0);
	g_byte_array_append(explore->bytes, (const guint8 *)waiting->data,
			    waiting->len * (guint)sizeof(struct explore_waiting));
	explore_node_rare(explore, node)->waiting = explore_blob_put(explore->pool, NULL, explore->bytes);
}

/* The moment that this session has come to. */
static struct explore_node *new_moment(struct explore *explore, const guint64 key[2], const struct explore_node *from)
{
	struct explore_node *node = explore_node_new(explore, key, FALSE, from);

	node->depth = from->depth;
	if (explore->media.waiting->len)
		set_waiting(explore, node);
	return node;
}

static gboolean has_part_at(const struct explore_node *node, gint64 begin_ns)
{
	for (guint i = 0; i < explore_parts(node); i++)
		if (explore_part_at(node, i)->begin_ns == begin_ns)
			return TRUE;
	return FALSE;
}

static guint64 count_operations(const struct explore_part *part)
{
	guint64 count = 0;

	for (guint i = 0; i < part->ops->len; i++)
		count += is_operation(&g_array_index(part->ops, struct explore_op, i));
	return count;
}

/* Where the session has come to: a new node, or one where another session was. */
static struct explore_node *come_to(struct explore *explore, struct explore_node *node, struct explore_part *part)
{
	const struct explore_edge edge = { node, explore_parts(node) - 1, part->ops->len };
	struct explore_node *next = explore->beyond ? explore_class_come_to(explore, part) : NULL;
	guint64 key[2];

	if (!next) {
		moment_key(explore, key);
		next = explore_node_find(explore, key);
	}
	if (next) {
		explore->counts.converged++;
	} else {
		next = new_moment(explore, key, node);
		next->more->before = node->more->before + count_operations(part);
		explore_class_enter(explore, next, part);
	}
	part->next = next;
	g_array_set_size(explore->edge, 0);
	g_array_append_val(explore->edge, edge);
	explore_node_reach(explore, next, explore->media.durable, explore->edge, TRUE);
	return next;
}

/* Somebody was here: run only what feels that it is another time. */
static struct explore_node *skip(struct explore *explore, struct explore_node *next)
{
	const struct explore_rare *rare = explore_rare_of(next);
	struct explore_node *ahead = rare ? rare->ahead : NULL;

	/* A loop in this session. Where it does not feel the time it is one for ever; else it may end. */
	if (next->on_path)
		return next;
	if (!ahead)
		return NULL;
	const gint64 at_ns = explore->class->now(explore->board) + rare->ahead_ns;
	if (has_part_at(ahead, at_ns))
		return NULL;
	const struct explore_rare *there = explore_rare_of(ahead);
	if (ahead == next || !there || !there->kept)
		return next;
	explore->class->back(explore->board, there->kept, take_origin(explore, ahead), at_ns);
	return ahead;
}

/* Where from here on the time is felt first. */
static void set_ahead(struct explore *explore, struct explore_node *node, const struct explore_part *part)
{
	const struct explore_rare *next = part->next ? explore_rare_of(part->next) : NULL;
	struct explore_node *ahead = part->timed ? node : next ? next->ahead : NULL;

	if (!ahead && !explore_rare_of(node))
		return;
	const gint64 after_ns = next ? next->ahead_ns : 0;
	struct explore_rare *rare = explore_node_rare(explore, node);
	rare->ahead = ahead;
	rare->ahead_ns = part->timed ? 0 : part->end_ns - part->begin_ns + after_ns;
}

/* Which nodes of the path feel the time. */
static void look_ahead(struct explore *explore)
{
	for (guint i = explore->path->len; i-- > 0;) {
		const struct explore_edge *step = &g_array_index(explore->path, struct explore_edge, i);
		const struct explore_part *part = explore_part_at(step->from, step->part);
		step->from->on_path = FALSE;
		/* No session comes to where another one starts. */
		if (!step->from->starts)
			set_ahead(explore, step->from, part);
	}
	g_array_set_size(explore->path, 0);
}

static gboolean is_endless(const struct explore *explore, const struct explore_node *next)
{
	for (guint i = explore->path->len; i-- > 0;) {
		const struct explore_edge *step = &g_array_index(explore->path, struct explore_edge, i);

		if (explore_part_at(step->from, step->part)->timed)
			return FALSE;
		if (step->from == next)
			return TRUE;
	}
	return FALSE;
}

/* Whether the part of the session before this one felt the time: then nobody comes to know of what follows. */
static gboolean feels(const struct explore *explore)
{
	const GArray *path = explore->path;

	if (!path->len)
		return FALSE;
	const struct explore_edge *last = &g_array_index(path, struct explore_edge, path->len - 1);
	return explore_part_at(last->from, last->part)->timed;
}

static void note_panel(struct explore *explore, const struct explore_part *part)
{
	for (guint i = 0; i < part->ops->len; i++) {
		const struct explore_op *op = &g_array_index(part->ops, struct explore_op, i);

		if (op->what == EXPLORE_PANEL)
			explore->erasing_ns = op->content == explore->erasing ? op->at_ns : -1;
	}
}

/* Once in each session, when the erasing message has stood for as long as it takes to tell a slow console from a lie:
 * what the erase report says. It is asked in a session that is then taken back. */
static void ask_report(struct explore *explore, struct explore_node *moment)
{
	const struct explore_board_class *class = explore->class;
	const gint64 now_ns = class->now(explore->board);
	int outcome = -1;

	if (explore->asked || explore->erasing_ns < 0 || now_ns - explore->erasing_ns < REPORT_NS ||
	    !class->ask_report || explore->again)
		return;
	/* One that goes on as another of its class has other counters in its memory. */
	if (memcmp(class->memory(explore->board), explore->memory, explore->layout->memory_bytes) != 0)
		return;
	explore->asked = TRUE;
	gpointer kept = class->keep(explore->board);
	class->ask_report(explore->board, &outcome);
	class->back(explore->board, kept, take_origin(explore, moment), now_ns);
	class->drop(kept);
	explore->reported = outcome == ERASE_COMPLETE && explore->settings.trigger <= EXPLORE_INVALIDATION;
}

/* Runs one part; where the next one begins, or NULL. */
static struct explore_node *run_part(struct explore *explore, struct explore_node *node)
{
	struct explore_part *part = take_part(explore);

	if (!part)
		return NULL;
	if (part->end == EXPLORE_END_IDLE && !ask(explore, part)) {
		explore_part_free(explore, part);
		return NULL;
	}
	if (part->end == EXPLORE_END_EXHAUSTED)
		explore_endless_note(explore, part);
	/* Whoever comes here at another time by a way that does not feel it begins with this. */
	if (part->timed && !node->starts && !feels(explore)) {
		struct explore_rare *rare = explore_node_rare(explore, node);

		if (!rare->kept)
			rare->kept = explore->class->keep(explore->board);
	}
	const struct explore_edge step = { node, explore_parts(node), 0 };
	explore_part_add(explore, node, part);
	g_array_append_val(explore->path, step);
	node->on_path = TRUE;
	explore_flow(explore, node, step.part);
	note_panel(explore, part);
	if (part->end != EXPLORE_END_NEXT || explore->again)
		return NULL;
	const guint known = explore_nodes_count(explore->nodes);
	struct explore_node *next = come_to(explore, node, part);
	if (explore_nodes_count(explore->nodes) > known)
		ask_report(explore, next);
	if (!explore_parts(next))
		return next;
	if (next->on_path && is_endless(explore, next)) {
		part->end = EXPLORE_END_EXHAUSTED;
		explore_judge_end(explore, part);
		return NULL;
	}
	return skip(explore, next);
}

void explore_session(struct explore *explore, struct explore_node *node)
{
	explore->beyond = node->depth > explore->exact_depth;
	explore->fresh = explore->asked = FALSE;
	explore->erasing_ns = -1;
	explore_node_wake(explore, node);
	const struct explore_origin *origin = take_origin(explore, node);
	if (node->root && explore->root.by_request)
		explore->class->request(explore->board, origin);
	else
		explore->class->power_on(explore->board, origin);
	explore->counts.sessions++;
	while (node && !explore->again)
		node = run_part(explore, node);
	explore->reported = FALSE;
	look_ahead(explore);
}
