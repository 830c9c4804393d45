/* SPDX-License-Identifier: Apache-2.0 */
/* What content.c judges by: counts over whole sectors, gathered in one pass. */
#pragma once
#include "content.h"
#include <string.h>

#define WORDS (CONTENT_SECTOR / 8)
#define SECTOR_BITS (CONTENT_SECTOR * 8)
#define BLOCK 16u
#define SECTOR_BLOCKS (CONTENT_SECTOR / BLOCK)
#define BLOCK_SLOTS 4096u  /* remembered 16-byte blocks: later ones take the place of earlier ones */
#define SECTOR_SLOTS 2048u /* remembered sectors, the same */

struct content_sums {
	guint64 ones, lag1, lag8, neighbours; /* set bits */
	guint32 ones_off, lag8_off, pair_off; /* a sector's largest distance from the mean */
	gboolean blocks_alike, sectors_alike;
	guint64 hash;
	guint32 column[CONTENT_SECTOR];
	/* Of the sectors that are not in `column` yet: bytes 0, 2, 4, 6 of each word and the others, 16 bits each. */
	guint64 even[WORDS], odd[WORDS];
	guint64 differs[WORDS]; /* from the first sector */
	guint32 part[4][256], histogram[256];
	guint32 counted; /* bytes in it */
	/* Only as far as the masks reach. */
	guint32 block_mask, sector_mask;
	guint32 blocks[BLOCK_SLOTS];
	guint32 sectors[SECTOR_SLOTS];
};

static inline guint64 word_at(const guint8 *bytes)
{
	guint64 word;

	memcpy(&word, bytes, sizeof word);
	return GUINT64_FROM_LE(word);
}

/** For `sectors` of content. */
void content_sums_prepare(struct content_sums *sums, guint32 sectors);
typedef void (*content_gather)(struct content_sums *sums, const guint8 *bytes, guint32 sectors);
/** The best one for this processor, and the one for every processor. */
content_gather content_gatherer(void);
void content_gather_plain(struct content_sums *sums, const guint8 *bytes, guint32 sectors);
