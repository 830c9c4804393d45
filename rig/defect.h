/* SPDX-License-Identifier: MIT-0 */
/*
 * Known-bad firmware, which the rig must find. Plain C: the firmware of a defect includes it too.
 *
 * A defect module, defects/NAME.so, is a firmware (fixtures/firmware.h) that exports besides
 *
 *     const struct defect defect;
 */
#pragma once

struct policy;
struct hal;

/* What a defect module says about itself. */
struct defect {
	const char *name;	 /* "accepts-other-serial", as the module's file name */
	const char *summary;	 /* what the firmware does */
	const char *requirement; /* the requirement it breaks, "LIC-02" */
	const char *seen;	 /* where it comes from, "defects.md 28 [D]" */

	/* The firmware's own, each optional: the rig does not call them. */
	void (*apply)(struct policy *policy);		      /* replaces entries of the reference policy */
	const struct hal *(*wrap_hal)(const struct hal *hal); /* returns a HAL that filters `hal` */
};

/* The same, copied for the rig. */
struct defect_info {
	char *name, *requirement, *summary, *seen;
};

/* GLib's own declarations, repeated: firmware has no GLib. */
typedef struct _GPtrArray GPtrArray;
typedef struct _GError GError;

/** Every defect module in the modules' folders (paths.h), sorted by name: struct defect_info, freed with the array.
 *  Loads and unloads each. Errors: RIG_ERROR_RIG naming a module that cannot be loaded, exports no `defect`, leaves a
 *  text out or has another name than its file. */
GPtrArray *defect_list(GError **error) __attribute__((warn_unused_result));
