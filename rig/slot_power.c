/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main power as its instrument reads it back, against its line as the logic analyzer sees it. Where they contradict
 * each other a relay, a sense input or a supply is not to be trusted, nor whatever is judged by it: an error of the
 * rig.
 */
#include "grant.h"
#include "slot_internal.h"
#include <string.h>

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
	/* A reading that was not true before is believed only as far as the line agrees. */
	const gboolean doubtful = is_last && slot->contradiction;
	if (!doubtful && reached_ns < at_ns + error_ns + (is_last ? 0 : SETTLE_NS))
		return TRUE;
	slot->reading.pending = FALSE;
	/* It may have gone since. */
	if (line_level(slot) == slot->reading.on || slot->power_edge_ns >= at_ns - error_ns)
		return TRUE;
	g_autofree char *since = slot->power_edge_ns == LINE_NO_EDGE
				     ? g_strdup("from the beginning")
				     : g_strdup_printf("since %.3f s", (double)slot->power_edge_ns / NS_PER_S);
	g_autofree char *text =
	    g_strdup_printf("the main power reads %s, but its line is %s %s: one of them is not to be trusted",
			    slot->reading.on ? "on" : "off", line_level(slot) ? "high" : "low", since);
	g_set_error_literal(error, RIG_ERROR, RIG_ERROR_RIG, text);
	if (!slot->contradiction)
		slot->contradiction = g_steal_pointer(&text);
	return FALSE;
}

gboolean slot_power_settle(struct slot *slot, GError **error)
{
	if (slot->reading.pending && slot->samples && !slot_hear_analyzer(slot, error))
		return FALSE;
	return slot_power_check(slot, FALSE, error);
}

const char *slot_power_contradiction(struct slot *slot)
{
	g_autoptr(GError) last = NULL;
	gboolean agree = slot_power_check(slot, TRUE, &last);

	(void)agree; /* it is kept */
	return slot->contradiction;
}

void slot_power_tell(struct slot *slot, gboolean on)
{
	const struct instrument *power = &slot->instruments[ROLE_POWER];
	const struct power_ops *ops = power->driver->ops.power;
	json_t *event = json_pack("{s:b}", "main", on);
	gint64 mv, ma;

	if (ops->measured) {
		ops->measured(power->self, &mv, &ma);
		json_object_set_new(event, "mv", json_integer(mv));
		json_object_set_new(event, "ma", json_integer(ma));
	}
	slot_record_json(slot, EVENT_POWER, event);
}

gboolean slot_power_get(struct slot *slot, gboolean *on, GError **error)
{
	const struct instrument *power = &slot->instruments[ROLE_POWER];

	if (!power->driver->ops.power->get(power->self, on, error))
		return FALSE;
	slot_power_tell(slot, *on);
	return TRUE;
}

/* --- what stands in for a supply --- */

static const struct supply_class *stand_in(const struct slot *slot)
{
	return slot->setup->catalogue->supply;
}

gboolean slot_supply_prepare(struct slot *slot, GError **error)
{
	const struct slot_config *config = slot->setup->config;
	const struct driver *power = config->drivers[ROLE_POWER];

	if (config->unit != UNIT_EMULATED || !power || !power->by_conn)
		return TRUE;
	slot->supply = stand_in(slot)->create(config->file, error);
	return slot->supply != NULL;
}

void slot_supply_free(struct slot *slot)
{
	if (slot->supply)
		stand_in(slot)->destroy(slot->supply);
}

static GBytes *bench(struct slot *slot, const char *line, GError **error)
{
	if (slot->board)
		return slot->setup->catalogue->board->bench(slot->board, line, error);
	return grant_bench(slot->setup->grant_fd, line, error);
}

gboolean slot_feed(struct slot *slot, gboolean was_told, GError **error)
{
	if (!slot->supply)
		return TRUE;
	g_autoptr(GBytes) mains = bench(slot, "mains", error), answer = NULL;
	if (!mains)
		return FALSE;
	const gboolean failed = memcmp(g_bytes_get_data(mains, NULL), "failed", MIN(g_bytes_get_size(mains), 6)) == 0;
	if (failed && slot->fed)
		stand_in(slot)->cut(slot->supply);
	slot->fed = was_told || !failed ? stand_in(slot)->gives(slot->supply) : FALSE;
	/* The unit stays off for as long as nobody turns anything. */
	if (failed && !was_told)
		return TRUE;
	answer = bench(slot, slot->fed ? "power.feed on=1" : "power.feed on=0", error);
	return answer != NULL;
}
