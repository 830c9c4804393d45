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
	return self;
}

static gboolean is_key(const char *text)
{
	return strlen(text) == 24 && strspn(text, "0123456789") == 24;
}

static char *keys_issue(gpointer data, const char *option, const char *access_number, const char *serial,
			GError **error)
{
	struct keys_file *self = data;
	g_autofree char *text = NULL;

	(void)access_number; /* the keys are issued already */
	if (!g_file_get_contents(self->path, &text, NULL, error)) {
		g_prefix_error(error, "reading the licence keys: ");
		return NULL;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		g_auto(GStrv) words = g_strsplit_set(g_strstrip(lines[i]), " \t", -1);
		if (g_strv_length(words) != 3 || !g_str_equal(words[0], option) || !g_str_equal(words[1], serial) ||
		    !is_key(words[2]))
			continue;
		char *used = g_strdup_printf("used %s", lines[i]);
		g_free(lines[i]);
		lines[i] = used;
		g_autofree char *marked = g_strjoinv("\n", lines);
		if (!g_file_set_contents_full(self->path, marked, -1,
					      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
					      error)) {
			g_prefix_error(error, "marking a licence key as used: ");
			return NULL;
		}
		return g_strdup(words[2]);
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
