/* SPDX-License-Identifier: Apache-2.0 */
/* Bench of an emulated slot on the usb link: the board in the emulator process (rig/grant.h). */
#include "bench_channel.h"

static const char *const settings[] = { NULL };

const struct driver granted_bench_driver = {
	.name = "granted-bench",
	.role = ROLE_BENCH,
	.summary = "technician at the board in an emulator process",
	.settings = settings,
	.open = granted_channel_open,
	.close = g_free,
	.ops.bench = &bench_channel_bench,
};
