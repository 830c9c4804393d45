/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who stands watch over a firmware that may take the process with it: memory that the process shares with the one that
 * waits for it. Exploring is deterministic, so where one process died the next one comes by, too: if that dies there as
 * well it was the firmware, and a third one goes on without letting it run there.
 */
#pragma once
#include <glib.h>

#define EXPLORE_DEATHS_MAX 16u /* after so many nothing more is started … */
#define EXPLORE_DEATHS_ALL 32u /* … but what was found is replayed */

struct explore_death {
	guint64 resume; /**< the firmware is not let run then: it crashes … */
	char how[96];	/**< … with this text */
};

struct explore_watch {
	volatile guint64 resumes; /**< times that the firmware was let run */
	volatile guint32 inside;  /**< 1: it is running */
	guint32 met;		  /**< deaths so far */
	guint32 count;
	struct explore_death death[EXPLORE_DEATHS_ALL]; /**< in this order they are met */
};

/** The firmware is about to run. NULL, or the text of the death that it would die; then it must not. */
static inline const char *explore_watch_enter(struct explore_watch *watch)
{
	watch->resumes++;
	if (G_UNLIKELY(watch->met < watch->count && watch->death[watch->met].resume == watch->resumes))
		return watch->death[watch->met++].how;
	watch->inside = 1;
	return NULL;
}

static inline void explore_watch_leave(struct explore_watch *watch)
{
	watch->inside = 0;
}
