/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter_session.h"
#include "operator.h"
#include <unistd.h>

#define ANSWER_NS (5 * NS_PER_S) /* how long an answer may take, in slot time */

/* ---- settings */

static char *adapter_path(GKeyFile *config, const char *group, GError **error)
{
	char *path = g_key_file_get_string(config, group, "adapter", NULL);

	if (!path || !*path) {
		g_clear_pointer(&path, g_free);
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] adapter=FILE is missing", group);
	}
	return path;
}

static gboolean read_port(GKeyFile *config, const char *group, enum driver_role *role, GError **error)
{
	g_autofree char *name = g_key_file_get_string(config, group, "port", NULL);

	*role = name && g_str_equal(name, "console") ? ROLE_CONSOLE : ROLE_USB;
	if (!name || g_str_equal(name, driver_role_name(*role)))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] port=%s: must be usb or console", group, name);
	return FALSE;
}

static gboolean read_operator(GKeyFile *config, const char *group, gboolean *is_there, GError **error)
{
	g_autoptr(GError) failure = NULL;

	*is_there = g_key_file_get_boolean(config, group, "operator", &failure);
	if (!g_error_matches(failure, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] operator= must be true or false", group);
	return FALSE;
}

gboolean adapter_check(GKeyFile *config, const char *group, GError **error)
{
	g_autofree char *path = adapter_path(config, group, error);
	enum driver_role role;
	gboolean has_operator;

	if (!path || !read_port(config, group, &role, error) || !read_operator(config, group, &has_operator, error))
		return FALSE;
	struct lua_adapter *lua = lua_adapter_open(path, NULL, error);
	lua_adapter_close(lua);
	return lua != NULL;
}

void adapter_close(gpointer data)
{
	struct adapter *self = data;

	lua_adapter_close(self->lua);
	adapter_port_close(&self->port);
	if (self->terminal >= 0)
		close(self->terminal);
	g_free(self->path);
	g_free(self);
}

gpointer adapter_open(const struct driver_env *env, GError **error)
{
	struct adapter *self = g_new0(struct adapter, 1);
	gboolean has_operator = FALSE;
	enum driver_role role;

	self->terminal = -1;
	self->path = adapter_path(env->config, env->group, error);
	if (self->path && read_port(env->config, env->group, &role, error) &&
	    read_operator(env->config, env->group, &has_operator, error) &&
	    adapter_port_open(&self->port, env->slot, role, error))
		self->lua = lua_adapter_open(self->path, NULL, error);
	if (!self->lua) {
		adapter_close(self);
		return NULL;
	}
	if (has_operator)
		self->terminal = operator_open();
	return self;
}

/* ---- asking */

gboolean adapter_ask_whatever(struct adapter *self, const char *function, json_t *arguments, gint64 extra_ns,
			      struct adapter_answer *answer, GError **error)
{
	*answer = (struct adapter_answer){ .function = function };
	if (!lua_adapter_has(self->lua, function))
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "the board cannot do this: %s has no function %s",
			    self->path, function);
	else if (adapter_port_begin(&self->port, function, ANSWER_NS + extra_ns, error))
		answer->value = lua_adapter_call(self->lua, function, arguments, &adapter_port_functions, &self->port,
						 &answer->at, error);
	json_decref(arguments);
	return answer->value != NULL;
}

gboolean adapter_ask(struct adapter *self, const char *function, json_t *arguments, gint64 extra_ns,
		     struct adapter_answer *answer, GError **error)
{
	if (!adapter_ask_whatever(self, function, arguments, extra_ns, answer, error))
		return FALSE;
	if (!adapter_answer_is_refusal(answer))
		return TRUE;
	const char *detail = json_string_value(json_object_get(answer->value, "detail"));
	g_set_error(error, RIG_ERROR, RIG_ERROR_REFUSED, "the controller refused %s: %s%s%s%s", function,
		    json_string_value(json_object_get(answer->value, "refused")), detail ? " (" : "",
		    detail ? detail : "", detail ? ")" : "");
	return FALSE;
}

json_t *adapter_ask_fields(struct adapter *self, const char *function, json_t *arguments, gint64 extra_ns,
			   const struct operation_field *fields, const char *const *optional, GError **error)
{
	struct adapter_answer answer;
	json_t *read = NULL;

	if (adapter_ask(self, function, arguments, extra_ns, &answer, error))
		read = adapter_answer_fields(&answer, fields, optional, error);
	adapter_answer_clear(&answer);
	return read;
}

gboolean adapter_ask_nothing(struct adapter *self, const char *function, json_t *arguments, gint64 extra_ns,
			     GError **error)
{
	struct adapter_answer answer;
	gboolean good =
	    adapter_ask(self, function, arguments, extra_ns, &answer, error) && adapter_answer_none(&answer, error);

	adapter_answer_clear(&answer);
	return good;
}
