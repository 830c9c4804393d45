/* SPDX-License-Identifier: Apache-2.0 */
/* Known-bad firmware is found, and good firmware is not accused: without knowing which is which. */
#include "e2e_program.h"
#include <stdio.h>

#define REPRESENTATIVE "*host=iR4570,region=EU*"
#define SEEDS (soak() ? 200 : 20)
#define GOOD_DIRECT 6	/* soak: all, and every firmware by all scenarios; see also `make mutants` */
#define GOOD_OVER_USB 2 /* soak: all */
#define BAD_OVER_USB 6	/* soak: all */
#define BAD_BY_NAME 10	/* soak: all */

/* A name of build/anonymous.key and what was learnt about it. */
struct suspect {
	char *name, *defect, *path;
	char *requirement; /* NULL: good */
	char *failing;	   /* a case that names the requirement and failed */
};

static void suspect_free(gpointer data)
{
	struct suspect *suspect = data;

	g_free(suspect->name);
	g_free(suspect->defect);
	g_free(suspect->path);
	g_free(suspect->requirement);
	g_free(suspect->failing);
	g_free(suspect);
}

/* name → requirement, of `wiperig list --defects --json`. */
static GHashTable *requirements_of_defects(const struct bench *bench)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	struct outcome outcome = expect_run(bench, 0, WORDS("list", "--defects", "--json"));
	json_t *lines = json_lines_load(outcome.out), *line;
	size_t i;

	json_array_foreach(lines, i, line) if (*text_of(line, "name"))
	    g_hash_table_insert(table, g_strdup(text_of(line, "name")), g_strdup(text_of(line, "requirement")));
	json_decref(lines);
	outcome_clear(&outcome);
	return table;
}

static void read_key_line(GPtrArray *suspects, const char *line, GHashTable *requirements)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 2);
	g_autofree char *file = g_strdup_printf("%s.so", words[0]);
	struct suspect *suspect = g_new0(struct suspect, 1);

	suspect->name = g_strdup(words[0]);
	suspect->defect = g_strdup(words[1]);
	suspect->path = g_build_filename(build_folder(), "anonymous", file, NULL);
	suspect->requirement = g_strdup(g_hash_table_lookup(requirements, words[1]));
	CU_ASSERT_EQUAL(suspect->requirement == NULL, g_str_equal(words[1], "good"));
	g_ptr_array_add(suspects, suspect);
}

static GPtrArray *suspects_load(const struct bench *bench)
{
	GPtrArray *suspects = g_ptr_array_new_with_free_func(suspect_free);
	g_autofree char *path = g_build_filename(build_folder(), "anonymous.key", NULL);
	g_autoptr(GHashTable) requirements = requirements_of_defects(bench);
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		fprintf(stderr, "\n%s is not there: make anonymous\n", path);
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
	for (char **line = lines; *line; line++)
		if (strchr(*line, ' '))
			read_key_line(suspects, *line, requirements);
	CU_ASSERT(g_hash_table_size(requirements) > 20);
	/* As many good ones; drives of their own kind of defect are no firmware. */
	guint bad = 0;
	for (guint i = 0; i < suspects->len; i++)
		bad += ((const struct suspect *)suspects->pdata[i])->requirement != NULL;
	CU_ASSERT(bad > 60);
	CU_ASSERT_EQUAL(suspects->len, 2 * bad);
	return suspects;
}

static const char *verdict_of_requirement(json_t *run, const char *id)
{
	size_t i;
	json_t *entry;

	json_array_foreach(json_object_get(run, "requirements"), i,
			   entry) if (g_str_equal(text_of(entry, "id"), id)) return text_of(entry, "verdict");
	return "";
}

/* The first failed case that says the requirement is broken. */
static char *failing_case(json_t *run, const char *id)
{
	size_t i, k;
	json_t *entry, *broken;

	json_array_foreach(json_object_get(run, "cases"), i, entry) if (g_str_equal(text_of(entry, "verdict"), "fail"))
	    json_array_foreach(
		json_object_get(entry, "not_passed"), k,
		broken) if (g_str_equal(json_string_value(broken), id)) return g_strdup(text_of(entry, "case"));
	return NULL;
}

/* Runs one firmware and expects that it is judged as it deserves. `option` is --firmware or --defect. */
static void judge(const struct bench *bench, guint n, struct suspect *suspect, const char *option, const char *value,
		  const char *link_name, const char *filter)
{
	const char *const words[] = { "run",	 "scenarios", option,	  value,      "--link",
				      link_name, "--out",     bench->out, "--filter", filter ? filter : "*",
				      NULL };
	struct outcome outcome = expect_run(bench, suspect->requirement ? 1 : 0, words);
	json_t *run = run_load(bench, n);

	outcome_clear(&outcome);
	if (suspect->requirement) {
		g_autofree char *what = g_strdup_printf("%s: %s: %s", link_name, suspect->defect, suspect->requirement);
		expect_same(what, "fail", verdict_of_requirement(run, suspect->requirement));
		g_free(suspect->failing);
		suspect->failing = failing_case(run, suspect->requirement);
		CU_ASSERT_PTR_NOT_NULL(suspect->failing);
	}
	json_decref(run);
}

/* A defect mostly shows in the scenarios named after the requirement that it breaks: those are tried before all. TRUE:
 * it did. A run without cases leaves no folder. */
static gboolean shows_at_home(const struct bench *bench, guint *n, struct suspect *suspect)
{
	g_autofree char *home = g_strconcat(suspect->requirement, "*", NULL);
	struct outcome outcome;

	program_run(bench, NULL,
		    WORDS("run", "scenarios", "--firmware", suspect->path, "--link", "direct", "--out", bench->out,
			  "--filter", home),
		    &outcome);
	json_t *run = outcome.code == 4 ? NULL : run_load(bench, ++*n);
	gboolean shows = g_str_equal(verdict_of_requirement(run, suspect->requirement), "fail");
	if (shows)
		suspect->failing = failing_case(run, suspect->requirement);
	CU_ASSERT(!shows || (outcome.code == 1 && suspect->failing));
	json_decref(run);
	outcome_clear(&outcome);
	return shows;
}

static void anonymous(void)
{
	BENCH(bench);
	g_autoptr(GPtrArray) suspects = suspects_load(&bench);
	guint n = 0, good = 0, good_direct = 0, bad = 0, home = 0;

	for (guint i = 0; i < suspects->len; i++) {
		struct suspect *suspect = suspects->pdata[i];
		if (soak())
			judge(&bench, ++n, suspect, "--firmware", suspect->path, "direct", NULL);
		else if (suspect->requirement)
			home += shows_at_home(&bench, &n, suspect);
		else if (good_direct++ < GOOD_DIRECT)
			judge(&bench, ++n, suspect, "--firmware", suspect->path, "direct", REPRESENTATIVE);
	}
	for (guint i = 0; i < suspects->len; i++) {
		struct suspect *suspect = suspects->pdata[i];
		if (suspect->requirement ? !suspect->failing || (bad++ >= BAD_OVER_USB && !soak())
					 : good++ >= GOOD_OVER_USB && !soak())
			continue;
		judge(&bench, ++n, suspect, "--firmware", suspect->path, "usb",
		      soak()		     ? NULL
		      : suspect->requirement ? suspect->failing
					     : REPRESENTATIVE);
	}
	/* Those that show elsewhere only are found by `make mutants` and in the soak. */
	CU_ASSERT(soak() || home * 5 >= suspects->len / 2 * 4);
	/* By its name, with the case that found it. */
	guint named = 0;
	for (guint i = 0; i < suspects->len; i++) {
		struct suspect *suspect = suspects->pdata[i];
		if (suspect->failing && (soak() || named++ < BAD_BY_NAME))
			judge(&bench, ++n, suspect, "--defect", suspect->defect, "direct", suspect->failing);
	}
}

static void seeds(void)
{
	BENCH(bench);

	for (int seed = 1; seed <= SEEDS; seed++) {
		g_autofree char *text = g_strdup_printf("%d", seed * 7919);
		expect_code(&bench, 0,
			    WORDS("run", "scenarios", "--seed", text, "--out", bench.out, "--filter",
				  soak() ? "*" : REPRESENTATIVE));
	}
	json_t *run = run_load(&bench, (guint)SEEDS);
	CU_ASSERT(json_integer_value(
		      json_object_get(json_object_get(json_object_get(run, "totals"), "cases"), "pass")) >= 20);
	json_decref(run);
}

TEST_SUITE(firmware, { "anonymous firmwares are told apart", anonymous },
	   { "the reference firmware passes with any seed", seeds })
