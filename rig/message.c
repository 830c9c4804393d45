/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

const struct message message_table[] = {
	/* The source's sentence breaks off after "features for"; how it goes on is not verified, so only this is here.
	 */
	{ "missing_features_prefix", "There are not enough required features for", "en", "IP 1.3.2(3)", TRUE },
	{ "missing_features_fr", "Il manque des options requises pour l'installation", "fr", "IP, French edition",
	  TRUE },
	{ "incorrect_key", "The value for the license key is incorrect. Check the license key.", "en", "IP 1.3.2(3)",
	  TRUE },
	{ "already_enabled", "This function has already enabled.", "en", "IP 1.3.2(3)", TRUE },
	{ "erasing", "Remaining data that is not needed is being erased. Do not turn off the main power.", "en", "IP",
	  TRUE },
	{ NULL },
};

const struct message *message_find(const char *name)
{
	for (const struct message *message = message_table; message->name; message++)
		if (g_str_equal(message->name, name))
			return message;
	return NULL;
}
