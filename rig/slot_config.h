/* SPDX-License-Identifier: Apache-2.0 */
/* Slot files: which instruments stand around a controller, and what unit it is. */
#pragma once
#include "slot.h"

/** How the rig reaches an emulated controller; a real one is always reached by LINK_USB. */
enum slot_link { LINK_DIRECT, LINK_USB };

/** What kind of unit stands in the slot: it decides which effects a scenario may have. */
enum slot_unit { UNIT_EMULATED, UNIT_SACRIFICIAL, UNIT_GOLDEN, UNIT_PRODUCTION };

#define RECORD_MB_MAX 256
#define RECORD_MB_USUAL 1

struct slot_config {
	GKeyFile *file;
	char *name;
	enum slot_unit unit;
	enum slot_link link;
	gboolean emulated; /**< the board is, whatever the unit is treated as: nothing here is evidence */
	char *observe;	   /**< inline (default if emulated), snapshot, reported, none (default) */
	guint record_mb;   /**< [disk]: of written bytes that no generator makes so many MiB a case are recorded: 0 …
			      RECORD_MB_MAX */
	const struct driver *drivers[ROLES]; /**< NULL: no instrument of this role */
};

/**
 * Loads a slot: `name` is a file if it holds a '/' or ends in ".ini", else NAME.ini in the user's slot folder
 * ($XDG_CONFIG_HOME/wiperig/slots), else the built-in "emulated".
 * Errors (RIG_ERROR_USAGE) name file, section, setting and what is allowed: unknown sections, settings and drivers are
 * refused.
 */
struct slot_config *slot_config_load(const char *name, enum slot_link link, const struct catalogue *catalogue,
				     GError **error) MUST_CHECK;
/** Reads record_mb. Errors as above. */
gboolean slot_config_record_mb(struct slot_config *config, const char *path, GError **error) MUST_CHECK;
/** Whether each key of a group is in `allowed` or `own` (settings of the section itself, whatever its driver; may be
 *  NULL), and there once. Errors as above. */
gboolean slot_config_check_keys(GKeyFile *file, const char *path, const char *group, const char *const *allowed,
				const char *const *own, GError **error) MUST_CHECK;
void slot_config_free(struct slot_config *config);

/** `told`: how the user has said `text`, for the error. */
gboolean slot_link_parse(const char *text, const char *told, enum slot_link *link, GError **error) MUST_CHECK;
const char *slot_link_name(enum slot_link link);
const char *slot_unit_name(enum slot_unit unit);
/** NULL if a unit of this kind may suffer `effect`, else why not. */
const char *slot_unit_refuses(enum slot_unit unit, const char *effect);
/** Set of enum observe_need: what [disk] observe= lets the rig see. Of a real unit it is what a disk driver can show at
 *  most: the set to be cut with its shows(). */
guint slot_config_shows(const struct slot_config *config);
/** Whether this slot needs an emulator process and the umockdev preload. */
gboolean slot_config_needs_emulator(const struct slot_config *config);
/** The user's slot folder; the caller's to free. */
char *slot_config_folder(void);
