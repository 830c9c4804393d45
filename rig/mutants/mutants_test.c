/* SPDX-License-Identifier: Apache-2.0 */
/* What the mutants program makes of runs: judgements, and which defects may prove a requirement. */
#include "mutants.h"
#include "rig/test.h"
#include <string.h>

/* A run.json with ' for ". */
static struct suspect *suspect_of(const char *name, const char *requirement, int code, const char *text)
{
	struct suspect *suspect = suspect_new(name);
	g_autofree char *json = g_strdelimit(g_strdup(text), "'", '"');
	json_error_t wrong;
	json_t *run = *text ? json_loads(json, 0, &wrong) : NULL;

	if (*text && !run)
		CU_FAIL_FATAL("the test's own JSON");
	suspect->defect = g_strdup(name);
	suspect->requirement = g_strdup(requirement);
	suspect->is_good = !requirement;
	suspect->exit_code = code;
	suspect_read(suspect, run);
	json_decref(run);
	return suspect;
}

#define FAILS(id) "'requirements':[{'id':'" id "','verdict':'fail'},{'id':'LIC-13','verdict':'pass'}]"
#define STEP(n, ids) "{'n':" #n ",'step':'expect.panel','requirements':[" ids "]}"
#define CASE(name, steps, findings)                                                                                    \
	"{'case':'" name "','file':'scenarios/license/x.lua','verdict':'fail','failing_step':{'step':'expect.panel'}," \
	"'failed_steps':[" steps "],'findings':[" findings "]}"
#define FINDING(id) "{'monitor':'passes','requirement':'" id "'}"

static void judgements(void)
{
	static const struct {
		const char *requirement;
		int code;
		const char *run, *judgement;
	} rows[] = {
		{ NULL, 0, "{'cases':[]}", "good" },
		{ NULL, 1, "{'cases':[]}", "ACCUSED" },
		{ NULL, 3, "{'cases':[]}", "ACCUSED" },
		{ NULL, 0, "", "ERROR" },
		{ NULL, 0, "{'cases':[{'case':'A','verdict':'error'}]}", "ERROR" },
		{ "LIC-02", 0, "{'cases':[]}", "MISSED" },
		{ "LIC-02", 1, "{" FAILS("LIC-02") "}", "caught" },
		{ "LIC-02", 1, "{" FAILS("LIC-03") "}", "ELSEWHERE" },
		{ "LIC-13", 1, "{" FAILS("LIC-03") "}", "ELSEWHERE" },
		{ "LIC-02", 1, "{'cases':[{'case':'A','verdict':'error'}]," FAILS("LIC-02") "}", "ERROR" },
		{ "LIC-02", 3, "{" FAILS("LIC-02") "}", "MISSED" },
		{ "LIC-02", 1, "", "ERROR" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct suspect *suspect = suspect_of("d", rows[i].requirement, rows[i].code, rows[i].run);
		CU_ASSERT_STRING_EQUAL(suspect_judgement(suspect), rows[i].judgement);
		suspect_free(suspect);
	}
}

/* What each failure of a case names, and what all of them do. */
static void common_requirements(void)
{
	static const struct {
		const char *run, *common;
		guint ids;
	} rows[] = {
		{ "{'cases':[" CASE("A", STEP(1, "'LIC-02','MSG-02'"), "") "]}", "LIC-02 MSG-02", 2 },
		{ "{'cases':[" CASE("A", STEP(1, "'LIC-02','MSG-02'") "," STEP(2, "'MSG-02'"), "") "]}", "MSG-02", 2 },
		{ "{'cases':[" CASE("A", STEP(1, "'LIC-02'") "," STEP(2, "'MSG-02'"), "") "]}", "", 2 },
		{ "{'cases':[" CASE("A", STEP(1, "'LIC-02','MSG-02'"), FINDING("LIC-02")) "]}", "LIC-02", 2 },
		{ "{'cases':[" CASE("A", STEP(1, "'LIC-02'"), FINDING("ERA-04")) "]}", "", 2 },
		{ "{'cases':[" CASE("A", "", FINDING("ERA-04") "," FINDING("ERA-04")) "]}", "ERA-04", 1 },
		{ "{'cases':[" CASE("A", "", FINDING("ERA-04") "," FINDING("ERA-05")) "]}", "", 2 },
		{ "{'cases':[" CASE("A", "", "") "]}", "", 0 }, /* a failed action that speaks for nothing */
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct suspect *suspect = suspect_of("d", "LIC-02", 1, rows[i].run);
		CU_ASSERT_EQUAL_FATAL(suspect->caught->len, 1);
		const struct caught *caught = suspect->caught->pdata[0];
		g_autofree char *common = g_strjoinv(" ", caught->common);
		CU_ASSERT_STRING_EQUAL(common, rows[i].common);
		CU_ASSERT_EQUAL(caught->ids, rows[i].ids);
		suspect_free(suspect);
	}
}

static void watchers(void)
{
	struct suspect *suspect = suspect_of(
	    "d", "LIC-02", 1,
	    "{'cases':[{'case':'A','verdict':'pass'}," CASE(
		"B", STEP(1, "'LIC-02'"),
		FINDING("ERA-04")) ",{'case':'C','file':'scenarios/erase/x.lua','verdict':'fail','failing_step':null,"
				   "'findings':[" FINDING("ERA-04") "],'failed_steps':[]}]}");

	CU_ASSERT_EQUAL(suspect->caught->len, 2);
	CU_ASSERT_STRING_EQUAL(((const struct caught *)suspect->caught->pdata[0])->by, "expect.panel");
	CU_ASSERT_STRING_EQUAL(((const struct caught *)suspect->caught->pdata[1])->by, "monitor passes");
	CU_ASSERT(g_hash_table_contains(suspect->monitors, "passes") && g_hash_table_size(suspect->monitors) == 1);
	/* The folder only of the case in which a step failed. */
	CU_ASSERT(g_hash_table_contains(suspect->folders, "license") && g_hash_table_size(suspect->folders) == 1);
	CU_ASSERT_FALSE(proof_is_alone(suspect, "LIC-02"));
	CU_ASSERT_FALSE(proof_is_alone(suspect, "ERA-04"));
	suspect_free(suspect);
}

static const struct candidate *at(const GArray *candidates, guint i)
{
	return &g_array_index(candidates, struct candidate, i);
}

static void candidates(void)
{
	g_autoptr(GPtrArray) suspects = g_ptr_array_new_with_free_func(suspect_free);

	g_ptr_array_add(suspects,
			suspect_of("other", "LIC-03", 1, "{'cases':[" CASE("A", STEP(1, "'LIC-02'"), "") "]}"));
	g_ptr_array_add(suspects, suspect_of("own", "LIC-02", 1,
					     "{'cases':[" CASE("B", STEP(1, "'LIC-02','LIC-04','LIC-05'"), "") "," CASE(
						 "C", STEP(1, "'LIC-02','LIC-03'"),
						 "") "," CASE("D", STEP(1, "'LIC-02'"), "") "]}"));
	g_ptr_array_add(suspects, suspect_of("good", NULL, 1, "{'cases':[" CASE("E", STEP(1, "'LIC-02'"), "") "]}"));
	g_ptr_array_add(suspects,
			suspect_of("none", "LIC-02", 1, "{'cases':[" CASE("F", STEP(1, "'LIC-05'"), "") "]}"));
	g_autoptr(GArray) found = proof_candidates(suspects, "LIC-02", FALSE);
	CU_ASSERT_EQUAL_FATAL(found->len, 3);
	CU_ASSERT_STRING_EQUAL(at(found, 0)->caught->name, "D");
	CU_ASSERT_STRING_EQUAL(at(found, 1)->caught->name, "C");
	CU_ASSERT_STRING_EQUAL(at(found, 2)->caught->name, "A");
	g_autoptr(GArray) own = proof_candidates(suspects, "LIC-02", TRUE);
	CU_ASSERT_EQUAL(own->len, 2);
	CU_ASSERT_TRUE(proof_is_alone(suspects->pdata[1], "LIC-02"));
	CU_ASSERT_FALSE(proof_is_alone(suspects->pdata[1], "LIC-03"));
	CU_ASSERT_FALSE(proof_is_alone(suspects->pdata[3], "LIC-02"));
}

TEST_SUITE(mutants, { "judgements", judgements }, { "common requirements", common_requirements },
	   { "watchers", watchers }, { "candidates", candidates })
