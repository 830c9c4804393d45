/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which defect proves which requirement. The matrix of runs names the candidates: a case of a defect in which all that
 * failed names the requirement. What would have come after the first failed expectation it does not know; so the case
 * is run once more without the requirement, and proves it if it does not fail then: the defect is caught there only
 * while the requirement's expectation or monitor is active.
 */
#include "mutants.h"

#define CASES_OF_A_DEFECT 2 /* candidates: the cases of a defect mostly resemble each other */

static gboolean is_common(const struct caught *caught, const char *id)
{
	return g_strv_contains((const char *const *)caught->common, id);
}

gboolean proof_is_alone(const struct suspect *suspect, const char *id)
{
	for (guint i = 0; i < suspect->caught->len; i++)
		if (!is_common(suspect->caught->pdata[i], id))
			return FALSE;
	return suspect->caught->len > 0;
}

gboolean proof_is_own(const struct suspect *suspect, const char *id)
{
	return g_strcmp0(suspect->requirement, id) == 0;
}

static gint compare(gconstpointer a, gconstpointer b, gpointer id)
{
	const struct candidate *first = a, *second = b;
	gboolean own = proof_is_own(first->suspect, id);

	if (own != proof_is_own(second->suspect, id))
		return own ? -1 : 1;
	if (first->caught->ids != second->caught->ids)
		return (gint)first->caught->ids - (gint)second->caught->ids;
	return (gint)g_hash_table_size(first->suspect->requirements) -
	       (gint)g_hash_table_size(second->suspect->requirements);
}

/* The best cases of one defect. */
static void add_best(GArray *all, struct suspect *suspect, const char *id)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct candidate));

	for (guint i = 0; i < suspect->caught->len; i++) {
		const struct candidate candidate = { suspect, suspect->caught->pdata[i] };
		if (is_common(candidate.caught, id))
			g_array_append_val(found, candidate);
	}
	g_array_sort_with_data(found, compare, (gpointer)id);
	g_array_append_vals(all, found->data, MIN(found->len, CASES_OF_A_DEFECT));
}

GArray *proof_candidates(const GPtrArray *suspects, const char *id, gboolean own_only)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct candidate));

	for (guint i = 0; i < suspects->len; i++) {
		struct suspect *suspect = suspects->pdata[i];
		if (!suspect->is_good && (!own_only || proof_is_own(suspect, id)))
			add_best(all, suspect, id);
	}
	g_array_sort_with_data(all, compare, (gpointer)id);
	if (all->len > CANDIDATES_MAX)
		g_array_set_size(all, CANDIDATES_MAX);
	return all;
}

static void proof_free(gpointer data)
{
	struct proof *proof = data;

	g_array_unref(proof->candidates);
	g_free(proof);
}

static GPtrArray *proofs_of(const struct requirement_table *table, GHashTable *unproven, const GPtrArray *suspects)
{
	GPtrArray *proofs = g_ptr_array_new_with_free_func(proof_free);

	for (guint i = 0; i < requirement_table_count(table); i++) {
		struct proof *proof = g_new0(struct proof, 1);
		proof->id = requirement_table_at(table, i)->id;
		proof->unproven = g_hash_table_lookup(unproven, proof->id);
		proof->candidates = proof_candidates(suspects, proof->id, proof->unproven != NULL);
		g_ptr_array_add(proofs, proof);
	}
	return proofs;
}

/* A round tries the next candidate of every requirement that is not proven yet. */
struct round {
	GPtrArray *jobs, *proofs; /* by the same index */
};

static void plan_round(struct round *round, const GPtrArray *proofs)
{
	for (guint i = 0; i < proofs->len; i++) {
		struct proof *proof = proofs->pdata[i];
		if (proof->by || proof->tried == proof->candidates->len)
			continue;
		const struct candidate *next = &g_array_index(proof->candidates, struct candidate, proof->tried++);
		g_autofree char *name = g_strdup_printf("%s-%s-%u", proof->id, next->suspect->name, proof->tried);
		g_ptr_array_add(round->jobs, job_new(next->suspect, name, next->caught->file, next->caught->name,
						     "--without-requirement", proof->id));
		g_ptr_array_add(round->proofs, proof);
	}
}

static gboolean tried(struct job *job, json_t *run, gpointer data)
{
	const struct round *round = data;
	json_t *cases = json_object_get(run, "cases"), *only = json_array_get(cases, 0);
	const char *verdict = json_string_value(json_object_get(only, "verdict"));
	guint i;

	if (!g_ptr_array_find(round->jobs, job, &i))
		return FALSE;
	struct proof *proof = round->proofs->pdata[i];
	/* A skip: everything that judged there judged this requirement. */
	if (json_array_size(cases) == 1 && (g_strcmp0(verdict, "pass") == 0 || g_strcmp0(verdict, "skip") == 0))
		proof->by = &g_array_index(proof->candidates, struct candidate, proof->tried - 1);
	return FALSE;
}

GPtrArray *proofs_try(const struct mutants_setup *setup, const struct requirement_table *table, GHashTable *unproven,
		      const GPtrArray *suspects)
{
	g_autoptr(GPtrArray) proofs = proofs_of(table, unproven, suspects);
	gboolean good = TRUE;
	guint count;

	do {
		struct round round = { g_ptr_array_new_with_free_func(job_free), g_ptr_array_new() };
		plan_round(&round, proofs);
		count = round.jobs->len;
		good = mutants_run(setup, round.jobs, tried, &round);
		g_ptr_array_unref(round.jobs);
		g_ptr_array_unref(round.proofs);
	} while (good && count);
	return good ? g_steal_pointer(&proofs) : NULL;
}
