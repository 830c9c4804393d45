/* SPDX-License-Identifier: Apache-2.0 */
#include "tally_internal.h"
#include "lines.h"
#include "printable.h"

static const char *const verdict_names[TALLY_VERDICTS] = {
	[TALLY_PASS] = "pass",
	[TALLY_FAIL] = "fail",
	[TALLY_ERROR] = "error",
	[TALLY_SKIP] = "skip",
	[TALLY_NOT_JUDGED] = "not judged",
};

const char *tally_verdict_name(enum tally_verdict verdict)
{
	return verdict_names[verdict];
}

gboolean tally_verdict_parse(const char *name, enum tally_verdict *verdict)
{
	for (int i = 0; i < TALLY_VERDICTS; i++)
		if (g_strcmp0(name, verdict_names[i]) == 0) {
			*verdict = i;
			return TRUE;
		}
	return FALSE;
}

static char **get_params(json_t *object)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		g_autofree char *raw = json_is_string(value) ? g_strdup(json_string_value(value))
							     : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		g_autofree char *pair = g_strdup_printf("%s=%s", key, raw);
		g_autofree char *text = printable_line(pair, -1);
		g_strv_builder_add(builder, text);
	}
	return g_strv_builder_end(builder);
}

static void step_free(gpointer data)
{
	struct tally_step *step = data;

	g_free(step->step);
	g_strfreev(step->requirements);
	g_free(step);
}

static void add_failed(struct tally_case *c, gint64 n, char **requirements)
{
	struct tally_step *step = g_new0(struct tally_step, 1);

	*step = (struct tally_step){ n, g_strdup(c->current.step), g_strdupv(requirements) };
	g_ptr_array_add(c->failed, step);
}

static void case_free(gpointer data)
{
	struct tally_case *c = data;

	g_ptr_array_unref(c->findings);
	g_ptr_array_unref(c->failed);
	g_free(c->name);
	g_free(c->scenario);
	g_free(c->title);
	g_free(c->file);
	g_strfreev(c->params);
	g_strfreev(c->effects);
	g_strfreev(c->requirements);
	g_strfreev(c->broken);
	g_free(c->reason);
	g_free(c->power);
	g_free(c->failing.step);
	g_free(c->failing.text);
	g_free(c->failing.expected);
	g_free(c->failing.actual);
	g_free(c->current.step);
	g_free(c->current.text);
	g_free(c);
}

struct tally *tally_new(const struct requirement_table *table)
{
	struct tally *tally = g_new0(struct tally, 1);

	tally->judge = tally_judge_new(table);
	tally->cases = g_ptr_array_new_with_free_func(case_free);
	tally->monitors = tally_monitors_new();
	return tally;
}

void tally_free(struct tally *tally)
{
	if (!tally)
		return;
	tally_judge_free(tally->judge);
	g_ptr_array_unref(tally->cases);
	g_ptr_array_unref(tally->monitors);
	json_decref(tally->run);
	json_decref(tally->run_end);
	g_free(tally);
}

/* Where `case_no` is or belongs: mostly at the end. */
static guint case_place(const GPtrArray *cases, guint32 case_no)
{
	guint at = cases->len;

	while (at && ((struct tally_case *)cases->pdata[at - 1])->case_no >= case_no)
		at--;
	return at;
}

struct tally_case *tally_find_case(const struct tally *tally, guint32 case_no)
{
	guint at = case_place(tally->cases, case_no);
	struct tally_case *c = at < tally->cases->len ? tally->cases->pdata[at] : NULL;

	return c && c->case_no == case_no ? c : NULL;
}

static gboolean run_begin(struct tally *tally, G_GNUC_UNUSED const struct event *event, json_t *json)
{
	json_decref(tally->run);
	tally->run = json_incref(json);
	return TRUE;
}

static gboolean run_end(struct tally *tally, G_GNUC_UNUSED const struct event *event, json_t *json)
{
	json_decref(tally->run_end);
	tally->run_end = json_incref(json);
	return TRUE;
}

static gboolean case_begin(struct tally *tally, const struct event *event, json_t *json)
{
	if (tally_find_case(tally, event->case_no) || !json_is_string(json_object_get(json, "case")))
		return FALSE;
	struct tally_case *c = g_new0(struct tally_case, 1);
	c->case_no = event->case_no;
	c->name = tally_text(json, "case");
	c->scenario = tally_text(json, "scenario") ?: g_strdup(c->name);
	c->title = tally_text(json, "title");
	c->file = tally_text(json, "file") ?: g_strdup("");
	c->line = tally_integer(json, "line");
	c->params = get_params(json_object_get(json, "params"));
	c->effects = tally_texts(json, "effects");
	c->requirements = tally_texts(json, "requirements");
	c->broken = g_new0(char *, 1);
	c->begin_ns = c->end_ns = event->time_ns;
	c->verdict = TALLY_NOT_JUDGED;
	c->findings = tally_findings_new();
	c->failed = g_ptr_array_new_with_free_func(step_free);
	g_ptr_array_insert(tally->cases, (gint)case_place(tally->cases, c->case_no), c);
	tally_judge_case_begin(tally->judge, c);
	return TRUE;
}

static gboolean step_begin(struct tally *tally, const struct event *event, json_t *json)
{
	struct tally_case *c = tally_find_case(tally, event->case_no);

	if (!c)
		return FALSE;
	g_free(c->current.step);
	g_free(c->current.text);
	c->current.step = tally_text(json, "step");
	c->current.text = tally_text(json, "text");
	c->steps++;
	return TRUE;
}

static gboolean step_end(struct tally *tally, const struct event *event, json_t *json)
{
	struct tally_case *c = tally_find_case(tally, event->case_no);
	g_auto(GStrv) requirements = tally_texts(json, "requirements");
	enum tally_verdict verdict;

	if (!c || c->ended || !tally_verdict_parse(json_string_value(json_object_get(json, "verdict")), &verdict))
		return FALSE;
	gint64 n = tally_integer(json, "n");
	g_autofree char *reason = tally_text(json, "reason");
	if (verdict == TALLY_FAIL)
		add_failed(c, n, requirements);
	if (!c->failing.n && (verdict == TALLY_FAIL || verdict == TALLY_ERROR)) {
		c->failing.n = n;
		c->failing.step = g_strdup(c->current.step);
		c->failing.text = g_strdup(c->current.text);
		c->failing.expected = tally_text(json, "expected");
		c->failing.actual = tally_text(json, "actual") ?: g_strdup(reason);
		c->failing.is_action = !c->failing.expected && !*requirements;
	}
	tally_judge_step(tally->judge, c, n, verdict, requirements, reason);
	return TRUE;
}

static gboolean case_end(struct tally *tally, const struct event *event, json_t *json)
{
	struct tally_case *c = tally_find_case(tally, event->case_no);
	enum tally_verdict verdict;

	if (!c || c->ended || !tally_verdict_parse(json_string_value(json_object_get(json, "verdict")), &verdict))
		return FALSE;
	g_strfreev(c->broken);
	c->broken = tally_texts(json, "requirements");
	c->verdict = verdict;
	c->reason = tally_text(json, "reason");
	c->power = tally_text(json, "power");
	c->steps = MAX(c->steps, tally_integer(json, "steps"));
	c->end_ns = event->time_ns;
	c->ended = TRUE;
	tally_judge_case_end(tally->judge, c);
	return TRUE;
}

/* A window's last part knows best. */
static void lines(struct tally *tally, const struct event *event)
{
	struct tally_case *c = tally_find_case(tally, event->case_no);
	struct lines_reader part;

	if (!c || !lines_open(&part, event->data, event->length))
		return;
	if (part.head.window > c->lines.windows) {
		c->lines.windows = part.head.window;
		c->lines.before_ns = c->lines.error_ns;
	}
	c->lines.error_ns = MAX(c->lines.before_ns, part.head.error_ns);
	c->lines.path_ns = part.head.path_ns;
}

gboolean tally_event(struct tally *tally, const struct event *event, GError **error)
{
	static gboolean (*const handlers[])(struct tally *, const struct event *, json_t *) = {
		[EVENT_RUN_BEGIN] = run_begin,		[EVENT_RUN_END] = run_end,
		[EVENT_CASE_BEGIN] = case_begin,	[EVENT_CASE_END] = case_end,
		[EVENT_STEP_BEGIN] = step_begin,	[EVENT_STEP_END] = step_end,
		[EVENT_MONITORS] = tally_take_monitors, [EVENT_FINDING] = tally_take_finding,
		[EVENT_JUDGED] = tally_take_judged,
	};

	tally->end_ns = MAX(tally->end_ns, event->time_ns);
	if (event->type == EVENT_LINES)
		lines(tally, event);
	if (event->type >= G_N_ELEMENTS(handlers) || !handlers[event->type])
		return TRUE;
	json_t *json = event_json(event);
	gboolean taken = json && handlers[event->type](tally, event, json);
	json_decref(json);
	if (!taken)
		g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "the record's %s event of case %u makes no sense",
			    event_type_name(event->type), event->case_no);
	return taken;
}

void tally_finish(struct tally *tally)
{
	gboolean interrupted = g_str_equal(tally_ended(tally), "interrupted");

	for (guint i = 0; i < tally->cases->len; i++) {
		struct tally_case *c = tally->cases->pdata[i];
		if (c->ended)
			continue;
		c->ended = TRUE;
		c->verdict = TALLY_ERROR;
		c->reason = g_strdup(interrupted ? "interrupted" : "the record ends inside this case");
		c->end_ns = tally->end_ns;
		tally_judge_case_end(tally->judge, c);
	}
}

json_t *tally_run(const struct tally *tally)
{
	return tally->run;
}

json_t *tally_run_end(const struct tally *tally)
{
	return tally->run_end;
}

gint64 tally_end_ns(const struct tally *tally)
{
	return tally->end_ns;
}

const char *tally_ended(const struct tally *tally)
{
	const char *ended = json_string_value(json_object_get(tally->run_end, "ended"));

	if (g_strcmp0(ended, "complete") == 0)
		return "complete";
	return g_strcmp0(ended, "interrupted") == 0 ? "interrupted" : "torn";
}

gboolean tally_is_emulated(const struct tally *tally)
{
	return !json_is_false(json_object_get(tally->run, "emulated"));
}

const GPtrArray *tally_cases(const struct tally *tally)
{
	return tally->cases;
}

const struct tally_case *tally_case(const struct tally *tally, guint32 case_no)
{
	return tally_find_case(tally, case_no);
}

guint tally_count(const struct tally *tally, enum tally_verdict verdict)
{
	guint count = 0;

	for (guint i = 0; i < tally->cases->len; i++) {
		const struct tally_case *c = tally->cases->pdata[i];
		count += c->ended && c->verdict == verdict;
	}
	return count;
}

const GPtrArray *tally_requirements(struct tally *tally)
{
	return tally_judge_requirements(tally->judge);
}

guint tally_requirement_count(struct tally *tally, enum tally_verdict verdict)
{
	const GPtrArray *requirements = tally_requirements(tally);
	guint count = 0;

	for (guint i = 0; i < requirements->len; i++)
		count += ((const struct tally_requirement *)requirements->pdata[i])->verdict == verdict;
	return count;
}
