/* SPDX-License-Identifier: MIT-0 */
/*
 * What a defect module says about itself. A module in the folder defects/ is a firmware (fixtures/firmware.h) that
 * exports besides
 *
 *     const struct defect defect;
 *
 * Plain C: both the rig and firmware include it.
 */
#pragma once

struct policy;
struct hal;

struct defect {
	const char *name;	 /* "accepts-other-serial", as the module's file name */
	const char *summary;	 /* what the firmware does */
	const char *requirement; /* the requirement it breaks, "LIC-02" */
	const char *seen;	 /* where it comes from, "defects.md 28 [D]" */

	/* The firmware's own: the rig does not call them. At least one is there. */
	void (*apply)(struct policy *policy);		      /* replaces entries of the reference policy */
	const struct hal *(*wrap_hal)(const struct hal *hal); /* returns a HAL that filters `hal` */
};
