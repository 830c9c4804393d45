/* SPDX-License-Identifier: Apache-2.0 */
#include "operation_table.h"
#include <string.h>

const char *const operation_data_choices[] = { "address-book",	"settings",  "forwarding",     "meap-applications",
					       "meap-licences", "sdl-users", "meap-data",      "meap-sms-password",
					       "mode-memory",	"inboxes",   "scan-modes",     "unsent",
					       "image-forms",	"job-logs",  "department-ids", NULL };
const char *const operation_job_choices[] = { "", "copy", "print", "fax-reception", "send", NULL };
const char *const operation_end_choices[] = { "complete", "cancel", NULL };
const char *const operation_password_choices[] = { "user-inbox", "confidential-fax", "memory-rx", "system-manager",
						   NULL };
const char *const operation_login_choices[] = { "not-selected", "default", "sdl", "sso", NULL };
const char *const operation_erase_outcome_choices[] = { "never", "pending", "complete", "failed", NULL };
const char *const operation_hidden_choices[] = { "none", "erased", "declared", NULL };
const char *const operation_verification_choices[] = { "none", "sampled", "full", NULL };
const char *const operation_cipher_choices[] = { "", "3des-cbc", "aes-256-xts", NULL };
const char *const operation_direction_choices[] = { "encrypt", "decrypt", NULL };
const char *const operation_self_test_choices[] = { "not-run", "passed", "failed", NULL };

/* The fields of each operation, then the operations. */
#define FIELD(name, type, choices, help) { name, OPERATION_##type, choices, help },
#define OPERATION_FIELDS(id, name, step, type, summary, request, answer, effect, within_ns)                            \
	static const struct operation_field id##_request[] = { FIELDS_##request(FIELD){ NULL } };                      \
	static const struct operation_field id##_answer[] = { FIELDS_##answer(FIELD){ NULL } };
OPERATIONS(OPERATION_FIELDS)

#define OPERATION(id, name, step, type, summary, request, answer, effect, within_ns)                                   \
	{ name, PROTOCOL_##type, summary, id##_request, id##_answer, effect, within_ns },
const struct operation operations[] = { OPERATIONS(OPERATION){ NULL } };

const char *const operation_answers[] = {
	[PROTOCOL_OK] = "ok",
	[PROTOCOL_BAD_FRAME] = "bad-frame",
	[PROTOCOL_UNKNOWN] = "unknown",
	[PROTOCOL_BAD_PAYLOAD] = "bad-payload",
	[PROTOCOL_NOT_READY] = "not-ready",
	[PROTOCOL_DENIED] = "denied",
	NULL,
};

const struct operation *operation_find(const char *name)
{
	for (const struct operation *operation = operations; operation->name; operation++)
		if (g_str_equal(operation->name, name))
			return operation;
	return NULL;
}

char *operation_variable(const struct operation *operation, const char *as, const char *field)
{
	return operation->answer[0].name && operation->answer[1].name ? g_strdup_printf("%s_%s", as, field)
								      : g_strdup(as);
}

static const guint8 widths[] = { [OPERATION_U8] = 1, [OPERATION_U16] = 2, [OPERATION_U32] = 4, [OPERATION_U64] = 8 };

static void put_number(GByteArray *out, guint64 number, guint bytes)
{
	for (guint i = 0; i < bytes; i++)
		g_byte_array_append(out, &(guint8){ (guint8)(number >> 8 * i) }, 1);
}

static gboolean put_hex(GByteArray *out, const char *text, gboolean counted)
{
	gsize length = strlen(text) / 2;

	if (strlen(text) % 2 || (counted && length > G_MAXUINT8))
		return FALSE;
	if (counted)
		put_number(out, length, 1);
	for (gsize i = 0; i < 2 * length; i += 2) {
		int high = g_ascii_xdigit_value(text[i]), low = g_ascii_xdigit_value(text[i + 1]);
		if (high < 0 || low < 0)
			return FALSE;
		put_number(out, (guint64)(high << 4 | low), 1);
	}
	return TRUE;
}

static gboolean put_choice(GByteArray *out, const char *const *choices, const char *text)
{
	for (guint i = 0; choices[i]; i++)
		if (*choices[i] && g_str_equal(choices[i], text)) {
			put_number(out, i, 1);
			return TRUE;
		}
	return FALSE;
}

static gboolean put_field(GByteArray *out, const struct operation_field *field, json_t *value)
{
	const char *text = json_string_value(value);

	if (field->type <= OPERATION_U64) {
		json_int_t number = json_integer_value(value);
		guint bytes = widths[field->type];

		if (!json_is_integer(value) || number < 0 || (bytes < 8 && number >> 8 * bytes))
			return FALSE;
		put_number(out, (guint64)number, bytes);
		return TRUE;
	}
	if (!text)
		return FALSE;
	if (field->type == OPERATION_CHOICE)
		return put_choice(out, field->choices, text);
	if (field->type == OPERATION_TEXT)
		g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
	else
		return put_hex(out, text, field->type == OPERATION_HEX8);
	return TRUE;
}

gssize operation_encode(const struct operation *operation, json_t *arguments, guint8 *payload, gsize capacity,
			GError **error)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	for (const struct operation_field *field = operation->request; field->name; field++) {
		if (put_field(out, field, json_object_get(arguments, field->name)))
			continue;
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: '%s' is missing or does not fit its field",
			    operation->name, field->name);
		return -1;
	}
	if (out->len > capacity) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: %u bytes are more than a request carries (%zu)",
			    operation->name, out->len, capacity);
		return -1;
	}
	if (out->len)
		memcpy(payload, out->data, out->len);
	return (gssize)out->len;
}

struct reader {
	const guint8 *at;
	gsize left;
};

static gboolean take_number(struct reader *in, guint bytes, guint64 *number)
{
	if (in->left < bytes)
		return FALSE;
	*number = 0;
	for (guint i = 0; i < bytes; i++)
		*number |= (guint64)in->at[i] << 8 * i;
	in->at += bytes;
	in->left -= bytes;
	return TRUE;
}

static json_t *take_hex(struct reader *in, gsize length)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (gsize i = 0; i < length; i++)
		g_string_append_printf(text, "%02x", in->at[i]);
	in->at += length;
	in->left -= length;
	return json_string(text->str);
}

static json_t *take_field(struct reader *in, const struct operation_field *field)
{
	guint64 number = 0;

	if (field->type <= OPERATION_U64)
		return take_number(in, widths[field->type], &number) ? json_integer((json_int_t)number) : NULL;
	if (field->type == OPERATION_CHOICE) {
		guint count = g_strv_length((char **)field->choices);

		return take_number(in, 1, &number) && number < count ? json_string(field->choices[number]) : NULL;
	}
	if (field->type == OPERATION_HEX)
		return take_hex(in, in->left);
	if (field->type == OPERATION_HEX8)
		return take_number(in, 1, &number) && number <= in->left ? take_hex(in, number) : NULL;
	g_autofree char *text = g_utf8_make_valid((const char *)in->at, (gssize)in->left);
	in->left = 0;
	return json_string(text);
}

json_t *operation_decode(const struct operation *operation, const guint8 *payload, gsize length, GError **error)
{
	struct reader in = { payload, length };
	json_t *answer = json_object();

	for (const struct operation_field *field = operation->answer; field->name; field++) {
		json_t *value = take_field(&in, field);

		if (value && !json_object_set_new(answer, field->name, value))
			continue;
		g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "the answer to %s has no valid '%s' in its %zu bytes",
			    operation->name, field->name, length);
		json_decref(answer);
		return NULL;
	}
	if (!in.left)
		return answer;
	g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "the answer to %s has %zu bytes too many", operation->name,
		    in.left);
	json_decref(answer);
	return NULL;
}
