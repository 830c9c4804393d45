/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unit's operations beyond the core of driver.h, as data: the native protocol's codec, the steps of scenarios and
 * the adapters' functions are all made from this table.
 */
#pragma once
#include "error.h"
#include "protocol.h"
#include <jansson.h>

enum operation_field_type {
	OPERATION_U8,
	OPERATION_U16,
	OPERATION_U32,
	OPERATION_U64,
	OPERATION_CHOICE, /* u8; in JSON one of `choices`, by index */
	OPERATION_TEXT,	  /* the rest: UTF-8 */
	OPERATION_HEX,	  /* the rest; in JSON lower-case hexadecimal */
	OPERATION_HEX8,	  /* u8 length, then as many bytes */
};

struct operation_field {
	const char *name; /* NULL ends the list */
	enum operation_field_type type;
	const char *const *choices; /* NULL-terminated; "" for a number that is not used */
	const char *help;
};

struct operation {
	const char *name; /* as a step: "data.put" */
	enum protocol_type type;
	const char *summary;
	const struct operation_field *request, *answer;
	const char *effect; /* "erases", "consumes-licence", or NULL: a scenario that uses it must declare that */
	gint64 within_ns;   /* how long the answer may take beyond the usual 5 s */
};

/** Every operation, ended by one without a name. */
extern const struct operation operations[];
/** How a unit answers, by enum protocol_status: "ok", "bad-frame", "unknown", "bad-payload", "not-ready", "denied";
 * NULL ends them. */
extern const char *const operation_answers[];
/** NULL if there is none of that name. */
const struct operation *operation_find(const char *name);

/** The request's payload from its arguments, an object with one value a field (integers; texts). At most `capacity`
 *  bytes; -1 with RIG_ERROR_USAGE naming the field for a value that does not fit. */
gssize operation_encode(const struct operation *operation, json_t *arguments, guint8 *payload, gsize capacity,
			GError **error) MUST_CHECK;
/** The answer's fields from its payload behind the status byte: a new object; NULL with RIG_ERROR_PROTOCOL. Text that
 *  is not UTF-8 is made so visibly. */
json_t *operation_decode(const struct operation *operation, const guint8 *payload, gsize length,
			 GError **error) MUST_CHECK;
/** The variable for a field of an answer that is kept as `as`: `as` itself where the answer has one field, else
 *  "as_field". Plain malloc(): the caller's to g_free(). */
char *operation_variable(const struct operation *operation, const char *as, const char *field);
