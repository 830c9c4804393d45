/* SPDX-License-Identifier: Apache-2.0 */
/* Images of the unit's memories, many of them and nearly alike: pages that are equal are stored once, those that differ
 * from another one in a few units as that. */
#pragma once
#include <glib.h>

#define EXPLORE_PAGE 256u
#define EXPLORE_PAGES 32u

struct explore_image {
	guint32 page[EXPLORE_PAGES];
};

struct explore_pages;

/** For images of `bytes`, at most EXPLORE_PAGES pages. */
struct explore_pages *explore_pages_new(gsize bytes);
void explore_pages_free(struct explore_pages *pages);
struct explore_image explore_pages_store(struct explore_pages *pages, const guint8 *bytes);
/** Byte `at` and its neighbours within a page have changed: `image` is that of `bytes` again. */
void explore_pages_update(struct explore_pages *pages, struct explore_image *image, const guint8 *bytes, gsize at);
/** The image with zeros where `hidden`, as many bytes and always the same ones, is not 0. */
struct explore_image explore_pages_mask(struct explore_pages *pages, const struct explore_image *image,
					const guint8 *hidden);
void explore_pages_load(const struct explore_pages *pages, const struct explore_image *image, guint8 *bytes);
