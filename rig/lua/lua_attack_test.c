/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts that try to get out, or to take more than they may. After each, the next host works. */
#include "lua_test.h"
#include <lauxlib.h>
#include <signal.h>
#include <sys/wait.h>

#define SCENARIO "scenario { id = 'A', title = 'T', steps = { expect.power { on = true } } }\n"
#define FIND_BOMB "string.find(('a'):rep(60), ('a-'):rep(7) .. 'b')"

static const struct lua_limits tight = { .cpu_ms = 100, .instructions = 1000000000, .memory_bytes = 8 << 20 };
static const struct lua_limits few = { .cpu_ms = 2000, .instructions = 1000000, .memory_bytes = 8 << 20 };

/* Slow builds (sanitizers) must not run into another limit than the one that is tried. */
static const struct lua_limits little = { .cpu_ms = 10000, .instructions = 1000000000, .memory_bytes = 8 << 20 };

struct attack {
	const char *script;
	const char *message;
};

static void attack_each(const struct attack *attacks, size_t count, const struct lua_limits *limits)
{
	for (size_t i = 0; i < count; i++) {
		gint64 begin_us = g_get_monotonic_time();
		expect_error(attacks[i].script, limits, RIG_ERROR_USAGE, attacks[i].message);
		/* Well before the parent's own time limit, so it was the child that noticed. */
		CU_ASSERT(g_get_monotonic_time() - begin_us < 8 * G_USEC_PER_SEC);
		lua_host_close(expect_host(SCENARIO));
	}
}

static void cpu(void)
{
	static const struct attack attacks[] = {
		{ "while true do end", "script.lua:1: the CPU limit of 100 ms is exceeded" },
		{ "pcall(function()\n while true do end\n end)", "script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ "while true do pcall(error) end", "script.lua:1: the CPU limit of 100 ms is exceeded" },
		{ "\n" FIND_BOMB, "script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ "\npcall(string.find, ('a'):rep(60), ('a-'):rep(7) .. 'b')",
		  "script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ "xpcall(function()\n" FIND_BOMB "\nend, function() while true do end end)",
		  "script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ "\n\ntable.move({}, 1, math.maxinteger - 1, 2)",
		  "script.lua:3: the CPU limit of 100 ms is exceeded" },
		{ "('a'):rep(1000):gsub('', function() while true do end end)",
		  "script.lua:1: the CPU limit of 100 ms is exceeded" },
		{ "scenario { id = 'A', title = 'T',\n steps = function() while true do end end }",
		  "script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ "\nuse 'slow'", "lib/slow.lua:3: the CPU limit of 100 ms is exceeded" },
	};
	IN_SCRIPT_FOLDER;

	script_write("lib/slow.lua", "\n\n" FIND_BOMB, -1);
	attack_each(attacks, G_N_ELEMENTS(attacks), &tight);
}

static void instructions(void)
{
	static const struct attack attacks[] = {
		{ "while true do end", "script.lua:1: the limit of 1000000 instructions is exceeded" },
		{ "local function loop()\n while true do end\n end\nwhile true do pcall(loop) end",
		  "script.lua:2: the limit of 1000000 instructions is exceeded" },
	};
	static const struct lua_limits one = { .cpu_ms = 2000, .instructions = 50, .memory_bytes = 8 << 20 };
	IN_SCRIPT_FOLDER;

	attack_each(attacks, G_N_ELEMENTS(attacks), &few);
	expect_error("for i = 1, 100 do end", &one, RIG_ERROR_USAGE,
		     "script.lua:1: the limit of 50 instructions is exceeded");
	/* The limit is not hit early: 900,000 instructions and some are fine. */
	expect_error("for i = 1, 900000 do end", &few, RIG_ERROR_USAGE, "script.lua: the file has no scenario");
}

static void memory(void)
{
	static const struct attack attacks[] = {
		{ "local s = ('x'):rep(16e9)", "script.lua:1: resulting string too large" },
		{ "local s = ('x'):rep(2e9)", "script.lua:1: the memory limit of 8 MiB is exceeded" },
		{ "\npcall(string.rep, 'x', 2e9)", "script.lua:2: the memory limit of 8 MiB is exceeded" },
		{ "pcall(function()\n local t = {} while true do t[#t + 1] = {} end\n end)",
		  "script.lua:2: the memory limit of 8 MiB is exceeded" },
		{ "while true do\n pcall(function() local s = 'x' while true do s = s .. s end end)\n end",
		  "script.lua:2: the memory limit of 8 MiB is exceeded" },
		{ "\n('x'):rep(1e5):gsub('x', ('y'):rep(1e5))", "script.lua:2: the memory limit of 8 MiB is exceeded" },
		{ "local t = {} for i = 1, 1e5 do\n t[i] = power.on { text = ('x'):rep(1000) .. i } end",
		  "script.lua:2: the memory limit of 8 MiB is exceeded" },
		{ "local t = { expect.power { on = true } }\nlocal s = ('x'):rep(2e6)\n"
		  "for i = 2, 10 do t[i] = t[1] end\n"
		  "scenario { id = 'A', title = 'T', steps = { t, power.on { text = s } } }",
		  "script.lua:4: the memory limit of 8 MiB is exceeded" },
	};
	IN_SCRIPT_FOLDER;

	attack_each(attacks, G_N_ELEMENTS(attacks), &little);
	/* Garbage is not held against a script. */
	expect_error("for i = 1, 3000 do local s = ('x'):rep(10000) .. i end", &little, RIG_ERROR_USAGE,
		     "script.lua: the file has no scenario");
}

static void recursion(void)
{
	static const struct attack attacks[] = {
		{ "local function f(a, b, c, d) local e = 1 return e + f(a, b, c, d) end f()",
		  "script.lua:1: stack overflow" },
		/* A frame of one slot: there is room for more of them than memory. */
		{ "local function f() return 1 + f() end f()", "script.lua:1: the memory limit of 64 MiB is exceeded" },
		{ "\nlocal function f() local ok, why = pcall(f) if not ok then error(why, 0) end end\nf()",
		  "script.lua:2: C stack overflow" },
		{ "\n('x'):rep(1e6):find(('('):rep(300))", "script.lua:2: too many captures" },
	};
	g_autofree char *brackets = g_strnfill(1000, '(');
	g_autofree char *nested = g_strconcat("return ", brackets, NULL);
	IN_SCRIPT_FOLDER;

	attack_each(attacks, G_N_ELEMENTS(attacks), NULL);
	expect_error(nested, NULL, RIG_ERROR_USAGE, "script.lua: C stack overflow");
}

/* Not one way out of Lua is there. */
static void escapes(void)
{
	static const char *const absent[] = {
		"os",	  "io",	      "require",   "package",	     "debug", "load",	      "loadstring",
		"dofile", "loadfile", "coroutine", "collectgarbage", "print", "setmetatable", "getmetatable",
		"rawset", "rawget",   "rawequal",  "rawlen",	     "_G",    "warn"
	};
	static const struct attack attacks[] = {
		{ "os.execute 'true'", "script.lua:1: unknown name 'os'" },
		{ "io.open('/etc/passwd')", "script.lua:1: unknown name 'io'" },
		{ "('x').rep = function() end", "script.lua:1: attempt to index a string value (constant 'x')" },
		{ "string.dump(scenario)", "script.lua:1: unknown function 'string.dump'" },
		{ "math.random()", "script.lua:1: unknown function 'math.random'" },
		{ "string.format('%p', 'x')", "script.lua:1: string.format: %p differs from run to run" },
		{ "string.format('%-5p', {})", "script.lua:1: string.format: %p differs from run to run" },
		{ "error({})", "script.lua:1: error with a table as its message" },
		{ "error()", "script.lua:1: error without a message" },
		{ "error(power.on {})", "script.lua:1: error with a userdata as its message" },
		{ "\nerror('x\\0y\\xff')", "script.lua:2: x" },
		{ "(power.on {}).plan = 1", "script.lua:1: attempt to index a step value" },
		{ "table.insert(string, 1)", "script.lua:1: 'string.1' cannot be set; use a local variable" },
	};
	IN_SCRIPT_FOLDER;

	attack_each(attacks, G_N_ELEMENTS(attacks), NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(absent); i++) {
		g_autofree char *script =
		    g_strdup_printf("local ok, why = pcall(function() return %s end)\n"
				    "assert(not ok and why:find(\"unknown name '%s'\"), why)\n" SCENARIO,
				    absent[i], absent[i]);
		lua_host_close(expect_host(script));
	}
	/* What one script could spoil, it does not find. */
	lua_host_close(
	    expect_host("assert(not pcall(function() string.rep = 1 end) and ('x'):rep(2) == 'xx')\n" SCENARIO));
}

static int append(lua_State *L, const void *bytes, size_t length, void *data)
{
	(void)L;
	g_byte_array_append(data, bytes, (guint)length);
	return 0;
}

/* Real bytecode, which would run. */
static void bytecode(void)
{
	g_autoptr(GByteArray) compiled = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	lua_State *L = luaL_newstate();
	IN_SCRIPT_FOLDER;

	CU_ASSERT_EQUAL_FATAL(luaL_loadstring(L, SCENARIO), LUA_OK);
	CU_ASSERT_EQUAL(lua_dump(L, append, compiled, 0), 0);
	lua_close(L);
	script_write(SCRIPT, (const char *)compiled->data, (gssize)compiled->len);
	struct lua_host *host = lua_host_open(SCRIPT, NULL, &error);
	CU_ASSERT_PTR_NULL(host);
	CU_ASSERT_STRING_EQUAL(error ? error->message : "",
			       "script.lua: this is compiled Lua; only its source can be run");
	lua_host_close(host);
}

/* ---- judging */

#define CHECK(body) "scenario { id = 'A', title = 'T', steps = { expect.that { check = function(v)\n" body "\nend } } }"

static gboolean judge(struct lua_host *host, json_t *variables, gboolean *holds, char **actual, GError **error)
{
	gboolean judged = lua_host_judge(host, 1, variables, holds, actual, error);

	json_decref(variables);
	return judged;
}

static void checks(void)
{
	IN_SCRIPT_FOLDER;
	struct lua_host *host = expect_host(CHECK("return v.a == v.b, v.a .. ' and ' .. v.b .. '\\0\\xff'"));
	gboolean holds = TRUE;
	g_autofree char *first = NULL, *second = NULL;

	CU_ASSERT(judge(host, json_pack("{s:s, s:s}", "a", "x", "b", "y"), &holds, &first, NULL));
	CU_ASSERT_FALSE(holds);
	/* What JSON cannot have is replaced, not lost. */
	CU_ASSERT_STRING_EQUAL(first, "x and y\xef\xbf\xbd\xef\xbf\xbd");
	CU_ASSERT(judge(host, json_pack("{s:i, s:i}", "a", 5, "b", 5), &holds, &second, NULL));
	CU_ASSERT_TRUE(holds);
	CU_ASSERT_NSTRING_EQUAL(second, "5 and 5", 7);
	lua_host_close(host);
}

static void wrong_checks(void)
{
	static const struct attack wrong[] = {
		{ "return true", "script.lua:1: check must return true or false, and a text; it returned a boolean" },
		{ "", "script.lua:1: check must return true or false, and a text; it returned nothing" },
		{ "return nil, 'x'",
		  "script.lua:1: check must return true or false, and a text; it returned a nil and a string" },
		{ "return true, ('x'):rep(70000)", "script.lua:1: check returned a text of over 65536 bytes" },
		{ "\nreturn v.alpa == 1, ''", "script.lua:3: unknown variable 'alpa'; did you mean 'alpha'?" },
		{ "error {}", "script.lua:2: error with a table as its message" },
		{ "scenario {}", "script.lua:2: scenario: only while the file is loaded" },
		{ "use 'x'", "script.lua:2: use: only while the file is loaded" },
		{ "while true do end", "script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ FIND_BOMB, "script.lua:2: the CPU limit of 100 ms is exceeded" },
		{ "pcall(string.rep, 'x', 2e9)", "script.lua:2: the memory limit of 8 MiB is exceeded" },
	};
	IN_SCRIPT_FOLDER;

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL, again = NULL;
		g_autofree char *script = g_strconcat(CHECK("%s"), NULL);
		g_auto(GStrv) parts = g_strsplit(script, "%s", 2);
		g_autofree char *full = g_strconcat(parts[0], wrong[i].script, parts[1], NULL);
		struct lua_host *host = expect_host_within(full, &tight);
		gboolean holds = FALSE;
		char *actual = NULL;
		CU_ASSERT_FALSE(judge(host, json_pack("{s:i}", "alpha", 1), &holds, &actual, &error));
		CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_LIMIT));
		CU_ASSERT_STRING_EQUAL(error ? error->message : "", wrong[i].message);
		if (error && !g_str_equal(error->message, wrong[i].message))
			fprintf(stderr, "%s\n", error->message);
		CU_ASSERT_PTR_NULL(actual);
		/* After which the host only can be closed. */
		CU_ASSERT_FALSE(judge(host, json_object(), &holds, &actual, &again));
		CU_ASSERT_STRING_EQUAL(again ? again->message : "",
				       "script.lua: an earlier check failed and ended the Lua child");
		lua_host_close(host);
	}
}

/* Limits count per call, not over the child's life. */
static void limits_are_per_call(void)
{
	static const struct lua_limits limits = { .cpu_ms = 200, .instructions = 1000000, .memory_bytes = 8 << 20 };
	IN_SCRIPT_FOLDER;
	script_write(SCRIPT, CHECK("for i = 1, 600000 do end return true, ('x'):rep(1000)"), -1);
	struct lua_host *host = lua_host_open(SCRIPT, &limits, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(host);
	for (int i = 0; i < 200; i++) {
		g_autofree char *actual = NULL;
		gboolean holds = FALSE;
		CU_ASSERT(judge(host, json_object(), &holds, &actual, NULL) && holds);
	}
	lua_host_close(host);
}

/* ---- the process */

/* The Lua child of process `parent`; 0: none. */
static pid_t find_child(pid_t parent)
{
	g_autoptr(GDir) dir = g_dir_open("/proc", 0, NULL);
	pid_t found = 0;

	for (const char *name; (name = g_dir_read_name(dir)) && !found;) {
		g_autofree char *path = g_build_filename("/proc", name, "stat", NULL), *text = NULL;
		int ppid = 0;
		if (!g_ascii_isdigit(*name) || !g_file_get_contents(path, &text, NULL, NULL))
			continue;
		if (sscanf(text, "%*d (wiperig-lua) %*c %d", &ppid) == 1 && ppid == parent)
			found = (pid_t)g_ascii_strtoll(name, NULL, 10);
	}
	return found;
}

static void open_files(void)
{
	IN_SCRIPT_FOLDER;
	script_write("lib/x.lua", "return 1", -1);
	FILE *secret = fopen(SCRIPT, "w");
	struct lua_host *other = expect_host(SCENARIO), *host;
	lua_host_close(other);
	host = expect_host(SCENARIO);
	g_autofree char *folder = g_strdup_printf("/proc/%d/fd", find_child(getpid()));
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	int nulls = 0, sockets = 0, libs = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(dir);
	for (const char *name; (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(folder, name, NULL), *target = g_file_read_link(path, NULL);
		gboolean is_null = g_str_equal(target, "/dev/null"), is_socket = g_str_has_prefix(target, "socket:");
		gboolean is_lib = g_str_has_suffix(target, "/lib");
		nulls += is_null;
		sockets += is_socket;
		libs += is_lib;
		CU_ASSERT(is_null || is_socket || is_lib);
	}
	CU_ASSERT_EQUAL(nulls, 3);
	CU_ASSERT_EQUAL(sockets, 1);
	CU_ASSERT(libs >= 1);
	lua_host_close(host);
	fclose(secret);
	CU_ASSERT_EQUAL(find_child(getpid()), 0);
}

static void killed(void)
{
	IN_SCRIPT_FOLDER;
	struct lua_host *host = expect_host(CHECK("return true, ''"));
	g_autoptr(GError) error = NULL;
	gboolean holds = FALSE;
	char *actual = NULL;

	CU_ASSERT_EQUAL(kill(find_child(getpid()), SIGTERM), 0);
	CU_ASSERT_FALSE(judge(host, json_object(), &holds, &actual, &error));
	CU_ASSERT_STRING_EQUAL(error ? error->message : "",
			       "script.lua: the Lua child was killed by signal 15 (Terminated)");
	CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_LIMIT));
	lua_host_close(host);
	lua_host_close(expect_host(SCENARIO));
}

/* A rig that is killed leaves no child behind. */
static void dies_with_the_rig(void)
{
	IN_SCRIPT_FOLDER;
	int ends[2];
	pid_t child = 0;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	pid_t rig = fork();
	if (rig == 0) {
		if (!expect_host(SCENARIO))
			_exit(1);
		child = find_child(getpid());
		_exit(write(ends[1], &child, sizeof child) != sizeof child);
	}
	CU_ASSERT_EQUAL(read(ends[0], &child, sizeof child), sizeof child);
	CU_ASSERT_EQUAL(waitpid(rig, NULL, 0), rig);
	close(ends[0]);
	close(ends[1]);
	CU_ASSERT_FATAL(child > 0);
	g_autofree char *path = g_strdup_printf("/proc/%d/comm", child);
	gint64 until_us = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;
	g_autofree char *name = NULL;
	for (gboolean lives = TRUE; lives && g_get_monotonic_time() < until_us;) {
		g_autofree char *stat_path = g_strdup_printf("/proc/%d/stat", child), *stat = NULL;
		char state = 'Z';
		if (g_file_get_contents(stat_path, &stat, NULL, NULL))
			sscanf(stat, "%*d (wiperig-lua) %c", &state);
		lives = state != 'Z';
		if (!lives)
			return;
		g_usleep(1000);
	}
	CU_FAIL("the Lua child outlived the rig");
}

TEST_SUITE(lua_attack, { "cpu", cpu }, { "instructions", instructions }, { "memory", memory },
	   { "recursion", recursion }, { "escapes", escapes }, { "bytecode", bytecode }, { "checks", checks },
	   { "wrong checks", wrong_checks }, { "limits are per call", limits_are_per_call },
	   { "open files", open_files }, { "killed", killed }, { "dies with the rig", dies_with_the_rig })
