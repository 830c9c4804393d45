/* SPDX-License-Identifier: Apache-2.0 */
#include "operation.h"
#include "units.h"
#include <string.h>

static const char *const data_choices[] = { "address-book",  "settings",  "forwarding",	    "meap-applications",
					    "meap-licences", "sdl-users", "meap-data",	    "meap-sms-password",
					    "mode-memory",   "inboxes",	  "scan-modes",	    "unsent",
					    "image-forms",   "job-logs",  "department-ids", NULL };
static const char *const job_choices[] = { "", "copy", "print", "fax-reception", "send", NULL };
static const char *const end_choices[] = { "complete", "cancel", NULL };
static const char *const password_choices[] = { "user-inbox", "confidential-fax", "memory-rx", "system-manager", NULL };
static const char *const login_choices[] = { "not-selected", "default", "sdl", "sso", NULL };
static const char *const erase_outcome_choices[] = { "never", "pending", "complete", "failed", NULL };
static const char *const hidden_choices[] = { "none", "erased", "declared", NULL };
static const char *const verification_choices[] = { "none", "sampled", "full", NULL };
static const char *const cipher_choices[] = { "", "3des-cbc", "aes-256-xts", NULL };
static const char *const direction_choices[] = { "encrypt", "decrypt", NULL };
static const char *const self_test_choices[] = { "not-run", "passed", "failed", NULL };

#define FIELDS(name, ...) static const struct operation_field name[] = { __VA_ARGS__, { NULL } }

static const struct operation_field nothing_fields[] = { { NULL } };
FIELDS(item_fields, { "item", OPERATION_CHOICE, data_choices, "the data item" });
FIELDS(item_value_fields, { "item", OPERATION_CHOICE, data_choices, "the data item" },
       { "value", OPERATION_TEXT, NULL, "what a user stores there" });
FIELDS(item_package_fields, { "item", OPERATION_CHOICE, data_choices, "the data item" },
       { "package", OPERATION_HEX, NULL, "as exported" });
FIELDS(value_fields, { "value", OPERATION_TEXT, NULL, "what is stored there; empty: nothing, or the default" });
FIELDS(package_fields, { "package", OPERATION_HEX, NULL, "the file" });
FIELDS(info_fields, { "stored", OPERATION_U16, NULL, "set of 1 << item: those that hold something" },
       { "backup", OPERATION_U16, NULL, "set of 1 << item: those that can be exported" });
FIELDS(box_fields, { "box", OPERATION_U8, NULL, "the inbox, 0 to 7" });
FIELDS(box_text_fields, { "box", OPERATION_U8, NULL, "the inbox, 0 to 7" },
       { "value", OPERATION_TEXT, NULL, "the document" });
FIELDS(job_fields, { "job", OPERATION_U8, NULL, "the job's number" });
FIELDS(job_start_fields, { "kind", OPERATION_CHOICE, job_choices, "what kind of job" },
       { "value", OPERATION_TEXT, NULL, "the document" });
FIELDS(job_end_fields, { "job", OPERATION_U8, NULL, "the job's number" },
       { "how", OPERATION_CHOICE, end_choices, "complete or cancel" });
FIELDS(text_fields, { "value", OPERATION_TEXT, NULL, "the answer" });
FIELDS(password_fields, { "which", OPERATION_CHOICE, password_choices, "whose password" },
       { "value", OPERATION_TEXT, NULL, "the password; empty: none" });
FIELDS(matches_fields, { "matches", OPERATION_U8, NULL, "1: it is this one" });
FIELDS(login_fields, { "service", OPERATION_CHOICE, login_choices, "the login service" });
FIELDS(system_manager_fields, { "value", OPERATION_TEXT, NULL, "the System Manager's password" });
FIELDS(report_fields, { "outcome", OPERATION_CHOICE, erase_outcome_choices, "how it stands" },
       { "mode", OPERATION_U8, NULL, "erase mode, 1 to 3" }, { "passes", OPERATION_U8, NULL, "passes completed" },
       { "verification", OPERATION_CHOICE, verification_choices, "what the unit verified" },
       { "hidden", OPERATION_CHOICE, hidden_choices, "what became of hidden areas" },
       { "errors", OPERATION_U32, NULL, "commands that failed" },
       { "starts", OPERATION_U32, NULL, "starts that it took" },
       { "began", OPERATION_U64, NULL, "seconds since 2000 when it first began" },
       { "ended", OPERATION_U64, NULL, "seconds since 2000 when it ended; 0: not yet" },
       { "sectors", OPERATION_U64, NULL, "sectors of the target, all disks" },
       { "hidden_sectors", OPERATION_U64, NULL, "sectors that were hidden, or are and stay so" });
FIELDS(number_fields, { "number", OPERATION_TEXT, NULL, "the 24-digit transfer number" });
FIELDS(licence_key_fields, { "key", OPERATION_TEXT, NULL, "the licence key" });
FIELDS(encryption_fields, { "active", OPERATION_U8, NULL, "1: data on the disk are encrypted" },
       { "cipher", OPERATION_CHOICE, cipher_choices, "by what" },
       { "generation", OPERATION_U32, NULL, "of the key: 1 the first" });
FIELDS(active_fields, { "active", OPERATION_U8, NULL, "1: on, 0: off" });
FIELDS(known_request_fields, { "cipher", OPERATION_CHOICE, cipher_choices, "the cipher" },
       { "direction", OPERATION_CHOICE, direction_choices, "encrypt or decrypt" },
       { "key", OPERATION_HEX8, NULL, "published key" }, { "iv", OPERATION_HEX8, NULL, "published IV or tweak" },
       { "data", OPERATION_HEX, NULL, "published text" });
FIELDS(known_answer_fields, { "data", OPERATION_HEX, NULL, "what the engine made of it" });
FIELDS(self_test_fields,
       { "result", OPERATION_CHOICE, self_test_choices, "of the cryptographic self-test at this start" },
       { "at_ms", OPERATION_U32, NULL, "milliseconds since power-on when it ended" });
FIELDS(log_from_fields, { "from", OPERATION_U16, NULL, "the first line wanted, from 0" });

#define ERASES "erases"

const struct operation operations[] = {
	{ "data.put", PROTOCOL_DATA_PUT, "Store user data", item_value_fields, nothing_fields, NULL, 0 },
	{ "data.get", PROTOCOL_DATA_GET, "Read user data", item_fields, value_fields, NULL, 0 },
	{ "data.delete", PROTOCOL_DATA_DELETE, "Delete user data", item_fields, nothing_fields, ERASES, 60 * NS_PER_S },
	{ "data.export", PROTOCOL_DATA_EXPORT, "Export a data item", item_fields, package_fields, NULL, 0 },
	{ "data.import", PROTOCOL_DATA_IMPORT, "Import a data item", item_package_fields, nothing_fields, NULL, 0 },
	{ "data.info", PROTOCOL_DATA_INFO, "List the data items", nothing_fields, info_fields, NULL, 0 },
	{ "delivery.send", PROTOCOL_DELIVERY_SEND, "Make a device information delivery", nothing_fields, package_fields,
	  NULL, 0 },
	{ "delivery.receive", PROTOCOL_DELIVERY_RECEIVE, "Receive a device information delivery", package_fields,
	  nothing_fields, NULL, 0 },
	{ "meap.disable", PROTOCOL_MEAP_DISABLE, "Disable the MEAP applications' licence", nothing_fields,
	  nothing_fields, NULL, 0 },
	{ "meap.download", PROTOCOL_MEAP_DOWNLOAD, "Download the MEAP licence file", nothing_fields, package_fields,
	  NULL, 0 },
	{ "meap.uninstall", PROTOCOL_MEAP_UNINSTALL, "Uninstall the MEAP applications", nothing_fields, nothing_fields,
	  NULL, 0 },
	{ "meap.install", PROTOCOL_MEAP_INSTALL, "Install the MEAP applications with their licence file",
	  package_fields, nothing_fields, NULL, 0 },
	{ "document.store", PROTOCOL_DOCUMENT_STORE, "Store a document in an inbox", box_text_fields, nothing_fields,
	  NULL, 0 },
	{ "document.read", PROTOCOL_DOCUMENT_READ, "Read a document", box_fields, value_fields, NULL, 0 },
	{ "document.delete", PROTOCOL_DOCUMENT_DELETE, "Delete a document", box_fields, nothing_fields, ERASES,
	  60 * NS_PER_S },
	{ "document.print", PROTOCOL_DOCUMENT_PRINT, "Print a document", box_fields, job_fields, NULL, 0 },
	{ "job.start", PROTOCOL_JOB_START, "Start a job", job_start_fields, job_fields, NULL, 0 },
	{ "job.end", PROTOCOL_JOB_END, "End a job", job_end_fields, nothing_fields, ERASES, 60 * NS_PER_S },
	{ "job.history", PROTOCOL_JOB_HISTORY, "Ask for the job history from remote", nothing_fields, text_fields, NULL,
	  0 },
	{ "password.set", PROTOCOL_PASSWORD_SET, "Set a password", password_fields, nothing_fields, NULL, 0 },
	{ "password.check", PROTOCOL_PASSWORD_CHECK, "Check a password", password_fields, matches_fields, NULL, 0 },
	{ "login.get", PROTOCOL_LOGIN_GET, "Read the login service", nothing_fields, login_fields, NULL, 0 },
	{ "login.select", PROTOCOL_LOGIN_SELECT, "Select a login service", login_fields, nothing_fields, NULL, 0 },
	{ "erase.request", PROTOCOL_ERASE_REQUEST, "Erase residual data, as the System Manager", system_manager_fields,
	  nothing_fields, ERASES, 0 },
	{ "erase.report", PROTOCOL_ERASE_REPORT, "Read the unit's report of the last erase", nothing_fields,
	  report_fields, NULL, 0 },
	{ "key.regenerate", PROTOCOL_KEY_REGENERATE, "Re-generate the data encryption key", nothing_fields,
	  nothing_fields, ERASES, 0 },
	{ "licence.invalidate", PROTOCOL_INVALIDATE, "Invalidate the licence", nothing_fields, number_fields, ERASES,
	  0 },
	{ "licence.remote", PROTOCOL_REGISTER_REMOTELY, "Register a licence key through the Remote UI",
	  licence_key_fields, nothing_fields, NULL, 0 },
	{ "licence.history", PROTOCOL_LICENCE_HISTORY, "Read the licence history", nothing_fields, text_fields, NULL,
	  0 },
	{ "encryption.get", PROTOCOL_ENCRYPTION_GET, "Read the state of the encryption", nothing_fields,
	  encryption_fields, NULL, 0 },
	{ "encryption.set", PROTOCOL_ENCRYPTION_SET, "Switch the encryption on or off", active_fields, nothing_fields,
	  NULL, 0 },
	{ "cipher.known_answer", PROTOCOL_KNOWN_ANSWER, "Have the cipher engine work on published values",
	  known_request_fields, known_answer_fields, NULL, 0 },
	{ "selftest.get", PROTOCOL_SELF_TEST, "Read the self-test's result", nothing_fields, self_test_fields, NULL,
	  0 },
	{ "log.read", PROTOCOL_LOG, "Read the unit's log", log_from_fields, text_fields, NULL, 0 },
	{ NULL },
};

const struct operation *operation_find(const char *name)
{
	for (const struct operation *operation = operations; operation->name; operation++)
		if (g_str_equal(operation->name, name))
			return operation;
	return NULL;
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
