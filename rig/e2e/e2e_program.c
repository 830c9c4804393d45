/* SPDX-License-Identifier: Apache-2.0 */
#include "e2e_program.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK 65536

struct program {
	pid_t pid;
	int pidfd, out_fd, err_fd;
	gint64 started_us;
	GString *out, *err;
};

gboolean soak(void)
{
	return g_getenv("WIPERIG_SOAK") != NULL;
}

const char *build_folder(void)
{
	static char *folder;

	if (!folder) {
		g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
		folder = g_path_get_dirname(self);
	}
	return folder;
}

const char *root_folder(void)
{
	static char *folder;

	for (char *at = folder ? NULL : g_strdup(build_folder()); at;) {
		g_autofree char *sign = g_build_filename(at, "scenarios", "requirements.tsv", NULL);
		char *up = g_file_test(sign, G_FILE_TEST_EXISTS) ? NULL : g_path_get_dirname(at);
		if (!up)
			folder = g_steal_pointer(&at);
		g_free(at);
		at = up;
	}
	return folder;
}

/* The environment of the tests less what steers the program. */
static char **environment_of(const struct bench *bench, const struct start *start)
{
	g_autofree char *config = g_build_filename(bench->folder, "config", NULL);
	char **environment = g_get_environ();
	g_auto(GStrv) before = g_strdupv(environment);

	for (char **entry = before; *entry; entry++)
		if (g_str_has_prefix(*entry, "WIPERIG_") || g_str_has_prefix(*entry, "NO_COLOR=")) {
			g_autofree char *name = g_strndup(*entry, strcspn(*entry, "="));
			environment = g_environ_unsetenv(environment, name);
		}
	environment = g_environ_setenv(environment, "TMPDIR", bench->tmp, TRUE);
	environment = g_environ_setenv(environment, "XDG_CONFIG_HOME", config, TRUE);
	for (const char *const *entry = start ? start->environment : NULL; entry && *entry; entry++) {
		g_auto(GStrv) pair = g_strsplit(*entry, "=", 2);
		environment = g_environ_setenv(environment, pair[0], pair[1], TRUE);
	}
	return environment;
}

/* In the child, which ends here. */
static void become(const struct start *start, const char *folder, char **arguments, char **environment, int out,
		   int err)
{
	int input = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	dup2(input, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	signal(SIGPIPE, SIG_DFL);
	if (start && start->user && (setgroups(0, NULL) < 0 || setgid(start->user) < 0 || setuid(start->user) < 0))
		_exit(125);
	if (chdir(folder) < 0)
		_exit(126);
	execve(arguments[0], arguments, environment);
	_exit(127);
}

static void open_terminal(int ends[2])
{
	ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	g_assert(ends[0] >= 0 && grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0);
	ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
	g_assert(ends[1] >= 0);
}

/* Nothing comes out of it. */
static void open_full(int ends[2])
{
	g_assert(pipe2(ends, O_CLOEXEC) == 0);
	close(ends[1]);
	ends[1] = open("/dev/full", O_WRONLY | O_CLOEXEC);
	g_assert(ends[1] >= 0);
}

struct program *program_start(const struct bench *bench, const struct start *start, const char *const *words)
{
	struct program *program = g_new0(struct program, 1);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autofree char *path = g_build_filename(build_folder(), "wiperig", NULL);
	g_auto(GStrv) environment = environment_of(bench, start);
	int out[2], err[2];

	g_strv_builder_add(builder, path);
	g_strv_builder_addv(builder, (const char **)words);
	g_auto(GStrv) arguments = g_strv_builder_end(builder);
	if (start && start->terminal)
		open_terminal(out);
	else if (start && start->full)
		open_full(out);
	else
		g_assert(pipe2(out, O_CLOEXEC) == 0);
	g_assert(pipe2(err, O_CLOEXEC) == 0);
	program->started_us = g_get_monotonic_time();
	const char *folder = root_folder(); /* found as this user: another may not be able to look */
	fflush(NULL);
	program->pid = fork();
	g_assert(program->pid >= 0);
	if (!program->pid)
		become(start, folder, arguments, environment, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	program->pidfd = pidfd_open(program->pid, 0);
	program->out_fd = out[0];
	program->err_fd = err[0];
	program->out = g_string_new(NULL);
	program->err = g_string_new(NULL);
	return program;
}

pid_t program_pid(const struct program *program)
{
	return program->pid;
}

/* Takes what is there now. FALSE at the end. */
static gboolean take(int fd, GString *text)
{
	char buffer[CHUNK];
	ssize_t got = read(fd, buffer, sizeof buffer);

	if (got > 0)
		g_string_append_len(text, buffer, got);
	return got > 0;
}

/* What it leaves behind may hold its pipes open: the end of the program is what counts. */
static gboolean read_until_end(struct program *program, gint64 limit_ms)
{
	gint64 until_us = program->started_us + limit_ms * 1000;
	struct pollfd polls[] = { { program->out_fd, POLLIN, 0 },
				  { program->err_fd, POLLIN, 0 },
				  { program->pidfd, POLLIN, 0 } };
	GString *texts[] = { program->out, program->err };

	for (;;) {
		gint64 left_ms = (until_us - g_get_monotonic_time()) / 1000;
		if (left_ms < 0 || poll(polls, G_N_ELEMENTS(polls), (int)MIN(left_ms + 1, 1000)) < 0)
			return FALSE;
		gboolean took = FALSE;
		for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
			if (polls[i].revents && take(polls[i].fd, texts[i]))
				took = TRUE;
			else if (polls[i].revents)
				polls[i].fd = -1;
		if (polls[2].revents && !took)
			return TRUE;
	}
}

void program_finish(struct program *program, gint64 limit_ms, struct outcome *outcome)
{
	gboolean in_time = read_until_end(program, limit_ms);
	struct rusage usage = { 0 };
	int status = 0;

	if (!in_time)
		kill(program->pid, SIGKILL);
	wait4(program->pid, &status, 0, &usage);
	*outcome = (struct outcome){
		.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
		.in_time = in_time,
		.took_ms = (g_get_monotonic_time() - program->started_us) / 1000,
		.peak_mb = usage.ru_maxrss * 1024 / 1000000,
		.out = g_string_free(program->out, FALSE),
		.err = g_string_free(program->err, FALSE),
	};
	if (!in_time)
		fprintf(stderr, "\nnot finished within %" G_GINT64_FORMAT " ms: killed\n", limit_ms);
	CU_ASSERT(in_time);
	close(program->pidfd);
	close(program->out_fd);
	close(program->err_fd);
	g_free(program);
}

void outcome_clear(struct outcome *outcome)
{
	g_clear_pointer(&outcome->out, g_free);
	g_clear_pointer(&outcome->err, g_free);
}

void program_run(const struct bench *bench, const struct start *start, const char *const *words,
		 struct outcome *outcome)
{
	gboolean over_usb = g_strv_contains(words, "usb");

	program_finish(program_start(bench, start, words), over_usb ? USB_LIMIT_MS : LIMIT_MS, outcome);
}

void run_tool(const char *folder, const char *const *words)
{
	g_autofree char *out = NULL, *err = NULL;
	g_autoptr(GError) error = NULL;
	int status = -1;

	if (!g_spawn_sync(folder, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, &error))
		fprintf(stderr, "\n%s\n", error->message);
	else if (status)
		fprintf(stderr, "\n%s:\n%s%s", words[0], out, err);
	CU_ASSERT_EQUAL(status, 0);
}
