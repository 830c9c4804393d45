/* SPDX-License-Identifier: Apache-2.0 */
/* Measurements: each is recorded with its unit, its limit and its uncertainty. */
#include "rig/steps/steps.h"
#include <math.h>

/* ---- how long an erase takes */

struct erase {
	gint64 last_ns;		 /* when it was asked last */
	gint64 begin_ns, end_ns; /* the middle between two answers */
	gint64 uncertainty_ns;	 /* half of what lies between them, at both ends together */
	gint64 erasing_since_ns; /* -1: not yet */
	guint state;
};

#define ASK_NS_MIN (10 * NS_PER_MS)
#define ASK_NS_MAX (10 * NS_PER_S)
#define ASK_SHARE 500 /* of what has passed: an uncertainty of one part in a thousand */

static gboolean ask_state(struct execution *execution, guint *state, GError **error)
{
	struct unit_status status;

	return execution_look(execution, &status, state, error);
}

/* One answer; *done once the erase is over. */
static gboolean follow(struct execution *execution, struct erase *erase, gboolean *done, GError **error)
{
	gint64 now;
	guint state;

	if (!ask_state(execution, &state, error))
		return FALSE;
	now = slot_now(execution->slot);
	gboolean begins = state == UNIT_ERASING && erase->erasing_since_ns < 0;
	*done = state != UNIT_ERASING && erase->erasing_since_ns >= 0;
	if (begins || *done)
		erase->uncertainty_ns += (now - erase->last_ns + 1) / 2;
	if (begins) {
		erase->begin_ns = erase->last_ns + (now - erase->last_ns) / 2;
		erase->erasing_since_ns = now;
	}
	if (*done)
		erase->end_ns = erase->last_ns + (now - erase->last_ns) / 2;
	erase->state = state;
	erase->last_ns = now;
	return TRUE;
}

static void record(struct execution *execution, const char *name, double value, const char *unit, const char *limit,
		   json_t *within, double uncertainty)
{
	slot_record_json(execution->slot, EVENT_MEASURE,
			 json_pack("{s:s, s:f, s:s, s:s?, s:o, s:f}", "name", name, "value", value, "unit", unit,
				   "limit", limit, "within", within, "uncertainty", uncertainty));
}

static double seconds(gint64 ns)
{
	return (double)ns / NS_PER_S;
}

/* A variable holds the time alone; its uncertainty is found by it. Of two equal times' the larger one. */
static void keep(struct execution *execution, const char *as, gint64 time_ns, gint64 uncertainty_ns)
{
	g_autofree char *key = g_strdup_printf("%" G_GINT64_FORMAT, time_ns);
	json_int_t known = json_integer_value(json_object_get(execution->uncertainties, key));

	execution_set(execution, as, json_integer(time_ns));
	json_object_set_new(execution->uncertainties, key, json_integer(MAX(uncertainty_ns, known)));
}

static gboolean measure_erase(struct execution *execution, gint64 within, struct erase *erase, GError **error)
{
	gint64 deadline = slot_now(execution->slot) + within;
	gboolean done = FALSE;

	while (!done && slot_now(execution->slot) < deadline) {
		if (!follow(execution, erase, &done, error))
			return FALSE;
		gint64 passed = erase->erasing_since_ns < 0 ? 0 : erase->last_ns - erase->begin_ns;
		gint64 pause = CLAMP(passed / ASK_SHARE, ASK_NS_MIN, ASK_NS_MAX);
		if (!done && !slot_wait(execution->slot, slot_now(execution->slot) + pause, NULL, NULL, NULL, error))
			return FALSE;
	}
	if (done && erase->state == UNIT_READY)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "%s",
		    done			  ? "the erase ended, and the unit is not ready"
		    : erase->erasing_since_ns < 0 ? "no erase began in the time allowed"
						  : "the erase did not end in the time allowed");
	return FALSE;
}

static gboolean run_erase_time(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 within = argument_integer(arguments, "within", READY_WITHIN_NS);
	struct erase erase = { .last_ns = slot_now(execution->slot), .erasing_since_ns = -1 };
	g_autofree char *duration = duration_text(within), *limit = g_strdup_printf("at most %s", duration);

	if (!measure_erase(execution, within, &erase, error))
		return FALSE;
	gint64 took = erase.end_ns - erase.begin_ns;
	record(execution, argument_text(arguments, "name", "erase"), seconds(took), "s", limit, json_true(),
	       seconds(erase.uncertainty_ns));
	keep(execution, argument_text(arguments, "as", ""), took, erase.uncertainty_ns);
	return TRUE;
}

/* ---- what follows from it */

static gboolean measured(const struct execution *execution, json_t *arguments, const char *field, double *value,
			 double *uncertainty, GError **error)
{
	gint64 time_ns = argument_integer(arguments, field, 0);
	g_autofree char *key = g_strdup_printf("%" G_GINT64_FORMAT, time_ns);
	json_t *known = json_object_get(execution->uncertainties, key);

	if (!known || time_ns <= 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "'%s' names no measured time", field);
		return FALSE;
	}
	*value = seconds(time_ns);
	*uncertainty = seconds(json_integer_value(known));
	return TRUE;
}

static gboolean run_rate(struct execution *execution, json_t *arguments, GError **error)
{
	gint64 sectors = argument_integer(arguments, "sectors", 0);
	double time, uncertainty;

	if (!measured(execution, arguments, "time", &time, &uncertainty, error))
		return FALSE;
	double rate = (double)sectors * 512 / 1e6 / time;
	record(execution, argument_text(arguments, "name", "rate"), rate, "MB/s", NULL, json_null(),
	       rate * uncertainty / time);
	return TRUE;
}

/* Time over size is taken to be a straight line through two measured points. */
static gboolean run_projection(struct execution *execution, json_t *arguments, GError **error)
{
	double small, large, small_uncertainty, large_uncertainty;
	double small_sectors = (double)argument_integer(arguments, "small_sectors", 0),
	       large_sectors = (double)argument_integer(arguments, "large_sectors", 0),
	       sectors = (double)argument_integer(arguments, "sectors", 0);

	if (!measured(execution, arguments, "small", &small, &small_uncertainty, error) ||
	    !measured(execution, arguments, "large", &large, &large_uncertainty, error))
		return FALSE;
	if (large_sectors <= small_sectors) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "the larger disk must be larger");
		return FALSE;
	}
	double reach = (sectors - small_sectors) / (large_sectors - small_sectors);
	record(execution, argument_text(arguments, "name", "projection"), small + (large - small) * reach, "s", NULL,
	       json_null(), fabs(1 - reach) * small_uncertainty + fabs(reach) * large_uncertainty);
	return TRUE;
}

static gboolean run_ratio(struct execution *execution, json_t *arguments, GError **error)
{
	double a, b, a_uncertainty, b_uncertainty;
	const char *least_text = argument_text(arguments, "at_least", "");
	double least = g_ascii_strtod(least_text, NULL);

	if (!measured(execution, arguments, "a", &a, &a_uncertainty, error) ||
	    !measured(execution, arguments, "b", &b, &b_uncertainty, error))
		return FALSE;
	if (!(least > 0)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "at_least=\"%s\" is no number above 0", least_text);
		return FALSE;
	}
	double ratio = a / b, uncertainty = ratio * (a_uncertainty / a + b_uncertainty / b);
	gboolean holds = ratio + uncertainty >= least;
	g_autofree char *limit = g_strdup_printf("at least %s", least_text);
	record(execution, argument_text(arguments, "name", "ratio"), ratio, "1", limit, json_boolean(holds),
	       uncertainty);
	execution_judge(execution, holds, g_strdup(limit), g_strdup_printf("%.4f ± %.4f", ratio, uncertainty));
	return TRUE;
}

static const struct step_argument erase_arguments[] = {
	{ "name", ARGUMENT_TEXT, TRUE, NULL, "what is measured" },
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for the time, in ns" },
	{ "within", ARGUMENT_DURATION, FALSE, NULL, "at most (4 h)" },
	{ NULL },
};
static const struct step_argument rate_arguments[] = {
	{ "name", ARGUMENT_TEXT, TRUE, NULL, "what is measured" },
	{ "time", ARGUMENT_VARIABLE, TRUE, NULL, "a variable of measure.erase_time" },
	{ "sectors", ARGUMENT_INTEGER, TRUE, NULL, "overwritten in that time, each pass counts" },
	{ NULL },
};
static const struct step_argument projection_arguments[] = {
	{ "name", ARGUMENT_TEXT, TRUE, NULL, "what is projected" },
	{ "small", ARGUMENT_VARIABLE, TRUE, NULL, "a variable of measure.erase_time …" },
	{ "small_sectors", ARGUMENT_INTEGER, TRUE, NULL, "… on a disk of this size" },
	{ "large", ARGUMENT_VARIABLE, TRUE, NULL, "and of another …" },
	{ "large_sectors", ARGUMENT_INTEGER, TRUE, NULL, "… on a larger one" },
	{ "sectors", ARGUMENT_INTEGER, TRUE, NULL, "of the disk it is projected to" },
	{ NULL },
};
static const struct step_argument ratio_arguments[] = {
	{ "name", ARGUMENT_TEXT, TRUE, NULL, "what is compared" },
	{ "a", ARGUMENT_VARIABLE, TRUE, NULL, "a variable of measure.erase_time …" },
	{ "b", ARGUMENT_VARIABLE, TRUE, NULL, "… divided by another" },
	{ "at_least", ARGUMENT_TEXT, TRUE, NULL, "the smallest ratio, a decimal number" },
	{ NULL },
};

const struct step_spec steps_measure[] = {
	{ .name = "measure.erase_time",
	  .summary = "Measure how long an erase takes, from before it begins until the unit is ready",
	  .arguments = erase_arguments,
	  .run = run_erase_time },
	{ .name = "measure.rate", .summary = "The rate of an erase", .arguments = rate_arguments, .run = run_rate },
	{ .name = "measure.projection",
	  .summary = "How long an erase will take on another disk",
	  .arguments = projection_arguments,
	  .run = run_projection },
	{ .name = "expect.ratio",
	  .summary = "A measured time is longer than another, within the uncertainty",
	  .arguments = ratio_arguments,
	  .is_expectation = TRUE,
	  .run = run_ratio },
	{ NULL },
};
