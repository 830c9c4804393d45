/* SPDX-License-Identifier: Apache-2.0 */
#include "run_plan.h"
#include "cut_plan.h"
#include "rig/monitors/monitor.h"

#define SCENARIO "lib/cut_plan.lua"

static gboolean make_board(const struct cut_plan *plan, const struct catalogue *catalogue, GKeyFile *file,
			   GError **error)
{
	const char *name;
	json_t *value;

	json_object_foreach(plan->board, name, value)
	{
		if (!g_strv_contains(catalogue->board->settings, name)) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "the cut plan is of a board with the setting \"%s\", which this one does not have",
				    name);
			return FALSE;
		}
		g_key_file_set_value(file, "board", name, json_string_value(value));
	}
	g_key_file_set_uint64(file, "board", "seed", plan->seed);
	return !catalogue->board->check || catalogue->board->check(file, error);
}

static void compare_firmware(const struct cut_plan *plan, const char *firmware)
{
	g_autofree char *bytes = NULL;
	gsize length;

	if (!firmware || !g_file_get_contents(firmware, &bytes, &length, NULL))
		return;
	g_autofree char *sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
	if (!g_str_equal(sha256, plan->sha256))
		g_printerr("wiperig run: the cut plan is of another firmware, %s with SHA-256 %s\n", plan->file,
			   plan->sha256);
}

struct plan *run_plan_load(const char *path, const struct catalogue *catalogue, struct slot_config *config,
			   const char *firmware, GError **error)
{
	const gboolean emulated = config->unit == UNIT_EMULATED;
	const gboolean exact = emulated && slot_config_shows(config) & OBSERVE_REQUESTS;
	struct cut_plan *cuts = cut_plan_load(path, error);
	struct plan *plan = NULL;

	if (!cuts)
		return NULL;
	g_autofree char *lua = cut_plan_lua(cuts, exact, emulated);
	g_autofree char *given = g_strdup_printf("local plan = %s; ", lua);
	compare_firmware(cuts, firmware);
	if (emulated && !make_board(cuts, catalogue, config->file, error))
		g_prefix_error(error, "%s: \"board\": ", path);
	else
		plan = plan_load_with(SCENARIO, given, error);
	cut_plan_free(cuts);
	return plan;
}
