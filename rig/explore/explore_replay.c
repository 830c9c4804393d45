/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_replay.h"

char *explore_plan_name(guint number)
{
	return g_strdup_printf("plan-%u.json", number);
}

char *explore_replay_command(const json_t *given, const char *plan_path)
{
	static const char *const options[] = { "slot", "firmware", "defect" };
	g_autofree char *plan = g_shell_quote(plan_path);
	GString *line = g_string_new("wiperig run");

	for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
		const char *value = json_string_value(json_object_get(given, options[i]));
		g_autofree char *quoted = value ? g_shell_quote(value) : NULL;

		if (value)
			g_string_append_printf(line, " --%s %s", options[i], quoted);
	}
	g_string_append_printf(line, " --cut-plan %s", plan);
	return g_string_free(line, FALSE);
}
