/* SPDX-License-Identifier: Apache-2.0 */
/* What it costs to watch a disk's bus: the track of the medium, the monitors, the spool. A 40 GB disk, mode 3, and what
 * a firmware makes of it: long commands by the pattern engine, or short ones of bytes. */
#include "monitor_case.h"
#include "rig/spool.h"
#include "rig/units.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define SECTORS (40000000000u / 512)
#define LIMIT_US 2.0

struct bench {
	struct spool *spool;
	struct disk_track *track;
	struct monitor_case *monitors;
	gint64 now_ns;
	guint64 commands;
};

static void drop(gpointer data, enum event_type type, json_t *json)
{
	guint *findings = data;

	*findings += type == EVENT_FINDING;
	json_decref(json);
}

static void feed(struct bench *bench, enum event_type type, const void *data, gsize length)
{
	const struct event event = {
		.type = type, .case_no = 1, .time_ns = bench->now_ns, .data = data, .length = length
	};

	bench->now_ns += NS_PER_MS;
	if (type == EVENT_DISK)
		disk_track_event(bench->track, bench->now_ns, data);
	if (!spool_append(bench->spool, &event, NULL))
		g_error("the spool does not grow");
	monitor_case_event(bench->monitors, &event);
}

static void say(struct bench *bench, enum event_type type, const char *text)
{
	feed(bench, type, text, strlen(text));
}

static void command(struct bench *bench, const struct disk_seen *seen, guint samples)
{
	guint8 bytes[sizeof *seen + 64 * sizeof(guint64)];

	memcpy(bytes, seen, sizeof *seen);
	for (guint64 i = 0; i < samples; i++) {
		guint64 sample = (bench->commands * 64 + i) << 6;
		memcpy(bytes + sizeof *seen + i * sizeof sample, &sample, sizeof sample);
	}
	feed(bench, EVENT_DISK, bytes, sizeof *seen + samples * sizeof(guint64));
	bench->commands++;
}

static void erase(struct bench *bench, guint32 block, gboolean bytes)
{
	for (guint64 pass = 0; pass < 3; pass++)
		for (guint64 lba = 0; lba < SECTORS; lba += block) {
			struct disk_seen seen = { .op = DISK_SEEN_WRITE,
						  .lba = lba,
						  .count = (guint32)MIN(block, SECTORS - lba),
						  .content = CONTENT_RANDOM,
						  .flags = bytes ? 0 : DISK_SEEN_PATTERN,
						  .generator = bytes ? pass << 40 | lba : pass + 1,
						  .samples = bytes ? block / 64 : 0 };
			command(bench, &seen, seen.samples);
			if (lba / block % 16 == 15)
				command(bench, &(struct disk_seen){ .op = DISK_SEEN_FLUSH }, 0);
		}
	command(bench, &(struct disk_seen){ .op = DISK_SEEN_FLUSH }, 0);
}

#define MESSAGE "Remaining data that is not needed is being erased. Do not turn off the main power."

static double run(const char *name, guint32 block, gboolean bytes)
{
	guint findings = 0;
	g_autofree char *path = g_strdup_printf("%s/wiperig-monitor-bench.%d", g_get_tmp_dir(), (int)getpid());
	struct bench bench = { .spool = spool_create(path, NULL), .track = disk_track_new() };
	const struct monitor_setup setup = { .monitors = monitors,
					     .shows = G_MAXUINT,
					     .observe = "inline",
					     .track = bench.track,
					     .record = drop,
					     .data = &findings };
	const struct disk_seen size = { .op = DISK_SEEN_SET_SIZE, .lba = SECTORS, .generator = 1 };

	bench.monitors = monitor_case_new(&setup);
	say(&bench, EVENT_POWER, "{\"main\":true}");
	feed(&bench, EVENT_DISK, &size, sizeof size);
	say(&bench, EVENT_CONSOLE_RX, "start 2, license pending\r\nerase begins: mode 3, pass 1 of 3\r\n");
	say(&bench, EVENT_SHOWN, "{\"text\":\"" MESSAGE "\"}");
	gint64 from = g_get_monotonic_time();
	erase(&bench, block, bytes);
	double us = (double)(g_get_monotonic_time() - from) / (double)bench.commands;
	gint64 claim = g_get_monotonic_time();
	say(&bench, EVENT_SHOWN, "{\"text\":\"Ready\"}");
	say(&bench, EVENT_CONSOLE_RX, "erase ends\r\nready\r\n");
	monitor_case_end(bench.monitors);
	printf("%-28s %8" G_GUINT64_FORMAT " commands  %6.2f us each  judged in %.1f ms  %u findings\n", name,
	       bench.commands, us, (double)(g_get_monotonic_time() - claim) / 1000, findings);
	monitor_case_free(bench.monitors);
	disk_track_free(bench.track);
	spool_close(bench.spool);
	g_unlink(path);
	return us;
}

int main(void)
{
	double patterns = run("patterns, 4 MiB a command", 8192, FALSE);
	double bytes = run("bytes, 128 KiB a command", 256, TRUE);

	printf("limit %.1f us a command: %s\n", LIMIT_US, MAX(patterns, bytes) <= LIMIT_US ? "kept" : "EXCEEDED");
	return 0;
}
