/* SPDX-License-Identifier: Apache-2.0 */
/* The adapter driver's open adapter: its settings, its life, its functions called. */
#pragma once
#include "adapter_port.h"
#include "adapter_shape.h"

struct adapter {
	struct lua_adapter *lua;
	char *path;
	struct adapter_port port;
	int terminal; /* of the operator; -1: none */
};

/** The driver's check, open and close. */
gboolean adapter_check(GKeyFile *config, const char *group, GError **error) MUST_CHECK;
gpointer adapter_open(const struct driver_env *env, GError **error) MUST_CHECK;
void adapter_close(gpointer self);

/** Calls a function of the adapter, which may take 5 s and `extra_ns` of slot time; steals `arguments` (NULL: none). A
 *  refusal is an answer, too. Clear the answer whatever comes back. RIG_ERROR_UNSUPPORTED: there is no such function.
 */
gboolean adapter_ask_whatever(struct adapter *self, const char *function, json_t *arguments, gint64 extra_ns,
			      struct adapter_answer *answer, GError **error) MUST_CHECK;
/** The same, where a refusal is RIG_ERROR_REFUSED. */
gboolean adapter_ask(struct adapter *self, const char *function, json_t *arguments, gint64 extra_ns,
		     struct adapter_answer *answer, GError **error) MUST_CHECK;
/** The same, for answers that are tables; the fields (adapter_answer_fields) are the caller's. */
json_t *adapter_ask_fields(struct adapter *self, const char *function, json_t *arguments, gint64 extra_ns,
			   const struct operation_field *fields, const char *const *optional,
			   GError **error) MUST_CHECK;
/** The same, where there is nothing to answer. */
gboolean adapter_ask_nothing(struct adapter *self, const char *function, json_t *arguments, gint64 extra_ns,
			     GError **error) MUST_CHECK;
