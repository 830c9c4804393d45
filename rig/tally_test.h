/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of the tally. */
#pragma once
#include "sample.h"
#include "tally.h"
#include "test.h"

static inline struct requirement_table *table(void)
{
	struct requirement_table *loaded = requirement_table_load_default(NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(loaded);
	return loaded;
}

static inline struct tally *play(const struct sample *sample, const struct requirement_table *requirements)
{
	struct tally *tally = tally_new(requirements);

	for (guint i = 0; i < sample->events->len; i++)
		CU_ASSERT_TRUE(tally_event(tally, sample->events->pdata[i], NULL));
	tally_finish(tally);
	return tally;
}

static inline const struct tally_requirement *requirement(struct tally *tally, const char *id)
{
	const GPtrArray *all = tally_requirements(tally);

	for (guint i = 0; i < all->len; i++) {
		const struct tally_requirement *r = all->pdata[i];
		if (g_str_equal(r->id, id))
			return r;
	}
	CU_FAIL_FATAL("no such requirement");
	return NULL;
}
