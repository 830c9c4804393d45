/* SPDX-License-Identifier: Apache-2.0 */
/* Steps on a slot of fake instruments: operations, what is expected of them, the bench, cuts, measurements. */
#include "rig/fake_slot.h"
#include "rig/test.h"
#include <string.h>

#define GOOD "{'step':'expect.panel','args':{'is':'Ready'}}"
#define GET(more) "{'step':'data.get','args':{'item':'settings'" more "}}"

static void operations_answer(void)
{
	fake_slot_reset();
	json_object_set_new(fake_slot.answer_json, "value", json_string("Ready"));
	fake_slot_verdict("[" GET(",'as':'x'") ",{'step':'expect.panel','args':{'is':{'var':'x'}}}]", "pass");
	CU_ASSERT_STRING_EQUAL(fake_slot.called, "data.get");
	json_object_set_new(fake_slot.answer_json, "value", json_string("other"));
	fake_slot_verdict("[" GET(",'as':'x'") ",{'step':'expect.panel','args':{'is':{'var':'x'}}}]", "fail");
}

static void several_fields(void)
{
	fake_slot_reset();
	json_object_set_new(fake_slot.answer_json, "stored", json_integer(3));
	json_object_set_new(fake_slot.answer_json, "backup", json_integer(127));
	fake_slot.value = 127;
	fake_slot_verdict("[{'step':'data.info','args':{'as':'x'}},"
			  "{'step':'expect.service','args':{'item':'erase-mode','is':{'var':'x_backup'}}}]",
			  "pass");
}

/* Without an expected answer a refusal is the controller's failure; with one it is judged. */
static void refusals(void)
{
	fake_slot_reset();
	fake_slot.refused = "denied";
	fake_slot_verdict("[" GET("") "," GOOD "]", "fail");
	fake_slot_verdict("[" GET(",'answer':'denied'") "]", "pass");
	fake_slot_verdict("[" GET(",'answer':'not-ready'") "]", "fail");
	fake_slot_verdict("[" GET(",'answer':'ok'") "]", "fail");
	fake_slot.refused = "shy"; /* a driver's mistake */
	fake_slot_verdict("[" GET(",'answer':'denied'") "]", "error");
	fake_slot.refused = NULL;
	fake_slot_verdict("[" GET(",'answer':'ok'") "]", "pass");
	fake_slot_verdict("[" GET(",'answer':'denied'") "]", "fail");
	fake_slot_verdict("[" GET("") "]", "skip"); /* it judges nothing */
}

static void judged_operations_name_requirements(void)
{
	fake_slot_reset();
	struct fake_result result = fake_slot_run(
	    "[{'step':'data.get','args':{'item':'settings','answer':'ok'},'requirements':['DAT-01']}," GET("") "]");
	json_t *first = json_object_get(json_array_get(result.steps, 0), "requirements");
	json_t *second = json_object_get(json_array_get(result.steps, 1), "requirements");

	CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(first, 0)), "DAT-01");
	CU_ASSERT_EQUAL(json_array_size(second), 0);
	fake_result_clear(&result);
}

static gboolean holds(const struct fake_result *result, const char *text)
{
	return memmem(result->bytes->data, result->bytes->len, text, strlen(text)) != NULL;
}

static void what_is_recorded(void)
{
	fake_slot_reset();
	fake_slot.bench_answer = "done";
	struct fake_result result = fake_slot_run("[" GET("") ",{'step':'unit.swap','args':{'to':1}}," GOOD "]");

	CU_ASSERT(holds(&result, "{\"answer\":{},\"arguments\":{\"item\":\"settings\"},\"operation\":\"data.get\","
				 "\"refused\":null}"));
	CU_ASSERT(holds(&result, "{\"answer\":\"done\",\"line\":\"unit.swap to=1\"}"));
	fake_result_clear(&result);
}

static void bench_lines(void)
{
	static const struct {
		const char *step, *line;
	} cases[] = {
		{ "'part.replace','args':{'which':'disk'}", "part.replace which=disk" },
		{ "'cut.arm','args':{'op':'write','nth':2,'when':'within'}", "cut.arm op=write nth=2 when=within" },
		{ "'cut.arm','args':{'op':'write','nth':1,'when':'after','from':99}",
		  "cut.arm op=write nth=1 when=after from=99" },
		{ "'cut.arm','args':{'op':'nvram','nth':1,'when':'within','past':'random'}",
		  "cut.arm op=nvram nth=1 when=within past=random" },
		{ "'cut.disarm','args':{}", "cut.arm off" },
		{ "'cut.after','args':{'time':1500000000}", "cut.after ns=1500000000" },
		{ "'disk.place','args':{'lba':5,'count':2,'stamp':77}", "disk.place disk=0 lba=5 count=2 stamp=77" },
		{ "'disk.heal','args':{'disk':1}", "disk.fault.clear disk=1" },
		{ "'cipher.spoil','args':{'element':'aes'}", "cipher.break element=aes" },
		{ "'bench.act','args':{'line':'mains','as':'x'}", "mains" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *steps = g_strdup_printf("[{'step':%s}," GOOD "]", cases[i].step);
		fake_slot_reset();
		fake_slot.bench_answer = "";
		fake_slot_verdict(steps, "pass");
		CU_ASSERT_STRING_EQUAL(fake_slot.bench_line, cases[i].line);
	}
	fake_slot_reset(); /* nobody is there: it is not the controller's fault */
	fake_slot_verdict("[{'step':'unit.swap','args':{'to':1}}," GOOD "]", "skip");
}

#define LOST ",{'step':'wait.power_lost','args':{'within':5000000000}},{'step':'expect.power','args':{'on':false}}"

static void armed_cuts(void)
{
	fake_slot_reset();
	fake_slot.cut_ns = NS_PER_S;
	fake_slot_verdict("[" GET(",'cut':true") LOST "]", "pass");
	fake_slot_reset();
	fake_slot.cut_ns = NS_PER_S;
	fake_slot_verdict("[" GET("") LOST "]", "error"); /* it left the bus, and nobody said that it might */
	fake_slot_reset();
	fake_slot_verdict("[" GET(",'cut':true") LOST "]", "skip"); /* armed for what never came */
	fake_slot.refused = "denied";
	fake_slot_verdict("[" GET(",'cut':true") "," GOOD "]", "fail");
}

/* What came after the erase is no cut of it; a residual erase, and one that went on, are something else. */
static void cut_too_late(void)
{
	static const struct {
		const char *said, *verdict;
	} cases[] = {
		{ "\nerase begins: mode 2, pass 1 of 1\r\n", "pass" },
		{ "\nerase begins: mode 2\r\nerase ends\r\n", "skip" },
		{ "\nerase ends\r\nerase begins: mode 2\r\n", "pass" },
		{ "\nerase begins: mode 2\r\nresidual erase ends\r\n", "pass" },
		{ "", "pass" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		fake_slot_reset();
		fake_slot.console = cases[i].said;
		fake_slot.console_reads = 1;
		fake_slot_verdict("[{'step':'power.on'},{'step':'power.off','args':{'during':'erase'}}," GOOD "]",
				  cases[i].verdict);
	}
	fake_slot_reset();
	fake_slot.console = cases[1].said;
	fake_slot.console_reads = 1;
	fake_slot_verdict("[{'step':'power.on'},{'step':'power.off'}," GOOD "]", "pass");
}

static void progress(void)
{
	fake_slot_reset();
	fake_slot.percent_ns = NS_PER_S;
	fake_slot_verdict("[{'step':'wait.progress','args':{'percent':50}},"
			  "{'step':'expect.unit','args':{'state':'erasing'}}]",
			  "pass");
	CU_ASSERT(fake_slot.now_ns >= 50 * NS_PER_S && fake_slot.now_ns < 52 * NS_PER_S);
	fake_slot_reset();
	fake_slot.percent_ns = NS_PER_MS;
	fake_slot_verdict("[{'step':'wait.progress','args':{'percent':100}}," GOOD "]",
			  "skip"); /* it never shows that */
	fake_slot_reset();
	fake_slot_verdict("[{'step':'wait.progress','args':{'percent':1,'within':1000000000}}," GOOD "]", "fail");
}

static json_t *find_measure(const struct fake_result *result)
{
	const char *begin = memmem(result->bytes->data, result->bytes->len, "{\"limit\"", 8);
	const char *end = begin ? memchr(begin, '}', result->bytes->len) : NULL;

	return end ? json_loadb(begin, (gsize)(end + 1 - begin), 0, NULL) : NULL;
}

/* 100 s of erasing: the middle between two questions, and half their distance as uncertainty. */
static void erase_time(void)
{
	fake_slot_reset();
	fake_slot.percent_ns = NS_PER_S;
	struct fake_result result =
	    fake_slot_run("[{'step':'measure.erase_time','args':{'name':'mode 1','as':'t','within':200000000000}}]");
	json_t *measure = find_measure(&result);
	double value = json_real_value(json_object_get(measure, "value"));
	double uncertainty = json_real_value(json_object_get(measure, "uncertainty"));

	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(measure, "unit")), "s");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(measure, "limit")), "at most 200 s");
	CU_ASSERT(value - uncertainty <= 100 && 100 <= value + uncertainty);
	CU_ASSERT(uncertainty > 0 && uncertainty < 0.1);
	json_decref(measure);
	fake_result_clear(&result);
	fake_slot_reset();
	fake_slot.percent_ns = NS_PER_S;
	fake_slot_verdict("[{'step':'measure.erase_time','args':{'name':'t','as':'t','within':50000000000}}]", "fail");
}

static void ratios(void)
{
	static const struct {
		const char *least, *verdict;
	} cases[] = {
		{ "1", "pass" }, { "0.99", "pass" }, { "1.1", "fail" }, { "nought", "error" }, { "-1", "error" }
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *steps = g_strdup_printf(
		    "[{'step':'measure.erase_time','args':{'name':'t','as':'t'}},"
		    "{'step':'expect.ratio','args':{'name':'r','a':{'var':'t'},'b':{'var':'t'},'at_least':'%s'}}]",
		    cases[i].least);
		fake_slot_reset();
		fake_slot.percent_ns = NS_PER_S;
		fake_slot_verdict(steps, cases[i].verdict);
	}
	fake_slot_reset(); /* a number that nobody measured */
	fake_slot_verdict("[{'step':'panel.register','args':{'key':'1','as':'t'}},"
			  "{'step':'expect.ratio','args':{'name':'r','a':{'var':'t'},'b':{'var':'t'},'at_least':'1'}}]",
			  "error");
}

#define CONFIRM "{'step':'operator.confirm','args':{'warning':'All data will be lost.'}}"
#define REGISTER "{'step':'panel.register','args':{'key':'1'}}"
#define CONFIRMED "{'step':'expect.confirmed','args':{}}"

static void confirmation(void)
{
	fake_slot_reset();
	fake_slot.bench_answer = "yes";
	fake_slot_verdict("[" CONFIRM "," REGISTER "," CONFIRMED "]", "pass");
	CU_ASSERT_STRING_EQUAL(fake_slot.bench_line, "confirm All data will be lost.");
	fake_slot_verdict("[" REGISTER "," CONFIRM "," CONFIRMED "]", "fail");
	fake_slot_verdict("[{'step':'key.regenerate','args':{}}," CONFIRM "," CONFIRMED "]", "fail");
	fake_slot_verdict("[" CONFIRMED "]", "fail");
	fake_slot.answer = OUTCOME_INCORRECT_KEY; /* which erases nothing */
	fake_slot_verdict("[" REGISTER "," CONFIRM "," CONFIRMED "]", "pass");
	fake_slot.answer = OUTCOME_ACCEPTED;
	fake_slot.bench_answer = NULL; /* declined: nothing more is done */
	fake_slot.registrations = 0;
	fake_slot.typed[0] = 0;
	fake_slot_verdict("[" CONFIRM "," REGISTER "," CONFIRMED "]", "skip");
	CU_ASSERT_STRING_EQUAL(fake_slot.typed, "");
}

#define BACKUP "{'step':'sst.backup','args':{'item':'meap-data','as':'b'}}"
#define RESTORE(more) "{'step':'sst.restore','args':{'item':'meap-data','backup':{'var':'b'}" more "}}"
#define ACTIVATED "{'step':'wait.time','args':{'duration':2000000000}}"

static void sst_across_activation(void)
{
	fake_slot_reset();
	json_object_set_new(fake_slot.answer_json, "package", json_string("00ff"));
	fake_slot_verdict("[" BACKUP "," RESTORE(",'answer':'ok'") "]", "pass");
	CU_ASSERT_STRING_EQUAL(fake_slot.called, "data.import");
	fake_slot.activates_ns = fake_slot.now_ns + NS_PER_S;
	fake_slot_verdict("[" BACKUP "," ACTIVATED "," RESTORE(",'answer':'refused'") "]", "pass");
	CU_ASSERT_STRING_EQUAL(fake_slot.called, "data.export"); /* the unit was never asked */
	fake_slot.activates_ns = fake_slot.now_ns + NS_PER_S;
	fake_slot_verdict("[" BACKUP "," ACTIVATED "," RESTORE("") "," GOOD "]", "error");
}

TEST_SUITE(steps, { "an operation's answer is kept", operations_answer }, { "several fields", several_fields },
	   { "refusals", refusals }, { "judged operations name requirements", judged_operations_name_requirements },
	   { "what is recorded", what_is_recorded }, { "bench lines", bench_lines }, { "armed cuts", armed_cuts },
	   { "cut too late", cut_too_late }, { "progress", progress }, { "erase time", erase_time },
	   { "ratios", ratios }, { "confirmation", confirmation },
	   { "SST across the activation", sst_across_activation })
