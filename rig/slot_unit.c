/* SPDX-License-Identifier: Apache-2.0 */
#include "slot_config.h"

/* What each kind of unit must not suffer. */
static const struct {
	enum slot_unit unit;
	const char *effect;
	const char *why;
} refusals[] = {
	{ UNIT_GOLDEN, "consumes-licence", "a golden unit keeps its licence state" },
	{ UNIT_GOLDEN, "erases", "a golden unit keeps its data" },
	{ UNIT_GOLDEN, "irreversible", "a golden unit must stay as it is" },
	{ UNIT_PRODUCTION, "erases", "a production unit's data must not be erased by a test" },
	{ UNIT_PRODUCTION, "consumes-licence", "a production unit's licence must not be used by a test" },
	{ UNIT_PRODUCTION, "irreversible", "a production unit must stay as it is" },
};

const char *slot_unit_refuses(enum slot_unit unit, const char *effect)
{
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
		if (refusals[i].unit == unit && g_str_equal(refusals[i].effect, effect))
			return refusals[i].why;
	return NULL;
}

guint slot_config_shows(const struct slot_config *config)
{
	const guint all = OBSERVE_REQUESTS | OBSERVE_CONTENT | OBSERVE_PANEL | OBSERVE_KEY | OBSERVE_MEMORY;

	const guint wires = (config->drivers[ROLE_LOGIC] ? (guint)OBSERVE_LINES : 0) |
			    (config->drivers[ROLE_CONSOLE] ? (guint)OBSERVE_CONSOLE : 0);

	if (config->unit != UNIT_EMULATED && !config->drivers[ROLE_DISK])
		return wires;
	if (g_str_equal(config->observe, "inline"))
		return all | wires;
	if (g_str_equal(config->observe, "snapshot"))
		return wires | (all & ~(guint)OBSERVE_REQUESTS);
	return wires | (config->unit == UNIT_EMULATED ? OBSERVE_PANEL : 0);
}

gboolean slot_config_needs_emulator(const struct slot_config *config)
{
	return config->unit == UNIT_EMULATED && config->link == LINK_USB;
}
