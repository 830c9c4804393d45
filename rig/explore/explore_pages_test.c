/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_pages.h"
#include "rig/prng.h"
#include "rig/test.h"
#include <string.h>

#define BYTES (3 * EXPLORE_PAGE + 80) /* the last page is not full */
#define UNIT 16u
#define IMAGES 5000u

struct trial {
	struct explore_pages *pages;
	struct prng prng;
	guint8 bytes[BYTES];
	struct explore_image image;
};

static void begin(struct trial *trial)
{
	*trial = (struct trial){ .pages = explore_pages_new(BYTES) };
	prng_seed(&trial->prng, 3, 0);
	trial->image = explore_pages_store(trial->pages, trial->bytes);
}

/* Some units change, often back to what they were. */
static void change(struct trial *trial)
{
	for (guint n = (guint)(prng_next(&trial->prng) % 12) + 1; n--;) {
		const gsize at = prng_next(&trial->prng) % (BYTES / UNIT) * UNIT;

		trial->bytes[at + prng_next(&trial->prng) % UNIT] = (guint8)(prng_next(&trial->prng) % 3);
		explore_pages_update(trial->pages, &trial->image, trial->bytes, at);
	}
}

static gboolean is_alike(const struct explore_image *a, const struct explore_image *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static void keeps_images(void)
{
	g_autofree guint8 *all = g_malloc((gsize)IMAGES * BYTES);
	g_autofree struct explore_image *images = g_new(struct explore_image, IMAGES);
	guint8 loaded[BYTES];
	struct trial trial;

	begin(&trial);
	for (guint i = 0; i < IMAGES; i++) {
		change(&trial);
		memcpy(all + (gsize)i * BYTES, trial.bytes, BYTES);
		images[i] = trial.image;
	}
	for (guint i = 0; i < IMAGES; i++) {
		const struct explore_image again = explore_pages_store(trial.pages, all + (gsize)i * BYTES);

		explore_pages_load(trial.pages, &images[i], loaded);
		CU_ASSERT_EQUAL(memcmp(loaded, all + (gsize)i * BYTES, BYTES), 0);
		/* Images are alike if and only if their bytes are. */
		CU_ASSERT_TRUE(is_alike(&again, &images[i]));
		if (i)
			CU_ASSERT_EQUAL(is_alike(&images[i - 1], &images[i]),
					memcmp(all + (gsize)(i - 1) * BYTES, all + (gsize)i * BYTES, BYTES) == 0);
	}
	explore_pages_free(trial.pages);
}

static void masks(void)
{
	guint8 hidden[BYTES] = { 0 }, loaded[BYTES];
	struct trial trial;

	for (guint i = 0; i < BYTES; i += 7)
		hidden[i] = 1;
	begin(&trial);
	for (guint i = 0; i < IMAGES / 10; i++) {
		change(&trial);
		const struct explore_image masked = explore_pages_mask(trial.pages, &trial.image, hidden);
		explore_pages_load(trial.pages, &masked, loaded);
		for (guint k = 0; k < BYTES; k++)
			CU_ASSERT_EQUAL(loaded[k], hidden[k] ? 0 : trial.bytes[k]);
	}
	explore_pages_free(trial.pages);
}

TEST_SUITE(explore_pages, { "keeps images", keeps_images }, { "masks", masks })
