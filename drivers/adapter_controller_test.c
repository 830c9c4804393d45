/* SPDX-License-Identifier: Apache-2.0 */
/* The adapter driver's functions: what a board cannot do, and adapters that return nonsense. */
#include "adapter_test.h"
#include <sys/socket.h>
#include <unistd.h>

struct fake_board fake;

static void unsupported(void)
{
	BENCH(bench, ASK);
	g_autoptr(GError) error = NULL;
	struct unit_status status;

	CU_ASSERT_FALSE(bench.ops->status(bench.self, &status, &error));
	expect_failure(&bench, error, RIG_ERROR_UNSUPPORTED,
		       "the board cannot do this: /board.lua has no function status");
	CU_ASSERT_TRUE(bench.ops->can(bench.self, "panel"));
	CU_ASSERT_FALSE(bench.ops->can(bench.self, "status"));
	CU_ASSERT_FALSE(bench.ops->can(bench.self, "press"));
	CU_ASSERT_FALSE(bench.ops->can(bench.self, "data.put"));
}

static void status(void)
{
	static const struct {
		const char *table, *wrong;
	} cases[] = {
		{ "{}", "returned a table without 'unit'" },
		{ "{ unit = 'ready' }", "returned a table without 'licence'" },
		{ "{ unit = 'raedy', licence = 'none' }", "'unit' must be one of starting, erasing, ready, "
							  "shutdown-asked, shutting-down, may-power-off, failed, "
							  "not 'raedy'" },
		{ "{ unit = 2, licence = 'none' }", "'unit' must be one of starting, erasing, ready, shutdown-asked, "
						    "shutting-down, may-power-off, failed, "
						    "not 2" },
		{ "{ unit = 'ready', licence = 'none', starts = -1 }",
		  "'starts' must be a whole number from 0 to 4294967295, not -1" },
		{ "{ unit = 'ready', licence = 'none', erase_percent = 256 }",
		  "'erase_percent' must be a whole number from 0 to 255, not 256" },
		{ "{ unit = 'ready', licence = 'none', start = 1 }",
		  "returned an unknown field 'start'; did you mean 'starts'?" },
		{ "'ready'", "must return a table of fields, not 'ready'" },
		{ "nil", "must return a table of fields, not nothing" },
		{ "{ 1, 2 }", "must return a table of fields, not a list" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *script =
		    g_strdup_printf("\nreturn { status = function() return %s end }", cases[i].table);
		g_autofree char *message = g_strdup_printf("/board.lua:2: status: %s", cases[i].wrong);
		g_autoptr(GError) error = NULL;
		struct unit_status read = { .starts = 77 };
		BENCH(bench, script);
		CU_ASSERT_FALSE(bench.ops->status(bench.self, &read, &error));
		CU_ASSERT_EQUAL(read.starts, 77);
		expect_failure(&bench, error, RIG_ERROR_RIG, message);
	}
	BENCH(bench, "return { status = function() return { unit = 'erasing', licence = 'active', erase_percent = 40,\n"
		     "starts = 3, uptime_ms = 70000, erase_mode = 2 } end }");
	struct unit_status read = { 0 };
	CU_ASSERT_TRUE(bench.ops->status(bench.self, &read, NULL));
	CU_ASSERT(read.unit == UNIT_ERASING && read.licence == LICENCE_ACTIVE && read.erase_percent == 40);
	CU_ASSERT(read.starts == 3 && read.uptime_ms == 70000 && read.erase_mode == 2);
}

static void other_functions(void)
{
	BENCH(bench,
	      "local item\n"
	      "return {\n"
	      "identify = function() return { serial = 'ABC01234', host = 'iR2270', region = 'EU', language = 'en',\n"
	      "firmware = 'x 1' } end,\n"
	      "accessories = function() return { bus = 'B1', usb_board = true, ram_mb = 512 } end,\n"
	      "enter_licence = function(_, a) if a.text == '' then refuse('not-ready', 'BUSY') end\n"
	      "  return a.text == '1' and 'accepted' or 'incorrect-key' end,\n"
	      "configuration = function() return { 'One', 'Two' } end,\n"
	      "service_enter = function(_, a) if a.level ~= 2 then refuse 'denied' end end,\n"
	      "service_get = function(_, a) return a.item == 'erase-mode' and item or 0 end,\n"
	      "service_set = function(_, a) item = a.value end,\n"
	      "panel = function() return 3 end }");
	struct unit_identity identity;
	struct unit_accessories accessories;
	enum protocol_outcome outcome;
	gint64 answer_ns;
	guint32 value = 0;
	g_autoptr(GError) error = NULL;

	CU_ASSERT_TRUE(bench.ops->identify(bench.self, &identity, NULL));
	CU_ASSERT_STRING_EQUAL(identity.serial, "ABC01234");
	CU_ASSERT_TRUE(bench.ops->accessories(bench.self, &accessories, NULL));
	CU_ASSERT(accessories.bus == 1 && accessories.usb_board == 1 && accessories.ram_mb == 512);
	CU_ASSERT_TRUE(bench.ops->enter_licence(bench.self, "1", &outcome, &answer_ns, NULL));
	CU_ASSERT_EQUAL(outcome, OUTCOME_ACCEPTED);
	CU_ASSERT_TRUE(bench.ops->enter_licence(bench.self, "2", &outcome, &answer_ns, NULL));
	CU_ASSERT_EQUAL(outcome, OUTCOME_INCORRECT_KEY);
	CU_ASSERT_FALSE(bench.ops->enter_licence(bench.self, "", &outcome, &answer_ns, &error));
	expect_failure(&bench, error, RIG_ERROR_REFUSED, "the controller refused enter_licence: not-ready (BUSY)");
	g_auto(GStrv) options = bench.ops->configuration(bench.self, NULL);
	CU_ASSERT_EQUAL(g_strv_length(options), 2);
	CU_ASSERT_TRUE(bench.ops->service_enter(bench.self, 2, NULL));
	g_clear_error(&error);
	CU_ASSERT_FALSE(bench.ops->service_enter(bench.self, 1, &error));
	expect_failure(&bench, error, RIG_ERROR_REFUSED, "the controller refused service_enter: denied");
	CU_ASSERT_TRUE(bench.ops->service_set(bench.self, ITEM_ERASE_MODE, 3, NULL));
	CU_ASSERT_TRUE(bench.ops->service_get(bench.self, ITEM_ERASE_MODE, &value, NULL));
	CU_ASSERT_EQUAL(value, 3);
	CU_ASSERT_TRUE(bench.ops->service_get(bench.self, ITEM_JOB_LOG_KEY, &value, NULL));
	CU_ASSERT_EQUAL(value, 0);
	expect_panel(&bench, RIG_ERROR_RIG, "/board.lua:12: panel: must return a text, not 3");
}

static char *call(struct bench *bench, const char *name, const char *arguments, GError **error)
{
	json_t *object = json_loads(arguments, 0, NULL);
	json_t *answer = bench->ops->call(bench->self, operation_find(name), object, error);
	char *text = answer ? json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	json_decref(answer);
	json_decref(object);
	return text;
}

static void operations_by_name(void)
{
	BENCH(bench, "local stored = {}\n"
		     "return {\n"
		     "['data.put'] = function(_, a) stored[a.item] = a.value end,\n"
		     "['data.get'] = function(_, a) return { value = stored[a.item] or '' } end,\n"
		     "['data.export'] = function() return { package = hex 'AZ' } end,\n"
		     "['data.info'] = function() return { stored = 1, backup = 70000 } end,\n"
		     "['password.check'] = function() return { matches = true } end,\n"
		     "['meap.disable'] = function() return 'done' end,\n"
		     "['login.get'] = function() refuse('denied', 'no') end }");
	const struct {
		const char *name, *arguments, *answer;
	} cases[] = {
		{ "data.put", "{\"item\":\"unsent\",\"value\":\"x\"}", "{}" },
		{ "data.get", "{\"item\":\"unsent\"}", "{\"value\":\"x\"}" },
		{ "data.export", "{\"item\":\"unsent\"}", "{\"package\":\"415a\"}" },
		{ "password.check", "{}", "{\"matches\":1}" },
		{ "login.get", "{}", "{\"refused\":\"denied\"}" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *answer = call(&bench, cases[i].name, cases[i].arguments, NULL);
		CU_ASSERT_STRING_EQUAL(answer ? answer : "", cases[i].answer);
		free(answer);
	}
	g_autoptr(GError) error = NULL;
	CU_ASSERT_PTR_NULL(call(&bench, "data.info", "{}", &error));
	expect_failure(&bench, error, RIG_ERROR_RIG,
		       "/board.lua:6: data.info: 'backup' must be a whole number from 0 to 65535, not 70000");
	g_clear_error(&error);
	CU_ASSERT_PTR_NULL(call(&bench, "meap.disable", "{}", &error));
	expect_failure(&bench, error, RIG_ERROR_RIG, "/board.lua:8: meap.disable: must return nothing, not 'done'");
	g_clear_error(&error);
	CU_ASSERT_PTR_NULL(call(&bench, "key.regenerate", "{}", &error));
	expect_failure(&bench, error, RIG_ERROR_UNSUPPORTED,
		       "the board cannot do this: /board.lua has no function key.regenerate");
}

/* A person at the other end of the terminal. */
static void by_an_operator(void)
{
	BENCH(bench, "return { status = function() end }");
	struct adapter *adapter = bench.self;
	static const char typed[] = "Ready to copy\n\nhalf";
	char shown[256] = "";
	int ends[2];

	CU_ASSERT_FALSE(bench.ops->can(bench.self, "panel"));
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	adapter->terminal = ends[0];
	CU_ASSERT_TRUE(bench.ops->can(bench.self, "panel"));
	CU_ASSERT_TRUE(bench.ops->can(bench.self, "press"));
	CU_ASSERT_FALSE(bench.ops->can(bench.self, "enter_licence"));
	CU_ASSERT_EQUAL(write(ends[1], typed, sizeof typed - 1), sizeof typed - 1);
	expect_panel(&bench, -1, "Ready to copy");
	CU_ASSERT(read(ends[1], shown, sizeof shown - 1) > 0);
	CU_ASSERT_STRING_EQUAL(shown, "\nWhat does the panel show? Type it exactly, then press Enter.\n> ");
	CU_ASSERT_TRUE(bench.ops->press(bench.self, KEY_COUNTER, 100, NULL));
	memset(shown, 0, sizeof shown);
	CU_ASSERT(read(ends[1], shown, sizeof shown - 1) > 0);
	CU_ASSERT_STRING_EQUAL(shown, "\nPress the panel's key \"counter\" for 0.1 s, then press Enter here.\n> ");
	shutdown(ends[1], SHUT_WR);
	expect_panel(&bench, RIG_ERROR_RIG, "asking the operator: the terminal is gone");
	close(ends[1]);
}

static void settings(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "[controller]\n", "adapter=FILE is missing" },
		{ "[controller]\nadapter=/nowhere/x.lua\n", "/nowhere/x.lua: No such file or directory" },
		{ "[controller]\nadapter=x\nport=disk\n", "[controller] port=disk: must be usb or console" },
		{ "[controller]\nadapter=x\noperator=maybe\n", "[controller] operator= must be true or false" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GKeyFile) file = g_key_file_new();
		g_autoptr(GError) error = NULL;
		g_key_file_load_from_data(file, cases[i].text, strlen(cases[i].text), 0, NULL);
		CU_ASSERT_FALSE(adapter_controller_driver.check(file, "controller", &error));
		CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
		CU_ASSERT_PTR_NOT_NULL(error ? strstr(error->message, cases[i].says) : NULL);
	}
}

TEST_SUITE(adapter_controller, { "what a board cannot do", unsupported }, { "status", status },
	   { "other functions", other_functions }, { "operations", operations_by_name },
	   { "by an operator", by_an_operator }, { "settings", settings })
