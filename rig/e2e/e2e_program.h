/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the end-to-end tests share: the real program as a child process in a folder of its own, and its run folders.
 * Every failed expectation prints what was seen. The test program adopts what its children leave behind, so nothing
 * that a run started can hide.
 */
#pragma once
#include "rig/test.h"
#include <jansson.h>
#include <string.h>
#include <sys/types.h>

#define LIMIT_MS 120000	    /* of one program unless the test says otherwise */
#define USB_LIMIT_MS 900000 /* of all cases over USB, with sanitizers or beside hogs */

/* With sanitizers a case over USB takes ten times as long: there a part of the cases stands for all. */
#ifdef __SANITIZE_ADDRESS__
#define SLOW_BUILD 1
#else
#define SLOW_BUILD 0
#endif

/* A folder for one test. */
struct bench {
	char *folder;
	char *out; /* for --out; not made yet */
	char *tmp; /* the programs' TMPDIR: must be empty when the test ends */
};

/* How a program ended. */
struct outcome {
	int code; /* the exit code; minus the signal's number if one ended it */
	gboolean in_time;
	gint64 took_ms;
	gint64 peak_mb; /* memory of it, or of the largest that it waited for */
	char *out, *err;
};

struct program;

/* What differs from the usual. */
struct start {
	const char *const *environment; /* "NAME=value"…, NULL-terminated, or NULL */
	gboolean terminal;		/* standard output is a terminal */
	gboolean full;			/* standard output has no room: /dev/full */
	uid_t user;			/* 0: as the tests */
};

/** Opens a bench in the system's folder for temporary files. */
void bench_open(struct bench *bench);
/** Expects that nothing the programs started is alive and nothing is left in their TMPDIR, then removes the folder. */
void bench_close(struct bench *bench);
/** TRUE if nothing is left over now; else says what. Waits for what is ending. */
gboolean bench_is_clean(const struct bench *bench);
/** Opens one as a variable of the test and closes it at its end. */
#define BENCH(name)                                                                                                    \
	__attribute__((cleanup(bench_close))) struct bench name;                                                       \
	bench_open(&name)
/** Writes a file below the bench's folder and returns its path, the caller's to free. */
char *bench_write(const struct bench *bench, const char *name, const char *text);
/** Copies a file into the bench's folder and returns its path, the caller's to free: of a firmware, one whose name
 * tells nothing. */
char *bench_copy(const struct bench *bench, const char *from, const char *name);
/** Waits until no descendant of this program is alive, at most `limit_ms`. */
gboolean descendants_end(gint64 limit_ms);
/** The processes below `pid` whose command line contains `part` (NULL: any), of `depth` generations. Element pid_t. */
GArray *descendants(pid_t pid, const char *part, guint depth);

/** Starts `wiperig` with these words in the repository's root. `start` may be NULL. */
struct program *program_start(const struct bench *bench, const struct start *start, const char *const *words);
pid_t program_pid(const struct program *program);
/** Waits for its end and reads all it prints; kills it (a failure of the test) after `limit_ms`. Frees `program`. */
void program_finish(struct program *program, gint64 limit_ms, struct outcome *outcome);
void outcome_clear(struct outcome *outcome);
/** Starts and finishes it within LIMIT_MS; within USB_LIMIT_MS if it is a run over USB. */
void program_run(const struct bench *bench, const struct start *start, const char *const *words,
		 struct outcome *outcome);
#define WORDS(...)                                                                                                     \
	(const char *const[])                                                                                          \
	{                                                                                                              \
		__VA_ARGS__, NULL                                                                                      \
	}

/** Runs it, expects this exit code, and returns how it ended; clear it. */
struct outcome expect_run(const struct bench *bench, int code, const char *const *words);
/** expect_run() where the code says it all. */
void expect_code(const struct bench *bench, int code, const char *const *words);
/** Compares the exit code; prints both outputs if it differs. */
gboolean expect_outcome(const struct outcome *outcome, int code);
/** Expects `part` in `text`. */
gboolean expect_says(const char *text, const char *part);
/** Expects that the two are equal; `what` is printed otherwise. */
gboolean expect_same(const char *what, const char *wanted, const char *got);

/** TRUE for the long variants of the tests. */
gboolean soak(void);
/** The build folder, with firmwares; the repository's root. Borrowed. */
const char *build_folder(void);
const char *root_folder(void);

/** run-0001… of the bench's --out folder. The caller's to free. */
char *run_folder(const struct bench *bench, guint n);
/** A file of a run; NULL (a failure) if it cannot be read. The caller's to free. */
char *run_read(const struct bench *bench, guint n, const char *file, gsize *length);
/** A run's run.json; NULL (a failure) if there is none. The caller's. */
json_t *run_load(const struct bench *bench, guint n);
/** A case by its name, or NULL. Borrowed. */
json_t *run_case(json_t *run, const char *name);
/** A member's text, "" if it is none. Borrowed. */
const char *text_of(json_t *object, const char *member);
/** Parses lines of JSON; a failure for a line that is none. The caller's. */
json_t *json_lines_load(const char *text);
/** Runs a stock tool in a folder; a failure, with what it printed, where it ends otherwise than with 0. */
void run_tool(const char *folder, const char *const *words);
