/* SPDX-License-Identifier: Apache-2.0 */
/* The track of the medium against a model that holds a state for every sector. */
#include "disk_track.h"
#include "rig/test.h"
#include "track_map.h"
#include <string.h>

static struct disk_seen seen(guint8 op, guint64 lba, guint32 count, guint8 content, guint64 generator)
{
	return (struct disk_seen){ .op = op, .lba = lba, .count = count, .content = content, .generator = generator };
}

static void feed(struct disk_track *track, struct disk_seen command)
{
	disk_track_event(track, 0, &command);
}

static guint64 put(struct disk_track *track, guint64 lba, guint32 count, guint8 content, guint64 generator)
{
	static guint64 number;
	struct disk_seen command = seen(DISK_SEEN_WRITE, lba, count, content, generator);

	command.number = ++number;
	feed(track, command);
	return command.number;
}

static void tell(struct disk_track *track, guint8 op, guint64 number)
{
	feed(track, (struct disk_seen){ .op = op, .number = number });
}

static void expect(const struct disk_track *track, guint64 lba, guint8 content, guint8 overwritten, gboolean pending)
{
	struct track_stretch there = disk_track_at(track, 0, lba);

	CU_ASSERT_EQUAL(there.state.content, content);
	CU_ASSERT_EQUAL(there.state.overwritten, overwritten);
	CU_ASSERT_EQUAL(there.state.pending, pending);
	CU_ASSERT(there.lba <= lba && lba - there.lba < there.count);
}

static void counts_and_flush(void)
{
	struct disk_track *track = disk_track_new();

	feed(track, seen(DISK_SEEN_SET_SIZE, 100, 0, 0, 1));
	CU_ASSERT_EQUAL(disk_track_sectors(track, 0), 100);
	CU_ASSERT_EQUAL(disk_track_sectors(track, 1), 0);
	put(track, 0, 10, CONTENT_DATA, 7);
	expect(track, 0, CONTENT_DATA, 0, TRUE);
	put(track, 0, 20, CONTENT_ZERO, 0);
	expect(track, 19, CONTENT_ZERO, 1, TRUE);
	expect(track, 20, CONTENT_FACTORY, 0, FALSE);
	CU_ASSERT_EQUAL(disk_track_pending(track, 0), 2);
	feed(track, seen(DISK_SEEN_FLUSH, 0, 0, 0, 0));
	CU_ASSERT_EQUAL(disk_track_pending(track, 0), 0);
	expect(track, 5, CONTENT_ZERO, 1, FALSE);
	CU_ASSERT_EQUAL(disk_track_at(track, 0, 5).count, 20);
	put(track, 0, 20, CONTENT_RANDOM, 5);
	put(track, 0, 20, CONTENT_RANDOM, 5);
	expect(track, 0, CONTENT_RANDOM, 2, TRUE); /* the same again is no other pass */
	put(track, 0, 20, CONTENT_RANDOM, 6);
	put(track, 4, 1, CONTENT_DATA, 0);
	expect(track, 3, CONTENT_RANDOM, 3, TRUE);
	expect(track, 4, CONTENT_DATA, 3, TRUE);
	disk_track_begin(track);
	expect(track, 3, CONTENT_RANDOM, 0, TRUE);
	feed(track, seen(DISK_SEEN_FLUSH, 0, 0, 0, 0));
	put(track, 3, 1, CONTENT_ZERO, 0);
	expect(track, 3, CONTENT_ZERO, 1, TRUE);
	disk_track_free(track);
}

static void failures_change_nothing(void)
{
	struct disk_track *track = disk_track_new();
	struct disk_seen command = seen(DISK_SEEN_WRITE, 0, 8, CONTENT_ZERO, 0);

	command.result = -2;
	feed(track, command);
	expect(track, 0, CONTENT_FACTORY, 0, FALSE);
	put(track, 0, 8, CONTENT_ZERO, 0);
	command = seen(DISK_SEEN_FLUSH, 0, 0, 0, 0);
	command.result = -2;
	feed(track, command);
	expect(track, 0, CONTENT_ZERO, 1, TRUE);
	CU_ASSERT_EQUAL(disk_track_flushed_ns(track, 0), -1);
	disk_track_free(track);
}

static void fates(void)
{
	struct disk_track *track = disk_track_new();

	put(track, 0, 64, CONTENT_DATA, 0);
	feed(track, seen(DISK_SEEN_FLUSH, 0, 0, 0, 0));
	guint64 first = put(track, 0, 8, CONTENT_ZERO, 0), second = put(track, 4, 8, CONTENT_RANDOM, 9);
	guint64 third = put(track, 16, 16, CONTENT_ZERO, 0), fourth = put(track, 40, 8, CONTENT_ZERO, 0);
	tell(track, DISK_SEEN_KEPT, first);
	tell(track, DISK_SEEN_LOST, second);
	feed(track,
	     (struct disk_seen){
		 .op = DISK_SEEN_TORN, .number = third, .lba = 16, .generator = 5, .reserved = 2, .reserved_2 = 20 });
	(void)fourth; /* not told: it had reached the medium */
	feed(track, seen(DISK_SEEN_SET_SIZE, 64, 0, 0, 1));
	expect(track, 0, CONTENT_ZERO, 1, FALSE);
	expect(track, 5, CONTENT_ZERO, 1, FALSE);
	expect(track, 9, CONTENT_DATA, 0, FALSE);
	expect(track, 19, CONTENT_ZERO, 1, FALSE);
	expect(track, 20, CONTENT_UNREADABLE, 1, FALSE);
	expect(track, 21, CONTENT_UNREADABLE, 0, FALSE);
	expect(track, 22, CONTENT_DATA, 0, FALSE);
	expect(track, 44, CONTENT_ZERO, 1, FALSE);
	CU_ASSERT_EQUAL(disk_track_pending(track, 0), 0);
	disk_track_free(track);
}

static void forced(void)
{
	struct disk_track *track = disk_track_new();
	struct disk_seen command = seen(DISK_SEEN_WRITE, 4, 2, CONTENT_RANDOM, 1);
	guint64 first = put(track, 0, 10, CONTENT_ZERO, 0);

	command.flags = DISK_SEEN_FUA;
	feed(track, command);
	expect(track, 4, CONTENT_RANDOM, 2, FALSE);
	expect(track, 6, CONTENT_ZERO, 1, TRUE);
	tell(track, DISK_SEEN_KEPT, first);
	expect(track, 4, CONTENT_RANDOM, 2, FALSE); /* over the older one, wherever that came to lie */
	expect(track, 3, CONTENT_ZERO, 1, FALSE);
	expect(track, 9, CONTENT_ZERO, 1, FALSE);
	disk_track_free(track);
}

static void drives(void)
{
	struct disk_track *track = disk_track_new();

	feed(track, seen(DISK_SEEN_SET_SIZE, 50, 0, 0, 1));
	put(track, 0, 50, CONTENT_ZERO, 0);
	feed(track, seen(DISK_SEEN_FLUSH, 0, 0, 0, 0));
	feed(track, seen(DISK_SEEN_SWAPPED, 0, 0, 0, 2));
	feed(track, seen(DISK_SEEN_SET_SIZE, 60, 0, 0, 2));
	expect(track, 0, CONTENT_FACTORY, 0, FALSE);
	feed(track, seen(DISK_SEEN_SWAPPED, 0, 0, 0, 1));
	expect(track, 0, CONTENT_ZERO, 1, FALSE);
	disk_track_free(track);
}

/* ---- by chance, against a model by sectors */

#define SECTORS 200
#define WRITES 64

struct model {
	struct track_state view[SECTORS], durable[SECTORS];
	struct disk_seen held[WRITES];
	guint count;
};

static struct track_state changed(struct track_state old, const struct disk_seen *w, gboolean pending)
{
	gboolean random = w->content == CONTENT_RANDOM;
	struct track_state state = { .content = w->content, .generator = random ? w->generator : 0 };
	gboolean again = old.overwritten && random && old.content == w->content && old.generator == w->generator;

	state.pending = pending ? 1 : 0;
	state.overwritten = (guint8)(old.overwritten + (w->content != CONTENT_DATA && !again));
	return state;
}

static void model_write(struct track_state *states, const struct disk_seen *w, gboolean pending)
{
	for (guint64 i = w->lba; i < w->lba + w->count; i++)
		states[i] = changed(states[i], w, pending);
}

static void model_settle(struct model *model, GRand *rand, struct disk_track *track, gboolean cut)
{
	for (guint i = 0; i < model->count; i++) {
		gboolean kept = !cut || g_rand_boolean(rand);
		if (cut)
			tell(track, kept ? DISK_SEEN_KEPT : DISK_SEEN_LOST, model->held[i].number);
		if (kept)
			model_write(model->durable, &model->held[i], FALSE);
	}
	model->count = 0;
	if (cut) {
		memcpy(model->view, model->durable, sizeof model->view);
	} else {
		feed(track, seen(DISK_SEEN_FLUSH, 0, 0, 0, 0));
		/* What is counted may differ from the medium's view by the order of what lay over each other. */
		for (guint i = 0; i < SECTORS; i++)
			model->view[i].pending = 0;
	}
}

static void model_step(struct model *model, GRand *rand, struct disk_track *track)
{
	static const guint8 contents[] = { CONTENT_ZERO, CONTENT_RANDOM, CONTENT_DATA };
	guint64 lba = (guint64)g_rand_int_range(rand, 0, SECTORS - 1);
	struct disk_seen w = seen(DISK_SEEN_WRITE, lba, (guint32)g_rand_int_range(rand, 1, (gint32)(SECTORS - lba) + 1),
				  contents[g_rand_int_range(rand, 0, 3)], (guint64)g_rand_int_range(rand, 1, 3));

	if (model->count == WRITES || g_rand_int_range(rand, 0, 12) == 0) {
		model_settle(model, rand, track, g_rand_boolean(rand));
		return;
	}
	w.number = put(track, w.lba, w.count, w.content, w.generator);
	model_write(model->view, &w, TRUE);
	model->held[model->count++] = w;
}

static gboolean same(const struct model *model, const struct disk_track *track)
{
	for (guint i = 0; i < SECTORS; i++) {
		struct track_state state = disk_track_at(track, 0, i).state;
		if (memcmp(&state, &model->view[i], sizeof state))
			return FALSE;
	}
	return TRUE;
}

static void by_chance(void)
{
	for (guint seed = 0; seed < 20; seed++) {
		g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
		struct disk_track *track = disk_track_new();
		struct model model = { .count = 0 };
		gboolean good = TRUE;

		for (guint i = 0; i < SECTORS; i++)
			model.view[i] = model.durable[i] = (struct track_state){ .content = CONTENT_FACTORY };
		for (guint i = 0; i < 400 && good; i++) {
			model_step(&model, rand, track);
			good = same(&model, track);
		}
		CU_ASSERT(good);
		disk_track_free(track);
	}
}

/* Stretches stay as few as the differences are. */
static struct track_state set(struct track_state old, gconstpointer data)
{
	old.overwritten = *(const guint8 *)data;
	return old;
}

static void stretches_join(void)
{
	struct track_map *map = track_map_new((struct track_state){ .content = CONTENT_FACTORY });
	const guint8 one = 1, two = 2;

	for (guint64 i = 0; i < 1000; i += 2)
		track_map_change(map, i, 1, set, &one);
	CU_ASSERT_EQUAL(track_map_stretches(map), 1000);
	for (guint64 i = 1; i < 1000; i += 2)
		track_map_change(map, i, 1, set, &one);
	CU_ASSERT_EQUAL(track_map_stretches(map), 2);
	for (guint64 i = 1000; i-- > 0;)
		track_map_change(map, i, 1, set, i % 3 ? &one : &two);
	CU_ASSERT_EQUAL(track_map_at(map, 999).state.overwritten, 2);
	track_map_change(map, 0, G_MAXUINT64, set, &one);
	CU_ASSERT_EQUAL(track_map_stretches(map), 1);
	track_map_free(map);
}

TEST_SUITE(disk_track, { "counts and flush", counts_and_flush }, { "failures change nothing", failures_change_nothing },
	   { "fates", fates }, { "forced", forced }, { "drives", drives }, { "by chance", by_chance },
	   { "stretches join", stretches_join })
