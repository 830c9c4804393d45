/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_work.h"
#include "rig/units.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_MS 1000
#define STRAYS_MAX 3u /* deaths in a firmware that do not come again */

/* One erase and the process that explores it. */
struct task {
	pid_t pid; /* 0: none yet, or over */
	int fd;	   /* its result comes here; -1 */
	GByteArray *got;
	gboolean over;
	struct explore_result result;
	struct explore_progress *progress; /* shared */
	guint64 suspect;		   /* the resume in which the last process died; 0: none */
	guint strays;
};

struct crew {
	const struct explore_work *work;
	struct task *tasks;
	struct explore_progress *shared;
	guint told;	   /* tasks whose end was told */
	guint64 bytes_max; /* that each process may take */
	gint64 began_us;
};

/* Set by the signal handler. */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = TRUE;
}

/* --- the worker's side --- */

static void write_all(int fd, const char *text)
{
	for (gsize length = strlen(text); length;) {
		gssize n = write(fd, text, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		length -= (gsize)n;
	}
}

G_NORETURN static void explore_one(const struct crew *crew, const struct task *task, int fd)
{
	struct explore_settings settings = *crew->work->settings;
	struct explore_result result;

	settings.trigger = crew->work->triggers[task - crew->tasks];
	settings.bytes_max = crew->bytes_max;
	settings.progress = task->progress;
	explore_result_init(&result, settings.trigger);
	explore_result_make(&result, &settings);
	json_t *json = explore_result_encode(&result);
	g_autofree char *text = json_dumps(json, JSON_COMPACT);
	write_all(fd, text);
	json_decref(json);
	explore_result_clear(&result);
	exit(0);
}

/* --- the crew's --- */

/* A share of the memory that there is now; 0: that cannot be told. */
static guint64 share_memory(const struct explore_work *work)
{
	g_autofree char *text = NULL;
	const char *line;

	if (!g_file_get_contents("/proc/meminfo", &text, NULL, NULL))
		return 0;
	line = strstr(text, "MemAvailable:");
	return line ? g_ascii_strtoull(line + strlen("MemAvailable:"), NULL, 10) * 1024 / 4 * 3 /
			  MAX(MIN(work->jobs, work->count), 1)
		    : 0;
}

static gboolean start(struct crew *crew, struct task *task, GError **error)
{
	int ends[2];

	if (pipe(ends) < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "starting a worker: %s", g_strerror(errno));
		return FALSE;
	}
	fflush(NULL);
	pid_t parent = getpid();
	task->pid = fork();
	if (task->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		if (getppid() != parent)
			_exit(1);
		close(ends[0]);
		dup2(STDERR_FILENO, STDOUT_FILENO); /* what a firmware prints is no data of ours */
		explore_one(crew, task, ends[1]);
	}
	close(ends[1]);
	task->fd = ends[0];
	if (task->pid > 0)
		return TRUE;
	task->pid = 0;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "starting a worker: %s", g_strerror(errno));
	return FALSE;
}

static char *how_it_died(const struct task *task, int status)
{
	const struct explore_progress *progress = task->progress;
	g_autofree char *where =
	    g_strdup_printf(" in a start after %u cuts, of state %u", progress->depth, progress->node);

	if (WIFSIGNALED(status))
		return g_strdup_printf("the worker was ended by signal %d (%s)%s%s", WTERMSIG(status),
				       strsignal(WTERMSIG(status)), where,
				       WTERMSIG(status) == SIGKILL ? ": did the memory run out?" : "");
	return g_strdup_printf("the worker ended with status %d%s", WEXITSTATUS(status), where);
}

static gboolean take_result(struct task *task)
{
	json_t *json = json_loadb((const char *)task->got->data, task->got->len, 0, NULL);
	struct explore_result result;
	gboolean good = json && explore_result_decode(&result, json, NULL);

	if (good) {
		explore_result_clear(&task->result);
		task->result = result;
	}
	json_decref(json);
	return good;
}

static void name_death(struct explore_death *death, int status)
{
	if (WIFSIGNALED(status))
		g_snprintf(death->how, sizeof death->how, "it ends the process that runs it, by signal %d (%s)",
			   WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		g_snprintf(death->how, sizeof death->how, "it ends the process that runs it, with status %d",
			   WEXITSTATUS(status));
}

/* A process that died while the firmware ran is followed by another one. Where that dies in the same place it is the
 * firmware, and the next one does not let it run there; anything may have killed one alone. */
static gboolean goes_on(struct task *task, int status)
{
	struct explore_watch *watch = &task->progress->watch;

	if (!watch->inside)
		return FALSE;
	if (task->suspect != watch->resumes) {
		task->suspect = watch->resumes;
		if (task->strays++ >= STRAYS_MAX)
			return FALSE;
	} else if (watch->count < EXPLORE_DEATHS_ALL) {
		watch->death[watch->count].resume = task->suspect;
		name_death(&watch->death[watch->count++], status);
		task->suspect = task->strays = 0;
	} else {
		return FALSE;
	}
	watch->resumes = watch->inside = watch->met = 0;
	g_byte_array_set_size(task->got, 0);
	return TRUE;
}

static void finish(struct task *task)
{
	int status = 0;

	close(task->fd);
	task->fd = -1;
	while (waitpid(task->pid, &status, 0) < 0 && errno == EINTR)
		;
	task->pid = 0;
	task->over = TRUE;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && take_result(task))
		return;
	if (goes_on(task, status)) {
		task->over = FALSE;
		return;
	}
	task->result.verdict = EXPLORE_ERROR;
	task->result.reason = how_it_died(task, status);
}

static void read_from(struct task *task)
{
	guint8 bytes[4096];
	gssize n = read(task->fd, bytes, sizeof bytes);

	if (n > 0)
		g_byte_array_append(task->got, bytes, (guint)n);
	else if (n == 0 || errno != EINTR)
		finish(task);
}

static void tell_progress(const struct crew *crew)
{
	g_autoptr(GString) line = g_string_new(NULL);
	guint64 cuts = 0, started = 0, known = 0;
	double seconds = (double)(g_get_monotonic_time() - crew->began_us) / 1e6;

	for (guint i = 0; i < crew->work->count; i++) {
		cuts += crew->tasks[i].progress->cuts;
		started += crew->tasks[i].progress->started;
		known += crew->tasks[i].progress->known;
	}
	g_string_printf(line,
			"%.0f s: %" G_GUINT64_FORMAT " cuts covered, %.0f a second; %" G_GUINT64_FORMAT
			" of %" G_GUINT64_FORMAT " states known so far were started",
			seconds, cuts, (double)cuts / MAX(seconds, 0.001), started, known);
	if (started)
		g_string_append_printf(line, "; %.0f s for the others",
				       seconds / (double)started * (double)(known - MIN(known, started)));
	fprintf(crew->work->progress, "wiperig explore: %s\n", line->str);
}

static void tell_ended(struct crew *crew)
{
	while (crew->told < crew->work->count && crew->tasks[crew->told].over)
		crew->work->ended(crew->work->data, &crew->tasks[crew->told++].result);
}

/* Starts what there is room for, and waits for something to happen. FALSE: a process could not be made. */
static gboolean turn(struct crew *crew, gint64 *told_us, GError **error)
{
	const struct explore_work *work = crew->work;
	g_autofree struct pollfd *fds = g_new0(struct pollfd, work->count);
	guint running = 0;

	for (guint i = 0; i < work->count; i++)
		running += crew->tasks[i].pid != 0;
	for (guint i = 0; i < work->count && running < work->jobs; i++) {
		if (crew->tasks[i].pid || crew->tasks[i].over)
			continue;
		if (!start(crew, &crew->tasks[i], error))
			return FALSE;
		running++;
	}
	for (guint i = 0; i < work->count; i++)
		fds[i] = (struct pollfd){ .fd = crew->tasks[i].fd, .events = POLLIN };
	if (poll(fds, work->count, LOOK_MS) > 0)
		for (guint i = 0; i < work->count; i++)
			if (fds[i].revents)
				read_from(&crew->tasks[i]);
	if (work->progress && g_get_monotonic_time() - *told_us >= LOOK_MS * 1000) {
		*told_us = g_get_monotonic_time();
		tell_progress(crew);
	}
	tell_ended(crew);
	return TRUE;
}

static gboolean run_crew(struct crew *crew, GError **error)
{
	gint64 told_us = crew->began_us = g_get_monotonic_time();

	while (crew->told < crew->work->count) {
		if (interrupted || !turn(crew, &told_us, error))
			return FALSE;
	}
	return TRUE;
}

static void dismiss(struct crew *crew)
{
	for (guint i = 0; i < crew->work->count; i++) {
		struct task *task = &crew->tasks[i];

		if (task->pid) {
			kill(task->pid, SIGKILL);
			finish(task);
		}
		if (task->fd >= 0)
			close(task->fd);
		g_byte_array_unref(task->got);
		explore_result_clear(&task->result);
	}
	g_free(crew->tasks);
	munmap(crew->shared, crew->work->count * sizeof *crew->shared);
}

gboolean explore_work(const struct explore_work *work, GError **error)
{
	const struct sigaction action = { .sa_handler = on_signal };
	struct sigaction former[2];
	struct crew crew = { .work = work, .bytes_max = share_memory(work) };

	crew.shared =
	    mmap(NULL, work->count * sizeof *crew.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (crew.shared == MAP_FAILED) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "sharing memory with workers: %s", g_strerror(errno));
		return FALSE;
	}
	crew.tasks = g_new0(struct task, work->count);
	for (guint i = 0; i < work->count; i++) {
		crew.tasks[i].fd = -1;
		crew.tasks[i].got = g_byte_array_new();
		crew.tasks[i].progress = &crew.shared[i];
		explore_result_init(&crew.tasks[i].result, work->triggers[i]);
	}
	interrupted = FALSE;
	sigaction(SIGINT, &action, &former[0]);
	sigaction(SIGTERM, &action, &former[1]);
	gboolean good = run_crew(&crew, error);
	dismiss(&crew);
	sigaction(SIGINT, &former[0], NULL);
	sigaction(SIGTERM, &former[1], NULL);
	return good;
}
