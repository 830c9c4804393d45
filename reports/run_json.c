/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.json: what ran, where, with what, and all verdicts with their reasons. Indented, with a fixed order of keys.
 * Nothing in it depends on the machine; hashes of the run's files are added by the manifest that seals it.
 */
#include "sinks.h"
#include "disk_totals.h"
#include "measures.h"
#include "outfile.h"
#include "rig/tally.h"
#include <string.h>

#define FORMAT 1

struct run_json {
	struct outfile *file;
	struct requirement_table *table;
	struct tally *tally;
	struct disk_totals disks;
	GPtrArray *measures;
};

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *texts(char **strings)
{
	json_t *array = json_array();

	for (; *strings; strings++)
		json_array_append_new(array, json_string(*strings));
	return array;
}

static json_t *params(char **pairs)
{
	json_t *object = json_object();

	for (; *pairs; pairs++) {
		g_auto(GStrv) pair = g_strsplit(*pairs, "=", 2);
		json_object_set_new(object, pair[0], json_string(pair[1]));
	}
	return object;
}

static json_t *failing_step(const struct tally_case *c)
{
	if (!c->failing.n)
		return json_null();
	return json_pack("{s:I, s:s*, s:s*, s:o, s:o}", "n", (json_int_t)c->failing.n, "step", c->failing.step, "text",
			 c->failing.text, "expected", text_or_null(c->failing.expected), "actual",
			 text_or_null(c->failing.actual));
}

/* All that failed: after the first, the expectations that followed it directly. */
static json_t *failed_steps(const struct tally_case *c)
{
	json_t *array = json_array();

	for (guint i = 0; i < c->failed->len; i++) {
		const struct tally_step *step = c->failed->pdata[i];
		json_array_append_new(array, json_pack("{s:I, s:s*, s:o}", "n", (json_int_t)step->n, "step", step->step,
						       "requirements", texts(step->requirements)));
	}
	return array;
}

static json_t *findings(const struct tally_case *c)
{
	json_t *array = json_array();

	for (guint i = 0; i < c->findings->len; i++) {
		const struct tally_finding *finding = c->findings->pdata[i];
		json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:I}", "monitor", finding->monitor,
						       "requirement", finding->requirement, "text", finding->text,
						       "time_ns", (json_int_t)finding->time_ns));
	}
	return array;
}

static json_t *monitors(const struct tally *tally)
{
	const GPtrArray *all = tally_monitors(tally);
	json_t *array = json_array();

	for (guint i = 0; i < all->len; i++) {
		const struct tally_monitor *monitor = all->pdata[i];
		json_array_append_new(array,
				      json_pack("{s:s, s:o, s:i, s:i, s:i, s:o}", "monitor", monitor->name,
						"requirements", texts(monitor->requirements), "cases_active",
						(int)monitor->active, "cases_judged", (int)monitor->judged, "findings",
						(int)monitor->findings, "off_because", text_or_null(monitor->reason)));
	}
	return array;
}

/* Only where a logic analyzer saw something. */
static json_t *lines_of(const struct tally_case *c)
{
	if (!c->lines.windows)
		return NULL;
	return json_pack("{s:I, s:I, s:I}", "windows", (json_int_t)c->lines.windows, "error_ns",
			 (json_int_t)c->lines.error_ns, "path_ns", (json_int_t)c->lines.path_ns);
}

static json_t *case_json(const struct tally_case *c)
{
	return json_pack(
	    "{s:I, s:s, s:s, s:o, s:s, s:I, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:o*}",
	    "case_no", (json_int_t)c->case_no, "case", c->name, "scenario", c->scenario, "title",
	    text_or_null(c->title), "file", c->file, "line", (json_int_t)c->line, "params", params(c->params),
	    "effects", texts(c->effects), "requirements", texts(c->requirements), "verdict",
	    tally_verdict_name(c->verdict), "reason", text_or_null(c->reason), "not_passed", texts(c->broken),
	    "failing_step", failing_step(c), "power", text_or_null(c->power), "steps", (json_int_t)c->steps, "begin_ns",
	    (json_int_t)c->begin_ns, "end_ns", (json_int_t)c->end_ns, "findings", findings(c), "failed_steps",
	    failed_steps(c), "lines", lines_of(c));
}

static json_t *requirement_json(const struct tally_requirement *r)
{
	json_t *cases = json_array();

	for (guint i = 0; i < r->cases->len; i++)
		json_array_append_new(cases, json_string(((const struct tally_case *)r->cases->pdata[i])->name));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "id", r->id, "text", r->text, "source", r->source,
			 "kind", r->kind, "verdict", tally_verdict_name(r->verdict), "reason", text_or_null(r->reason),
			 "cases", cases);
}

static json_t *totals(struct tally *tally, guint (*count)(struct tally *, enum tally_verdict), guint all)
{
	json_t *object = json_pack("{s:i}", "all", all);

	for (int v = 0; v < TALLY_VERDICTS; v++)
		json_object_set_new(object, tally_verdict_name(v), json_integer(count(tally, v)));
	return object;
}

static guint count_cases(struct tally *tally, enum tally_verdict verdict)
{
	return tally_count(tally, verdict);
}

static void add_verdicts(json_t *root, struct tally *tally)
{
	const GPtrArray *cases = tally_cases(tally), *requirements = tally_requirements(tally);
	json_t *case_list = json_array(), *requirement_list = json_array();
	json_t *counts = totals(tally, tally_requirement_count, requirements->len);

	for (guint i = 0; i < cases->len; i++)
		json_array_append_new(case_list, case_json(cases->pdata[i]));
	for (guint i = 0; i < requirements->len; i++)
		json_array_append_new(requirement_list, requirement_json(requirements->pdata[i]));
	json_object_del(counts, "skip");
	json_object_set_new(
	    counts, "judged",
	    json_integer(tally_requirement_count(tally, TALLY_PASS) + tally_requirement_count(tally, TALLY_FAIL)));
	json_object_set_new(
	    root, "totals",
	    json_pack("{s:o, s:o}", "cases", totals(tally, count_cases, cases->len), "requirements", counts));
	json_object_set_new(root, "cases", case_list);
	json_object_set_new(root, "requirements", requirement_list);
	json_object_set_new(root, "monitors", monitors(tally));
}

static json_t *run_object(struct tally *tally)
{
	json_t *root = json_pack("{s:i}", "format", FORMAT);
	json_t *value;
	const char *key;

	if (tally_is_emulated(tally))
		json_object_set_new(root, "banner", json_string(TALLY_EMULATED));
	json_object_foreach(tally_run(tally), key, value) if (!g_str_equal(key, "cases"))
	    json_object_set(root, key, value);
	json_object_set_new(root, "ended", json_string(tally_ended(tally)));
	json_object_set_new(root, "exit", json_integer(tally_exit_code(tally, NULL)));
	json_object_set_new(root, "end_ns", json_integer(tally_end_ns(tally)));
	/* More than began, if it was interrupted. */
	value = json_object_get(tally_run(tally), "cases");
	if (value)
		json_object_set(root, "cases_planned", value);
	add_verdicts(root, tally);
	return root;
}

static gboolean write_run(struct run_json *self, GError **error)
{
	tally_finish(self->tally);
	json_t *root = run_object(self->tally), *disks = disk_totals_json(&self->disks);

	/* Only where the disk's bus was observed. */
	if (disks)
		json_object_set_new(root, "disks", disks);
	if (self->measures->len)
		json_object_set_new(root, "measures", measures_json(self->measures));
	g_autofree char *text = json_dumps(root, JSON_INDENT(2));

	json_decref(root);
	return outfile_puts(self->file, text, error) && outfile_puts(self->file, "\n", error);
}

static gpointer run_json_open(const char *folder, GError **error)
{
	struct requirement_table *table = requirement_table_load_default(error);
	struct outfile *file = table ? outfile_open(folder, run_json_sink.filename, error) : NULL;

	if (!file) {
		requirement_table_free(table);
		return NULL;
	}
	struct run_json *self = g_new0(struct run_json, 1);
	self->table = table;
	self->tally = tally_new(table);
	self->measures = measures_new();
	self->file = file;
	return self;
}

static gboolean run_json_event(gpointer data, const struct event *event, GError **error)
{
	struct run_json *self = data;

	disk_totals_event(&self->disks, event);
	measures_event(self->measures, event);
	return tally_event(self->tally, event, error);
}

static gboolean run_json_close(gpointer data, gboolean abandon, GError **error)
{
	struct run_json *self = data;
	gboolean written = abandon || write_run(self, error);
	gboolean closed = outfile_close(self->file, abandon || !written, written ? error : NULL);

	tally_free(self->tally);
	g_ptr_array_unref(self->measures);
	requirement_table_free(self->table);
	g_free(self);
	return written && closed;
}

const struct sink run_json_sink = {
	.name = "run",
	.filename = "run.json",
	.summary = "what ran where with what, and all verdicts",
	.open = run_json_open,
	.event = run_json_event,
	.close = run_json_close,
};
