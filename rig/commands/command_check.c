/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig check */
#include "rig/command.h"
#include "rig/lua/lua_adapter.h"
#include "rig/plan.h"

static const char help[] =
    "Checks scenario files without touching any slot: syntax, fields, step names, types, requirement ids.\n"
    "With --adapter it checks a controller adapter instead, and lists what the board can do by it, and what not.\n"
    "\n"
    "Examples:\n"
    "  wiperig check scenarios/license/registration.lua\n"
    "  wiperig check --adapter board.lua\n"
    "\n"
    "Exit: 0 all are good · 2 something is wrong (each with file and line).\n";

static void print_names(const struct lua_adapter *adapter, gboolean has, const char *head)
{
	g_print("%s:", head);
	for (guint i = 0; lua_adapter_name(i); i++)
		if (lua_adapter_has(adapter, lua_adapter_name(i)) == has)
			g_print(" %s", lua_adapter_name(i));
	g_print("\n");
}

static int check_adapter(const char *path)
{
	g_autoptr(GError) error = NULL;
	struct lua_adapter *adapter = lua_adapter_open(path, NULL, &error);

	if (!adapter)
		return command_fail(error);
	print_names(adapter, TRUE, "the board can");
	print_names(adapter, FALSE, "not judged, since the adapter has no function for it");
	lua_adapter_close(adapter);
	return EXIT_PASSED;
}

static int check_main(int argc, char **argv, const struct catalogue *catalogue)
{
	g_autofree char *adapter = NULL;
	const GOptionEntry entries[] = {
		{ "adapter", 0, 0, G_OPTION_ARG_FILENAME, &adapter, "Check a controller adapter", "FILE" }, { NULL }
	};
	g_autoptr(GError) error = NULL;
	int code;

	(void)catalogue;
	if (!command_parse(&argc, &argv, "SCENARIO|DIR… - check scenario files", help, entries, &code))
		return code;
	if (argc < 2 && !adapter) {
		g_printerr("wiperig check: name a scenario file or a folder\n");
		return EXIT_USAGE;
	}
	if (argc > 1 && adapter) {
		g_printerr("wiperig check: --adapter and scenario files exclude each other\n");
		return EXIT_USAGE;
	}
	if (adapter)
		return check_adapter(adapter);
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
