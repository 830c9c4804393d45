/* SPDX-License-Identifier: Apache-2.0 */
#include "crc32.h"
#include <string.h>

#define POLYNOMIAL 0xedb88320u

/* Eight bytes a step ("slicing by 8"): table[k] advances a byte over k more bytes of zeros. */
static guint32 table[8][256];

__attribute__((constructor)) static void fill_table(void)
{
	for (guint i = 0; i < 256; i++) {
		guint32 crc = i;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		table[0][i] = crc;
	}
	for (guint k = 1; k < 8; k++)
		for (guint i = 0; i < 256; i++)
			table[k][i] = table[k - 1][i] >> 8 ^ table[0][table[k - 1][i] & 255];
}

guint32 crc32_update(guint32 crc, const void *data, gsize length)
{
	const guint8 *p = data;

	crc = ~crc;
	for (; length >= 8; length -= 8, p += 8) {
		guint64 word;
		memcpy(&word, p, sizeof word);
		word = GUINT64_FROM_LE(word) ^ crc;
		crc = table[7][word & 255] ^ table[6][word >> 8 & 255] ^ table[5][word >> 16 & 255] ^
		      table[4][word >> 24 & 255] ^ table[3][word >> 32 & 255] ^ table[2][word >> 40 & 255] ^
		      table[1][word >> 48 & 255] ^ table[0][word >> 56];
	}
	while (length--)
		crc = crc >> 8 ^ table[0][(crc ^ *p++) & 255];
	return ~crc;
}
