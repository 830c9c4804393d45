/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts that never end. The first one is waited for as long as any erase could take; it is a finding then, so of the
 * others that it has company is all there is to know: they get little more than the first session took, the logs of
 * but a few are kept to follow cuts of, and after too many nothing more is started. What that leaves out is counted. A
 * finding is told only if it is one with all the time in the world, too (explore_plan.c).
 */
#include "explore_internal.h"

#define FIRST_MAX 4000000u   /* operations of the first session: more cannot be kept */
#define STARTED_MAX 250u     /* starts without an end that are waited for */
#define FOLLOWED_MAX 64u     /* of the longest ones, so many whose cuts are followed */
#define NODES_MAX 1000000u   /* since the first one of them */
#define BESIDES_FULL 100000u /* operations that any start may take … */
#define BESIDES_BRIEF 1000u  /* … and one in such company */
#define BESIDES_NS (600 * NS_PER_S)

static guint64 sectors_of(const struct explore *explore)
{
	guint64 sectors = 0;

	for (guint i = 0; i < explore->layout->disks; i++)
		sectors += explore->layout->sectors[i];
	return sectors;
}

struct explore_limits explore_limits_first(const struct explore *explore)
{
	const struct explore_limits *wanted = &explore->settings.limits;

	return (struct explore_limits){
		.operations =
		    wanted->operations ? wanted->operations : MIN(1000000 + 16 * sectors_of(explore), FIRST_MAX),
		.time_ns = wanted->time_ns ? wanted->time_ns : 1000 * 3600 * NS_PER_S,
	};
}

/* No start shall take much longer than the first one. One that did not end itself says nothing of that. */
void explore_limits_learn(struct explore *explore)
{
	const struct explore_limits *wanted = &explore->settings.limits;
	const guint64 first = explore->endless ? 0 : explore->counts.session_operations;
	const gint64 took_ns = explore->endless ? 0 : explore->class->now(explore->board);

	explore->full = (struct explore_limits){
		.operations = wanted->operations ? wanted->operations : 20 * first + BESIDES_FULL,
		.time_ns = wanted->time_ns ? wanted->time_ns : 20 * took_ns + 6 * BESIDES_NS,
	};
	explore->brief = (struct explore_limits){
		.operations = MIN(explore->full.operations, 4 * first + BESIDES_BRIEF),
		.time_ns = MIN(explore->full.time_ns, 4 * took_ns + BESIDES_NS),
		.brief = TRUE,
	};
	explore_limits_set(explore, explore->is_brief);
}

void explore_limits_set(struct explore *explore, gboolean is_brief)
{
	explore->class->set_limits(explore->board, is_brief ? &explore->brief : &explore->full);
}

void explore_endless_note(struct explore *explore, struct explore_part *part)
{
	explore->endless++;
	/* Of the very first session nothing is known yet to be brief by. */
	if (!explore->is_brief && explore->counts.states) {
		explore->is_brief = TRUE;
		explore->nodes_brief = explore_nodes_count(explore->nodes);
		explore_limits_set(explore, TRUE);
	}
	explore->endless_operations += part->ops->len;
	if (explore->endless_operations <= explore->full.operations + FOLLOWED_MAX * explore->brief.operations)
		return;
	for (guint i = 0; i < part->ops->len; i++)
		explore->counts.left_out += g_array_index(part->ops, struct explore_op, i).what <= EXPLORE_GEOMETRY;
	g_array_set_size(part->ops, 0);
}

guint explore_deaths(const struct explore *explore)
{
	const struct explore_progress *progress = explore->settings.progress;

	return progress ? progress->watch.met : 0;
}

gboolean explore_gives_up(const struct explore *explore)
{
	const guint nodes = explore_nodes_count(explore->nodes);

	return explore->counts.cramped || explore->endless >= STARTED_MAX ||
	       explore_deaths(explore) >= EXPLORE_DEATHS_MAX ||
	       (explore->is_brief && nodes - MIN(nodes, explore->nodes_brief) > NODES_MAX);
}
