/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board for the explorer's tests whose firmware is a few lines: it overwrites a disk command by command, flushes
 * after some of them and notes in memory how far it is. Whatever it does wrong is a flag.
 *
 *   memory, a unit: byte 0: 1 an erase is due; 1: commands done; 2: resumed; 3: starts that found a torn-off one; 4:
 *   a command is under way
 */
#pragma once
#include "explore_board.h"
#include "protocol.h"
#include <string.h>

#define FAKE_SECTORS 24u
#define FAKE_COMMAND 3u /* sectors */
#define FAKE_BETWEEN 2u /* commands between two notes */
#define FAKE_COMMANDS (FAKE_SECTORS / FAKE_COMMAND)

enum fake_flag {
	FAKE_NOTES_FIRST = 1,	   /* notes progress before the flush */
	FAKE_CRASHES = 2,	   /* when it resumes in the middle */
	FAKE_HANGS = 4,		   /* the same */
	FAKE_FAILS = 8,		   /* comes to rest and is not ready, the same */
	FAKE_SKIPS = 16,	   /* one command, the same */
	FAKE_READS = 32,	   /* when it starts: the first sector, or the next one (FAKE_TOGGLES) */
	FAKE_TRUSTS = 64,	   /* takes the erase for done if that is not zeros any more */
	FAKE_FEELS = 128,	   /* looks at the clock before the last command */
	FAKE_SILENT = 256,	   /* does not show the message */
	FAKE_FORGETS_SECOND = 512, /* a start that finds a torn-off one clears the flag: needs two cuts */
	FAKE_LATE = 1024,	   /* is not ready if that comes sooner than usual (with FAKE_FEELS) */
	FAKE_REMEMBERS = 2048,	   /* notes that it resumed, and is not ready if it did */
	FAKE_LAZY = 4096,	   /* flushes at the end only */
	FAKE_ASKED = 8192,	   /* the erase begins by request, and is answered when that is noted … */
	FAKE_HASTY = 16384,	   /* … or before */
	FAKE_TOGGLES = 32768,	   /* notes before each command that it is under way, and afterwards that it is not */
};

enum { FAKE_USER, FAKE_ZEROS, FAKE_UNREADABLE };

struct fake_machine {
	guint8 at; /* step of the script */
	guint8 command;
	guint8 panel, ready, synced;
};

struct explore_board {
	struct explore_layout layout;
	guint flags;
	struct fake_machine machine, marked;
	guint8 memory[EXPLORE_UNIT];
	const struct explore_origin *origin;
	GArray *ops;
	gboolean timed;
	gint64 now_ns;
	guint64 operations, operations_max;
	guint first;	/* the command at which this session began */
	gboolean asked; /* a request waits */
	struct explore_root root;
	guint8 root_memory[EXPLORE_UNIT];
	guint sessions; /* power-ons and returns so far */
	struct explore_stretch unknown;
};

static inline struct explore_op *fake_note(struct explore_board *board, enum explore_what what)
{
	g_array_set_size(board->ops, board->ops->len + 1);
	struct explore_op *op = &g_array_index(board->ops, struct explore_op, board->ops->len - 1);
	*op = (struct explore_op){ .what = (guint8)what, .at_ns = board->now_ns };
	return op;
}

static inline void fake_panel(struct explore_board *board, guint8 text)
{
	if (board->machine.panel != text)
		fake_note(board, EXPLORE_PANEL)->content = text;
	board->machine.panel = text;
}

static inline void fake_remember(struct explore_board *board, const guint8 latter[EXPLORE_UNIT])
{
	struct explore_op *op = fake_note(board, EXPLORE_MEMORY);

	memcpy(op->former, board->memory, EXPLORE_UNIT);
	memcpy(op->latter, latter, EXPLORE_UNIT);
	memcpy(board->memory, latter, EXPLORE_UNIT);
	board->machine.synced = FALSE;
	board->operations++;
}

static inline void fake_progress(struct explore_board *board, guint8 due, guint8 done)
{
	guint8 latter[EXPLORE_UNIT];

	memcpy(latter, board->memory, sizeof latter);
	latter[0] = due;
	latter[1] = done;
	fake_remember(board, latter);
}

static inline void fake_flush(struct explore_board *board)
{
	fake_note(board, EXPLORE_FLUSH);
	board->operations++;
}

/* One command of the erase and what follows it. */
static inline void fake_erase(struct explore_board *board)
{
	struct fake_machine *machine = &board->machine;
	gboolean last = machine->command + 1u == FAKE_COMMANDS;

	if (last && board->flags & FAKE_FEELS)
		board->timed = TRUE;
	struct explore_op *op = fake_note(board, EXPLORE_WRITE);
	op->at = (guint64)machine->command * FAKE_COMMAND;
	op->count = FAKE_COMMAND;
	op->content = FAKE_ZEROS;
	machine->command++;
	board->now_ns += 10;
	board->operations++;
	if (!last && machine->command % FAKE_BETWEEN)
		return;
	if (board->flags & FAKE_NOTES_FIRST)
		fake_progress(board, !last, machine->command);
	if (last || !(board->flags & FAKE_LAZY))
		fake_flush(board);
	if (!(board->flags & FAKE_NOTES_FIRST))
		fake_progress(board, !last, machine->command);
}

static inline void fake_mark_busy(struct explore_board *board, guint8 busy)
{
	guint8 latter[EXPLORE_UNIT];

	memcpy(latter, board->memory, sizeof latter);
	latter[4] = busy;
	fake_remember(board, latter);
}

/* Each command between a note that it is under way and its progress; the first of a resumed one takes a detour. */
static inline void fake_erase_noting(struct explore_board *board)
{
	guint8 command = board->machine.command;

	fake_mark_busy(board, 1);
	board->machine.synced = TRUE;
	struct explore_op *op = fake_note(board, EXPLORE_WRITE);
	op->at = (guint64)command * FAKE_COMMAND;
	op->count = FAKE_COMMAND;
	op->content = FAKE_ZEROS;
	fake_flush(board);
	if (command && command == board->first)
		fake_mark_busy(board, 0);
	board->machine.command++;
	board->memory[4] = 0;
	fake_progress(board, board->machine.command < FAKE_COMMANDS, board->machine.command);
}

/* FALSE: what is there is not known. */
static inline gboolean fake_read(struct explore_board *board, guint32 *content)
{
	guint64 next = (guint64)board->memory[1] * FAKE_COMMAND;
	struct explore_stretch stretch = { board->flags & FAKE_TOGGLES ? next % FAKE_SECTORS : 0, 1, 0, 0 };
	struct explore_op *op = fake_note(board, EXPLORE_READ);

	op->count = 1;
	op->at = stretch.lba;
	if (!board->origin->content(board->origin->data, &stretch)) {
		board->unknown = stretch;
		return FALSE;
	}
	*content = stretch.content;
	return TRUE;
}

static inline enum explore_stop fake_begin(struct explore_board *board)
{
	struct fake_machine *machine = &board->machine;
	guint8 latter[EXPLORE_UNIT];
	guint32 content = FAKE_USER;

	if (board->flags & FAKE_READS && !board->memory[4] && !fake_read(board, &content))
		return EXPLORE_UNKNOWN;
	gboolean resumes = board->memory[0] && board->memory[1];
	if (board->flags & FAKE_TRUSTS && content != FAKE_USER && board->memory[0])
		fake_progress(board, 0, FAKE_COMMANDS);
	memcpy(latter, board->memory, sizeof latter);
	latter[3]++;
	if (board->flags & FAKE_FORGETS_SECOND && resumes) {
		if (latter[3] > 2)
			latter[0] = 0;
		fake_remember(board, latter);
	}
	if (board->flags & FAKE_REMEMBERS && resumes && !latter[2]) {
		memcpy(latter, board->memory, sizeof latter);
		latter[2] = 1;
		fake_remember(board, latter);
	}
	machine->command = board->memory[0] ? board->memory[1] : FAKE_COMMANDS;
	board->first = machine->command;
	machine->command += resumes && board->flags & FAKE_SKIPS;
	machine->at = 1;
	if (board->memory[0] && !(board->flags & FAKE_SILENT))
		fake_panel(board, 1);
	if (resumes && board->flags & FAKE_CRASHES)
		return EXPLORE_CRASHED;
	if (resumes && board->flags & FAKE_FAILS)
		return EXPLORE_IDLE;
	return EXPLORE_SYNC;
}

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
		if (stop != EXPLORE_SYNC)
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
		[FAKE_USER] = CONTENT_DATA, [FAKE_ZEROS] = CONTENT_ZERO, [FAKE_UNREADABLE] = CONTENT_UNREADABLE
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
};
