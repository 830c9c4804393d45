/* SPDX-License-Identifier: Apache-2.0 */
/* Takes from the Lua child what it could do harm with. */
#include "lua_child.h"
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST_FD 3
#define ADDRESS_SPACE_SLACK (256ull << 20)

static void limit_resource(int resource, rlim_t most)
{
	struct rlimit limit = { most, most };

	setrlimit(resource, &limit);
}

static rlim_t address_space_now(void)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		close(fd);
	return got > 0 ? strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) : RLIM_INFINITY;
}

static void close_all_but(int first)
{
	if (syscall(SYS_close_range, first, ~0u, 0) == 0)
		return;
	for (int fd = first; fd < (int)sysconf(_SC_OPEN_MAX); fd++)
		close(fd);
}

/* Keeps the socket and the library folders; the standard three become /dev/null. */
static void keep_descriptors(struct lua_child *child)
{
	int *const kept[] = { &child->socket, &child->lib_fds[0], &child->lib_fds[1], &child->lib_fds[2] };
	G_STATIC_ASSERT(LIB_DIRS == 3);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < FIRST_FD; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
	/* First out of the way, so that none is overwritten before it is moved. */
	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		if (*kept[i] >= 0)
			*kept[i] = fcntl(*kept[i], F_DUPFD_CLOEXEC, FIRST_FD + (int)G_N_ELEMENTS(kept));
	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		if (*kept[i] >= 0)
			*kept[i] = dup2(*kept[i], FIRST_FD + (int)i);
		else
			close(FIRST_FD + (int)i);
	close_all_but(FIRST_FD + (int)G_N_ELEMENTS(kept));
}

/* The rig's handlers bring a slot to safety: they are not for a child to run. Interrupts are the rig's to deal with. */
static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, number == SIGINT || number == SIGPIPE ? SIG_IGN : SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void confine_child(struct lua_child *child, const struct child_start *start)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != start->parent)
		_exit(0);
	prctl(PR_SET_NAME, "wiperig-lua");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	reset_signals();
	setlocale(LC_ALL, "C");
	use_open_folders(child, start->path);
	keep_descriptors(child);
	rlim_t space = address_space_now();
	if (space != RLIM_INFINITY)
		limit_resource(RLIMIT_AS, space + child->limits.memory_bytes * 2 + ADDRESS_SPACE_SLACK);
	limit_resource(RLIMIT_FSIZE, 0);
	limit_resource(RLIMIT_CORE, 0);
	limit_resource(RLIMIT_NPROC, 0);
	limit_resource(RLIMIT_NOFILE, 16);
}
