/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What it costs to record and to make each format, on a real run's records:
 *   traces_bench RUN FOLDER   events a second into a spool and into each format, in FOLDER
 *   traces_bench --sr RAW SR  samples of 8 channels, a byte each, at 1 MSa/s, into a .sr
 */
#include "sinks.h"
#include "sr_archive.h"
#include "rig/spool.h"
#include "rig/units.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct sink *const sinks[] = { &timeline_sink,	&run_json_sink, &junit_sink,	  &html_sink,
					    &pcapng_sink,	&blktrace_sink, &blktrace_2_sink, &log_writes_sink,
					    &log_writes_2_sink, &vcd_sink,	&logic_sr_sink };

static gint64 now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* Wall and CPU time since it was begun. */
struct watch {
	gint64 wall_ns, cpu_ns;
};

static struct watch watch_begin(void)
{
	return (struct watch){ now_ns(CLOCK_MONOTONIC), now_ns(CLOCK_PROCESS_CPUTIME_ID) };
}

static void watch_print(const struct watch *watch, const char *what, guint64 events)
{
	const double wall = (double)(now_ns(CLOCK_MONOTONIC) - watch->wall_ns) / NS_PER_S;
	const double cpu = (double)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - watch->cpu_ns) / NS_PER_S;

	printf("%-12s %9" G_GUINT64_FORMAT " %8.3f s %8.3f s %11.0f\n", what, events, wall, cpu, (double)events / cpu);
}

static gboolean keep(const struct event *event, gpointer data, GError **error)
{
	struct event *copy = g_memdup2(event, sizeof *event);

	(void)error;
	copy->data = g_memdup2(event->data, event->length);
	g_ptr_array_add(data, copy);
	return TRUE;
}

static void to_spool(const GPtrArray *events, const char *folder, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "spool", NULL);
	const struct watch watch = watch_begin();
	struct spool *spool = spool_create(path, error);
	gboolean good = spool != NULL;

	for (guint i = 0; good && i < events->len; i++)
		good = spool_append(spool, g_ptr_array_index(events, i), error);
	spool_close(spool);
	if (good)
		watch_print(&watch, "spool", events->len);
}

static void to_sink(const GPtrArray *events, const struct sink *sink, const char *folder, GError **error)
{
	const struct watch watch = watch_begin();
	gpointer self = sink->open(folder, error);
	gboolean good = self != NULL;

	for (guint i = 0; good && i < events->len; i++)
		good = sink->event(self, g_ptr_array_index(events, i), error);
	if (self && sink->close(self, !good, good ? error : NULL) && good)
		watch_print(&watch, sink->name, events->len);
}

static void formats(const char *run, const char *folder, GError **error)
{
	g_autofree char *path = g_build_filename(run, "spool", NULL);
	g_autoptr(GPtrArray) events = g_ptr_array_new();

	if (!spool_visit(path, keep, events, NULL, error))
		return;
	printf("%-12s %9s %10s %10s %11s\n", "into", "events", "wall", "cpu", "events/s");
	to_spool(events, folder, error);
	for (guint i = 0; !*error && i < G_N_ELEMENTS(sinks); i++)
		to_sink(events, sinks[i], folder, error);
}

/* Where the levels at `at` end; eight samples at once. */
static gsize run_end(const guint8 *bytes, gsize at, gsize length)
{
	const guint64 same = bytes[at] * G_GUINT64_CONSTANT(0x0101010101010101);
	gsize end = at + 1;
	guint64 next;

	for (; end + sizeof next <= length; end += sizeof next) {
		memcpy(&next, bytes + end, sizeof next);
		if (next != same)
			break;
	}
	while (end < length && bytes[end] == bytes[at])
		end++;
	return end;
}

static void samples(const char *raw, const char *sr, GError **error)
{
	static const char *const names[] = { "0", "1", "2", "3", "4", "5", "6", "7", NULL };
	const struct watch watch = watch_begin();
	g_autoptr(GMappedFile) map = g_mapped_file_new(raw, FALSE, error);

	if (!map)
		return;
	const guint8 *bytes = (const guint8 *)g_mapped_file_get_contents(map);
	const gsize length = g_mapped_file_get_length(map);
	struct sr_archive *archive = sr_archive_new(1000000, names, "bench");
	for (gsize at = 0, end; at < length; at = end) {
		end = run_end(bytes, at, length);
		sr_archive_run(archive, bytes[at], end - at);
	}
	g_autoptr(GBytes) file = sr_archive_finish(archive, error);
	sr_archive_free(archive);
	if (file && g_file_set_contents(sr, g_bytes_get_data(file, NULL), (gssize)g_bytes_get_size(file), error))
		watch_print(&watch, ".sr", length);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	if (argc == 4 && g_str_equal(argv[1], "--sr"))
		samples(argv[2], argv[3], &error);
	else if (argc == 3)
		formats(argv[1], argv[2], &error);
	else
		return 2;
	if (error)
		fprintf(stderr, "traces_bench: %s\n", error->message);
	return error != NULL;
}
