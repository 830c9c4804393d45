/* SPDX-License-Identifier: Apache-2.0 */
/* The texts that the product's documents promise on the panel. Scenarios know them as message.NAME. */
#pragma once
#include <glib.h>

struct message {
	const char *name;     /**< "already_enabled"; NULL ends the table */
	const char *text;     /**< exact; a name that ends in _prefix is only the beginning of what the panel shows */
	const char *language; /**< "en", "fr" */
	const char *source;   /**< "IP": the installation procedure, and where in it */
	gboolean verified;    /**< FALSE: shown as unverified wherever it is shown */
};

extern const struct message message_table[];
/** The message of that name, or NULL. */
const struct message *message_find(const char *name);
