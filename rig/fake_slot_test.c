/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_slot.h"
#include "fake_disk.h"
#include "test.h"
#include <glib/gstdio.h>
#include <string.h>

struct fake_slot fake_slot;

static gpointer fake_open(const struct driver_env *env, GError **error)
{
	fake_slot.power_opened += g_str_equal(env->group, "power");
	if (g_strcmp0(env->group, fake_slot.broken_role))
		return &fake_slot;
	g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "it is not there");
	return NULL;
}

static void fake_close(gpointer self)
{
	(void)self;
}

static gint64 clock_now(gpointer self)
{
	(void)self;
	return fake_slot.now_ns;
}

static gboolean clock_advance(gpointer self, gint64 deadline_ns, GError **error)
{
	(void)self;
	(void)error;
	fake_slot.now_ns = MIN(deadline_ns, fake_slot.now_ns + NS_PER_MS);
	if (fake_slot.cut_ns && fake_slot.now_ns >= fake_slot.cut_ns)
		fake_slot.main_on = fake_slot.present = FALSE;
	return TRUE;
}

static const char *clock_crash(gpointer self)
{
	(void)self;
	return NULL;
}

static void clock_observe(gpointer self, const struct observer *observer)
{
	(void)self;
	fake_disk.observer = *observer;
}

static gboolean usb_present(gpointer self, gboolean *present, GError **error)
{
	(void)self;
	(void)error;
	*present = fake_slot.present;
	return TRUE;
}

static gssize console_read(gpointer self, guint8 *buffer, gsize capacity, GError **error)
{
	gsize length = fake_slot.console_reads ? strlen(fake_slot.console) : 0;

	(void)self;
	(void)error;
	fake_slot.now_ns += fake_slot.console_takes_ns;
	fake_slot.console_reads -= length > 0;
	for (gsize i = 0; length && i < capacity; i++)
		buffer[i] = (guint8)fake_slot.console[i % length];
	return length ? (gssize)capacity : 0;
}

static gboolean power_set(gpointer self, gboolean on, GError **error)
{
	(void)self;
	(void)error;
	fake_slot.main_on = on;
	return TRUE;
}

static gboolean power_get(gpointer self, gboolean *on, GError **error)
{
	(void)self;
	(void)error;
	*on = fake_slot.main_on;
	return TRUE;
}

static gboolean power_hold(gpointer self, gboolean held, GError **error)
{
	(void)self;
	(void)error;
	fake_slot.held = held;
	return TRUE;
}

static gboolean power_held(gpointer self, gboolean *held, GError **error)
{
	(void)self;
	(void)error;
	*held = fake_slot.held;
	return TRUE;
}

static gboolean controller_status(gpointer self, struct unit_status *status, GError **error)
{
	gint64 percent = fake_slot.percent_ns ? fake_slot.now_ns / fake_slot.percent_ns : 100;

	(void)self;
	(void)error;
	*status = fake_slot.status;
	if (fake_slot.activates_ns && fake_slot.now_ns >= fake_slot.activates_ns)
		status->licence = LICENCE_ACTIVE;
	if (fake_slot.percent_ns) {
		status->unit = percent < 100 ? UNIT_ERASING : UNIT_READY;
		status->erase_percent = percent < 100 ? (guint8)percent : 0xff;
	}
	return TRUE;
}

static char *controller_panel(gpointer self, GError **error)
{
	(void)self;
	(void)error;
	return g_strdup("Ready");
}

static gboolean controller_press(gpointer self, enum protocol_key key, guint hold_ms, GError **error)
{
	(void)self;
	(void)key;
	(void)error;
	fake_slot.hold_ms = hold_ms;
	return TRUE;
}

static gboolean controller_enter(gpointer self, const char *text, enum protocol_outcome *outcome, gint64 *answer_ns,
				 GError **error)
{
	(void)self;
	g_strlcpy(fake_slot.typed, text, sizeof fake_slot.typed);
	*answer_ns = NS_PER_MS;
	*outcome = fake_slot.answer;
	if (!fake_slot.mute_after || fake_slot.registrations++ < fake_slot.mute_after)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_TIMEOUT, "no answer");
	return FALSE;
}

static gboolean controller_level(gpointer self, guint level, GError **error)
{
	(void)self;
	(void)error;
	fake_slot.level = level;
	return TRUE;
}

static gboolean controller_get(gpointer self, enum protocol_item item, guint32 *value, GError **error)
{
	(void)self;
	(void)item;
	(void)error;
	*value = fake_slot.value;
	return TRUE;
}

static gboolean controller_set(gpointer self, enum protocol_item item, guint32 value, GError **error)
{
	(void)self;
	(void)item;
	(void)error;
	fake_slot.value = value;
	return TRUE;
}

static json_t *controller_call(gpointer self, const struct operation *operation, json_t *arguments, GError **error)
{
	(void)self;
	(void)arguments;
	fake_slot.called = operation->name;
	if (fake_slot.on_call)
		fake_slot.on_call(operation->name);
	if (fake_slot.cut_ns) {
		fake_slot.now_ns = fake_slot.cut_ns;
		fake_slot.main_on = FALSE;
		g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "the controller is not on the bus");
		return NULL;
	}
	return fake_slot.refused ? json_pack("{s:s}", "refused", fake_slot.refused)
				 : json_incref(fake_slot.answer_json);
}

static char *bench_act(gpointer self, const char *line, GError **error)
{
	(void)self;
	char *of_disk = fake_slot.has_disk ? fake_disk_bench(line) : NULL;

	if (of_disk)
		return of_disk;
	g_strlcpy(fake_slot.bench_line, line, sizeof fake_slot.bench_line);
	if (!fake_slot.bench_answer)
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "nobody is there");
	return g_strdup(fake_slot.bench_answer);
}

static char *licence_issue(gpointer self, const char *option, const char *access, const char *serial, GError **error)
{
	(void)self;
	(void)option;
	(void)access;
	(void)serial;
	(void)error;
	return g_strdup(fake_slot.key);
}

static struct clock_ops clock_ops = { FALSE, clock_now, clock_advance, clock_crash, clock_observe };
static const struct usb_ops usb_ops = { .present = usb_present };
static const struct console_ops console_ops = { .read = console_read };
static const struct power_ops power_ops = { power_set, power_get, power_hold, power_held };
static const struct controller_ops controller_ops = { .status = controller_status,
						      .panel = controller_panel,
						      .press = controller_press,
						      .enter_licence = controller_enter,
						      .service_enter = controller_level,
						      .service_get = controller_get,
						      .service_set = controller_set,
						      .call = controller_call };
static const struct bench_ops bench_ops = { bench_act };
static struct licence_ops licence_ops = { licence_issue, TRUE };

static const struct driver drivers[ROLES] = {
	[ROLE_CLOCK] = { "fake", ROLE_CLOCK, "", NULL, fake_open, fake_close, NULL, .ops.clock = &clock_ops },
	[ROLE_USB] = { "fake", ROLE_USB, "", NULL, fake_open, fake_close, NULL, .ops.usb = &usb_ops },
	[ROLE_CONTROLLER] = { "fake", ROLE_CONTROLLER, "", NULL, fake_open, fake_close, NULL,
			      .ops.controller = &controller_ops },
	[ROLE_CONSOLE] = { "fake", ROLE_CONSOLE, "", NULL, fake_open, fake_close, NULL, .ops.console = &console_ops },
	[ROLE_POWER] = { "fake", ROLE_POWER, "", NULL, fake_open, fake_close, NULL, .ops.power = &power_ops },
	[ROLE_LICENCE] = { "fake", ROLE_LICENCE, "", NULL, fake_open, fake_close, NULL, .ops.licence = &licence_ops },
	[ROLE_BENCH] = { "fake", ROLE_BENCH, "", NULL, fake_open, fake_close, NULL, .ops.bench = &bench_ops },
};

void fake_slot_reset(void)
{
	json_decref(fake_slot.answer_json);
	fake_slot = (struct fake_slot){ .present = TRUE,
					.main_on = TRUE,
					.status.unit = UNIT_READY,
					.answer_json = json_object(),
					.key = "123456789012345678901234" };
}

struct slot_config *fake_slot_config(void)
{
	struct slot_config *config = g_new0(struct slot_config, 1);

	config->file = g_key_file_new();
	g_key_file_set_string(config->file, "unit", "serial", "ABC01234");
	config->name = g_strdup("fake");
	config->unit = UNIT_SACRIFICIAL;
	config->link = LINK_USB;
	config->observe = g_strdup("none");
	for (guint role = 0; role < ROLES; role++)
		config->drivers[role] = drivers[role].name ? &drivers[role] : NULL;
	if (fake_slot.no_bench)
		config->drivers[ROLE_BENCH] = NULL;
	if (fake_slot.has_disk) {
		config->drivers[ROLE_DISK] = &fake_disk_driver;
		g_free(config->observe);
		config->observe = g_strdup("inline");
	}
	return config;
}

static json_t *case_of(const char *steps)
{
	g_autofree char *text = g_strdelimit(g_strdup(steps), "'", '"');
	json_t *list = json_loads(text, 0, NULL), *step;
	size_t i;

	json_array_foreach(list, i, step) json_object_set_new(step, "line", json_integer(1));
	CU_ASSERT_PTR_NOT_NULL_FATAL(list);
	return json_pack("{s:s, s:{}, s:{}, s:o}", "name", "case", "params", "unit", "steps", list);
}

static gboolean take_event(const struct event *event, gpointer data, GError **error)
{
	struct fake_result *result = data;

	(void)error;
	if (event->type == EVENT_STEP_END)
		json_array_append_new(result->steps, event_json(event));
	if (event->type == EVENT_CASE_END)
		result->end = event_json(event);
	return TRUE;
}

struct fake_result fake_slot_run(const char *steps)
{
	static const gboolean never = FALSE;
	g_autofree char *folder = g_dir_make_tmp("wiperig-fake-XXXXXX", NULL);
	g_autofree char *segment = g_build_filename(folder, "segment", NULL);
	struct slot_config *config = fake_slot_config();
	json_t *scenario = json_pack("{s:s, s:s, s:i, s:[s], s:[]}", "id", "LIC-01", "title", "t", "line", 1,
				     "requirements", "LIC-01", "effects");
	json_t *the_case = case_of(steps);
	const struct plan_case plan = { 1, scenario, the_case, "case.lua", (char *)"case.lua", "case", NULL };
	const struct catalogue catalogue = { NULL };
	const struct case_setup setup = { &catalogue, config, NULL, 1, -1, &never, NULL, fake_slot.without };
	struct fake_result result = { NULL, json_array(), g_byte_array_new() };
	g_autofree char *bytes = NULL;
	gsize length = 0;

	clock_ops.is_virtual = fake_slot.is_virtual;
	licence_ops.is_test = !fake_slot.is_real_key;
	CU_ASSERT(case_run(&setup, &plan, segment, NULL));
	CU_ASSERT(spool_visit(segment, take_event, &result, NULL, NULL));
	CU_ASSERT(g_file_get_contents(segment, &bytes, &length, NULL));
	g_byte_array_append(result.bytes, (guint8 *)bytes, (guint)length);
	CU_ASSERT_PTR_NOT_NULL_FATAL(result.end);
	json_decref(scenario);
	json_decref(the_case);
	slot_config_free(config);
	g_unlink(segment);
	g_rmdir(folder);
	return result;
}

void fake_result_clear(struct fake_result *result)
{
	json_decref(result->end);
	json_decref(result->steps);
	g_byte_array_unref(result->bytes);
}

const char *fake_step_verdict(const struct fake_result *result, guint n)
{
	const char *verdict = json_string_value(json_object_get(json_array_get(result->steps, n - 1), "verdict"));

	return verdict ? verdict : "";
}

char *fake_slot_see(const char *steps, const char *verdict)
{
	struct fake_result result = fake_slot_run(steps);
	const char *actual = json_string_value(json_object_get(result.end, "verdict"));
	json_t *last = json_array_get(result.steps, json_array_size(result.steps) - 1);
	const char *seen = json_string_value(json_object_get(last, "actual"));
	char *copy = g_strdup(seen ? seen : "");

	if (g_strcmp0(actual, verdict))
		g_printerr("\n%s\n  wanted %s, got %s: %s\n", steps, verdict, actual,
			   json_string_value(json_object_get(result.end, "reason")));
	CU_ASSERT_STRING_EQUAL(actual, verdict);
	fake_result_clear(&result);
	return copy;
}

void fake_slot_verdict(const char *steps, const char *verdict)
{
	g_free(fake_slot_see(steps, verdict));
}

void fake_slot_expect(const char *steps, const char *verdict, const char *seen)
{
	g_autofree char *actual = fake_slot_see(steps, verdict);

	if (!g_str_has_prefix(actual, seen))
		g_printerr("\n%s\n  wanted \"%s\", got \"%s\"\n", steps, seen, actual);
	CU_ASSERT_TRUE(g_str_has_prefix(actual, seen));
}
