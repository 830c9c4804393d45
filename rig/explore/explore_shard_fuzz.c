/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: whatever a shard's file holds, what is read from it can be written and read again, and is the same. */
#include "explore_shard.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct explore_share *share = explore_share_decode((const char *)data, size, NULL);

	if (!share)
		return 0;
	g_autofree char *once = explore_share_encode(share);
	struct explore_share *again = explore_share_decode(once, strlen(once), NULL);
	g_autofree char *twice = again ? explore_share_encode(again) : NULL;
	if (g_strcmp0(once, twice) != 0)
		abort();
	explore_share_free(again);
	explore_share_free(share);
	return 0;
}
