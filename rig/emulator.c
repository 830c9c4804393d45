/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator.h"
#include "emulate.h"
#include "grant.h"
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define END_LIMIT_MS 2000
#define OPEN_FILES 16
#define END_US (5 * G_USEC_PER_SEC)

struct emulator_trace *emulator_trace_new(GError **error)
{
	struct emulator_trace *trace =
	    mmap(NULL, sizeof *trace, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (trace != MAP_FAILED)
		return trace;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "sharing memory with a worker: %s", g_strerror(errno));
	return NULL;
}

void emulator_trace_free(struct emulator_trace *trace)
{
	if (trace)
		munmap(trace, sizeof *trace);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status, (void)type, (void)place;
	remove(path);
	return 0;
}

/* A folder that is still there after its process has ended was left by one that was killed. */
static gboolean remove_testbed(struct emulator_trace *trace)
{
	if (!*trace->folder || !g_file_test(trace->folder, G_FILE_TEST_IS_DIR))
		return FALSE;
	nftw(trace->folder, remove_entry, OPEN_FILES, FTW_DEPTH | FTW_PHYS);
	return TRUE;
}

gboolean emulator_bury(struct emulator_trace *trace)
{
	int fd = trace->pid ? pidfd_open(trace->pid, 0) : -1;
	struct pollfd end = { .fd = fd, .events = POLLIN };
	gboolean ended = fd < 0 || poll(&end, 1, END_LIMIT_MS) > 0;

	if (fd >= 0)
		close(fd);
	gboolean was_killed = trace->pid && ended && remove_testbed(trace);
	trace->pid = 0;
	return was_killed;
}

/* It ends when its socket closes; one that does not, because it hangs or is stopped, is killed. */
static void await_end(pid_t pid)
{
	gint64 patience_us = g_get_monotonic_time() + END_US;
	pid_t ended;

	while ((ended = waitpid(pid, NULL, WNOHANG)) == 0 && g_get_monotonic_time() < patience_us)
		g_usleep(1000);
	if (ended)
		return;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void emulator_end(struct emulator *emulator)
{
	if (emulator->fd < 0)
		return;
	close(emulator->fd);
	emulator->fd = -1;
	await_end(emulator->pid);
	if (emulator->trace->pid)
		remove_testbed(emulator->trace);
	emulator->trace->pid = 0;
}

static gboolean begin(struct emulator *emulator, GError **error)
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
	g_strlcpy(emulator->trace->folder, folder, sizeof emulator->trace->folder);
	emulator->trace->pid = emulator->pid;
	return TRUE;
}

gboolean emulator_reset(struct emulator *emulator, const struct case_setup *cases, const struct plan_case *plan,
			GError **error)
{
	struct grant_request request = { .op = GRANT_RESET };
	struct grant_reply reply;
	g_autoptr(GKeyFile) board = case_board(cases, plan);
	g_autofree char *text = g_key_file_to_data(board, NULL, NULL);

	if (emulator->fd < 0 && !begin(emulator, error))
		return FALSE;
	if (grant_call(emulator->fd, &request, text, &reply, NULL, error))
		return TRUE;
	g_prefix_error(error, "emulator: ");
	emulator_end(emulator);
	return FALSE;
}
