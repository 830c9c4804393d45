/* SPDX-License-Identifier: Apache-2.0 */
#include "execution.h"
#include "rig/steps/steps.h"

#define FIRST_INTERVAL_NS (50 * NS_PER_MS)

void execution_judge(struct execution *execution, gboolean holds, char *expected, char *actual)
{
	g_free(execution->expected);
	g_free(execution->actual);
	execution->judged = TRUE;
	execution->holds = holds;
	execution->expected = expected;
	execution->actual = actual;
}

void execution_set(struct execution *execution, const char *name, json_t *value)
{
	json_object_set_new(execution->variables, name, value);
}

void execution_event(struct execution *execution, const struct event *event)
{
	if (event->type == EVENT_DISK)
		disk_log_take(execution->log, event->time_ns, event->data, event->length);
}

void execution_key(struct execution *execution, const guint8 *key, gsize length)
{
	g_autoptr(GBytes) seen = g_bytes_new(key, length);

	for (guint i = 0; i < execution->keys->len; i++)
		if (g_bytes_equal(g_ptr_array_index(execution->keys, i), seen))
			return;
	g_ptr_array_add(execution->keys, g_steal_pointer(&seen));
}

static guint64 unit_number(const struct execution *execution, const char *name, guint64 fallback)
{
	g_autofree char *text = slot_unit_setting(execution->slot, name);

	return text ? g_ascii_strtoull(text, NULL, 10) : fallback;
}

static gboolean unit_flag(const struct execution *execution, const char *name, const char *yes)
{
	g_autofree char *text = slot_unit_setting(execution->slot, name);

	return text && (g_str_equal(text, yes) || g_str_equal(text, "1"));
}

/* The emulated board's defaults (fixtures/board/board_config.c); a real unit's slot file says what it has. */
#define SYSTEM_LBA 4096
#define SYSTEM_SECTORS 64

struct unit_profile execution_profile(const struct execution *execution)
{
	gboolean emulated = execution->config->unit == UNIT_EMULATED;

	return (struct unit_profile){
		.system_lba = unit_number(execution, "system_lba", emulated ? SYSTEM_LBA : 0),
		.system_sectors = unit_number(execution, "system_sectors", emulated ? SYSTEM_SECTORS : 0),
		.null_encrypted = unit_flag(execution, "null_encrypted", "true"),
		.french = unit_flag(execution, "language", "fr"),
	};
}

void execution_clear(struct execution *execution)
{
	disk_log_free(execution->log);
	if (execution->keys)
		g_ptr_array_unref(execution->keys);
	json_decref(execution->uncertainties);
	json_decref(execution->variables);
	lua_host_close(execution->lua);
	g_free(execution->panel);
	g_free(execution->expected);
	g_free(execution->actual);
}

static const struct instrument *instrument(struct execution *execution, enum driver_role role, GError **error)
{
	const struct instrument *found = slot_instrument(execution->slot, role);

	if (found->driver)
		return found;
	g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "the slot has no %s instrument", driver_role_name(role));
	return NULL;
}

gboolean execution_needs(struct execution *execution, enum driver_role role, GError **error)
{
	return instrument(execution, role, error) != NULL;
}

const struct controller_ops *execution_controller(struct execution *execution, gpointer *self, GError **error)
{
	const struct instrument *controller = instrument(execution, ROLE_CONTROLLER, error);

	if (!controller)
		return NULL;
	*self = controller->self;
	return controller->driver->ops.controller;
}

const struct power_ops *execution_power(struct execution *execution, gpointer *self, GError **error)
{
	const struct instrument *power = instrument(execution, ROLE_POWER, error);

	if (!power)
		return NULL;
	*self = power->self;
	return power->driver->ops.power;
}

/* It left the bus although its power is on: by its firmware's crash, or by somebody's hand. */
static void set_gone(struct execution *execution, GError **error)
{
	const struct instrument *clock = slot_instrument(execution->slot, ROLE_CLOCK);
	const char *crash = clock->driver->ops.clock->crash(clock->self);

	if (crash)
		g_set_error(error, RIG_ERROR, RIG_ERROR_CRASH, "the firmware died: %s", crash);
	else
		g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "the controller left the bus although its power is on");
}

/* The bus tells; without one, the controller's driver may know. */
static gboolean look_for(struct execution *execution, gboolean *here, GError **error)
{
	const struct instrument *controller = slot_instrument(execution->slot, ROLE_CONTROLLER);
	gboolean has_usb = slot_instrument(execution->slot, ROLE_USB)->driver != NULL;

	if (!has_usb && controller->driver && controller->driver->ops.controller->present)
		return controller->driver->ops.controller->present(controller->self, here, error);
	const struct instrument *usb = instrument(execution, ROLE_USB, error);
	return usb && usb->driver->ops.usb->present(usb->self, here, error);
}

gboolean execution_here(struct execution *execution, gboolean *here, GError **error)
{
	if (!look_for(execution, here, error))
		return FALSE;
	if (*here)
		execution->seen = TRUE;
	else if (execution->seen) {
		set_gone(execution, error);
		return FALSE;
	}
	return TRUE;
}

gboolean execution_look(struct execution *execution, struct unit_status *status, guint *state, GError **error)
{
	gboolean here;

	*state = EXECUTION_AWAY;
	if (!execution_here(execution, &here, error) || (here && !execution_status(execution, status, error)))
		return FALSE;
	if (here)
		*state = status->unit;
	return TRUE;
}

char *execution_panel(struct execution *execution, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);
	char *text = controller ? controller->panel(self, error) : NULL;

	if (text && g_strcmp0(text, execution->panel)) {
		g_free(execution->panel);
		execution->panel = g_strdup(text);
		slot_record_json(execution->slot, EVENT_PANEL, json_pack("{s:s}", "text", text));
	}
	return text;
}

static json_t *name_or_number(const char *const *names, guint count, guint index)
{
	return index < count ? json_string(names[index]) : json_integer(index);
}

gboolean execution_status(struct execution *execution, struct unit_status *status, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);

	if (!controller || !controller->status(self, status, error))
		return FALSE;
	json_t *percent = status->erase_percent == G_MAXUINT8 ? json_null() : json_integer(status->erase_percent);
	slot_record_json(execution->slot, EVENT_STATUS,
			 json_pack("{s:o, s:o, s:o, s:i, s:I, s:I}", "unit",
				   name_or_number(unit_state_choices, UNIT_FAILED + 1, status->unit), "licence",
				   name_or_number(licence_state_choices, LICENCE_ACTIVE + 1, status->licence),
				   "percent", percent, "mode", status->erase_mode, "starts", (json_int_t)status->starts,
				   "uptime_ms", (json_int_t)status->uptime_ms));
	return TRUE;
}

static void record_call(struct execution *execution, const struct operation *operation, json_t *arguments,
			json_t *answer, const char *refused)
{
	slot_record_json(execution->slot, EVENT_CALL,
			 json_pack("{s:s, s:O, s:o, s:s?}", "operation", operation->name, "arguments", arguments,
				   "answer", answer ? json_incref(answer) : json_null(), "refused", refused));
}

json_t *execution_call(struct execution *execution, const struct operation *operation, json_t *arguments,
		       const char **refused, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);

	*refused = NULL;
	if (!controller)
		return NULL;
	if (!controller->call || (controller->can && !controller->can(self, operation->name))) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "the controller cannot be asked for %s",
			    operation->name);
		return NULL;
	}
	json_t *answer = controller->call(self, operation, arguments, error);
	if (!answer)
		return NULL;
	const char *why = json_string_value(json_object_get(answer, "refused"));
	for (guint i = PROTOCOL_OK + 1; why && operation_answers[i]; i++)
		if (g_str_equal(operation_answers[i], why))
			*refused = operation_answers[i];
	record_call(execution, operation, arguments, why ? NULL : answer, why);
	execution->unconfirmed |= !why && operation->effect && !execution->confirmed;
	if (!why)
		return answer;
	if (!*refused)
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
			    "the driver's word for a refusal of %s, \"%s\", is unknown", operation->name, why);
	json_decref(answer);
	return NULL;
}

char *execution_bench(struct execution *execution, const char *line, GError **error)
{
	const struct instrument *bench = instrument(execution, ROLE_BENCH, error);
	char *answer = bench ? bench->driver->ops.bench->act(bench->self, line, error) : NULL;

	if (answer)
		slot_record_json(execution->slot, EVENT_BENCH, json_pack("{s:s, s:s}", "line", line, "answer", answer));
	return answer;
}

gboolean execution_was_cut(struct execution *execution, GError **error)
{
	gboolean on = TRUE;
	gpointer self;
	const struct power_ops *power = execution_power(execution, &self, NULL);

	if (!power || !power->get(self, &on, NULL) || on)
		return FALSE;
	g_clear_error(error);
	if (execution->seen)
		slot_power_tell(execution->slot, FALSE);
	execution->seen = FALSE;
	return TRUE;
}

gboolean execution_settle(struct execution *execution, json_t *arguments, GError *failure, GError **error)
{
	const char *answer = argument_text(arguments, "answer", NULL);
	gboolean can = !g_error_matches(failure, RIG_ERROR, RIG_ERROR_UNSUPPORTED);

	if (can && argument_integer(arguments, "cut", 0) && execution_was_cut(execution, &failure))
		return TRUE;
	if (!answer || !g_error_matches(failure, RIG_ERROR, RIG_ERROR_REFUSED)) {
		g_propagate_error(error, failure);
		return FALSE;
	}
	execution_judge(execution, g_str_equal(answer, "refused"), g_strdup(answer), g_strdup(failure->message));
	g_error_free(failure);
	return TRUE;
}

void execution_answered(struct execution *execution, json_t *arguments)
{
	const char *answer = argument_text(arguments, "answer", NULL);

	if (answer)
		execution_judge(execution, g_str_equal(answer, "ok"), g_strdup(answer), g_strdup("ok"));
}

gboolean execution_poll(struct execution *execution, gint64 within_ns, gint64 interval_max_ns, execution_check check,
			gpointer data, gboolean *met, GError **error)
{
	gint64 deadline = slot_now(execution->slot) + within_ns;
	gint64 interval = FIRST_INTERVAL_NS;

	for (*met = FALSE;; interval = MIN(2 * interval, interval_max_ns)) {
		if (!check(execution, data, met, error))
			return FALSE;
		gint64 now = slot_now(execution->slot);
		if (*met || now >= deadline)
			return TRUE;
		if (!slot_wait(execution->slot, MIN(now + interval, deadline), NULL, NULL, NULL, error))
			return FALSE;
	}
}

const char *argument_text(json_t *arguments, const char *name, const char *fallback)
{
	json_t *value = json_object_get(arguments, name);

	return json_is_string(value) ? json_string_value(value) : fallback;
}

char *argument_value(json_t *arguments, const char *name)
{
	json_t *value = json_object_get(arguments, name);

	if (json_is_integer(value))
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	g_assert(json_is_string(value)); /* the plan was checked */
	return g_strdup(json_string_value(value));
}

gint64 argument_integer(json_t *arguments, const char *name, gint64 fallback)
{
	json_t *value = json_object_get(arguments, name);

	if (json_is_boolean(value))
		return json_is_true(value);
	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

gboolean argument_has(json_t *arguments, const char *name)
{
	return json_object_get(arguments, name) != NULL;
}

static const char *kind_of(json_t *value)
{
	return json_is_string(value) ? "a text" : json_is_integer(value) ? "a number" : "nothing";
}

gboolean arguments_fit(const struct step_spec *spec, json_t *arguments, GError **error)
{
	for (const struct step_argument *argument = spec->arguments; argument->name; argument++) {
		json_t *value = json_object_get(arguments, argument->name);
		gboolean is_text = argument->type == ARGUMENT_TEXT, is_number = argument->type == ARGUMENT_INTEGER;
		if (!value || (is_text && json_is_string(value)) || (is_number && json_is_integer(value)) ||
		    (argument->type == ARGUMENT_VARIABLE && (json_is_string(value) || json_is_integer(value))) ||
		    (!is_text && !is_number && argument->type != ARGUMENT_VARIABLE))
			continue;
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: '%s' needs %s, and its variable holds %s",
			    spec->name, argument->name,
			    is_text	? "a text"
			    : is_number ? "a number"
					: "a text or a number",
			    kind_of(value));
		return FALSE;
	}
	return TRUE;
}

guint argument_choice(json_t *arguments, const char *name, const char *const *choices)
{
	const char *text = argument_text(arguments, name, "");
	guint i = 0;

	while (choices[i] && !g_str_equal(choices[i], text))
		i++;
	g_assert(choices[i]); /* the plan was checked */
	return i;
}

char *duration_text(gint64 duration_ns)
{
	static const struct {
		const char *unit;
		gint64 ns;
	} units[] = { { "h", 3600 * NS_PER_S },
		      { "min", 60 * NS_PER_S },
		      { "s", NS_PER_S },
		      { "ms", NS_PER_MS },
		      { "us", NS_PER_US } };

	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (duration_ns && duration_ns % units[i].ns == 0)
			return g_strdup_printf("%" G_GINT64_FORMAT " %s", duration_ns / units[i].ns, units[i].unit);
	return g_strdup_printf("%.3f s", (double)duration_ns / NS_PER_S);
}
