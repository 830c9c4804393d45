/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the Lua child, shared by its files. lua_process.c starts it; lua_child.c serves; lua_confine.c locks it
 * in; lua_limits.c ends it; lua_sandbox.c is what a script sees of Lua, lua_use.c loads library files. Of scenario
 * files lua_step.c has the step constructors, lua_schema.c checks tables, lua_scenario.c and lua_matrix.c make the
 * plan, lua_judge.c judges. Of adapters lua_functions.c has the functions, lua_port.c what they are called with.
 *
 * The child is forked from a process that may have threads: here, only malloc and plain system calls are used, no GLib
 * container, logger or error, whose locks another thread may have held at the fork.
 */
#pragma once
#include "lua_host.h"
#include "rig/steps/step.h"
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <signal.h>

struct lua_child;
struct position;

/** What a file is for. */
struct lua_service {
	const char *what; /**< "scenario file" */
	/** Adds the names that only such files have to the environment, the table at the top. */
	void (*open)(lua_State *L);
	/** Runs the loaded file, the function at the top, and looks at what it made; raises. `file`: all of it. */
	void (*run)(lua_State *L, const struct position *file);
	/** The message that says that the file is good. */
	json_t *(*greet)(struct lua_child *child);
	/** Answers a message of the rig's: a new object. */
	json_t *(*answer)(struct lua_child *child, json_t *message);
};
extern const struct lua_service scenario_service, adapter_service;

#define SOURCE_BYTES_MAX (1024 * 1024)
#define CHUNKS_MAX 64
#define CASES_MAX 10000
#define STEPS_MAX 10000
#define TEXT_BYTES_MAX (64 * 1024)
#define LIB_DIRS 3

/** A loaded file. Lua shortens long names in its messages; `shown` is what it calls the file, `path` its name. */
struct chunk {
	char shown[LUA_IDSIZE];
	char *path;
};

struct position {
	const char *path;
	int line; /**< 0: unknown */
};

struct lua_child {
	lua_State *lua;
	const struct lua_service *service;
	struct lua_limits limits;
	int socket;
	int lib_fds[LIB_DIRS]; /**< -1: no such folder */
	char *lib_paths[LIB_DIRS];
	struct chunk chunks[CHUNKS_MAX]; /**< [0] is the scenario file */
	guint chunk_count;

	gsize memory_used; /**< Lua heap and the plan's JSON, bytes */
	gint64 cpu_start_ns, cpu_limit_ns;
	guint64 instructions;
	int hook_step;
	volatile sig_atomic_t past_limit; /**< the CPU limit was found exceeded one tick ago */
	volatile sig_atomic_t sending;	  /**< a message is half sent: no other may begin */
	char *memory_text, *cpu_text, *instructions_text;

	int functions; /**< how many functions the plan refers to */
	guint cases;
	gboolean loading;
	gboolean in_scenario;
};

/** What the child is, from any Lua state of it. */
static inline struct lua_child *child_of(lua_State *L)
{
	return *(struct lua_child **)lua_getextraspace(L);
}

/* ---- lua_child.c */

struct child_start {
	int socket;
	pid_t parent;
	const char *path; /**< of the scenario file, whose content is `source` */
	const char *source;
	gsize length;
	struct lua_limits limits;
	const struct lua_service *service;
};

/** The child's life, right after fork. */
G_NORETURN void child_main(const struct child_start *start);
/** Sends a message to the rig, or ends the child. */
void child_send(struct lua_child *child, json_t *message);
/** Registers a file; returns the name that Lua shall know it by, or NULL when there are too many. */
const char *child_add_chunk(struct lua_child *child, const char *path);
/** The path of a file by the name that Lua knows it by. */
const char *child_chunk_path(struct lua_child *child, const char *shown);
/** Calls the function below its `count` arguments within the limits. FALSE: at the top is a text that says why, or
 *  the signal that was raised. */
gboolean child_call(struct lua_child *child, int count, int results);
/** The type of userdata that is raised to end a call, other than by an error: no FILE:LINE is put to it. */
#define CHILD_SIGNAL "signal"
/** {"error": the text at the top}. */
json_t *child_error(lua_State *L);
/** The innermost Lua line being executed. Only reads: safe in a hook, in the allocator, in a signal handler. */
struct position child_position(struct lua_child *child);
/** The line of the scenario file being executed, whatever library files it called. */
int child_scenario_line(struct lua_child *child);
/** Raises "PATH:LINE: " and the text (lua_pushfstring's format). `at` NULL: the innermost Lua line. */
G_NORETURN void child_raise(lua_State *L, const struct position *at, const char *format, ...);
/** A JSON string of any bytes; those that JSON cannot have become U+FFFD. */
json_t *child_text(const char *text, gsize length);
/** A JSON string of the bytes' lower-case hexadecimal digits. */
json_t *child_hex(const char *bytes, gsize length);
/** Pushes a box that owns a JSON value, so that an error cannot leak it; fill *box. */
json_t **child_push_json_box(lua_State *L);
/** Loads a source text as a function and pushes it; on failure raises. `path` is for messages. */
void child_load(lua_State *L, const char *path, const char *source, gsize length);

/* ---- lua_confine.c */

/** Ends with the rig, drops its signal handlers and open files, and gives up processes, files, core dumps. */
void confine_child(struct lua_child *child, const struct child_start *start);

/* ---- lua_use.c */

/** Reads a regular file of at most SOURCE_BYTES_MAX. NULL and *text (malloc) set, or what is wrong. */
const char *source_read(int fd, char **text, gsize *length);
/** Opens the library folders of the scenario file. */
void use_open_folders(struct lua_child *child, const char *path);
/** use "name": the value that lib/name.lua returns. */
int use_file(lua_State *L);

/* ---- lua_limits.c */

/** Makes a Lua state whose memory is bounded, and bounds jansson's too. NULL: no memory. */
lua_State *limits_new_state(struct lua_child *child);
/** From here on, CPU time and instructions count. */
void limits_begin(struct lua_child *child);
void limits_end(struct lua_child *child);

/* ---- lua_sandbox.c */

/** Sets the global environment, with the names of the child's service. */
void sandbox_open(lua_State *L);
/** Replaces the table at the top by a read-only view; reading an unknown name of it raises
 *  "unknown KIND 'PREFIXname'". */
void sandbox_seal(lua_State *L, const char *kind, const char *prefix);
/** Makes reading an unknown name of the table at the top raise "unknown KIND 'name'". */
void sandbox_make_strict(lua_State *L, const char *kind, const char *prefix);
/** Pushes a list of the keys of the table at `index`: numbers, then texts, each in order. Raises on other keys. */
void sandbox_push_sorted_keys(lua_State *L, int index);

/* ---- lua_schema.c */

enum field_type {
	/* in the order of enum argument_type */
	FIELD_TEXT,
	FIELD_INTEGER,
	FIELD_BOOLEAN,
	FIELD_DURATION,
	FIELD_CHOICE,
	FIELD_NAME,
	FIELD_VARIABLE,
	FIELD_FUNCTION,
	/* more */
	FIELD_PLAIN_TEXT,    /* no variable */
	FIELD_PLAIN_INTEGER, /* nonnegative, no variable */
	FIELD_CHOICES,	     /* a list, without duplicates */
	FIELD_REQUIREMENTS,  /* a list of AAA-NN, without duplicates */
	FIELD_BYTES,	     /* in JSON lower-case hexadecimal */
	FIELD_TABLE,	     /* only checked, not stored */
	FIELD_TABLE_OR_FUNCTION,
};

struct field {
	const char *name; /* NULL ends the list */
	enum field_type type;
	gboolean required;
	const char *const *choices;
};

/** Checks the table at `index` against `fields` and stores its values in the object `out`. Raises at `at`, with
 *  messages that begin with `what`. */
void schema_read(lua_State *L, int index, const struct position *at, const char *what, const struct field *fields,
		 json_t *out);
/** Whether the text is an identifier: a lower-case letter, then lower-case letters, digits and underscores, at most 63.
 */
gboolean schema_is_name(const char *text);

/* ---- lua_step.c */

struct script_step {
	const struct step_spec *spec;
	struct position at;
	json_t *plan; /**< owned */
};

/** Adds the groups of steps (panel, power, …) and `var` to the table at the top. */
void step_open(lua_State *L);
/** The step at `index`, or NULL if it is something else. */
struct script_step *step_to(lua_State *L, int index);
/** The name of the variable at `index` (made with `var`), or NULL. */
const char *step_to_variable(lua_State *L, int index);

/* ---- lua_matrix.c */

/** Pushes the list of cases, each {name=, params=}, of the matrix at `index` (nil: one case). */
void matrix_push_cases(lua_State *L, int index, const struct position *at, const char *id);
/** {name: text} of the parameters at `index`. */
json_t *matrix_params(lua_State *L, int index);

/* ---- lua_scenario.c */

int scenario_construct(lua_State *L);

/* ---- lua_port.c */

/** A CHILD_SIGNAL of an adapter; one user value: what else the board said, or nil. */
struct port_signal {
	const char *refused; /**< by the board, with this status */
	gboolean cannot;     /**< the board has no such thing; neither: the rig has ended the call */
};

/** Adds what only adapters have to the environment, the table at the top. */
void port_open(lua_State *L);
/** Pushes the port that functions are called with. */
void port_push(lua_State *L);
