/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig explore */
#include "command.h"
#include "cut_plan.h"
#include "explore_work.h"
#include "settings.h"
#include "slot_firmware.h"
#include "units.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "Cuts the power at every instant of an erase: before, within and after each disk command and each unit of NVRAM\n"
    "that is written, with every combination of cached writes lost, kept or torn; starts the unit from whatever that\n"
    "leaves, and judges: it comes to its end, everything is erased as the mode says, panel, report, licence and keys\n"
    "are right. The same for cuts while it recovers, and so on to the fixed point, or as deep as --depth says. What\n"
    "counts the starts is found and named: states that differ in that alone are told apart after one cut only.\n"
    "\n"
    "Examples:\n"
    "  wiperig explore                              every erase in mode 1, on a disk of 40 GB\n"
    "  wiperig explore --mode 3 --depth 2           two cuts in a row, the second while the first is recovered from\n"
    "  wiperig explore --firmware my.so --disk 64MB your firmware\n"
    "  wiperig explore --defect second-cut-forgotten --depth 2 --erase regeneration --out found\n"
    "\n"
    "Exit: 0 nothing was found · 1 something was · 2 usage · 3 the rig failed, or not everything could be looked at ·\n"
    "130 interrupted.\n";

struct options {
	char *slot, *mode, *disk, *depth, *firmware, *defect, *jobs, *seed, *out;
	char **erases, **no_prune;
	gboolean json;
};

static GOptionEntry *option_entries(struct options *o)
{
	const GOptionEntry entries[] = {
		{ "mode", 0, 0, G_OPTION_ARG_STRING, &o->mode, "Erase mode: 1 (default), 2 or 3", "MODE" },
		{ "disk", 0, 0, G_OPTION_ARG_STRING, &o->disk, "Size of the disk (40GB, 64MB, 131 sectors: 131s)",
		  "SIZE" },
		{ "depth", 0, 0, G_OPTION_ARG_STRING, &o->depth, "Cuts in a row, at most (to the fixed point)", "N" },
		{ "erase", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->erases,
		  "Only this erase; may be repeated: activation, regeneration, invalidation, job-end, residue",
		  "NAME" },
		{ "firmware", 0, 0, G_OPTION_ARG_FILENAME, &o->firmware, "The firmware", "SO" },
		{ "defect", 0, 0, G_OPTION_ARG_STRING, &o->defect,
		  "A known-bad firmware or part, see wiperig list --defects", "NAME" },
		{ "slot", 0, 0, G_OPTION_ARG_STRING, &o->slot, "An emulated slot, for its board's settings",
		  "NAME|FILE" },
		{ "seed", 0, 0, G_OPTION_ARG_STRING, &o->seed, "Seed of all that is random (1)", "N" },
		{ "jobs", 0, 0, G_OPTION_ARG_STRING, &o->jobs, "Erases at a time (one a core)", "N" },
		{ "no-prune", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->no_prune,
		  "Do without a rule that saves work; may be repeated: sectors, memo, converge, counters, all",
		  "RULE" },
		{ "out", 0, 0, G_OPTION_ARG_FILENAME, &o->out,
		  "Folder for the cut plan of each finding, which wiperig run --cut-plan replays", "DIR" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &o->json, "JSON lines on standard output in place of the summary",
		  NULL },
		{ NULL },
	};
	return g_memdup2(entries, sizeof entries);
}

static void options_clear(struct options *o)
{
	char **texts[] = { &o->slot,   &o->mode, &o->disk, &o->depth, &o->firmware,
			   &o->defect, &o->jobs, &o->seed, &o->out };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*texts[i]);
	g_strfreev(o->erases);
	g_strfreev(o->no_prune);
}

/* --- reading them --- */

static gboolean parse_number(const char *name, const char *text, guint64 least, guint64 most, guint64 *value,
			     GError **error)
{
	if (!text || g_ascii_string_to_unsigned(text, 10, least, most, value, NULL))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
		    "--%s %s: must be a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, name, text,
		    least, most);
	return FALSE;
}

/* Into sectors. */
static gboolean parse_size(const char *text, guint64 *sectors, GError **error)
{
	static const struct {
		const char *unit;
		double bytes;
	} units[] = { { "s", 512 },	      { "kB", 1e3 },	       { "MB", 1e6 },
		      { "GB", 1e9 },	      { "TB", 1e12 },	       { "KiB", 1024 },
		      { "MiB", 1024 * 1024 }, { "GiB", 1073741824.0 }, { "TiB", 1099511627776.0 } };
	char *end;
	double number = g_ascii_strtod(text, &end);

	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (end != text && g_str_equal(end, units[i].unit) && number * units[i].bytes >= 512 &&
		    number * units[i].bytes < 1e17) {
			*sectors = (guint64)(number * units[i].bytes / 512);
			return TRUE;
		}
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
		    "--disk %s: must be a number and one of s (sectors), kB, MB, GB, TB, KiB, MiB, GiB, TiB", text);
	return FALSE;
}

static gboolean parse_rules(char **names, struct explore_rules *rules, GError **error)
{
	struct {
		const char *name;
		gboolean *rule;
	} known[] = { { "sectors", &rules->sectors },
		      { "memo", &rules->memo },
		      { "converge", &rules->converge },
		      { "counters", &rules->counters } };

	*rules = (struct explore_rules){ TRUE, TRUE, TRUE, TRUE };
	for (; names && *names; names++) {
		gboolean met = FALSE;

		for (guint i = 0; i < G_N_ELEMENTS(known); i++)
			if (g_str_equal(*names, known[i].name) || g_str_equal(*names, "all")) {
				*known[i].rule = FALSE;
				met = TRUE;
			}
		if (!met) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "--no-prune %s: must be sectors, memo, converge, counters or all", *names);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean parse_erases(char **names, GArray *triggers, GError **error)
{
	for (guint trigger = 0; !names && trigger < EXPLORE_TRIGGERS; trigger++)
		g_array_append_val(triggers, trigger);
	for (; names && *names; names++) {
		guint trigger = 0;

		while (trigger < EXPLORE_TRIGGERS && !g_str_equal(*names, explore_triggers[trigger]))
			trigger++;
		if (trigger == EXPLORE_TRIGGERS) {
			g_autofree char *known = g_strjoinv(", ", (char **)explore_triggers);
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--erase %s: must be one of %s", *names, known);
			return FALSE;
		}
		g_array_append_val(triggers, trigger);
	}
	return TRUE;
}

/* --- telling --- */

struct told {
	const struct options *o;
	gint64 seq;
	guint verdicts[EXPLORE_VERDICTS];
	guint plans;
	GError *error; /* of the first plan that could not be written */
};

/* The command that replays a plan's file. */
static char *again(const struct options *o, const char *path)
{
	const struct {
		const char *name, *value;
	} given[] = {
		{ "--slot", o->slot }, { "--firmware", o->firmware }, { "--defect", o->defect }, { "--cut-plan", path }
	};
	GString *line = g_string_new("wiperig run");

	for (guint i = 0; i < G_N_ELEMENTS(given); i++)
		if (given[i].value) {
			g_autofree char *quoted = g_shell_quote(given[i].value);
			g_string_append_printf(line, " %s %s", given[i].name, quoted);
		}
	return g_string_free(line, FALSE);
}

/* Writes the plan of each finding; a command for each, or NULL. */
static GPtrArray *write_plans(struct told *told, const struct explore_result *result)
{
	GPtrArray *commands = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < result->findings->len; i++) {
		const struct cut_plan *plan = g_array_index(result->findings, struct explore_finding, i).plan;
		g_autofree char *name = g_strdup_printf("plan-%u.json", told->plans + 1);
		g_autofree char *path = told->o->out ? g_build_filename(told->o->out, name, NULL) : NULL;
		json_t *json = path && plan ? cut_plan_encode(plan) : NULL;
		gboolean written = json && !told->error && cut_plan_save(json, path, &told->error);

		told->plans += written;
		g_ptr_array_add(commands, written ? again(told->o, path) : NULL);
		json_decref(json);
	}
	return commands;
}

static void put_line(struct told *told, const char *type, json_t *members)
{
	json_t *line = json_pack("{s:I, s:s}", "seq", (json_int_t)++told->seq, "type", type);

	json_object_update_missing(line, members);
	g_autofree char *text = json_dumps(line, JSON_COMPACT);
	g_print("%s\n", text);
	fflush(stdout);
	json_decref(line);
	json_decref(members);
}

static void tell_result(gpointer data, const struct explore_result *result)
{
	struct told *told = data;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) commands = write_plans(told, result);

	told->verdicts[result->verdict]++;
	if (told->o->json) {
		put_line(told, "erase", explore_result_encode(result));
		return;
	}
	explore_result_tell(result, (char *const *)commands->pdata, text);
	g_print("%s", text->str);
}

static int exit_code(const struct told *told)
{
	if (told->verdicts[EXPLORE_FAIL])
		return EXIT_CONTROLLER_FAILED;
	if (told->verdicts[EXPLORE_ERROR])
		return EXIT_RIG_FAILED;
	return told->verdicts[EXPLORE_PASS] ? EXIT_PASSED : EXIT_NOTHING_RAN;
}

static void tell_begin(struct told *told, const struct explore_settings *settings, const char *firmware)
{
	g_autofree char *name = g_path_get_basename(firmware);
	g_autofree char *depth = settings->depth ? g_strdup_printf("up to %u cut%s in a row", settings->depth,
								   settings->depth > 1 ? "s" : "")
						 : g_strdup("to the fixed point");

	if (told->o->json)
		put_line(told, "explore",
			 json_pack("{s:s, s:i, s:i, s:b, s:b, s:b, s:b, s:b}", "firmware", name, "mode",
				   (int)settings->mode, "depth", (int)settings->depth, "sectors",
				   settings->rules.sectors, "memo", settings->rules.memo, "converge",
				   settings->rules.converge, "counters", settings->rules.counters, "emulated", TRUE));
	else
		g_print("%s, mode %u, %s. EMULATED — NOT EVIDENCE ABOUT A PRODUCT.\n", name, settings->mode, depth);
}

static void tell_end(struct told *told, const char *how, int code)
{
	if (told->o->json)
		put_line(told, "end", json_pack("{s:s, s:i}", "ended", how, "exit", code));
}

/* --- doing --- */

static int explore_all(const struct options *o, const struct explore_settings *settings, const char *firmware,
		       guint jobs, const GArray *triggers, GError **error)
{
	struct told told = { .o = o };
	const struct explore_work work = {
		.settings = settings,
		.triggers = (const enum explore_trigger *)(gconstpointer)triggers->data,
		.count = triggers->len,
		.jobs = jobs,
		.ended = tell_result,
		.data = &told,
		.progress = isatty(STDERR_FILENO) ? stderr : NULL,
	};

	if (o->out && g_mkdir_with_parents(o->out, 0777) < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--out %s: %s", o->out, g_strerror(errno));
		return EXIT_USAGE;
	}
	tell_begin(&told, settings, firmware);
	if (!explore_work(&work, error)) {
		tell_end(&told, "interrupted", *error ? EXIT_RIG_FAILED : EXIT_INTERRUPTED);
		return EXIT_INTERRUPTED;
	}
	int code = told.error ? EXIT_RIG_FAILED : exit_code(&told);
	tell_end(&told, "complete", code);
	if (told.error)
		g_propagate_error(error, told.error);
	return code;
}

static int explore_slot(const struct options *o, const struct catalogue *catalogue, struct slot_config *config,
			GError **error)
{
	struct explore_settings settings = { .class = catalogue->explore, .config = config->file };
	guint64 mode = 1, depth = 0, seed = 1, sectors = 0, jobs = g_get_num_processors();
	g_autoptr(GArray) triggers = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autofree char *firmware = NULL, *job_text = setting_get("jobs", o->jobs, NULL, error);

	if (*error || !parse_number("jobs", job_text, 1, 64, &jobs, error) ||
	    !parse_number("mode", o->mode, 1, 3, &mode, error) ||
	    !parse_number("depth", o->depth, 1, 1000000, &depth, error) ||
	    !parse_number("seed", o->seed, 0, G_MAXINT64, &seed, error) ||
	    (o->disk && !parse_size(o->disk, &sectors, error)) || !parse_rules(o->no_prune, &settings.rules, error) ||
	    !parse_erases(o->erases, triggers, error))
		return EXIT_USAGE;
	if (config->unit != UNIT_EMULATED) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "slot %s is %s: exploring takes an emulated one",
			    config->name, slot_unit_name(config->unit));
		return EXIT_USAGE;
	}
	if (!slot_firmware_pick(o->firmware, o->defect, catalogue, config, &firmware, error))
		return EXIT_USAGE;
	g_key_file_set_string(config->file, "board", "firmware", firmware);
	g_key_file_set_uint64(config->file, "board", "seed", seed);
	if (sectors)
		g_key_file_set_uint64(config->file, "board", "disk_sectors", sectors);
	settings.mode = (guint)mode;
	settings.depth = (guint)depth;
	return explore_all(o, &settings, firmware, (guint)jobs, triggers, error);
}

static int explore_options(const struct options *o, const struct catalogue *catalogue, GError **error)
{
	g_autofree char *slot = setting_get("slot", o->slot, "emulated", error);

	if (!slot)
		return EXIT_USAGE;
	struct slot_config *config = slot_config_load(slot, LINK_DIRECT, catalogue, error);
	if (!config)
		return EXIT_USAGE;
	int code = explore_slot(o, catalogue, config, error);
	slot_config_free(config);
	return code;
}

static int explore_main(int argc, char **argv, const struct catalogue *catalogue)
{
	struct options o = { 0 };
	g_autofree GOptionEntry *entries = option_entries(&o);
	g_autoptr(GError) error = NULL;
	int code;

	if (command_parse(&argc, &argv, "- cut the power at every instant of an erase", help, entries, &code)) {
		if (argc > 1)
			g_set_error(&error, RIG_ERROR, RIG_ERROR_USAGE, "there is no use for \"%s\"", argv[1]);
		else
			code = explore_options(&o, catalogue, &error);
		if (error)
			code = command_fail(error);
	}
	options_clear(&o);
	return code;
}

const struct command explore_command = { "explore", "Cut the power at every instant of an erase", explore_main };
