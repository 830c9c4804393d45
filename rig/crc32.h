/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32 for the station's side: the same function as frame_crc32(), which is made small for firmware, but fast. */
#pragma once
#include <glib.h>

/** Continues `crc` (0 at the start) over `length` bytes: crc32_update(crc32_update(0, a), b) is the CRC of a then b. */
guint32 crc32_update(guint32 crc, const void *data, gsize length);
