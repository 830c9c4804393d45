/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_pages.h"
#include "rig/hash128.h"

#define CHUNK 65536u /* units that are allocated together */
#define UNIT 16u
#define UNITS (EXPLORE_PAGE / UNIT)
#define DIFFERS_MAX 4u /* units in which a page differs from another one and is told by that */
#define SLOTS_FIRST 1024u
#define NO_PAGE G_MAXUINT32

struct page {
	guint32 hash;
	guint32 base;	 /* number of the whole page that it differs from; its own: it is whole */
	guint32 at;	 /* unit of the pool, where its units begin */
	guint16 differs; /* set of its units that are there: all, if it is whole */
	guint16 reserved;
};

G_STATIC_ASSERT(UNITS == 16);

struct explore_pages {
	gsize bytes;
	guint count;	   /* pages of an image */
	GPtrArray *chunks; /* of CHUNK units each: the pool */
	guint32 used;	   /* units so far */
	GArray *all;	   /* of struct page */
	guint32 *slots;	   /* page's number + 1, where its hash leads; 0: free */
	guint32 mask;	   /* slots - 1 */
	GArray
	    *masked[EXPLORE_PAGES]; /* of guint32, by page's number: what it is when it is masked, + 1; 0: not known */
};

static guint32 page_hash(const guint8 *bytes)
{
	struct hash128 hash;
	guint64 value[2];

	hash128_init(&hash, 0);
	hash128_bytes(&hash, bytes, EXPLORE_PAGE);
	hash128_end(&hash, value);
	return (guint32)value[0];
}

struct explore_pages *explore_pages_new(gsize bytes)
{
	struct explore_pages *pages = g_new0(struct explore_pages, 1);

	pages->bytes = bytes;
	pages->count = (guint)((bytes + EXPLORE_PAGE - 1) / EXPLORE_PAGE);
	g_assert(pages->count <= EXPLORE_PAGES);
	pages->chunks = g_ptr_array_new_with_free_func(g_free);
	pages->all = g_array_new(FALSE, FALSE, sizeof(struct page));
	pages->slots = g_new0(guint32, SLOTS_FIRST);
	pages->mask = SLOTS_FIRST - 1;
	return pages;
}

void explore_pages_free(struct explore_pages *pages)
{
	if (!pages)
		return;
	for (guint i = 0; i < EXPLORE_PAGES; i++)
		g_clear_pointer(&pages->masked[i], g_array_unref);
	g_array_unref(pages->all);
	g_free(pages->slots);
	g_ptr_array_unref(pages->chunks);
	g_free(pages);
}

static guint8 *unit_at(const struct explore_pages *pages, guint32 unit)
{
	return (guint8 *)g_ptr_array_index(pages->chunks, unit / CHUNK) + (gsize)(unit % CHUNK) * UNIT;
}

static struct page *page_at(const struct explore_pages *pages, guint32 number)
{
	return &g_array_index(pages->all, struct page, number);
}

/* EXPLORE_PAGE bytes. */
static void load_page(const struct explore_pages *pages, guint32 number, guint8 *bytes)
{
	const struct page *page = page_at(pages, number), *base = page_at(pages, page->base);
	guint32 at = page->at;

	/* The units of a page lie in one chunk, see take_units(). */
	memcpy(bytes, unit_at(pages, base->at), EXPLORE_PAGE);
	for (guint differs = page == base ? 0 : page->differs; differs; differs &= differs - 1)
		memcpy(bytes + (gsize)__builtin_ctz(differs) * UNIT, unit_at(pages, at++), UNIT);
}

static gboolean page_equal(const struct explore_pages *pages, guint32 number, const guint8 *bytes)
{
	guint8 there[EXPLORE_PAGE];

	load_page(pages, number, there);
	return memcmp(there, bytes, EXPLORE_PAGE) == 0;
}

static void place(struct explore_pages *pages, guint32 number)
{
	guint32 at = page_at(pages, number)->hash & pages->mask;

	while (pages->slots[at])
		at = (at + 1) & pages->mask;
	pages->slots[at] = number + 1;
}

static void place_all(struct explore_pages *pages)
{
	pages->mask = 2 * pages->mask + 1;
	g_free(pages->slots);
	pages->slots = g_new0(guint32, (gsize)pages->mask + 1);
	for (guint32 i = 0; i < pages->all->len; i++)
		place(pages, i);
}

static guint32 find_page(const struct explore_pages *pages, guint32 hash, const guint8 *bytes)
{
	for (guint32 at = hash & pages->mask; pages->slots[at]; at = (at + 1) & pages->mask) {
		guint32 number = pages->slots[at] - 1;

		if (page_at(pages, number)->hash == hash && page_equal(pages, number, bytes))
			return number;
	}
	return NO_PAGE;
}

/* Room for so many units, in one chunk. */
static guint32 take_units(struct explore_pages *pages, guint count)
{
	const guint32 left = pages->chunks->len * CHUNK - pages->used;

	if (left < count) {
		pages->used += left;
		g_ptr_array_add(pages->chunks, g_malloc((gsize)CHUNK * UNIT));
	}
	pages->used += count;
	return pages->used - count;
}

/* Set of the units in which these bytes are not as that whole page has them. */
static guint differing(const struct explore_pages *pages, guint32 base, const guint8 *bytes)
{
	const guint8 *there = unit_at(pages, page_at(pages, base)->at);
	guint differs = 0;

	for (guint i = 0; i < UNITS; i++)
		if (memcmp(there + (gsize)i * UNIT, bytes + (gsize)i * UNIT, UNIT) != 0)
			differs |= 1u << i;
	return differs;
}

/* `former`: one that is likely to be nearly alike, or NO_PAGE. */
static guint32 store_page(struct explore_pages *pages, const guint8 *bytes, guint32 former)
{
	struct page page = { .hash = page_hash(bytes), .differs = G_MAXUINT16 };
	guint32 number = find_page(pages, page.hash, bytes);

	if (number != NO_PAGE)
		return number;
	number = page.base = pages->all->len;
	if (former != NO_PAGE) {
		const guint32 base = page_at(pages, former)->base;
		const guint differs = differing(pages, base, bytes);

		if ((guint)__builtin_popcount(differs) <= DIFFERS_MAX) {
			page.base = base;
			page.differs = (guint16)differs;
		}
	}
	page.at = take_units(pages, (guint)__builtin_popcount(page.differs));
	guint32 at = page.at;
	for (guint differs = page.differs; differs; differs &= differs - 1)
		memcpy(unit_at(pages, at++), bytes + (gsize)__builtin_ctz(differs) * UNIT, UNIT);
	g_array_append_val(pages->all, page);
	if (pages->all->len > pages->mask / 4 * 3)
		place_all(pages);
	else
		place(pages, number);
	return number;
}

struct explore_image explore_pages_store(struct explore_pages *pages, const guint8 *bytes)
{
	struct explore_image image;

	memset(&image, 0, sizeof image);
	for (guint i = 0; i < pages->count; i++)
		image.page[i] = NO_PAGE;
	for (guint i = 0; i < pages->count; i++)
		explore_pages_update(pages, &image, bytes, (gsize)i * EXPLORE_PAGE);
	return image;
}

void explore_pages_update(struct explore_pages *pages, struct explore_image *image, const guint8 *bytes, gsize at)
{
	const gsize number = at / EXPLORE_PAGE, from = number * EXPLORE_PAGE, left = pages->bytes - from;
	guint8 last[EXPLORE_PAGE] = { 0 };

	image->page[number] = store_page(pages, left < EXPLORE_PAGE ? memcpy(last, bytes + from, left) : bytes + from,
					 image->page[number]);
}

static guint32 mask_page(struct explore_pages *pages, guint32 page, const guint8 *hidden, gsize count)
{
	guint8 masked[EXPLORE_PAGE];

	load_page(pages, page, masked);
	for (gsize i = 0; i < count; i++)
		if (hidden[i])
			masked[i] = 0;
	return store_page(pages, masked, NO_PAGE);
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
	guint8 last[EXPLORE_PAGE] = { 0 };

	for (guint i = 0; i < pages->count; i++) {
		const gsize at = (gsize)i * EXPLORE_PAGE, left = pages->bytes - at;

		load_page(pages, image->page[i], left < EXPLORE_PAGE ? last : bytes + at);
		if (left < EXPLORE_PAGE)
			memcpy(bytes + at, last, left);
	}
}
