/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs of a pool of which many are equal: each is kept once, as long as somebody has it. */
#pragma once
#include "explore_pool.h"

struct explore_shared;

/** `pool` must outlive it. */
struct explore_shared *explore_shared_new(struct explore_pool *pool);
/** What somebody still has stays in the pool. NULL is allowed. */
void explore_shared_free(struct explore_shared *shared);
/** The blob with these bytes, not to be changed. Of none: NULL. */
const struct explore_blob *explore_shared_take(struct explore_shared *shared, const GByteArray *bytes);
/** One of those who have it is done with it. NULL is allowed. */
void explore_shared_drop(struct explore_shared *shared, const struct explore_blob *blob);
/** How many different ones there are. */
guint explore_shared_count(const struct explore_shared *shared);
