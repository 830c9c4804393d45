/* SPDX-License-Identifier: Apache-2.0 */
/* The tables. */
#include "mutants.h"
#include "rig/unproven.h"
#include <stdio.h>

#define UNPROVEN_MAX 10

static guint print_defects(const GPtrArray *suspects)
{
	guint wrong = 0;

	printf("%-34s %-9s %-8s %7s %6s  %s\n", "defect", "result", "breaks", "seconds", "cases", "caught first by");
	for (guint i = 0; i < suspects->len; i++) {
		const struct suspect *suspect = suspects->pdata[i];
		const char *result = suspect_judgement(suspect);
		const struct caught *first = suspect->caught->len ? suspect->caught->pdata[0] : NULL;
		g_autofree char *label = g_strconcat(suspect->defect, suspect->path ? "" : " (drive)", NULL);
		wrong += g_ascii_isupper(*result);
		if (suspect->is_good && !g_ascii_isupper(*result))
			continue;
		printf("%-34s %-9s %-8s %7.1f %6u  %s%s%s\n", label, result,
		       suspect->requirement ? suspect->requirement : "-", suspect->took_s, suspect->caught->len,
		       first ? first->name : "-", first ? ": " : "", first ? first->by : "");
	}
	return wrong;
}

static void print_good(const GPtrArray *suspects)
{
	guint good = 0, unharmed = 0;

	for (guint i = 0; i < suspects->len; i++) {
		const struct suspect *suspect = suspects->pdata[i];
		good += suspect->is_good;
		unharmed += suspect->is_good && g_str_equal(suspect_judgement(suspect), "good");
	}
	printf("\n%u of %u good copies among them passed everything, each with a seed of its own\n", unharmed, good);
}

/* Returns 1 for what must not be: neither proven nor listed, or both. */
static guint print_proof(const struct proof *proof)
{
	if (proof->by) {
		const struct suspect *suspect = proof->by->suspect;
		printf("%s  %s in %s: %s%s%s%s%s\n", proof->id, suspect->defect, proof->by->caught->name,
		       proof->by->caught->by, proof_is_own(suspect, proof->id) ? "" : "; a defect of ",
		       proof_is_own(suspect, proof->id) ? "" : suspect->requirement,
		       proof_is_alone(suspect, proof->id) ? "; nothing else finds it" : "",
		       proof->unproven ? "; LISTED AS UNPROVEN" : "");
		return proof->unproven != NULL;
	}
	if (proof->unproven)
		printf("%s  unproven: %s\n", proof->id, proof->unproven);
	else
		printf("%s  NOT PROVEN (%u candidates tried)\n", proof->id, proof->tried);
	return !proof->unproven;
}

static guint print_proofs(const struct mutants_setup *setup, const GPtrArray *suspects, GError **error)
{
	struct requirement_table *table = requirement_table_load_default(error);
	g_autoptr(GHashTable) unproven = table ? unproven_load(table, error) : NULL;
	g_autoptr(GPtrArray) proofs = unproven ? proofs_try(setup, table, unproven, suspects) : NULL;
	guint wrong = !proofs, proven = 0;

	printf(
	    "\nrequirement: a defect in a case that fails, and does not fail without this requirement's expectations "
	    "and monitors\n");
	for (guint i = 0; proofs && i < proofs->len; i++) {
		const struct proof *proof = proofs->pdata[i];
		proven += proof->by != NULL;
		wrong += print_proof(proof);
	}
	guint listed = unproven ? g_hash_table_size(unproven) : 0;
	printf("\n%u of %u requirements proven, %u listed as unproven (at most %d)\n", proven, proofs ? proofs->len : 0,
	       listed, UNPROVEN_MAX);
	requirement_table_free(table);
	return wrong + (listed > UNPROVEN_MAX);
}

int mutants_report(const struct mutants_setup *setup, const GPtrArray *suspects)
{
	g_autoptr(GError) error = NULL;
	guint wrong = print_defects(suspects);

	print_good(suspects);
	mutants_print_ablation(suspects);
	if (setup->ablate)
		wrong += mutants_ablate(setup, suspects);
	if (g_str_equal(setup->filter, "*"))
		wrong += print_proofs(setup, suspects, &error);
	if (error)
		fprintf(stderr, "mutants: %s\n", error->message);
	printf("\n%u suspects, %u wrong\n", suspects->len, wrong);
	return wrong ? 1 : 0;
}
