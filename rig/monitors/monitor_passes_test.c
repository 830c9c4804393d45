/* SPDX-License-Identifier: Apache-2.0 */
/* Random data that come again, seen by the fingerprints of sectors. */
#include "rig/fingerprints.h"
#include "rig/message.h"
#include "monitor_script.h"
#include "monitors.h"
#include "rig/test.h"
#include <string.h>

static const struct monitor *const only[] = { &passes_monitor, NULL };

static void write_bytes(struct script *script, guint64 lba, guint32 count, guint64 first, guint64 second)
{
	struct {
		struct disk_seen seen;
		guint64 samples[2];
	} write = { .seen = { .op = DISK_SEEN_WRITE,
			      .lba = lba,
			      .count = count,
			      .content = CONTENT_RANDOM,
			      .generator = first ^ lba,
			      .samples = 2 },
		    .samples = { first << 6, second << 6 } };
	const struct event event = {
		.type = EVENT_DISK, .time_ns = script->now_ns, .data = &write, .length = sizeof write
	};

	CU_ASSERT(script_wait(script, 5));
	disk_track_event(script->track, script->now_ns, &write.seen);
	monitor_case_event(script->monitors, &event);
}

/* A unit that has said that it begins to erase. */
static struct script *erasing(guint mode)
{
	struct script *script = script_new(only);

	CU_ASSERT(script_start(script));
	CU_ASSERT(script_wait(script, 200) && script_panel(script, message_find("erasing")->text));
	CU_ASSERT(script_say(script, "erase begins: mode %u, pass 1 of %u", mode, mode == 3 ? 3 : 1));
	CU_ASSERT(script_wait(script, 100));
	return script;
}

static gboolean finds(struct script *script, const char *requirement)
{
	gboolean found = script_found(script, "passes", requirement);

	script_free(script);
	return found;
}

static void repeats(void)
{
	struct script *script = erasing(2);

	write_bytes(script, 0, 64, 1, 2);
	write_bytes(script, 64, 64, 3, 4);
	CU_ASSERT_FALSE(finds(script, "ERA-05"));
	write_bytes(script = erasing(2), 0, 64, 1, 1); /* in one write */
	CU_ASSERT(finds(script, "ERA-05"));
	write_bytes(script = erasing(2), 0, 64, 1, 2); /* in another place */
	write_bytes(script, 64, 64, 5, 2);
	CU_ASSERT(finds(script, "ERA-05"));
	write_bytes(script = erasing(2), 0, 64, 1, 2); /* in the same place: written again */
	write_bytes(script, 0, 64, 1, 2);
	CU_ASSERT_FALSE(finds(script, "ERA-05"));
}

static void passes_alike(void)
{
	struct script *script = erasing(3);

	write_bytes(script, 0, 64, 1, 2);
	write_bytes(script, 0, 64, 3, 4);
	write_bytes(script, 0, 64, 1, 2);
	CU_ASSERT(finds(script, "ERA-14"));
	/* After a cut a block may be written again as it was. */
	script = erasing(3);
	write_bytes(script, 0, 64, 1, 2);
	write_bytes(script, 0, 64, 3, 4);
	script_off(script);
	script_size(script);
	script->alive = TRUE;
	CU_ASSERT(script_panel(script, message_find("erasing")->text));
	CU_ASSERT(script_say(script, "erase begins: mode 3, pass 1 of 3") && script_wait(script, 100));
	write_bytes(script, 0, 64, 1, 2);
	CU_ASSERT_FALSE(finds(script, "ERA-14"));
}

static void erases_alike(void)
{
	struct script *script = erasing(2);

	write_bytes(script, 0, 1000, 1, 2);
	CU_ASSERT(script_flush(script) && script_say(script, "erase ends") && script_panel(script, "Ready"));
	CU_ASSERT(script_say(script, "ready") && script_wait(script, 300) && script_status(script, "ready", -1));
	CU_ASSERT(script_panel(script, message_find("erasing")->text));
	CU_ASSERT(script_say(script, "erase begins: mode 2, pass 1 of 1") && script_wait(script, 100));
	CU_ASSERT_FALSE(script_found(script, "passes", "ERA-05"));
	write_bytes(script, 0, 1000, 1, 2);
	CU_ASSERT(finds(script, "ERA-05"));
}

static void many_prints(void)
{
	struct fingerprints *set = fingerprints_new();
	guint32 first = 0;

	for (guint32 i = 0; i < 50000; i++)
		CU_ASSERT_TRUE_FATAL(fingerprints_add(set, (guint64)i << 6, i, &first));
	for (guint32 i = 0; i < 50000; i += 7) {
		CU_ASSERT_FALSE(fingerprints_add(set, (guint64)i << 6, 99999, &first));
		CU_ASSERT_EQUAL(first, i);
	}
	fingerprints_free(set);
}

TEST_SUITE(monitor_passes, { "repeats", repeats }, { "passes alike", passes_alike }, { "erases alike", erases_alike },
	   { "many prints", many_prints })
