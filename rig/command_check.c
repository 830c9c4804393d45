/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig check */
#include "command.h"
#include "plan.h"

static const char help[] =
    "Checks scenario files without touching any slot: syntax, fields, step names, types, requirement ids.\n"
    "\n"
    "Example:\n"
    "  wiperig check scenarios/license/registration.lua\n"
    "\n"
    "Exit: 0 all are good · 2 something is wrong (each with file and line).\n";

static int check_main(int argc, char **argv, const struct catalogue *catalogue)
{
	const GOptionEntry entries[] = { { NULL } };
	g_autoptr(GError) error = NULL;
	int code;

	(void)catalogue;
	if (!command_parse(&argc, &argv, "SCENARIO|DIR… - check scenario files", help, entries, &code))
		return code;
	if (argc < 2) {
		g_printerr("wiperig check: name a scenario file or a folder\n");
		return EXIT_USAGE;
	}
	struct plan *plan = plan_load(argv + 1, NULL, FALSE, &error);
	if (!plan)
		return command_fail(error);
	for (guint i = 0; i < plan->refused->len; i++)
		g_printerr("%s\n", (char *)g_ptr_array_index(plan->refused, i));
	if (!plan->refused->len)
		g_print("%u files, %u cases: good\n", plan->files->len, plan->cases->len);
	code = plan->refused->len ? EXIT_USAGE : EXIT_PASSED;
	plan_free(plan);
	return code;
}

const struct command check_command = { "check", "Check scenario files", check_main };
