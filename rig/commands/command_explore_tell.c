/* SPDX-License-Identifier: Apache-2.0 */
#include "command_explore_tell.h"
#include "rig/command.h"
#include "rig/cut_plan.h"
#include "rig/explore/explore_model.h"
#include "rig/explore/explore_replay.h"
#include <glib/gstdio.h>
#include <stdio.h>

/* --- what is explored --- */

static json_t *board_of(GKeyFile *config)
{
	g_auto(GStrv) keys = g_key_file_get_keys(config, "board", NULL, NULL);
	json_t *board = json_object();

	for (char **key = keys; key && *key; key++) {
		g_autofree char *value = g_key_file_get_value(config, "board", *key, NULL);

		/* It is known by its hash, wherever it lies. */
		if (!g_str_equal(*key, "firmware"))
			json_object_set_new(board, *key, json_string(value));
	}
	return board;
}

static json_t *hash_of_file(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize length = 0;

	if (!g_file_get_contents(path, &bytes, &length, NULL))
		return json_null();
	g_autofree char *hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
	return json_string(hash);
}

json_t *told_what(const struct explore_settings *settings, const char *firmware, const enum explore_trigger *triggers,
		  guint count)
{
	g_autofree char *name = g_path_get_basename(firmware);
	json_t *erases = json_array();

	for (guint i = 0; i < count; i++)
		json_array_append_new(erases, json_string(explore_triggers[triggers[i]]));
	return json_pack("{s:s, s:i, s:i, s:b, s:b, s:b, s:b, s:b, s:s, s:o, s:o, s:o, s:o}", "firmware", name, "mode",
			 (int)settings->mode, "depth", (int)settings->depth, "sectors", settings->rules.sectors, "memo",
			 settings->rules.memo, "converge", settings->rules.converge, "counters",
			 settings->rules.counters, "emulated", TRUE, "version", WIPERIG_VERSION, "sha256",
			 hash_of_file(firmware), "board", board_of(settings->config), "erases", erases, "model",
			 explore_model_encode());
}

/* --- the folder --- */

/* What an earlier one has left, or this one. */
static void clear_folder(const struct told *told)
{
	const char *const pages[] = { told->page ? told->page->filename : NULL, EXPLORE_RESULTS_FILE };
	gboolean met = TRUE;

	for (guint i = 0; i < G_N_ELEMENTS(pages); i++) {
		g_autofree char *path = pages[i] ? g_build_filename(told->out, pages[i], NULL) : NULL;

		if (path)
			(void)g_unlink(path);
	}
	for (guint i = 1; met; i++) {
		g_autofree char *name = explore_plan_name(i);
		g_autofree char *path = g_build_filename(told->out, name, NULL);

		met = g_unlink(path) == 0;
	}
}

/* --- plans --- */

/* Writes the plan of each finding; a command for each, or NULL. */
static GPtrArray *write_plans(struct told *told, const struct explore_result *result)
{
	GPtrArray *commands = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < result->findings->len; i++) {
		const struct cut_plan *plan = g_array_index(result->findings, struct explore_finding, i).plan;
		g_autofree char *name = explore_plan_name(told->plans + 1);
		g_autofree char *path = told->out ? g_build_filename(told->out, name, NULL) : NULL;
		json_t *json = path && plan ? cut_plan_encode(plan) : NULL;
		gboolean written = json && !told->error && cut_plan_save(json, path, &told->error);

		told->plans += written;
		g_ptr_array_add(commands, written ? explore_replay_command(told->given, path) : NULL);
		json_decref(json);
	}
	return commands;
}

/* --- telling --- */

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

void told_begin(struct told *told, json_t *what)
{
	const struct explore_shard *shard = &told->shard;
	const char *firmware = json_string_value(json_object_get(what, "firmware"));
	const json_int_t mode = json_integer_value(json_object_get(what, "mode"));
	const json_int_t depth = json_integer_value(json_object_get(what, "depth"));
	g_autofree char *how_deep =
	    depth ? g_strdup_printf("up to %" JSON_INTEGER_FORMAT " cut%s in a row", depth, depth > 1 ? "s" : "")
		  : g_strdup("to the fixed point");
	if (told->out)
		clear_folder(told);
	g_autofree char *share = shard->of ? g_strdup_printf("shard %u of %u, ", shard->number, shard->of) : NULL;

	if (!told->json) {
		g_print("%s, %smode %" JSON_INTEGER_FORMAT ", %s. EMULATED — NOT EVIDENCE ABOUT A PRODUCT.\n",
			firmware ? firmware : "", share ? share : "", mode, how_deep);
		return;
	}
	json_t *members = json_copy(what);
	if (shard->of) {
		json_object_set_new(members, "shard", json_integer(shard->number));
		json_object_set_new(members, "of", json_integer(shard->of));
	}
	put_line(told, "explore", members);
}

void told_result(gpointer data, const struct explore_result *result)
{
	struct told *told = data;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) commands = write_plans(told, result);

	told->verdicts[result->verdict]++;
	if (told->results)
		json_array_append_new(told->results, explore_result_encode(result));
	if (told->json) {
		put_line(told, "erase", explore_result_encode(result));
		return;
	}
	explore_result_tell(result, (char *const *)commands->pdata, text);
	g_print("%s", text->str);
}

int told_code(const struct told *told)
{
	if (told->error)
		return EXIT_RIG_FAILED;
	if (told->verdicts[EXPLORE_FAIL])
		return EXIT_CONTROLLER_FAILED;
	if (told->verdicts[EXPLORE_ERROR])
		return EXIT_RIG_FAILED;
	return told->verdicts[EXPLORE_PASS] ? EXIT_PASSED : EXIT_NOTHING_RAN;
}

void told_save(struct told *told, json_t *what)
{
	const struct explore_share all = { { 0, 0 }, what, (json_t *)told->given, told->results };
	g_autofree char *path = NULL;

	if (!told->out || told->error || !explore_share_save(&all, told->out, &path, &told->error))
		return;
	told->saved = TRUE;
	if (!told->page || !told->page->write(told->out, &all, &told->error) || told->json)
		return;
	g_print("Written: %s/%s, from %s\n", told->out, told->page->filename, path);
}

/* What it means that it is not complete. */
static void tell_broken(const struct told *told, const char *how, GString *text)
{
	guint explored = 0;

	for (guint i = 0; i < EXPLORE_VERDICTS; i++)
		explored += told->verdicts[i];
	g_string_append_printf(text, "%s: %u of %u erases were explored, ", how, explored, told->erases);
	if (told->saved)
		g_string_append_printf(text, "%s/%s has what was found; %s was not written: wiperig report %s\n",
				       told->out, EXPLORE_RESULTS_FILE, told->page->filename, told->out);
	else
		g_string_append_printf(text, "%s%s%s\n",
				       explored < told->erases ? "of the others nothing is known"
							       : "what was found could not be written",
				       told->out ? "; nothing is left in " : "", told->out ? told->out : "");
}

void told_end(struct told *told, const char *how, int code)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const gboolean complete = g_str_equal(how, "complete");

	if (!complete && told->out && !told->saved)
		clear_folder(told);
	if (told->json) {
		put_line(told, "end", json_pack("{s:s, s:i}", "ended", how, "exit", code));
		return;
	}
	if (!complete)
		tell_broken(told, how, text);
	explore_model_tell(text);
	g_print("%s", text->str);
}
