/* SPDX-License-Identifier: Apache-2.0 */
#include "measures.h"
#include <math.h>

static void measure_free(gpointer data)
{
	struct measure *measure = data;

	g_free(measure->name);
	g_free(measure->unit);
	g_free(measure->limit);
	g_free(measure);
}

GPtrArray *measures_new(void)
{
	return g_ptr_array_new_with_free_func(measure_free);
}

static char *text_at(json_t *object, const char *key)
{
	return g_strdup(json_string_value(json_object_get(object, key)));
}

void measures_event(GPtrArray *measures, const struct event *event)
{
	json_t *json = event->type == EVENT_MEASURE ? event_json(event) : NULL;
	json_t *within = json_object_get(json, "within"), *uncertainty = json_object_get(json, "uncertainty");

	if (!json)
		return;
	struct measure *measure = g_new0(struct measure, 1);
	measure->case_no = event->case_no;
	measure->name = text_at(json, "name");
	measure->unit = text_at(json, "unit");
	measure->limit = text_at(json, "limit");
	measure->value = json_number_value(json_object_get(json, "value"));
	measure->uncertainty = json_is_number(uncertainty) ? json_number_value(uncertainty) : NAN;
	measure->within = json_is_boolean(within) ? json_is_true(within) : -1;
	g_ptr_array_add(measures, measure);
	json_decref(json);
}

json_t *measures_json(const GPtrArray *measures)
{
	json_t *list = json_array();

	for (guint i = 0; i < measures->len; i++) {
		const struct measure *m = measures->pdata[i];
		json_array_append_new(
		    list, json_pack("{s:I, s:s*, s:f, s:s*, s:o, s:s?, s:o}", "case_no", (json_int_t)m->case_no, "name",
				    m->name, "value", m->value, "unit", m->unit, "uncertainty",
				    isnan(m->uncertainty) ? json_null() : json_real(m->uncertainty), "limit", m->limit,
				    "within", m->within < 0 ? json_null() : json_boolean(m->within)));
	}
	return list;
}
