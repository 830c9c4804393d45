/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Live progress on standard error. On a terminal one line is redrawn, and failures stay above it; elsewhere there is a
 * line for each case that failed or ended in error, and one at the end. NO_COLOR and TERM=dumb are respected.
 */
#include "sinks.h"
#include "rig/printable.h"
#include "rig/tally.h"
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_US 50000
#define COLUMNS_DEFAULT 80

struct progress {
	struct requirement_table *table;
	struct tally *tally;
	gboolean redraws, colour;
	gint64 drawn_us; /* monotonic */
	guint done;
};

static gboolean environment_is_set(const char *name)
{
	const char *value = g_getenv(name);

	return value && *value;
}

/* Progress is a courtesy: that it cannot be shown is no reason to end a run. */
static void show(const char *text)
{
	gsize length = strlen(text);

	while (length) {
		ssize_t done = write(STDERR_FILENO, text, length);
		if (done <= 0)
			return;
		text += done;
		length -= (gsize)done;
	}
}

static glong columns(void)
{
	struct winsize size = { 0 };

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS_DEFAULT;
}

static void draw(struct progress *self, const char *running)
{
	gint64 now_us = g_get_monotonic_time();
	json_t *planned = json_object_get(tally_run(self->tally), "cases");
	guint failed = tally_count(self->tally, TALLY_FAIL), broken = tally_count(self->tally, TALLY_ERROR);
	g_autoptr(GString) line = g_string_new(NULL);

	if (!self->redraws || now_us - self->drawn_us < REDRAW_US)
		return;
	self->drawn_us = now_us;
	g_string_append_printf(line, "%u/%" JSON_INTEGER_FORMAT, self->done, json_integer_value(planned));
	if (failed)
		g_string_append_printf(line, "  %u failed", failed);
	if (broken)
		g_string_append_printf(line, "  %u error", broken);
	g_string_append_printf(line, "  %s", running);
	/* A wrapped line could not be redrawn. */
	g_autofree char *cut = g_utf8_substring(line->str, 0, MIN(g_utf8_strlen(line->str, -1), columns() - 1));
	g_autofree char *text = g_strdup_printf("\r\033[K%s", cut);
	show(text);
}

static void show_failure(struct progress *self, const struct tally_case *c)
{
	const char *clear = self->redraws ? "\r\033[K" : "";
	const char *on = !self->colour ? "" : c->verdict == TALLY_FAIL ? "\033[1;31m" : "\033[1;35m";
	g_autofree char *word = g_ascii_strup(tally_verdict_name(c->verdict), -1);
	g_autofree char *step = c->failing.n ? g_strdup_printf(" step %" G_GINT64_FORMAT, c->failing.n) : g_strdup("");
	g_autofree char *why = c->failing.expected ? g_strdup_printf("expected %s, got %s", c->failing.expected,
								     c->failing.actual ?: "nothing")
						   : g_strdup(c->failing.actual ?: c->reason);
	g_autofree char *flat = printable_line(why ?: "no reason given", -1);
	g_autofree char *text =
	    g_strdup_printf("%s%s%s%s %s%s: %s\n", clear, on, word, self->colour ? "\033[0m" : "", c->name, step, flat);

	show(text);
	self->drawn_us = 0;
}

static gpointer progress_open(G_GNUC_UNUSED const char *folder, GError **error)
{
	struct requirement_table *table = requirement_table_load_default(error);
	const char *term = g_getenv("TERM");

	if (!table)
		return NULL;
	struct progress *self = g_new0(struct progress, 1);
	self->table = table;
	self->tally = tally_new(table);
	self->redraws = isatty(STDERR_FILENO) && term && *term && !g_str_equal(term, "dumb");
	self->colour = self->redraws && !environment_is_set("NO_COLOR");
	return self;
}

static gboolean progress_event(gpointer data, const struct event *event, GError **error)
{
	struct progress *self = data;

	if (!tally_event(self->tally, event, error))
		return FALSE;
	const struct tally_case *c = tally_case(self->tally, event->case_no);
	if (event->type == EVENT_CASE_BEGIN)
		draw(self, c->name);
	if (event->type != EVENT_CASE_END)
		return TRUE;
	self->done++;
	if (c->verdict == TALLY_FAIL || c->verdict == TALLY_ERROR)
		show_failure(self, c);
	draw(self, c->name);
	return TRUE;
}

static gboolean progress_close(gpointer data, G_GNUC_UNUSED gboolean abandon, G_GNUC_UNUSED GError **error)
{
	struct progress *self = data;

	if (self->redraws)
		show("\r\033[K");
	else {
		g_autofree char *text =
		    g_strdup_printf("%u of %" JSON_INTEGER_FORMAT " cases done, %u failed, %u error\n", self->done,
				    json_integer_value(json_object_get(tally_run(self->tally), "cases")),
				    tally_count(self->tally, TALLY_FAIL), tally_count(self->tally, TALLY_ERROR));
		show(text);
	}
	tally_free(self->tally);
	requirement_table_free(self->table);
	g_free(self);
	return TRUE;
}

const struct sink progress_sink = {
	.name = "progress",
	.summary = "live progress on standard error",
	.open = progress_open,
	.event = progress_event,
	.close = progress_close,
};
