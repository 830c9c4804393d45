/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks.h"
#include "rig/sample.h"
#include "rig/tally.h"
#include "rig/test.h"
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <string.h>

static xmlDocPtr parse(const char *text, gsize length)
{
	xmlDocPtr doc = xmlReadMemory(text, (int)length, "junit.xml", NULL, XML_PARSE_NONET);

	CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
	return doc;
}

static xmlDocPtr output(const struct sample *s)
{
	gsize length;
	g_autofree char *text = sample_output(s, &junit_sink, &length);

	return parse(text, length);
}

/* Jenkins's schema, found from the source's folder: tests run there. */
static gboolean is_valid(xmlDocPtr doc)
{
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt("reports/junit-10.xsd");
	xmlSchemaPtr schema = xmlSchemaParse(parser);

	CU_ASSERT_PTR_NOT_NULL_FATAL(schema);
	xmlSchemaValidCtxtPtr context = xmlSchemaNewValidCtxt(schema);
	gboolean valid = xmlSchemaValidateDoc(context, doc) == 0;
	xmlSchemaFreeValidCtxt(context);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(parser);
	return valid;
}

static char *evaluate(xmlDocPtr doc, const char *xpath)
{
	xmlXPathContextPtr context = xmlXPathNewContext(doc);
	xmlXPathObjectPtr result = xmlXPathEvalExpression((const xmlChar *)xpath, context);
	xmlChar *text = xmlXPathCastToString(result);
	char *copy = g_strdup((const char *)text);

	xmlFree(text);
	xmlXPathFreeObject(result);
	xmlXPathFreeContext(context);
	return copy;
}

static void is(xmlDocPtr doc, const char *xpath, const char *expected)
{
	g_autofree char *text = evaluate(doc, xpath);

	if (!g_str_equal(text, expected))
		g_printerr("\n%s is %s\n", xpath, text);
	CU_ASSERT_STRING_EQUAL(text, expected);
}

static void valid(void)
{
	struct sample *s = sample_run(TRUE), *large = sample_large(30, 5), *empty = sample_new();
	xmlDocPtr docs[] = { output(s), output(large), output(empty) };

	for (gsize i = 0; i < G_N_ELEMENTS(docs); i++) {
		CU_ASSERT_TRUE(is_valid(docs[i]));
		is(docs[i], "count(//testcase) = sum(//testsuite/@tests)", "true");
		is(docs[i], "count(//failure) = sum(//testsuite/@failures)", "true");
		is(docs[i], "count(//error) = sum(//testsuite/@errors)", "true");
		is(docs[i], "count(//skipped) = sum(//testsuite/@skipped)", "true");
		xmlFreeDoc(docs[i]);
	}
	sample_free(s);
	sample_free(large);
	sample_free(empty);
}

#define CASE(id) "//testcase[starts-with(@name,'" id "')]"

static void outcomes(void)
{
	struct sample *s = sample_run(TRUE);
	xmlDocPtr doc = output(s);

	is(doc, "count(//testsuite)", "4");
	is(doc, "string(" CASE("LIC-05") "/@classname)", "scenarios.licence.refusals");
	is(doc, "string(" CASE("LIC-05") "/@time)", "0.516");
	is(doc, "string(" CASE("LIC-05") "/failure/@message)",
	   "LIC-05: step 3 expect.panel: the panel showed another message");
	is(doc, "contains(" CASE("LIC-05") "/failure, 'expected: message 3: This function')", "true");
	is(doc, "contains(" CASE("LIC-05") "/failure, 'actual: message 2: The value')", "true");
	is(doc, "contains(" CASE("LIC-05") "/system-out, 'panel.register: Type the same licence key')", "true");
	is(doc, "count(" CASE("LIC-01") "/*[not(self::system-out)])", "0");
	is(doc, "string(" CASE("LIC-07") "/error/@message)", "LIC-07: reading the console: No such device");
	is(doc, "string(" CASE("LIC-09") "/skipped/@message)", "LIC-09: consumes a licence, but this unit is golden");
	is(doc, "string(" CASE("ERA-04") "/skipped/@type)", "not judged");
	is(doc, "string(" CASE("BOO-02") "/error/@message)", "BOO-02: interrupted");
	is(doc, "string(//testcase[@name='the run completes']/error/@type)", "interrupted");
	is(doc, "count(//testsuite/properties/property[@name='banner'][@value='" TALLY_EMULATED "'])", "4");
	xmlFreeDoc(doc);
	sample_free(s);
}

static void hostile(void)
{
	struct sample *s = sample_run(FALSE);
	xmlDocPtr doc = output(s);

	is(doc,
	   "contains(" CASE("MSG-02") "/failure, 'actual: <img src=x onerror=alert(1)>\\x1b]0;pwned\\x07\\u202e&lt;')",
	   "true");
	is(doc, "contains(" CASE("MSG-02") "/failure/@message, '\\x1b]0;pwned')", "true");
	is(doc, "count(//img)", "0");
	is(doc, "count(//property[@name='banner'])", "0");
	xmlFreeDoc(doc);
	sample_free(s);
}

static void repeated_names(void)
{
	struct sample *s = sample_new();

	sample_add(s, EVENT_RUN_BEGIN, 0, "{'emulated':false,'slot':{'name':'a\\u0007b'}}");
	for (guint no = 1; no <= 2; no++) {
		sample_add(s, EVENT_CASE_BEGIN, no, "{'case':'A','file':'f.lua'}");
		sample_add(s, EVENT_CASE_END, no, "{'case':'A','verdict':'pass'}");
	}
	sample_add(s, EVENT_RUN_END, 0, "{'ended':'complete'}");
	xmlDocPtr doc = output(s);
	is(doc, "string(//testcase[1]/@name)", "A");
	is(doc, "string(//testcase[2]/@name)", "A #2");
	is(doc, "string(//property[@name='slot']/@value)", "a\\x07b");
	xmlFreeDoc(doc);
	sample_free(s);
}

static void write_failures(void)
{
	struct sample *s = sample_run(TRUE);

	sample_check_write_failures(s, &junit_sink);
	sample_free(s);
}

TEST_SUITE(junit, { "valid", valid }, { "outcomes", outcomes }, { "hostile", hostile },
	   { "repeated names", repeated_names }, { "write failures", write_failures })
