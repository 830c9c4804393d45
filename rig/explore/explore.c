/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_internal.h"
#include "rig/message.h"
#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define RESTARTS_MAX 1000u
#define DEPTH_MAX 256u	      /* cuts in a row */
#define EXACT_ASKED 2u	      /* cuts in a row that are told apart for who asks for so many */
#define BEYOND_MAX 64u	      /* states beyond the exact ones, for each of these … */
#define BEYOND_LEAST 1000000u /* … and besides */
#define WEIGHED_EVERY 256u    /* starts */

static gint64 cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static gboolean overwrites(gpointer data, guint32 content)
{
	const struct explore *explore = data;
	struct explore_content look;

	explore->class->look(explore->board, content, &look);
	return look.content == CONTENT_ZERO || look.content == CONTENT_CONSTANT || look.content == CONTENT_RANDOM ||
	       look.content == CONTENT_WEAK;
}

/* Bytes of memory that this process takes; 0: that cannot be told. */
static guint64 bytes_taken(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	guint64 pages = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%*u %" G_GUINT64_FORMAT, &pages) != 1)
		pages = 0;
	fclose(file);
	return pages * (guint64)sysconf(_SC_PAGESIZE);
}

/* --- one round: up to where exact sectors turn out to be too few --- */

static void finding_clear(gpointer data)
{
	struct explore_finding *finding = data;

	g_free(finding->text);
	cut_plan_free(finding->plan);
}

static void end_round(struct explore *explore)
{
	explore_graph_free(explore);
	g_clear_pointer(&explore->classes, g_hash_table_unref);
	g_clear_pointer(&explore->findings, g_array_unref);
	for (guint i = 0; i < EXPLORE_FAULTS; i++)
		g_clear_pointer(&explore->traces[i], g_array_unref);
	explore->queued = 0;
}

/* How far states are told apart, and whether they form classes behind that. */
static void set_depth(struct explore *explore)
{
	const struct explore_settings *settings = &explore->settings;
	const struct explore_rules *rules = &settings->rules;
	const guint most = settings->depth ? MIN(settings->depth, EXPLORE_DEPTH_MAX) : DEPTH_MAX;
	const guint exact = settings->exact ? settings->exact : settings->depth ? EXACT_ASKED : 1;
	gboolean classes = explore->has_counters && rules->counters && rules->converge && exact < most;

	explore->depth_max = most;
	explore->exact_depth = classes ? exact : most;
	if (classes)
		explore->classes = explore_classes_new();
}

gboolean explore_bounded(const struct explore *explore, const struct explore_node *node)
{
	if (node->depth >= explore->depth_max)
		return TRUE;
	return !explore->settings.depth && explore->counts.states > BEYOND_LEAST + BEYOND_MAX * explore->states_exact;
}

static void begin_round(struct explore *explore)
{
	const guint64 restarts = explore->counts.restarts;

	end_round(explore);
	explore->counts = (struct explore_counts){ .restarts = restarts, .log2_all = -INFINITY };
	explore->again = FALSE;
	if (explore->is_brief)
		explore_limits_set(explore, FALSE);
	explore->is_brief = FALSE;
	explore->endless = 0;
	explore->endless_operations = 0;
	explore->states_exact = 0;
	set_depth(explore);
	explore_graph_new(explore);
	explore->findings = g_array_new(FALSE, TRUE, sizeof(struct explore_finding));
	g_array_set_clear_func(explore->findings, finding_clear);
	g_array_set_size(explore->findings, EXPLORE_FAULTS);
	for (guint i = 0; i < EXPLORE_FAULTS; i++)
		explore->traces[i] = explore_traces_new();
	g_array_set_size(explore->path, 0);
}

static void place_root(struct explore *explore, struct explore_map *const *maps)
{
	const struct explore_root *root = &explore->root;

	for (guint i = 0; i < root->content->len; i++) {
		const struct explore_stretch *stretch = &g_array_index(root->content, struct explore_stretch, i);

		explore_map_put(maps[stretch->disk], stretch->lba, stretch->count,
				explore_values_one(explore->values, stretch->content, 0));
	}
}

static struct explore_node *make_root(struct explore *explore)
{
	const struct explore_root *root = &explore->root;
	const guint64 key[2] = { 0, 0 };

	memcpy(explore->memory, root->memory, explore->layout->memory_bytes);
	explore_sums_make(explore, explore->memory, &explore->sums);
	memcpy(explore->geometry, root->geometry, sizeof explore->geometry);
	explore->panel = root->panel;
	explore->ready = root->ready != FALSE;
	struct explore_node *node = explore_node_new(explore, key, TRUE, NULL);
	node->root = TRUE;
	node->promised = !root->by_request;
	struct explore_map *const *maps = explore_node_maps(explore, node);
	place_root(explore, maps);
	explore_node_set_maps(explore, node, maps);
	return node;
}

static void show_progress(struct explore *explore, const struct explore_node *node)
{
	struct explore_progress *progress = explore->settings.progress;

	if (!progress)
		return;
	progress->started = explore->counts.states;
	progress->known = explore_nodes_count(explore->nodes);
	progress->cuts = explore->counts.cuts;
	progress->depth = node->depth;
	progress->node = node->number;
}

/* Starts the states from the `*next`th node on, and those that they lead to. */
static void start_states(struct explore *explore, guint *next)
{
	for (; *next < explore_nodes_count(explore->nodes) && !explore->again; (*next)++) {
		struct explore_node *node = explore_nodes_at(explore->nodes, *next);

		if (!node->starts || explore_parts(node) || explore_node_rep(explore, node))
			continue;
		if (explore->settings.bytes_max && explore->counts.states % WEIGHED_EVERY == 0)
			explore->counts.cramped |= bytes_taken() > explore->settings.bytes_max;
		if (explore_gives_up(explore)) {
			explore->counts.left_out++;
			explore->counts.bounded = TRUE;
			continue;
		}
		explore->counts.states++;
		explore->states_exact += node->depth <= explore->exact_depth;
		explore->counts.depth = MAX(explore->counts.depth, node->depth);
		show_progress(explore, node);
		explore_session(explore, node);
		if (explore->classes)
			explore_class_state(explore, node);
		else if (node->depth >= explore->exact_depth)
			explore->counts.bounded = TRUE;
		explore_logs_pack(explore);
	}
}

static void run_round(struct explore *explore)
{
	guint next = 1;

	begin_round(explore);
	explore_session(explore, make_root(explore));
	explore_logs_pack(explore);
	explore_limits_learn(explore);
	while (next < explore_nodes_count(explore->nodes) && !explore->again) {
		start_states(explore, &next);
		explore_flow_all(explore);
	}
	explore->counts.bytes = explore_nodes_bytes(explore->nodes) + explore_pool_bytes(explore->pool);
	explore->counts.unsettled = explore->again;
	const gboolean all = !explore->counts.bounded && !explore->counts.unsettled;
	explore->counts.closed = all && !explore->counts.merged;
	explore->counts.apart = all && explore->counts.merged;
}

/* The first session alone, and with it what the states have that it leaves: counters. */
static void find_counters(struct explore *explore)
{
	do {
		begin_round(explore);
		explore_session(explore, make_root(explore));
		if (!explore->again) {
			explore_limits_learn(explore);
			explore_counters_find(explore);
		}
		explore->counts.restarts += explore->again;
	} while (explore->again && explore->counts.restarts < RESTARTS_MAX);
}

static void tell_counters(struct explore *explore)
{
	struct explore_counts *counts = &explore->counts;
	struct explore_bytes *last = NULL;

	for (guint32 i = 0; i < explore->layout->memory_bytes; i++) {
		if (!explore->counters[i])
			continue;
		/* What lies between two of them in a unit is not worth naming. */
		if (!last || i - last->last > EXPLORE_UNIT) {
			if (counts->counters++ >= EXPLORE_COUNTERS_MAX)
				continue;
			last = &counts->counter[counts->counters - 1];
			last->first = i;
		}
		last->last = i;
	}
}

/* --- life --- */

static gboolean open_board(struct explore *explore, GError **error)
{
	const struct explore_settings *settings = &explore->settings;
	/* The first session tells what a session takes. */
	const struct explore_limits first = { G_GUINT64_CONSTANT(1) << 40, G_MAXINT64 / 4 };

	explore->board =
	    explore->class->create(settings->config, settings->limits.operations ? &settings->limits : &first, error);
	if (!explore->board)
		return FALSE;
	explore->layout = explore->class->layout(explore->board);
	const struct explore_limits limits = explore_limits_first(explore);
	explore->class->set_limits(explore->board, &limits);
	if (settings->progress && explore->class->set_watch)
		explore->class->set_watch(explore->board, &settings->progress->watch);
	return explore->class->prepare(explore->board, settings->trigger, settings->mode, &explore->root, error);
}

static void find_erasing(struct explore *explore)
{
	const char *text = message_find("erasing")->text;

	explore->erasing = explore->class->number(explore->board, text);
}

struct explore *explore_run(const struct explore_settings *settings, GError **error)
{
	struct explore *explore = g_new0(struct explore, 1);
	const gint64 began_ns = cpu_ns();

	explore->settings = *settings;
	explore->class = settings->class;
	/* A state of its own cannot be met again. */
	explore->settings.rules.converge = settings->rules.converge && settings->rules.memo;
	explore_exact_init(&explore->exact);
	if (!open_board(explore, error)) {
		explore_free(explore);
		return NULL;
	}
	explore->values = explore_values_new(overwrites, explore, explore->layout->unreadable);
	explore_workplace_make(explore);
	for (guint i = 0; i < explore->layout->disks && !settings->rules.sectors; i++)
		(void)explore_exact_add(&explore->exact, i, 0, explore->layout->sectors[i]);
	find_erasing(explore);
	find_counters(explore);
	do {
		run_round(explore);
		explore->counts.restarts += explore->again;
	} while (explore->again && explore->counts.restarts < RESTARTS_MAX);
	/* What comes now needs room of its own. */
	explore_nodes_seal(explore->nodes);
	g_clear_pointer(&explore->classes, g_hash_table_unref);
	explore_livelock_find(explore);
	explore_limits_set(explore, FALSE);
	explore_trace_all(explore);
	tell_counters(explore);
	explore->counts.exact = explore->exact_depth;
	for (guint disk = 0; disk < explore->layout->disks; disk++)
		for (guint i = 0; i < explore->exact.ranges[disk]->len; i++) {
			const struct explore_range *range =
			    &g_array_index(explore->exact.ranges[disk], struct explore_range, i);
			explore->counts.exact_sectors += range->end - range->lba;
		}
	explore->counts.disks = explore->layout->disks;
	memcpy(explore->counts.sectors, explore->layout->sectors, sizeof explore->counts.sectors);
	explore->counts.cpu_ns = cpu_ns() - began_ns;
	return explore;
}

void explore_free(struct explore *explore)
{
	if (!explore)
		return;
	end_round(explore);
	explore_workplace_free(explore);
	explore_values_free(explore->values);
	explore_exact_clear(&explore->exact);
	explore->class->destroy(explore->board);
	g_free(explore);
}

const GArray *explore_found(const struct explore *explore)
{
	return explore->findings;
}

const struct explore_counts *explore_counts(const struct explore *explore)
{
	return &explore->counts;
}
