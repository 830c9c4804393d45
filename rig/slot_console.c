/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the unit's console, and owning up to when it was not read: what came late because of the rig must not be held
 * against the unit (EVENT_CONSOLE_GAP). On a virtual clock nothing waits for the rig.
 */
#include "rig/monitors/unit_watch.h"
#include "slot_internal.h"

#define UNREAD_NS (CONSOLE_LATE_NS / 2) /* that long it may be unread without a word */
#define LAST_READS 4 /* bring what an FT2232H holds, 4 KiB at most; a unit that never falls silent has no last word */

static gboolean is_virtual(const struct slot *slot)
{
	return slot->instruments[ROLE_CLOCK].driver->ops.clock->is_virtual;
}

static void record_gap(struct slot *slot, gboolean open)
{
	slot->console_gap = open;
	slot_record_json(slot, EVENT_CONSOLE_GAP,
			 json_pack("{s:b, s:I}", "open", open, "from_ns", (json_int_t)slot->console_heard_ns));
}

void slot_console_begin(struct slot *slot)
{
	if (slot->instruments[ROLE_CONSOLE].driver && !is_virtual(slot))
		slot->console_heard_ns = slot_now(slot);
}

static gboolean is_behind(const struct slot *slot)
{
	return slot->console_heard_ns >= 0 && slot_now(slot) - slot->console_heard_ns > UNREAD_NS;
}

void slot_console_look(struct slot *slot)
{
	if (!slot->console_gap && is_behind(slot))
		record_gap(slot, TRUE);
}

/* All is read that waited at this time. */
static void heard(struct slot *slot, gint64 time_ns)
{
	if (slot->console_heard_ns < 0)
		return;
	if (slot->console_gap)
		record_gap(slot, FALSE);
	slot->console_heard_ns = time_ns;
}

gboolean slot_console_drain(struct slot *slot, GError **error)
{
	const struct instrument *console = &slot->instruments[ROLE_CONSOLE];
	const gint64 asked_ns = slot_now(slot);
	guint8 buffer[4096];
	gssize got;

	if (!console->driver || slot->console_read_ns == asked_ns)
		return TRUE;
	while ((got = console->driver->ops.console->read(console->self, buffer, sizeof buffer, error)) > 0) {
		slot_record(slot, EVENT_CONSOLE_RX, buffer, (gsize)got);
		g_string_append_len(slot->console, (char *)buffer, got);
		if (!is_virtual(slot))
			break;
	}
	if (got < 0) {
		g_prefix_error(error, "reading the console: ");
		return FALSE;
	}
	slot->console_read_ns = slot_now(slot);
	/* A transfer is as long as what waits, up to a buffer less its status bytes. */
	if (got < (gssize)sizeof buffer / 2)
		heard(slot, asked_ns);
	return TRUE;
}

void slot_hear_console(struct slot *slot)
{
	gboolean good = TRUE;

	for (guint i = 0; good && i < LAST_READS && (slot->console_gap || is_behind(slot)); i++)
		good = slot_console_drain(slot, NULL);
}
