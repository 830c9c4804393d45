/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: whatever records a run's spool holds, every format that has a file is made of it, or refused with an
 * error; nothing outside of a record is read. The input is records: type, length, payload.
 */
#include "rig/observe.h"
#include "sinks.h"
#include <glib/gstdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What a record claims to be of may be made anew, to the last byte: it must not be of hours. */
#define SECTORS_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sink *const sinks[] = {
	&timeline_sink,	  &run_json_sink,   &junit_sink,	&html_sink, &pcapng_sink,   &blktrace_sink,
	&blktrace_2_sink, &log_writes_sink, &log_writes_2_sink, &vcd_sink,  &logic_sr_sink,
};

/* Types in the order of the input's: those that a case records. */
static const enum event_type types[] = {
	EVENT_DISK,  EVENT_DISK_BYTES, EVENT_LINES, EVENT_URB,	EVENT_CONSOLE_RX, EVENT_CONSOLE_TX, EVENT_POWER,
	EVENT_SHOWN, EVENT_STEP_BEGIN, EVENT_NOTE,  EVENT_CALL, EVENT_STEP_END,	  EVENT_FINDING,    EVENT_CASE_BEGIN,
};

struct formats {
	gpointer opened[G_N_ELEMENTS(sinks)];
	gboolean good[G_N_ELEMENTS(sinks)];
	gint64 time_ns;
};

static void tell(struct formats *formats, enum event_type type, guint32 case_no, const void *bytes, gsize length)
{
	const struct event event = { type, case_no, formats->time_ns += 1000000, bytes, length, NULL };

	for (guint i = 0; i < G_N_ELEMENTS(sinks); i++) {
		g_autoptr(GError) error = NULL;
		if (!formats->good[i])
			continue;
		formats->good[i] = sinks[i]->event(formats->opened[i], &event, &error);
		if (!formats->good[i] && !error)
			abort();
	}
}

static void tell_text(struct formats *formats, enum event_type type, guint32 case_no, const char *json)
{
	tell(formats, type, case_no, json, strlen(json));
}

static void bound_disk(guint8 *bytes, gsize length)
{
	struct disk_seen seen;

	if (length < sizeof seen)
		return;
	memcpy(&seen, bytes, sizeof seen);
	seen.count %= SECTORS_MAX;
	memcpy(bytes, &seen, sizeof seen);
}

/* In memory of its own size: a byte behind it is not to be read. */
static void tell_record(struct formats *formats, enum event_type type, const guint8 *bytes, gsize length)
{
	g_autofree guint8 *copy = g_memdup2(bytes, length);

	if (type == EVENT_DISK)
		bound_disk(copy, length);
	tell(formats, type, 1, copy, length);
}

static void tell_all(struct formats *formats, const guint8 *data, gsize size)
{
	tell_text(formats, EVENT_RUN_BEGIN, 0, "{\"cases\":2,\"emulated\":true,\"link\":\"direct\",\"seed\":1}");
	tell_text(formats, EVENT_CASE_BEGIN, 1, "{\"case\":\"A\",\"scenario\":\"A\",\"title\":\"a case\"}");
	for (gsize at = 0; at + 2 < size;) {
		const gsize length = MIN(data[at + 1], size - at - 2);
		tell_record(formats, types[data[at] % G_N_ELEMENTS(types)], data + at + 2, length);
		at += 2 + length;
	}
	tell_text(formats, EVENT_CASE_END, 1, "{\"case\":\"A\",\"verdict\":\"fail\",\"power\":\"safe\"}");
	tell_text(formats, EVENT_RUN_END, 0, "{\"ended\":\"complete\"}");
}

static void remove_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

	for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_unlink(path);
	}
	g_rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *folder = g_dir_make_tmp("wiperig-fuzz-XXXXXX", NULL);
	struct formats formats = { .time_ns = 0 };

	for (guint i = 0; i < G_N_ELEMENTS(sinks); i++)
		formats.good[i] = (formats.opened[i] = sinks[i]->open(folder, NULL)) != NULL;
	tell_all(&formats, data, size);
	for (guint i = 0; i < G_N_ELEMENTS(sinks); i++) {
		g_autoptr(GError) error = NULL;
		if (formats.opened[i] && !sinks[i]->close(formats.opened[i], !formats.good[i], &error) && !error)
			abort();
	}
	remove_folder(folder);
	return 0;
}
