/* SPDX-License-Identifier: MIT-0 */
/*
 * What a known-bad firmware says about itself. Plain C, without GLib: firmware includes it.
 *
 * A defect module, defects/NAME.so, is a firmware (fixtures/firmware.h) that exports besides
 *
 *     const struct defect defect;
 */
#pragma once

struct policy;
struct hal;

struct defect {
	const char *name;	 /* "accepts-other-serial", as the module's file name */
	const char *summary;	 /* what the firmware does */
	const char *requirement; /* the requirement it breaks, "LIC-02" */
	const char *seen;	 /* where it comes from, "defects.md 28 [D]" */

	/* The firmware's own, each optional: the rig does not call them. */
	void (*apply)(struct policy *policy);		      /* replaces entries of the reference policy */
	const struct hal *(*wrap_hal)(const struct hal *hal); /* returns a HAL that filters `hal` */
};
