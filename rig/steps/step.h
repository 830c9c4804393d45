/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabulary of scenarios: one table of steps, from which the Lua host checks scripts, the runner executes them,
 * and the documentation is printed. */
#pragma once
#include "rig/error.h"
#include <jansson.h>

enum argument_type {
	ARGUMENT_TEXT,	  /* string, or var "name" */
	ARGUMENT_INTEGER, /* integer, or var "name" */
	ARGUMENT_BOOLEAN,
	ARGUMENT_DURATION, /* "3 s", "500 ms", "30 min"; an integer of ns in the plan */
	ARGUMENT_CHOICE,   /* one of choices */
	ARGUMENT_NAME,	   /* the name of a variable that this step sets */
	ARGUMENT_VARIABLE, /* the name of a variable set by an earlier step */
	ARGUMENT_FUNCTION, /* function(v) returning boolean, text */
};

struct step_argument {
	const char *name; /* NULL ends the list */
	enum argument_type type;
	gboolean required;
	const char *const *choices; /* for ARGUMENT_CHOICE, NULL-terminated */
	const char *help;
};

struct execution; /* rig/execution.h */
struct operation; /* rig/operation.h */

struct step_spec {
	const char *name;    /* "panel.register" */
	const char *summary; /* for `wiperig list --steps` and the README */
	const struct step_argument *arguments;
	gboolean is_expectation;
	/* An action that judges, as an expectation does, where this argument is given; NULL: never. */
	const char *judges_with;
	const char *effect;		   /* what a scenario that uses it must declare; NULL: nothing */
	const struct operation *operation; /* that it asks the unit for, or NULL */
	const char *const *parts;	   /* it sets NAME_PART, too: NULL-terminated; NULL: no more than NAME */
	const char *bench;		   /* what its line for the bench begins with, or NULL */
	/* Executes it. `arguments` has the variables already replaced. An expectation says what it saw by
	   execution_judge(); an action only succeeds or fails. */
	gboolean (*run)(struct execution *execution, json_t *arguments, GError **error);
	/* What it does, as a sentence for the report; NULL: the summary will do. The caller's to free. */
	char *(*describe)(json_t *arguments);
};

/** Whether a step with these arguments says something that can be broken. */
gboolean step_judges(const struct step_spec *spec, json_t *arguments);
/** What it does, as a sentence; the caller's to free. */
char *step_describe(const struct step_spec *spec, json_t *arguments);

/** The step number `index` (0…), or NULL after the last. */
const struct step_spec *step_at(guint index);
/** The step of that name, or NULL. */
const struct step_spec *step_find(const char *name);
/** The name in the table nearest to `name`, for "did you mean"; NULL if none is near. */
const char *step_nearest(const char *name);
