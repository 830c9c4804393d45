/* SPDX-License-Identifier: Apache-2.0 */
#include "error.h"

G_DEFINE_QUARK(rig - error - quark, rig_error)

gboolean rig_error_is_controller(const GError *error)
{
	return g_error_matches(error, RIG_ERROR, RIG_ERROR_TIMEOUT) ||
	       g_error_matches(error, RIG_ERROR, RIG_ERROR_REFUSED) ||
	       g_error_matches(error, RIG_ERROR, RIG_ERROR_CRASH);
}
