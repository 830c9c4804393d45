/* SPDX-License-Identifier: Apache-2.0 */
#include "slot_internal.h"

gint64 slot_now(const struct slot *slot)
{
	const struct instrument *clock = &slot->instruments[ROLE_CLOCK];

	return clock->driver ? clock->driver->ops.clock->now(clock->self) : 0;
}

const struct instrument *slot_instrument(const struct slot *slot, enum driver_role role)
{
	return &slot->instruments[role];
}

const GString *slot_console(const struct slot *slot)
{
	return slot->console;
}

const GError *slot_spool_error(const struct slot *slot)
{
	return slot->spool_error;
}

char *slot_unit_setting(const struct slot *slot, const char *name)
{
	if (slot->setup->board)
		return g_key_file_get_string(slot->setup->board, "board", name, NULL);
	return g_key_file_get_string(slot->setup->config->file, "unit", name, NULL);
}

/* The run goes on; what needs lines is not judged. */
static void do_without(struct slot *slot, const struct driver *driver, const GError *failure)
{
	g_autofree char *text =
	    g_strdup_printf("the slot's logic analyzer (driver %s) is not there: %s", driver->name, failure->message);

	slot_record_json(slot, EVENT_NOTE, json_pack("{s:s}", "text", text));
}

static gboolean open_role(struct slot *slot, enum driver_role role, GError **error)
{
	const struct driver *driver = slot->setup->config->drivers[role];
	struct driver_env *env = &slot->env[role];

	if (!driver)
		return TRUE;
	*env = (struct driver_env){
		.slot = slot,
		.config = slot->setup->config->file,
		.group = driver_role_name(role),
		.board_class = slot->board ? slot->setup->catalogue->board : NULL,
		.board = slot->board,
		.grant_fd = slot->setup->grant_fd,
	};
	if (slot->analyzer && role == ROLE_LOGIC)
		env->stand_in = slot->setup->catalogue->analyzer->conn(slot->analyzer);
	if (slot->supply && role == ROLE_POWER)
		env->stand_in = slot->setup->catalogue->supply->conn(slot->supply);
	gpointer self = driver->open(env, error);
	if (!self && role == ROLE_LOGIC && !slot_logic_required(slot)) {
		do_without(slot, driver, *error);
		g_clear_error(error);
		return TRUE;
	}
	if (!self) {
		g_prefix_error(error, "opening the slot's %s (driver %s): ", env->group, driver->name);
		return FALSE;
	}
	slot->instruments[role] = (struct instrument){ driver, self };
	return TRUE;
}

/* The power first, since opening it turns it off: a unit must not stay on because its console cannot be opened. */
static const enum driver_role opening_order[ROLES] = { ROLE_CLOCK,	ROLE_POWER,   ROLE_USB,
						       ROLE_CONTROLLER, ROLE_CONSOLE, ROLE_LICENCE,
						       ROLE_DISK,	ROLE_BENCH,   ROLE_LOGIC };

static void close_all(struct slot *slot)
{
	for (guint i = ROLES; i-- > 0;) {
		struct instrument *instrument = &slot->instruments[opening_order[i]];
		if (instrument->driver)
			instrument->driver->close(instrument->self);
		*instrument = (struct instrument){ NULL, NULL };
	}
	if (slot->board)
		slot->setup->catalogue->board->destroy(slot->board);
	g_clear_error(&slot->spool_error);
	g_string_free(slot->console, TRUE);
	g_ptr_array_unref(slot->secrets);
	g_byte_array_unref(slot->seen);
	disk_track_free(slot->track);
	line_capture_free(slot->capture);
	slot_samples_free(slot);
	slot_supply_free(slot);
	g_free(slot->contradiction);
	g_free(slot);
}

struct slot *slot_open(const struct slot_setup *setup, GError **error)
{
	struct slot *slot = g_new0(struct slot, 1);
	gboolean good = TRUE;

	slot->setup = setup;
	slot->console = g_string_new(NULL);
	slot->console_read_ns = slot->console_heard_ns = -1;
	slot->secrets = g_ptr_array_new_with_free_func(g_free);
	slot->seen = g_byte_array_new();
	if (setup->board && setup->grant_fd < 0) {
		slot->board = setup->catalogue->board->create(setup->board, error);
		good = slot->board != NULL;
	}
	good = good && slot_samples_prepare(slot, error) && slot_supply_prepare(slot, error);
	for (guint i = 0; good && i < ROLES; i++)
		good = open_role(slot, opening_order[i], error);
	if (!good) {
		close_all(slot);
		return NULL;
	}
	slot_start_observing(slot);
	slot_console_begin(slot);
	return slot;
}

static gboolean make_safe(struct slot *slot, GError **error)
{
	const struct instrument *power = &slot->instruments[ROLE_POWER];
	const struct power_ops *ops = power->driver->ops.power;
	gboolean on = TRUE;

	/* Each is tried whatever becomes of the other. */
	gboolean released = ops->hold_switch(power->self, FALSE, error);
	gboolean off = ops->set(power->self, FALSE, released ? error : NULL);
	if (!released || !off || !slot_power_get(slot, &on, error))
		return FALSE;
	if (on)
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the main power still reads on after it was turned off");
	return !on;
}

enum slot_power slot_close(struct slot *slot, gint64 *end_ns, char **why)
{
	g_autoptr(GError) error = NULL;
	enum slot_power power = SLOT_POWER_NOT_USED;

	slot->console_heard_ns = -1;
	if (slot->instruments[ROLE_POWER].driver)
		power = make_safe(slot, &error) ? SLOT_POWER_SAFE : SLOT_POWER_UNCONFIRMED;
	gboolean agree = slot_lines_close(slot, error ? NULL : &error);
	if (!agree && power == SLOT_POWER_SAFE)
		power = SLOT_POWER_UNCONFIRMED;
	*end_ns = slot_now(slot);
	*why = error ? g_strdup(error->message) : NULL;
	close_all(slot);
	return power;
}

static gboolean may_go_on(struct slot *slot, GError **error)
{
	const struct instrument *clock = &slot->instruments[ROLE_CLOCK];
	const char *crash = clock->driver->ops.clock->crash(clock->self);

	if (slot->spool_error) {
		g_propagate_error(error, g_error_copy(slot->spool_error));
		return FALSE;
	}
	if (*slot->setup->interrupted) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "interrupted");
		return FALSE;
	}
	if (crash) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_CRASH, "the firmware died: %s", crash);
		return FALSE;
	}
	return TRUE;
}

gboolean slot_wait(struct slot *slot, gint64 deadline_ns, slot_condition condition, gpointer data, gboolean *met,
		   GError **error)
{
	const struct instrument *clock = &slot->instruments[ROLE_CLOCK];
	gboolean done = FALSE;

	for (;;) {
		if (!slot_console_drain(slot, error))
			return FALSE;
		if (condition && !condition(data, &done, error))
			return FALSE;
		if (done || slot_now(slot) >= deadline_ns)
			break;
		slot_samples_mark(slot);
		gint64 until_ns = MIN(deadline_ns, slot_samples_due(slot));
		if (!may_go_on(slot, error) || !clock->driver->ops.clock->advance(clock->self, until_ns, error) ||
		    !slot_samples_read(slot, error) || !slot_power_check(slot, FALSE, error))
			return FALSE;
	}
	if (met)
		*met = done;
	return TRUE;
}
