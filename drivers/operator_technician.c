/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench of a real slot is a person: what is to be done stands on the terminal until Enter is pressed. Only what a
 * person can do with a screwdriver is asked for.
 */
#include "operator_technician.h"
#include "operator.h"
#include <string.h>
#include <unistd.h>

struct operator_bench {
	struct slot *slot;
};

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

static char *act(gpointer data, const char *line, GError **error)
{
	struct operator_bench *self = data;
	g_autofree char *words = operator_words(line);

	if (!words) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "nobody can do \"%s\" to a real unit", line);
		return NULL;
	}
	int terminal = operator_open();
	if (terminal < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
			    "\"%s\" needs a person, and there is no terminal to ask on", words);
		return NULL;
	}
	g_autofree char *question = g_strdup_printf("%s\nPress Enter when it is done. ", words);
	g_autofree char *typed = operator_ask(self->slot, terminal, question, error);
	close(terminal);
	return typed ? g_strdup("") : NULL;
}

static gpointer bench_open(const struct driver_env *env, G_GNUC_UNUSED GError **error)
{
	struct operator_bench *self = g_new0(struct operator_bench, 1);

	self->slot = env->slot;
	return self;
}

static const struct bench_ops ops = { act };
static const char *const settings[] = { NULL };

const struct driver operator_bench_driver = {
	.name = "operator",
	.role = ROLE_BENCH,
	.summary = "a person, asked on the terminal",
	.settings = settings,
	.open = bench_open,
	.close = g_free,
	.ops.bench = &ops,
};
