/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"
#include <errno.h>
#include <stdio.h>

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

/* As GLib prints, but that what cannot be written is told, once. A reader that went away wants no more. */
static void print_or_tell(const char *text)
{
	const gboolean told = ferror(stdout) != 0;
	const char *charset;
	g_autofree char *converted =
	    g_get_charset(&charset) ? NULL : g_convert_with_fallback(text, -1, charset, "UTF-8", "?", NULL, NULL, NULL);

	if (fputs(converted ? converted : text, stdout) >= 0 && fflush(stdout) == 0)
		return;
	if (errno == EPIPE)
		clearerr(stdout);
	else if (!told)
		g_printerr("%s: writing to standard output: %s\n", g_get_prgname(), g_strerror(errno));
}

void command_watch_output(void)
{
	g_set_print_handler(print_or_tell);
}

int command_end(int code)
{
	print_or_tell(""); /* what is not printed by GLib may wait */
	return ferror(stdout) && code != EXIT_INTERRUPTED ? EXIT_RIG_FAILED : code;
}
