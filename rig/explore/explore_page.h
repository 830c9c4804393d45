/* SPDX-License-Identifier: Apache-2.0 */
/* A page for people, made from all that exploring came to; reports/ has one. */
#pragma once
#include "explore_shard.h"

struct explore_page {
	const char *filename; /**< in the folder of the results */
	/** Writes it whole or not at all; blocks until it is on the disk. Errors: RIG_ERROR_PROTOCOL, a result is none;
	 *  RIG_ERROR_RIG, it cannot be written. */
	gboolean (*write)(const char *folder, const struct explore_share *all, GError **error);
};
