/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what an adapter's function returned has the shape that it must have. */
#pragma once
#include "rig/operation.h"

/** A function's answer, and where it came from. */
struct adapter_answer {
	const char *function; /* its name … */
	char *at;	      /* … and its place, FILE:LINE; NULL: the value is a refusal (rig/lua/lua_adapter.h) */
	json_t *value;
};

void adapter_answer_clear(struct adapter_answer *answer);

gboolean adapter_answer_is_refusal(const struct adapter_answer *answer);
/** Sets a RIG_ERROR_RIG "FILE:LINE: FUNCTION: " and the text: the adapter is wrong, not the board. Returns FALSE. */
gboolean adapter_answer_is_wrong(const struct adapter_answer *answer, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/** The fields of an answer that is a table: a new object with each given one, numbers as integers in the field's range,
 *  choices as texts that are one of them, hexadecimal in lower case. Those named in `optional` (NULL: none) may be left
 *  out; no other may be there. */
json_t *adapter_answer_fields(const struct adapter_answer *answer, const struct operation_field *fields,
			      const char *const *optional, GError **error) MUST_CHECK;
/** The answer as a text; borrowed. */
const char *adapter_answer_text(const struct adapter_answer *answer, GError **error) MUST_CHECK;
/** An answer that is one of `choices`: its index. */
gboolean adapter_answer_choice(const struct adapter_answer *answer, const char *const *choices, guint *index,
			       GError **error) MUST_CHECK;
/** No answer at all. */
gboolean adapter_answer_none(const struct adapter_answer *answer, GError **error) MUST_CHECK;
