/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of the program: one file each, listed in rig/main.c. */
#pragma once
#include "slot.h"

/** Exit codes, as the manual page promises. */
enum exit_code {
	EXIT_PASSED = 0,
	EXIT_CONTROLLER_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_RIG_FAILED = 3,
	EXIT_NOTHING_RAN = 4,
	EXIT_INTERRUPTED = 130,
};

struct command {
	const char *name;
	const char *summary;
	/** `argv[0]` is the command's name. Returns an exit code; reports its own errors. */
	int (*main)(int argc, char **argv, const struct catalogue *catalogue);
};

extern const struct command run_command, explore_command, list_command, check_command, emulate_command, doctor_command,
    report_command;

/** Parses options (GOption table); `usage` is the words after the options, `help` is added below the options in --help.
 *  FALSE with *code set: --help was printed, or the words are wrong and that was said. */
gboolean command_parse(int *argc, char ***argv, const char *usage, const char *help, const GOptionEntry *entries,
		       int *code) MUST_CHECK;
/** Says what went wrong on standard error; returns the exit code that goes with it. */
int command_fail(const GError *error);
/** From now on it is said on standard error, once, that what g_print() has to say cannot be written. A reader that went
 *  away (EPIPE) is no error. */
void command_watch_output(void);
/** The program's exit code after a command that ended with `code`: EXIT_RIG_FAILED where something could not be written
 *  to standard output, since then the result is lost, but for an interrupted one. */
int command_end(int code);
