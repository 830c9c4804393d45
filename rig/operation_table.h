/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operations, once, for rig/operation.c (their codec) and rig/steps/steps_operation.c (their steps). A list of
 * fields is FIELDS_NAME(F) with F(name, type, choices, help); OPERATIONS(O) has one O(id, name, step, type, summary,
 * request, answer, effect, within_ns) each; `step` is the operation's name as a step, which must not be a word that Lua
 * has reserved.
 */
#pragma once
#include "operation.h"
#include "units.h"

/* Choices of fields, by the protocol's numbers; "" for a number that is not used. */
extern const char *const operation_cipher_choices[];
extern const char *const operation_data_choices[];
extern const char *const operation_direction_choices[];
extern const char *const operation_end_choices[];
extern const char *const operation_erase_outcome_choices[];
extern const char *const operation_hidden_choices[];
extern const char *const operation_job_choices[];
extern const char *const operation_login_choices[];
extern const char *const operation_password_choices[];
extern const char *const operation_self_test_choices[];
extern const char *const operation_verification_choices[];

/* clang-format off */
#define FIELDS_nothing(F)
#define FIELDS_item(F) \
	F("item", CHOICE, operation_data_choices, "the data item")
#define FIELDS_item_value(F) \
	F("item", CHOICE, operation_data_choices, "the data item") \
	F("value", TEXT, NULL, "what a user stores there")
#define FIELDS_item_package(F) \
	F("item", CHOICE, operation_data_choices, "the data item") \
	F("package", HEX, NULL, "as exported")
#define FIELDS_value(F) \
	F("value", TEXT, NULL, "what is stored there; empty: nothing, or the default")
#define FIELDS_package(F) \
	F("package", HEX, NULL, "the file")
#define FIELDS_info(F) \
	F("stored", U16, NULL, "set of 1 << item: those that hold something") \
	F("backup", U16, NULL, "set of 1 << item: those that can be exported")
#define FIELDS_box(F) \
	F("box", U8, NULL, "the inbox, 0 to 7")
#define FIELDS_box_text(F) \
	F("box", U8, NULL, "the inbox, 0 to 7") \
	F("value", TEXT, NULL, "the document")
#define FIELDS_job(F) \
	F("job", U8, NULL, "the job's number")
#define FIELDS_job_start(F) \
	F("kind", CHOICE, operation_job_choices, "what kind of job") \
	F("value", TEXT, NULL, "the document")
#define FIELDS_job_end(F) \
	F("job", U8, NULL, "the job's number") \
	F("how", CHOICE, operation_end_choices, "complete or cancel")
#define FIELDS_text(F) \
	F("value", TEXT, NULL, "the answer")
#define FIELDS_password(F) \
	F("which", CHOICE, operation_password_choices, "whose password") \
	F("value", TEXT, NULL, "the password; empty: none")
#define FIELDS_matches(F) \
	F("matches", U8, NULL, "1: it is this one")
#define FIELDS_login(F) \
	F("service", CHOICE, operation_login_choices, "the login service")
#define FIELDS_system_manager(F) \
	F("value", TEXT, NULL, "the System Manager's password")
#define FIELDS_report(F) \
	F("outcome", CHOICE, operation_erase_outcome_choices, "how it stands") \
	F("mode", U8, NULL, "erase mode, 1 to 3") \
	F("passes", U8, NULL, "passes completed") \
	F("verification", CHOICE, operation_verification_choices, "what the unit verified") \
	F("hidden", CHOICE, operation_hidden_choices, "what became of hidden areas") \
	F("errors", U32, NULL, "commands that failed") \
	F("starts", U32, NULL, "starts that it took") \
	F("began", U64, NULL, "seconds since 2000 when it first began") \
	F("ended", U64, NULL, "seconds since 2000 when it ended; 0: not yet") \
	F("sectors", U64, NULL, "sectors of the target, all disks") \
	F("hidden_sectors", U64, NULL, "sectors that were hidden, or are and stay so") \
	F("remapped_sectors", U64, NULL, "sectors that the drives replaced by spares: no erase reaches the old ones")
#define FIELDS_number(F) \
	F("number", TEXT, NULL, "the 24-digit transfer number")
#define FIELDS_licence_key(F) \
	F("key", TEXT, NULL, "the licence key")
#define FIELDS_encryption(F) \
	F("active", U8, NULL, "1: data on the disk are encrypted") \
	F("cipher", CHOICE, operation_cipher_choices, "by what") \
	F("generation", U32, NULL, "of the key: 1 the first")
#define FIELDS_active(F) \
	F("active", U8, NULL, "1: on, 0: off")
#define FIELDS_known_request(F) \
	F("cipher", CHOICE, operation_cipher_choices, "the cipher") \
	F("direction", CHOICE, operation_direction_choices, "encrypt or decrypt") \
	F("key", HEX8, NULL, "published key") \
	F("iv", HEX8, NULL, "published IV or tweak") \
	F("data", HEX, NULL, "published text")
#define FIELDS_known_answer(F) \
	F("data", HEX, NULL, "what the engine made of it")
#define FIELDS_self_test(F) \
	F("result", CHOICE, operation_self_test_choices, "of the cryptographic self-test at this start") \
	F("at_ms", U32, NULL, "milliseconds since power-on when it ended")
#define FIELDS_log_from(F) \
	F("from", U16, NULL, "the first line wanted, from 0")

#define OPERATIONS(O) \
	O(data_put, "data.put", "data.put", DATA_PUT, "Store user data", item_value, nothing, NULL, 0) \
	O(data_get, "data.get", "data.get", DATA_GET, "Read user data", item, value, NULL, 0) \
	O(data_delete, "data.delete", "data.delete", DATA_DELETE, "Delete user data", item, nothing, "erases", 60 * NS_PER_S) \
	O(data_export, "data.export", "data.export", DATA_EXPORT, "Export a data item", item, package, NULL, 0) \
	O(data_import, "data.import", "data.import", DATA_IMPORT, "Import a data item", item_package, nothing, NULL, 0) \
	O(data_info, "data.info", "data.info", DATA_INFO, "List the data items", nothing, info, NULL, 0) \
	O(delivery_send, "delivery.send", "delivery.send", DELIVERY_SEND, "Make a device information delivery", nothing, package, NULL, 0) \
	O(delivery_receive, "delivery.receive", "delivery.receive", DELIVERY_RECEIVE, "Receive a device information delivery", package, nothing, NULL, 0) \
	O(meap_disable, "meap.disable", "meap.disable", MEAP_DISABLE, "Disable the MEAP applications' licence", nothing, nothing, NULL, 0) \
	O(meap_download, "meap.download", "meap.download", MEAP_DOWNLOAD, "Download the MEAP licence file", nothing, package, NULL, 0) \
	O(meap_uninstall, "meap.uninstall", "meap.uninstall", MEAP_UNINSTALL, "Uninstall the MEAP applications", nothing, nothing, NULL, 0) \
	O(meap_install, "meap.install", "meap.install", MEAP_INSTALL, "Install the MEAP applications with their licence file", package, nothing, NULL, 0) \
	O(document_store, "document.store", "document.store", DOCUMENT_STORE, "Store a document in an inbox", box_text, nothing, NULL, 0) \
	O(document_read, "document.read", "document.read", DOCUMENT_READ, "Read a document", box, value, NULL, 0) \
	O(document_delete, "document.delete", "document.delete", DOCUMENT_DELETE, "Delete a document", box, nothing, "erases", 60 * NS_PER_S) \
	O(document_print, "document.print", "document.print", DOCUMENT_PRINT, "Print a document", box, job, NULL, 0) \
	O(job_start, "job.start", "job.start", JOB_START, "Start a job", job_start, job, NULL, 0) \
	O(job_end, "job.end", "job.finish", JOB_END, "End a job", job_end, nothing, "erases", 60 * NS_PER_S) \
	O(job_history, "job.history", "job.history", JOB_HISTORY, "Ask for the job history from remote", nothing, text, NULL, 0) \
	O(password_set, "password.set", "password.set", PASSWORD_SET, "Set a password", password, nothing, NULL, 0) \
	O(password_check, "password.check", "password.check", PASSWORD_CHECK, "Check a password", password, matches, NULL, 0) \
	O(login_get, "login.get", "login.get", LOGIN_GET, "Read the login service", nothing, login, NULL, 0) \
	O(login_select, "login.select", "login.select", LOGIN_SELECT, "Select a login service", login, nothing, NULL, 0) \
	O(erase_request, "erase.request", "erase.request", ERASE_REQUEST, "Erase residual data, as the System Manager", system_manager, nothing, "erases", 0) \
	O(erase_report, "erase.report", "erase.report", ERASE_REPORT, "Read the unit's report of the last erase", nothing, report, NULL, 0) \
	O(key_regenerate, "key.regenerate", "key.regenerate", KEY_REGENERATE, "Re-generate the data encryption key", nothing, nothing, "erases", 0) \
	O(licence_invalidate, "licence.invalidate", "licence.invalidate", INVALIDATE, "Invalidate the licence", nothing, number, "erases", 0) \
	O(licence_remote, "licence.remote", "licence.remote", REGISTER_REMOTELY, "Register a licence key through the Remote UI", licence_key, nothing, NULL, 0) \
	O(licence_history, "licence.history", "licence.history", LICENCE_HISTORY, "Read the licence history", nothing, text, NULL, 0) \
	O(encryption_get, "encryption.get", "encryption.get", ENCRYPTION_GET, "Read the state of the encryption", nothing, encryption, NULL, 0) \
	O(encryption_set, "encryption.set", "encryption.set", ENCRYPTION_SET, "Switch the encryption on or off", active, nothing, NULL, 0) \
	O(cipher_known_answer, "cipher.known_answer", "cipher.known_answer", KNOWN_ANSWER, "Have the cipher engine work on published values", known_request, known_answer, NULL, 0) \
	O(selftest_get, "selftest.get", "selftest.get", SELF_TEST, "Read the self-test's result", nothing, self_test, NULL, 0) \
	O(log_read, "log.read", "log.read", LOG, "Read the unit's log", log_from, text, NULL, 0)
/* clang-format on */

/** An operation's place in operations[]. */
enum operation_index {
#define OPERATION_INDEX(id, name, step, type, summary, request, answer, effect, within_ns) OPERATION_AT_##id,
	OPERATIONS(OPERATION_INDEX)
#undef OPERATION_INDEX
};
