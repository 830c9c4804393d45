/* SPDX-License-Identifier: Apache-2.0 */
/* What the disks look like when an erase is claimed complete. */
#include "unit_watch.h"

static void add_lack(struct lack *lack, guint disk, guint64 lba, guint64 count)
{
	if (!lack->count) {
		lack->disk = disk;
		lack->lba = lba;
	}
	lack->count += count;
}

static void add_part(struct erase_facts *facts, guint disk, guint64 lba, guint64 count, const struct track_state *state)
{
	facts->target += count;
	for (guint n = state->overwritten; n < WATCH_PASSES; n++)
		add_lack(&facts->left[n], disk, lba, count);
	if (state->overwritten && state->pending)
		add_lack(&facts->unflushed, disk, lba, count);
	if (state->flags & DISK_SEEN_MARKER)
		add_lack(&facts->marked, disk, lba, count);
	if (state->content < G_N_ELEMENTS(facts->content))
		add_lack(&facts->content[state->content], disk, lba, count);
}

/* The stretch without the system area, which is up to two parts. */
static void add_stretch(struct erase_facts *facts, const struct unit_profile *profile, guint disk, guint64 lba,
			guint64 end, const struct track_state *state)
{
	guint64 from = profile->system_lba, to = from + profile->system_sectors;

	if (disk || from == to || end <= from || lba >= to) {
		add_part(facts, disk, lba, end - lba, state);
		return;
	}
	if (lba < from)
		add_part(facts, disk, lba, from - lba, state);
	if (end > to)
		add_part(facts, disk, to, end - to, state);
}

void erase_facts_take(const struct unit_watch *watch, struct erase_facts *facts)
{
	*facts = (struct erase_facts){ .at_ns = watch->now_ns };
	for (guint disk = 0; watch->track && disk < TRACK_DISKS; disk++) {
		guint64 sectors = disk_track_sectors(watch->track, disk), lba = 0;
		facts->sectors[disk] = sectors;
		while (lba < sectors) {
			const struct track_stretch there = disk_track_at(watch->track, disk, lba);
			guint64 end = MIN(sectors, there.lba + there.count);
			add_stretch(facts, &watch->profile, disk, lba, end, &there.state);
			lba = end;
		}
	}
}

gboolean unit_is_system(const struct unit_profile *profile, guint disk, guint64 lba, guint64 count)
{
	return disk == 0 && lba >= profile->system_lba && lba + count <= profile->system_lba + profile->system_sectors;
}

gboolean erase_writes(const struct unit_profile *profile, guint mode, guint8 content)
{
	gboolean random = content == CONTENT_RANDOM || content == CONTENT_WEAK;

	if (mode == 1)
		return content == CONTENT_ZERO || (random && profile->null_encrypted);
	if (mode)
		return random;
	return random || content == CONTENT_ZERO || content == CONTENT_CONSTANT;
}

guint erase_passes(guint mode)
{
	return mode == 3 ? 3 : 1;
}
