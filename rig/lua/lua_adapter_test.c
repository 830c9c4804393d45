/* SPDX-License-Identifier: Apache-2.0 */
/* Adapter files: what is refused when they are loaded, what their functions may do, and how a call ends. */
#include "lua_adapter.h"
#include "lua_test.h"
#include "rig/operation.h"

/* A board at the other end of the port. */
static struct {
	GString *sent, *notes;
	const char *says; /* to each receive; NULL: nothing */
	struct lua_adapter_wanted wanted;
	char *ending, *at;
	gint64 waited_ns;
	guint receives;
	GError *error; /* of the next receive */
} board;

static gboolean fake_send(gpointer data, const guint8 *bytes, gsize length, GError **error)
{
	(void)data, (void)error;
	g_string_append_len(board.sent, (const char *)bytes, (gssize)length);
	return TRUE;
}

static GBytes *fake_receive(gpointer data, const struct lua_adapter_wanted *wanted, GError **error)
{
	(void)data;
	board.receives++;
	board.wanted = *wanted;
	g_free(board.ending);
	g_free(board.at);
	board.ending = wanted->ending ? g_strndup((const char *)wanted->ending, wanted->ending_length) : NULL;
	board.at = g_strdup(wanted->at);
	if (board.error) {
		g_propagate_error(error, g_steal_pointer(&board.error));
		return NULL;
	}
	return board.says ? g_bytes_new(board.says, strlen(board.says)) : NULL;
}

static gboolean fake_wait(gpointer data, gint64 duration_ns, GError **error)
{
	(void)data, (void)error;
	board.waited_ns += duration_ns;
	return TRUE;
}

static void fake_note(gpointer data, const char *text)
{
	(void)data;
	g_string_append(board.notes, text);
}

static const struct lua_adapter_port port = { fake_send, fake_receive, fake_wait, fake_note };

static void board_reset(const char *says)
{
	if (board.sent) {
		g_string_free(board.sent, TRUE);
		g_string_free(board.notes, TRUE);
	}
	g_free(board.ending);
	g_free(board.at);
	g_clear_error(&board.error);
	memset(&board, 0, sizeof board);
	board.sent = g_string_new(NULL);
	board.notes = g_string_new(NULL);
	board.says = says;
}

static struct lua_adapter *adapter_within(const char *script, const struct lua_limits *limits)
{
	g_autoptr(GError) error = NULL;

	script_write(SCRIPT, script, -1);
	struct lua_adapter *adapter = lua_adapter_open(SCRIPT, limits, &error);
	if (!adapter)
		fprintf(stderr, "\n--- script:\n%s\n--- error: %s\n", script, error->message);
	CU_ASSERT_PTR_NOT_NULL_FATAL(adapter);
	return adapter;
}

/* Calls the one function of a script and compares its answer's JSON, or "CODE MESSAGE" of the error. */
static void expect_call_of(struct lua_adapter *adapter, const char *name, const char *arguments, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *at = NULL;
	json_t *object = json_loads(arguments, 0, NULL);
	json_t *answer = lua_adapter_call(adapter, name, object, &port, NULL, &at, &error);
	char *text = answer ? json_dumps(answer, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	g_autofree char *got =
	    answer ? g_strdup(text) : g_strdup_printf("%d %s", error ? error->code : -1, error ? error->message : "");

	if (!g_str_equal(got, wanted))
		fprintf(stderr, "\n--- %s wanted: %s\n--- got: %s\n", name, wanted, got);
	CU_ASSERT_STRING_EQUAL(got, wanted);
	free(text);
	json_decref(answer);
	json_decref(object);
}

static void expect_call(const char *script, const char *wanted)
{
	struct lua_adapter *adapter = adapter_within(script, NULL);

	expect_call_of(adapter, "panel", "{}", wanted);
	lua_adapter_close(adapter);
}

#define PANEL(body) "return { panel = function(port, a)\n" body "\nend }\n"

static void loading(void)
{
	static const struct {
		const char *script, *message;
	} cases[] = {
		{ "return {", "script.lua:1: unexpected symbol near <eof>" },
		{ "", "script.lua: an adapter returns a table of functions; this file returned nothing" },
		{ "return 3", "script.lua: an adapter returns a table of functions; this file returned a number" },
		{ "return {}", "script.lua: the adapter has no function: it can do nothing" },
		{ "return { statsu = print }", "script.lua:1: unknown name 'print'" },
		{ "return { statsu = type }",
		  "script.lua: the adapter has an unknown function 'statsu'; did you mean 'status'?" },
		{ "return { status = 'x' }", "script.lua: 'status' must be a function, not a string" },
		{ "return { type }", "script.lua: the adapter must return functions by name, not [1]" },
		{ "\nlocal f = io.open('/etc/passwd')", "script.lua:2: unknown name 'io'" },
		{ "\nport.send('x')", "script.lua:2: unknown name 'port'" },
		{ "\nrefuse('denied')", "script.lua:2: refuse: only while a function is called" },
		{ "\ncannot()", "script.lua:2: cannot: only while a function is called" },
		{ "scenario {}", "script.lua:1: unknown name 'scenario'" },
		{ "error 'no'", "script.lua:1: no" },
		{ "\nwhile true do end", "script.lua:2: the limit of 200000000 instructions is exceeded" },
	};
	IN_SCRIPT_FOLDER;

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		script_write(SCRIPT, cases[i].script, -1);
		struct lua_adapter *adapter = lua_adapter_open(SCRIPT, NULL, &error);
		CU_ASSERT_PTR_NULL(adapter);
		CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
		CU_ASSERT_STRING_EQUAL(error ? error->message : "", cases[i].message);
		lua_adapter_close(adapter);
	}
	g_autoptr(GError) error = NULL;
	CU_ASSERT_PTR_NULL(lua_adapter_open("missing.lua", NULL, &error));
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
}

static void names(void)
{
	IN_SCRIPT_FOLDER;
	struct lua_adapter *adapter =
	    adapter_within("local function f() end return { status = f, ['data.put'] = f }", NULL);
	guint count = 0;

	for (guint i = 0; lua_adapter_name(i); i++)
		count += lua_adapter_has(adapter, lua_adapter_name(i));
	CU_ASSERT_EQUAL(count, 2);
	CU_ASSERT(lua_adapter_has(adapter, "status"));
	CU_ASSERT(lua_adapter_has(adapter, "data.put"));
	lua_adapter_close(adapter);
}

static void conversation(void)
{
	IN_SCRIPT_FOLDER;

	board_reset("OK \xc3\xa9\r\n");
	expect_call(PANEL("port.send('PANEL\\r\\n') port.note('asked') port.wait('20 ms')\n"
			  "return port.receive { ending = '\\r\\n', within = '2 s' }:sub(1, -3)"),
		    "\"OK \xc3\xa9\"");
	CU_ASSERT_STRING_EQUAL(board.sent->str, "PANEL\r\n");
	CU_ASSERT_STRING_EQUAL(board.notes->str, "asked");
	CU_ASSERT_STRING_EQUAL(board.ending, "\r\n");
	CU_ASSERT_STRING_EQUAL(board.at, "script.lua:3");
	CU_ASSERT_EQUAL(board.wanted.within_ns, 2000000000);
	CU_ASSERT_EQUAL(board.waited_ns, 20000000);
	CU_ASSERT_FALSE(board.wanted.optional);

	board_reset("\xff\x01");
	expect_call(PANEL("return hex(port.receive { bytes = 2 })"), "\"ff01\"");
	CU_ASSERT_EQUAL(board.wanted.bytes, 2);
	CU_ASSERT_EQUAL(board.wanted.within_ns, -1);
	expect_call(PANEL("port.send(unhex('00FFa0')) return 'x'"), "\"x\"");
	CU_ASSERT_EQUAL(board.sent->len, 3);
	CU_ASSERT_EQUAL(memcmp(board.sent->str, "\0\xff\xa0", 3), 0);

	board_reset(NULL);
	expect_call(PANEL("return port.receive { within = '1 s', optional = true } == nil"), "true");
	CU_ASSERT(board.wanted.optional);
}

static void arguments(void)
{
	IN_SCRIPT_FOLDER;
	struct lua_adapter *adapter = adapter_within("return { press = function(port, a)\n"
						     "return { key = a.key, hold_ms = a.hold_ms, list = { 1, 2 },\n"
						     "bad = '\\xff' }\nend,\n"
						     "panel = function(port, a) return a.nothing end }",
						     NULL);

	expect_call_of(adapter, "press", "{\"key\": \"ok\", \"hold_ms\": 100}",
		       "{\"bad\":\"\xef\xbf\xbd\",\"hold_ms\":100,\"key\":\"ok\",\"list\":[1,2]}");
	expect_call_of(adapter, "panel", "{}", "1 script.lua:5: unknown argument 'nothing'");
	/* An error in one call is no other's. */
	expect_call_of(adapter, "press", "{\"key\": \"\", \"hold_ms\": 0}",
		       "{\"bad\":\"\xef\xbf\xbd\",\"hold_ms\":0,\"key\":\"\",\"list\":[1,2]}");
	lua_adapter_close(adapter);
}

static void nonsense(void)
{
	static const struct {
		const char *body, *wanted;
	} cases[] = {
		{ "return 1.5", "1 script.lua:1: panel: returned a number that is not whole" },
		{ "return type", "1 script.lua:1: panel: returned function" },
		{ "return 1, 2", "1 script.lua:1: panel: returned more than one value" },
		{ "return { 1, a = 2 }",
		  "1 script.lua:1: panel: returned a table that is neither a list nor fields by name" },
		{ "return { [2] = 2 }",
		  "1 script.lua:1: panel: returned a table that is neither a list nor fields by name" },
		{ "local t = {} t.t = t return t", "1 script.lua:1: panel: returned tables in tables in tables" },
		{ "return ('x'):rep(70000)", "1 script.lua:1: panel: returned a text of over 64 KiB" },
		{ "return nil + 1", "1 script.lua:2: attempt to perform arithmetic on a nil value" },
		{ "error {}", "1 script.lua:2: error with a table as its message" },
		{ "port.send('')",
		  "1 script.lua:2: port.send: takes 1 to 16384 bytes, as in port.send(\"STATUS\\r\\n\")" },
		{ "port:send('x')",
		  "1 script.lua:2: port.send: takes 1 to 16384 bytes, as in port.send(\"STATUS\\r\\n\")" },
		{ "port.sned('x')", "1 script.lua:2: unknown function 'port.sned'; did you mean 'port.send'?" },
		{ "port.receive('x')",
		  "1 script.lua:2: port.receive: takes one table, as in port.receive { ending = \"\\n\" }" },
		{ "port.receive { within = 2 }",
		  "1 script.lua:2: port.receive: 'within' must be a duration such as \"3 s\", "
		  "\"500 ms\", \"30 min\", \"2 h\", \"10 us\", not 2" },
		{ "port.receive { ending = 'x', bytes = 2 }",
		  "1 script.lua:2: port.receive: 'ending' and 'bytes' exclude each other" },
		{ "port.receive { optional = true }", "1 script.lua:2: port.receive: 'optional' needs 'within'" },
		{ "refuse 'never'",
		  "1 script.lua:2: refuse: takes one of unknown, bad-payload, not-ready, denied, and a text" },
		{ "return unhex 'abc'", "1 script.lua:2: unhex: an even number of hexadecimal digits is needed" },
	};
	IN_SCRIPT_FOLDER;

	board_reset("x");
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *script =
		    g_strdup_printf("return { panel = function(port, a)\n%s\nend }\n", cases[i].body);
		expect_call(script, cases[i].wanted);
	}
}

static void refusals(void)
{
	IN_SCRIPT_FOLDER;

	expect_call(PANEL("refuse('denied', 'ERR 17')"), "{\"detail\":\"ERR 17\",\"refused\":\"denied\"}");
	expect_call(PANEL("refuse 'not-ready'"), "{\"detail\":null,\"refused\":\"not-ready\"}");
	expect_call(PANEL("cannot 'no panel'"), "8 the board cannot do this: no panel");
	expect_call(PANEL("return nil or cannot()"), "8 the board cannot do this");
	expect_call(PANEL("cannot {}"), "1 script.lua:2: cannot: what there is to say must be a text, not a table");
	/* Caught, it is the adapter's business. */
	expect_call(PANEL("pcall(refuse, 'denied') return 'x'"), "\"x\"");
}

/* The port's error is what the call ends with, whatever the adapter makes of it. */
static void silence(void)
{
	static const char *const bodies[] = {
		"return port.receive {}",
		"pcall(port.receive, {}) return 'x'",
		"pcall(port.receive, {}) refuse 'denied'",
		"pcall(port.receive, {}) error 'x'",
		"pcall(port.receive, {}) pcall(port.send, 'x') pcall(port.receive, {}) return 'x'",
	};
	IN_SCRIPT_FOLDER;

	for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autofree char *script = g_strdup_printf("return { panel = function(port, a)\n%s\nend }\n", bodies[i]);
		board_reset("x");
		board.error = g_error_new(RIG_ERROR, RIG_ERROR_TIMEOUT, "silent");
		expect_call(script, "4 silent");
		/* The board is not bothered after that. */
		CU_ASSERT_EQUAL(board.receives, 1);
		CU_ASSERT_EQUAL(board.sent->len, 0);
	}
}

static void limits(void)
{
	static const struct lua_limits tight = { .cpu_ms = 100, .instructions = 1000000000, .memory_bytes = 8 << 20 };
	static const struct {
		const char *body, *wanted;
	} cases[] = {
		{ "while true do end", "1 script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ "while true do pcall(error) end", "1 script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ "return string.find(('a'):rep(60), ('a-'):rep(7) .. 'b')",
		  "1 script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ "local s = 'x' while true do s = s .. s end",
		  "1 script.lua:2: the memory limit of 8 MiB is exceeded" },
		{ "while true do port.receive {} end", "1 script.lua:2: the CPU limit of 100 ms is exceeded" },
	};
	IN_SCRIPT_FOLDER;

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *script =
		    g_strdup_printf("return { panel = function(port, a)\n%s\nend }\n", cases[i].body);
		struct lua_adapter *adapter = adapter_within(script, &tight);
		gint64 begin_us = g_get_monotonic_time();

		board_reset("x");
		expect_call_of(adapter, "panel", "{}", cases[i].wanted);
		CU_ASSERT(g_get_monotonic_time() - begin_us < 8 * G_USEC_PER_SEC);
		expect_call_of(adapter, "panel", "{}", "1 script.lua: an earlier call ended the adapter");
		lua_adapter_close(adapter);
	}
	board_reset(NULL);
	g_string_free(board.sent, TRUE);
	g_string_free(board.notes, TRUE);
	board.sent = NULL;
}

TEST_SUITE(lua_adapter, { "loading", loading }, { "names", names }, { "conversation", conversation },
	   { "arguments", arguments }, { "nonsense", nonsense }, { "refusals", refusals },
	   { "silence ends a call", silence }, { "limits", limits })
