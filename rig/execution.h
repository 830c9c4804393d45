/* SPDX-License-Identifier: Apache-2.0 */
/* One case under way: what its steps share. */
#pragma once
#include "disk_log.h"
#include "rig/lua/lua_host.h"
#include "rig/monitors/monitor.h"
#include "slot_open.h"
#include "rig/steps/step.h"

struct execution {
	struct slot *slot;
	const struct slot_config *config;
	const char *file;     /* the scenario's file */
	guint64 seed;	      /* of this case */
	json_t *variables;    /* {name: text|int} */
	struct lua_host *lua; /* started by the first expect.that */
	gboolean seen;	      /* the controller was on the bus since the main power went on */
	gsize console_mark;   /* where the console's text since the last power-on begins */
	gboolean has_outcome; /* a registration was answered */
	enum protocol_outcome outcome;
	char *panel;		      /* last text recorded */
	const struct step_spec *step; /* under way */
	gint64 power_on_ns;	      /* when the main power was turned on last */
	struct disk_log *log;	      /* what was seen on the disk's bus */
	GPtrArray *keys;	      /* of GBytes: encryption keys seen, each once; never recorded */
	json_t *uncertainties;	      /* of measurements, {"TIME in ns": ns} */
	gboolean confirmed;	      /* the operator knows that data will be lost */
	gboolean unconfirmed;	      /* something was done that erases, without that */

	/* Result of the current expectation. */
	gboolean judged, holds;
	char *expected, *actual;
};

/** One event of the case's record: what was seen on the disk's bus is kept. */
void execution_event(struct execution *execution, const struct event *event);
/** An encryption key was seen. */
void execution_key(struct execution *execution, const guint8 *key, gsize length);
/** What the slot file or the case's unit says about the controller. */
struct unit_profile execution_profile(const struct execution *execution);
/** An expectation's result; takes both texts. */
void execution_judge(struct execution *execution, gboolean holds, char *expected, char *actual);
/** Sets a variable; steals `value`. */
void execution_set(struct execution *execution, const char *name, json_t *value);
void execution_clear(struct execution *execution);

/** The slot's controller. RIG_ERROR_UNSUPPORTED if there is none. */
const struct controller_ops *execution_controller(struct execution *execution, gpointer *self,
						  GError **error) MUST_CHECK;
const struct power_ops *execution_power(struct execution *execution, gpointer *self, GError **error) MUST_CHECK;
/** TRUE if the slot has an instrument of that role, else RIG_ERROR_UNSUPPORTED. */
gboolean execution_needs(struct execution *execution, enum driver_role role, GError **error) MUST_CHECK;
/** Whether the controller is on the bus. It having left since it was seen is RIG_ERROR_GONE. */
gboolean execution_here(struct execution *execution, gboolean *here, GError **error) MUST_CHECK;
/** Reads the panel and records a change. The caller's to free. */
char *execution_panel(struct execution *execution, GError **error) MUST_CHECK;

/** Reads the unit's status and records it. RIG_ERROR_UNSUPPORTED if there is no controller. */
gboolean execution_status(struct execution *execution, struct unit_status *status, GError **error) MUST_CHECK;
#define EXECUTION_AWAY G_MAXUINT
/** The same where the controller is on the bus: *state gets its unit state, else EXECUTION_AWAY, and `status` is left
 *  alone. */
gboolean execution_look(struct execution *execution, struct unit_status *status, guint *state,
			GError **error) MUST_CHECK;
/** Asks the unit for an operation and records it. NULL: an error, or (no error set) a refusal: *refused is one of
 *  operation_answers then. RIG_ERROR_UNSUPPORTED where the controller cannot be asked for it. */
json_t *execution_call(struct execution *execution, const struct operation *operation, json_t *arguments,
		       const char **refused, GError **error) MUST_CHECK;
/** Has something done at the bench and records it. The answer is the caller's to free. RIG_ERROR_UNSUPPORTED where
 *  nobody is there to do it. */
char *execution_bench(struct execution *execution, const char *line, GError **error) MUST_CHECK;
/** Whether the main power reads off although it was left on: an armed cut has happened. What the unit said no more is
 *  no failure then; *error is cleared, and the unit counts as away. */
gboolean execution_was_cut(struct execution *execution, GError **error);

/** What an action's failure means by its arguments: where the power was to fail meanwhile (cut) and did, it is none;
 *  where an answer was expected, a refusal is judged. Takes `failure`; FALSE: it is in *error. */
gboolean execution_settle(struct execution *execution, json_t *arguments, GError *failure, GError **error) MUST_CHECK;
/** The unit did it: judged where an answer was expected. */
void execution_answered(struct execution *execution, json_t *arguments);

/** Asked now and then; sets *done. */
typedef gboolean (*execution_check)(struct execution *execution, gpointer data, gboolean *done, GError **error);
/** Asks `check` at growing intervals (50 ms doubling up to `interval_max_ns`) until it is done or `within_ns` have
 * passed. */
gboolean execution_poll(struct execution *execution, gint64 within_ns, gint64 interval_max_ns, execution_check check,
			gpointer data, gboolean *met, GError **error) MUST_CHECK;

/* Arguments of a step. Borrowed texts; `fallback` where it is not given. */
const char *argument_text(json_t *arguments, const char *name, const char *fallback);
/** A text or a number as text; the caller's to free. */
char *argument_value(json_t *arguments, const char *name);
gint64 argument_integer(json_t *arguments, const char *name, gint64 fallback);
gboolean argument_has(json_t *arguments, const char *name);
/** FALSE (RIG_ERROR_USAGE) where a variable holds another kind of value than its field needs: only known when the step
 * is reached, and never to be taken for a field that was left out. */
gboolean arguments_fit(const struct step_spec *spec, json_t *arguments, GError **error) MUST_CHECK;
/** The index of a choice in `choices`. */
guint argument_choice(json_t *arguments, const char *name, const char *const *choices);
/** "3 s", "500 ms", "30 min"; the caller's to free. */
char *duration_text(gint64 duration_ns);
