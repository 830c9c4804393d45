/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine interface (--json): JSON lines on standard output, each with a "seq" from 1 on.
 *   {"seq":1,"type":"run",…the run-begin event…}
 *   {"seq":2,"type":"case","case":…,"verdict":…,"reason":…,"requirements":[those not passed],"file":…,"line":N,
 *    "step":N|null,"expected":…,"actual":…,"power":…,"time_ns":N,
 *    "findings":[{"monitor":…,"requirement":…,"text":…}]}                               as each case ends
 *   {"seq":3,"type":"requirement","id":…,"verdict":…,"reason":…}                        those that a case names
 *   {"seq":4,"type":"end","ended":"complete"|"interrupted"|"torn","exit":N,"cases":{verdict:N},"judged":N,"of":N}
 * The last line always is there unless the rig was killed: without it nothing is known to be complete.
 */
#include "sinks.h"
#include "rig/tally.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

struct json_lines {
	struct requirement_table *table;
	struct tally *tally;
	gint64 seq;
};

static gboolean write_line(const char *text, gsize length, GError **error)
{
	while (length) {
		ssize_t done = write(STDOUT_FILENO, text, length);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "writing to standard output: %s",
				    g_strerror(errno));
			return FALSE;
		}
		text += done;
		length -= (gsize)done;
	}
	return TRUE;
}

/* Takes `members` over; they follow "seq" and "type". */
static gboolean put(struct json_lines *self, const char *type, json_t *members, GError **error)
{
	json_t *line = json_pack("{s:I, s:s}", "seq", (json_int_t)++self->seq, "type", type);

	json_object_update_missing(line, members);
	g_autofree char *text = json_dumps(line, JSON_COMPACT);
	json_decref(line);
	json_decref(members);
	gsize length = strlen(text);
	/* The newline takes the NUL's place, so that a line is one write. */
	text[length] = '\n';
	return write_line(text, length + 1, error);
}

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static gboolean put_case(struct json_lines *self, const struct tally_case *c, GError **error)
{
	json_t *ids = json_array(), *findings = json_array();

	for (char **id = c->broken; *id; id++)
		json_array_append_new(ids, json_string(*id));
	for (guint i = 0; i < c->findings->len; i++) {
		const struct tally_finding *finding = c->findings->pdata[i];
		json_array_append_new(findings, json_pack("{s:s, s:s, s:s}", "monitor", finding->monitor, "requirement",
							  finding->requirement, "text", finding->text));
	}
	return put(self, "case",
		   json_pack("{s:s, s:s, s:o, s:o, s:s, s:I, s:o, s:o, s:o, s:o, s:I, s:o}", "case", c->name, "verdict",
			     tally_verdict_name(c->verdict), "reason", text_or_null(c->reason), "requirements", ids,
			     "file", c->file, "line", (json_int_t)c->line, "step",
			     c->failing.n ? json_integer(c->failing.n) : json_null(), "expected",
			     text_or_null(c->failing.expected), "actual", text_or_null(c->failing.actual), "power",
			     text_or_null(c->power), "time_ns", (json_int_t)(c->end_ns - c->begin_ns), "findings",
			     findings),
		   error);
}

static gboolean put_requirements(struct json_lines *self, GError **error)
{
	const GPtrArray *all = tally_requirements(self->tally);

	for (guint i = 0; i < all->len; i++) {
		const struct tally_requirement *r = all->pdata[i];
		if (r->cases->len && !put(self, "requirement",
					  json_pack("{s:s, s:s, s:o}", "id", r->id, "verdict",
						    tally_verdict_name(r->verdict), "reason", text_or_null(r->reason)),
					  error))
			return FALSE;
	}
	return TRUE;
}

static gboolean put_end(struct json_lines *self, GError **error)
{
	json_t *counts = json_object();
	guint judged =
	    tally_requirement_count(self->tally, TALLY_PASS) + tally_requirement_count(self->tally, TALLY_FAIL);

	for (int v = 0; v < TALLY_VERDICTS; v++)
		json_object_set_new(counts, tally_verdict_name(v), json_integer(tally_count(self->tally, v)));
	return put(self, "end",
		   json_pack("{s:s, s:i, s:o, s:i, s:i}", "ended", tally_ended(self->tally), "exit",
			     tally_exit_code(self->tally, NULL), "cases", counts, "judged", judged, "of",
			     tally_requirements(self->tally)->len),
		   error);
}

static gpointer json_lines_open(G_GNUC_UNUSED const char *folder, GError **error)
{
	struct requirement_table *table = requirement_table_load_default(error);

	if (!table)
		return NULL;
	struct json_lines *self = g_new0(struct json_lines, 1);
	self->table = table;
	self->tally = tally_new(table);
	return self;
}

static gboolean json_lines_event(gpointer data, const struct event *event, GError **error)
{
	struct json_lines *self = data;

	if (!tally_event(self->tally, event, error))
		return FALSE;
	if (event->type == EVENT_RUN_BEGIN)
		return put(self, "run", json_incref(tally_run(self->tally)), error);
	return event->type != EVENT_CASE_END || put_case(self, tally_case(self->tally, event->case_no), error);
}

static gboolean put_open_cases(struct json_lines *self, GError **error)
{
	const GPtrArray *cases = tally_cases(self->tally);
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; i < cases->len; i++)
		if (!((const struct tally_case *)cases->pdata[i])->ended)
			g_array_append_val(open, i);
	tally_finish(self->tally);
	for (guint i = 0; i < open->len; i++)
		if (!put_case(self, cases->pdata[g_array_index(open, guint, i)], error))
			return FALSE;
	return TRUE;
}

/* What was said cannot be taken back: `abandon` still ends with a line, saying "torn" if no end was recorded. */
static gboolean json_lines_close(gpointer data, gboolean abandon, GError **wanted)
{
	struct json_lines *self = data;
	GError **error = abandon ? NULL : wanted;
	gboolean done = put_open_cases(self, error) && put_requirements(self, error) && put_end(self, error);

	tally_free(self->tally);
	requirement_table_free(self->table);
	g_free(self);
	return done || abandon;
}

const struct sink json_lines_sink = {
	.name = "json",
	.summary = "JSON lines on standard output, for programs",
	.open = json_lines_open,
	.event = json_lines_event,
	.close = json_lines_close,
};
