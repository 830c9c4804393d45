/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paced-analyzer, a program that stands in for a logic analyzer which will not wait: a BeagleLogic over TCP on
 * 127.0.0.1 that samples in real time at the rate it is told and holds what is not fetched yet in a bounded buffer.
 * What does not fit is an overrun: it is counted and gone.
 *
 *   paced-analyzer BUFFER_MS
 *
 * It prints "port=N", serves one client after the other, and when its standard input ends, prints of the longest
 * acquisition "samples=N lost=N deepest_us=N gap_us=N": what was sampled, what of that was lost, the most time's worth
 * that was held, and the longest time that the machine did not let it run.
 */
#pragma once
#include <glib.h>

#define PACED_PERIOD (1u << 24) /**< samples: then they repeat */

/** What sample `number`, from 0, is. */
static inline guint8 paced_sample(guint64 number)
{
	/* An edge each 256 samples; a gap of any length below the period shows at once or at the next edge. */
	return (guint8)((number >> 8) + (number >> 16) * 89);
}
