/* SPDX-License-Identifier: Apache-2.0 */
/* The board of the explorer's tests: its sessions and the contract; see fake_explore_firmware.h. */
#pragma once
#include "fake_explore_firmware.h"

static inline void fake_power_on(struct explore_board *board, const struct explore_origin *origin)
{
	board->origin = origin;
	memcpy(board->memory, origin->memory, EXPLORE_UNIT);
	board->machine = (struct fake_machine){ 0 };
	board->now_ns = 0;
	board->operations = 0;
	board->asked = FALSE;
	board->sessions++;
}

/* The request comes; the machine is one that is ready. */
static inline void fake_request(struct explore_board *board, const struct explore_origin *origin)
{
	fake_power_on(board, origin);
	board->machine.panel = 2;
	board->machine.ready = TRUE;
	board->asked = TRUE;
}

static inline void fake_take_request(struct explore_board *board)
{
	if (board->flags & FAKE_HASTY)
		fake_note(board, EXPLORE_ANSWER);
	fake_progress(board, 1, 0);
	if (!(board->flags & FAKE_HASTY))
		fake_note(board, EXPLORE_ANSWER);
	*fake_note(board, EXPLORE_LINE) = (struct explore_op){ .what = EXPLORE_LINE, .count = EXPLORE_LINE_READY };
	board->machine.ready = FALSE;
	board->asked = FALSE;
}

static inline enum explore_stop fake_run(struct explore_board *board)
{
	struct fake_machine *machine = &board->machine;

	g_array_set_size(board->ops, 0);
	board->timed = FALSE;
	if (board->asked)
		fake_take_request(board);
	if (!machine->at) {
		enum explore_stop stop = fake_begin(board);
		if (stop != EXPLORE_SYNC || !machine->at)
			return stop;
	}
	while (machine->command < FAKE_COMMANDS) {
		if (board->operations > board->operations_max)
			return EXPLORE_EXHAUSTED;
		if (!machine->synced) {
			machine->synced = TRUE;
			return EXPLORE_SYNC;
		}
		if (board->flags & FAKE_HANGS && board->first) {
			/* For ever, and without feeling the time. */
			machine->synced = FALSE;
			board->operations++;
			continue;
		}
		if (board->flags & FAKE_TOGGLES)
			fake_erase_noting(board);
		else
			fake_erase(board);
	}
	gboolean late = board->flags & FAKE_LATE && board->now_ns < 10 * (gint64)FAKE_COMMANDS && board->now_ns;
	if (late || (board->flags & FAKE_REMEMBERS && board->memory[2]))
		return EXPLORE_IDLE;
	fake_panel(board, 2);
	if (!machine->ready)
		*fake_note(board, EXPLORE_LINE) =
		    (struct explore_op){ .what = EXPLORE_LINE, .count = EXPLORE_LINE_READY, .at = 1 };
	machine->ready = TRUE;
	return EXPLORE_IDLE;
}

static inline gboolean fake_prepare(struct explore_board *board, enum explore_trigger trigger, guint mode,
				    struct explore_root *root, GError **error)
{
	const struct explore_stretch all = { 0, FAKE_SECTORS, FAKE_USER, 0 };

	(void)trigger;
	(void)mode;
	(void)error;
	board->root_memory[0] = !(board->flags & FAKE_ASKED);
	board->root.by_request = board->flags & FAKE_ASKED;
	board->root.panel = 2;
	board->root.ready = TRUE;
	board->root.memory = board->root_memory;
	board->root.geometry[0] = (struct explore_geometry){ FAKE_SECTORS, FAKE_SECTORS };
	board->root.content = g_array_new(FALSE, FALSE, sizeof all);
	board->root.target = g_array_new(FALSE, FALSE, sizeof all);
	board->root.keys = g_array_new(FALSE, FALSE, sizeof(struct explore_key));
	g_array_append_val(board->root.content, all);
	g_array_append_val(board->root.target, all);
	*root = board->root;
	return TRUE;
}

/* [board] flags= and operations_max=. */
static inline struct explore_board *fake_create(GKeyFile *config, const struct explore_limits *limits, GError **error)
{
	struct explore_board *board = g_new0(struct explore_board, 1);

	(void)error;
	board->flags = (guint)g_key_file_get_integer(config, "board", "flags", NULL);
	board->operations_max = limits->operations;
	board->ops = g_array_new(FALSE, FALSE, sizeof(struct explore_op));
	board->layout = (struct explore_layout){ .memory_bytes = EXPLORE_UNIT,
						 .nvram_bytes = EXPLORE_UNIT,
						 .disks = 1,
						 .sectors = { FAKE_SECTORS },
						 .block_sectors = { 1 },
						 .unreadable = FAKE_UNREADABLE };
	return board;
}

static inline void fake_destroy(struct explore_board *board)
{
	if (!board)
		return;
	g_clear_pointer(&board->root.content, g_array_unref);
	g_clear_pointer(&board->root.target, g_array_unref);
	g_clear_pointer(&board->root.keys, g_array_unref);
	g_array_unref(board->ops);
	g_free(board);
}

static inline void fake_set_limits(struct explore_board *board, const struct explore_limits *limits)
{
	board->operations_max = limits->operations;
}

static inline const struct explore_layout *fake_layout(const struct explore_board *board)
{
	return &board->layout;
}

static inline const struct explore_op *fake_log(const struct explore_board *board, guint *count, gboolean *timed)
{
	*count = board->ops->len;
	*timed = board->timed;
	return (const struct explore_op *)(gconstpointer)board->ops->data;
}

static inline const guint8 *fake_memory(const struct explore_board *board)
{
	return board->memory;
}

static inline gint64 fake_now(const struct explore_board *board)
{
	return board->now_ns;
}

static inline const char *fake_crash(const struct explore_board *board)
{
	(void)board;
	return "it was told to";
}

static inline struct explore_stretch fake_unknown(const struct explore_board *board)
{
	return board->unknown;
}

static inline enum explore_stop fake_ask(struct explore_board *board, struct explore_answers *answers)
{
	*answers = (struct explore_answers){ board->machine.ready ? UNIT_READY : UNIT_FAILED,
					     LICENCE_ACTIVE,
					     board->memory[0] ? ERASE_PENDING : ERASE_COMPLETE,
					     1,
					     1,
					     1,
					     1,
					     TRUE };
	return EXPLORE_IDLE;
}

static inline void fake_mark(struct explore_board *board, guint64 key[2])
{
	board->marked = board->machine;
	/* What it does with these flags hangs on where it began. */
	key[0] = board->flags & (FAKE_HANGS | FAKE_TOGGLES) ? board->first : 0;
	key[1] = 0;
	memcpy(&key[1], &board->machine, MIN(sizeof key[1], sizeof board->machine));
}

static inline gpointer fake_keep(struct explore_board *board)
{
	return g_memdup2(&board->marked, sizeof board->marked);
}

static inline void fake_back(struct explore_board *board, gpointer kept, const struct explore_origin *origin,
			     gint64 now_ns)
{
	fake_power_on(board, origin);
	board->machine = *(const struct fake_machine *)kept;
	board->now_ns = now_ns;
}

static inline void fake_look(const struct explore_board *board, guint32 content, struct explore_content *look)
{
	static const enum content_class classes[] = {
		[FAKE_USER] = CONTENT_DATA,
		[FAKE_ZEROS] = CONTENT_ZERO,
		[FAKE_UNREADABLE] = CONTENT_UNREADABLE,
		[FAKE_RECORD] = CONTENT_ZERO,
	};

	(void)board;
	*look = (struct explore_content){ .content = classes[content] };
}

static inline const char *fake_text(const struct explore_board *board, guint32 number)
{
	(void)board;
	return ((const char *[]){ "", "erasing", "ready" })[number];
}

static inline guint32 fake_number(struct explore_board *board, const char *text)
{
	(void)board;
	(void)text;
	return 1;
}

/* It draws no random numbers. */
static inline void fake_set_counters(struct explore_board *board, const guint8 *counters)
{
	(void)board;
	(void)counters;
}

static const struct explore_board_class fake_explore_board = {
	.name = "fake",
	.create = fake_create,
	.destroy = fake_destroy,
	.set_limits = fake_set_limits,
	.layout = fake_layout,
	.prepare = fake_prepare,
	.request = fake_request,
	.power_on = fake_power_on,
	.run = fake_run,
	.log = fake_log,
	.memory = fake_memory,
	.now = fake_now,
	.crash = fake_crash,
	.unknown = fake_unknown,
	.ask = fake_ask,
	.mark = fake_mark,
	.keep = fake_keep,
	.back = fake_back,
	.drop = g_free,
	.look = fake_look,
	.text = fake_text,
	.number = fake_number,
	.set_counters = fake_set_counters,
};
