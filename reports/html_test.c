/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks.h"
#include "html_assets.h"
#include "html_script.h"
#include "html_style.h"
#include "html_text.h"
#include "html_trace_sample.h"
#include "rig/sample.h"
#include "rig/test.h"
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <string.h>

static xmlDocPtr parse(const char *text, gsize length)
{
	/* No recovery: one tag or quote out of place and there is no document. */
	xmlDocPtr doc = xmlReadMemory(text, (int)length, "report.html", NULL, XML_PARSE_NONET);

	CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
	return doc;
}

static xmlDocPtr output(const struct sample *s)
{
	gsize length;
	g_autofree char *text = sample_output(s, &html_sink, &length);

	return parse(text, length);
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

static void self_contained(void)
{
	struct sample *s = sample_run(TRUE);
	xmlDocPtr doc = output(s);

	is(doc, "string(//meta[@http-equiv='Content-Security-Policy']/@content)",
	   "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action "
	   "'none'");
	is(doc, "count(//@src) + count(//link) + count(//@href[not(starts-with(., '#'))]) + count(//form)", "0");
	is(doc, "count(//script[not(@type)])", "2");
	is(doc, "count(//@*[starts-with(name(), 'on')])", "0");
	/* The style sheet asks for nothing either, and both go through an XML parser as they are. */
	CU_ASSERT_PTR_NULL(strstr(html_style, "url("));
	CU_ASSERT_PTR_NULL(strstr(html_style, "@import"));
	CU_ASSERT_PTR_NULL(strpbrk(html_style, "<&"));
	CU_ASSERT_PTR_NULL(strpbrk(html_script, "<&"));
	CU_ASSERT_PTR_NULL(strpbrk(html_view_css, "<&"));
	const char *const assets[] = { html_view_css, html_trace_js, html_draw_js, html_view_js };
	for (gsize i = 0; i < G_N_ELEMENTS(assets); i++) {
		CU_ASSERT(strlen(assets[i]) > 1000);
		CU_ASSERT_PTR_NULL(strstr(assets[i], "url("));
		CU_ASSERT_PTR_NULL(strstr(assets[i], "]]>"));
		CU_ASSERT_PTR_NULL(strstr(assets[i], "</"));
		CU_ASSERT_PTR_NULL(strstr(assets[i], "innerHTML"));
	}
	xmlFreeDoc(doc);
	sample_free(s);
}

static void links_lead_somewhere(void)
{
	struct sample *s = sample_run(TRUE);
	xmlDocPtr doc = output(s);

	is(doc, "count(//a[not(substring-after(@href, '#') = //@id)])", "0");
	is(doc, "count(//a) > 20", "true");
	is(doc, "count(//label[not(@for = //input/@id)])", "0");
	is(doc, "count(//@id[. = ../preceding::*/@id])", "0");
	xmlFreeDoc(doc);
	sample_free(s);
}

static void links_into_the_view(void)
{
	struct sample *s = html_sample_cases();
	xmlDocPtr doc = output(s);

	is(doc, "count(//a[not(substring-after(@href, '#') = //@id)])", "0");
	is(doc, "count(//a[@class='moment'][not(concat('t', @data-case) = //script/@id)])", "0");
	is(doc, "count(//a[@class='moment'])", "7"); /* a case each; what went wrong; the failed step */
	is(doc, "count(//@id[. = ../preceding::*/@id])", "0");
	is(doc, "count(//details[@class='transcript'])", "1");
	xmlFreeDoc(doc);
	sample_free(s);
}

#define CASE(id) "//details[starts-with(summary/strong, '" id "')]"
#define ROW(id) "//tr[@id='r-" id "']"

static void contents(void)
{
	struct sample *s = sample_run(TRUE);
	xmlDocPtr doc = output(s);

	is(doc, "string(//h1)", "■Interrupted");
	is(doc, "count(//details[starts-with(@class, 'case')])", "8");
	is(doc, "count(//details[starts-with(@class, 'case')][@open])", "4");
	is(doc, "count(" CASE("LIC-05") "[@open]/div//tr[@class='f'])", "1");
	is(doc, "string(" CASE("LIC-05") "//tr[@class='f']//dd[1])", "message 3: This function has already enabled.");
	is(doc, "string(" CASE("LIC-05") "//tr[@class='f']//dd[2]/mark)",
	   "2: The value for the license key is incorrect. Check the license key");
	is(doc, "string(" CASE("LIC-05") "//tr[@class='f']/td[2])", "0.512");
	is(doc, "contains(" CASE("LIC-05") "//pre, 'register: refused, code 2')", "true");
	/* The console from before the failing step's neighbourhood, and a passed case's, stay away. */
	is(doc, "contains(" CASE("LIC-05") "/div, 'boot: kit 1.04')", "false");
	is(doc, "count(" CASE("LIC-01") "//pre)", "0");
	is(doc, "count(" CASE("LIC-01") "//tr[@class='m'])", "1");
	is(doc, "contains(" CASE("LIC-01") ", 'time to answer: 0.31 s')", "true");
	is(doc, "count(//ul[@class='todo']/li)", "4");
	is(doc, "contains(//ul[@class='todo'], 'Power not confirmed off')", "true");
	is(doc, "count(//section[@class='group'])", "3");
	xmlFreeDoc(doc);
	sample_free(s);
}

static void measurements(void)
{
	struct sample *s = sample_run(TRUE);
	xmlDocPtr doc = output(s);

	is(doc, "count(//section[@class='measures']//tbody/tr[@class='f'])", "1");
	is(doc, "string(//section[@class='measures']//tbody/tr/td[2])", "0.31 ± 0.02");
	is(doc, "string(//td[@class='mb']/i/@style)", "width:93.939%;");
	is(doc, "string(//td[@class='mb']/b/@style)", "left:87.879%;width:12.121%;");
	is(doc, "string(//section[@class='measures']//tbody/tr/td[5])", "at most 0.3 s");
	xmlFreeDoc(doc);
	sample_free(s);
}

static void requirements(void)
{
	struct sample *s = sample_run(TRUE);
	xmlDocPtr doc = output(s);

	is(doc, "count(//section[@class='req']//tbody/tr)", "86");
	is(doc, "count(//section[@class='req']//tbody/tr[@class='n'])", "81");
	is(doc, "string(" ROW("LIC-05") "/td[5]/b/@class)", "v f");
	is(doc, "string(" ROW("LIC-05") "/td[6])", "LIC-05[host=iR2270,region=US] step 3");
	is(doc, "string(" ROW("LIC-05") "/td[4])", "doc");
	is(doc, "string(" ROW("ERA-01") "/td[4])", "◇ derived");
	is(doc, "string(" ROW("ERA-01") "/td[4]/@class)", "kind u");
	is(doc, "string(" ROW("LIC-02") "/td[6])", "no case of this run names it");
	is(doc, "count(" ROW("LIC-01") "//a)", "2");
	is(doc, "contains(//div[@class='tile'][2]/p, '3 of 86 requirements judged')", "true");
	xmlFreeDoc(doc);
	sample_free(s);
}

static void banner(void)
{
	struct sample *emulated = sample_run(TRUE), *real = sample_run(FALSE);
	xmlDocPtr docs[] = { output(emulated), output(real) };

	is(docs[0], "string(//body/div[@class='banner'][1])", TALLY_EMULATED);
	is(docs[0], "count(//div[@class='banner'])", "2");
	is(docs[1], "count(//div[@class='banner'])", "0");
	is(docs[1], "contains(//body, 'EMULATED')", "false");
	xmlFreeDoc(docs[0]);
	xmlFreeDoc(docs[1]);
	sample_free(emulated);
	sample_free(real);
}

static void hostile(void)
{
	struct sample *s = sample_run(TRUE);
	gsize length;
	g_autofree char *text = sample_output(s, &html_sink, &length);
	xmlDocPtr doc = parse(text, length);

	is(doc, "count(//img)", "0");
	is(doc, "count(//script[not(@type)])", "2");
	is(doc, "count(" CASE("MSG-02") "//span[.='The <b>messages</b> & their wording'])", "1");
	is(doc,
	   "contains(" CASE(
	       "MSG-02") "//pre[1], \"<script>alert('x')</script>]]>&amp;\\x1b[2J\\x01\\xff\\xfe\\u202e\")",
	   "true");
	is(doc, "contains(" CASE("MSG-02") ", '<img src=x onerror=alert(1)>\\x1b]0;pwned')", "true");
	CU_ASSERT_TRUE(g_utf8_validate(text, (gssize)length, NULL));
	CU_ASSERT_PTR_NULL(memchr(text, 0x1b, length));
	/* For html_browser_test.sh. */
	if (g_getenv("WIPERIG_TEST_REPORT"))
		CU_ASSERT_TRUE(g_file_set_contents(g_getenv("WIPERIG_TEST_REPORT"), text, (gssize)length, NULL));
	xmlFreeDoc(doc);
	sample_free(s);
}

static void differences(void)
{
	static const struct {
		const char *text, *other, *html;
	} cases[] = {
		{ "abc", "abc", "abc" },
		{ "abc", "axc", "a<mark>b</mark>c" },
		{ "abc", "", "<mark>abc</mark>" },
		{ "", "abc", "" },
		{ "aa", "aaa", "aa" },
		{ "aaa", "aa", "aa<mark>a</mark>" },
		{ "a<b", "a<c", "a&lt;<mark>b</mark>" },
		{ "é", "è", "<mark>é</mark>" },	   /* c3 a9, c3 a8: a common first byte */
		{ "xé", "xĩ", "x<mark>é</mark>" }, /* c3 a9, c4 a9: a common last byte */
		{ "é1", "é2", "é<mark>1</mark>" },
		{ "\"'", NULL, "&quot;&#39;" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		html_difference(out, cases[i].text, cases[i].other);
		CU_ASSERT_STRING_EQUAL(out->str, cases[i].html);
	}
}

static void large(void)
{
	struct sample *s = sample_large(150, 25);
	gsize length;
	g_autofree char *text = sample_output(s, &html_sink, &length);
	xmlDocPtr doc = parse(text, length);

	CU_ASSERT(length < 2 << 20);
	is(doc, "count(//details[starts-with(@class, 'case')])", "150");
	is(doc, "count(//details[starts-with(@class, 'case')]/div//tbody/tr[td[1] != ''])", "3750");
	is(doc, "count(//details[starts-with(@class, 'case')][@open])", "6");
	is(doc, "string(//h1)", "✕Failed");
	xmlFreeDoc(doc);
	sample_free(s);
}

/* Of a console that never stops, the end is kept: it is nearest to the failure. */
static void chatty_console(void)
{
	struct sample *s = sample_new();

	sample_add(s, EVENT_CASE_BEGIN, 1, "{'case':'LIC-01','file':'f','requirements':[]}");
	for (guint i = 0; i < 2000; i++) {
		g_autofree char *line = g_strdup_printf("console line %u of many\r\n", i);
		sample_add_bytes(s, EVENT_CONSOLE_RX, 1, line, strlen(line));
	}
	sample_add_bytes(s, EVENT_CONSOLE_RX, 1, "in two ", 7);
	sample_add_bytes(s, EVENT_CONSOLE_RX, 1, "pieces", 6);
	sample_add(s, EVENT_CASE_END, 1, "{'case':'LIC-01','verdict':'error','reason':'x'}");
	xmlDocPtr doc = output(s);
	is(doc, "count(" CASE("LIC-01") "//pre) > 500", "true");
	is(doc, "count(" CASE("LIC-01") "//pre) > 800", "false");
	is(doc, "string(" CASE("LIC-01") "//tr[last()]//pre)", "in two pieces");
	xmlFreeDoc(doc);
	sample_free(s);
}

static void empty(void)
{
	struct sample *s = sample_new();
	xmlDocPtr doc = output(s);

	is(doc, "string(//h1)", "!Error");
	is(doc, "contains(//header, 'The record stops before')", "true");
	xmlFreeDoc(doc);
	sample_free(s);
}

static void write_failures(void)
{
	struct sample *s = sample_run(TRUE);

	sample_check_write_failures(s, &html_sink);
	sample_free(s);
}

TEST_SUITE(html, { "self contained", self_contained }, { "links lead somewhere", links_lead_somewhere },
	   { "links into the view", links_into_the_view }, { "measurements", measurements }, { "contents", contents },
	   { "requirements", requirements }, { "banner", banner }, { "hostile", hostile },
	   { "differences", differences }, { "large", large }, { "chatty console", chatty_console }, { "empty", empty },
	   { "write failures", write_failures })
