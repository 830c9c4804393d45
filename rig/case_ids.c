/* SPDX-License-Identifier: Apache-2.0 */
#include "case_ids.h"

static gboolean is_off(char **without, json_t *id)
{
	return without && g_strv_contains((const char *const *)without, json_string_value(id));
}

static char *why_off(char **without, json_t *ids)
{
	size_t i;
	json_t *id;

	json_array_foreach(ids, i, id) if (is_off(without, id)) return g_strdup_printf(
	    "%s is switched off (--without-requirement)", json_string_value(id));
	return NULL;
}

static json_t *kept(char **without, json_t *ids)
{
	json_t *list = json_array(), *id;
	size_t i;

	json_array_foreach(ids, i, id) if (!is_off(without, id)) json_array_append(list, id);
	return list;
}

json_t *case_spoken_for(json_t *scenario, char **without, json_t *step, gboolean judges, const char *verdict,
			char **off)
{
	json_t *own = json_object_get(step, "requirements");
	json_t *all = json_array_size(own) ? own : json_object_get(scenario, "requirements");

	*off = NULL;
	if (judges) {
		*off = g_str_equal(verdict, "error") ? NULL : why_off(without, all);
		return json_incref(all);
	}
	if (g_str_equal(verdict, "pass"))
		return json_array();
	json_t *left = kept(without, all);
	if (json_array_size(left) || !g_str_equal(verdict, "fail"))
		return left;
	json_decref(left);
	*off = why_off(without, all);
	return json_incref(all);
}
