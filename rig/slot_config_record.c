/* SPDX-License-Identifier: Apache-2.0 */
/* How much of what a unit writes to its disk is kept. */
#include "slot_config.h"

gboolean slot_config_record_mb(struct slot_config *config, const char *path, GError **error)
{
	g_autofree char *text = g_key_file_get_string(config->file, "disk", "record_mb", NULL);
	guint64 value = RECORD_MB_USUAL;

	if (text && !g_ascii_string_to_unsigned(text, 10, 0, RECORD_MB_MAX, &value, NULL)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "slot file %s: [disk] record_mb=%s: must be a number from 0 to %d", path, text,
			    RECORD_MB_MAX);
		return FALSE;
	}
	config->record_mb = (guint)value;
	return TRUE;
}
