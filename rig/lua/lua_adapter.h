/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Controller adapters: a Lua file that maps the rig's requests to a board's own protocol. It runs in a supervised child
 * as scenario files do (lua_host.h) and reaches nothing but the port that each call is given.
 *
 * The file returns a table of functions; those it has are what the board can do. The names are those of the controller
 * contract (driver.h) and of the operations (operation.h). Each is called as f(port, arguments) and returns its answer:
 *
 *   name           arguments              answer
 *   identify                              { serial=, host=, region=, language=, firmware= }
 *   status                                { unit=, licence=, erase_percent=, erase_mode=, uptime_ms=, starts= }
 *   accessories                           { bus=, usb_board=, ram_mb= }
 *   panel                                 text
 *   press          { key=, hold_ms= }     nothing, once the key is released
 *   enter_licence  { text= }              "accepted", "missing-features", "incorrect-key" or "already-enabled"
 *   configuration                         a list of texts
 *   service_enter  { level= }
 *   service_get    { item= }              a whole number
 *   service_set    { item=, value= }
 *   present                               true or false; only asked by the console, where no bus tells
 *   data.put …     the operation's fields, in and out, by name
 *
 * port.send(bytes); port.receive { ending=bytes | bytes=N, within=duration, optional=true }: the bytes, or without any
 * of the two whatever comes next; silence ends the call, or gives nil where it is optional; port.wait(duration);
 * port.note(text) puts a text on record. refuse(status, text) ends the call: the board will not; cannot(text) too: it
 * has no such thing. hex(bytes), unhex(text).
 */
#pragma once
#include "lua_host.h"

struct lua_adapter;

/** What port.receive waits for. */
struct lua_adapter_wanted {
	const guint8 *ending; /**< NULL: none */
	gsize ending_length;
	gsize bytes;	  /**< 0: not by number */
	gint64 within_ns; /**< -1: for as long as the call may take */
	gboolean optional;
	const char *at; /**< FILE:LINE of the call */
};

/** How a call reaches the board. Each function may block; with an error set the call ends with that error. */
struct lua_adapter_port {
	gboolean (*send)(gpointer data, const guint8 *bytes, gsize length, GError **error);
	/** NULL without error: nothing came, where that is allowed. */
	GBytes *(*receive)(gpointer data, const struct lua_adapter_wanted *wanted, GError **error);
	gboolean (*wait)(gpointer data, gint64 duration_ns, GError **error);
	void (*note)(gpointer data, const char *text);
};

/** Name number `i` of the functions that an adapter may have; NULL past the last. */
const char *lua_adapter_name(guint i);

/** Loads an adapter; `limits` as for scenarios, for loading and for each call (time spent waiting for the board does
 *  not count). Blocks at most the CPU limit plus scheduling. RIG_ERROR_USAGE with FILE:LINE for whatever is wrong with
 *  the file, RIG_ERROR_RIG if no child can be had. */
struct lua_adapter *lua_adapter_open(const char *path, const struct lua_limits *limits, GError **error) MUST_CHECK;
gboolean lua_adapter_has(const struct lua_adapter *adapter, const char *name);
/** Calls function `name`, which it has, with `arguments` (NULL: none). Its answer is the caller's; json_null() for
 *  none. `*at` (the caller's to free) gets FILE:LINE of the function. Errors: RIG_ERROR_REFUSED by refuse(), the
 * port's, RIG_ERROR_RIG with FILE:LINE for an adapter that raises an error or exceeds a limit. */
json_t *lua_adapter_call(struct lua_adapter *adapter, const char *name, json_t *arguments,
			 const struct lua_adapter_port *port, gpointer data, char **at, GError **error) MUST_CHECK;
/** Ends it. NULL is allowed. */
void lua_adapter_close(struct lua_adapter *adapter);
