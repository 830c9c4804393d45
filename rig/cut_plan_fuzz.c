/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: whatever a cut plan's file holds, what is read from it can be written and read again, and is the same;
 * and the Lua made of it is one line. */
#include "cut_plan.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct cut_plan *plan = json ? cut_plan_decode(json, NULL) : NULL;

	if (plan) {
		json_t *once = cut_plan_encode(plan);
		struct cut_plan *again = cut_plan_decode(once, NULL);
		g_autofree char *lua = cut_plan_lua(plan, TRUE, TRUE);

		require(once && again && !strchr(lua, '\n'));
		json_t *twice = cut_plan_encode(again);
		require(json_equal(once, twice));
		json_decref(twice);
		json_decref(once);
		cut_plan_free(again);
		cut_plan_free(plan);
	}
	json_decref(json);
	return 0;
}
