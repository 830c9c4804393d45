/* SPDX-License-Identifier: Apache-2.0 */
#include "requirement.h"
#include "paths.h"
#include <string.h>

#define HEADING "id\ttext\tsource\tkind"
#define COLUMNS 4

struct requirement_table {
	char *text; /* the file, cut into fields in place */
	GArray *rows;
	GHashTable *by_id; /* id → index + 1 */
};

const char *const requirement_kinds[] = { "doc", "secondary", "derived", "evaluator", "procedural", NULL };

gboolean requirement_is_documented(const struct requirement *requirement)
{
	return g_str_equal(requirement->kind, "doc");
}

static gboolean id_is_valid(const char *id)
{
	return strlen(id) == 6 && g_ascii_isupper(id[0]) && g_ascii_isupper(id[1]) && g_ascii_isupper(id[2]) &&
	       id[3] == '-' && g_ascii_isdigit(id[4]) && g_ascii_isdigit(id[5]);
}

static gboolean refuse(GError **error, const char *path, guint line, const char *what, const char *text)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s:%u: %s%s%s", path, line, what, text ? ": " : "",
		    text ? text : "");
	return FALSE;
}

/* Cuts a line into its fields; FALSE unless there are exactly COLUMNS, none empty. */
static gboolean split(char *line, char *fields[COLUMNS])
{
	guint n = 0;

	for (char *at = line; at; n++) {
		char *tab = strchr(at, '\t');
		if (n == COLUMNS || !*at || tab == at)
			return FALSE;
		fields[n] = at;
		at = tab ? tab + 1 : NULL;
		if (tab)
			*tab = 0;
	}
	return n == COLUMNS;
}

static gboolean add_line(struct requirement_table *table, const char *path, guint number, char *line, GError **error)
{
	char *fields[COLUMNS];

	if (!g_utf8_validate(line, -1, NULL))
		return refuse(error, path, number, "not UTF-8", NULL);
	if (!split(line, fields))
		return refuse(error, path, number, "expected id, text, source and kind with tabs between", NULL);
	if (!id_is_valid(fields[0]))
		return refuse(error, path, number, "an id is like LIC-01, not", fields[0]);
	if (!g_strv_contains(requirement_kinds, fields[3]))
		return refuse(error, path, number, "unknown kind", fields[3]);
	if (requirement_table_find(table, fields[0]))
		return refuse(error, path, number, "this id was there before", fields[0]);
	struct requirement row = { fields[0], fields[1], fields[2], fields[3] };
	g_array_append_val(table->rows, row);
	g_hash_table_insert(table->by_id, fields[0], GUINT_TO_POINTER(table->rows->len));
	return TRUE;
}

static gboolean add_lines(struct requirement_table *table, const char *path, GError **error)
{
	char *line = table->text;

	for (guint number = 1; *line; number++) {
		char *end = strchr(line, '\n');
		if (!end)
			return refuse(error, path, number, "the last line does not end", NULL);
		*end = 0;
		if (number == 1 && !g_str_equal(line, HEADING))
			return refuse(error, path, number, "the first line is not id, text, source, kind", NULL);
		if (number > 1 && !add_line(table, path, number, line, error))
			return FALSE;
		line = end + 1;
	}
	return table->rows->len || refuse(error, path, 1, "no requirements", NULL);
}

struct requirement_table *requirement_table_load(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	g_autoptr(GError) reason = NULL;

	if (!g_file_get_contents(path, &text, &length, &reason)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "reading requirements: %s", reason->message);
		return NULL;
	}
	if (strlen(text) != length) {
		refuse(error, path, 1, "not a text file", NULL);
		return NULL;
	}
	struct requirement_table *table = g_new0(struct requirement_table, 1);
	table->text = g_steal_pointer(&text);
	table->rows = g_array_new(FALSE, FALSE, sizeof(struct requirement));
	table->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	if (add_lines(table, path, error))
		return table;
	requirement_table_free(table);
	return NULL;
}

struct requirement_table *requirement_table_load_default(GError **error)
{
	g_autofree char *folder = path_scenarios();
	g_autofree char *path = g_build_filename(folder, "requirements.tsv", NULL);

	return requirement_table_load(path, error);
}

void requirement_table_free(struct requirement_table *table)
{
	if (!table)
		return;
	g_hash_table_unref(table->by_id);
	g_array_unref(table->rows);
	g_free(table->text);
	g_free(table);
}

guint requirement_table_count(const struct requirement_table *table)
{
	return table->rows->len;
}

const struct requirement *requirement_table_at(const struct requirement_table *table, guint index)
{
	return &g_array_index(table->rows, struct requirement, index);
}

const struct requirement *requirement_table_find(const struct requirement_table *table, const char *id)
{
	guint found = GPOINTER_TO_UINT(g_hash_table_lookup(table->by_id, id));

	return found ? requirement_table_at(table, found - 1) : NULL;
}
