/* SPDX-License-Identifier: Apache-2.0 */
#include "nearest.h"
#include "message.h"
#include "rig/steps/step.h"
#include "test.h"
#include <string.h>

static void distance(void)
{
	CU_ASSERT_EQUAL(nearest_distance("", ""), 0);
	CU_ASSERT_EQUAL(nearest_distance("", "abc"), 3);
	CU_ASSERT_EQUAL(nearest_distance("abc", ""), 3);
	CU_ASSERT_EQUAL(nearest_distance("kitten", "sitting"), 3);
	CU_ASSERT_EQUAL(nearest_distance("key", "kye"), 1);
	CU_ASSERT_EQUAL(nearest_distance("ab", "ba"), 1);
	CU_ASSERT_EQUAL(nearest_distance("abcdef", "badcfe"), 3);
	g_autofree char *longest = g_strnfill(63, 'a'), *longer = g_strnfill(64, 'a');
	CU_ASSERT_EQUAL(nearest_distance(longest, longest), 0);
	CU_ASSERT_EQUAL(nearest_distance(longest, ""), 63);
	CU_ASSERT_EQUAL(nearest_distance(longer, longest), G_MAXUINT);
}

static void choice(void)
{
	static const char *const names[] = { "counter", "cancel", "ok", "bat", "cat", NULL };

	CU_ASSERT_STRING_EQUAL(nearest_of("okk", names), "ok");
	CU_ASSERT_STRING_EQUAL(nearest_of("cancle", names), "cancel");
	/* A tie goes to the first in byte order, in whatever order they are offered. */
	CU_ASSERT_STRING_EQUAL(nearest_of("rat", names), "bat");
	CU_ASSERT_PTR_NULL(nearest_of("printer", names));
	/* Everything is two letters away from "ok": that is not near. */
	CU_ASSERT_PTR_NULL(nearest_of("xy", names));
	CU_ASSERT_PTR_NULL(nearest_of("", names));
}

static void steps(void)
{
	CU_ASSERT_STRING_EQUAL(step_nearest("panel.registre"), "panel.register");
	CU_ASSERT_STRING_EQUAL(step_nearest("power.of"), "power.off");
	CU_ASSERT_PTR_NULL(step_nearest("coffee.make"));
	CU_ASSERT_PTR_NULL(step_find("panel.registre"));
	CU_ASSERT_PTR_NOT_NULL(step_at(0));
	for (guint i = 0; step_at(i); i++) {
		const struct step_spec *step = step_at(i);
		CU_ASSERT_PTR_EQUAL(step_find(step->name), step);
		CU_ASSERT_EQUAL(step->is_expectation, g_str_has_prefix(step->name, "expect."));
		CU_ASSERT(strchr(step->name, '.') != NULL);
		for (const struct step_argument *argument = step->arguments; argument->name; argument++)
			CU_ASSERT_EQUAL(argument->choices != NULL, argument->type == ARGUMENT_CHOICE);
	}
}

static void messages(void)
{
	CU_ASSERT_STRING_EQUAL(message_find("missing_features_prefix")->text,
			       "There are not enough required features for");
	CU_ASSERT_STRING_EQUAL(message_find("missing_features_fr")->text,
			       "Il manque des options requises pour l'installation");
	CU_ASSERT_STRING_EQUAL(message_find("missing_features_fr")->language, "fr");
	CU_ASSERT_STRING_EQUAL(message_find("incorrect_key")->text,
			       "The value for the license key is incorrect. Check the license key.");
	CU_ASSERT_STRING_EQUAL(message_find("already_enabled")->text, "This function has already enabled.");
	CU_ASSERT_STRING_EQUAL(message_find("erasing")->text, "Remaining data that is not needed is being erased. Do "
							      "not turn off the main power.");
	CU_ASSERT_PTR_NULL(message_find("erase"));
}

TEST_SUITE(nearest, { "distance", distance }, { "choice", choice }, { "steps", steps }, { "messages", messages })
