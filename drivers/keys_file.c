/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pre-issued licence keys for a real unit: [licence] driver=keys-file, keys=FILE.
 * One key a line: OPTION SERIAL KEY (24 digits); '#' starts a comment. A key is used once: it is marked as used in the
 * file (a leading "used ") before it is handed out, since a unit that has seen it will not take it again.
 */
#include "rig/slot.h"
#include <gio/gio.h>

struct keys_file {
	char *path;
};

static void keys_close(gpointer data)
{
	struct keys_file *self = data;

	g_free(self->path);
	g_free(self);
}

static gboolean is_key(const char *text)
{
	return strlen(text) == 24 && strspn(text, "0123456789") == 24;
}

/* The words of a line up to a '#'. */
static char **line_words(const char *line)
{
	g_autofree char *text = g_strndup(line, strcspn(line, "#"));
	g_auto(GStrv) parts = g_strsplit_set(text, " \t\r", -1);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (char **part = parts; *part; part++)
		if (**part)
			g_strv_builder_add(words, *part);
	return g_strv_builder_end(words);
}

static char **read_lines(const struct keys_file *self, GError **error)
{
	g_autofree char *text = NULL;

	if (g_file_get_contents(self->path, &text, NULL, error))
		return g_strsplit(text, "\n", -1);
	g_prefix_error(error, "reading the licence keys: ");
	return NULL;
}

/* A line that says neither nothing nor a key would silently be no key. Every key, used or not, is blacked out from now
 * on: a unit may well show one that was registered in another case. */
static gboolean take_in(const struct keys_file *self, struct slot *slot, GError **error)
{
	g_auto(GStrv) lines = read_lines(self, error);

	for (guint i = 0; lines && lines[i]; i++) {
		g_auto(GStrv) words = line_words(lines[i]);
		guint count = g_strv_length(words), used = count && g_str_equal(words[0], "used");
		if (!count)
			continue;
		if (count != 3 + used || !is_key(words[2 + used])) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "%s:%u: must be OPTION SERIAL KEY, the key 24 digits", self->path, i + 1);
			return FALSE;
		}
		slot_hide(slot, words[2 + used]);
	}
	return lines != NULL;
}

static gpointer keys_open(const struct driver_env *env, GError **error)
{
	g_autofree char *path = g_key_file_get_string(env->config, env->group, "keys", NULL);

	if (!path || !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "keys=%s: must name a file of licence keys",
			    path ? path : "");
		return NULL;
	}
	struct keys_file *self = g_new(struct keys_file, 1);
	self->path = g_steal_pointer(&path);
	if (take_in(self, env->slot, error))
		return self;
	keys_close(self);
	return NULL;
}

static gboolean mark_used(const struct keys_file *self, char **lines, guint number, GError **error)
{
	char *used = g_strdup_printf("used %s", lines[number]);

	g_free(lines[number]);
	lines[number] = used;
	g_autofree char *marked = g_strjoinv("\n", lines);
	if (g_file_set_contents_full(self->path, marked, -1,
				     G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
		return TRUE;
	g_prefix_error(error, "marking a licence key as used: ");
	return FALSE;
}

static char *keys_issue(gpointer data, const char *option, const char *access_number, const char *serial,
			GError **error)
{
	struct keys_file *self = data;
	g_auto(GStrv) lines = read_lines(self, error);

	(void)access_number; /* the keys are issued already */
	if (!lines)
		return NULL;
	for (guint i = 0; lines[i]; i++) {
		g_auto(GStrv) words = line_words(lines[i]);
		if (g_strv_length(words) == 3 && g_str_equal(words[0], option) && g_str_equal(words[1], serial))
			return mark_used(self, lines, i, error) ? g_steal_pointer(&words[2]) : NULL;
	}
	g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
		    "%s holds no unused key for option %s and serial number %s", self->path, option, serial);
	return NULL;
}

static const struct licence_ops ops = { keys_issue, FALSE };
static const char *const settings[] = { "keys", NULL };

const struct driver keys_file_driver = {
	.name = "keys-file",
	.role = ROLE_LICENCE,
	.summary = "pre-issued single-use licence keys: keys=FILE",
	.settings = settings,
	.open = keys_open,
	.close = keys_close,
	.ops.licence = &ops,
};
