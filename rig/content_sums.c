/* SPDX-License-Identifier: Apache-2.0 */
#include "content_sums.h"

#define SETTLE_SECTORS 256u    /* as many as 16 bits can sum */
#define HISTOGRAM_SECTORS 128u /* enough for chi-square; of longer content every so-manyth sector */

/* --- hashes --- */

#define KEY_1 G_GUINT64_CONSTANT(0xa0761d6478bd642f)
#define KEY_2 G_GUINT64_CONSTANT(0xe7037ed1a0b428db)

static inline guint64 fold(guint64 a, guint64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (guint64)product ^ (guint64)(product >> 64);
}

static inline guint64 fingerprint(const guint8 *sector)
{
	guint64 lane[4] = { 1, 2, 3, 4 };

	for (guint i = 0; i < CONTENT_SECTOR; i += 4 * BLOCK)
		for (guint k = 0; k < 4; k++)
			lane[k] = fold(word_at(sector + i + k * BLOCK) ^ KEY_1 ^ lane[k],
				       word_at(sector + i + k * BLOCK + 8) ^ KEY_2);
	return fold(fold(lane[0] ^ KEY_1, lane[1] ^ KEY_2), fold(lane[2] ^ KEY_2, lane[3] ^ KEY_1) ^ KEY_1);
}

static inline guint64 chain(guint64 hash, guint64 next)
{
	return fold(hash ^ KEY_2, next ^ KEY_1);
}

guint64 content_hash(const guint8 *bytes, gsize length)
{
	guint64 hash = length;

	for (gsize at = 0; at < length; at += CONTENT_SECTOR)
		hash = chain(hash, fingerprint(bytes + at));
	return hash;
}

guint content_samples(const guint8 *bytes, gsize length, guint64 *samples, guint capacity)
{
	guint count = 0;

	for (gsize at = 0; at < length && count < capacity; at += CONTENT_SECTOR) {
		guint64 print = fingerprint(bytes + at);

		if ((print & 63) == 0)
			samples[count++] = print;
	}
	return count;
}

/* --- gathering, one sector after the other --- */

static inline guint32 off_mean(guint32 ones, guint32 bits)
{
	return ones > bits / 2 ? ones - bits / 2 : bits / 2 - ones;
}

static inline __attribute__((always_inline)) void count_bits(struct content_sums *sums, const guint8 *sector)
{
	guint32 ones = 0, lag1 = 0, lag8 = 0;

	for (guint i = 0; i < CONTENT_SECTOR; i += 8) {
		guint64 word = word_at(sector + i);

		ones += (guint32)__builtin_popcountll(word);
		lag1 += (guint32)__builtin_popcountll((word ^ word >> 1) & G_GUINT64_CONSTANT(0x7fffffffffffffff));
		lag8 += (guint32)__builtin_popcountll((word ^ word >> 8) & G_GUINT64_CONSTANT(0x00ffffffffffffff));
	}
	sums->ones += ones;
	sums->lag1 += lag1;
	sums->lag8 += lag8;
	sums->ones_off = MAX(sums->ones_off, off_mean(ones, SECTOR_BITS));
	sums->lag8_off = MAX(sums->lag8_off, off_mean(lag8, WORDS * 56));
}

static inline __attribute__((always_inline)) void compare_neighbours(struct content_sums *sums, const guint8 *sector)
{
	guint32 ones = 0;

	for (guint i = 0; i < CONTENT_SECTOR; i += 8)
		ones += (guint32)__builtin_popcountll(word_at(sector + i) ^ word_at(sector + i - CONTENT_SECTOR));
	sums->neighbours += ones;
	sums->pair_off = MAX(sums->pair_off, off_mean(ones, SECTOR_BITS));
}

static void settle_columns(struct content_sums *sums)
{
	for (guint i = 0; i < WORDS; i++) {
		for (guint k = 0; k < 4; k++) {
			sums->column[i * 8 + k * 2] += sums->even[i] >> k * 16 & 0xffff;
			sums->column[i * 8 + k * 2 + 1] += sums->odd[i] >> k * 16 & 0xffff;
		}
		sums->even[i] = sums->odd[i] = 0;
	}
}

static inline void add_columns(struct content_sums *sums, const guint8 *sector, const guint8 *first)
{
	const guint64 mask = G_GUINT64_CONSTANT(0x00ff00ff00ff00ff);

	for (guint i = 0; i < WORDS; i++) {
		guint64 word = word_at(sector + (gsize)i * 8);

		sums->even[i] += word & mask;
		sums->odd[i] += word >> 8 & mask;
		sums->differs[i] |= word ^ word_at(first + (gsize)i * 8);
	}
}

static inline void count_bytes(struct content_sums *sums, const guint8 *sector)
{
	for (guint i = 0; i < CONTENT_SECTOR; i += 8) {
		guint64 word = word_at(sector + i);

		sums->part[0][word & 0xff]++;
		sums->part[1][word >> 8 & 0xff]++;
		sums->part[2][word >> 16 & 0xff]++;
		sums->part[3][word >> 24 & 0xff]++;
		sums->part[0][word >> 32 & 0xff]++;
		sums->part[1][word >> 40 & 0xff]++;
		sums->part[2][word >> 48 & 0xff]++;
		sums->part[3][word >> 56]++;
	}
	sums->counted += CONTENT_SECTOR;
}

/* Places are kept as number + 1; what is found under a place is compared byte by byte. */
static inline void look_for_blocks(struct content_sums *sums, const guint8 *bytes, guint32 sector)
{
	for (guint32 number = sector * SECTOR_BLOCKS; number < (sector + 1) * SECTOR_BLOCKS; number++) {
		const guint8 *block = bytes + (gsize)number * BLOCK;
		const guint64 low = word_at(block), high = word_at(block + 8);
		guint32 *slot = &sums->blocks[fold(low ^ KEY_1, high ^ KEY_2) & sums->block_mask];

		const guint8 *there = bytes + (gsize)(*slot - 1) * BLOCK;

		if (*slot && word_at(there) == low && word_at(there + 8) == high)
			sums->blocks_alike = TRUE;
		*slot = number + 1;
	}
}

static inline void look_for_sector(struct content_sums *sums, const guint8 *bytes, guint32 number, guint64 print)
{
	guint32 *slot = &sums->sectors[print & sums->sector_mask];

	if (*slot && memcmp(bytes + (gsize)(*slot - 1) * CONTENT_SECTOR, bytes + (gsize)number * CONTENT_SECTOR,
			    CONTENT_SECTOR) == 0)
		sums->sectors_alike = TRUE;
	*slot = number + 1;
}

static inline __attribute__((always_inline)) void gather_all(struct content_sums *sums, const guint8 *bytes,
							     guint32 sectors)
{
	const guint32 stride = (sectors + HISTOGRAM_SECTORS - 1) / HISTOGRAM_SECTORS;

	for (guint32 s = 0; s < sectors; s++) {
		const guint8 *sector = bytes + (gsize)s * CONTENT_SECTOR;
		guint64 print = fingerprint(sector);

		sums->hash = chain(sums->hash, print);
		count_bits(sums, sector);
		if (s)
			compare_neighbours(sums, sector);
		add_columns(sums, sector, bytes);
		look_for_blocks(sums, bytes, s);
		look_for_sector(sums, bytes, s, print);
		if (s % stride == 0)
			count_bytes(sums, sector);
		if (s % SETTLE_SECTORS == SETTLE_SECTORS - 1)
			settle_columns(sums);
	}
	settle_columns(sums);
	for (guint i = 0; i < 256; i++)
		sums->histogram[i] = sums->part[0][i] + sums->part[1][i] + sums->part[2][i] + sums->part[3][i];
}

void content_gather_plain(struct content_sums *sums, const guint8 *bytes, guint32 sectors)
{
	gather_all(sums, bytes, sectors);
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static void gather_popcnt(struct content_sums *sums, const guint8 *bytes,
							    guint32 sectors)
{
	gather_all(sums, bytes, sectors);
}

content_gather content_gatherer(void)
{
	return __builtin_cpu_supports("popcnt") ? gather_popcnt : content_gather_plain;
}
#else
content_gather content_gatherer(void)
{
	return content_gather_plain;
}
#endif

static guint32 mask_for(guint32 places, guint32 slots)
{
	guint32 mask = slots - 1;

	while (mask / 2 >= places)
		mask /= 2;
	return mask;
}

void content_sums_prepare(struct content_sums *sums, guint32 sectors)
{
	memset(sums, 0, G_STRUCT_OFFSET(struct content_sums, blocks));
	sums->hash = (guint64)sectors * CONTENT_SECTOR;
	sums->block_mask = mask_for(MIN(sectors, BLOCK_SLOTS) * SECTOR_BLOCKS, BLOCK_SLOTS);
	sums->sector_mask = mask_for(sectors, SECTOR_SLOTS);
	memset(sums->blocks, 0, (sums->block_mask + 1) * sizeof *sums->blocks);
	memset(sums->sectors, 0, (sums->sector_mask + 1) * sizeof *sums->sectors);
}
