/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_pages.h"
#include "rig/hash128.h"

#define CHUNK 4096u /* pages that are allocated together */

struct explore_pages {
	gsize bytes;
	guint count;	     /* pages of an image */
	GPtrArray *chunks;   /* of CHUNK pages each */
	guint used;	     /* pages so far */
	GHashTable *numbers; /* page -> its number + 1 */
	GArray
	    *masked[EXPLORE_PAGES]; /* of guint32, by page's number: what it is when it is masked, + 1; 0: not known */
};

static guint page_hash(gconstpointer key)
{
	struct hash128 hash;
	guint64 value[2];

	hash128_init(&hash, 0);
	hash128_bytes(&hash, key, EXPLORE_PAGE);
	hash128_end(&hash, value);
	return (guint)value[0];
}

static gboolean page_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, EXPLORE_PAGE) == 0;
}

struct explore_pages *explore_pages_new(gsize bytes)
{
	struct explore_pages *pages = g_new0(struct explore_pages, 1);

	pages->bytes = bytes;
	pages->count = (guint)((bytes + EXPLORE_PAGE - 1) / EXPLORE_PAGE);
	g_assert(pages->count <= EXPLORE_PAGES);
	pages->chunks = g_ptr_array_new_with_free_func(g_free);
	pages->numbers = g_hash_table_new(page_hash, page_equal);
	return pages;
}

void explore_pages_free(struct explore_pages *pages)
{
	if (!pages)
		return;
	for (guint i = 0; i < EXPLORE_PAGES; i++)
		g_clear_pointer(&pages->masked[i], g_array_unref);
	g_hash_table_unref(pages->numbers);
	g_ptr_array_unref(pages->chunks);
	g_free(pages);
}

static guint8 *page_at(const struct explore_pages *pages, guint number)
{
	return (guint8 *)g_ptr_array_index(pages->chunks, number / CHUNK) + (gsize)(number % CHUNK) * EXPLORE_PAGE;
}

static guint32 store_page(struct explore_pages *pages, const guint8 *bytes)
{
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(pages->numbers, bytes));

	if (number)
		return number - 1;
	if (pages->used % CHUNK == 0)
		g_ptr_array_add(pages->chunks, g_malloc((gsize)CHUNK * EXPLORE_PAGE));
	number = pages->used++;
	memcpy(page_at(pages, number), bytes, EXPLORE_PAGE);
	g_hash_table_insert(pages->numbers, page_at(pages, number), GUINT_TO_POINTER(number + 1));
	return number;
}

struct explore_image explore_pages_store(struct explore_pages *pages, const guint8 *bytes)
{
	struct explore_image image = { { 0 } };

	for (guint i = 0; i < pages->count; i++)
		explore_pages_update(pages, &image, bytes, (gsize)i * EXPLORE_PAGE);
	return image;
}

void explore_pages_update(struct explore_pages *pages, struct explore_image *image, const guint8 *bytes, gsize at)
{
	const gsize number = at / EXPLORE_PAGE, from = number * EXPLORE_PAGE, left = pages->bytes - from;
	guint8 last[EXPLORE_PAGE] = { 0 };

	image->page[number] = store_page(pages, left < EXPLORE_PAGE ? memcpy(last, bytes + from, left) : bytes + from);
}

static guint32 mask_page(struct explore_pages *pages, guint32 page, const guint8 *hidden, gsize count)
{
	guint8 masked[EXPLORE_PAGE];

	memcpy(masked, page_at(pages, page), sizeof masked);
	for (gsize i = 0; i < count; i++)
		if (hidden[i])
			masked[i] = 0;
	return store_page(pages, masked);
}

struct explore_image explore_pages_mask(struct explore_pages *pages, const struct explore_image *image,
					const guint8 *hidden)
{
	struct explore_image masked = { { 0 } };

	for (guint i = 0; i < pages->count; i++) {
		const gsize from = (gsize)i * EXPLORE_PAGE;
		const guint32 page = image->page[i];

		if (!pages->masked[i])
			pages->masked[i] = g_array_new(FALSE, TRUE, sizeof(guint32));
		if (pages->masked[i]->len <= page)
			g_array_set_size(pages->masked[i], page + 1);
		guint32 *known = &g_array_index(pages->masked[i], guint32, page);
		if (!*known)
			*known = mask_page(pages, page, hidden + from, MIN(EXPLORE_PAGE, pages->bytes - from)) + 1;
		masked.page[i] = *known - 1;
	}
	return masked;
}

void explore_pages_load(const struct explore_pages *pages, const struct explore_image *image, guint8 *bytes)
{
	for (guint i = 0; i < pages->count; i++) {
		gsize at = (gsize)i * EXPLORE_PAGE;

		memcpy(bytes + at, page_at(pages, image->page[i]), MIN(EXPLORE_PAGE, pages->bytes - at));
	}
}
