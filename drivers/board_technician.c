/* SPDX-License-Identifier: Apache-2.0 */
/* Bench of an emulated slot on the direct link: the board in this process. */
#include "bench_channel.h"

static const char *const settings[] = { NULL };

const struct driver board_bench_driver = {
	.name = "board-bench",
	.role = ROLE_BENCH,
	.summary = "technician at the emulated board in this process",
	.settings = settings,
	.open = board_channel_open,
	.close = g_free,
	.ops.bench = &bench_channel_bench,
};
