/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_channel.h"
#include "rig/grant.h"

struct granted_channel {
	struct bench_channel channel;
	int fd;
};

static GBytes *ask(struct bench_channel *channel, const char *line, GError **error)
{
	return grant_bench(((const struct granted_channel *)channel)->fd, line, error);
}

gpointer granted_channel_open(const struct driver_env *env, GError **error)
{
	if (env->grant_fd < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "needs an emulated slot on the usb link");
		return NULL;
	}
	struct granted_channel *self = g_new(struct granted_channel, 1);
	*self = (struct granted_channel){ { ask }, env->grant_fd };
	return self;
}
