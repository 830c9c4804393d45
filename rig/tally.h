/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tally: verdicts of a run's cases and requirements, counted from its events. Every report and the exit code use
 * this one, so that they cannot disagree. All texts in it are printable (printable.h).
 *
 * A requirement is
 *   fail        if an expectation naming it failed, or the controller failed at an action before it could be judged;
 *   error       if none failed, and a case naming it ended in error;
 *   not judged  if none of these, and an expectation naming it could not be judged, or a case that names it, or has an
 *               expectation naming it, ran while a monitor that speaks for it was off, or there is no reason to pass;
 *   pass        if an expectation naming it passed in a case that was then neither skipped nor ended in error, and all
 *               that were reached passed. Skipped cases do not take a pass away, but the reason counts them.
 * An expectation that names nothing itself names what its scenario names. A monitor's finding is a failure of its
 * requirement, whatever the case names. That it found nothing never makes a pass: what it watches is necessary, seldom
 * all that is required, and where no case names the requirement nobody has tried the rest.
 */
#pragma once
#include "event.h"
#include "requirement.h"

enum tally_verdict { TALLY_PASS, TALLY_FAIL, TALLY_ERROR, TALLY_SKIP, TALLY_NOT_JUDGED, TALLY_VERDICTS };

/** "pass", "fail", "error", "skip", "not judged". */
const char *tally_verdict_name(enum tally_verdict verdict);
/** Reads a name; FALSE if it is none. */
gboolean tally_verdict_parse(const char *name, enum tally_verdict *verdict);

/** What a monitor found. */
struct tally_finding {
	gint64 time_ns;
	char *monitor, *requirement, *text;
};

/** A step with verdict fail. */
struct tally_step {
	gint64 n;
	char *step;
	char **requirements; /* that it speaks for; never NULL */
};

/** A monitor over all cases. */
struct tally_monitor {
	char *name;
	char **requirements;  /* never NULL */
	guint active, judged; /* cases */
	guint findings;
	char *reason;	   /* why it was off, where it was; NULL: it never was */
	guint32 active_in; /* the case that it became active in last */
};

struct tally_case {
	guint32 case_no;
	char *name;	     /* "LIC-05[host=iR2270]" */
	char *scenario;	     /* "LIC-05" */
	char *title;	     /* NULL if it has none */
	char *file;	     /* "scenarios/license/x.lua" */
	gint64 line;	     /* in it, 0 if unknown */
	char **params;	     /* "name=value"…, NULL-terminated, never NULL */
	char **effects;	     /* same */
	char **requirements; /* ids it names, same */
	gint64 begin_ns, end_ns;
	gboolean ended; /* FALSE: the record stops inside it */
	enum tally_verdict verdict;
	char *reason;  /* NULL for a pass */
	char **broken; /* ids that failed or could not be judged */
	char *power;   /* "safe", "unconfirmed", "not used", NULL */
	gint64 steps;  /* how many steps it has gone through */
	struct {
		gint64 n; /* 0: no step failed */
		gboolean is_action;
		char *step, *text, *expected, *actual;
	} failing;	   /* the first step with verdict fail or error */
	GPtrArray *failed; /* of struct tally_step *: all that failed, never NULL */
	struct {
		char *step, *text;
	} current;	     /* the step being executed */
	GPtrArray *findings; /* of struct tally_finding *, never NULL */
	struct {
		guint windows;	  /* of a logic analyzer, that were kept; 0: none */
		gint64 error_ns;  /* the times in all of them are right within this (99.7 %) … */
		guint32 path_ns;  /* … as in struct event_lines: where its marker's way there and back were alike */
		gint64 before_ns; /* error_ns without the last window */
	} lines;
};

struct tally_requirement {
	const char *id, *text, *source, *kind; /* of the table; text and source are "" for an id that is not in it */
	enum tally_verdict verdict;	       /* never TALLY_SKIP */
	char *reason;			       /* why, with the case and step; NULL only for a plain pass */
	GPtrArray *cases;		       /* const struct tally_case * that name it */
	guint passed;			       /* cases in which expectations judged it and passed */
};

struct tally;

/** `table` is borrowed and must outlive the tally. */
struct tally *tally_new(const struct requirement_table *table);
/** NULL is allowed. */
void tally_free(struct tally *tally);
/** Takes one event into account. Errors: RIG_ERROR_PROTOCOL if a JSON event of a kind the tally needs does not parse.
 */
gboolean tally_event(struct tally *tally, const struct event *event, GError **error) MUST_CHECK;

/** There are no more events: cases still open become errors. Call it before asking for totals. */
void tally_finish(struct tally *tally);

/** The run-begin and run-end events; NULL before they came. Borrowed. */
json_t *tally_run(const struct tally *tally);
json_t *tally_run_end(const struct tally *tally);
/** The last event's time. */
gint64 tally_end_ns(const struct tally *tally);
/** "complete", "interrupted", or "torn" while no run-end was seen. */
const char *tally_ended(const struct tally *tally);
/** TRUE if the run was on an emulated slot, or does not say. */
gboolean tally_is_emulated(const struct tally *tally);
/** What every page and file of an emulated run says. */
#define TALLY_EMULATED "EMULATED — NOT EVIDENCE ABOUT A PRODUCT"

/** Of struct tally_case *, ordered by case_no. Borrowed; a case appears at its case-begin. */
const GPtrArray *tally_cases(const struct tally *tally);
/** Of struct tally_monitor *, in the order of the record. Borrowed. */
const GPtrArray *tally_monitors(const struct tally *tally);
/** NULL if that case did not begin. */
const struct tally_case *tally_case(const struct tally *tally, guint32 case_no);
/** Cases that ended with that verdict. */
guint tally_count(const struct tally *tally, enum tally_verdict verdict);

/** Works out the requirements' verdicts from what was seen so far. Of const struct tally_requirement *, in the table's
 *  order, then ids that are not in it. Borrowed, until the next tally_event(). */
const GPtrArray *tally_requirements(struct tally *tally);
/** Requirements with that verdict. Judged are TALLY_PASS and TALLY_FAIL. */
guint tally_requirement_count(struct tally *tally, enum tally_verdict verdict);

/**
 * The exit code: 130 interrupted · 1 a case failed · 2 a scenario file was refused · 3 a case ended in error, the
 * record is torn, or one of `required_ids` (NULL-terminated, may be NULL) or of the run-begin event's optional
 * "required" is neither pass nor fail · 4 no case was judged · 0 otherwise.
 */
int tally_exit_code(struct tally *tally, const char *const *required_ids);
/** The end of a run as text of several lines, for a person: counts, what failed and why, requirements judged. `colour`:
 *  with terminal colours. Free with g_free(). */
char *tally_summary(struct tally *tally, gboolean colour);
