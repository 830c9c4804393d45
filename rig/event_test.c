/* SPDX-License-Identifier: Apache-2.0 */
#include "event.h"
#include "test.h"
#include <string.h>

static json_t *parse(enum event_type type, const char *text)
{
	struct event event = { .type = type, .data = text, .length = strlen(text) };
	return event_json(&event);
}

static void names(void)
{
	CU_ASSERT_STRING_EQUAL(event_type_name(EVENT_RUN_BEGIN), "run-begin");
	CU_ASSERT_STRING_EQUAL(event_type_name(EVENT_MEASURE), "measure");
	CU_ASSERT_STRING_EQUAL(event_type_name(EVENT_CONSOLE_TX), "console-tx");
	CU_ASSERT_PTR_NULL(event_type_name(0));
	CU_ASSERT_PTR_NULL(event_type_name(63));
	for (int type = EVENT_RUN_BEGIN; type <= EVENT_MEASURE; type++)
		CU_ASSERT(event_type_name(type) && event_is_json(type));
	for (int type = EVENT_URB; type <= EVENT_CONSOLE_TX; type++)
		CU_ASSERT(event_type_name(type) && !event_is_json(type));
	CU_ASSERT_FALSE(event_is_json(0));
}

static void payload(void)
{
	json_t *value = parse(EVENT_NOTE, "{\"text\":\"a\\u0000b\"}");
	CU_ASSERT_EQUAL(json_string_length(json_object_get(value, "text")), 3);
	json_decref(value);
	CU_ASSERT_PTR_NULL(parse(EVENT_NOTE, ""));
	CU_ASSERT_PTR_NULL(parse(EVENT_NOTE, "[1]"));
	CU_ASSERT_PTR_NULL(parse(EVENT_NOTE, "{\"a\":1"));
	CU_ASSERT_PTR_NULL(parse(EVENT_NOTE, "{\"a\":1,\"a\":2}"));
	CU_ASSERT_PTR_NULL(parse(EVENT_URB, "{}"));
}

TEST_SUITE(event, { "names", names }, { "payload", payload })
