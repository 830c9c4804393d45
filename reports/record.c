/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"
#include "rig/printable.h"
#include "rig/units.h"
#include <string.h>

/* Of a case's console, the end is what explains a failure. */
#define CONSOLE_BYTES_MAX (16u << 10)

struct record {
	struct requirement_table *table;
	struct tally *tally;
	GPtrArray *cases;	/* of struct record_case *, owned, ordered by case_no */
	GHashTable *by_case_no; /* → struct record_case * */
};

static void line_free(gpointer data)
{
	struct record_line *line = data;

	g_free(line->text);
	g_free(line);
}

static void step_free(gpointer data)
{
	struct record_step *step = data;

	g_free(step->step);
	g_free(step->text);
	g_free(step->expected);
	g_free(step->actual);
	g_free(step->reason);
	g_strfreev(step->requirements);
	g_free(step);
}

static void case_free(gpointer data)
{
	struct record_case *c = data;

	g_ptr_array_unref(c->steps);
	g_ptr_array_unref(c->lines);
	g_free(c);
}

struct record *record_new(GError **error)
{
	struct requirement_table *table = requirement_table_load_default(error);

	if (!table)
		return NULL;
	struct record *record = g_new0(struct record, 1);
	record->table = table;
	record->tally = tally_new(table);
	record->cases = g_ptr_array_new_with_free_func(case_free);
	record->by_case_no = g_hash_table_new(NULL, NULL);
	return record;
}

void record_free(struct record *record)
{
	if (!record)
		return;
	g_hash_table_unref(record->by_case_no);
	g_ptr_array_unref(record->cases);
	tally_free(record->tally);
	requirement_table_free(record->table);
	g_free(record);
}

static char *get_text(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return json_is_string(value) ? printable_dup(json_string_value(value), (gssize)json_string_length(value))
				     : NULL;
}

static char **get_texts(json_t *object, const char *key)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(object, key), i, item)
	{
		g_autofree char *text = printable_line(json_string_value(item) ?: "", (gssize)json_string_length(item));
		g_strv_builder_add(builder, text);
	}
	return g_strv_builder_end(builder);
}

static gint64 get_integer(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static struct record_step *last_step(const struct record_case *c)
{
	return c->steps->len ? c->steps->pdata[c->steps->len - 1] : NULL;
}

static gint64 step_now(const struct record_case *c)
{
	const struct record_step *step = last_step(c);

	return step ? step->n : 0;
}

static void case_begin(struct record *record, struct record_case *none, const struct event *event,
		       G_GNUC_UNUSED json_t *json)
{
	guint at = record->cases->len;

	g_assert(!none);
	struct record_case *c = g_new0(struct record_case, 1);
	c->tally = tally_case(record->tally, event->case_no);
	c->steps = g_ptr_array_new_with_free_func(step_free);
	c->lines = g_ptr_array_new_with_free_func(line_free);
	while (at && ((struct record_case *)record->cases->pdata[at - 1])->tally->case_no > event->case_no)
		at--;
	g_ptr_array_insert(record->cases, (gint)at, c);
	g_hash_table_insert(record->by_case_no, GUINT_TO_POINTER(event->case_no), c);
}

static void step_begin(G_GNUC_UNUSED struct record *record, struct record_case *c, const struct event *event,
		       json_t *json)
{
	struct record_step *step = g_new0(struct record_step, 1);

	step->n = get_integer(json, "n");
	step->line = get_integer(json, "line");
	step->step = get_text(json, "step") ?: g_strdup("");
	step->text = get_text(json, "text");
	step->begin_ns = step->end_ns = event->time_ns;
	step->verdict = TALLY_ERROR;
	step->requirements = g_new0(char *, 1);
	g_ptr_array_add(c->steps, step);
}

static void step_end(G_GNUC_UNUSED struct record *record, struct record_case *c, const struct event *event,
		     json_t *json)
{
	struct record_step *step = last_step(c);

	if (!step || step->ended)
		return;
	tally_verdict_parse(json_string_value(json_object_get(json, "verdict")), &step->verdict);
	step->expected = get_text(json, "expected");
	step->actual = get_text(json, "actual");
	step->reason = get_text(json, "reason");
	g_strfreev(step->requirements);
	step->requirements = get_texts(json, "requirements");
	step->end_ns = event->time_ns;
	step->ended = TRUE;
}

static gboolean is_console(enum event_type type)
{
	return type == EVENT_CONSOLE_RX || type == EVENT_CONSOLE_TX;
}

static void add_line(struct record_case *c, const struct event *event, char *text)
{
	struct record_line *line = g_new0(struct record_line, 1);

	*line = (struct record_line){ event->time_ns, event->type, step_now(c), text };
	g_ptr_array_add(c->lines, line);
}

/* A console delivers bytes as they come: what belongs to one line is shown as one. */
static gboolean continues(const struct record_case *c, const struct event *event)
{
	const struct record_line *last = c->lines->len ? c->lines->pdata[c->lines->len - 1] : NULL;

	return last && last->type == event->type && last->step == step_now(c) && !g_str_has_suffix(last->text, "\n") &&
	       strlen(last->text) < 1024;
}

static void add_console(struct record_case *c, const struct event *event)
{
	g_autoptr(GString) raw = g_string_new_len(event->data, (gssize)event->length);

	/* A carriage return before a newline is how consoles end lines; any other is worth seeing. */
	g_string_replace(raw, "\r\n", "\n", 0);
	char *text = printable_dup(raw->str, (gssize)raw->len);
	if (!continues(c, event)) {
		add_line(c, event, text);
		return;
	}
	struct record_line *last = c->lines->pdata[c->lines->len - 1];
	char *joined = g_strconcat(last->text, text, NULL);
	g_free(last->text);
	g_free(text);
	last->text = joined;
}

static char *meanwhile_text(enum event_type type, json_t *json)
{
	json_t *value = json_object_get(json, "value");
	g_autofree char *name = NULL, *unit = NULL;

	g_autofree char *text = NULL;

	switch (type) {
	case EVENT_FINDING:
		name = get_text(json, "monitor");
		unit = get_text(json, "requirement");
		text = get_text(json, "text");
		return g_strdup_printf("%s: monitor %s: %s", unit ?: "", name ?: "", text ?: "");
	case EVENT_POWER:
		return g_strdup(json_is_true(json_object_get(json, "main")) ? "main power on" : "main power off");
	case EVENT_SWITCH:
		return g_strdup(json_is_true(json_object_get(json, "held")) ? "power switch held"
									    : "power switch released");
	case EVENT_MEASURE:
		name = get_text(json, "name");
		unit = get_text(json, "unit");
		return g_strdup_printf("%s: %.6g %s", name ?: "", json_number_value(value), unit ?: "");
	default:
		return get_text(json, "text") ?: g_strdup("");
	}
}

static void meanwhile(G_GNUC_UNUSED struct record *record, struct record_case *c, const struct event *event,
		      json_t *json)
{
	add_line(c, event, meanwhile_text(event->type, json));
}

static void drop_console(struct record_case *c, gsize keep_bytes)
{
	gsize kept = 0;

	for (guint i = c->lines->len; i; i--) {
		const struct record_line *line = c->lines->pdata[i - 1];
		if (!is_console(line->type))
			continue;
		kept += strlen(line->text);
		if (kept > keep_bytes)
			g_ptr_array_remove_index(c->lines, i - 1);
	}
}

static void case_end(G_GNUC_UNUSED struct record *record, struct record_case *c,
		     G_GNUC_UNUSED const struct event *event, G_GNUC_UNUSED json_t *json)
{
	gboolean explains = c->tally->verdict == TALLY_FAIL || c->tally->verdict == TALLY_ERROR;

	drop_console(c, explains ? CONSOLE_BYTES_MAX : 0);
}

gboolean record_event(struct record *record, const struct event *event, GError **error)
{
	typedef void (*handler)(struct record *, struct record_case *, const struct event *, json_t *);
	static const handler handlers[] = {
		[EVENT_CASE_BEGIN] = case_begin, [EVENT_STEP_BEGIN] = step_begin, [EVENT_STEP_END] = step_end,
		[EVENT_CASE_END] = case_end,	 [EVENT_NOTE] = meanwhile,	  [EVENT_POWER] = meanwhile,
		[EVENT_SWITCH] = meanwhile,	 [EVENT_PANEL] = meanwhile,	  [EVENT_MEASURE] = meanwhile,
		[EVENT_FINDING] = meanwhile,
	};
	struct record_case *c = g_hash_table_lookup(record->by_case_no, GUINT_TO_POINTER(event->case_no));

	if (!tally_event(record->tally, event, error))
		return FALSE;
	if (is_console(event->type) && c)
		add_console(c, event);
	if (event->type >= G_N_ELEMENTS(handlers) || !handlers[event->type] || (!c && event->type != EVENT_CASE_BEGIN))
		return TRUE;
	json_t *json = event_json(event);
	if (json)
		handlers[event->type](record, c, event, json);
	json_decref(json);
	return TRUE;
}

void record_finish(struct record *record)
{
	tally_finish(record->tally);
}

struct tally *record_tally(const struct record *record)
{
	return record->tally;
}

GPtrArray *record_cases(const struct record *record)
{
	return record->cases;
}

gint64 record_failed_ns(const struct record_case *c)
{
	for (guint i = 0; i < c->steps->len; i++) {
		const struct record_step *step = c->steps->pdata[i];
		if (step->n == c->tally->failing.n)
			return step->end_ns;
	}
	if (c->tally->findings->len)
		return ((const struct tally_finding *)c->tally->findings->pdata[0])->time_ns;
	return c->tally->end_ns;
}

char *record_seconds(gint64 ns)
{
	gint64 ms = ns / NS_PER_MS;

	return g_strdup_printf("%s%" G_GINT64_FORMAT ".%03" G_GINT64_FORMAT, ns < 0 ? "-" : "", ABS(ms) / 1000,
			       ABS(ms) % 1000);
}
