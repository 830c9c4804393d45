/* SPDX-License-Identifier: Apache-2.0 */
/* Clock of a real slot: CLOCK_MONOTONIC since the slot was opened. */
#include "rig/slot.h"
#include <time.h>

#define SLICE_NS NS_PER_MS /* instruments are polled at least this often */

static gint64 monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static gpointer clock_open(const struct driver_env *env, GError **error)
{
	gint64 *start = g_new(gint64, 1);

	(void)env;
	(void)error;
	*start = monotonic_ns();
	return start;
}

static gint64 clock_now(gpointer start)
{
	return monotonic_ns() - *(gint64 *)start;
}

static gboolean clock_advance(gpointer start, gint64 deadline_ns, GError **error)
{
	gint64 left = MIN(deadline_ns - clock_now(start), SLICE_NS);
	struct timespec pause = { 0, left };

	(void)error;
	if (left > 0)
		nanosleep(&pause, NULL); /* an interruption only ends the slice early */
	return TRUE;
}

static const char *clock_crash(gpointer start)
{
	(void)start;
	return NULL;
}

static const struct clock_ops ops = { FALSE, clock_now, clock_advance, clock_crash };
static const char *const settings[] = { NULL };

const struct driver monotonic_clock_driver = {
	.name = "monotonic-clock",
	.role = ROLE_CLOCK,
	.summary = "real time (CLOCK_MONOTONIC)",
	.settings = settings,
	.open = clock_open,
	.close = g_free,
	.ops.clock = &ops,
};
