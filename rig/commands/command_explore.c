/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig explore */
#include "rig/command.h"
#include "command_explore_parse.h"
#include "command_explore_tell.h"
#include "rig/explore/explore_work.h"
#include "rig/settings.h"
#include "rig/slot_firmware.h"
#include "rig/units.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "Cuts the power at every instant of an erase: before, within and after each disk command and each unit of NVRAM\n"
    "that is written, with every combination of cached writes lost, kept or torn; starts the unit from whatever that\n"
    "leaves, and judges: it comes to its end, everything is erased as the mode says, panel, report, licence and keys\n"
    "are right. The same for cuts while it recovers, and so on to the fixed point, or as deep as --depth says. What\n"
    "counts the starts is found and named: states that differ in that alone are told apart after one cut only (two\n"
    "with --depth; all of them: --no-prune counters, on small disks).\n"
    "\n"
    "Examples:\n"
    "  wiperig explore                              every erase in mode 1, on a disk of 40 GB\n"
    "  wiperig explore --mode 3 --depth 2           two cuts in a row, the second while the first is recovered from\n"
    "  wiperig explore --firmware my.so --disk 64MB your firmware\n"
    "  wiperig explore --defect second-cut-forgotten --depth 2 --erase regeneration --out found\n"
    "  wiperig explore --mode 3 --shard 2/4 --out shares    one of four machines; then, with all their files:\n"
    "  wiperig explore --merge shares --out found\n"
    "\n"
    "With --out DIR: explore.html, a page with a map of all cuts and what comes of them, and each finding with its "
    "story;\n"
    "explore.jsonl, what it is made from (wiperig report DIR makes it once more); and of each finding its cut plan,\n"
    "plan-1.json and so on, which wiperig run --cut-plan replays.\n"
    "\n"
    "A folder of an earlier one is written anew; what is interrupted leaves nothing there.\n"
    "\n"
    "Exit: 0 nothing was found · 1 something was · 2 usage · 3 the rig failed, or not everything could be looked at ·\n"
    "4 there is no such erase · 130 interrupted.\n";

struct options {
	char *slot, *mode, *disk, *depth, *firmware, *defect, *jobs, *seed, *out, *shard, *merge;
	char **erases, **no_prune;
	gboolean json;
	const struct explore_page *page; /* not a word of the line: who makes the page of --out */
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
		  "Folder for explore.html, explore.jsonl and the cut plan of each finding", "DIR" },
		{ "shard", 0, 0, G_OPTION_ARG_STRING, &o->shard,
		  "Only the I-th of N shares of the erases; its results go to --out DIR, for --merge", "I/N" },
		{ "merge", 0, 0, G_OPTION_ARG_FILENAME, &o->merge,
		  "Explore nothing: put the shards in DIR together to what one run would say", "DIR" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &o->json, "JSON lines on standard output in place of the summary",
		  NULL },
		{ NULL },
	};
	return g_memdup2(entries, sizeof entries);
}

static void options_clear(struct options *o)
{
	char **texts[] = { &o->slot, &o->mode, &o->disk, &o->depth, &o->firmware, &o->defect,
			   &o->jobs, &o->seed, &o->out,	 &o->shard, &o->merge };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*texts[i]);
	g_strfreev(o->erases);
	g_strfreev(o->no_prune);
}

/* --- doing --- */

/* Words of the command line that make the same unit. */
static json_t *given_of(const struct options *o)
{
	const struct {
		const char *name, *value;
	} words[] = { { "slot", o->slot }, { "firmware", o->firmware }, { "defect", o->defect } };
	json_t *given = json_object();

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (words[i].value)
			json_object_set_new(given, words[i].name, json_string(words[i].value));
	return given;
}

/* One that can be written to: nobody shall wait for hours to learn that it cannot. */
static gboolean make_folder(const char *out, GError **error)
{
	g_autofree char *path = out ? g_build_filename(out, ".wiperig-XXXXXX", NULL) : NULL;
	int fd;

	if (!out)
		return TRUE;
	if (g_mkdir_with_parents(out, 0777) < 0 || (fd = g_mkstemp(path)) < 0) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--out %s: %s", out, g_strerror(errno));
		return FALSE;
	}
	close(fd);
	(void)g_unlink(path);
	return TRUE;
}

/* The end of what was told. */
static int conclude(struct told *told, json_t *what, GError **error)
{
	told_save(told, what);
	const int code = told_code(told);

	told_end(told, told->error ? "failed" : "complete", code);
	if (told->error)
		g_propagate_error(error, g_steal_pointer(&told->error));
	return code;
}

static gboolean pick_shard(const struct options *o, guint erases, struct explore_shard *shard, GError **error)
{
	if (!o->shard)
		return TRUE;
	if (!explore_shard_parse(o->shard, erases, shard, error))
		return FALSE;
	if (!o->out)
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--shard %s: needs --out DIR for its results", o->shard);
	return o->out != NULL;
}

/* Leaves those of the shard. */
static GArray *share_of(const struct explore_shard *shard, const GArray *triggers)
{
	GArray *share = g_array_new(FALSE, FALSE, sizeof(enum explore_trigger));

	for (guint i = 0; i < triggers->len; i++)
		if (explore_shard_has(shard, i))
			g_array_append_val(share, g_array_index(triggers, enum explore_trigger, i));
	return share;
}

/* Of a shard that was explored to its end. */
static gboolean save_share(const struct options *o, const struct told *told, json_t *what, GError **error)
{
	const struct explore_share share = { told->shard, what, (json_t *)told->given, told->results };
	g_autofree char *path = NULL;

	if (!told->shard.of)
		return TRUE;
	if (!explore_share_save(&share, o->out, &path, error))
		return FALSE;
	if (!told->json)
		g_print("Written: %s; when all are there: wiperig explore --merge %s\n", path, o->out);
	return TRUE;
}

/* What an earlier one has left goes: it may be of another firmware. */
static void forget_share(const struct options *o, const struct told *told)
{
	g_autofree char *path = told->shard.of ? explore_share_path(&told->shard, o->out) : NULL;

	if (path)
		(void)g_unlink(path);
}

static int explore_share(const struct options *o, struct told *told, const struct explore_work *work, json_t *what,
			 GError **error)
{
	forget_share(o, told);
	told_begin(told, what);
	gboolean explored = explore_work(work, error);
	if (explored && save_share(o, told, what, error))
		return conclude(told, what, error);
	const int code = *error ? EXIT_RIG_FAILED : EXIT_INTERRUPTED;
	told_end(told, *error ? "failed" : "interrupted", code);
	return code;
}

static int explore_all(const struct options *o, const struct explore_settings *settings, const char *firmware,
		       guint jobs, const GArray *triggers, GError **error)
{
	struct told told = { .json = o->json };

	if (!pick_shard(o, triggers->len, &told.shard, error) || !make_folder(o->out, error))
		return EXIT_USAGE;
	g_autoptr(GArray) share = share_of(&told.shard, triggers);
	const struct explore_work work = {
		.settings = settings,
		.triggers = (const enum explore_trigger *)(gconstpointer)share->data,
		.count = share->len,
		.jobs = jobs,
		.ended = told_result,
		.data = &told,
		.progress = isatty(STDERR_FILENO) ? stderr : NULL,
	};
	/* A shard's plans are written when it is put together with the others. */
	told.out = told.shard.of ? NULL : o->out;
	told.erases = share->len;
	told.page = o->page;
	json_t *given = given_of(o), *results = json_array();
	json_t *what =
	    told_what(settings, firmware, (const enum explore_trigger *)(gconstpointer)triggers->data, triggers->len);
	told.given = given;
	told.results = results;
	int code = explore_share(o, &told, &work, what, error);
	json_decref(what);
	json_decref(given);
	json_decref(results);
	return code;
}

/* Nothing is explored, so nothing may be said of how. */
static gboolean is_merge_alone(const struct options *o, GError **error)
{
	const struct {
		const char *name;
		gboolean given;
	} others[] = { { "mode", o->mode != NULL },	    { "disk", o->disk != NULL },
		       { "depth", o->depth != NULL },	    { "erase", o->erases != NULL },
		       { "firmware", o->firmware != NULL }, { "defect", o->defect != NULL },
		       { "slot", o->slot != NULL },	    { "seed", o->seed != NULL },
		       { "jobs", o->jobs != NULL },	    { "no-prune", o->no_prune != NULL },
		       { "shard", o->shard != NULL } };

	for (guint i = 0; i < G_N_ELEMENTS(others); i++)
		if (others[i].given) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--merge and --%s exclude each other",
				    others[i].name);
			return FALSE;
		}
	return TRUE;
}

static int explore_merge(const struct options *o, GError **error)
{
	struct told told = { .json = o->json, .out = o->out, .page = o->page };
	struct explore_share *all = NULL;
	struct explore_result result;

	if (!is_merge_alone(o, error) || !(all = explore_shards_merge(o->merge, error)) ||
	    !make_folder(o->out, error)) {
		explore_share_free(all);
		return EXIT_USAGE;
	}
	told.given = all->given;
	told.erases = (guint)json_array_size(all->results);
	told.results = json_array();
	told_begin(&told, all->what);
	for (gsize i = 0; i < json_array_size(all->results) && !*error; i++)
		if (explore_result_decode(&result, json_array_get(all->results, i), error)) {
			told_result(&told, &result);
			explore_result_clear(&result);
		}
	const int code = *error ? EXIT_RIG_FAILED : conclude(&told, all->what, error);
	json_decref(told.results);
	explore_share_free(all);
	return code;
}

static int explore_slot(const struct options *o, const struct catalogue *catalogue, struct slot_config *config,
			GError **error)
{
	struct explore_settings settings = { .class = catalogue->explore, .config = config->file };
	guint64 mode = 1, depth = 0, seed = 1, sectors = 0, jobs = g_get_num_processors();
	g_autoptr(GArray) triggers = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autofree char *firmware = NULL, *job_text = setting_get("jobs", o->jobs, NULL, error);

	if (*error || !explore_parse_number("jobs", job_text, 1, 64, &jobs, error) ||
	    !explore_parse_number("mode", o->mode, 1, 3, &mode, error) ||
	    !explore_parse_number("depth", o->depth, 1, 1000000, &depth, error) ||
	    !explore_parse_number("seed", o->seed, 0, G_MAXINT64, &seed, error) ||
	    (o->disk && !explore_parse_size(o->disk, &sectors, error)) ||
	    !explore_parse_rules(o->no_prune, &settings.rules, error) ||
	    !explore_parse_erases(o->erases, triggers, error))
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
	struct options o = { .page = catalogue->explore_page };
	g_autofree GOptionEntry *entries = option_entries(&o);
	g_autoptr(GError) error = NULL;
	int code;

	if (command_parse(&argc, &argv, "- cut the power at every instant of an erase", help, entries, &code)) {
		if (argc > 1)
			g_set_error(&error, RIG_ERROR, RIG_ERROR_USAGE, "there is no use for \"%s\"", argv[1]);
		else
			code = o.merge ? explore_merge(&o, &error) : explore_options(&o, catalogue, &error);
		if (error)
			code = command_fail(error);
	}
	options_clear(&o);
	return code;
}

const struct command explore_command = { "explore", "Cut the power at every instant of an erase", explore_main };
