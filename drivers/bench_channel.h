/* SPDX-License-Identifier: Apache-2.0 */
/* What the emulated board's disk and bench drivers share on every link: the lines of board_class.bench(). */
#pragma once
#include "rig/driver.h"

/** First member of the driver's own data. */
struct bench_channel {
	/** One line to the board; the answer is the caller's. */
	GBytes *(*ask)(struct bench_channel *channel, const char *line, GError **error);
};

/** open() by link. RIG_ERROR_USAGE where the slot is not of that kind. */
gpointer board_channel_open(const struct driver_env *env, GError **error) MUST_CHECK;
gpointer granted_channel_open(const struct driver_env *env, GError **error) MUST_CHECK;

/** For drivers whose data begin with a struct bench_channel. */
extern const struct disk_ops bench_channel_disk;
extern const struct bench_ops bench_channel_bench;
