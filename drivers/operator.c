/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench of a real slot is a person: what is to be done stands on the terminal until Enter is pressed. Only what a
 * person can do with a screwdriver is asked for.
 */
#include "operator.h"
#include "rig/driver.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* The value of the line's first word stands for %s. */
static const struct {
	const char *verb, *words;
} tasks[] = {
	{ "part.replace", "Put a factory-fresh %s in place of the unit's. Keep the old one." },
	{ "part.restore", "Put the unit's own %s back." },
	{ "unit.swap", "Put unit %s into the slot: host, controller and disk." },
	{ "accessory.remove", "Take the accessory out of the host: %s." },
	{ "accessory.fit", "Fit the accessory into the host: %s." },
};

static const char *value_of(const char *line)
{
	const char *value = strchr(line, '=');

	return value ? value + 1 : "";
}

char *operator_words(const char *line)
{
	const gsize length = strcspn(line, " ");

	/* A verb of the bench has a dot in it; anything else is a sentence already. */
	if (line[length] && !memchr(line, '.', length))
		return g_strdup(line);
	for (guint i = 0; i < G_N_ELEMENTS(tasks); i++) {
		g_auto(GStrv) halves = g_strsplit(tasks[i].words, "%s", 2);
		if (strlen(tasks[i].verb) == length && strncmp(tasks[i].verb, line, length) == 0)
			return g_strconcat(halves[0], value_of(line), halves[1], NULL);
	}
	return NULL;
}

/* What was typed before the words were there is no answer to them. */
static gboolean ask(int in, const char *words, GError **error)
{
	char typed[256];

	tcflush(in, TCIFLUSH);
	fprintf(stderr, "\n%s\nPress Enter when it is done. ", words);
	fflush(stderr);
	ssize_t got = read(in, typed, sizeof typed);
	if (got > 0)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "\"%s\" was not confirmed: %s", words,
		    got == 0 ? "the terminal is at its end" : g_strerror(errno));
	return FALSE;
}

static char *act(gpointer self, const char *line, GError **error)
{
	g_autofree char *words = operator_words(line);

	(void)self;
	if (!words) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "nobody can do \"%s\" to a real unit", line);
		return NULL;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
			    "\"%s\" needs a person, and there is no terminal to ask on", words);
		return NULL;
	}
	return ask(STDIN_FILENO, words, error) ? g_strdup("") : NULL;
}

static gpointer operator_open(const struct driver_env *env, GError **error)
{
	(void)env;
	(void)error;
	return g_new0(char, 1);
}

static const struct bench_ops ops = { act };
static const char *const settings[] = { NULL };

const struct driver operator_bench_driver = {
	.name = "operator",
	.role = ROLE_BENCH,
	.summary = "a person, asked on the terminal",
	.settings = settings,
	.open = operator_open,
	.close = g_free,
	.ops.bench = &ops,
};
