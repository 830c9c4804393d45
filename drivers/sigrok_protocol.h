/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rig and its helper program wiperig-sigrok say to each other, over a stream socket that is the helper's
 * standard input. Frames, little-endian:
 *
 *   u8 type · u8[3] 0 · u32 length of the payload · payload
 *
 * The rig says, in this order:
 *   OPEN   text, one KEY=VALUE a line: driver, conn (may be missing), rate (samples per second), wait (1: never drop a
 *          sample, hold up the analyzer instead), and for each line that is wanted line.N=CHANNEL: the analyzer's
 *          channel of that name, or of that number from 0 for "#N"; it becomes bit N of each sample
 *   START  nothing
 *   STOP   nothing; closing the socket is the same
 * or, of a power supply:
 *   SUPPLY text, one KEY=VALUE a line: driver, conn, output, volts, amps (all but driver may be missing)
 *   SWITCH text: "1" turns the output on, "0" off, "" does nothing; it is read in any case. Any number of times
 * The helper says:
 *   READY    u64 samples per second as the analyzer has them, text: the analyzer's name; of a
 *            supply, 1 and its name
 *   STARTED  nothing; the analyzer is told to begin
 *   SAMPLES  u64 number of the first one, counted from 0, then one byte a sample
 *   OVERRUN  u64 number of the first sample that was lost, u64 how many: the rig did not read fast enough
 *   ENDED    u64 samples in all: after STOP, or since the analyzer ended by itself
 *   STATE    after each SWITCH, as the supply says: u64 whether its output is on, i64 mV and i64 mA as measured
 *   FAILED   text: what went wrong; nothing follows
 * The helper may be killed at any time.
 */
#pragma once
#include "rig/error.h"

enum sigrok_type {
	SIGROK_OPEN = 1,
	SIGROK_START,
	SIGROK_STOP,
	SIGROK_SUPPLY,
	SIGROK_SWITCH,
	SIGROK_READY = 16,
	SIGROK_STARTED,
	SIGROK_SAMPLES,
	SIGROK_OVERRUN,
	SIGROK_ENDED,
	SIGROK_FAILED,
	SIGROK_STATE,
};

#define SIGROK_HEADER 8
#define SIGROK_PAYLOAD_MAX (1u << 20)

struct sigrok_frame {
	enum sigrok_type type;
	const guint8 *payload; /**< borrowed */
	gsize length;
};

/** Takes a frame from the front of what was received. 1: `frame` is filled, `*used` bytes are done with. 0: more bytes
 *  are needed. -1: this is no frame; RIG_ERROR_PROTOCOL. */
int sigrok_take(const guint8 *bytes, gsize length, struct sigrok_frame *frame, gsize *used, GError **error) MUST_CHECK;
/** A number at the payload's byte `at`; FALSE where it is too short. */
gboolean sigrok_number(const struct sigrok_frame *frame, gsize at, guint64 *number) MUST_CHECK;
/** The payload from byte `at` on as text fit to be printed; the caller's to free. */
char *sigrok_text(const struct sigrok_frame *frame, gsize at);
/** Writes a frame's header: the payload's `length` is at most SIGROK_PAYLOAD_MAX. */
void sigrok_header(guint8 header[SIGROK_HEADER], enum sigrok_type type, gsize length);
/** Appends a number to a payload. */
void sigrok_append(GByteArray *payload, guint64 number);
