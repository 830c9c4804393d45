/* SPDX-License-Identifier: Apache-2.0 */
/* Errors of the rig. Every layer prefixes what it was doing with g_prefix_error(). */
#pragma once
#include <glib.h>

/** What kind of thing went wrong; it decides verdict and exit code, see rig_error_verdict(). */
enum rig_error {
	RIG_ERROR_USAGE,       /**< the user's input (option, slot file, scenario) is wrong: exit 2 */
	RIG_ERROR_RIG,	       /**< the rig or its surroundings broke: verdict error */
	RIG_ERROR_GONE,	       /**< a device vanished from the bus: verdict error */
	RIG_ERROR_PROTOCOL,    /**< damaged or unexpected bytes were received: verdict error */
	RIG_ERROR_TIMEOUT,     /**< the controller is there and did not answer in time: verdict fail */
	RIG_ERROR_REFUSED,     /**< the controller answered that it will not: verdict fail */
	RIG_ERROR_CRASH,       /**< the firmware crashed or used up its budget: verdict fail */
	RIG_ERROR_LIMIT,       /**< a scenario hit a limit of its sandbox: verdict error */
	RIG_ERROR_UNSUPPORTED, /**< the slot's instruments cannot do this: not judged */
	RIG_ERROR_MISFIT,      /**< a cut plan is of another firmware or unit: verdict error, whatever was found */
};

#define RIG_ERROR (rig_error_quark())
GQuark rig_error_quark(void);

/** A fallible function's result must be looked at. */
#define MUST_CHECK __attribute__((warn_unused_result))

/** TRUE where the error was caused by the controller rather than by the rig. */
gboolean rig_error_is_controller(const GError *error);
