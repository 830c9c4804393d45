/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main power as its instrument reads it back, against its line as the logic analyzer sees it. Where they contradict
 * each other a relay, a sense input or a supply is not to be trusted, nor whatever is judged by it: an error of the
 * rig.
 */
#include "slot_internal.h"

#define SETTLE_NS (50 * NS_PER_MS) /* contacts bounce, capacitors empty */

static gboolean line_level(const struct slot *slot)
{
	return slot->levels >> LINE_MAIN_POWER & 1;
}

void slot_power_read(struct slot *slot, gint64 at_ns, gboolean on)
{
	slot->reading.pending = slot->capture && slot->wired >> LINE_MAIN_POWER & 1;
	slot->reading.on = on;
	slot->reading.at_ns = at_ns;
}

void slot_power_edge(struct slot *slot, gint64 at_ns)
{
	slot->power_edge_ns = at_ns;
}

/* How far the lines are known, and how well. */
static gint64 reached(const struct slot *slot, gint64 *error_ns)
{
	gint64 origin_ns;

	*error_ns = 0;
	if (!slot->samples)
		return slot_now(slot);
	const struct instrument *logic = &slot->instruments[ROLE_LOGIC];
	logic->driver->ops.logic->when(logic->self, &origin_ns, error_ns);
	return slot->reached_ns;
}

gboolean slot_power_check(struct slot *slot, gboolean is_last, GError **error)
{
	gint64 error_ns;

	if (!slot->reading.pending || !slot->capture)
		return TRUE;
	const gint64 reached_ns = reached(slot, &error_ns), at_ns = slot->reading.at_ns;
	if (reached_ns < at_ns + error_ns + (is_last ? 0 : SETTLE_NS))
		return TRUE;
	slot->reading.pending = FALSE;
	/* It may have gone since. */
	if (line_level(slot) == slot->reading.on || slot->power_edge_ns >= at_ns - error_ns)
		return TRUE;
	g_autofree char *since = slot->power_edge_ns == LINE_NO_EDGE
				     ? g_strdup("from the beginning")
				     : g_strdup_printf("since %.3f s", (double)slot->power_edge_ns / NS_PER_S);
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
		    "the main power reads %s, but its line is %s %s: one of them is not to be trusted",
		    slot->reading.on ? "on" : "off", line_level(slot) ? "high" : "low", since);
	return FALSE;
}
