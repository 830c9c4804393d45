/* SPDX-License-Identifier: Apache-2.0 */
#include "case.h"
#include "case_ids.h"
#include "case_watch.h"
#include "execution.h"

#define LAST_WORDS_NS (200 * NS_PER_MS)

/* A case under way. */
struct running {
	const struct plan_case *plan;
	struct execution execution;
	const char *verdict; /* "pass" until something else is known */
	char *reason;
	gint64 failing_step; /* 0: none */
	json_t *broken;	     /* requirement ids that failed or could not be judged */
	char **without;	     /* requirement ids of which nothing is judged; NULL: none */
	guint judged, steps;
	struct monitor_case *monitors; /* while the slot is open */
};

static const char *const power_names[] = {
	[SLOT_POWER_SAFE] = "safe", [SLOT_POWER_UNCONFIRMED] = "unconfirmed", [SLOT_POWER_NOT_USED] = "not used"
};

json_t *case_begin_json(const struct plan_case *plan)
{
	if (!plan->scenario)
		return json_pack("{s:s, s:s, s:s, s:s, s:i, s:[], s:[], s:{}, s:{}}", "case", plan->name, "scenario",
				 plan->name, "title", "A scenario file that was refused", "file", plan->shown, "line",
				 0, "requirements", "effects", "params", "unit");
	return json_pack("{s:s, s:O, s:O, s:s, s:O, s:O, s:O, s:O, s:O}", "case", plan->name, "scenario",
			 json_object_get(plan->scenario, "id"), "title", json_object_get(plan->scenario, "title"),
			 "file", plan->shown, "line", json_object_get(plan->scenario, "line"), "requirements",
			 json_object_get(plan->scenario, "requirements"), "effects",
			 json_object_get(plan->scenario, "effects"), "params",
			 json_object_get(plan->the_case, "params"), "unit", json_object_get(plan->the_case, "unit"));
}

/* JSON holds UTF-8 alone; an error's text may quote anything. */
static json_t *text_or_null(const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

	return valid ? json_string(valid) : json_null();
}

json_t *case_end_json(const struct plan_case *plan, const char *verdict, const char *reason, const char *power)
{
	return json_pack("{s:s, s:s, s:o, s:n, s:[], s:s, s:i}", "case", plan->name, "verdict", verdict, "reason",
			 text_or_null(reason), "step", "requirements", "power", power, "steps", 0);
}

/* The arguments with every {var:name} replaced by the variable's value. */
static json_t *resolve(const struct execution *execution, json_t *arguments)
{
	json_t *resolved = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(arguments, name, value)
	{
		const char *variable = json_string_value(json_object_get(value, "var"));
		json_t *known = variable ? json_object_get(execution->variables, variable) : NULL;
		json_object_set(resolved, name, known ? known : value);
	}
	return resolved;
}

static char *step_text(const struct step_spec *spec, json_t *step, json_t *arguments)
{
	const char *given = json_string_value(json_object_get(step, "text"));

	return given ? g_strdup(given) : step_describe(spec, arguments);
}

static void add_broken(struct running *running, json_t *ids)
{
	size_t i, k;
	json_t *id, *known;

	json_array_foreach(ids, i, id)
	{
		gboolean is_new = TRUE;
		json_array_foreach(running->broken, k, known) is_new &= !json_equal(known, id);
		if (is_new)
			json_array_append(running->broken, id);
	}
}

static const char *verdict_of(const struct execution *execution, gboolean done, const GError *failure)
{
	if (done)
		return execution->judged && !execution->holds ? "fail" : "pass";
	if (g_error_matches(failure, RIG_ERROR, RIG_ERROR_UNSUPPORTED))
		return "not judged";
	return rig_error_is_controller(failure) ? "fail" : "error";
}

/* A monitor's finding fails the case, if nothing else has ended it yet. */
static gboolean found(struct running *running)
{
	const char *finding = running->monitors ? monitor_case_finding(running->monitors) : NULL;

	if (!finding)
		return FALSE;
	add_broken(running, monitor_case_broken(running->monitors));
	if (g_str_equal(running->verdict, "pass") || g_str_equal(running->verdict, "skip")) {
		running->verdict = "fail";
		g_free(running->reason);
		running->reason = g_strdup(finding);
		running->failing_step = 0;
	}
	return TRUE;
}

/* What a step's verdict means for its case. */
static void settle(struct running *running, gint64 n, json_t *ids, gboolean is_expectation, const char *verdict,
		   const char *reason, gboolean misfit)
{
	if (g_str_equal(verdict, "pass")) {
		running->judged += is_expectation;
		return;
	}
	add_broken(running, ids);
	if (g_str_equal(verdict, "not judged") && is_expectation)
		return;
	running->judged += g_str_equal(verdict, "fail");
	if (!g_str_equal(running->verdict, "pass"))
		return; /* the first one counts */
	/* What a monitor had found before the rig failed stays found. */
	if (g_str_equal(verdict, "error") && !misfit && found(running))
		return;
	running->verdict = g_str_equal(verdict, "not judged") ? "skip" : verdict;
	running->failing_step = n;
	running->reason = g_strdup(reason);
}

static void record_step_end(struct running *running, gint64 n, json_t *ids, const char *verdict, const char *reason)
{
	struct execution *execution = &running->execution;

	slot_record_json(execution->slot, EVENT_STEP_END,
			 json_pack("{s:I, s:s, s:o, s:o, s:o, s:o}", "n", (json_int_t)n, "verdict", verdict, "expected",
				   text_or_null(execution->expected), "actual", text_or_null(execution->actual),
				   "requirements", json_incref(ids), "reason", text_or_null(reason)));
}

/* A step has been carried out. Returns FALSE where the case cannot go on with an action. */
static gboolean conclude(struct running *running, gint64 n, json_t *step, gboolean judges, const char *verdict,
			 const char *text, const GError *failure)
{
	g_autofree char *off = NULL;
	json_t *ids = case_spoken_for(running->plan->scenario, running->without, step, judges, verdict, &off);
	const char *reason = off			    ? off
			     : failure			    ? failure->message
			     : g_str_equal(verdict, "fail") ? "not as expected"
							    : NULL;
	if (off)
		verdict = "not judged";
	g_autofree char *where = reason ? g_strdup_printf("step %d (%s): %s", (int)n, text, reason) : NULL;

	record_step_end(running, n, ids, verdict, reason);
	settle(running, n, ids, judges, verdict, where, g_error_matches(failure, RIG_ERROR, RIG_ERROR_MISFIT));
	json_decref(ids);
	return g_str_equal(verdict, "pass") || (judges && g_str_equal(verdict, "not judged"));
}

static gboolean run_step(struct running *running, gint64 n, json_t *step)
{
	struct execution *execution = &running->execution;
	const struct step_spec *spec = step_find(json_string_value(json_object_get(step, "step")));
	json_t *arguments = resolve(execution, json_object_get(step, "args"));
	g_autoptr(GError) failure = NULL;
	g_autofree char *text = step_text(spec, step, arguments);
	gboolean judges = step_judges(spec, arguments);

	execution->step = spec;
	execution->judged = FALSE;
	g_clear_pointer(&execution->expected, g_free);
	g_clear_pointer(&execution->actual, g_free);
	slot_record_json(execution->slot, EVENT_STEP_BEGIN,
			 json_pack("{s:I, s:s, s:s, s:O}", "n", (json_int_t)n, "step", spec->name, "text", text, "line",
				   json_object_get(step, "line")));
	gboolean done = arguments_fit(spec, arguments, &failure) && spec->run(execution, arguments, &failure);
	json_decref(arguments);
	gboolean goes_on = conclude(running, n, step, judges, verdict_of(execution, done, failure), text, failure);
	slot_checkpoint(execution->slot);
	running->steps++;
	return goes_on;
}

static gboolean is_expectation(json_t *step)
{
	return step_find(json_string_value(json_object_get(step, "step")))->is_expectation;
}

/* After a failure the expectations that follow directly are still looked at; the next action would act on a unit whose
 * state is not the procedure's. After an error nothing more is tried. */
static void run_steps(struct running *running)
{
	json_t *steps = json_object_get(running->plan->the_case, "steps");
	gboolean acting = TRUE;
	size_t i;
	json_t *step;

	json_array_foreach(steps, i, step)
	{
		if (!acting && (!is_expectation(step) || !g_str_equal(running->verdict, "fail")))
			break;
		acting = run_step(running, (gint64)i + 1, step) && acting;
	}
	if (g_str_equal(running->verdict, "pass") && !running->judged) {
		running->verdict = "skip";
		running->reason = g_strdup(
		    running->without ? "not judged: no expectation of this case was asked for"
				     : "not judged: no expectation of this case could be observed on this slot");
	}
}

static json_t *end_json(const struct running *running, const char *power)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:O, s:s, s:i}", "case", running->plan->name, "verdict",
			 running->verdict, "reason", text_or_null(running->reason), "step",
			 running->failing_step ? json_integer(running->failing_step) : json_null(), "requirements",
			 running->broken, "power", power, "steps", (int)running->steps);
}

static gboolean append_json(struct spool *spool, enum event_type type, const struct plan_case *plan, gint64 time_ns,
			    json_t *json, GError **error)
{
	g_autofree char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	struct event event = { type, plan->no, time_ns, text, strlen(text) };

	json_decref(json);
	return spool_append(spool, &event, error);
}

/* A case whose power could not be confirmed off is an error, unless the controller had already failed. */
static void note_power(struct running *running, enum slot_power power, const char *why)
{
	if (power != SLOT_POWER_UNCONFIRMED)
		return;
	char *reason = g_strdup_printf("%s%sthe slot's power is UNCONFIRMED: %s",
				       running->reason ? running->reason : "", running->reason ? "; " : "", why);
	g_free(running->reason);
	running->reason = reason;
	if (!g_str_equal(running->verdict, "fail"))
		running->verdict = "error";
}

/* What the unit said just before a failure may still be on its way through the serial port. */
static void hear_out(struct slot *slot)
{
	gboolean heard = slot_wait(slot, slot_now(slot) + LAST_WORDS_NS, NULL, NULL, NULL, NULL);

	(void)heard; /* the failure is known already */
}

static void watch_event(gpointer data, const struct event *event)
{
	struct running *running = data;

	execution_event(&running->execution, event);
	if (running->monitors)
		monitor_case_event(running->monitors, event);
}

static void watch_key(gpointer data, const guint8 *key, gsize length)
{
	struct running *running = data;

	execution_key(&running->execution, key, length);
	if (running->monitors)
		monitor_case_key(running->monitors, key, length);
}

static void watch_lost(gpointer data, guint needs, const char *why)
{
	struct running *running = data;

	if (running->monitors)
		monitor_case_lose(running->monitors, needs, why);
}

/* What was recorded is not to be trusted: what passed by it has not. */
static void note_fault(struct running *running)
{
	const char *fault = monitor_case_fault(running->monitors);

	if (!fault || (!g_str_equal(running->verdict, "pass") && !g_str_equal(running->verdict, "skip")))
		return;
	running->verdict = "error";
	g_free(running->reason);
	running->reason = g_strdup(fault);
}

/* Nor is what failed by it: whoever believed that the power was off may have asked too much of the controller. */
static void note_contradiction(struct running *running, struct slot *slot)
{
	const char *why = slot_power_contradiction(slot);

	if (!why || g_str_equal(running->verdict, "error"))
		return;
	char *reason = g_strdup_printf("%s%s%s", why, running->reason ? "; by what was believed: " : "",
				       running->reason ? running->reason : "");
	g_free(running->reason);
	running->reason = reason;
	running->verdict = "error";
}

static void run_in_slot(const struct case_setup *setup, struct running *running, struct slot *slot)
{
	running->execution =
	    (struct execution){ .slot = slot,
				.config = setup->config,
				.file = running->plan->file,
				.seed = case_seed(setup->seed, running->plan->name),
				.variables = json_object(),
				.uncertainties = json_object(),
				.log = disk_log_new(),
				.keys = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref) };
	slot_watch(slot, &(struct slot_watcher){ watch_event, watch_key, watch_lost, running });
	const struct unit_profile profile = execution_profile(&running->execution);
	running->monitors =
	    case_watch_open(slot, setup->config->observe, &profile, setup->without, setup->without_requirements);
	run_steps(running);
	if (!g_str_equal(running->verdict, "pass"))
		hear_out(slot);
	case_watch_hear(slot, &running->verdict, &running->reason);
	case_watch_end(slot, running->monitors);
	found(running);
	note_fault(running);
	note_contradiction(running, slot);
	const GError *lost = slot_spool_error(slot);
	if (lost && !g_str_equal(running->verdict, "fail")) {
		running->verdict = "error";
		g_free(running->reason);
		running->reason = g_strdup(lost->message);
	}
	/* It is recorded when the slot, and with it what is to be hidden, is gone. */
	char *reason = slot_redacted(slot, running->reason);
	g_free(running->reason);
	running->reason = reason;
	slot_watch(slot, NULL);
	g_clear_pointer(&running->monitors, monitor_case_free);
	execution_clear(&running->execution);
}

gboolean case_run(const struct case_setup *setup, const struct plan_case *plan, const char *segment, GError **error)
{
	struct running running = {
		.plan = plan, .verdict = "pass", .broken = json_array(), .without = setup->without_requirements
	};
	g_autoptr(GKeyFile) board = setup->config->unit == UNIT_EMULATED ? case_board(setup, plan) : NULL;
	struct spool *spool = spool_create(segment, error);
	struct slot_setup slot_setup = { setup->catalogue, setup->config,     spool, plan->no, board,
					 setup->grant_fd,  setup->interrupted };
	g_autoptr(GError) failure = NULL;
	enum slot_power power = SLOT_POWER_NOT_USED;
	gint64 end_ns = 0;

	if (!spool || !append_json(spool, EVENT_CASE_BEGIN, plan, 0, case_begin_json(plan), error)) {
		spool_close(spool);
		return FALSE;
	}
	running.reason = plan->refusal ? g_strdup(plan->refusal) : case_unfit(setup, plan);
	if (running.reason) {
		running.verdict = plan->refusal ? "error" : "skip";
	} else {
		struct slot *slot = slot_open(&slot_setup, &failure);
		if (slot) {
			g_autofree char *why = NULL;
			run_in_slot(setup, &running, slot);
			power = slot_close(slot, &end_ns, &why);
			note_power(&running, power, why);
		} else {
			gboolean cannot = g_error_matches(failure, RIG_ERROR, RIG_ERROR_UNSUPPORTED);
			running.verdict = cannot ? "skip" : "error";
			running.reason = g_strdup(failure->message);
			power = cannot ? SLOT_POWER_NOT_USED : SLOT_POWER_UNCONFIRMED;
		}
	}
	gboolean good = append_json(spool, EVENT_CASE_END, plan, end_ns, end_json(&running, power_names[power]), error);
	if (good && setup->config->unit != UNIT_EMULATED)
		good = spool_sync(spool, error);
	spool_close(spool);
	json_decref(running.broken);
	g_free(running.reason);
	return good;
}
