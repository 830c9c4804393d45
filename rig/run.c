/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"
#include "run_begin.h"
#include "worker.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define RUNS_MAX 9999
#define JOBS_MAX 64

struct run {
	const struct run_setup *setup;
	struct run_result *result;
	struct worker_setup workers;
	struct worker worker[JOBS_MAX];
	guint jobs;
	struct spool *spool;
	gpointer *sinks;    /* each sink's own data */
	guint32 next_given; /* case numbers */
	guint32 next_filed;
	gboolean *finished; /* by case number: its segment is complete or its worker ended */
	char **ends;	    /* by case number: how its worker ended, or NULL */
	gboolean *safe;	    /* by case number: the power was found off after its worker ended */
	gint64 time_ns;	    /* of the last event */
};

/* Set by the signal handler of the run's own process. */
static gboolean run_interrupted;

static void on_signal(int number)
{
	(void)number;
	run_interrupted = TRUE;
}

static gboolean make_folder(struct run *run, GError **error)
{
	const char *out = run->setup->out;

	if (g_mkdir_with_parents(out, 0777) < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--out %s: %s", out, g_strerror(errno));
		return FALSE;
	}
	for (guint n = 1; n <= RUNS_MAX; n++) {
		g_autofree char *folder = g_strdup_printf("%s/run-%04u", out, n);
		if (g_mkdir(folder, 0777) == 0) {
			run->result->folder = g_steal_pointer(&folder);
			return TRUE;
		}
		if (errno != EEXIST) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--out %s: making the run's folder: %s", out,
				    g_strerror(errno));
			return FALSE;
		}
	}
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--out %s: holds %d runs already; give another folder", out,
		    RUNS_MAX);
	return FALSE;
}

static gboolean feed(struct run *run, const struct event *event, GError **error)
{
	if (!spool_append(run->spool, event, error) || !tally_event(run->result->tally, event, error))
		return FALSE;
	for (guint i = 0; run->setup->sinks[i]; i++)
		if (run->sinks[i] && !run->setup->sinks[i]->event(run->sinks[i], event, error)) {
			g_prefix_error(error, "writing %s: ", run->setup->sinks[i]->name);
			return FALSE;
		}
	run->time_ns = event->time_ns;
	return TRUE;
}

/* One event into the spool, the tally and every sink; parsed once for all of them. */
static gboolean file_event(const struct event *event, gpointer data, GError **error)
{
	struct event parsed = *event;

	parsed.json = event_json(event);
	gboolean good = feed(data, &parsed, error);
	json_decref(parsed.json);
	return good;
}

static gboolean file_json(struct run *run, enum event_type type, guint32 case_no, gint64 time_ns, json_t *json,
			  GError **error)
{
	g_autofree char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	struct event event = { type, case_no, time_ns, text, strlen(text) };

	json_decref(json);
	return file_event(&event, run, error);
}

struct segment_state {
	struct run *run;
	gboolean begun, ended;
	gint64 time_ns;
};

static gboolean file_segment_event(const struct event *event, gpointer data, GError **error)
{
	struct segment_state *state = data;

	state->begun |= event->type == EVENT_CASE_BEGIN;
	state->ended |= event->type == EVENT_CASE_END;
	state->time_ns = event->time_ns;
	return file_event(event, state->run, error);
}

/* Moves a case's records into the spool; what a dead worker left open is closed as an error of the rig. */
static gboolean file_case(struct run *run, guint32 no, GError **error)
{
	const struct plan_case *plan = g_ptr_array_index(run->setup->plan->cases, no - 1);
	g_autofree char *segment = worker_segment(run->result->folder, no);
	struct segment_state state = { run, FALSE, FALSE, 0 };
	g_autoptr(GError) failure = NULL;

	/* A worker that died while it made the file leaves one that is no spool: there is nothing to move then. */
	if (g_file_test(segment, G_FILE_TEST_EXISTS) &&
	    !spool_visit(segment, file_segment_event, &state, NULL, &failure) && state.begun) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!state.begun && !file_json(run, EVENT_CASE_BEGIN, no, 0, case_begin_json(plan), error))
		return FALSE;
	if (!state.ended) {
		const char *how = run->ends[no] ? run->ends[no]
				  : failure	? failure->message
						: "its records are incomplete";
		const char *power = run->safe[no] ? "safe" : "unconfirmed";
		if (!file_json(run, EVENT_CASE_END, no, state.time_ns, case_end_json(plan, "error", how, power), error))
			return FALSE;
	}
	g_unlink(segment);
	return TRUE;
}

static gboolean file_finished(struct run *run, GError **error)
{
	while (run->next_filed <= run->setup->plan->cases->len && run->finished[run->next_filed]) {
		if (!file_case(run, run->next_filed, error))
			return FALSE;
		run->next_filed++;
	}
	return TRUE;
}

static void give_next(struct run *run, struct worker *worker)
{
	/* A worker that is already gone is found out by deal(): the case then ends as an error. */
	if (!run_interrupted && run->next_given <= run->setup->plan->cases->len)
		worker_give(worker, run->next_given++);
}

/* A worker answered or died. */
static gboolean take_from(struct run *run, struct worker *worker, GError **error)
{
	guint32 lost = worker->case_no;
	char *how = NULL;
	guint32 no = worker_take(worker, &how);

	if (no)
		run->finished[no] = TRUE;
	else if (lost) {
		run->finished[lost] = TRUE;
		run->ends[lost] = how;
		run->safe[lost] = worker_make_safe(&run->workers); /* before all else that may fail */
	} else
		g_free(how);
	if (!file_finished(run, error))
		return FALSE;
	gboolean more = !run_interrupted && run->next_given <= run->setup->plan->cases->len;
	if (!worker->pid && more && !worker_start(worker, &run->workers, error))
		return FALSE;
	if (worker->pid)
		give_next(run, worker);
	return TRUE;
}

static void tell_workers(struct run *run)
{
	for (guint i = 0; i < run->jobs; i++)
		worker_interrupt(&run->worker[i]);
}

static gboolean deal(struct run *run, GError **error)
{
	gboolean told = FALSE;

	for (;;) {
		struct pollfd polls[JOBS_MAX];
		struct worker *busy[JOBS_MAX];
		nfds_t count = 0;
		for (guint i = 0; i < run->jobs; i++)
			if (run->worker[i].pid && run->worker[i].case_no) {
				busy[count] = &run->worker[i];
				polls[count++] = (struct pollfd){ .fd = run->worker[i].fd, .events = POLLIN };
			}
		if (!count)
			return TRUE;
		/* The time-out only makes sure that an interruption just before poll() is seen. */
		int ready = poll(polls, count, 200);
		if (run_interrupted && !told) {
			tell_workers(run);
			told = TRUE;
		}
		if (ready <= 0)
			continue;
		for (nfds_t i = 0; i < count; i++)
			if (polls[i].revents && !take_from(run, busy[i], error))
				return FALSE;
	}
}

static gboolean work(struct run *run, GError **error)
{
	gboolean good = TRUE;

	for (guint i = 0; good && i < run->jobs; i++) {
		good = worker_start(&run->worker[i], &run->workers, error);
		if (good)
			give_next(run, &run->worker[i]);
	}
	good = good && deal(run, error);
	if (!good)
		tell_workers(run);
	for (guint i = 0; i < run->jobs; i++)
		worker_stop(&run->worker[i]);
	return good;
}

static gboolean open_sinks(struct run *run, GError **error)
{
	for (guint i = 0; run->setup->sinks[i]; i++) {
		run->sinks[i] = run->setup->sinks[i]->open(run->result->folder, error);
		if (!run->sinks[i])
			return FALSE;
	}
	return TRUE;
}

static gboolean close_sinks(struct run *run, gboolean abandon, GError **error)
{
	gboolean good = TRUE;

	for (guint i = 0; run->setup->sinks[i]; i++)
		if (run->sinks[i])
			good &= run->setup->sinks[i]->close(run->sinks[i], abandon, good ? error : NULL);
	return good;
}

static json_t *run_end_json(const struct run *run)
{
	const struct tally *tally = run->result->tally;

	return json_pack("{s:s, s:{s:i, s:i, s:i, s:i}}", "ended",
			 run->result->interrupted ? "interrupted" : "complete", "verdicts", "pass",
			 (int)tally_count(tally, TALLY_PASS), "fail", (int)tally_count(tally, TALLY_FAIL), "error",
			 (int)tally_count(tally, TALLY_ERROR), "skip", (int)tally_count(tally, TALLY_SKIP));
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };

/* However it is ended, the record is brought to an end. A reader of standard output that went away is a sink's error.
 */
static void catch_signals(struct sigaction old[G_N_ELEMENTS(signals)])
{
	run_interrupted = FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(signals); i++) {
		struct sigaction action = { .sa_handler = signals[i] == SIGPIPE ? SIG_IGN : on_signal };
		sigaction(signals[i], NULL, &old[i]);
		if (signals[i] != SIGHUP || old[i].sa_handler != SIG_IGN) /* nohup */
			sigaction(signals[i], &action, NULL);
	}
}

static void release_signals(const struct sigaction old[G_N_ELEMENTS(signals)])
{
	for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
		sigaction(signals[i], &old[i], NULL);
}

static gboolean execute(struct run *run, GError **error)
{
	g_autofree char *path = g_build_filename(run->result->folder, "spool", NULL);

	run->workers.folder = run->result->folder;
	run->spool = spool_create(path, error);
	if (!run->spool || !open_sinks(run, error) ||
	    !file_json(run, EVENT_RUN_BEGIN, 0, 0, run_begin_json(run->setup), error) || !spool_sync(run->spool, error))
		return FALSE;
	gboolean good = work(run, error);
	run->result->interrupted = run_interrupted;
	return good && file_json(run, EVENT_RUN_END, 0, run->time_ns, run_end_json(run), error) &&
	       spool_sync(run->spool, error);
}

gboolean run_execute(const struct run_setup *setup, const struct requirement_table *requirements,
		     struct run_result *result, GError **error)
{
	guint cases = setup->plan->cases->len, sinks = 0;

	while (setup->sinks[sinks])
		sinks++;
	struct run run = {
		.setup = setup,
		.result = result,
		.workers = { .cases = setup->cases, .plan = setup->plan->cases },
		.jobs = CLAMP(setup->jobs, 1, MIN(JOBS_MAX, MAX(cases, 1))),
		.sinks = g_new0(gpointer, sinks + 1),
		.next_given = 1,
		.next_filed = 1,
		.finished = g_new0(gboolean, cases + 1),
		.ends = g_new0(char *, cases + 1),
		.safe = g_new0(gboolean, cases + 1),
	};
	struct sigaction old[G_N_ELEMENTS(signals)];

	*result = (struct run_result){ .tally = tally_new(requirements) };
	catch_signals(old);
	gboolean good = make_folder(&run, error) && execute(&run, error);
	spool_close(run.spool);
	tally_finish(result->tally);
	good = close_sinks(&run, FALSE, good ? error : NULL) && good;
	release_signals(old);
	for (guint i = 0; i <= cases; i++)
		g_free(run.ends[i]);
	g_free(run.ends);
	g_free(run.safe);
	g_free(run.finished);
	g_free(run.sinks);
	return good;
}

void run_result_clear(struct run_result *result)
{
	g_free(result->folder);
	tally_free(result->tally);
}
