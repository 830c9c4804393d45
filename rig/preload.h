/* SPDX-License-Identifier: Apache-2.0 */
/* Clients of an emulated USB bus run under a preload library; wiperig itself needs it for emulated slots on the usb
 * link only. */
#pragma once
#include "error.h"

/** Returns TRUE if this process runs under umockdev's preload; else it starts the program anew under it with the
 *  arguments `argv` (argv[0] is the command) and only returns, FALSE, if that failed (RIG_ERROR_RIG). */
gboolean preload_ensure(char **argv, GError **error) MUST_CHECK;
