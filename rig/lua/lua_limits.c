/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ends a script that takes too much. None of it raises a Lua error, since pcall would catch that: the message goes
 * out and the process ends on the spot.
 *
 * Instructions are counted by a hook. The CPU limit is watched by SIGPROF: the first tick past the limit sets a hook,
 * which ends Lua code at its next instruction; if another tick still comes, the script is inside a C function (a
 * pattern match can take years), and the handler itself ends it.
 */
#include "lua_child.h"
#include "lua_wire.h"
#include <errno.h>
#include <string.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define TICK_US 10000
#define HOOK_STEP 10000
#define REPORT_BYTES 32768

/* A signal handler and jansson's allocator have no argument to find the child by. */
static struct lua_child *limited;

struct report {
	char text[REPORT_BYTES];
	gsize length;
};

static void report_char(struct report *report, char c)
{
	if (report->length < sizeof report->text)
		report->text[report->length++] = c;
}

static void report_json(struct report *report, const char *text)
{
	static const char hex[] = "0123456789abcdef";

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c >= 0x20 && c != '"' && c != '\\') {
			report_char(report, *text);
			continue;
		}
		for (const char *escape = "\\u00"; *escape; escape++)
			report_char(report, *escape);
		report_char(report, hex[c >> 4]);
		report_char(report, hex[c & 15]);
	}
}

static void report_number(struct report *report, int number)
{
	char digits[12];
	int count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count)
		report_char(report, digits[--count]);
}

/* Async-signal-safe: no allocation, no stdio. */
G_NORETURN static void report_at(struct lua_child *child, struct position at, const char *what)
{
	static struct report report;

	for (const char *head = "{\"error\":\""; *head; head++)
		report_char(&report, *head);
	report_json(&report, at.path);
	report_char(&report, ':');
	if (at.line) {
		report_number(&report, at.line);
		report_char(&report, ':');
	}
	report_char(&report, ' ');
	report_json(&report, what);
	report_char(&report, '"');
	report_char(&report, '}');
	if (!wire_send_bytes(child->socket, report.text, report.length))
		_exit(2);
	_exit(1);
}

G_NORETURN static void limits_report(struct lua_child *child, const char *what)
{
	report_at(child, child_position(child), what);
}

static void account(struct lua_child *child, gsize held, gsize wanted)
{
	/* Checked before anything is allocated: 16 GB are refused, not tried. */
	if (wanted > held && wanted - held > child->limits.memory_bytes - child->memory_used)
		limits_report(child, child->memory_text);
	child->memory_used += wanted - held;
}

static void *allocate_lua(void *data, void *block, size_t old_size, size_t size)
{
	struct lua_child *child = data;
	gsize held = block ? old_size : 0; /* without a block, Lua passes the kind of object instead */

	account(child, held, size);
	if (!size) {
		free(block);
		return NULL;
	}
	void *moved = realloc(block, size);
	if (!moved)
		limits_report(child, child->memory_text);
	return moved;
}

/* jansson frees without telling the size: it stands before the block. */
union header {
	gsize size;
	max_align_t align;
};

static void *allocate_json(size_t size)
{
	if (size > G_MAXSIZE / 2)
		limits_report(limited, limited->memory_text);
	gsize whole = size + sizeof(union header);
	account(limited, 0, whole);
	union header *header = malloc(whole);
	if (header) {
		header->size = whole;
		return header + 1;
	}
	limits_report(limited, limited->memory_text);
}

static void free_json(void *block)
{
	if (!block)
		return;
	union header *header = (union header *)block - 1;
	account(limited, header->size, 0);
	free(header);
}

static gint64 cpu_now_ns(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void count_instructions(lua_State *L, lua_Debug *debug)
{
	struct lua_child *child = child_of(L);

	(void)debug;
	if (child->past_limit)
		limits_report(child, child->cpu_text);
	child->instructions += (guint64)child->hook_step;
	if (child->instructions >= child->limits.instructions)
		limits_report(child, child->instructions_text);
}

/* A tick may come while Lua moves its stack; reading that is the one thing here that can fault. */
static void on_fault(int number)
{
	(void)number;
	report_at(limited, (struct position){ limited->chunks[0].path, 0 }, limited->cpu_text);
}

static void on_tick(int number)
{
	struct lua_child *child = limited;
	int saved_errno = errno;

	(void)number;
	if (!child->sending && cpu_now_ns() - child->cpu_start_ns >= child->cpu_limit_ns) {
		if (child->past_limit) {
			const struct sigaction fault = { .sa_handler = on_fault };
			sigaction(SIGSEGV, &fault, NULL);
			limits_report(child, child->cpu_text);
		}
		child->past_limit = 1;
		lua_sethook(child->lua, count_instructions, LUA_MASKCOUNT, 1);
	}
	errno = saved_errno;
}

lua_State *limits_new_state(struct lua_child *child)
{
	struct sigaction tick = { .sa_handler = on_tick, .sa_flags = SA_RESTART };
	const struct lua_limits *limits = &child->limits;

	limited = child;
	child->cpu_limit_ns = (gint64)limits->cpu_ms * 1000000;
	child->hook_step = (int)CLAMP(limits->instructions, 1, HOOK_STEP);
	child->memory_text =
	    limits->memory_bytes % (1024 * 1024)
		? g_strdup_printf("the memory limit of %zu bytes is exceeded", limits->memory_bytes)
		: g_strdup_printf("the memory limit of %zu MiB is exceeded", limits->memory_bytes >> 20);
	child->cpu_text = g_strdup_printf("the CPU limit of %u ms is exceeded", limits->cpu_ms);
	child->instructions_text =
	    g_strdup_printf("the limit of %" G_GUINT64_FORMAT " instructions is exceeded", limits->instructions);
	json_set_alloc_funcs(allocate_json, free_json);
	sigemptyset(&tick.sa_mask);
	sigaction(SIGPROF, &tick, NULL);
	lua_State *L = lua_newstate(allocate_lua, child);
	if (!L)
		return NULL;
	*(struct lua_child **)lua_getextraspace(L) = child;
	/* The limit is on the heap, garbage included, so little of it may lie about. */
	lua_gc(L, LUA_GCINC, 120, 400, 0);
	return L;
}

static void set_tick(suseconds_t interval_us)
{
	struct itimerval timer = { .it_interval = { 0, interval_us }, .it_value = { 0, interval_us } };

	setitimer(ITIMER_PROF, &timer, NULL);
}

void limits_begin(struct lua_child *child)
{
	struct rlimit cpu;

	child->cpu_start_ns = cpu_now_ns();
	child->instructions = 0;
	child->past_limit = 0;
	lua_sethook(child->lua, count_instructions, LUA_MASKCOUNT, child->hook_step);
	/* The kernel's own limit, in whole seconds, should the timer not do. */
	if (!getrlimit(RLIMIT_CPU, &cpu)) {
		cpu.rlim_cur = (rlim_t)((child->cpu_start_ns + child->cpu_limit_ns) / 1000000000 + 3);
		setrlimit(RLIMIT_CPU, &cpu);
	}
	set_tick(TICK_US);
}

void limits_end(struct lua_child *child)
{
	set_tick(0);
	lua_sethook(child->lua, NULL, 0, 0);
}
