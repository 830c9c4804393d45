/* SPDX-License-Identifier: Apache-2.0 */
#include "cut_plan.h"

const char *const cut_kind_names[] = {
	[CUT_AT_WRITE] = "write",   [CUT_AT_FLUSH] = "flush", [CUT_AT_NVRAM] = "nvram", [CUT_AT_COUNTER] = "counter",
	[CUT_AT_RESIZE] = "resize", [CUT_AT_POWER] = "power", [CUT_KINDS] = NULL
};
const char *const cut_moment_names[] = { "before", "within", "after", NULL };
const char *const cut_then_names[] = { "rest", "store", "report", NULL };
const char *const cut_fate_names[] = { "lost", "torn-old", "torn-new", "torn-unreadable", NULL };

static void cut_free(gpointer data)
{
	struct cut_at *cut = data;

	g_array_unref(cut->fates);
	g_free(cut);
}

struct cut_plan *cut_plan_new(void)
{
	struct cut_plan *plan = g_new0(struct cut_plan, 1);

	plan->board = json_object();
	plan->cuts = g_ptr_array_new_with_free_func(cut_free);
	plan->story = g_ptr_array_new_with_free_func(g_free);
	return plan;
}

void cut_plan_free(struct cut_plan *plan)
{
	if (!plan)
		return;
	char *texts[] = { plan->fault, plan->requirement, plan->text, plan->file, plan->sha256, plan->erase };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	json_decref(plan->board);
	g_ptr_array_unref(plan->cuts);
	g_ptr_array_unref(plan->story);
	g_free(plan);
}

struct cut_at *cut_plan_add(struct cut_plan *plan)
{
	struct cut_at *cut = g_new0(struct cut_at, 1);

	cut->fates = g_array_new(FALSE, FALSE, sizeof(struct cut_write));
	g_ptr_array_add(plan->cuts, cut);
	return cut;
}

/* --- into JSON --- */

static json_t *encode_write(const struct cut_write *write)
{
	return json_pack("{s:i, s:i, s:I, s:I, s:s, s:I}", "disk", (int)write->disk, "index", (int)write->index, "lba",
			 (json_int_t)write->lba, "count", (json_int_t)write->count, "fate", cut_fate_names[write->fate],
			 "at", (json_int_t)write->at);
}

static json_t *encode_cut(const struct cut_at *cut, guint disks)
{
	json_t *pending = json_array(), *fates = json_array();

	for (guint i = 0; i < disks; i++)
		json_array_append_new(pending, json_integer(cut->pending[i]));
	for (guint i = 0; i < cut->fates->len; i++)
		json_array_append_new(fates, encode_write(&g_array_index(cut->fates, struct cut_write, i)));
	return json_pack("{s:I, s:s, s:I, s:s, s:i, s:I, s:I, s:I, s:b, s:o, s:o}", "operation",
			 (json_int_t)cut->operation, "kind", cut_kind_names[cut->kind], "nth", (json_int_t)cut->nth,
			 "when", cut_moment_names[cut->when], "disk", (int)cut->disk, "at", (json_int_t)cut->at,
			 "count", (json_int_t)cut->count, "at_ns", (json_int_t)cut->at_ns, "promised", cut->promised,
			 "pending", pending, "fates", fates);
}

json_t *cut_plan_encode(const struct cut_plan *plan)
{
	json_t *cuts = json_array(), *disks = json_array(), *story = json_array();

	for (guint i = 0; i < plan->cuts->len; i++)
		json_array_append_new(cuts, encode_cut(g_ptr_array_index(plan->cuts, i), plan->disks));
	for (guint i = 0; i < plan->disks; i++)
		json_array_append_new(disks, json_pack("{s:I, s:I}", "sectors", (json_int_t)plan->disk[i].sectors,
						       "block", (json_int_t)plan->disk[i].block));
	for (guint i = 0; i < plan->story->len; i++)
		json_array_append_new(story, json_string(g_ptr_array_index(plan->story, i)));
	return json_pack("{s:s, s:i, s:s, s:s, s:s, s:{s:s, s:s}, s:s, s:i, s:I, s:b, s:s, s:O, s:o, s:{s:I, s:I}, "
			 "s:o, s:o}",
			 "format", CUT_PLAN_FORMAT, "version", CUT_PLAN_VERSION, "fault", plan->fault, "requirement",
			 plan->requirement, "text", plan->text, "firmware", "file", plan->file, "sha256", plan->sha256,
			 "erase", plan->erase, "mode", (int)plan->mode, "seed", (json_int_t)plan->seed, "document",
			 plan->document, "then", cut_then_names[plan->then], "board", plan->board, "disks", disks,
			 "system", "lba", (json_int_t)plan->system_lba, "sectors", (json_int_t)plan->system_sectors,
			 "cuts", cuts, "story", story);
}

gboolean cut_plan_save(json_t *plan, const char *path, GError **error)
{
	g_autofree char *text = json_dumps(plan, JSON_INDENT(1));
	g_autofree char *line = g_strconcat(text, "\n", NULL);
	g_autoptr(GError) failure = NULL;

	if (g_file_set_contents(path, line, -1, &failure))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "writing %s: %s", path, failure->message);
	return FALSE;
}

/* --- into Lua --- */

static void lua_fates(GString *lua, const struct cut_at *cut)
{
	for (guint i = 0; i < cut->fates->len; i++) {
		const struct cut_write *write = &g_array_index(cut->fates, struct cut_write, i);

		g_string_append_printf(lua, "%s%u:%u:%" G_GUINT64_FORMAT ":%u:%s:%u", i ? "," : "", write->disk,
				       write->index, write->lba, write->count, cut_fate_names[write->fate], write->at);
	}
}

static void lua_cut(GString *lua, const struct cut_at *cut)
{
	g_string_append_printf(lua,
			       "{ op = \"%s\", nth = %" G_GUINT64_FORMAT ", when = \"%s\", disk = %u, at = "
			       "%" G_GUINT64_FORMAT ", count = %u, at_ns = %" G_GINT64_FORMAT
			       ", promised = %s, pending = %u, pending2 = %u, operation = %" G_GUINT64_FORMAT,
			       cut_kind_names[cut->kind], cut->nth, cut_moment_names[cut->when], cut->disk, cut->at,
			       cut->count, cut->at_ns, cut->promised ? "true" : "false", cut->pending[0],
			       cut->pending[1], cut->operation);
	if (cut->fates->len) {
		g_string_append(lua, ", fates = \"");
		lua_fates(lua, cut);
		g_string_append_c(lua, '"');
	}
	g_string_append(lua, " }, ");
}

char *cut_plan_lua(const struct cut_plan *plan, gboolean exact, gboolean emulated)
{
	GString *lua = g_string_new(NULL);

	g_string_append_printf(
	    lua,
	    "{ fault = \"%s\", requirement = \"%s\", erase = \"%s\", mode = %u, document = %s, after = \"%s\", "
	    "exact = %s, emulated = %s, system_lba = %" G_GUINT64_FORMAT ", system_sectors = %" G_GUINT64_FORMAT
	    ", disks = {",
	    plan->fault, plan->requirement, plan->erase, plan->mode, plan->document ? "true" : "false",
	    cut_then_names[plan->then], exact ? "true" : "false", emulated ? "true" : "false", plan->system_lba,
	    plan->system_sectors);
	for (guint i = 0; i < plan->disks; i++)
		g_string_append_printf(lua, "%" G_GUINT64_FORMAT ", ", plan->disk[i].sectors);
	g_string_append(lua, "}, cuts = { ");
	for (guint i = 0; i < plan->cuts->len; i++)
		lua_cut(lua, g_ptr_array_index(plan->cuts, i));
	g_string_append(lua, "} }");
	return g_string_free(lua, FALSE);
}
