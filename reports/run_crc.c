/* SPDX-License-Identifier: Apache-2.0 */
#include "run_crc.h"

/* A polynomial's coefficient of xⁱ is bit 31 − i. */
#define POLYNOMIAL 0xedb88320u
#define ONE 0x80000000u
#define X8 (ONE >> 8)

static guint32 multiply(guint32 a, guint32 b)
{
	guint32 product = 0;

	for (; a; a <<= 1) {
		product ^= b & -(a >> 31);
		b = (b >> 1) ^ (POLYNOMIAL & -(b & 1));
	}
	return product;
}

/* The field has 2³² elements: 1/a is a to the power of 2³² − 2. */
static guint32 invert(guint32 a)
{
	guint32 inverse = ONE;

	for (guint i = 1; i < 32; i++) {
		a = multiply(a, a);
		inverse = multiply(inverse, a);
	}
	return inverse;
}

void run_crc_init(struct run_crc *crc)
{
	guint32 step = X8;

	for (guint level = 0; level < RUN_CRC_LEVELS; level++) {
		guint32 power = ONE;
		for (guint i = 0; i < 256; i++) {
			crc->power[level][i] = power;
			power = multiply(power, step);
		}
		step = power;
	}
	const guint32 unit = multiply(X8, invert(ONE ^ X8));
	for (guint32 byte = 0; byte < 256; byte++)
		crc->fixed[byte] = multiply(byte, unit);
	crc->value = 0;
}

void run_crc_add(struct run_crc *crc, guint8 byte, guint32 count)
{
	const guint32 fixed = crc->fixed[byte];
	guint32 value = ~crc->value ^ fixed;

	for (guint level = 0; count; level++, count >>= 8)
		if (count & 0xff)
			value = multiply(value, crc->power[level][count & 0xff]);
	crc->value = ~(value ^ fixed);
}
