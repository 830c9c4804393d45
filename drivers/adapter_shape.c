/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter_shape.h"
#include "rig/nearest.h"
#include <string.h>

void adapter_answer_clear(struct adapter_answer *answer)
{
	json_decref(answer->value);
	g_free(answer->at);
	*answer = (struct adapter_answer){ NULL };
}

gboolean adapter_answer_is_refusal(const struct adapter_answer *answer)
{
	return !answer->at;
}

gboolean adapter_answer_is_wrong(const struct adapter_answer *answer, GError **error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: %s: %s", answer->at, answer->function, text);
	return FALSE;
}

/* "'foo'", "12", "a table": what a value is, for messages. */
static char *describe(json_t *value)
{
	if (json_is_string(value))
		return g_strdup_printf("'%s'", json_string_value(value));
	if (json_is_integer(value))
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return g_strdup(json_is_boolean(value) ? json_is_true(value) ? "true" : "false"
			: json_is_null(value)  ? "nothing"
			: json_is_array(value) ? "a list"
					       : "a table");
}

/* ---- one field: a new value, or NULL if it does not fit */

static json_t *read_number(const struct operation_field *field, json_t *value)
{
	static const guint bits[] = {
		[OPERATION_U8] = 8, [OPERATION_U16] = 16, [OPERATION_U32] = 32, [OPERATION_U64] = 63
	};
	json_int_t number = json_is_boolean(value) ? json_is_true(value) : json_integer_value(value);

	if (!json_is_boolean(value) && !json_is_integer(value))
		return NULL;
	return number >= 0 && !((guint64)number >> bits[field->type]) ? json_integer(number) : NULL;
}

static json_t *read_choice(const struct operation_field *field, json_t *value)
{
	return json_is_string(value) && g_strv_contains(field->choices, json_string_value(value)) ? json_incref(value)
												  : NULL;
}

static json_t *read_text(const struct operation_field *field, json_t *value)
{
	(void)field;
	return json_is_string(value) ? json_incref(value) : NULL;
}

static json_t *read_hex(const struct operation_field *field, json_t *value)
{
	const char *text = json_string_value(value);

	(void)field;
	if (!text || strlen(text) % 2 || strspn(text, "0123456789abcdefABCDEF") != strlen(text))
		return NULL;
	g_autofree char *lower = g_ascii_strdown(text, -1);
	return json_string(lower);
}

static const struct {
	json_t *(*read)(const struct operation_field *field, json_t *value);
	const char *wants;
} types[] = {
	[OPERATION_U8] = { read_number, "a whole number from 0 to 255" },
	[OPERATION_U16] = { read_number, "a whole number from 0 to 65535" },
	[OPERATION_U32] = { read_number, "a whole number from 0 to 4294967295" },
	[OPERATION_U64] = { read_number, "a whole number from 0" },
	[OPERATION_CHOICE] = { read_choice, "one of " },
	[OPERATION_TEXT] = { read_text, "a text" },
	[OPERATION_HEX] = { read_hex, "hexadecimal digits, as hex(bytes) makes them" },
	[OPERATION_HEX8] = { read_hex, "hexadecimal digits, as hex(bytes) makes them" },
};

/* ---- tables */

static gboolean refuse_unknown(const struct adapter_answer *answer, const struct operation_field *fields,
			       GError **error)
{
	const char *name;
	json_t *value;

	json_object_foreach(answer->value, name, value)
	{
		struct nearest nearest = { .wanted = name };
		const struct operation_field *field = fields;
		while (field->name && !g_str_equal(field->name, name))
			nearest_offer(&nearest, field++->name);
		if (field->name)
			continue;
		return adapter_answer_is_wrong(answer, error, "returned an unknown field '%s'%s%s%s", name,
					       nearest.best ? "; did you mean '" : "", nearest.best ? nearest.best : "",
					       nearest.best ? "'?" : "");
	}
	return TRUE;
}

static gboolean read_field(const struct adapter_answer *answer, const struct operation_field *field, json_t *fields,
			   GError **error)
{
	json_t *given = json_object_get(answer->value, field->name);
	json_t *value = given ? types[field->type].read(field, given) : NULL;

	if (value) {
		json_object_set_new(fields, field->name, value);
		return TRUE;
	}
	if (!given)
		return adapter_answer_is_wrong(answer, error, "returned a table without '%s'", field->name);
	g_autofree char *actual = describe(given);
	g_autofree char *choices =
	    field->type == OPERATION_CHOICE ? g_strjoinv(", ", (char **)field->choices) : g_strdup("");
	return adapter_answer_is_wrong(answer, error, "'%s' must be %s%s, not %s", field->name,
				       types[field->type].wants, choices, actual);
}

static gboolean is_left_out(const struct adapter_answer *answer, const char *name, const char *const *optional)
{
	return optional && g_strv_contains(optional, name) && !json_object_get(answer->value, name);
}

json_t *adapter_answer_fields(const struct adapter_answer *answer, const struct operation_field *fields,
			      const char *const *optional, GError **error)
{
	json_t *read = json_object();
	gboolean good = TRUE;

	if (!json_is_object(answer->value)) {
		g_autofree char *actual = describe(answer->value);
		good = adapter_answer_is_wrong(answer, error, "must return a table of fields, not %s", actual);
	}
	good = good && refuse_unknown(answer, fields, error);
	for (const struct operation_field *field = fields; good && field->name; field++)
		good = is_left_out(answer, field->name, optional) || read_field(answer, field, read, error);
	if (good)
		return read;
	json_decref(read);
	return NULL;
}

/* ---- plain values */

const char *adapter_answer_text(const struct adapter_answer *answer, GError **error)
{
	if (json_is_string(answer->value))
		return json_string_value(answer->value);
	g_autofree char *actual = describe(answer->value);
	adapter_answer_is_wrong(answer, error, "must return a text, not %s", actual);
	return NULL;
}

gboolean adapter_answer_choice(const struct adapter_answer *answer, const char *const *choices, guint *index,
			       GError **error)
{
	const char *text = json_string_value(answer->value);

	for (guint i = 0; text && choices[i]; i++)
		if (g_str_equal(choices[i], text)) {
			*index = i;
			return TRUE;
		}
	g_autofree char *actual = describe(answer->value);
	g_autofree char *list = g_strjoinv(", ", (char **)choices);
	return adapter_answer_is_wrong(answer, error, "must return one of %s, not %s", list, actual);
}

gboolean adapter_answer_none(const struct adapter_answer *answer, GError **error)
{
	if (json_is_null(answer->value) || (json_is_object(answer->value) && !json_object_size(answer->value)))
		return TRUE;
	g_autofree char *actual = describe(answer->value);
	return adapter_answer_is_wrong(answer, error, "must return nothing, not %s", actual);
}
