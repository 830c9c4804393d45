/* SPDX-License-Identifier: Apache-2.0 */
#include "disk_track.h"
#include "track_map.h"

/* A write that is not on the medium for good. */
struct held {
	struct disk_seen seen;
	gboolean counts; /* it belongs to what is counted since disk_track_begin() */
};

/* One drive, whether it is in its place or lies on the bench. */
struct side {
	struct track_map *view;	   /* what a read finds */
	struct track_map *durable; /* what a cut leaves at least */
	GArray *held;		   /* of struct held, oldest first */
	guint settled;		   /* of those, after a cut: how many are dealt with */
	gboolean cut;		   /* a cut's fates are being told */
	guint64 ordinal;	   /* which drive it is, by the observer's count; 0: it did not say */
	guint64 sectors;
	gint64 flushed_ns;
};

struct disk_track {
	struct side *sides[TRACK_DISKS]; /* those in their places */
	GPtrArray *drives;		 /* of struct side *: all that were ever seen */
};

static void side_free(gpointer data)
{
	struct side *side = data;

	track_map_free(side->view);
	track_map_free(side->durable);
	g_array_unref(side->held);
	g_free(side);
}

static struct side *side_new(struct disk_track *track, guint64 ordinal)
{
	static const struct track_state factory = { .content = CONTENT_FACTORY };
	struct side *side = g_new0(struct side, 1);

	*side = (struct side){ .ordinal = ordinal,
			       .view = track_map_new(factory),
			       .durable = track_map_new(factory),
			       .held = g_array_new(FALSE, FALSE, sizeof(struct held)),
			       .flushed_ns = -1 };
	g_ptr_array_add(track->drives, side);
	return side;
}

struct disk_track *disk_track_new(void)
{
	struct disk_track *track = g_new0(struct disk_track, 1);

	track->drives = g_ptr_array_new_with_free_func(side_free);
	for (guint i = 0; i < TRACK_DISKS; i++)
		track->sides[i] = side_new(track, 0);
	return track;
}

void disk_track_free(struct disk_track *track)
{
	if (!track)
		return;
	g_ptr_array_unref(track->drives);
	g_free(track);
}

/* How a write changes what is there. */
struct write {
	struct track_state state;
	gboolean counts;
};

static gboolean overwrites(guint8 content)
{
	return content == CONTENT_ZERO || content == CONTENT_CONSTANT || content == CONTENT_RANDOM ||
	       content == CONTENT_WEAK;
}

static gboolean is_random(guint8 content)
{
	return content == CONTENT_RANDOM || content == CONTENT_WEAK;
}

static struct write write_of(const struct disk_seen *seen, gboolean pending, gboolean counts)
{
	return (struct write){
		.state = { .generator = is_random(seen->content) ? seen->generator : 0,
			   .weakness = seen->weakness,
			   .content = seen->content,
			   .flags = seen->flags & (DISK_SEEN_MARKER | DISK_SEEN_PATTERN),
			   .pending = pending },
		.counts = counts && overwrites(seen->content),
	};
}

static struct track_state put(struct track_state old, gconstpointer data)
{
	const struct write *write = data;
	struct track_state state = write->state;
	gboolean again = old.overwritten && is_random(state.content) && old.content == state.content &&
			 old.generator == state.generator;

	state.overwritten = (guint8)MIN(old.overwritten + (write->counts && !again), G_MAXUINT8);
	return state;
}

static struct track_state settle(struct track_state old, gconstpointer data)
{
	(void)data;
	old.pending = FALSE;
	return old;
}

static struct track_state count_anew(struct track_state old, gconstpointer data)
{
	(void)data;
	old.overwritten = 0;
	return old;
}

static struct track_state become(struct track_state old, gconstpointer data)
{
	(void)old;
	return *(const struct track_state *)data;
}

/* What is on the medium for good becomes what a read finds there. */
static void fall_back(struct side *side, guint64 lba, guint64 count)
{
	while (count) {
		struct track_stretch there = track_map_at(side->durable, lba);
		guint64 part = MIN(count, there.lba + there.count - lba);
		track_map_change(side->view, lba, part, become, &there.state);
		lba += part;
		count -= part;
	}
}

static void to_medium(struct side *side, const struct disk_seen *seen, gboolean counts)
{
	const struct write write = write_of(seen, FALSE, counts);

	track_map_change(side->durable, seen->lba, seen->count, put, &write);
}

/* The parts of pending writes that a forced one went over can no longer come back. */
static gboolean is_pending(const struct side *side, guint64 lba, guint64 count)
{
	for (guint64 end = lba + count; lba < end;) {
		struct track_stretch there = track_map_at(side->view, lba);
		if (there.state.pending)
			return TRUE;
		lba = there.lba + there.count;
	}
	return FALSE;
}

static void push(struct side *side, const struct held *held, guint64 lba, guint64 end)
{
	struct held part = *held;

	if (end <= lba)
		return;
	part.seen.lba = lba;
	part.seen.count = (guint32)(end - lba);
	g_array_append_val(side->held, part);
}

static void cut_out(struct side *side, guint64 lba, guint64 end)
{
	g_autoptr(GArray) old = side->held;

	side->held = g_array_new(FALSE, FALSE, sizeof(struct held));
	for (guint i = 0; i < old->len; i++) {
		const struct held *held = &g_array_index(old, struct held, i);
		guint64 from = held->seen.lba, to = from + held->seen.count;
		push(side, held, from, MIN(to, MAX(from, lba)));
		push(side, held, MAX(from, MIN(to, end)), to);
	}
}

static void force(struct side *side, const struct disk_seen *seen)
{
	const struct write write = write_of(seen, FALSE, TRUE);

	if (is_pending(side, seen->lba, seen->count))
		cut_out(side, seen->lba, seen->lba + seen->count);
	track_map_change(side->view, seen->lba, seen->count, put, &write);
	to_medium(side, seen, TRUE);
}

/* A cut told all that it had to tell: what it did not name had reached the medium before. */
static void end_cut(struct side *side)
{
	for (; side->settled < side->held->len; side->settled++) {
		const struct held *held = &g_array_index(side->held, struct held, side->settled);
		to_medium(side, &held->seen, held->counts);
		fall_back(side, held->seen.lba, held->seen.count);
	}
	g_array_set_size(side->held, 0);
	side->settled = 0;
	side->cut = FALSE;
}

static void flush(struct side *side)
{
	for (guint i = 0; i < side->held->len; i++) {
		const struct held *held = &g_array_index(side->held, struct held, i);
		to_medium(side, &held->seen, held->counts);
		track_map_change(side->view, held->seen.lba, held->seen.count, settle, NULL);
	}
	g_array_set_size(side->held, 0);
}

static gboolean is_named(const struct held *held, const struct disk_seen *seen)
{
	return held->seen.number == seen->number;
}

/* What cannot be read any more was overwritten all the same. */
static struct track_state spoil(struct track_state old, gconstpointer data)
{
	(void)data;
	return (struct track_state){ .content = CONTENT_UNREADABLE, .overwritten = old.overwritten };
}

/* The observer says how many sectors from the write's start are new, and what became unreadable. Behind that it is old.
 */
static void tear(struct side *side, const struct held *held, const struct disk_seen *seen)
{
	struct disk_seen fresh = held->seen;
	guint64 end = MIN(held->seen.lba + held->seen.count, seen->lba + seen->generator);

	if (end > fresh.lba) {
		fresh.count = (guint32)(end - fresh.lba);
		to_medium(side, &fresh, held->counts);
	}
	track_map_change(side->durable, seen->reserved_2, seen->reserved, spoil, NULL);
	fall_back(side, seen->reserved_2, seen->reserved);
}

/* Fates come oldest first: what was written before the one that is named now, and not named, had reached the medium. */
static void fate(struct side *side, const struct disk_seen *seen)
{
	gboolean known = FALSE;

	side->cut = TRUE;
	for (guint i = side->settled; i < side->held->len && !known; i++)
		known = is_named(&g_array_index(side->held, struct held, i), seen);
	while (known && side->settled < side->held->len) {
		const struct held *held = &g_array_index(side->held, struct held, side->settled);
		if (is_named(held, seen))
			break;
		to_medium(side, &held->seen, held->counts);
		fall_back(side, held->seen.lba, held->seen.count);
		side->settled++;
	}
	for (; side->settled < side->held->len; side->settled++) {
		const struct held *held = &g_array_index(side->held, struct held, side->settled);
		if (!is_named(held, seen))
			break;
		if (seen->op == DISK_SEEN_KEPT)
			to_medium(side, &held->seen, held->counts);
		if (seen->op == DISK_SEEN_TORN)
			tear(side, held, seen);
		fall_back(side, held->seen.lba, held->seen.count);
	}
}

/* A drive that was here before comes back with what was on it. */
static struct side *drive(struct disk_track *track, guint64 ordinal)
{
	for (guint i = 0; ordinal && i < track->drives->len; i++) {
		struct side *side = g_ptr_array_index(track->drives, i);
		if (side->ordinal == ordinal)
			return side;
	}
	return side_new(track, ordinal);
}

static void write_seen(struct side *side, gint64 at_ns, const struct disk_seen *seen)
{
	const struct write write = write_of(seen, TRUE, TRUE);
	const struct held held = { *seen, TRUE };

	/* Forced or not, one that was cut off on the way is told like the pending ones. */
	if (seen->flags & DISK_SEEN_FUA && !(seen->flags & DISK_SEEN_ABORTED)) {
		force(side, seen);
		side->flushed_ns = at_ns;
		return;
	}
	track_map_change(side->view, seen->lba, seen->count, put, &write);
	g_array_append_val(side->held, held);
}

void disk_track_event(struct disk_track *track, gint64 at_ns, const struct disk_seen *seen)
{
	if (seen->disk >= TRACK_DISKS)
		return;
	struct side *side = track->sides[seen->disk];
	gboolean is_fate = seen->op == DISK_SEEN_LOST || seen->op == DISK_SEEN_KEPT || seen->op == DISK_SEEN_TORN;

	if (side->cut && !is_fate)
		end_cut(side);
	if (is_fate)
		fate(side, seen);
	else if (seen->op == DISK_SEEN_SWAPPED)
		track->sides[seen->disk] = drive(track, seen->generator);
	else if (seen->op == DISK_SEEN_SET_SIZE) {
		side->sectors = seen->lba;
		side->ordinal = seen->generator;
	} else if (seen->op == DISK_SEEN_WRITE && (!seen->result || seen->flags & DISK_SEEN_ABORTED))
		write_seen(side, at_ns, seen);
	else if (seen->op == DISK_SEEN_FLUSH && !seen->result && !(seen->flags & DISK_SEEN_ABORTED)) {
		flush(side);
		side->flushed_ns = at_ns;
	}
}

void disk_track_begin(struct disk_track *track)
{
	for (guint i = 0; i < track->drives->len; i++) {
		struct side *side = g_ptr_array_index(track->drives, i);
		track_map_change(side->view, 0, G_MAXUINT64, count_anew, NULL);
		track_map_change(side->durable, 0, G_MAXUINT64, count_anew, NULL);
		for (guint k = 0; k < side->held->len; k++)
			g_array_index(side->held, struct held, k).counts = FALSE;
	}
}

guint64 disk_track_sectors(const struct disk_track *track, guint disk)
{
	return disk < TRACK_DISKS ? track->sides[disk]->sectors : 0;
}

struct track_stretch disk_track_at(const struct disk_track *track, guint disk, guint64 lba)
{
	return track_map_at(track->sides[disk]->view, lba);
}

gint64 disk_track_flushed_ns(const struct disk_track *track, guint disk)
{
	return track->sides[disk]->flushed_ns;
}

guint disk_track_pending(const struct disk_track *track, guint disk)
{
	const struct side *side = track->sides[disk];

	return side->held->len - side->settled;
}
