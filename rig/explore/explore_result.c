/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_result.h"
#include "rig/cut_plan.h"
#include "explore_tell.h"
#include "rig/units.h"
#include <string.h>

const char *const explore_verdict_names[EXPLORE_VERDICTS] = {
	[EXPLORE_PASS] = "pass",
	[EXPLORE_FAIL] = "fail",
	[EXPLORE_NOT_EXPLORED] = "not explored",
	[EXPLORE_ERROR] = "error",
};

static void finding_clear(gpointer data)
{
	struct explore_finding *finding = data;

	g_free(finding->text);
	cut_plan_free(finding->plan);
}

void explore_result_init(struct explore_result *result, enum explore_trigger trigger)
{
	*result = (struct explore_result){ .trigger = trigger };
	result->findings = g_array_new(FALSE, FALSE, sizeof(struct explore_finding));
	g_array_set_clear_func(result->findings, finding_clear);
	result->outcomes = g_array_new(FALSE, FALSE, sizeof(struct explore_outcome));
}

void explore_result_clear(struct explore_result *result)
{
	g_clear_pointer(&result->findings, g_array_unref);
	g_clear_pointer(&result->outcomes, g_array_unref);
	g_clear_pointer(&result->reason, g_free);
}

/* --- making --- */

/* What goes with the firmware, and not with the board, is given when it is replayed. */
static void put_board(struct cut_plan *plan, GKeyFile *config)
{
	static const char *const not_board[] = { "firmware", "disk_defect", "seed", NULL };
	g_auto(GStrv) keys = g_key_file_get_keys(config, "board", NULL, NULL);

	for (char **key = keys; key && *key; key++) {
		g_autofree char *value = g_key_file_get_value(config, "board", *key, NULL);

		if (!g_strv_contains(not_board, *key))
			json_object_set_new(plan->board, *key, json_string(value));
	}
	plan->seed = g_key_file_get_uint64(config, "board", "seed", NULL);
}

static void complete_plan(struct cut_plan *plan, GKeyFile *config)
{
	g_autofree char *path = g_key_file_get_string(config, "board", "firmware", NULL);
	g_autofree char *bytes = NULL;
	gsize length = 0;

	plan->file = path ? g_path_get_basename(path) : g_strdup("");
	if (path && g_file_get_contents(path, &bytes, &length, NULL))
		plan->sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
	else
		plan->sha256 = g_strdup("");
	put_board(plan, config);
}

/* As a value: a plan is copied by what it says. */
static struct cut_plan *take_plan(const struct explore_finding *finding, GKeyFile *config)
{
	if (!finding->plan)
		return NULL;
	complete_plan(finding->plan, config);
	json_t *json = cut_plan_encode(finding->plan);
	struct cut_plan *plan = cut_plan_decode(json, NULL);
	json_decref(json);
	return plan;
}

static void take_findings(struct explore_result *result, const struct explore *explore, GKeyFile *config)
{
	const GArray *found = explore_found(explore);

	for (guint i = 0; i < found->len; i++) {
		struct explore_finding finding = g_array_index(found, struct explore_finding, i);

		if (!finding.states)
			continue;
		finding.text = g_strdup(finding.text);
		finding.plan = take_plan(&finding, config);
		g_array_append_val(result->findings, finding);
	}
}

static char *tell_cramped(const struct explore_counts *counts, const struct explore_settings *settings)
{
	g_autofree char *depth = counts->depth > 1 ? g_strdup_printf(", --depth %u", counts->depth - 1) : g_strdup("");

	return g_strdup_printf("%" G_GUINT64_FORMAT " states were left out: after up to %u cuts in a row they take "
			       "more memory than the %" G_GUINT64_FORMAT
			       " MB that there are for one erase: try fewer --jobs%s, or a smaller --disk",
			       counts->left_out, counts->depth, settings->bytes_max >> 20, depth);
}

/* NULL: nothing. */
static char *what_is_missing(const struct explore_counts *counts, const struct explore_settings *settings)
{
	if (counts->unsettled)
		return g_strdup_printf(
		    "%" G_GUINT64_FORMAT " times a start has read sectors of which more than one "
		    "content had to be told apart, and there is no end of that: try a smaller --disk",
		    counts->restarts);
	if (counts->cramped)
		return tell_cramped(counts, settings);
	if (counts->left_out)
		return g_strdup_printf("%" G_GUINT64_FORMAT " states were left out", counts->left_out);
	if (counts->bounded && !settings->depth)
		return g_strdup_printf("nothing was found up to here, but no end of states is in sight: "
				       "%" G_GUINT64_FORMAT
				       " were started, after up to %u cuts in a row; --depth N looks at so many cuts",
				       counts->states, counts->depth);
	return NULL;
}

/* What is found is found; that nothing was is worth something only when all was looked at that was asked for. */
static void judge(struct explore_result *result, const struct explore_settings *settings)
{
	const struct explore_counts *counts = &result->counts;

	if (result->findings->len) {
		result->verdict = EXPLORE_FAIL;
		return;
	}
	result->reason = what_is_missing(counts, settings);
	if (result->reason)
		result->verdict = EXPLORE_ERROR;
}

void explore_result_make(struct explore_result *result, const struct explore_settings *settings)
{
	g_autoptr(GError) error = NULL;
	struct explore *explore = explore_run(settings, &error);

	if (!explore) {
		gboolean absent = g_error_matches(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED);

		result->verdict = absent			   ? EXPLORE_NOT_EXPLORED
				  : rig_error_is_controller(error) ? EXPLORE_FAIL
								   : EXPLORE_ERROR;
		result->reason = g_strdup(error->message);
		return;
	}
	result->counts = *explore_counts(explore);
	g_array_unref(result->outcomes);
	result->outcomes = explore_outcomes_make(explore);
	take_findings(result, explore, settings->config);
	judge(result, settings);
	explore_free(explore);
}

/* --- JSON --- */

/* A plan knows better which of two it is. */
static const char *requirement_of(const struct explore_finding *finding)
{
	return finding->plan ? finding->plan->requirement : explore_faults[finding->fault].requirement;
}

static json_t *encode_finding(const struct explore_finding *finding)
{
	const struct explore_fault_info *info = &explore_faults[finding->fault];
	json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:I, s:I}", "fault", info->name, "requirement",
				 requirement_of(finding), "text", finding->text, "cuts", (int)finding->cuts,
				 "operation", (json_int_t)finding->operation, "states", (json_int_t)finding->states);

	if (finding->plan)
		json_object_set_new(json, "plan", cut_plan_encode(finding->plan));
	if (finding->sectors)
		json_object_set_new(json, "where",
				    json_pack("{s:i, s:I, s:I}", "disk", (int)finding->disk, "lba",
					      (json_int_t)finding->lba, "sectors", (json_int_t)finding->sectors));
	return json;
}

static gboolean decode_finding(json_t *json, struct explore_finding *finding)
{
	const char *name = json_string_value(json_object_get(json, "fault"));
	const char *text = json_string_value(json_object_get(json, "text"));
	json_t *where = json_object_get(json, "where"), *plan = json_object_get(json, "plan");
	guint fault = 0;

	while (name && fault < EXPLORE_FAULTS && !g_str_equal(name, explore_faults[fault].name))
		fault++;
	if (!name || !text || fault == EXPLORE_FAULTS)
		return FALSE;
	*finding = (struct explore_finding){
		.fault = (enum explore_fault)fault,
		.cuts = (guint)json_integer_value(json_object_get(json, "cuts")),
		.operation = (guint64)json_integer_value(json_object_get(json, "operation")),
		.states = (guint64)json_integer_value(json_object_get(json, "states")),
		.disk = (guint)json_integer_value(json_object_get(where, "disk")),
		.lba = (guint64)json_integer_value(json_object_get(where, "lba")),
		.sectors = (guint64)json_integer_value(json_object_get(where, "sectors")),
		.text = g_strdup(text),
		.plan = plan ? cut_plan_decode(plan, NULL) : NULL,
	};
	if (!plan || finding->plan)
		return TRUE;
	finding_clear(finding);
	return FALSE;
}

json_t *explore_result_encode(const struct explore_result *result)
{
	json_t *findings = json_array();

	for (guint i = 0; i < result->findings->len; i++)
		json_array_append_new(findings,
				      encode_finding(&g_array_index(result->findings, struct explore_finding, i)));
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "erase", explore_triggers[result->trigger], "verdict",
			 explore_verdict_names[result->verdict], "reason",
			 result->reason ? json_string(result->reason) : json_null(), "counts",
			 explore_counts_encode(&result->counts), "findings", findings, "map",
			 explore_outcomes_encode(result->outcomes));
}

static guint index_of(const char *const *names, guint count, json_t *json)
{
	const char *name = json_string_value(json);
	guint i = 0;

	while (i < count && g_strcmp0(names[i], name) != 0)
		i++;
	return i;
}

gboolean explore_result_decode(struct explore_result *result, json_t *json, GError **error)
{
	guint trigger = index_of(explore_triggers, EXPLORE_TRIGGERS, json_object_get(json, "erase"));
	guint verdict = index_of(explore_verdict_names, EXPLORE_VERDICTS, json_object_get(json, "verdict"));
	json_t *findings = json_object_get(json, "findings");

	if (trigger < EXPLORE_TRIGGERS && verdict < EXPLORE_VERDICTS && json_is_array(findings)) {
		explore_result_init(result, (enum explore_trigger)trigger);
		result->verdict = (enum explore_verdict)verdict;
		result->reason = g_strdup(json_string_value(json_object_get(json, "reason")));
		explore_counts_decode(json_object_get(json, "counts"), &result->counts);
		for (guint i = 0; i < json_array_size(findings); i++) {
			struct explore_finding finding;

			if (decode_finding(json_array_get(findings, i), &finding))
				g_array_append_val(result->findings, finding);
		}
		if (result->findings->len == json_array_size(findings) &&
		    explore_outcomes_decode(json_object_get(json, "map"), result->outcomes))
			return TRUE;
		explore_result_clear(result);
	}
	g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "this is no result of exploring");
	return FALSE;
}

/* --- words --- */

static void tell_finding(const struct explore_finding *finding, const char *again, GString *text)
{
	const struct explore_fault_info *info = &explore_faults[finding->fault];

	if (finding->cuts)
		g_string_append_printf(text,
				       "  %s (%s): after %u cut%s, the first at operation %" G_GUINT64_FORMAT ": %s\n",
				       info->name, requirement_of(finding), finding->cuts, finding->cuts > 1 ? "s" : "",
				       finding->operation, finding->text);
	else
		g_string_append_printf(text, "  %s (%s): without any cut: %s\n", info->name, requirement_of(finding),
				       finding->text);
	for (guint i = 0; finding->plan && i < finding->plan->story->len; i++)
		g_string_append_printf(text, "    %s\n", (const char *)g_ptr_array_index(finding->plan->story, i));
	if (again)
		g_string_append_printf(text, "    Again: %s\n", again);
	else if (!finding->plan)
		g_string_append(text, "    How it comes about could not be worked out as one plan.\n");
}

void explore_result_tell(const struct explore_result *result, char *const *again, GString *text)
{
	g_string_append_printf(text, "%s: %s%s%s\n", explore_triggers[result->trigger],
			       explore_verdict_names[result->verdict], result->reason ? ": " : "",
			       result->reason ? result->reason : "");
	for (guint i = 0; i < result->findings->len; i++)
		tell_finding(&g_array_index(result->findings, struct explore_finding, i), again ? again[i] : NULL,
			     text);
	if (result->counts.sessions)
		explore_counts_tell(&result->counts, text);
}
