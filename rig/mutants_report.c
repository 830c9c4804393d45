/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, all derived from the one matrix of runs. */
#include "defect.h"
#include "mutants.h"
#include "requirement.h"
#include "unproven.h"
#include <stdio.h>

#define UNPROVEN_MAX 10

/* Whether a good one is unharmed, or a bad one found by the requirement that it breaks. */
static const char *judgement(const struct suspect *suspect, const char *requirement)
{
	if (!suspect->read || suspect->errors)
		return "ERROR";
	if (suspect->is_good)
		return suspect->exit_code == 0 ? "good" : "ACCUSED";
	if (suspect->exit_code != 1)
		return "MISSED";
	return g_hash_table_contains(suspect->requirements, requirement) ? "caught" : "ELSEWHERE";
}

static const struct defect_info *info_of(const GPtrArray *defects, const char *name)
{
	for (guint i = 0; i < defects->len; i++) {
		const struct defect_info *info = defects->pdata[i];
		if (g_str_equal(info->name, name))
			return info;
	}
	return NULL;
}

static guint print_defects(const GPtrArray *suspects, const GPtrArray *defects)
{
	guint wrong = 0;

	printf("%-34s %-9s %-8s %7s  %s\n", "defect", "result", "breaks", "seconds", "caught first by");
	for (guint i = 0; i < suspects->len; i++) {
		const struct suspect *suspect = suspects->pdata[i];
		const struct defect_info *info = info_of(defects, suspect->defect);
		const char *requirement = info ? info->requirement : "-";
		const char *result = judgement(suspect, requirement);
		wrong += g_ascii_isupper(*result);
		if (suspect->is_good && !g_ascii_isupper(*result))
			continue;
		printf("%-34s %-9s %-8s %7.1f  %s%s%s\n", suspect->defect, result, requirement, suspect->took_s,
		       suspect->first_case ? suspect->first_case : "-", suspect->first_by ? ": " : "",
		       suspect->first_by ? suspect->first_by : "");
	}
	return wrong;
}

static void print_good(const GPtrArray *suspects)
{
	guint good = 0, unharmed = 0;

	for (guint i = 0; i < suspects->len; i++) {
		const struct suspect *suspect = suspects->pdata[i];
		good += suspect->is_good;
		unharmed += suspect->is_good && g_str_equal(judgement(suspect, ""), "good");
	}
	printf("\n%u of %u good copies passed everything\n", unharmed, good);
}

/* How many defects a watcher (a monitor, a scenario folder) catches at all, and how many nobody else does. */
static void count(const GPtrArray *suspects, const char *name, gboolean is_monitor, guint *all, guint *alone)
{
	*all = *alone = 0;
	for (guint i = 0; i < suspects->len; i++) {
		const struct suspect *s = suspects->pdata[i];
		if (s->is_good || !g_hash_table_contains(is_monitor ? s->monitors : s->folders, name))
			continue;
		++*all;
		*alone += g_hash_table_size(s->monitors) + g_hash_table_size(s->folders) == 1;
	}
}

static GList *names_of(const GPtrArray *suspects, gboolean is_monitor)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer name;

	for (guint i = 0; i < suspects->len; i++) {
		const struct suspect *suspect = suspects->pdata[i];
		g_hash_table_iter_init(&iter, is_monitor ? suspect->monitors : suspect->folders);
		while (!suspect->is_good && g_hash_table_iter_next(&iter, &name, NULL))
			g_hash_table_add(names, name);
	}
	return g_list_sort(g_hash_table_get_keys(names), (GCompareFunc)g_strcmp0);
}

static void print_ablation(const GPtrArray *suspects)
{
	printf("\n%-8s %-24s %7s %14s\n", "watcher", "name", "catches", "nobody else");
	for (int is_monitor = 1; is_monitor >= 0; is_monitor--) {
		g_autoptr(GList) names = names_of(suspects, is_monitor);
		for (const GList *name = names; name; name = name->next) {
			guint all, alone;
			count(suspects, name->data, is_monitor, &all, &alone);
			printf("%-8s %-24s %7u %14u\n", is_monitor ? "monitor" : "folder", (char *)name->data, all,
			       alone);
		}
	}
}

/* The defects that fail a requirement; those that fail nothing else come first and are marked. */
static char *proofs(const GPtrArray *suspects, const char *id)
{
	GString *text = g_string_new(NULL);

	for (int alone = 1; alone >= 0; alone--)
		for (guint i = 0; i < suspects->len; i++) {
			const struct suspect *s = suspects->pdata[i];
			if (s->is_good || !g_hash_table_contains(s->requirements, id) ||
			    (g_hash_table_size(s->requirements) == 1) != alone)
				continue;
			g_string_append_printf(text, "%s%s%s", text->len ? ", " : "", s->defect,
					       alone ? " (alone)" : "");
		}
	return g_string_free(text, FALSE);
}

static guint print_proofs(const GPtrArray *suspects)
{
	g_autoptr(GError) error = NULL;
	struct requirement_table *table = requirement_table_load_default(&error);
	g_autoptr(GHashTable) unproven = table ? unproven_load(table, &error) : NULL;
	guint wrong = 0;

	if (!unproven) {
		fprintf(stderr, "mutants: %s\n", error->message);
		requirement_table_free(table);
		return 1;
	}
	printf("\nrequirement: the defects by which it fails (alone: nothing else fails)\n");
	for (guint i = 0; i < requirement_table_count(table); i++) {
		const char *id = requirement_table_at(table, i)->id;
		const char *reason = g_hash_table_lookup(unproven, id);
		g_autofree char *by = proofs(suspects, id);
		wrong += !*by && !reason;
		printf("%s  %s%s\n", id, *by ? by : reason ? "unproven: " : "NOT PROVEN", !*by && reason ? reason : "");
	}
	guint listed = g_hash_table_size(unproven);
	printf("\n%u of %u requirements are listed as unproven (at most %d)\n", listed, requirement_table_count(table),
	       UNPROVEN_MAX);
	requirement_table_free(table);
	return wrong + (listed > UNPROVEN_MAX);
}

int mutants_report(const struct mutants_setup *setup, const GPtrArray *suspects)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) defects = defect_list(&error);
	guint wrong;

	if (!defects) {
		fprintf(stderr, "mutants: %s\n", error->message);
		return 3;
	}
	wrong = print_defects(suspects, defects);
	print_good(suspects);
	print_ablation(suspects);
	if (g_str_equal(setup->filter, "*"))
		wrong += print_proofs(suspects);
	printf("\n%u suspects, %u wrong\n", suspects->len, wrong);
	return wrong ? 1 : 0;
}
