/* SPDX-License-Identifier: Apache-2.0 */
#include "trace_text.h"
#include "rig/printable.h"
#include "rig/tally.h"
#include <string.h>

static void add_printable(GString *line, const char *text, gsize length)
{
	g_autofree char *plain = printable_line(text, (gssize)length);

	g_string_append(line, plain);
}

/* Appends `before` and the member's text; nothing if there is none. */
static gboolean add_text(GString *line, const char *before, json_t *json, const char *key)
{
	json_t *value = json_object_get(json, key);

	if (!json_is_string(value))
		return FALSE;
	g_string_append(line, before);
	add_printable(line, json_string_value(value), json_string_length(value));
	return TRUE;
}

static void add_any(GString *line, const char *before, json_t *json, const char *key)
{
	json_t *value = json_object_get(json, key);
	char *dump = NULL;

	if (add_text(line, before, json, key) || json_is_null(value) ||
	    !(dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS)))
		return;
	g_string_append(line, before);
	add_printable(line, dump, strlen(dump));
	free(dump);
}

static enum trace_weight weight_of(json_t *json)
{
	const char *verdict = json_string_value(json_object_get(json, "verdict"));

	return g_strcmp0(verdict, "fail") && g_strcmp0(verdict, "error") ? TRACE_QUIET : TRACE_BAD;
}

static enum trace_weight run_begin(GString *line, json_t *json)
{
	g_string_append(line, "run begins:");
	add_text(line, " wiperig ", json, "version");
	add_text(line, ", link ", json, "link");
	add_any(line, ", seed ", json, "seed");
	add_text(line, ", slot ", json_object_get(json, "slot"), "name");
	add_text(line, ", unit ", json_object_get(json, "slot"), "unit");
	if (!json_is_false(json_object_get(json, "emulated")))
		g_string_append(line, ". " TALLY_EMULATED);
	return TRACE_NOTABLE;
}

static enum trace_weight run_end(GString *line, json_t *json)
{
	g_string_append(line, "run ends");
	add_text(line, ": ", json, "ended");
	return TRACE_NOTABLE;
}

static enum trace_weight case_begin(GString *line, json_t *json)
{
	g_string_append(line, "case begins");
	add_text(line, ": ", json, "case");
	add_text(line, ": ", json, "title");
	return TRACE_NOTABLE;
}

static enum trace_weight case_end(GString *line, json_t *json)
{
	g_string_append(line, "case ends");
	add_text(line, ": ", json, "verdict");
	add_text(line, ": ", json, "reason");
	return MAX(weight_of(json), TRACE_NOTABLE);
}

static enum trace_weight step_begin(GString *line, json_t *json)
{
	add_any(line, "step ", json, "n");
	add_text(line, ": ", json, "step");
	add_text(line, ": ", json, "text");
	return TRACE_QUIET;
}

static enum trace_weight step_end(GString *line, json_t *json)
{
	add_any(line, "step ", json, "n");
	add_text(line, ": ", json, "verdict");
	add_text(line, ", expected: ", json, "expected");
	add_text(line, ", seen: ", json, "actual");
	add_text(line, ", reason: ", json, "reason");
	return weight_of(json);
}

static enum trace_weight note(GString *line, json_t *json)
{
	add_text(line, "note: ", json, "text");
	return TRACE_NOTABLE;
}

static enum trace_weight power(GString *line, json_t *json)
{
	g_string_append(line, json_is_true(json_object_get(json, "main")) ? "main power on" : "main power off");
	return TRACE_NOTABLE;
}

static enum trace_weight held(GString *line, json_t *json)
{
	g_string_append(line,
			json_is_true(json_object_get(json, "held")) ? "panel switch held" : "panel switch released");
	return TRACE_NOTABLE;
}

static enum trace_weight panel(GString *line, json_t *json)
{
	add_text(line, "panel read: ", json, "text");
	return TRACE_QUIET;
}

static enum trace_weight shown(GString *line, json_t *json)
{
	add_text(line, "panel shows: ", json, "text");
	return TRACE_QUIET;
}

static enum trace_weight measure(GString *line, json_t *json)
{
	add_text(line, "measured ", json, "name");
	add_any(line, ": ", json, "value");
	add_text(line, " ", json, "unit");
	add_text(line, ", limit ", json, "limit");
	return json_is_false(json_object_get(json, "within")) ? TRACE_BAD : TRACE_QUIET;
}

static enum trace_weight finding(GString *line, json_t *json)
{
	add_text(line, "finding of ", json, "monitor");
	add_text(line, ", ", json, "requirement");
	add_text(line, ": ", json, "text");
	return TRACE_BAD;
}

static enum trace_weight bench(GString *line, json_t *json)
{
	add_text(line, "at the bench: ", json, "line");
	add_text(line, ": ", json, "answer");
	return TRACE_NOTABLE;
}

static enum trace_weight call(GString *line, json_t *json)
{
	add_text(line, "operation ", json, "operation");
	add_any(line, " ", json, "arguments");
	add_any(line, ": ", json, "answer");
	add_text(line, ": refused: ", json, "refused");
	return TRACE_QUIET;
}

static enum trace_weight (*const tellers[])(GString *, json_t *) = {
	[EVENT_RUN_BEGIN] = run_begin, [EVENT_CASE_BEGIN] = case_begin, [EVENT_STEP_BEGIN] = step_begin,
	[EVENT_STEP_END] = step_end,   [EVENT_CASE_END] = case_end,	[EVENT_RUN_END] = run_end,
	[EVENT_NOTE] = note,	       [EVENT_POWER] = power,		[EVENT_SWITCH] = held,
	[EVENT_PANEL] = panel,	       [EVENT_MEASURE] = measure,	[EVENT_SHOWN] = shown,
	[EVENT_FINDING] = finding,     [EVENT_BENCH] = bench,		[EVENT_CALL] = call,
};

gboolean trace_text(GString *line, const struct event *event, enum trace_weight *weight)
{
	if (event->type >= G_N_ELEMENTS(tellers) || !tellers[event->type])
		return FALSE;
	json_t *json = event_json(event);
	if (!json)
		return FALSE;
	g_string_truncate(line, 0);
	*weight = tellers[event->type](line, json);
	json_decref(json);
	return line->len > 0;
}

gboolean trace_is_emulated(const struct event *event)
{
	json_t *json = event_json(event);
	gboolean emulated = !json_is_false(json_object_get(json, "emulated"));

	json_decref(json);
	return emulated;
}
