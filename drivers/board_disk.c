/* SPDX-License-Identifier: Apache-2.0 */
/* Disk of an emulated slot on the direct link: the board in this process. */
#include "bench_channel.h"

static const char *const settings[] = { NULL };

const struct driver board_disk_driver = {
	.name = "board-disk",
	.role = ROLE_DISK,
	.summary = "disk of the emulated board in this process",
	.settings = settings,
	.open = board_channel_open,
	.close = g_free,
	.ops.disk = &bench_channel_disk,
};
