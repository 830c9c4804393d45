/* SPDX-License-Identifier: Apache-2.0 */
/* The tally's part that counts monitors and their findings, and what both parts read JSON with. */
#include "tally_internal.h"
#include "printable.h"

char *tally_text(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return json_is_string(value) ? printable_dup(json_string_value(value), (gssize)json_string_length(value))
				     : NULL;
}

gint64 tally_integer(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

char **tally_texts(json_t *object, const char *key)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(object, key), i, item)
	{
		g_autofree char *text = printable_line(json_string_value(item) ?: "", (gssize)json_string_length(item));
		g_strv_builder_add(builder, text);
	}
	return g_strv_builder_end(builder);
}

static void finding_free(gpointer data)
{
	struct tally_finding *finding = data;

	g_free(finding->monitor);
	g_free(finding->requirement);
	g_free(finding->text);
	g_free(finding);
}

static void monitor_free(gpointer data)
{
	struct tally_monitor *monitor = data;

	g_free(monitor->name);
	g_strfreev(monitor->requirements);
	g_free(monitor->reason);
	g_free(monitor);
}

GPtrArray *tally_findings_new(void)
{
	return g_ptr_array_new_with_free_func(finding_free);
}

GPtrArray *tally_monitors_new(void)
{
	return g_ptr_array_new_with_free_func(monitor_free);
}

const GPtrArray *tally_monitors(const struct tally *tally)
{
	return tally->monitors;
}

static struct tally_monitor *find_monitor(struct tally *tally, const char *name)
{
	for (guint i = 0; i < tally->monitors->len; i++) {
		struct tally_monitor *monitor = tally->monitors->pdata[i];
		if (g_str_equal(monitor->name, name))
			return monitor;
	}
	struct tally_monitor *monitor = g_new0(struct tally_monitor, 1);
	monitor->name = g_strdup(name);
	monitor->requirements = g_new0(char *, 1);
	g_ptr_array_add(tally->monitors, monitor);
	return monitor;
}

gboolean tally_take_monitors(struct tally *tally, const struct event *event, json_t *json)
{
	const struct tally_case *c = tally_find_case(tally, event->case_no);
	json_t *item;
	size_t i;

	if (!c)
		return FALSE;
	json_array_foreach(json_object_get(json, "monitors"), i, item)
	{
		g_autofree char *name = tally_text(item, "name"), *reason = tally_text(item, "reason");
		struct tally_monitor *monitor = find_monitor(tally, name ? name : "");
		g_strfreev(monitor->requirements);
		monitor->requirements = tally_texts(item, "requirements");
		if (json_is_true(json_object_get(item, "active"))) {
			monitor->active++;
			monitor->active_in = c->case_no;
			continue;
		}
		/* It was, and is no more. */
		if (monitor->active && monitor->active_in == c->case_no)
			monitor->active--;
		monitor->active_in = 0;
		if (!json_is_true(json_object_get(item, "supporting")))
			tally_judge_off(tally->judge, c, monitor->name, monitor->requirements, reason);
		if (!monitor->reason)
			monitor->reason = g_steal_pointer(&reason);
	}
	return TRUE;
}

gboolean tally_take_finding(struct tally *tally, const struct event *event, json_t *json)
{
	struct tally_case *c = tally_find_case(tally, event->case_no);
	struct tally_finding *finding = g_new0(struct tally_finding, 1);

	*finding = (struct tally_finding){ event->time_ns, tally_text(json, "monitor"), tally_text(json, "requirement"),
					   tally_text(json, "text") };
	if (!c || !finding->monitor || !finding->requirement || !finding->text) {
		finding_free(finding);
		return FALSE;
	}
	g_ptr_array_add(c->findings, finding);
	tally_judge_finding(tally->judge, c, finding);
	return TRUE;
}

/* That it found nothing is no pass (tally.h): it is counted for the table of monitors. */
gboolean tally_take_judged(struct tally *tally, const struct event *event, json_t *json)
{
	g_autofree char *name = tally_text(json, "monitor");

	if (!tally_find_case(tally, event->case_no) || !name)
		return FALSE;
	struct tally_monitor *monitor = find_monitor(tally, name);
	monitor->judged++;
	monitor->findings += (guint)MAX(0, tally_integer(json, "findings"));
	return TRUE;
}
