/* SPDX-License-Identifier: Apache-2.0 */
#include "operation.h"
#include "test.h"
#include <string.h>

#define CAPACITY 64

static json_t *json_of(const char *text)
{
	g_autofree char *quoted = g_strdelimit(g_strdup(text), "'", '"');
	json_t *value = json_loads(quoted, 0, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	return value;
}

static const struct {
	const char *operation, *arguments, *bytes; /* hexadecimal; NULL: refused, naming `what` */
	const char *what;
} requests[] = {
	{ "data.put", "{'item':'address-book','value':'Ann'}", "00416e6e", NULL },
	{ "data.put", "{'item':'job-logs','value':''}", "0d", NULL },
	{ "data.put", "{'item':'adress-book','value':'Ann'}", NULL, "'item'" },
	{ "data.put", "{'item':'address-book'}", NULL, "'value'" },
	{ "data.put", "{'item':0,'value':'Ann'}", NULL, "'item'" },
	{ "data.info", "{}", "", NULL },
	{ "data.info", "{'more':1}", "", NULL },
	{ "data.import", "{'item':'settings','package':'00fF7e'}", "0100ff7e", NULL },
	{ "data.import", "{'item':'settings','package':'00f'}", NULL, "'package'" },
	{ "data.import", "{'item':'settings','package':'0g'}", NULL, "'package'" },
	{ "job.start", "{'kind':'send','value':'x'}", "0478", NULL },
	{ "job.start", "{'kind':'','value':'x'}", NULL, "'kind'" },
	{ "document.store", "{'box':7,'value':'x'}", "0778", NULL },
	{ "document.store", "{'box':255,'value':''}", "ff", NULL },
	{ "document.store", "{'box':256,'value':'x'}", NULL, "'box'" },
	{ "document.store", "{'box':-1,'value':'x'}", NULL, "'box'" },
	{ "document.store", "{'box':'7','value':'x'}", NULL, "'box'" },
	{ "log.read", "{'from':258}", "0201", NULL },
	{ "log.read", "{'from':65536}", NULL, "'from'" },
	{ "cipher.known_answer", "{'cipher':'aes-256-xts','direction':'decrypt','key':'0102','iv':'','data':'aabb'}",
	  "020102010200aabb", NULL },
};

static void encode(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(requests); i++) {
		const struct operation *operation = operation_find(requests[i].operation);
		json_t *arguments = json_of(requests[i].arguments);
		g_autoptr(GError) error = NULL;
		g_autoptr(GString) hex = g_string_new(NULL);
		guint8 payload[CAPACITY];
		gssize length = operation_encode(operation, arguments, payload, sizeof payload, &error);

		json_decref(arguments);
		CU_ASSERT_EQUAL(length < 0, !requests[i].bytes);
		CU_ASSERT_EQUAL(error != NULL, !requests[i].bytes);
		for (gssize k = 0; k < length; k++)
			g_string_append_printf(hex, "%02x", payload[k]);
		if (requests[i].bytes)
			CU_ASSERT_STRING_EQUAL(hex->str, requests[i].bytes);
		if (error)
			CU_ASSERT_PTR_NOT_NULL(strstr(error->message, requests[i].what));
	}
}

static void longer_than_a_request(void)
{
	g_autofree char *text = g_strnfill(CAPACITY, 'x');
	json_t *arguments = json_pack("{s:s, s:s}", "item", "settings", "value", text);
	guint8 payload[CAPACITY + 1];
	g_autoptr(GError) error = NULL;

	CU_ASSERT_EQUAL(operation_encode(operation_find("data.put"), arguments, payload, CAPACITY + 1, NULL),
			CAPACITY + 1);
	CU_ASSERT_EQUAL(operation_encode(operation_find("data.put"), arguments, payload, CAPACITY, &error), -1);
	CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	json_decref(arguments);
}

static const struct {
	const char *operation;
	guint8 bytes[40];
	gsize length;
	const char *answer; /* NULL: damaged */
} answers[] = {
	{ "data.put", { 0 }, 0, "{}" },
	{ "data.put", { 0 }, 1, NULL },
	{ "data.get", { 'A', 'n', 'n' }, 3, "{'value':'Ann'}" },
	{ "data.get", { 0 }, 0, "{'value':''}" },
	{ "data.get", { 'A', 0xff }, 2, "{'value':'A\xef\xbf\xbd'}" },
	{ "data.export", { 0x00, 0xa5 }, 2, "{'package':'00a5'}" },
	{ "data.info", { 0xff, 0x3f, 0x7f, 0 }, 4, "{'stored':16383,'backup':127}" },
	{ "data.info", { 0xff, 0x3f, 0x7f }, 3, NULL },
	{ "login.get", { 2 }, 1, "{'service':'sdl'}" },
	{ "login.get", { 4 }, 1, NULL },
	{ "encryption.get", { 1, 1, 3, 0, 0, 0 }, 6, "{'active':1,'cipher':'3des-cbc','generation':3}" },
	{ "encryption.get", { 0, 0, 0, 0, 0, 0 }, 6, "{'active':0,'cipher':'','generation':0}" },
	{ "erase.report",
	  { 2, 3,  3, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0,
	    0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	  40,
	  NULL },
};

static void decode(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		json_t *expected = answers[i].answer ? json_of(answers[i].answer) : NULL;
		g_autoptr(GError) error = NULL;
		json_t *answer =
		    operation_decode(operation_find(answers[i].operation), answers[i].bytes, answers[i].length, &error);

		CU_ASSERT_EQUAL(answer != NULL, expected != NULL);
		if (answer && expected)
			CU_ASSERT_TRUE(json_equal(answer, expected));
		CU_ASSERT_EQUAL(g_error_matches(error, RIG_ERROR, RIG_ERROR_PROTOCOL), !expected);
		json_decref(answer);
		json_decref(expected);
	}
}

static void wide_numbers(void)
{
	guint8 bytes[53] = { 2, 3, 3, 2, 1 };
	const char *expected = "{'outcome':'complete','mode':3,'passes':3,'verification':'full','hidden':'erased',"
			       "'errors':0,'starts':0,'began':0,'ended':1311768467463790320,'sectors':0,"
			       "'hidden_sectors':0,'remapped_sectors':0}";
	const guint8 ended[] = { 0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12 };
	json_t *wanted = json_of(expected), *answer;

	memcpy(bytes + 5 + 4 + 4 + 8, ended, sizeof ended);
	answer = operation_decode(operation_find("erase.report"), bytes, sizeof bytes, NULL);
	CU_ASSERT_TRUE(json_equal(answer, wanted));
	json_decref(answer);
	json_decref(wanted);
}

/* Names and types are the protocol's: none twice, each choice's number in its place. */
static void table(void)
{
	gboolean types[G_MAXUINT8 + 1] = { FALSE };

	for (const struct operation *operation = operations; operation->name; operation++) {
		CU_ASSERT_PTR_EQUAL(operation_find(operation->name), operation);
		CU_ASSERT_FALSE(types[operation->type]);
		types[operation->type] = TRUE;
		CU_ASSERT(operation->type > PROTOCOL_SERVICE_SET && operation->type < PROTOCOL_ANSWER);
	}
	CU_ASSERT_PTR_NULL(operation_find("data.steal"));
	CU_ASSERT_STRING_EQUAL(operation_answers[PROTOCOL_DENIED], "denied");
	const struct operation_field *item = operation_find("data.get")->request;
	CU_ASSERT_STRING_EQUAL(item->choices[DATA_INBOXES], "inboxes");
	CU_ASSERT_STRING_EQUAL(item->choices[DATA_DEPARTMENT_IDS], "department-ids");
	CU_ASSERT_PTR_NULL(item->choices[DATA_DEPARTMENT_IDS + 1]);
}

static void variables(void)
{
	g_autofree char *one = operation_variable(operation_find("data.get"), "x", "value");
	g_autofree char *many = operation_variable(operation_find("erase.report"), "x", "mode");

	CU_ASSERT_STRING_EQUAL(one, "x");
	CU_ASSERT_STRING_EQUAL(many, "x_mode");
}

TEST_SUITE(operation, { "encode", encode }, { "longer than a request", longer_than_a_request }, { "decode", decode },
	   { "wide numbers", wide_numbers }, { "table", table }, { "variables", variables })
