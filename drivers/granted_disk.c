/* SPDX-License-Identifier: Apache-2.0 */
/* Disk of an emulated slot on the usb link: the board in the emulator process (rig/grant.h). */
#include "bench_channel.h"

static const char *const settings[] = { NULL };

const struct driver granted_disk_driver = {
	.name = "granted-disk",
	.role = ROLE_DISK,
	.summary = "disk of the board in an emulator process",
	.settings = settings,
	.open = granted_channel_open,
	.close = g_free,
	.ops.disk = &bench_channel_disk,
};
