/* SPDX-License-Identifier: Apache-2.0 */
#include "slot_firmware.h"
#include "defect.h"
#include "paths.h"
#include <string.h>

/* A slot file names a file, or by its mere name a firmware that comes with the program. */
static char *firmware_of_slot(const char *set)
{
	g_autofree char *module = g_strdup_printf("firmware/%s.so", set);
	char *shipped = strchr(set, '/') || g_str_has_suffix(set, ".so") ? NULL : path_module(module);

	return shipped ? shipped : g_strdup(set);
}

/* The firmware of an emulated slot: --firmware, --defect, the slot file's, or the reference firmware. */
static gboolean pick_firmware(const char *given, const char *known_bad, const struct slot_config *config, char **path,
			      GError **error)
{
	if (config->unit != UNIT_EMULATED) {
		if (given || known_bad)
			g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
				    "--firmware and --defect are for emulated slots; slot %s is %s", config->name,
				    slot_unit_name(config->unit));
		return !given && !known_bad;
	}
	if (given && known_bad) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "--firmware and --defect exclude each other");
		return FALSE;
	}
	g_autofree char *module =
	    known_bad ? g_strdup_printf("defects/%s.so", known_bad) : g_strdup("firmware/reference.so");
	g_autofree char *set = g_key_file_get_string(config->file, "board", "firmware", NULL);
	*path = given		    ? g_canonicalize_filename(given, NULL)
		: set && !known_bad ? firmware_of_slot(set)
				    : path_module(module);
	if (*path && g_file_test(*path, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	if (known_bad)
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "--defect %s: there is no such defect; see wiperig list --defects", known_bad);
	else
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "firmware %s: no such file", *path ? *path : module);
	return FALSE;
}

/* --defect: a firmware, or a part, which stands beside whatever firmware there is. */
gboolean slot_firmware_pick(const char *firmware, const char *defect, const struct catalogue *catalogue,
			    const struct slot_config *config, char **path, GError **error)
{
	const char *setting = defect ? defect_find_part(catalogue->parts, defect) : NULL;

	if (!pick_firmware(firmware, setting ? NULL : defect, config, path, error))
		return FALSE;
	if (setting)
		g_key_file_set_string(config->file, "board", setting, defect);
	return TRUE;
}
