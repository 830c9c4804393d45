/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract of an emulated board: one controller with its host, its USB port, its console and the rig's FT2232H.
 * fixtures/ implements it; the direct drivers, the emulator's fronts and (later) the explorer use it.
 *
 * Not thread-safe: one board belongs to one thread at a time. Nothing here blocks. Time stands still except inside
 * run().
 */
#pragma once
#include "error.h"
#include "observe.h"
#include "units.h"
#include "urb.h"

struct board;

/** The board's USB devices. */
enum board_device {
	BOARD_CONTROLLER, /**< the controller's vendor-class device; there only while its firmware connects it */
	BOARD_FT2232H,	  /**< console (channel A), relay and panel switch (channel B); always there */
	BOARD_DEVICES,
};

/** Lines that the rig drives. */
enum board_line {
	BOARD_MAIN_POWER,   /**< TRUE: the main power is on. FALSE is a power cut at this instant. */
	BOARD_PANEL_SWITCH, /**< TRUE: the panel's power switch is held down */
	BOARD_MARKER,	    /**< LINE_MARKER, which the unit does not know of */
	BOARD_LINES,
};

/** Why run() came back: a set. */
enum board_stop {
	BOARD_STOP_DEADLINE = 1, /**< the granted time is used up */
	BOARD_STOP_URB = 2,	 /**< a transfer completed */
	BOARD_STOP_TOPOLOGY = 4, /**< a device arrived or left */
	BOARD_STOP_CONSOLE = 8,	 /**< console bytes wait that a real FT2232H would now deliver: its latency timer (16 ms
				    since the first waiting byte) ran out, or a packet's worth (510 bytes) is there */
	BOARD_STOP_CRASH = 16,	 /**< the firmware crashed or used up its budget, see crash() */
	BOARD_STOP_STUCK = 32,	 /**< the model had to stop the firmware, see stuck(): from every run() up to the next
				    power-off */
};

struct board_class {
	const char *name;
	/** Optional: looks at group [board] without making a board; the firmware may be missing. Errors as of create().
	 */
	gboolean (*check)(GKeyFile *config, GError **error) MUST_CHECK;
	/** Makes a board, powered off, time 0, factory-fresh. `config` group [board] holds its settings (see settings),
	 *  each optional; an unknown setting or bad value is RIG_ERROR_USAGE naming it. */
	struct board *(*create)(GKeyFile *config, GError **error)MUST_CHECK;
	/** Frees it; queued URBs complete with -ESHUTDOWN first. NULL is allowed. */
	void (*destroy)(struct board *board);

	gint64 (*now)(const struct board *board);
	/** Lets time pass up to `until_ns`, or less: it comes back early after the first thing that the host can see
	 *  (all that happens at that same instant included). Returns the set of enum board_stop; never 0. */
	unsigned (*run)(struct board *board, gint64 until_ns);

	/** Drives a line. Main power off abandons the firmware at once and takes the controller off the bus. */
	void (*set_line)(struct board *board, enum board_line line, gboolean level);
	/** What the line really is, as the relay board's sense inputs read it. */
	gboolean (*get_line)(const struct board *board, enum board_line line);

	/** TRUE while the device is on the bus. */
	gboolean (*present)(const struct board *board, enum board_device device);
	/** Queues a transfer; it may complete inside the call. On an absent device it completes with -ESHUTDOWN. */
	void (*submit)(struct board *board, enum board_device device, struct urb *urb);
	/** Takes a queued transfer back: it completes with -ENOENT inside the call. No-op when it is not queued. */
	void (*cancel)(struct board *board, enum board_device device, struct urb *urb);

	/** Service console without the FT2232H (direct link). Read: bytes delivered so far, 0 if none. */
	gsize (*console_read)(struct board *board, guint8 *buffer, gsize capacity);
	void (*console_write)(struct board *board, const guint8 *data, gsize length);

	/** NULL, or how the firmware died since power-on, e.g. "SIGSEGV at address 0x0"; valid until the next power-on.
	 */
	const char *(*crash)(const struct board *board);
	/** NULL, or why the model could not go on with a firmware that did nothing wrong, and what to do about it;
	 *  valid until the next power-off. A fault of the rig, never of the controller. */
	const char *(*stuck)(const struct board *board);

	/** From now on `observer` (copied; NULL: nobody) is told, inside run() and in the order of time, of everything
	 *  observed since: what happened outside run(), as a power cut by set_line(), at the next run(). */
	void (*observe)(struct board *board, const struct observer *observer);
	/** What a technician at the bench does or an instrument reads: one line, see fixtures/board/board_bench.h.
	 * Returns its answer, possibly empty; RIG_ERROR_USAGE for a line that is not understood or not possible now. */
	GBytes *(*bench)(struct board *board, const char *line, GError **error)MUST_CHECK;
	/** NULL-terminated names allowed in [board]. */
	const char *const *settings;
};
