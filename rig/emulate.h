/* SPDX-License-Identifier: Apache-2.0 */
/* `wiperig emulate`, and the emulator process that an emulated slot's usb link runs. */
#pragma once
#include "error.h"
#include <sys/types.h>

/** The command; argv[0] is its own name, "emulate". Returns the program's exit code: the client's, or 0, 2, 3. */
int emulate_main(int argc, char **argv);

struct emulate_options {
	const char *front;   /**< "umockdev"; NULL: that one */
	const char *program; /**< the wiperig to run; NULL: the running program itself */
};

/** Starts an emulator process that is driven over `*control_fd` (grant.h), without a board until GRANT_RESET. Does not
 *  wait for it: the first grant_call() does. It ends when control_fd is closed, after GRANT_QUIT, or when the calling
 *  thread ends; the caller reaps `*pid`. Sets the calling thread's timer slack to 1 ns, without which a client under
 *  the umockdev preload waits 50 us more in every ioctl. Errors: RIG_ERROR_USAGE for an unknown front, RIG_ERROR_RIG.
 */
gboolean emulate_spawn(const struct emulate_options *options, pid_t *pid, int *control_fd, GError **error) MUST_CHECK;
