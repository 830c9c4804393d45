/* SPDX-License-Identifier: Apache-2.0 */
/* wiperig list */
#include "rig/command.h"
#include "rig/defect.h"
#include "rig/host.h"
#include "rig/monitors/monitor.h"
#include "rig/paths.h"
#include "rig/plan.h"
#include "rig/requirement.h"
#include "rig/sink.h"
#include "rig/steps/step.h"
#include "rig/unproven.h"

static const char help[] =
    "Lists what there is. Without an option: the scenarios.\n"
    "\n"
    "Examples:\n"
    "  wiperig list                       scenarios with their number of cases\n"
    "  wiperig list --requirements        each requirement and what covers it\n"
    "  wiperig list --defects --json      known-bad firmwares and parts, one JSON object a line\n";

/* Rows go out as aligned text or as JSON lines; the columns' names are the JSON keys. */
struct listing {
	gboolean json;
	const char *const *columns;
	GPtrArray *rows; /* of char ** */
	char **paths;
	const struct catalogue *catalogue;
};

static void add_row(struct listing *listing, ...)
{
	guint count = g_strv_length((char **)listing->columns);
	char **row = g_new0(char *, count + 1);
	va_list values;

	va_start(values, listing);
	for (guint i = 0; i < count; i++)
		row[i] = g_strdup(va_arg(values, const char *));
	va_end(values);
	g_ptr_array_add(listing->rows, row);
}

static void print_json(const struct listing *listing)
{
	for (guint i = 0; i < listing->rows->len; i++) {
		char **row = g_ptr_array_index(listing->rows, i);
		json_t *object = json_pack("{s:i}", "seq", (int)i + 1);
		for (guint k = 0; listing->columns[k]; k++)
			json_object_set_new(object, listing->columns[k], json_string(row[k]));
		g_autofree char *text = json_dumps(object, JSON_COMPACT);
		g_print("%s\n", text);
		json_decref(object);
	}
	g_print("{\"seq\":%u,\"type\":\"end\",\"ended\":\"complete\",\"exit\":0}\n", listing->rows->len + 1);
}

static void print_text(const struct listing *listing)
{
	guint columns = g_strv_length((char **)listing->columns);
	g_autofree glong *widths = g_new0(glong, columns);

	for (guint i = 0; i < listing->rows->len; i++)
		for (guint k = 0; k < columns; k++)
			widths[k] =
			    MAX(widths[k], g_utf8_strlen(((char **)g_ptr_array_index(listing->rows, i))[k], -1));
	for (guint i = 0; i < listing->rows->len; i++) {
		char **row = g_ptr_array_index(listing->rows, i);
		for (guint k = 0; k < columns; k++) {
			int pad = k + 1 < columns ? (int)(MIN(widths[k], 70) - g_utf8_strlen(row[k], -1)) : 0;
			g_print("%s%*s%s", row[k], MAX(pad, 0), "", k + 1 < columns ? "  " : "\n");
		}
	}
}

static struct plan *load_plan(const struct listing *listing, GError **error)
{
	g_autofree char *standard = path_scenarios();
	char *paths[] = { standard, NULL };
	struct plan *plan = plan_load(listing->paths ? listing->paths : paths, NULL, FALSE, error);

	for (guint i = 0; plan && i < plan->refused->len; i++)
		g_printerr("wiperig list: refused: %s\n", (char *)g_ptr_array_index(plan->refused, i));
	return plan;
}

static gboolean list_scenarios(struct listing *listing, GError **error)
{
	struct plan *plan = load_plan(listing, error);
	size_t k;
	json_t *scenario;

	for (guint i = 0; plan && i < plan->sheets->len; i++)
		json_array_foreach(json_object_get(g_ptr_array_index(plan->sheets, i), "scenarios"), k, scenario)
		{
			g_autofree char *cases =
			    g_strdup_printf("%zu cases", json_array_size(json_object_get(scenario, "cases")));
			add_row(listing, json_string_value(json_object_get(scenario, "id")), cases,
				json_string_value(json_object_get(g_ptr_array_index(plan->sheets, i), "file")),
				json_string_value(json_object_get(scenario, "title")));
		}
	gboolean good = plan != NULL;
	plan_free(plan);
	return good;
}

static gboolean names(json_t *ids, const char *id)
{
	size_t i;
	json_t *entry;

	json_array_foreach(ids, i, entry) if (g_str_equal(json_string_value(entry), id)) return TRUE;
	return FALSE;
}

/* The scenarios that name a requirement, with the number of their cases. */
static char *coverage(const struct plan *plan, const char *id)
{
	GString *text = g_string_new(NULL);
	size_t k;
	json_t *scenario;

	for (guint i = 0; i < plan->sheets->len; i++)
		json_array_foreach(json_object_get(g_ptr_array_index(plan->sheets, i), "scenarios"), k,
				   scenario) if (names(json_object_get(scenario, "requirements"), id))
		    g_string_append_printf(text, "%s%s (%zu)", text->len ? ", " : "",
					   json_string_value(json_object_get(scenario, "id")),
					   json_array_size(json_object_get(scenario, "cases")));
	return g_string_free(text, FALSE);
}

/* The defects that break a requirement, or why there is none. */
static char *proof(const GPtrArray *defects, GHashTable *unproven, const char *id)
{
	GString *text = g_string_new(NULL);
	const char *reason = g_hash_table_lookup(unproven, id);

	for (guint i = 0; i < defects->len; i++) {
		const struct defect_info *defect = g_ptr_array_index(defects, i);
		if (g_str_equal(defect->requirement, id))
			g_string_append_printf(text, "%s%s", text->len ? ", " : "", defect->name);
	}
	if (!text->len)
		g_string_printf(text, "unproven%s%s", reason ? ": " : "", reason ? reason : "");
	return g_string_free(text, FALSE);
}

static gboolean list_requirements(struct listing *listing, GError **error)
{
	struct requirement_table *table = requirement_table_load_default(error);
	g_autoptr(GHashTable) unproven = table ? unproven_load(table, error) : NULL;
	g_autoptr(GPtrArray) defects = unproven ? defect_list_all(listing->catalogue->parts, error) : NULL;
	struct plan *plan = defects ? load_plan(listing, error) : NULL;
	guint covered = 0, proven = 0;

	for (guint i = 0; plan && i < requirement_table_count(table); i++) {
		const struct requirement *r = requirement_table_at(table, i);
		g_autofree char *by = coverage(plan, r->id);
		g_autofree char *proven_by = proof(defects, unproven, r->id);
		covered += *by != 0;
		proven += !g_str_has_prefix(proven_by, "unproven");
		add_row(listing, r->id, r->kind, *by ? by : "not covered", proven_by, r->text);
	}
	if (plan && !listing->json)
		g_print("%u of %u requirements are covered by scenarios, %u proven by a known-bad firmware or part\n",
			covered, requirement_table_count(table), proven);
	gboolean good = plan != NULL;
	plan_free(plan);
	requirement_table_free(table);
	return good;
}

static gboolean list_defects(struct listing *listing, GError **error)
{
	g_autoptr(GPtrArray) defects = defect_list_all(listing->catalogue->parts, error);

	for (guint i = 0; defects && i < defects->len; i++) {
		const struct defect_info *d = g_ptr_array_index(defects, i);
		add_row(listing, d->name, d->requirement, d->summary, d->seen);
	}
	return defects != NULL;
}

static gboolean list_monitors(struct listing *listing, GError **error)
{
	(void)error;
	for (const struct monitor *const *m = monitors; *m; m++) {
		g_autofree char *needs = monitor_needs_text((*m)->needs);
		g_autofree char *ids = g_strjoinv(" ", (char **)(*m)->requirements);
		/* By one that contradicts nothing passes; where it is off nothing lacks. */
		add_row(listing, (*m)->name, (*m)->supporting ? "contradicts" : "judges", ids,
			*needs ? needs : "nothing but what the unit says", (*m)->summary);
	}
	return TRUE;
}

static gboolean list_drivers(struct listing *listing, GError **error)
{
	(void)error;
	for (const struct driver *const *d = listing->catalogue->drivers; *d; d++)
		add_row(listing, driver_role_name((*d)->role), (*d)->name, (*d)->summary);
	return TRUE;
}

static gboolean list_hosts(struct listing *listing, GError **error)
{
	(void)error;
	for (const struct host_profile *const *h = listing->catalogue->hosts; *h; h++)
		add_row(listing, (*h)->name, (*h)->bus_name, (*h)->usb_board ? "USB board except US" : "no USB board",
			(*h)->ram_expansion ? "512 MiB except US" : "any RAM", (*h)->source,
			(*h)->verified ? "" : "unverified");
	return TRUE;
}

static gboolean list_steps(struct listing *listing, GError **error)
{
	const struct step_spec *step;

	(void)error;
	for (guint i = 0; (step = step_at(i)); i++) {
		g_autoptr(GString) fields = g_string_new(NULL);
		for (const struct step_argument *a = step->arguments; a->name; a++)
			g_string_append_printf(fields, "%s%s%s", fields->len ? ", " : "", a->name,
					       a->required ? "*" : "");
		add_row(listing, step->name, fields->str, step->summary);
	}
	return TRUE;
}

static const struct {
	const char *option, *summary;
	const char *columns[8];
	gboolean (*fill)(struct listing *, GError **);
} kinds[] = {
	{ NULL, NULL, { "scenario", "cases", "file", "title" }, list_scenarios },
	{ "requirements",
	  "Requirements and what covers them",
	  { "id", "kind", "covered_by", "proven_by", "text" },
	  list_requirements },
	{ "defects", "Known-bad firmwares and parts", { "name", "requirement", "summary", "seen" }, list_defects },
	{ "monitors",
	  "Invariants watched in every case: what they speak for and need to observe",
	  { "name", "kind", "requirements", "needs", "invariant" },
	  list_monitors },
	{ "drivers", "Instrument drivers by role", { "role", "name", "summary" }, list_drivers },
	{ "hosts",
	  "Host profiles and what they require",
	  { "name", "bus", "usb_board", "ram", "source", "note" },
	  list_hosts },
	{ "steps", "The vocabulary of scenarios (* = required field)", { "step", "fields", "summary" }, list_steps },
};

static int list_main(int argc, char **argv, const struct catalogue *catalogue)
{
	gboolean chosen[G_N_ELEMENTS(kinds)] = { FALSE };
	struct listing listing = { .catalogue = catalogue };
	GOptionEntry entries[G_N_ELEMENTS(kinds) + 2] = { 0 };
	g_autoptr(GError) error = NULL;
	guint pick = 0, picked = 0;
	int code;

	for (guint i = 1; i < G_N_ELEMENTS(kinds); i++)
		entries[i - 1] =
		    (GOptionEntry){ kinds[i].option, 0, 0, G_OPTION_ARG_NONE, &chosen[i], kinds[i].summary, NULL };
	entries[G_N_ELEMENTS(kinds) - 1] =
	    (GOptionEntry){ "json", 0, 0, G_OPTION_ARG_NONE, &listing.json, "JSON lines", NULL };
	if (!command_parse(&argc, &argv, "[SCENARIO|DIR…] - list what there is", help, entries, &code))
		return code;
	for (guint i = 1; i < G_N_ELEMENTS(kinds); i++)
		if (chosen[i]) {
			pick = i;
			picked++;
		}
	if (picked > 1) {
		g_printerr("wiperig list: choose one list at a time\n");
		return EXIT_USAGE;
	}
	listing.columns = (const char *const *)kinds[pick].columns;
	listing.rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	listing.paths = argc > 1 ? argv + 1 : NULL;
	gboolean good = kinds[pick].fill(&listing, &error);
	if (good)
		(listing.json ? print_json : print_text)(&listing);
	g_ptr_array_unref(listing.rows);
	return good ? EXIT_PASSED : command_fail(error);
}

const struct command list_command = { "list", "List scenarios, requirements, defects, monitors, drivers, hosts, steps",
				      list_main };
