/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CRC-32 of a run of equal bytes, in the time of a few multiplications whatever its length. In the field of the
 * CRC's polynomial, a byte b takes a register r to (r + b)·x⁸; s = b·x⁸/(1 + x⁸) stays where it is, so n bytes take r
 * to (r + s)·x⁸ⁿ + s.
 */
#pragma once
#include <glib.h>

#define RUN_CRC_LEVELS 4

struct run_crc {
	guint32 power[RUN_CRC_LEVELS][256]; /* x to the power of 8·256^level·index */
	guint32 fixed[256];		    /* of each byte: b·x⁸/(1 + x⁸) */
	guint32 value;			    /* the CRC of what was added, as zip has it */
};

void run_crc_init(struct run_crc *crc);
void run_crc_add(struct run_crc *crc, guint8 byte, guint32 count);
