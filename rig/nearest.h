/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the known name nearest to a mistyped one. */
#pragma once
#include <glib.h>

struct nearest {
	const char *wanted; /**< what was typed */
	const char *best;   /**< the nearest candidate so far, borrowed; NULL if none is near */
	guint distance;	    /**< of best */
};

/** How many characters must be inserted, removed, replaced or swapped with a neighbour to turn `a` into `b`.
 *  Names over 63 bytes are as far as can be: G_MAXUINT. */
guint nearest_distance(const char *a, const char *b);
/** Takes `candidate` as the best if it is near and nearer than the one before; ties go to the first in byte order,
 *  so that the order of offers does not matter. */
void nearest_offer(struct nearest *nearest, const char *candidate);
/** The candidate nearest to `wanted` of a NULL-terminated list, or NULL. */
const char *nearest_of(const char *wanted, const char *const *candidates);
