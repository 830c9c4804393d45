/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_wire.h"
#include "rig/test.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What wire_receive says of these bytes, followed by the end of the connection. */
static enum wire_result receive(const char *bytes, gsize length, gsize budget)
{
	int ends[2];
	json_t *message = NULL;

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	CU_ASSERT_EQUAL(write(ends[1], bytes, length), (ssize_t)length);
	close(ends[1]);
	enum wire_result result = wire_receive(ends[0], &budget, -1, &message);
	CU_ASSERT_EQUAL(message != NULL, result == WIRE_OK);
	json_decref(message);
	close(ends[0]);
	return result;
}

#define RECEIVE(bytes, budget) receive(bytes, sizeof bytes - 1, budget)

static void any_bytes(void)
{
	CU_ASSERT_EQUAL(RECEIVE("\2\0\0\0{}", 2), WIRE_OK);
	CU_ASSERT_EQUAL(RECEIVE("", 100), WIRE_END);
	CU_ASSERT_EQUAL(RECEIVE("\2\0\0", 100), WIRE_END);
	CU_ASSERT_EQUAL(RECEIVE("\2\0\0\0{", 100), WIRE_END);
	CU_ASSERT_EQUAL(RECEIVE("\2\0\0\0{}", 1), WIRE_TOO_BIG);
	CU_ASSERT_EQUAL(RECEIVE("\xff\xff\xff\xff", 100), WIRE_TOO_BIG);
	CU_ASSERT_EQUAL(RECEIVE("\0\0\0\0", 100), WIRE_DAMAGED);
	CU_ASSERT_EQUAL(RECEIVE("\2\0\0\0{]", 100), WIRE_DAMAGED);
	CU_ASSERT_EQUAL(RECEIVE("\5\0\0\0[\"\xff\"]x", 100), WIRE_DAMAGED);
	CU_ASSERT_EQUAL(RECEIVE("\15\0\0\0{\"a\":1,\"a\":2}", 100), WIRE_DAMAGED);
}

/* Deep nesting is refused by the parser, not by the stack. */
static void nesting(void)
{
	g_autofree char *bytes = g_malloc(4 + 100000);

	memcpy(bytes, "\xa0\x86\1\0", 4);
	memset(bytes + 4, '[', 100000);
	CU_ASSERT_EQUAL(receive(bytes, 4 + 100000, 1 << 20), WIRE_DAMAGED);
}

static void sent_and_received(void)
{
	int ends[2];
	gsize budget = 100;
	json_t *message = json_pack("{s:i, s:s}", "b", 1, "a", "x"), *got = NULL;

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	CU_ASSERT(wire_send(ends[1], message));
	CU_ASSERT_EQUAL(wire_receive(ends[0], &budget, -1, &got), WIRE_OK);
	CU_ASSERT(json_equal(message, got));
	CU_ASSERT_EQUAL(budget, 100 - strlen("{\"a\":\"x\",\"b\":1}"));
	/* Nothing more comes: a deadline that has passed is noticed at once. */
	json_decref(got);
	got = NULL;
	CU_ASSERT_EQUAL(wire_receive(ends[0], &budget, 0, &got), WIRE_LATE);
	close(ends[0]);
	CU_ASSERT_FALSE(wire_send(ends[1], message));
	close(ends[1]);
	json_decref(message);
}

TEST_SUITE(lua_wire, { "any bytes", any_bytes }, { "nesting", nesting }, { "sent and received", sent_and_received })
