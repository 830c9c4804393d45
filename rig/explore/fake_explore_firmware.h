/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware of the board for the explorer's tests, a few lines: it overwrites a disk command by command, flushes
 * after some of them and notes in memory how far it is. Whatever it does wrong is a flag.
 *
 *   memory, a unit: byte 0: 1 an erase is due; 1: commands done; 2: resumed; 3: starts that found a torn-off one; 4:
 *   a command is under way; 5: starts
 */
#pragma once
#include "explore_board.h"
#include "rig/protocol.h"
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
	FAKE_COUNTS = 65536,	   /* counts its starts */
	/* With FAKE_COUNTS, in its third start only: */
	FAKE_ODD_BEGINS = 262144, /* notes for a moment that nothing is due */
	FAKE_ODD_NOTES = 524288,  /* notes progress before the flush */
	/* The same, with FAKE_READS, from its second start on: */
	FAKE_MENDS = 1048576, /* first writes what has to be in the first sector, if it is not there */
	FAKE_STAYS = 131072,  /* begins from the first command whatever it has noted */
	FAKE_TOGGLES = 32768, /* notes before each command that it is under way, and afterwards that it is not */
};

enum { FAKE_USER, FAKE_ZEROS, FAKE_UNREADABLE, FAKE_RECORD };

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

static inline gboolean fake_is_odd(const struct explore_board *board, guint flag)
{
	return board->flags & flag && board->memory[5] == 3;
}

/* One command of the erase and what follows it. */
static inline void fake_erase(struct explore_board *board)
{
	struct fake_machine *machine = &board->machine;
	gboolean last = machine->command + 1u == FAKE_COMMANDS;
	gboolean notes_first = board->flags & FAKE_NOTES_FIRST || fake_is_odd(board, FAKE_ODD_NOTES);

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
	if (notes_first)
		fake_progress(board, !last, machine->command);
	if (last || !(board->flags & FAKE_LAZY))
		fake_flush(board);
	if (!notes_first)
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

static inline void fake_mend(struct explore_board *board)
{
	fake_panel(board, 1);
	*fake_note(board, EXPLORE_WRITE) =
	    (struct explore_op){ .what = EXPLORE_WRITE, .flags = EXPLORE_FORCED, .count = 1, .content = FAKE_RECORD };
	board->operations++;
}

static inline enum explore_stop fake_begin(struct explore_board *board)
{
	struct fake_machine *machine = &board->machine;
	guint8 latter[EXPLORE_UNIT];
	guint32 content = FAKE_USER;

	if (board->flags & FAKE_READS && !board->memory[4] && !fake_read(board, &content))
		return EXPLORE_UNKNOWN;
	if (board->flags & FAKE_MENDS && board->memory[5] && content != FAKE_RECORD) {
		if (!machine->synced) {
			machine->synced = TRUE;
			return EXPLORE_SYNC;
		}
		fake_mend(board);
	}
	gboolean resumes = board->memory[0] && board->memory[1];
	if (board->flags & FAKE_COUNTS) {
		memcpy(latter, board->memory, sizeof latter);
		latter[5]++;
		fake_remember(board, latter);
	}
	if (board->memory[0] && fake_is_odd(board, FAKE_ODD_BEGINS)) {
		fake_progress(board, 0, board->memory[1]);
		fake_progress(board, 1, board->memory[1]);
	}
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
	if (resumes && board->flags & FAKE_STAYS)
		machine->command = 0;
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
