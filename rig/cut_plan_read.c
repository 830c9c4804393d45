/* SPDX-License-Identifier: Apache-2.0 */
/* A cut plan out of a file: whatever is there, only what is meant comes out. */
#include "cut_plan.h"
#include "rig/explore/explore.h"
#include <string.h>

#define FILE_BYTES_MAX ((gsize)16 << 20)
#define TEXT_MAX 4096

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean refuse(GError **error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "this is no cut plan: %s", why);
	return FALSE;
}

/* An object with these members and no others. */
static gboolean has_only(json_t *json, const char *const *names, const char *what, GError **error)
{
	const char *name;
	json_t *value;

	if (!json_is_object(json))
		return refuse(error, "%s is no object", what);
	for (const char *const *wanted = names; *wanted; wanted++)
		if (!json_object_get(json, *wanted))
			return refuse(error, "%s has no \"%s\"", what, *wanted);
	json_object_foreach(json, name, value)
	{
		if (!g_strv_contains(names, name))
			return refuse(error, "%s has a \"%s\"", what, name);
	}
	return TRUE;
}

static gboolean read_number(json_t *json, const char *name, guint64 least, guint64 most, guint64 *number,
			    GError **error)
{
	json_t *value = json_object_get(json, name);
	json_int_t integer = json_integer_value(value);

	if (!json_is_integer(value) || integer < 0 || (guint64)integer < least || (guint64)integer > most)
		return refuse(error, "\"%s\" is no whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, name,
			      least, most);
	*number = (guint64)integer;
	return TRUE;
}

static gboolean read_flag(json_t *json, const char *name, gboolean *flag, GError **error)
{
	json_t *value = json_object_get(json, name);

	if (!json_is_boolean(value))
		return refuse(error, "\"%s\" is neither true nor false", name);
	*flag = json_is_true(value);
	return TRUE;
}

static gboolean read_text(json_t *json, const char *name, char **text, GError **error)
{
	const char *value = json_string_value(json_object_get(json, name));

	if (!value || strlen(value) > TEXT_MAX || strlen(value) != json_string_length(json_object_get(json, name)))
		return refuse(error, "\"%s\" is no text of at most %d bytes", name, TEXT_MAX);
	g_free(*text);
	*text = g_strdup(value);
	return TRUE;
}

static gboolean read_choice(json_t *json, const char *name, const char *const *choices, guint *choice, GError **error)
{
	const char *value = json_string_value(json_object_get(json, name));

	for (guint i = 0; value && choices[i]; i++)
		if (g_str_equal(value, choices[i])) {
			*choice = i;
			return TRUE;
		}
	g_autofree char *known = g_strjoinv(", ", (char **)choices);
	return refuse(error, "\"%s\" is none of %s", name, known);
}

/* --- parts --- */

/* Known words only: what goes into a scenario must not be able to say anything else there. */
static gboolean read_fault(json_t *json, struct cut_plan *plan, GError **error)
{
	/* That the message goes too early is found as the fault that it never comes is, see explore_plan.c. */
	static const char other[] = "MSG-01";
	const char *names[EXPLORE_FAULTS + 1] = { NULL };
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	guint fault = 0, id = 0;

	for (guint i = 0; i < EXPLORE_FAULTS; i++) {
		names[i] = explore_faults[i].name;
		if (!g_ptr_array_find_with_equal_func(ids, explore_faults[i].requirement, g_str_equal, NULL))
			g_ptr_array_add(ids, (gpointer)explore_faults[i].requirement);
	}
	g_ptr_array_add(ids, (gpointer)other);
	g_ptr_array_add(ids, NULL);
	if (!read_choice(json, "fault", names, &fault, error) ||
	    !read_choice(json, "requirement", (const char *const *)ids->pdata, &id, error))
		return FALSE;
	plan->fault = g_strdup(names[fault]);
	plan->requirement = g_strdup(ids->pdata[id]);
	return TRUE;
}

static gboolean read_write(json_t *json, const struct cut_plan *plan, struct cut_at *cut, GError **error)
{
	static const char *const names[] = { "disk", "index", "lba", "count", "fate", "at", NULL };
	guint64 disk = 0, index = 0, lba = 0, count = 0, at = 0;
	guint fate = 0;

	if (!has_only(json, names, "a fate", error) || !read_number(json, "disk", 0, plan->disks - 1, &disk, error))
		return FALSE;
	if (!cut->pending[disk])
		return refuse(error, "a fate is of a write to disk %u, where none waits", (guint)disk);
	if (!read_number(json, "index", 0, cut->pending[disk] - 1, &index, error) ||
	    !read_number(json, "lba", 0, plan->disk[disk].sectors - 1, &lba, error) ||
	    !read_number(json, "count", 1, MIN(plan->disk[disk].sectors - lba, G_MAXUINT32), &count, error) ||
	    !read_number(json, "at", 0, count - 1, &at, error) ||
	    !read_choice(json, "fate", cut_fate_names, &fate, error))
		return FALSE;
	const struct cut_write write = { (guint)disk,	 (guint)index,	      lba,
					 (guint32)count, (enum cut_fate)fate, (guint32)at };
	g_array_append_val(cut->fates, write);
	return TRUE;
}

static gboolean read_fates(json_t *json, const struct cut_plan *plan, struct cut_at *cut, GError **error)
{
	json_t *pending = json_object_get(json, "pending"), *fates = json_object_get(json, "fates"), *entry;
	size_t i;

	if (json_array_size(pending) != plan->disks)
		return refuse(error, "\"pending\" does not count the writes of %u disks", plan->disks);
	json_array_foreach(pending, i, entry)
	{
		if (!json_is_integer(entry) || json_integer_value(entry) < 0 ||
		    json_integer_value(entry) > G_MAXUINT32 / 2)
			return refuse(error, "\"pending\" holds something that is no count");
		cut->pending[i] = (guint)json_integer_value(entry);
	}
	if (!json_is_array(fates) || json_array_size(fates) > CUT_PLAN_FATES_MAX)
		return refuse(error, "\"fates\" is no list of at most %u", CUT_PLAN_FATES_MAX);
	json_array_foreach(fates, i, entry)
	{
		if (!read_write(entry, plan, cut, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean read_cut(json_t *json, struct cut_plan *plan, GError **error)
{
	static const char *const names[] = { "operation", "kind",  "nth",      "when",	  "disk",  "at",
					     "count",	  "at_ns", "promised", "pending", "fates", NULL };
	struct cut_at *cut = cut_plan_add(plan);
	guint64 disk = 0, count = 0, at_ns = 0;
	guint kind = 0, when = 0;

	if (!has_only(json, names, "a cut", error) || !read_choice(json, "kind", cut_kind_names, &kind, error) ||
	    !read_number(json, "nth", 1, G_MAXINT64, &cut->nth, error) ||
	    !read_number(json, "operation", kind == CUT_AT_POWER ? 0 : cut->nth, G_MAXINT64, &cut->operation, error) ||
	    !read_choice(json, "when", cut_moment_names, &when, error) ||
	    !read_number(json, "disk", 0, plan->disks - 1, &disk, error) ||
	    !read_number(json, "at", 0, G_MAXINT64, &cut->at, error) ||
	    !read_number(json, "count", 0, G_MAXUINT32, &count, error) ||
	    !read_number(json, "at_ns", 0, G_MAXINT64 / 4, &at_ns, error) ||
	    !read_flag(json, "promised", &cut->promised, error))
		return FALSE;
	cut->kind = (enum cut_kind)kind;
	cut->when = (enum cut_moment)when;
	cut->disk = (guint)disk;
	cut->count = (guint32)count;
	cut->at_ns = (gint64)at_ns;
	return read_fates(json, plan, cut, error);
}

static gboolean read_cuts(json_t *json, struct cut_plan *plan, GError **error)
{
	json_t *cuts = json_object_get(json, "cuts"), *entry;
	size_t i;

	if (!json_is_array(cuts) || json_array_size(cuts) > CUT_PLAN_CUTS_MAX)
		return refuse(error, "\"cuts\" is no list of at most %u", CUT_PLAN_CUTS_MAX);
	json_array_foreach(cuts, i, entry)
	{
		if (read_cut(entry, plan, error))
			continue;
		g_prefix_error(error, "cut %u: ", (guint)i + 1);
		return FALSE;
	}
	return TRUE;
}

static gboolean read_disks(json_t *json, struct cut_plan *plan, GError **error)
{
	static const char *const names[] = { "sectors", "block", NULL }, *const system_names[] = { "lba", "sectors",
												   NULL };
	json_t *disks = json_object_get(json, "disks"), *system = json_object_get(json, "system");
	const guint64 most = G_GUINT64_CONSTANT(1) << 48;

	plan->disks = (guint)MIN(json_array_size(disks), EXPLORE_DISKS + 1);
	if (!plan->disks || plan->disks > EXPLORE_DISKS)
		return refuse(error, "\"disks\" is no list of one or two");
	for (guint i = 0; i < plan->disks; i++) {
		json_t *entry = json_array_get(disks, i);
		guint64 block = 0;

		if (!has_only(entry, names, "a disk", error) ||
		    !read_number(entry, "sectors", 1, most, &plan->disk[i].sectors, error) ||
		    !read_number(entry, "block", 1, 4096, &block, error))
			return FALSE;
		plan->disk[i].block = (guint32)block;
	}
	return has_only(system, system_names, "\"system\"", error) &&
	       read_number(system, "lba", 0, most, &plan->system_lba, error) &&
	       read_number(system, "sectors", 0, most, &plan->system_sectors, error);
}

static gboolean read_board(json_t *json, struct cut_plan *plan, GError **error)
{
	json_t *board = json_object_get(json, "board"), *value;
	const char *name;

	if (!json_is_object(board))
		return refuse(error, "\"board\" is no object");
	json_object_foreach(board, name, value)
	{
		g_autofree char *text = NULL;

		if (!read_text(board, name, &text, error))
			return FALSE;
		json_object_set_new(plan->board, name, json_string(text));
	}
	return TRUE;
}

static gboolean read_story(json_t *json, struct cut_plan *plan, GError **error)
{
	json_t *story = json_object_get(json, "story"), *line;
	size_t i;

	if (!json_is_array(story))
		return refuse(error, "\"story\" is no list");
	json_array_foreach(story, i, line)
	{
		if (!json_is_string(line))
			return refuse(error, "\"story\" holds something that is no text");
		g_ptr_array_add(plan->story, g_strdup(json_string_value(line)));
	}
	return TRUE;
}

static gboolean read_head(json_t *json, struct cut_plan *plan, GError **error)
{
	static const char *const names[] = { "format", "version", "fault", "requirement", "text", "firmware",
					     "erase",  "mode",	  "seed",  "document",	  "then", "board",
					     "disks",  "system",  "cuts",  "story",	  NULL },
				 *const firmware_names[] = { "file", "sha256", NULL };
	json_t *firmware = json_object_get(json, "firmware");
	guint64 version = 0, mode = 0;
	guint erase = 0, then = 0;

	if (g_strcmp0(json_string_value(json_object_get(json, "format")), CUT_PLAN_FORMAT))
		return refuse(error, "its \"format\" is not \"%s\"", CUT_PLAN_FORMAT);
	if (!read_number(json, "version", CUT_PLAN_VERSION, CUT_PLAN_VERSION, &version, error) ||
	    !has_only(json, names, "it", error) || !read_fault(json, plan, error) ||
	    !read_text(json, "text", &plan->text, error) ||
	    !has_only(firmware, firmware_names, "\"firmware\"", error) ||
	    !read_text(firmware, "file", &plan->file, error) || !read_text(firmware, "sha256", &plan->sha256, error) ||
	    !read_choice(json, "erase", explore_triggers, &erase, error) ||
	    !read_number(json, "mode", 1, 3, &mode, error) ||
	    !read_number(json, "seed", 0, G_MAXINT64, &plan->seed, error) ||
	    !read_flag(json, "document", &plan->document, error) ||
	    !read_choice(json, "then", cut_then_names, &then, error))
		return FALSE;
	plan->erase = g_strdup(explore_triggers[erase]);
	plan->mode = (guint)mode;
	plan->then = (enum cut_then)then;
	return TRUE;
}

struct cut_plan *cut_plan_decode(json_t *json, GError **error)
{
	struct cut_plan *plan = cut_plan_new();

	if (read_head(json, plan, error) && read_board(json, plan, error) && read_disks(json, plan, error) &&
	    read_cuts(json, plan, error) && read_story(json, plan, error))
		return plan;
	cut_plan_free(plan);
	return NULL;
}

struct cut_plan *cut_plan_load(const char *path, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *text = NULL;
	gsize length = 0;
	json_error_t where;

	if (!g_file_get_contents(path, &text, &length, &failure)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "cut plan: %s", failure->message);
		return NULL;
	}
	json_t *json = length <= FILE_BYTES_MAX ? json_loadb(text, length, JSON_REJECT_DUPLICATES, &where) : NULL;
	if (!json) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: this is no cut plan: %s", path,
			    length <= FILE_BYTES_MAX ? where.text : "it is larger than 16 MiB");
		return NULL;
	}
	struct cut_plan *plan = cut_plan_decode(json, error);
	json_decref(json);
	if (!plan)
		g_prefix_error(error, "%s: ", path);
	return plan;
}
