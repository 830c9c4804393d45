/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

gboolean command_parse(int *argc, char ***argv, const char *usage, const char *help, const GOptionEntry *entries,
		       int *code)
{
	g_autoptr(GOptionContext) context = g_option_context_new(usage);
	g_autoptr(GError) error = NULL;
	g_autofree char *name = g_strdup_printf("wiperig %s", (*argv)[0]);

	g_set_prgname(name);
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_description(context, help);
	gboolean show_help = FALSE;
	GOptionEntry help_entry[] = { { "help", 'h', 0, G_OPTION_ARG_NONE, &show_help, "Show this help", NULL },
				      { NULL } };
	g_option_context_add_main_entries(context, help_entry, NULL);
	if (!g_option_context_parse(context, argc, argv, &error)) {
		g_printerr("%s: %s\nTry '%s --help'.\n", name, error->message, name);
		*code = EXIT_USAGE;
		return FALSE;
	}
	if (!show_help)
		return TRUE;
	g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
	g_print("%s", text);
	*code = EXIT_PASSED;
	return FALSE;
}

int command_fail(const GError *error)
{
	g_printerr("%s: %s\n", g_get_prgname(), error->message);
	return g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE) ? EXIT_USAGE : EXIT_RIG_FAILED;
}
