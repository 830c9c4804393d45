/* SPDX-License-Identifier: Apache-2.0 */
#include "logic_settings.h"
#include "rig/event.h"
#include <string.h>

static guint64 factor_of(char suffix)
{
	return suffix == 'k' ? 1000 : suffix == 'M' ? 1000000 : suffix == 'G' ? 1000000000 : 0;
}

gboolean logic_settings_rate(GKeyFile *config, const char *group, guint64 *rate_hz, GError **error)
{
	g_autofree char *text = g_key_file_get_string(config, group, "rate", NULL);
	g_autofree char *digits = g_strdup(text ? text : "");
	gsize length = strlen(digits);
	guint64 factor = length ? factor_of(digits[length - 1]) : 0, number;

	*rate_hz = LOGIC_RATE_DEFAULT_HZ;
	if (!text)
		return TRUE;
	if (factor)
		digits[length - 1] = 0;
	else
		factor = 1;
	if (g_ascii_string_to_unsigned(digits, 10, 1, LOGIC_RATE_MAX_HZ / factor, &number, NULL) &&
	    number * factor >= LOGIC_RATE_MIN_HZ) {
		*rate_hz = number * factor;
		return TRUE;
	}
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
		    "[%s] rate=%s: expected samples per second from 1k to 1G, e.g. 24M or 500k", group, text);
	return FALSE;
}

static gboolean find_line(const char *name, guint *line)
{
	for (*line = 0; *line < LINES; ++*line)
		if (g_str_equal(event_line_name(*line), name))
			return TRUE;
	return FALSE;
}

static gboolean no_such_line(const char *group, const char *name, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (guint i = 0; i < LINES; i++)
		g_string_append_printf(known, "%s%s", i ? ", " : "", event_line_name(i));
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] channels: there is no line \"%s\" (there are: %s)", group,
		    name, known->str);
	return FALSE;
}

gboolean logic_settings_lines(GKeyFile *config, const char *group, guint *lines, GError **error)
{
	g_autofree char *text = g_key_file_get_string(config, group, "channels", NULL);
	g_auto(GStrv) names = g_strsplit(text ? text : "", ",", -1);
	guint line;

	*lines = text ? 0 : (1u << LINES) - 1;
	for (char **name = names; *name; name++) {
		g_strstrip(*name);
		if (!find_line(*name, &line))
			return no_such_line(group, *name, error);
		*lines |= 1u << line;
	}
	return TRUE;
}

/* Every line by the number of its channel. */
static void all_channels(char **channels)
{
	for (guint line = 0; line < LINES; line++)
		channels[line] = g_strdup_printf("#%u", line);
}

static gboolean twice(const char *group, const char *name, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] channels: the line \"%s\" is named twice", group, name);
	return FALSE;
}

gboolean logic_settings_channels(GKeyFile *config, const char *group, char **channels, GError **error)
{
	g_autofree char *text = g_key_file_get_string(config, group, "channels", NULL);
	g_auto(GStrv) names = g_strsplit(text ? text : "", ",", -1);
	guint line;

	if (!text)
		all_channels(channels);
	for (guint i = 0; names[i]; i++) {
		char *channel = strchr(names[i], ':');
		if (channel)
			*channel++ = 0;
		g_strstrip(names[i]);
		if (!find_line(names[i], &line))
			return no_such_line(group, names[i], error);
		if (channels[line])
			return twice(group, names[i], error);
		channels[line] = channel ? g_strstrip(g_strdup(channel)) : g_strdup_printf("#%u", line);
	}
	return TRUE;
}

gboolean logic_settings_required(GKeyFile *config, const char *group, gboolean *required, GError **error)
{
	g_autofree char *text = g_key_file_get_string(config, group, "required", NULL);

	*required = !text || g_str_equal(text, "true");
	if (*required || g_str_equal(text, "false"))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] required=%s: must be true or false", group, text);
	return FALSE;
}
