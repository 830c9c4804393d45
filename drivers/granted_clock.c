/* SPDX-License-Identifier: Apache-2.0 */
/* Clock of an emulated slot on the usb link: time that the rig grants to the emulator process (rig/grant.h). */
#include "rig/grant.h"
#include "rig/slot.h"

struct granted_clock {
	int fd;
	gint64 now_ns;
	char *crash; /* "" while the firmware lives */
	struct observer observer;
	gboolean observed;
	GError *failure; /* of observe(), told at the next advance() */
};

static void clock_close(gpointer data)
{
	struct granted_clock *self = data;

	g_free(self->crash);
	g_clear_error(&self->failure);
	g_free(self);
}

/* The emulator was reset for this case by the runner, so time starts at 0. */
static gpointer clock_open(const struct driver_env *env, GError **error)
{
	if (env->grant_fd < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "needs an emulated slot on the usb link");
		return NULL;
	}
	struct granted_clock *self = g_new0(struct granted_clock, 1);
	self->fd = env->grant_fd;
	self->crash = g_strdup("");
	return self;
}

static gint64 clock_now(gpointer data)
{
	return ((struct granted_clock *)data)->now_ns;
}

static gboolean clock_advance(gpointer data, gint64 deadline_ns, GError **error)
{
	struct granted_clock *self = data;
	struct grant_reply reply;
	char *crash = NULL;

	if (self->failure) {
		g_propagate_error(error, g_error_copy(self->failure));
		return FALSE;
	}
	if (!grant_run(self->fd, deadline_ns, self->observed ? &self->observer : NULL, &reply, &crash, error)) {
		g_prefix_error(error, "granting time to the emulator: ");
		return FALSE;
	}
	self->now_ns = reply.now_ns;
	g_free(self->crash);
	self->crash = crash;
	return TRUE;
}

static const char *clock_crash(gpointer data)
{
	struct granted_clock *self = data;

	return *self->crash ? self->crash : NULL;
}

static void clock_observe(gpointer data, const struct observer *observer)
{
	struct granted_clock *self = data;
	const gint64 lines = observer && observer->line ? GRANT_OBSERVE_LINES : 0;
	const gint64 bytes =
	    observer && observer->bytes ? (gint64)(observer->bytes_max >> 20) << GRANT_OBSERVE_MB_SHIFT : 0;
	const struct grant_request request = { .op = GRANT_OBSERVE,
					       .argument = observer ? GRANT_OBSERVE_ON | lines | bytes : 0 };
	struct grant_reply reply;

	self->observed = observer != NULL;
	self->observer = observer ? *observer : (struct observer){ NULL };
	g_clear_error(&self->failure);
	if (!grant_call(self->fd, &request, NULL, &reply, NULL, &self->failure))
		g_prefix_error(&self->failure, "asking the emulator to tell what it observes: ");
}

static const struct clock_ops ops = { TRUE, clock_now, clock_advance, clock_crash, clock_observe };
static const char *const settings[] = { NULL };

const struct driver granted_clock_driver = {
	.name = "granted-clock",
	.role = ROLE_CLOCK,
	.summary = "virtual time granted to an emulator process",
	.settings = settings,
	.open = clock_open,
	.close = clock_close,
	.ops.clock = &ops,
};
