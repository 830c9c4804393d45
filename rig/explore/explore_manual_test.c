/* SPDX-License-Identifier: Apache-2.0 */
/* The manual page names the faults that there are. */
#include "explore.h"
#include "rig/paths.h"
#include "rig/test.h"
#include <string.h>

#define BEGINS "\nThe faults:\n"
#define ENDS "\n.IP\n"

/* What stands in bold between these two, in order. */
static GPtrArray *named_faults(const char *manual)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *from = strstr(manual, BEGINS), *to = from ? strstr(from, ENDS) : NULL;

	CU_ASSERT_TRUE_FATAL(to != NULL);
	g_autofree char *list = g_strndup(from, (gsize)(to - from));
	g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) words = g_strsplit(*line, " ", 3);

		if (!words[0] || !words[1] || !g_str_has_prefix(words[0], ".B"))
			continue;
		g_auto(GStrv) halves = g_strsplit(words[1], "\\", -1);
		g_ptr_array_add(names, g_strjoinv(NULL, halves));
	}
	return names;
}

static void manual(void)
{
	g_autofree char *scenarios = path_scenarios(), *text = NULL;
	g_autofree char *path = g_build_filename(scenarios, "..", "rig", "wiperig.1", NULL);

	CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &text, NULL, NULL));
	g_autoptr(GPtrArray) names = named_faults(text);
	CU_ASSERT_EQUAL_FATAL(names->len, EXPLORE_FAULTS);
	for (guint fault = 0; fault < EXPLORE_FAULTS; fault++)
		CU_ASSERT_STRING_EQUAL(g_ptr_array_index(names, fault), explore_faults[fault].name);
}

TEST_SUITE(explore_manual, { "manual", manual })
