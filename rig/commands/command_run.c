/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig run */
#include "rig/command.h"
#include "rig/defect.h"
#include "rig/monitors/monitor.h"
#include "rig/paths.h"
#include "rig/preload.h"
#include "rig/run_plan.h"
#include "rig/run.h"
#include "rig/settings.h"
#include "rig/slot_firmware.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "Runs scenarios and writes a folder with the record and the reports.\n"
    "\n"
    "Examples:\n"
    "  wiperig run                                  every scenario on the emulated board, in process\n"
    "  wiperig run scenarios/license --link usb     the same through libusb and libftdi\n"
    "  wiperig run --filter 'LIC-05*' --seed 7      cases by name, with another seed\n"
    "  wiperig run --defect accepts-other-serial    a firmware or part that is known to be bad\n"
    "  wiperig run --formats junit,run              two files; wiperig report RUN makes the others\n"
    "  wiperig run --slot bench1.ini scenarios      a real controller\n"
    "  wiperig run --cut-plan plan-1.json           a power cut that wiperig explore --out has found, exactly\n"
    "\n"
    "Exit: 0 all passed · 1 the controller failed · 2 usage, or a scenario file was refused · 3 the rig failed, or a\n"
    "required judgement is missing · 4 nothing ran · 130 interrupted.\n";

struct options {
	char *slot, *link, *out, *filter, *firmware, *defect, *require, *formats, *cut_plan;
	char *jobs, *seed;
	gboolean json;
	char **without; /* monitors */
	char **without_requirements;
	char **paths;
};

static GOptionEntry *option_entries(struct options *o)
{
	const GOptionEntry entries[] = {
		{ "slot", 0, 0, G_OPTION_ARG_STRING, &o->slot, "The slot: a file, or a name (emulated)", "NAME|FILE" },
		{ "link", 0, 0, G_OPTION_ARG_STRING, &o->link,
		  "How to reach an emulated controller: direct (default) or usb", "LINK" },
		{ "out", 0, 0, G_OPTION_ARG_FILENAME, &o->out, "Folder for runs (./runs)", "DIR" },
		{ "seed", 0, 0, G_OPTION_ARG_STRING, &o->seed, "Seed of all that is random (1)", "N" },
		{ "filter", 0, 0, G_OPTION_ARG_STRING, &o->filter, "Only cases whose name matches (* and ?)",
		  "PATTERN" },
		{ "jobs", 0, 0, G_OPTION_ARG_STRING, &o->jobs, "Cases at a time (emulated slots: one a core)", "N" },
		{ "firmware", 0, 0, G_OPTION_ARG_FILENAME, &o->firmware, "Firmware for the emulated controller", "SO" },
		{ "defect", 0, 0, G_OPTION_ARG_STRING, &o->defect,
		  "A known-bad firmware or part, see wiperig list --defects", "NAME" },
		{ "cut-plan", 0, 0, G_OPTION_ARG_FILENAME, &o->cut_plan,
		  "In place of scenarios: the power cuts of a plan, see wiperig explore --out", "FILE" },
		{ "require-judged", 0, 0, G_OPTION_ARG_STRING, &o->require,
		  "Requirements that must be judged, else exit 3", "ID,ID…" },
		{ "without-monitor", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->without,
		  "Switch a monitor off; may be repeated, see wiperig list --monitors", "NAME" },
		{ "without-requirement", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->without_requirements,
		  "Judge nothing that speaks for a requirement; may be repeated", "ID" },
		{ "formats", 0, 0, G_OPTION_ARG_STRING, &o->formats,
		  "Only these files beside the spool (all), see the manual page", "NAME,NAME…" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &o->json, "JSON lines on standard output in place of the summary",
		  NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->paths, NULL, "SCENARIO|DIR…" },
		{ NULL },
	};
	return g_memdup2(entries, sizeof entries);
}

static void options_clear(struct options *o)
{
	char **texts[] = { &o->slot,	&o->link,    &o->out,  &o->filter, &o->firmware, &o->defect,
			   &o->require, &o->formats, &o->jobs, &o->seed,   &o->cut_plan };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*texts[i]);
	g_strfreev(o->without);
	g_strfreev(o->without_requirements);
	g_strfreev(o->paths);
}

static gboolean parse_number(const char *told, const char *text, guint64 least, guint64 most, guint64 *value,
			     GError **error)
{
	if (g_ascii_string_to_unsigned(text, 10, least, most, value, NULL))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
		    "%s: must be a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, told, least, most);
	return FALSE;
}

static guint default_jobs(const struct slot_config *config)
{
	return config->unit == UNIT_EMULATED ? g_get_num_processors() : 1;
}

/* The command that runs the first bad case again, and only that. */
static void print_again(const struct options *o, const struct tally *tally)
{
	const struct {
		const char *name, *value;
	} given[] = { { "--slot", o->slot },	     { "--link", o->link },	{ "--seed", o->seed },
		      { "--firmware", o->firmware }, { "--defect", o->defect }, { "--cut-plan", o->cut_plan } };
	g_autoptr(GString) line = g_string_new("wiperig run");
	const GPtrArray *cases = tally_cases(tally);
	guint i = 0;

	while (i < cases->len && ((const struct tally_case *)cases->pdata[i])->verdict != TALLY_FAIL &&
	       ((const struct tally_case *)cases->pdata[i])->verdict != TALLY_ERROR)
		i++;
	if (i == cases->len)
		return;
	for (guint k = 0; k < G_N_ELEMENTS(given); k++)
		if (given[k].value) {
			g_autofree char *quoted = g_shell_quote(given[k].value);
			g_string_append_printf(line, " %s %s", given[k].name, quoted);
		}
	for (char **name = o->without; name && *name; name++)
		g_string_append_printf(line, " --without-monitor %s", *name);
	for (char **id = o->without_requirements; id && *id; id++)
		g_string_append_printf(line, " --without-requirement %s", *id);
	for (char **path = o->paths; path && *path; path++) {
		g_autofree char *quoted = g_shell_quote(*path);
		g_string_append_printf(line, " %s", quoted);
	}
	g_autofree char *name = g_shell_quote(((const struct tally_case *)cases->pdata[i])->name);
	g_print("Again: %s%s%s\n", line->str, o->cut_plan ? "" : " --filter ", o->cut_plan ? "" : name);
}

static int finish(const struct options *o, struct run_result *result)
{
	int code = tally_exit_code(result->tally, NULL);

	if (o->json)
		return code;
	g_autofree char *summary = tally_summary(result->tally, isatty(STDOUT_FILENO) && !g_getenv("NO_COLOR"));
	g_print("%s", summary);
	print_again(o, result->tally);
	g_autofree char *html = g_build_filename(result->folder, "report.html", NULL);
	g_print("Report: %s\n", g_file_test(html, G_FILE_TEST_EXISTS) ? html : result->folder);
	return code;
}

static gboolean check_ids(const char *option, char **ids, const struct requirement_table *requirements, GError **error)
{
	for (; ids && *ids; ids++)
		if (!requirement_table_find(requirements, *ids)) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "%s: there is no requirement \"%s\"; see wiperig list --requirements", option,
				    *ids);
			return FALSE;
		}
	return TRUE;
}

static gboolean check_monitors(char **names, GError **error)
{
	for (; names && *names; names++)
		if (!monitor_by_name(*names)) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "--without-monitor %s: there is no such monitor; see wiperig list --monitors",
				    *names);
			return FALSE;
		}
	return TRUE;
}

static const struct sink *sink_by_name(const struct catalogue *catalogue, const char *name)
{
	for (guint i = 0; catalogue->sinks[i]; i++)
		if (catalogue->sinks[i]->filename && g_str_equal(catalogue->sinks[i]->name, name))
			return catalogue->sinks[i];
	return NULL;
}

/* An empty list would silently ask for nothing. */
static gboolean split_list(const char *option, const char *text, char ***list, GError **error)
{
	if (text && !*text) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: the list is empty", option);
		return FALSE;
	}
	*list = text ? g_strsplit(text, ",", -1) : NULL;
	return TRUE;
}

static gboolean check_formats(char **names, const struct catalogue *catalogue, GError **error)
{
	if (names && names[0] && names[1] && g_strv_contains((const char *const *)names, "none")) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--formats: none stands alone");
		return FALSE;
	}
	for (; names && *names; names++) {
		if (g_str_equal(*names, "none") || sink_by_name(catalogue, *names))
			continue;
		g_autoptr(GString) known = g_string_new("none");
		for (guint i = 0; catalogue->sinks[i]; i++)
			if (catalogue->sinks[i]->filename)
				g_string_append_printf(known, ", %s", catalogue->sinks[i]->name);
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--formats: \"%s\" is none of %s", *names, known->str);
		return FALSE;
	}
	return TRUE;
}

/* The files that are wanted, in the table's order, and who tells of the progress. */
static GPtrArray *pick_sinks(const struct options *o, const struct catalogue *catalogue, GError **error)
{
	g_auto(GStrv) names = NULL;
	GPtrArray *sinks;

	if (!split_list("--formats", o->formats, &names, error) || !check_formats(names, catalogue, error))
		return NULL;
	sinks = g_ptr_array_new();
	for (guint i = 0; catalogue->sinks[i]; i++) {
		const struct sink *sink = catalogue->sinks[i];
		gboolean wanted = sink->filename ? !names || g_strv_contains((const char *const *)names, sink->name)
						 : g_str_equal(sink->name, o->json ? "json" : "progress");
		if (wanted)
			g_ptr_array_add(sinks, (gpointer)sink);
	}
	g_ptr_array_add(sinks, NULL);
	return sinks;
}

/* What is recorded is whole as far as it goes, and what else there was no room for is made of it. */
static void tell_remedy(const char *folder, GError *error)
{
	static const int codes[] = { ENOSPC, EDQUOT, EFBIG };
	g_autofree char *spool = folder ? g_build_filename(folder, "spool", NULL) : NULL;
	gboolean full = FALSE;

	for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
		full |= strstr(error->message, g_strerror(codes[i])) != NULL;
	if (!full || !spool || !strstr(error->message, folder) || !g_file_test(spool, G_FILE_TEST_EXISTS))
		return;
	g_autofree char *quoted = g_shell_quote(folder), *said = error->message;
	error->message =
	    g_strdup_printf("%s; wiperig report %s makes what is missing once there is room", said, quoted);
}

static int run_plan(const struct options *o, const struct catalogue *catalogue, struct run_setup *setup, GError **error)
{
	g_autoptr(GPtrArray) sinks = pick_sinks(o, catalogue, error);
	struct run_result result = { 0 };
	struct requirement_table *requirements = sinks ? requirement_table_load_default(error) : NULL;
	int code = EXIT_RIG_FAILED;

	g_auto(GStrv) required = NULL;
	if (!requirements || !split_list("--require-judged", o->require, &required, error) ||
	    !check_ids("--require-judged", required, requirements, error) ||
	    !check_ids("--without-requirement", o->without_requirements, requirements, error)) {
		requirement_table_free(requirements);
		return EXIT_USAGE;
	}
	setup->required = required;
	setup->sinks = (const struct sink *const *)sinks->pdata;
	if (run_execute(setup, requirements, &result, error))
		code = finish(o, &result);
	else
		tell_remedy(result.folder, *error);
	run_result_clear(&result);
	requirement_table_free(requirements);
	return code;
}

static int run_slot(const struct options *o, const struct catalogue *catalogue, struct slot_config *config,
		    GError **error)
{
	g_autofree char *out = setting_get("out", o->out, "runs", error);
	g_autofree char *jobs = out ? setting_get("jobs", o->jobs, NULL, error) : NULL;
	g_autofree char *firmware = NULL, *scenarios = path_scenarios();
	g_autofree char *jobs_told = jobs ? setting_told("jobs", o->jobs, jobs) : NULL;
	g_autofree char *seed_told = g_strdup_printf("--seed %s", o->seed);
	char *default_paths[] = { scenarios, NULL };
	guint64 seed = 1, job_count = default_jobs(config);

	if (!out || *error || !check_monitors(o->without, error) ||
	    (o->seed && !parse_number(seed_told, o->seed, 0, G_MAXINT64, &seed, error)) ||
	    (jobs && !parse_number(jobs_told, jobs, 1, 64, &job_count, error)) ||
	    !slot_firmware_pick(o->firmware, o->defect, catalogue, config, &firmware, error) ||
	    !slot_firmware_try(catalogue, config, firmware, error))
		return EXIT_USAGE;
	if (config->unit != UNIT_EMULATED && job_count > 1) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: slot %s has one controller, so one case at a time",
			    jobs_told, config->name);
		return EXIT_USAGE;
	}
	if (o->cut_plan && (o->paths || o->filter || o->seed)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "--cut-plan brings its own scenario and seed: give no other, no --filter and no --seed");
		return EXIT_USAGE;
	}
	struct plan *plan = o->cut_plan ? run_plan_load(o->cut_plan, catalogue, config, firmware, error)
					: plan_load(o->paths ? o->paths : default_paths, o->filter, TRUE, error);
	if (!plan)
		return EXIT_USAGE;
	for (guint i = 0; i < plan->refused->len; i++)
		g_printerr("wiperig run: refused: %s\n", (char *)g_ptr_array_index(plan->refused, i));
	struct run_setup setup = { .cases = { catalogue, config, firmware, seed, -1, NULL, o->without,
					      o->without_requirements },
				   .plan = plan,
				   .out = out,
				   .jobs = (guint)job_count };
	int code = EXIT_NOTHING_RAN;
	if (plan->cases->len)
		code = run_plan(o, catalogue, &setup, error);
	else
		g_printerr("wiperig run: no case matches%s%s\n", o->filter ? " " : "", o->filter ? o->filter : "");
	plan_free(plan);
	return code;
}

static int run_options(const struct options *o, char **original, const struct catalogue *catalogue, GError **error)
{
	g_autofree char *slot = setting_get("slot", o->slot, "emulated", error);
	g_autofree char *link_name = slot ? setting_get("link", o->link, "direct", error) : NULL;
	enum slot_link link;

	g_autofree char *told = link_name ? setting_told("link", o->link, link_name) : NULL;

	if (!link_name || !slot_link_parse(link_name, told, &link, error))
		return EXIT_USAGE;
	struct slot_config *config = slot_config_load(slot, link, catalogue, error);
	if (!config)
		return EXIT_USAGE;
	int code = EXIT_RIG_FAILED;
	if (!slot_config_needs_emulator(config) || preload_ensure(original, error))
		code = run_slot(o, catalogue, config, error);
	slot_config_free(config);
	return code;
}

static int run_main(int argc, char **argv, const struct catalogue *catalogue)
{
	struct options o = { 0 };
	g_autofree GOptionEntry *entries = option_entries(&o);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) original = g_strdupv(argv);
	int code;

	if (command_parse(&argc, &argv, "- run scenarios", help, entries, &code)) {
		code = run_options(&o, original, catalogue, &error);
		if (error)
			code = command_fail(error);
	}
	options_clear(&o);
	return code;
}

const struct command run_command = { "run", "Run scenarios", run_main };
