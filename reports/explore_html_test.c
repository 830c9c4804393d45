/* SPDX-License-Identifier: Apache-2.0 */
#include "explore_html.h"
#include "explore_html_internal.h"
#include "html_assets.h"
#include "rig/cut_plan.h"
#include "rig/test.h"
#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <string.h>

#define HOSTILE "</pre><script>alert(1)</script>&amp;\"'\x1b[31m"
#define OPERATIONS 300000u

static struct cut_plan *plan(void)
{
	struct cut_plan *plan = cut_plan_new();
	const struct cut_write lost = { 0, 1, 64, 8, CUT_LOST, 0 }, torn = { 0, 2, 72, 8, CUT_TORN_OLD, 3 };

	plan->fault = g_strdup("sectors-left");
	plan->requirement = g_strdup("PWR-03");
	plan->text = g_strdup(HOSTILE);
	plan->file = g_strdup("x.so");
	plan->sha256 = g_strdup("00");
	plan->erase = g_strdup("activation");
	plan->mode = 1;
	plan->disks = 1;
	plan->disk[0] = (struct cut_disk){ 1000, 1 };
	struct cut_at *cut = cut_plan_add(plan);
	cut->operation = OPERATIONS / 2;
	cut->nth = 1;
	cut->kind = CUT_AT_FLUSH;
	cut->when = CUT_AFTER_IT;
	cut->pending[0] = 5;
	g_array_append_val(cut->fates, lost);
	g_array_append_val(cut->fates, torn);
	g_ptr_array_add(plan->story, g_strdup("It begins: " HOSTILE));
	return plan;
}

static void add_finding(struct explore_result *result, enum explore_fault fault, guint cuts, guint64 operation,
			gboolean planned)
{
	const struct explore_finding finding = { .fault = fault,
						 .cuts = cuts,
						 .operation = operation,
						 .text = g_strdup(HOSTILE),
						 .states = 7,
						 .plan = planned ? plan() : NULL };

	g_array_append_val(result->findings, finding);
}

static void add_outcome(struct explore_result *result, guint64 first, guint64 last, guint32 alone, guint32 later)
{
	const struct explore_outcome outcome = { first, last, 16, alone, later };

	g_array_append_val(result->outcomes, outcome);
}

/* An erase in which something was found: by one cut from the middle on, by two before. */
static json_t *failed(void)
{
	const guint32 left = 1u << EXPLORE_FAULT_LEFT, crash = 1u << EXPLORE_FAULT_CRASH;
	struct explore_result result;

	explore_result_init(&result, EXPLORE_ACTIVATION);
	result.verdict = EXPLORE_FAIL;
	result.counts = (struct explore_counts){
		.operations = 4321000, .sessions = 12, .states = 11, .converged = 5, .merged = 2, .depth = 3
	};
	add_finding(&result, EXPLORE_FAULT_LEFT, 1, OPERATIONS / 2, TRUE);
	add_finding(&result, EXPLORE_FAULT_CRASH, 2, 10, FALSE);
	add_finding(&result, EXPLORE_FAULT_KEY, 0, 0, TRUE);
	add_finding(&result, EXPLORE_FAULT_UNREADABLE, 1, OPERATIONS / 2 + 5, FALSE);
	add_outcome(&result, 0, 9, 0, 0);
	add_outcome(&result, 10, OPERATIONS / 4 - 1, 0, crash);
	add_outcome(&result, OPERATIONS / 4, OPERATIONS * 3 / 4, left, 0);
	add_outcome(&result, OPERATIONS * 3 / 4 + 1, OPERATIONS - 1, EXPLORE_OUTCOME_UNKNOWN, 0);
	json_t *json = explore_result_encode(&result);
	explore_result_clear(&result);
	return json;
}

/* The worst map that there can be: no two neighbours alike. */
static json_t *ragged(enum explore_trigger trigger)
{
	struct explore_result result;

	explore_result_init(&result, trigger);
	for (guint64 i = 0; i < EXPLORE_OUTCOMES_MAX; i++)
		add_outcome(&result, i * 200, i * 200 + 199, i % 4 < 2 ? (1u << EXPLORE_FAULTS) - 1 : 0,
			    i % 4 < 2 ? 0 : (1u << EXPLORE_FAULTS) - 1);
	json_t *json = explore_result_encode(&result);
	explore_result_clear(&result);
	return json;
}

static json_t *not_explored(void)
{
	struct explore_result result;

	explore_result_init(&result, EXPLORE_RESIDUE);
	result.verdict = EXPLORE_NOT_EXPLORED;
	result.reason = g_strdup(HOSTILE);
	json_t *json = explore_result_encode(&result);
	explore_result_clear(&result);
	return json;
}

static char *page(const json_t *results)
{
	g_autofree char *folder = g_dir_make_tmp(NULL, NULL), *path = g_build_filename(folder, "explore.html", NULL);
	struct explore_share all = { .results = (json_t *)results };
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	all.what = json_pack("{s:s, s:s, s:i, s:i, s:b, s:{s:s}, s:{s:[s], s:[s]}}", "firmware", HOSTILE, "sha256",
			     "abc", "mode", 2, "depth", 3, "emulated", TRUE, "board", "disk_mb", HOSTILE, "model",
			     "includes", HOSTILE, "leaves_out", "the weather");
	all.given = json_pack("{s:s}", "firmware", HOSTILE);
	CU_ASSERT_TRUE_FATAL(explore_html.write(folder, &all, &error));
	CU_ASSERT_TRUE_FATAL(g_file_get_contents(path, &text, NULL, NULL));
	g_unlink(path);
	g_rmdir(folder);
	json_decref(all.what);
	json_decref(all.given);
	return text;
}

static xmlDocPtr parse(const char *text)
{
	xmlDocPtr doc = xmlReadMemory(text, (int)strlen(text), "explore.html", NULL, XML_PARSE_NONET);

	CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
	return doc;
}

static void is(xmlDocPtr doc, const char *xpath, const char *expected)
{
	xmlXPathContextPtr context = xmlXPathNewContext(doc);
	xmlXPathObjectPtr result = xmlXPathEvalExpression((const xmlChar *)xpath, context);
	xmlChar *text = xmlXPathCastToString(result);

	if (!g_str_equal(text, expected))
		g_printerr("\n%s is %s\n", xpath, text);
	CU_ASSERT_STRING_EQUAL((const char *)text, expected);
	xmlFree(text);
	xmlXPathFreeObject(result);
	xmlXPathFreeContext(context);
}

static json_t *sample(void)
{
	return json_pack("[o, o]", failed(), not_explored());
}

#define ROW(n) "//section[@id='e-activation']//div[@class='map']/svg[" #n "]/rect"
#define FINDING(n) "//article[@id='f-" #n "']"

static void map(void)
{
	json_t *results = sample();
	g_autofree char *text = page(results);
	xmlDocPtr doc = parse(text);

	is(doc, "string(//section[@id='e-activation']//svg[1]/@viewBox)", "0 0 1000 1");
	is(doc, "sum(" ROW(1) "/@width)", "1000");
	is(doc, "sum(" ROW(2) "/@width)", "1000");
	/* The first column has what is good and what is not. */
	is(doc, "count(" ROW(1) ")", "5");
	is(doc, "concat(" ROW(1) "[1]/@class, " ROW(1) "[1]/@width)", "p250");
	is(doc, "concat(" ROW(1) "[2]/@class, " ROW(1) "[2]/@width)", "m250");
	is(doc, "concat(" ROW(1) "[3]/@class, " ROW(1) "[3]/@width)", "f250");
	is(doc, "concat(" ROW(1) "[4]/@class, " ROW(1) "[4]/@width)", "f1"); /* and not all looked at */
	is(doc, "concat(" ROW(1) "[5]/@class, " ROW(1) "[5]/@width)", "u249");
	is(doc, "concat(" ROW(2) "[1]/@class, " ROW(2) "[1]/@width)", "l250");
	is(doc, "string(" ROW(2) "[1]/title)",
	   "Operations 0 to 74,999, up to 16 writes waiting: fails when it is cut again: crash");
	is(doc, "contains(" ROW(1) "[3]/title, 'sectors-left')", "true");
	is(doc, "count(//section[@id='e-residue']//svg)", "0");
	xmlFreeDoc(doc);
	json_decref(results);
}

/* A mark for each finding that needs a cut, the earliest one first; it leads to the finding. */
static void marks(void)
{
	json_t *results = sample();
	g_autofree char *text = page(results);
	xmlDocPtr doc = parse(text);

	is(doc, "count(//a[starts-with(@class, 'mark')])", "3");
	is(doc, "string(//a[@class='mark first']/@href)", "#f-2");
	is(doc, "starts-with(//a[@class='mark first']/@style, 'left:0.00%')", "true");
	is(doc, "string(//a[@class='mark']/@href)", "#f-1");
	is(doc, "starts-with(//a[@class='mark']/@style, 'left:50.00%')", "true");
	/* One beside another stands above it. */
	is(doc, "contains(//a[@href='#f-1']/@style, 'bottom:0.0rem')", "true");
	is(doc, "contains(//a[@href='#f-4']/@style, 'bottom:1.3rem')", "true");
	is(doc, "contains(//div[@class='marks']/@style, 'height:2.6rem')", "true");
	is(doc, "count(//a[starts-with(@href, '#')][not(substring-after(@href, '#') = //@id)])", "0");
	is(doc, "count(//@id[. = ../preceding::*/@id])", "0");
	xmlFreeDoc(doc);
	json_decref(results);
}

static void contents(void)
{
	json_t *results = sample();
	g_autofree char *text = page(results);
	xmlDocPtr doc = parse(text);

	is(doc, "string(//h1)", "✕Failed");
	is(doc, "count(//div[@class='banner'])", "2");
	is(doc, "string(//div[@class='banner'])", "EMULATED — NOT EVIDENCE ABOUT A PRODUCT");
	is(doc, "count(//article)", "4");
	is(doc, "string(//table[@class='sum']/tbody/tr[1]/td[3])", "4,321,000");
	is(doc, "string(//table[@class='sum']/tbody/tr[1]/td[7])", "7"); /* by proof */
	is(doc, "contains(//section[@id='e-activation']/pre, 'by 12 starts of 11 states')", "true");
	is(doc, "contains(//section[@id='e-activation']/pre, 'up to 3 cuts in a row')", "true");
	is(doc, "contains(" FINDING(1) ", 'disk 0, sectors 64 to 71: lost')", "true");
	is(doc, "contains(" FINDING(1) ", 'disk 0, sectors 72 to 79: torn-old from sector 75 on')", "true");
	is(doc, "contains(" FINDING(1) "/pre, 'wiperig run --firmware ')", "true");
	is(doc, "contains(" FINDING(1) "/pre, 'plan-1.json')", "true");
	is(doc, "count(" FINDING(2) "/pre)", "0");
	/* That of the second has none. */
	is(doc, "contains(" FINDING(3) "/pre, 'plan-2.json')", "true");
	is(doc, "contains(" FINDING(3) ", 'without any cut')", "true");
	is(doc, "contains(//div[@class='model']/div[2], 'the weather')", "true");
	xmlFreeDoc(doc);
	json_decref(results);
}

/* Whatever a firmware says stays text; nothing is asked of anybody. */
static void hostile(void)
{
	json_t *results = sample();
	g_autofree char *text = page(results);
	xmlDocPtr doc = parse(text);

	is(doc, "count(//script)", "0");
	is(doc, "count(//*[@src]) + count(//link) + count(//@*[starts-with(name(), 'on')])", "0");
	is(doc, "count(//a[not(starts-with(@href, '#') or starts-with(@href, 'plan-'))])", "0");
	is(doc, "string(" FINDING(2) "/p[1])", "</pre><script>alert(1)</script>&amp;\"'\\x1b[31m");
	is(doc, "starts-with(//title, '</pre><script>')", "true");
	CU_ASSERT_PTR_NULL(strchr(text, '\x1b'));
	CU_ASSERT_PTR_NULL(strstr(text, "http://"));
	CU_ASSERT_PTR_NULL(strpbrk(explore_html_css, "<&"));
	CU_ASSERT_PTR_NULL(strstr(explore_html_css, "url("));
	xmlFreeDoc(doc);
	json_decref(results);
}

/* However many operations and outcomes there are. */
static void large(void)
{
	json_t *results = json_array();

	for (guint i = 0; i < EXPLORE_TRIGGERS; i++)
		json_array_append_new(results, ragged((enum explore_trigger)i));
	g_autofree char *text = page(results);
	xmlDocPtr doc = parse(text);
	CU_ASSERT(strlen(text) < 3u << 20);
	is(doc, "count(//svg)", "10");
	is(doc, "count(//svg[count(rect) > 1000])", "0");
	is(doc, "count(//svg[sum(rect/@width) != 1000])", "0");
	xmlFreeDoc(doc);
	json_decref(results);
}

/* Fewer operations than columns: each has its own. */
static void small(void)
{
	struct explore_result result;

	explore_result_init(&result, EXPLORE_JOB_END);
	add_outcome(&result, 0, 2, 0, 0);
	add_outcome(&result, 3, 3, 1u << EXPLORE_FAULT_LEFT, 0);
	add_finding(&result, EXPLORE_FAULT_LEFT, 1, 3, FALSE);
	json_t *results = json_pack("[o]", explore_result_encode(&result));
	explore_result_clear(&result);
	g_autofree char *text = page(results);
	xmlDocPtr doc = parse(text);
	is(doc, "string(//svg[1]/@viewBox)", "0 0 4 1");
	is(doc, "string(//svg[1]/rect[2]/@class)", "f");
	is(doc, "string(//svg[1]/rect[2]/@x)", "3");
	is(doc, "starts-with(//a[@class='mark first']/@style, 'left:87.50%')", "true");
	xmlFreeDoc(doc);
	json_decref(results);
}

static void refuses(void)
{
	g_autofree char *folder = g_dir_make_tmp(NULL, NULL);
	g_autoptr(GError) error = NULL;
	struct explore_share all = { .what = json_object(), .given = json_object() };

	all.results = json_pack("[{s:s}]", "erase", "luck");
	CU_ASSERT_FALSE(explore_html.write(folder, &all, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_PROTOCOL));
	g_clear_error(&error);
	CU_ASSERT_EQUAL(g_rmdir(folder), 0); /* no file was begun */
	json_array_clear(all.results);
	CU_ASSERT_FALSE(explore_html.write("/nonexistent", &all, &error));
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_RIG));
	json_decref(all.what);
	json_decref(all.given);
	json_decref(all.results);
}

TEST_SUITE(explore_html, { "map", map }, { "marks", marks }, { "contents", contents }, { "hostile", hostile },
	   { "large", large }, { "small", small }, { "refuses", refuses })
