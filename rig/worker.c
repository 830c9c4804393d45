/* SPDX-License-Identifier: Apache-2.0 */
#include "worker.h"
#include "emulator.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The only global of the worker process: set by its signal handler. */
static gboolean interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = TRUE;
}

char *worker_segment(const char *folder, guint32 case_no)
{
	return g_strdup_printf("%s/spool.case-%05u", folder, case_no);
}

static gboolean record_failure(const struct worker_setup *setup, const struct plan_case *plan, const char *segment,
			       const GError *failure)
{
	struct plan_case refused = *plan;
	struct case_setup cases = setup->cases;

	refused.refusal = failure->message;
	cases.grant_fd = -1;
	return case_run(&cases, &refused, segment, NULL);
}

static gboolean run_one(const struct worker_setup *setup, struct emulator *emulator, const struct plan_case *plan)
{
	struct case_setup cases = setup->cases;
	g_autofree char *segment = worker_segment(setup->folder, plan->no);
	g_autoptr(GError) error = NULL;
	gboolean needs_emulator = slot_config_needs_emulator(cases.config) && !plan->refusal;

	cases.interrupted = &interrupted;
	if (needs_emulator && !emulator_reset(emulator, &cases, plan, &error)) {
		/* Once more with a fresh emulator: the old one may have died with the case before. */
		g_clear_error(&error);
		if (!emulator_reset(emulator, &cases, plan, &error)) {
			g_prefix_error(&error, "starting the emulated board: ");
			return record_failure(setup, plan, segment, error);
		}
	}
	cases.grant_fd = needs_emulator ? emulator->fd : -1;
	if (case_run(&cases, plan, segment, &error))
		return TRUE;
	g_printerr("wiperig: case %s: %s\n", plan->name, error->message);
	return FALSE;
}

static void serve(const struct worker_setup *setup, struct emulator_trace *trace, int fd)
{
	struct emulator emulator = { .fd = -1, .trace = trace };
	guint32 no;

	while (!interrupted && read(fd, &no, sizeof no) == sizeof no) {
		if (!run_one(setup, &emulator, g_ptr_array_index(setup->plan, no - 1)))
			break;
		if (write(fd, &no, sizeof no) != sizeof no)
			break;
	}
	emulator_end(&emulator);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal }, hangup;

	interrupted = FALSE;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, NULL, &hangup);
	if (hangup.sa_handler != SIG_IGN) /* nohup */
		sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

gboolean worker_start(struct worker *worker, const struct worker_setup *setup, GError **error)
{
	struct emulator_trace *trace = emulator_trace_new(error);
	int pair[2];

	if (!trace)
		return FALSE;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "starting a worker: %s", g_strerror(errno));
		emulator_trace_free(trace);
		return FALSE;
	}
	fflush(NULL);
	pid_t parent = getpid(), pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		catch_signals();
		if (getppid() != parent)
			_exit(1);
		close(pair[0]);
		dup2(STDERR_FILENO, STDOUT_FILENO); /* what a firmware prints is no data of ours */
		serve(setup, trace, pair[1]);
		exit(0); /* with leak checks, where they are built in */
	}
	close(pair[1]);
	if (pid < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "starting a worker: %s", g_strerror(errno));
		close(pair[0]);
		emulator_trace_free(trace);
		return FALSE;
	}
	*worker = (struct worker){ pid, pair[0], 0, trace };
	return TRUE;
}

void worker_give(struct worker *worker, guint32 case_no)
{
	worker->case_no = case_no;
	if (send(worker->fd, &case_no, sizeof case_no, MSG_NOSIGNAL) != sizeof case_no)
		shutdown(worker->fd, SHUT_RDWR);
}

static char *how_it_ended(struct worker *worker)
{
	int status = 0;

	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	/* The preload library ends a client whose testbed is gone. */
	if (emulator_bury(worker->trace))
		return g_strdup("the emulator process was killed, and the rig's worker process ended with it");
	if (WIFSIGNALED(status))
		return g_strdup_printf("the rig's worker process was ended by signal %d (%s)", WTERMSIG(status),
				       strsignal(WTERMSIG(status)));
	return g_strdup_printf("the rig's worker process ended with status %d", WEXITSTATUS(status));
}

guint32 worker_take(struct worker *worker, char **how)
{
	guint32 no;
	ssize_t got;

	do
		got = read(worker->fd, &no, sizeof no);
	while (got < 0 && errno == EINTR);
	if (got == sizeof no) {
		worker->case_no = 0;
		return no;
	}
	close(worker->fd);
	*how = how_it_ended(worker);
	g_clear_pointer(&worker->trace, emulator_trace_free);
	worker->pid = 0;
	return 0;
}

void worker_interrupt(const struct worker *worker)
{
	if (worker->pid > 0)
		kill(worker->pid, SIGTERM);
}

void worker_stop(struct worker *worker)
{
	if (worker->pid <= 0)
		return;
	shutdown(worker->fd, SHUT_RDWR); /* later workers hold copies of it: closing alone would not reach the worker */
	close(worker->fd);
	while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
		;
	emulator_bury(worker->trace);
	g_clear_pointer(&worker->trace, emulator_trace_free);
	worker->pid = 0;
}

/* Only the power and its clock are opened: what made the worker die may have to do with another instrument. Nothing is
 * recorded: the disk may be full. */
static int turn_off(const struct worker_setup *setup)
{
	struct slot_config config = *setup->cases.config;
	struct slot_setup slot_setup = { setup->cases.catalogue, &config, NULL, 0, NULL, -1, &interrupted };

	for (guint role = 0; role < ROLES; role++)
		if (role != ROLE_CLOCK && role != ROLE_POWER)
			config.drivers[role] = NULL;
	struct slot *slot = slot_open(&slot_setup, NULL);
	g_autofree char *why = NULL;
	gint64 end_ns;

	if (!slot)
		return 1;
	return slot_close(slot, &end_ns, &why) == SLOT_POWER_SAFE ? 0 : 1;
}

gboolean worker_make_safe(const struct worker_setup *setup)
{
	int status = 1;

	if (setup->cases.config->unit == UNIT_EMULATED)
		return TRUE;
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		catch_signals();
		exit(turn_off(setup));
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && status == 0;
}
