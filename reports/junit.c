/* SPDX-License-Identifier: Apache-2.0 */
/*
 * junit.xml for CI servers, valid by junit-10.xsd (Jenkins): a testsuite a scenario file, a testcase a case. A case
 * that could not be judged is "skipped" with the reason: JUnit has no better word, but never is it a success. Times are
 * the slot's: virtual for an emulated one.
 */
#include "sinks.h"
#include "outfile.h"
#include "record.h"
#include "rig/printable.h"
#include <libxml/xmlwriter.h>
#include <string.h>

struct junit {
	struct outfile *file;
	struct record *record;
};

#define X(text) ((const xmlChar *)(text))

static void attribute(xmlTextWriterPtr out, const char *name, const char *value)
{
	xmlTextWriterWriteAttribute(out, X(name), X(value));
}

static void attribute_count(xmlTextWriterPtr out, const char *name, guint value)
{
	g_autofree char *text = g_strdup_printf("%u", value);

	attribute(out, name, text);
}

static void attribute_seconds(xmlTextWriterPtr out, gint64 ns)
{
	g_autofree char *text = record_seconds(ns);

	attribute(out, "time", text);
}

static void property(xmlTextWriterPtr out, const char *name, const char *value)
{
	if (!value)
		return;
	g_autofree char *text = printable_line(value, -1);
	xmlTextWriterStartElement(out, X("property"));
	attribute(out, "name", name);
	attribute(out, "value", text);
	xmlTextWriterEndElement(out);
}

static void write_properties(xmlTextWriterPtr out, struct tally *tally)
{
	json_t *run = tally_run(tally), *slot = json_object_get(run, "slot");
	json_t *seed = json_object_get(run, "seed");
	g_autofree char *seed_text = g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(seed));

	xmlTextWriterStartElement(out, X("properties"));
	if (tally_is_emulated(tally))
		property(out, "banner", TALLY_EMULATED);
	property(out, "tool.version", json_string_value(json_object_get(run, "version")));
	property(out, "link", json_string_value(json_object_get(run, "link")));
	property(out, "seed", seed_text);
	property(out, "slot", json_string_value(json_object_get(slot, "name")));
	property(out, "unit", json_string_value(json_object_get(slot, "unit")));
	property(out, "firmware.sha256",
		 json_string_value(json_object_get(json_object_get(run, "firmware"), "sha256")));
	property(out, "ended", tally_ended(tally));
	xmlTextWriterEndElement(out);
}

static char *steps_text(const struct record_case *c)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < c->steps->len; i++) {
		const struct record_step *step = c->steps->pdata[i];
		g_autofree char *at = record_seconds(step->begin_ns - c->tally->begin_ns);
		g_string_append_printf(text, "%10s s  %2" G_GINT64_FORMAT "  %-10s %s", at, step->n,
				       step->ended ? tally_verdict_name(step->verdict) : "not ended", step->step);
		if (step->text)
			g_string_append_printf(text, ": %s", step->text);
		g_string_append_c(text, '\n');
		if (step->expected)
			g_string_append_printf(text, "%30s %s\n%30s %s\n", "expected:", step->expected,
					       "actual:", step->actual ?: "nothing");
		if (step->reason)
			g_string_append_printf(text, "%30s %s\n", "reason:", step->reason);
	}
	for (guint i = 0; i < c->tally->findings->len; i++) {
		const struct tally_finding *finding = c->tally->findings->pdata[i];
		g_autofree char *at = record_seconds(finding->time_ns - c->tally->begin_ns);
		g_string_append_printf(text, "%10s s  finding %s, monitor %s: %s\n", at, finding->requirement,
				       finding->monitor, finding->text);
	}
	return g_string_free(text, FALSE);
}

static char *message(const struct tally_case *c)
{
	g_autofree char *ids = g_strjoinv(" ", *c->broken ? c->broken : c->requirements);
	GString *text = g_string_new(ids);

	if (c->failing.n)
		g_string_append_printf(text, "%sstep %" G_GINT64_FORMAT " %s", *ids ? ": " : "", c->failing.n,
				       c->failing.step ?: "");
	if (c->reason)
		g_string_append_printf(text, "%s%s", text->len ? ": " : "", c->reason);
	return g_string_free(text, FALSE);
}

static void write_outcome(xmlTextWriterPtr out, const struct tally_case *c)
{
	static const char *const elements[TALLY_VERDICTS] = {
		[TALLY_FAIL] = "failure",
		[TALLY_ERROR] = "error",
		[TALLY_SKIP] = "skipped",
		[TALLY_NOT_JUDGED] = "skipped",
	};
	g_autofree char *text = message(c);

	if (!elements[c->verdict])
		return;
	xmlTextWriterStartElement(out, X(elements[c->verdict]));
	attribute(out, "type", tally_verdict_name(c->verdict));
	attribute(out, "message", text);
	if (c->failing.n) {
		g_autofree char *body =
		    g_strdup_printf("%s\n%s:%" G_GINT64_FORMAT "\nexpected: %s\nactual: %s\n", text, c->file, c->line,
				    c->failing.expected ?: "the step succeeds", c->failing.actual ?: "nothing");
		xmlTextWriterWriteString(out, X(body));
	}
	xmlTextWriterEndElement(out);
}

/* Servers make a tree of it, cut at the dots. */
static char *class_name(const char *file)
{
	g_autofree char *stem = g_str_has_suffix(file, ".lua") ? g_strndup(file, strlen(file) - 4) : g_strdup(file);

	return g_strdelimit(g_strdup(*stem ? stem : "run"), "/", '.');
}

/* Servers drop a second case of the same name, so a repeated one gets its number. */
static char *unique_name(const GPtrArray *cases, const struct tally_case *c)
{
	for (guint i = 0; i < cases->len; i++) {
		const struct tally_case *other = ((const struct record_case *)cases->pdata[i])->tally;
		if (other == c)
			break;
		if (g_str_equal(other->name, c->name) && g_str_equal(other->file, c->file))
			return g_strdup_printf("%s #%u", c->name, c->case_no);
	}
	return g_strdup(c->name);
}

static void write_case(xmlTextWriterPtr out, const GPtrArray *cases, const struct record_case *c)
{
	g_autofree char *steps = steps_text(c), *name = unique_name(cases, c->tally);
	g_autofree char *class = class_name(c->tally->file);

	xmlTextWriterStartElement(out, X("testcase"));
	attribute(out, "name", name);
	attribute(out, "classname", class);
	attribute_seconds(out, c->tally->end_ns - c->tally->begin_ns);
	write_outcome(out, c->tally);
	if (*steps) {
		xmlTextWriterStartElement(out, X("system-out"));
		xmlTextWriterWriteString(out, X(steps));
		xmlTextWriterEndElement(out);
	}
	xmlTextWriterEndElement(out);
}

static guint count(const GPtrArray *cases, const char *file, enum tally_verdict verdict)
{
	guint n = 0;

	for (guint i = 0; i < cases->len; i++) {
		const struct tally_case *c = ((const struct record_case *)cases->pdata[i])->tally;
		n += g_str_equal(c->file, file) && c->verdict == verdict;
	}
	return n;
}

static gint64 duration(const GPtrArray *cases, const char *file)
{
	gint64 ns = 0;

	for (guint i = 0; i < cases->len; i++) {
		const struct tally_case *c = ((const struct record_case *)cases->pdata[i])->tally;
		if (g_str_equal(c->file, file))
			ns += c->end_ns - c->begin_ns;
	}
	return ns;
}

static void write_counts(xmlTextWriterPtr out, const GPtrArray *cases, const char *file)
{
	guint all = 0;

	for (int v = 0; v < TALLY_VERDICTS; v++)
		all += count(cases, file, v);
	attribute_count(out, "tests", all);
	attribute_count(out, "failures", count(cases, file, TALLY_FAIL));
	attribute_count(out, "errors", count(cases, file, TALLY_ERROR));
}

static void write_suite(xmlTextWriterPtr out, struct tally *tally, const GPtrArray *cases, const char *file)
{
	xmlTextWriterStartElement(out, X("testsuite"));
	attribute(out, "name", *file ? file : "(no file)");
	write_counts(out, cases, file);
	attribute_count(out, "skipped", count(cases, file, TALLY_SKIP) + count(cases, file, TALLY_NOT_JUDGED));
	attribute_seconds(out, duration(cases, file));
	write_properties(out, tally);
	for (guint i = 0; i < cases->len; i++) {
		const struct record_case *c = cases->pdata[i];
		if (g_str_equal(c->tally->file, file))
			write_case(out, cases, c);
	}
	xmlTextWriterEndElement(out);
}

/* A run that judged nothing, or stopped, must not look like a green one to a server that only counts. */
static void write_unfinished(xmlTextWriterPtr out, struct tally *tally)
{
	g_autofree char *text = g_strdup_printf("the run did not complete: %s", tally_ended(tally));

	if (g_str_equal(tally_ended(tally), "complete"))
		return;
	xmlTextWriterStartElement(out, X("testsuite"));
	attribute(out, "name", "run");
	attribute(out, "tests", "1");
	attribute(out, "failures", "0");
	attribute(out, "errors", "1");
	write_properties(out, tally);
	xmlTextWriterStartElement(out, X("testcase"));
	attribute(out, "name", "the run completes");
	attribute(out, "classname", "run");
	xmlTextWriterStartElement(out, X("error"));
	attribute(out, "type", tally_ended(tally));
	attribute(out, "message", text);
	xmlTextWriterEndElement(out);
	xmlTextWriterEndElement(out);
	xmlTextWriterEndElement(out);
}

static gboolean write_document(xmlTextWriterPtr out, struct record *record)
{
	const GPtrArray *cases = record_cases(record);
	g_autoptr(GHashTable) written = g_hash_table_new(g_str_hash, g_str_equal);

	xmlTextWriterSetIndent(out, 1);
	xmlTextWriterStartDocument(out, NULL, "UTF-8", NULL);
	xmlTextWriterStartElement(out, X("testsuites"));
	attribute(out, "name", "wiperig");
	for (guint i = 0; i < cases->len; i++) {
		char *file = ((const struct record_case *)cases->pdata[i])->tally->file;
		if (g_hash_table_add(written, file))
			write_suite(out, record_tally(record), cases, file);
	}
	write_unfinished(out, record_tally(record));
	return xmlTextWriterEndDocument(out) >= 0;
}

static gboolean write_file(struct junit *self, GError **error)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr out = xmlNewTextWriterMemory(buffer, 0);

	record_finish(self->record);
	gboolean made = out && write_document(out, self->record);
	xmlFreeTextWriter(out);
	if (!made)
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "making XML for %s", junit_sink.filename);
	gboolean done =
	    made && outfile_write(self->file, xmlBufferContent(buffer), (gsize)xmlBufferLength(buffer), error);
	xmlBufferFree(buffer);
	return done;
}

static gpointer junit_open(const char *folder, GError **error)
{
	struct record *record = record_new(error);
	struct outfile *file = record ? outfile_open(folder, junit_sink.filename, error) : NULL;

	if (!file) {
		record_free(record);
		return NULL;
	}
	struct junit *self = g_new0(struct junit, 1);
	self->record = record;
	self->file = file;
	return self;
}

static gboolean junit_event(gpointer data, const struct event *event, GError **error)
{
	return record_event(((struct junit *)data)->record, event, error);
}

static gboolean junit_close(gpointer data, gboolean abandon, GError **error)
{
	struct junit *self = data;
	gboolean written = abandon || write_file(self, error);
	gboolean closed = outfile_close(self->file, abandon || !written, written ? error : NULL);

	record_free(self->record);
	g_free(self);
	return written && closed;
}

const struct sink junit_sink = {
	.name = "junit",
	.filename = "junit.xml",
	.summary = "verdicts for CI servers (JUnit XML)",
	.open = junit_open,
	.event = junit_event,
	.close = junit_close,
};
