/* SPDX-License-Identifier: Apache-2.0 */
#include "monitor_case.h"
#include "rig/printable.h"
#include <string.h>

/* A monitor in this case. */
struct entry {
	const struct monitor *monitor;
	struct monitor_case *of;
	struct monitor_view view;
	gpointer self; /* NULL: not active */
	char *why;     /* why not */
	guint findings;
	json_t *judged;
};

struct monitor_case {
	struct monitor_setup setup;
	struct unit_watch watch;
	GPtrArray *entries;
	struct line_window window; /* under way */
	gboolean tells_window;
	GPtrArray *later; /* of GBytes *: parts of windows that came meanwhile, since a finding is worth one */
	char *finding, *fault;
	json_t *broken;
};

static const struct {
	guint need;
	const char *text;
} need_texts[] = {
	{ OBSERVE_REQUESTS, "the disk's requests" },
	{ OBSERVE_CONTENT, "the disk's content" },
	{ OBSERVE_PANEL, "the panel at every moment" },
	{ OBSERVE_KEY, "the encryption key" },
	{ OBSERVE_MEMORY, "the unit's memories" },
	{ OBSERVE_LINES, "the lines of a logic analyzer" },
	{ OBSERVE_CONSOLE, "the console" },
};

char *monitor_needs_text(guint needs)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(need_texts); i++)
		if (needs & need_texts[i].need)
			g_string_append_printf(text, "%s%s", text->len ? ", " : "", need_texts[i].text);
	return g_string_free(text, FALSE);
}

char *monitor_place(guint disk, guint64 lba)
{
	return g_strdup_printf("sector %" G_GUINT64_FORMAT " of disk %u", lba, disk);
}

static void entry_free(gpointer data)
{
	struct entry *entry = data;

	if (entry->self)
		entry->monitor->close(entry->self);
	g_free(entry->why);
	json_decref(entry->judged);
	g_free(entry);
}

static char *why_off(const struct monitor_setup *setup, const struct monitor *monitor)
{
	guint missing = monitor->needs & ~setup->shows;

	if (setup->without && g_strv_contains((const char *const *)setup->without, monitor->name))
		return g_strdup("switched off (--without-monitor)");
	if (!missing)
		return NULL;
	g_autofree char *needs = monitor_needs_text(missing);
	return g_strdup_printf("it needs to observe %s, which this slot does not show ([disk] observe=%s)", needs,
			       setup->observe);
}

static void open_entry(struct monitor_case *of, const struct monitor *monitor)
{
	struct entry *entry = g_new0(struct entry, 1);

	entry->monitor = monitor;
	entry->of = of;
	entry->judged = json_array();
	entry->view = (struct monitor_view){
		.watch = &of->watch, .track = of->setup.track, .profile = &of->watch.profile, .of = of, .entry = entry
	};
	entry->why = why_off(&of->setup, monitor);
	if (!entry->why)
		entry->self = monitor->open(&entry->view);
	g_ptr_array_add(of->entries, entry);
}

static gboolean is_off(const struct monitor_case *of, const char *id)
{
	char **without = of->setup.without_requirements;

	return without && g_strv_contains((const char *const *)without, id);
}

static json_t *spoken_for(const struct monitor_case *of, const char *const *ids)
{
	json_t *list = json_array();

	for (; *ids; ids++)
		if (!is_off(of, *ids))
			json_array_append_new(list, json_string(*ids));
	return list;
}

/* `needs`: of those that need one of these; 0: of all. */
static void record_active(struct monitor_case *of, guint needs)
{
	json_t *list = json_array();

	for (guint i = 0; i < of->entries->len; i++) {
		const struct entry *entry = of->entries->pdata[i];
		if (needs && !(entry->monitor->needs & needs))
			continue;
		json_array_append_new(list, json_pack("{s:s, s:b, s:b, s:s?, s:o}", "name", entry->monitor->name,
						      "active", entry->self != NULL, "supporting",
						      entry->monitor->supporting, "reason", entry->why, "requirements",
						      spoken_for(of, entry->monitor->requirements)));
	}
	if (json_array_size(list))
		of->setup.record(of->setup.data, EVENT_MONITORS, json_pack("{s:o}", "monitors", list));
	else
		json_decref(list);
}

struct monitor_case *monitor_case_new(const struct monitor_setup *setup)
{
	struct monitor_case *of = g_new0(struct monitor_case, 1);

	of->setup = *setup;
	of->entries = g_ptr_array_new_with_free_func(entry_free);
	of->broken = json_array();
	unit_watch_init(&of->watch, setup->track, &setup->profile);
	line_window_init(&of->window);
	of->later = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (const struct monitor *const *monitor = setup->monitors; *monitor; monitor++)
		open_entry(of, *monitor);
	record_active(of, 0);
	return of;
}

void monitor_case_free(struct monitor_case *of)
{
	if (!of)
		return;
	g_ptr_array_unref(of->entries);
	unit_watch_clear(&of->watch);
	line_window_clear(&of->window);
	g_ptr_array_unref(of->later);
	json_decref(of->broken);
	g_free(of->finding);
	g_free(of->fault);
	g_free(of);
}

static void tell_moment(gpointer data, enum moment moment)
{
	struct monitor_case *of = data;

	for (guint i = 0; i < of->entries->len; i++) {
		const struct entry *entry = of->entries->pdata[i];
		if (entry->self && entry->monitor->moment)
			entry->monitor->moment(entry->self, moment);
	}
}

static void tell_line(gpointer data, const char *line)
{
	struct monitor_case *of = data;

	for (guint i = 0; i < of->entries->len; i++) {
		const struct entry *entry = of->entries->pdata[i];
		if (entry->self && entry->monitor->line)
			entry->monitor->line(entry->self, line);
	}
}

static void tell_window(struct monitor_case *of)
{
	of->tells_window = TRUE;
	for (guint i = 0; i < of->entries->len; i++) {
		const struct entry *entry = of->entries->pdata[i];
		if (entry->self && entry->monitor->window)
			entry->monitor->window(entry->self, &of->window);
	}
	of->tells_window = FALSE;
}

static void take_part(struct monitor_case *of, const void *data, gsize length)
{
	const struct event part = { .type = EVENT_LINES, .data = data, .length = length };

	if (line_window_add(&of->window, &part))
		tell_window(of);
}

static void take_lines(struct monitor_case *of, const struct event *event)
{
	if (of->tells_window) {
		g_ptr_array_add(of->later, g_bytes_new(event->data, event->length));
		return;
	}
	take_part(of, event->data, event->length);
	while (of->later->len) {
		g_autoptr(GBytes) part = g_ptr_array_steal_index(of->later, 0);
		gsize size;
		gconstpointer bytes = g_bytes_get_data(part, &size);
		take_part(of, bytes, size);
	}
}

void monitor_case_event(struct monitor_case *of, const struct event *event)
{
	const struct unit_watcher watcher = { tell_moment, tell_line, of };

	if (event->type == EVENT_MONITORS || event->type == EVENT_FINDING || event->type == EVENT_JUDGED)
		return;
	unit_watch_event(&of->watch, event, &watcher);
	for (guint i = 0; i < of->entries->len; i++) {
		const struct entry *entry = of->entries->pdata[i];
		if (entry->self && entry->monitor->event)
			entry->monitor->event(entry->self, event);
	}
	if (event->type == EVENT_LINES && of->setup.shows & OBSERVE_LINES)
		take_lines(of, event);
}

/* What one that is off has judged so far it has not judged for the whole case. */
static void close_entry(struct entry *entry, const char *why)
{
	entry->monitor->close(g_steal_pointer(&entry->self));
	entry->why = g_strdup(why);
	json_array_clear(entry->judged);
}

void monitor_case_lose(struct monitor_case *of, guint needs, const char *why)
{
	of->setup.shows &= ~needs;
	for (guint i = 0; i < of->entries->len; i++) {
		struct entry *entry = of->entries->pdata[i];
		if (entry->self && entry->monitor->needs & needs)
			close_entry(entry, why);
	}
	record_active(of, needs);
}

void monitor_case_key(struct monitor_case *of, const guint8 *key, gsize length)
{
	for (guint i = 0; i < of->entries->len; i++) {
		const struct entry *entry = of->entries->pdata[i];
		if (entry->self && entry->monitor->key)
			entry->monitor->key(entry->self, key, length);
	}
}

void monitor_case_end(struct monitor_case *of)
{
	const struct unit_watcher watcher = { tell_moment, tell_line, of };

	unit_watch_end(&of->watch, &watcher);
	if (of->setup.shows & OBSERVE_LINES && line_window_end(&of->window))
		tell_window(of);
	for (guint i = 0; i < of->entries->len; i++) {
		struct entry *entry = of->entries->pdata[i];
		if (entry->self && entry->monitor->end)
			entry->monitor->end(entry->self);
		if (json_array_size(entry->judged))
			of->setup.record(of->setup.data, EVENT_JUDGED,
					 json_pack("{s:s, s:O, s:b, s:i}", "monitor", entry->monitor->name,
						   "requirements", entry->judged, "supporting",
						   entry->monitor->supporting, "findings", (int)entry->findings));
	}
}

const char *monitor_case_finding(const struct monitor_case *of)
{
	return of->finding;
}

json_t *monitor_case_broken(const struct monitor_case *of)
{
	return of->broken;
}

const char *monitor_case_fault(const struct monitor_case *of)
{
	return of->fault;
}

/* ---- for monitors */

static void add_id(json_t *list, const char *id)
{
	size_t i;
	json_t *known;

	json_array_foreach(list, i, known) if (g_str_equal(json_string_value(known), id)) return;
	json_array_append_new(list, json_string(id));
}

/* A monitor speaks for what it said it would. */
static struct entry *speaker(const struct monitor_view *view, const char *requirement)
{
	struct entry *entry = view->entry;

	g_assert(g_strv_contains(entry->monitor->requirements, requirement));
	return entry;
}

void monitor_judged(const struct monitor_view *view, const char *requirement)
{
	struct entry *entry = speaker(view, requirement);

	if (!is_off(view->of, requirement))
		add_id(entry->judged, requirement);
}

void monitor_find(const struct monitor_view *view, const char *requirement, const char *format, ...)
{
	struct entry *entry = speaker(view, requirement);
	struct monitor_case *of = view->of;
	va_list arguments;

	if (is_off(of, requirement))
		return;
	monitor_judged(view, requirement);
	add_id(of->broken, requirement);
	if (entry->findings++ >= MONITOR_FINDINGS_MAX)
		return;
	va_start(arguments, format);
	g_autofree char *raw = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_autofree char *text = printable_line(raw, -1);
	if (!of->finding)
		of->finding = g_strdup_printf("monitor %s: %s", entry->monitor->name, text);
	of->setup.record(
	    of->setup.data, EVENT_FINDING,
	    json_pack("{s:s, s:s, s:s}", "monitor", entry->monitor->name, "requirement", requirement, "text", text));
}

void monitor_fault(const struct monitor_view *view, const char *format, ...)
{
	const struct entry *entry = view->entry;
	struct monitor_case *of = view->of;
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *raw = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_autofree char *text = printable_line(raw, -1);
	if (of->fault)
		return;
	of->fault = g_strdup_printf("monitor %s: %s", entry->monitor->name, text);
	of->setup.record(of->setup.data, EVENT_NOTE, json_pack("{s:s}", "text", of->fault));
}

gboolean monitor_content(const struct monitor_view *view, guint disk, guint64 lba, struct disk_stretch *stretch)
{
	const struct monitor_setup *setup = &view->of->setup;

	return setup->look.content && setup->look.content(setup->data, disk, lba, stretch);
}

gint64 monitor_search(const struct monitor_view *view, guint disk, const guint8 *bytes, gsize length, guint64 *lba)
{
	const struct monitor_setup *setup = &view->of->setup;

	return setup->look.search ? setup->look.search(setup->data, disk, bytes, length, lba) : -1;
}

GBytes *monitor_memory(const struct monitor_view *view, const char *which)
{
	const struct monitor_setup *setup = &view->of->setup;

	return setup->look.memory ? setup->look.memory(setup->data, which) : NULL;
}

const struct monitor *monitor_by_name(const char *name)
{
	for (const struct monitor *const *monitor = monitors; *monitor; monitor++)
		if (g_str_equal((*monitor)->name, name))
			return *monitor;
	return NULL;
}
