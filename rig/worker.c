/* SPDX-License-Identifier: Apache-2.0 */
#include "worker.h"
#include "emulate.h"
#include "grant.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define EMULATOR_END_US (5 * G_USEC_PER_SEC)

/* The only global of the worker process: set by its signal handler. */
static gboolean interrupted;

struct emulator {
	pid_t pid;
	int fd; /* -1: none is running */
};

static void on_signal(int number)
{
	(void)number;
	interrupted = TRUE;
}

char *worker_segment(const char *folder, guint32 case_no)
{
	return g_strdup_printf("%s/spool.case-%05u", folder, case_no);
}

/* It ends when its socket closes; one that does not, because it hangs or is stopped, is killed. */
static void emulator_end(struct emulator *emulator)
{
	gint64 patience_us = g_get_monotonic_time() + EMULATOR_END_US;
	pid_t ended;

	if (emulator->fd < 0)
		return;
	close(emulator->fd);
	emulator->fd = -1;
	while ((ended = waitpid(emulator->pid, NULL, WNOHANG)) == 0 && g_get_monotonic_time() < patience_us)
		g_usleep(1000);
	if (ended)
		return;
	kill(emulator->pid, SIGKILL);
	while (waitpid(emulator->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static gboolean emulator_begin(struct emulator *emulator, GError **error)
{
	struct grant_request hello = { .op = GRANT_HELLO };
	struct grant_reply reply;
	g_autofree char *folder = NULL;

	if (!emulate_spawn(&(struct emulate_options){ NULL, NULL }, &emulator->pid, &emulator->fd, error)) {
		emulator->fd = -1;
		return FALSE;
	}
	if (!grant_call(emulator->fd, &hello, NULL, &reply, &folder, error)) {
		emulator_end(emulator);
		return FALSE;
	}
	g_setenv("UMOCKDEV_DIR", folder, TRUE);
	return TRUE;
}

/* A factory-fresh board for the case; an emulator that died with the last case is replaced. */
static gboolean emulator_reset(struct emulator *emulator, const struct case_setup *cases, const struct plan_case *plan,
			       GError **error)
{
	struct grant_request request = { .op = GRANT_RESET };
	struct grant_reply reply;
	g_autoptr(GKeyFile) board = case_board(cases, plan);
	g_autofree char *text = g_key_file_to_data(board, NULL, NULL);

	if (emulator->fd < 0 && !emulator_begin(emulator, error))
		return FALSE;
	if (grant_call(emulator->fd, &request, text, &reply, NULL, error))
		return TRUE;
	emulator_end(emulator);
	return FALSE;
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

static void serve(const struct worker_setup *setup, int fd)
{
	struct emulator emulator = { .fd = -1 };
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
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "starting a worker: %s", g_strerror(errno));
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
		serve(setup, pair[1]);
		exit(0); /* with leak checks, where they are built in */
	}
	close(pair[1]);
	if (pid < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "starting a worker: %s", g_strerror(errno));
		close(pair[0]);
		return FALSE;
	}
	*worker = (struct worker){ pid, pair[0], 0 };
	return TRUE;
}

void worker_give(struct worker *worker, guint32 case_no)
{
	worker->case_no = case_no;
	if (send(worker->fd, &case_no, sizeof case_no, MSG_NOSIGNAL) != sizeof case_no)
		shutdown(worker->fd, SHUT_RDWR);
}

static char *how_it_ended(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
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
	*how = how_it_ended(worker->pid);
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
