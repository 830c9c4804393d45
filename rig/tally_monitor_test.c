/* SPDX-License-Identifier: Apache-2.0 */
/* What monitors add to the verdicts of requirements. */
#include "tally_test.h"

/* A case that names LIC-01 and LIC-02, with a monitor that speaks for LIC-01 and ERA-01. */
static struct tally *watched_run(const struct requirement_table *requirements, gboolean active, const char *judged,
				 const char *found, const char *verdict)
{
	struct sample *s = sample_new();

	sample_add(s, EVENT_RUN_BEGIN, 0, "{'tool':'wiperig','emulated':true}");
	sample_add(s, EVENT_CASE_BEGIN, 1,
		   "{'case':'C1','scenario':'C','file':'f','requirements':['LIC-01','LIC-02']}");
	sample_addf(s, EVENT_MONITORS, 1,
		    "{'monitors':[{'name':'m','active':%s,'reason':%s,'requirements':['LIC-01','ERA-01']}]}",
		    active ? "true" : "false", active ? "null" : "'blind'");
	sample_add(s, EVENT_STEP_BEGIN, 1, "{'n':1,'step':'x.y','text':'Do','line':1}");
	sample_add(s, EVENT_STEP_END, 1,
		   "{'n':1,'verdict':'pass','expected':'a','actual':'a','requirements':['LIC-01','LIC-02'],"
		   "'reason':null}");
	if (*found)
		sample_addf(s, EVENT_FINDING, 1, "{'monitor':'m','requirement':'%s','text':'broken'}", found);
	if (*judged)
		sample_addf(s, EVENT_JUDGED, 1, "{'monitor':'m','requirements':['%s'],'findings':%d}", judged,
			    *found ? 1 : 0);
	sample_addf(s, EVENT_CASE_END, 1,
		    "{'case':'C1','verdict':'%s','reason':'monitor m: broken','step':null,'requirements':[%s%s%s],"
		    "'steps':1}",
		    verdict, *found ? "'" : "", found, *found ? "'" : "");
	sample_add(s, EVENT_RUN_END, 0, "{'ended':'complete','verdicts':{}}");
	struct tally *tally = play(s, requirements);
	sample_free(s);
	return tally;
}

static void expect_requirement(struct tally *tally, const char *id, const char *verdict, const char *reason)
{
	const struct tally_requirement *r = requirement(tally, id);

	CU_ASSERT_STRING_EQUAL(tally_verdict_name(r->verdict), verdict);
	CU_ASSERT_STRING_EQUAL(r->reason ? r->reason : "", reason);
}

/* What a monitor finds counts in any case; that it found nothing, in none. */
static void monitors_accuse(void)
{
	struct requirement_table *requirements = table();
	struct tally *tally = watched_run(requirements, TRUE, "ERA-01", "", "pass");

	expect_requirement(tally, "LIC-01", "pass", "");
	expect_requirement(tally, "ERA-01", "not judged", "no case of this run names it");
	CU_ASSERT_EQUAL(tally_monitors(tally)->len, 1);
	CU_ASSERT_EQUAL(((const struct tally_monitor *)tally_monitors(tally)->pdata[0])->judged, 1);
	tally_free(tally);
	/* Off: what its case names it cannot be judged, however the expectations went. */
	tally = watched_run(requirements, FALSE, "", "", "pass");
	expect_requirement(tally, "LIC-01", "not judged", "C1: monitor m: blind");
	expect_requirement(tally, "LIC-02", "pass", "");
	expect_requirement(tally, "ERA-01", "not judged", "no case of this run names it");
	tally_free(tally);
	tally = watched_run(requirements, TRUE, "ERA-01", "ERA-01", "fail");
	expect_requirement(tally, "ERA-01", "fail", "C1: monitor m: broken");
	expect_requirement(tally, "LIC-01", "pass", ""); /* it has nothing to do with it */
	const struct tally_case *c = tally_case(tally, 1);
	CU_ASSERT_EQUAL(c->findings->len, 1);
	CU_ASSERT_EQUAL(((const struct tally_monitor *)tally_monitors(tally)->pdata[0])->findings, 1);
	CU_ASSERT_EQUAL(tally_exit_code(tally, NULL), 1);
	tally_free(tally);
	requirement_table_free(requirements);
}

/* A letter an event: a the monitor is active, o it is off; x another case begins; p an expectation naming LIC-01
 * passes; j the monitor judged LIC-01 and found nothing. */
static void add_letter(struct sample *s, char letter)
{
	switch (letter) {
	case 'a':
	case 'o':
		sample_addf(s, EVENT_MONITORS, 1,
			    "{'monitors':[{'name':'m','active':%s,'reason':'blind','requirements':['LIC-01']}]}",
			    letter == 'a' ? "true" : "false");
		break;
	case 'x':
		sample_add(s, EVENT_CASE_BEGIN, 2, "{'case':'C2','requirements':[]}");
		sample_add(s, EVENT_MONITORS, 2,
			   "{'monitors':[{'name':'m','active':true,'reason':null,'requirements':['LIC-01']}]}");
		break;
	case 'p':
		sample_add(s, EVENT_STEP_END, 1,
			   "{'n':1,'verdict':'pass','expected':'a','actual':'a','requirements':['LIC-01']}");
		break;
	default:
		sample_add(s, EVENT_JUDGED, 1, "{'monitor':'m','requirements':['LIC-01'],'findings':0}");
	}
}

/* Whether the scenario or only an expectation names it, and whenever the monitor was lost. */
static void monitors_withhold(void)
{
	static const struct {
		gboolean scenario_names;
		const char *letters, *verdict, *reason;
	} runs[] = {
		{ FALSE, "ap", "pass", "" },
		{ TRUE, "apj", "pass", "" },
		{ FALSE, "aj", "not judged", "no case of this run names it" },
		{ FALSE, "oj", "not judged", "no case of this run names it" },
		{ TRUE, "aj", "not judged", "no expectation naming it was reached" },
		{ TRUE, "op", "not judged", "C1: monitor m: blind" },
		{ FALSE, "op", "not judged", "C1: monitor m: blind" },
		{ FALSE, "apo", "not judged", "C1: monitor m: blind" },
		{ FALSE, "oxp", "not judged", "C1: monitor m: blind" },
	};
	struct requirement_table *requirements = table();

	for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
		struct sample *s = sample_new();
		sample_addf(s, EVENT_CASE_BEGIN, 1, "{'case':'C1','requirements':[%s]}",
			    runs[i].scenario_names ? "'LIC-01'" : "");
		for (const char *letter = runs[i].letters; *letter; letter++)
			add_letter(s, *letter);
		sample_add(s, EVENT_CASE_END, 1, "{'case':'C1','verdict':'pass','reason':null,'requirements':[]}");
		struct tally *tally = play(s, requirements);
		expect_requirement(tally, "LIC-01", runs[i].verdict, runs[i].reason);
		tally_free(tally);
		sample_free(s);
	}
	requirement_table_free(requirements);
}

TEST_SUITE(monitor_tally, { "monitors accuse", monitors_accuse }, { "monitors withhold", monitors_withhold })
