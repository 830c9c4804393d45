/* SPDX-License-Identifier: Apache-2.0 */
#include "monitor_script.h"
#include "rig/content.h"
#include "rig/test.h"
#include <string.h>

#define CONSOLE_NS (25 * NS_PER_MS)
#define SECTORS 1000
#define BLOCK 64

struct said {
	gint64 due_ns;
	char *line;
};

static void said_free(gpointer data)
{
	struct said *said = data;

	g_free(said->line);
	g_free(said);
}

static void take_ids(GPtrArray *list, json_t *json, json_t *id)
{
	g_ptr_array_add(
	    list, g_strdup_printf("%s %s", json_string_value(json_object_get(json, "monitor")), json_string_value(id)));
}

static void record(gpointer data, enum event_type type, json_t *json)
{
	struct script *script = data;
	size_t i;
	json_t *id;

	if (type == EVENT_FINDING) {
		take_ids(script->findings, json, json_object_get(json, "requirement"));
		g_ptr_array_add(script->texts, json_dumps(json, JSON_COMPACT));
	}
	if (type == EVENT_JUDGED)
		json_array_foreach(json_object_get(json, "requirements"), i, id) take_ids(script->judged, json, id);
	json_decref(json);
}

static gboolean look_content(gpointer data, guint disk, guint64 lba, struct disk_stretch *stretch)
{
	const struct script *script = data;

	*stretch = disk == 0 && lba < script->hidden.lba + script->hidden.count ? script->hidden
										: (struct disk_stretch){ .lba = lba };
	return TRUE;
}

static gint64 look_search(gpointer data, guint disk, const guint8 *bytes, gsize length, guint64 *lba)
{
	const struct script *script = data;

	*lba = 77;
	return disk == 0 && script->on_disk && memcmp(script->on_disk, bytes, length) == 0;
}

static GBytes *look_memory(gpointer data, const char *which)
{
	const struct script *script = data;

	return script->memory && g_str_equal(which, "nvram") ? g_bytes_new(script->memory, script->memory_length)
							     : NULL;
}

struct script *script_new(const struct monitor *const *wanted)
{
	struct script *script = g_new0(struct script, 1);

	script->track = disk_track_new();
	script->findings = g_ptr_array_new_with_free_func(g_free);
	script->judged = g_ptr_array_new_with_free_func(g_free);
	script->texts = g_ptr_array_new_with_free_func(g_free);
	script->pending = g_array_new(FALSE, FALSE, sizeof(guint64));
	script->log = g_string_new(NULL);
	script->sectors = SECTORS;
	script->block = BLOCK;
	script->mode = 1;
	script->setup = (struct monitor_setup){ .monitors = wanted ? wanted : monitors,
						.shows = G_MAXUINT,
						.observe = "inline",
						.track = script->track,
						.profile = { .system_lba = 400, .system_sectors = 8 },
						.look = { look_content, look_search, look_memory },
						.record = record,
						.data = script };
	script->monitors = monitor_case_new(&script->setup);
	return script;
}

void script_free(struct script *script)
{
	monitor_case_free(script->monitors);
	disk_track_free(script->track);
	g_queue_clear_full(&script->said, said_free);
	g_ptr_array_unref(script->findings);
	g_ptr_array_unref(script->judged);
	g_ptr_array_unref(script->texts);
	g_array_unref(script->pending);
	g_string_free(script->log, TRUE);
	g_free(script);
}

static gboolean has(const GPtrArray *list, const char *monitor, const char *requirement)
{
	for (guint i = 0; i < list->len; i++) {
		const char *entry = list->pdata[i], *id = strchr(entry, ' ') + 1;
		if (g_str_equal(id, requirement) && (!monitor || strncmp(entry, monitor, strlen(monitor)) == 0))
			return TRUE;
	}
	return FALSE;
}

gboolean script_found(const struct script *script, const char *monitor, const char *requirement)
{
	return has(script->findings, monitor, requirement);
}

gboolean script_judged(const struct script *script, const char *monitor, const char *requirement)
{
	return has(script->judged, monitor, requirement);
}

/* ---- events */

static void feed(struct script *script, enum event_type type, const void *data, gsize length)
{
	const struct event event = {
		.type = type, .case_no = 1, .time_ns = script->now_ns, .data = data, .length = length
	};

	if (type == EVENT_DISK)
		disk_track_event(script->track, script->now_ns, data);
	monitor_case_event(script->monitors, &event);
}

/* The console brings what is due, in pieces. */
static void deliver(struct script *script, gint64 until_ns)
{
	struct said *said;

	while ((said = g_queue_peek_head(&script->said)) && said->due_ns <= until_ns) {
		gsize half = strlen(said->line) / 2;
		script->now_ns = MAX(script->now_ns, said->due_ns);
		feed(script, EVENT_CONSOLE_RX, said->line, half);
		feed(script, EVENT_CONSOLE_RX, said->line + half, strlen(said->line) - half);
		said_free(g_queue_pop_head(&script->said));
	}
}

static void pass_ms(struct script *script, gint64 ms)
{
	gint64 until = script->now_ns + ms * NS_PER_MS;

	deliver(script, until);
	script->now_ns = until;
}

void script_end(struct script *script)
{
	pass_ms(script, 200);
	feed(script, EVENT_STEP_END, "{}", 2);
	monitor_case_end(script->monitors);
}

/* Counts what a cut may come after. */
static gboolean step(struct script *script)
{
	if (script->alive && script->cut_at && ++script->steps == script->cut_at)
		script_off(script);
	return script->alive;
}

gboolean script_wait(struct script *script, gint64 ms)
{
	if (script->alive)
		pass_ms(script, ms);
	return script->alive;
}

gboolean script_json(struct script *script, enum event_type type, json_t *json)
{
	g_autofree char *text = json_dumps(json, JSON_COMPACT);

	json_decref(json);
	feed(script, type, text, strlen(text));
	return script->alive;
}

gboolean script_panel(struct script *script, const char *text)
{
	if (!script_wait(script, 1))
		return FALSE;
	script_json(script, EVENT_SHOWN, json_pack("{s:s}", "text", text));
	return step(script);
}

gboolean script_say(struct script *script, const char *format, ...)
{
	va_list arguments;

	if (!script_wait(script, 1))
		return FALSE;
	struct said *said = g_new(struct said, 1);
	va_start(arguments, format);
	g_autofree char *line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	*said = (struct said){ script->now_ns + CONSOLE_NS, g_strconcat(line, "\r\n", NULL) };
	g_queue_push_tail(&script->said, said);
	return step(script);
}

gboolean script_disk(struct script *script, struct disk_seen seen)
{
	if (!script_wait(script, 5))
		return FALSE;
	seen.number = ++script->number;
	if (seen.op == DISK_SEEN_WRITE && !(seen.flags & DISK_SEEN_FUA))
		g_array_append_val(script->pending, seen.number);
	if (seen.op == DISK_SEEN_FLUSH && !seen.result)
		g_array_set_size(script->pending, 0);
	feed(script, EVENT_DISK, &seen, sizeof seen);
	return step(script);
}

gboolean script_write(struct script *script, guint64 lba, guint32 count, guint8 content, guint64 generator, guint flags)
{
	const struct disk_seen seen = { .op = DISK_SEEN_WRITE,
					.lba = lba,
					.count = count,
					.content = content,
					.generator = generator,
					.weakness = content == CONTENT_WEAK ? CONTENT_REPEATS : 0,
					.flags = (guint8)flags };

	return script_disk(script, seen);
}

gboolean script_flush(struct script *script)
{
	return script_disk(script, (struct disk_seen){ .op = DISK_SEEN_FLUSH });
}

void script_size(struct script *script)
{
	const struct disk_seen seen = { .op = DISK_SEEN_SET_SIZE, .lba = script->sectors, .generator = 1 };

	feed(script, EVENT_DISK, &seen, sizeof seen);
}

gboolean script_status(struct script *script, const char *unit, int percent)
{
	static const char *const licences[] = { "none", "pending", "active" };

	if (!script_wait(script, 1))
		return FALSE;
	return script_json(script, EVENT_STATUS,
			   json_pack("{s:s, s:s, s:o, s:i, s:i}", "unit", unit, "licence", licences[script->licence],
				     "percent", percent < 0 ? json_null() : json_integer(percent), "mode",
				     (int)script->mode, "starts", (int)script->starts));
}

static json_t *quoted(const char *text)
{
	g_autofree char *json = text ? g_strdelimit(g_strdup(text), "'", '"') : NULL;

	return json ? json_loads(json, 0, NULL) : json_null();
}

gboolean script_call(struct script *script, const char *operation, const char *arguments, const char *answer)
{
	if (!script_wait(script, 2))
		return FALSE;
	return script_json(script, EVENT_CALL,
			   json_pack("{s:s, s:o, s:o, s:s?}", "operation", operation, "arguments", quoted(arguments),
				     "answer", quoted(answer), "refused", answer ? NULL : "denied"));
}

void script_key(struct script *script, const guint8 *key, gsize length)
{
	monitor_case_key(script->monitors, key, length);
}

/* What is on its way through the console is lost, or comes a little later. */
void script_off(struct script *script)
{
	script->alive = FALSE;
	script_json(script, EVENT_POWER, json_pack("{s:b}", "main", FALSE));
	for (guint i = 0; i < script->pending->len; i++) {
		const struct disk_seen fate = { .op = script->keep ? DISK_SEEN_KEPT : DISK_SEEN_LOST,
						.number = g_array_index(script->pending, guint64, i) };
		feed(script, EVENT_DISK, &fate, sizeof fate);
	}
	g_array_set_size(script->pending, 0);
	script_json(script, EVENT_SHOWN, json_pack("{s:s}", "text", ""));
	if (script->keep)
		deliver(script, script->now_ns + CONSOLE_NS);
	g_queue_clear_full(&script->said, said_free);
	script->now_ns += script->quick ? NS_PER_MS : 10 * NS_PER_S;
}
