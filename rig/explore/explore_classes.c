/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule "counters": how exploring comes to an end although something counts the starts.
 *
 * Up to explore_settings.exact cuts in a row every state is told apart. Behind that states form classes: they agree in
 * the memories but for the bytes that explore_counters.c found, in geometry and in exact sectors, and the sessions from
 * them did the same, again but for these bytes in what they wrote to the memories, up to where they had overwritten
 * something and noted it; and the moments to which they had come by then are of one class. Moments of a session are of
 * one class if they agree in the same things, in the waiting writes and in what panel and line show, and if what was
 * done since the last operation before the part's first disk write was the same.
 * Every state is started and judged. Of a class the cuts in one session are followed, the first one's, with all that
 * the media may hold in any.
 *
 * What that proves: nothing is found in any state, at whatever number of cuts, as long as what the firmware does more
 * than one noted step later does not hang on the value of these bytes, nor on what it keeps in RAM alone of how it
 * began (RAM holds counters, too, so it is not compared: a start that remembers where it resumed, and once it has noted
 * something else does wrong because of that, is found up to `exact` cuts and not behind them). A firmware that does
 * something else at the fifth start than at the fourth is found out if `exact` is as many, or if it does so in a
 * session that is started. Therefore it is never called closed, but "closed apart from" these bytes, which are named.
 * Where nothing counts no class has more than one state: then it is closed.
 */
#include "explore_internal.h"

struct explore_class {
	guint64 key[2];
	struct explore_node *first;
};

static guint class_hash(gconstpointer key)
{
	return (guint)((const struct explore_class *)key)->key[0];
}

static gboolean class_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(guint64[2])) == 0;
}

GHashTable *explore_classes_new(void)
{
	return g_hash_table_new_full(class_hash, class_equal, g_free, NULL);
}

static struct explore_node *first_of(const struct explore *explore, const guint64 key[2])
{
	const struct explore_class *class = g_hash_table_lookup(explore->classes, key);

	return class ? class->first : NULL;
}

static void found_class(struct explore *explore, const guint64 key[2], struct explore_node *first)
{
	struct explore_class *class = g_new(struct explore_class, 1);

	*class = (struct explore_class){ { key[0], key[1] }, first };
	g_hash_table_add(explore->classes, class);
}

/* --- hashes that do not see counters --- */

static void hash_memory(const struct explore_sums *sums, struct hash128 *hash)
{
	hash128_bytes(hash, sums->seen, sizeof sums->seen);
}

/* Random contents are alike. */
static guint64 content_class(const struct explore *explore, guint32 content)
{
	struct explore_content look;

	explore->class->look(explore->board, content, &look);
	return look.content == CONTENT_RANDOM ? G_MAXUINT64 - look.weakness : content;
}

static void hash_op(const struct explore *explore, const struct explore_op *op, struct hash128 *hash)
{
	guint8 latter[EXPLORE_UNIT];
	gboolean silent = op->what == EXPLORE_MEMORY;

	for (guint i = 0; op->what == EXPLORE_MEMORY && i < EXPLORE_UNIT; i++) {
		gboolean counter = explore->hidden[op->at + i];

		latter[i] = counter ? 0 : op->latter[i];
		silent &= counter || op->latter[i] == op->former[i];
	}
	/* Which line of a log, or which of two copies, is written hangs on counters, too. */
	if (silent) {
		hash128_word(hash, EXPLORE_MEMORY);
		return;
	}
	hash128_word(hash, op->what | (guint64)op->flags << 8 | (guint64)op->disk << 16 | (guint64)op->count << 32);
	hash128_word(hash, op->at);
	hash128_word(hash, op->what == EXPLORE_WRITE ? content_class(explore, op->content) : op->content);
	if (op->what == EXPLORE_GEOMETRY)
		hash128_word(hash, op->native);
	if (op->what == EXPLORE_MEMORY)
		hash128_bytes(hash, latter, sizeof latter);
}

static guint first_write(const GArray *ops)
{
	guint i = 0;

	while (i < ops->len && g_array_index(ops, struct explore_op, i).what != EXPLORE_WRITE)
		i++;
	return i;
}

gboolean explore_part_writes(const struct explore *explore, const struct explore_part *part)
{
	const GArray *ops = explore_part_outline(explore, part);

	return first_write(ops) < ops->len;
}

static void hash_ops(const struct explore *explore, const GArray *ops, guint from, struct hash128 *hash)
{
	for (guint i = from; i < ops->len; i++)
		hash_op(explore, &g_array_index(ops, struct explore_op, i), hash);
}

/* --- moments --- */

/* Of the moment that is followed now, to which this part has led. */
static void moment_key(struct explore *explore, const struct explore_part *part, guint64 key[2])
{
	const GArray *waiting = explore->media.waiting, *ops = part->ops;
	struct hash128 hash;

	hash128_init(&hash, 20);
	hash_memory(&explore->sums, &hash);
	hash128_bytes(&hash, explore->geometry, sizeof explore->geometry);
	for (guint i = 0; i < waiting->len; i++) {
		const struct explore_waiting *write = &g_array_index(waiting, struct explore_waiting, i);

		hash128_word(&hash, write->lba);
		hash128_word(&hash, write->count | (guint64)write->disk << 32);
		hash128_word(&hash, content_class(explore, write->content));
	}
	explore_hash_exact(explore, explore->media.durable, &hash, content_class);
	hash128_word(&hash, explore->panel | (guint64)explore->ready << 32);
	hash_ops(explore, ops, first_write(ops), &hash);
	hash128_end(&hash, key);
}

struct explore_node *explore_class_come_to(struct explore *explore, const struct explore_part *part)
{
	guint64 key[2];

	if (!explore->classes || !explore_part_writes(explore, part))
		return NULL;
	moment_key(explore, part, key);
	struct explore_node *first = first_of(explore, key);
	return first && !first->on_path ? first : NULL;
}

void explore_class_enter(struct explore *explore, struct explore_node *moment, const struct explore_part *part)
{
	guint64 key[2];

	if (!explore->classes || !explore_part_writes(explore, part))
		return;
	moment_key(explore, part, key);
	const struct explore_node *first = first_of(explore, key);
	explore_node_set_rep(moment, first);
	if (first)
		return;
	found_class(explore, key, moment);
	explore->fresh = TRUE;
}

/* --- states --- */

static void hash_end(const struct explore_part *part, struct hash128 *hash)
{
	hash128_word(hash, part->end);
	if (!part->close)
		return;
	hash128_bytes(hash, &part->close->answers, sizeof part->close->answers);
	if (part->close->crash)
		hash128_bytes(hash, part->close->crash, strlen(part->close->crash));
}

/* What the session from here does, up to where it has overwritten something. */
static void hash_session(struct explore *explore, const struct explore_node *node, struct hash128 *hash)
{
	while (node) {
		const struct explore_part *part = explore_part_at(node, 0);

		hash_ops(explore, explore_part_ops(explore, node, part), 0, hash);
		node = part->end == EXPLORE_END_NEXT ? part->next : NULL;
		if (!node)
			hash_end(part, hash);
		else if (explore_part_writes(explore, part))
			break;
	}
	if (!node)
		return;
	const struct explore_node *rep = explore_node_rep(explore, node);
	hash128_word(hash, (rep ? rep : node)->number);
}

static void state_key(struct explore *explore, const struct explore_node *node, guint64 key[2])
{
	const struct explore_stand *stand = explore_stand_at(explore, node);
	struct hash128 hash;

	hash128_init(&hash, 21);
	hash_memory(&stand->sums, &hash);
	hash128_bytes(&hash, stand->geometry, sizeof stand->geometry);
	explore_hash_exact(explore, explore_node_maps(explore, node), &hash, content_class);
	hash_session(explore, node, &hash);
	hash128_end(&hash, key);
}

/* From now on the cuts within it, and in what follows, are followed. */
static void expand(struct explore *explore, struct explore_node *node)
{
	while (node && !explore_node_rep(explore, node) && !explore_expands(explore, node) && !explore->again) {
		node->expand = TRUE;
		for (guint i = 0; i < explore_parts(node); i++)
			explore_flow(explore, node, i);
		for (guint i = 1; i < explore_parts(node); i++)
			expand(explore, explore_part_at(node, i)->next);
		node = explore_part_at(node, 0)->next;
	}
}

static gboolean was_judged_bad(const struct explore_node *node)
{
	for (guint i = 0; i < explore_parts(node); i++)
		if (explore_part_at(node, i)->judged)
			return TRUE;
	return FALSE;
}

/* Whatever leads to this state leads to that one. */
static void stand_for(struct explore *explore, struct explore_node *first, struct explore_node *node)
{
	g_autoptr(GArray) edges = explore_node_edges(explore, node);

	explore_node_set_rep(node, first);
	explore->promised = node->promised;
	explore_node_reach(explore, first, explore_node_maps(explore, node), edges, FALSE);
	explore->counts.merged++;
	if (was_judged_bad(node))
		return;
	explore_node_shrink(explore, node);
}

void explore_class_state(struct explore *explore, struct explore_node *node)
{
	struct explore_node *first = NULL;
	guint64 key[2];

	if (explore_expands(explore, node) || explore->again)
		return;
	if (explore->classes) {
		state_key(explore, node, key);
		first = first_of(explore, key);
	}
	if (first && !explore->fresh) {
		stand_for(explore, first, node);
		return;
	}
	if (explore_bounded(explore, node)) {
		explore->counts.bounded = TRUE;
		return;
	}
	if (explore->classes && !first)
		found_class(explore, key, node);
	expand(explore, node);
}
