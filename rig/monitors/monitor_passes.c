/* SPDX-License-Identifier: Apache-2.0 */
/* An erase of everything has the passes of its mode: how many, of what, and random ones random. */
#include "monitors.h"
#include "rig/content.h"
#include "rig/fingerprints.h"
#include <string.h>

/* Where random data were seen first. */
struct origin {
	guint erase;
	guint disk;
	guint64 lba, count;
};

struct passes {
	const struct monitor_view *view;
	struct fingerprints *fingerprints; /* of sectors → index in origins */
	GArray *origins;		   /* of struct origin: writes of bytes */
	GHashTable *seeds[TRACK_DISKS];	   /* of the pattern engine → struct origin */
	guint64 last_seed[TRACK_DISKS];
	guint64 written;   /* sectors, with random data, by the erase under way */
	gboolean failures; /* commands failed in it: the same data may be written again */
	guint told;	   /* what was found in it: set of enum fault */
	struct {
		guint64 lba;
		guint32 weakness; /* of the erase under way, found before its mode was known; 0: none */
		guint disk;
	} weak;
};

enum fault { FAULT_WEAK = 1, FAULT_REPEATED = 2, FAULT_EARLIER = 4, FAULT_PASSES_ALIKE = 8 };

static const char *const mode_ids[] = { NULL, "ERA-02", "ERA-03", "ERA-04" };
static const char *const content_names[] = { "no content",	 "NULL",
					     "a constant",	 "random data",
					     "weak random data", "other data",
					     "nothing readable", "what was there before" };

static gpointer passes_open(const struct monitor_view *view)
{
	struct passes *self = g_new0(struct passes, 1);

	self->view = view;
	self->fingerprints = fingerprints_new();
	self->origins = g_array_new(FALSE, FALSE, sizeof(struct origin));
	for (guint i = 0; i < TRACK_DISKS; i++)
		self->seeds[i] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return self;
}

static void passes_close(gpointer data)
{
	struct passes *self = data;

	fingerprints_free(self->fingerprints);
	g_array_unref(self->origins);
	for (guint i = 0; i < TRACK_DISKS; i++)
		g_hash_table_unref(self->seeds[i]);
	g_free(self);
}

static gboolean under_way(const struct passes *self)
{
	enum erase_phase phase = self->view->watch->erase.phase;

	return phase == ERASE_GOING || phase == ERASE_CUT || phase == ERASE_BROKEN || phase == ERASE_UNSETTLED;
}

/* The erase that a write belongs to. The console says late that one has begun. */
static guint number_of(const struct passes *self)
{
	return self->view->watch->erase.number + !under_way(self);
}

/* 0 while it is not known. */
static guint mode_of(const struct passes *self)
{
	const struct erase_seen *erase = &self->view->watch->erase;

	return under_way(self) && erase->mode < G_N_ELEMENTS(mode_ids) ? erase->mode : 0;
}

static void find_once(struct passes *self, enum fault fault, const char *requirement, char *text)
{
	g_autofree char *owned = text;

	if (!(self->told & fault))
		monitor_find(self->view, requirement, "%s", owned);
	self->told |= fault;
}

static void weak(struct passes *self)
{
	g_autofree char *place = monitor_place(self->weak.disk, self->weak.lba);

	find_once(self, FAULT_WEAK, "ERA-05",
		  g_strdup_printf("what a random pass wrote at %s is not random:%s%s%s%s%s%s", place,
				  self->weak.weakness & CONTENT_BIASED ? " values are not equally frequent;" : "",
				  self->weak.weakness & CONTENT_REPEATS ? " bytes repeat;" : "",
				  self->weak.weakness & CONTENT_SECTORS_ALIKE ? " sectors are alike;" : "",
				  self->weak.weakness & CONTENT_BLOCKS_ALIKE ? " blocks occur twice;" : "",
				  self->weak.weakness & CONTENT_COLUMNS ? " sectors have places in common;" : "",
				  self->weak.weakness & CONTENT_TOO_EVEN ? " values are too evenly frequent;" : ""));
}

static gboolean overlaps(const struct origin *a, const struct disk_seen *seen)
{
	return a->disk == seen->disk && a->lba < seen->lba + seen->count && seen->lba < a->lba + a->count;
}

static void repeated(struct passes *self, const struct origin *origin, const struct disk_seen *seen)
{
	g_autofree char *there = monitor_place(origin->disk, origin->lba), *here = monitor_place(seen->disk, seen->lba);
	gboolean cut = self->view->watch->erase.cuts > 0 || self->failures;

	if (origin->erase != number_of(self))
		find_once(
		    self, FAULT_EARLIER, "ERA-05",
		    g_strdup_printf("random data written at %s were written by an earlier erase at %s", here, there));
	else if (origin->disk == seen->disk && !overlaps(origin, seen))
		find_once(self, FAULT_REPEATED, "ERA-05",
			  g_strdup_printf("random data written at %s were written at %s before", here, there));
	else if (mode_of(self) == 3 && !cut && overlaps(origin, seen))
		find_once(self, FAULT_PASSES_ALIKE, "ERA-14",
			  g_strdup_printf("random data at %s are those of an earlier pass", here));
}

/* Two sectors of one write are the same. */
static void repeated_inside(struct passes *self, const struct disk_seen *seen)
{
	g_autofree char *place = monitor_place(seen->disk, seen->lba);

	find_once(self, FAULT_REPEATED, "ERA-05",
		  g_strdup_printf("of the %u sectors of random data written from %s on two are the same", seen->count,
				  place));
}

static struct origin origin_of(const struct passes *self, const struct disk_seen *seen)
{
	return (struct origin){ number_of(self), seen->disk, seen->lba, seen->count };
}

static void look_at_samples(struct passes *self, const struct disk_seen *seen, const guint64 *samples)
{
	const struct origin origin = origin_of(self, seen);
	guint32 first;

	g_array_append_val(self->origins, origin);
	for (guint i = 0; i < seen->samples; i++) {
		if (fingerprints_add(self->fingerprints, samples[i], self->origins->len - 1, &first))
			continue;
		if (first == self->origins->len - 1)
			repeated_inside(self, seen);
		else
			repeated(self, &g_array_index(self->origins, struct origin, first), seen);
	}
}

/* The pattern engine's data are a function of seed and address: a seed may go on, but not come again. */
static void look_at_seed(struct passes *self, const struct disk_seen *seen)
{
	const struct origin *origin;

	if (seen->disk >= TRACK_DISKS || self->last_seed[seen->disk] == seen->generator)
		return;
	self->last_seed[seen->disk] = seen->generator;
	origin = g_hash_table_lookup(self->seeds[seen->disk], &seen->generator);
	if (origin && (origin->erase != number_of(self) || overlaps(origin, seen)))
		repeated(self, origin, seen);
	if (!origin) {
		const struct origin here = origin_of(self, seen);
		g_hash_table_insert(self->seeds[seen->disk], g_memdup2(&seen->generator, sizeof seen->generator),
				    g_memdup2(&here, sizeof here));
	}
}

static void look_at_random(struct passes *self, const struct disk_seen *seen, const guint64 *samples)
{
	self->written += seen->count;
	if (seen->weakness && !self->weak.weakness) {
		self->weak.lba = seen->lba;
		self->weak.disk = seen->disk;
		self->weak.weakness = seen->weakness;
	}
	if (self->weak.weakness && mode_of(self) > 1)
		weak(self);
	if (seen->flags & DISK_SEEN_PATTERN)
		look_at_seed(self, seen);
	else if (mode_of(self) > 1 || (!mode_of(self) && !self->view->profile->null_encrypted))
		look_at_samples(self, seen, samples);
}

static void passes_event(gpointer data, const struct event *event)
{
	struct passes *self = data;
	const struct unit_watch *watch = self->view->watch;
	const guint64 *samples;

	if (event->type != EVENT_DISK || !(watch->shows_erasing || watch->erase.phase == ERASE_GOING))
		return;
	const struct disk_seen *seen = event_disk_seen(event, &samples);
	self->failures |= seen->result != 0;
	if (seen->op == DISK_SEEN_WRITE && !seen->result &&
	    (seen->content == CONTENT_RANDOM || seen->content == CONTENT_WEAK) &&
	    !unit_is_system(self->view->profile, seen->disk, seen->lba, seen->count))
		look_at_random(self, seen, samples);
}

/* A few sectors may be in use again when the claim is seen. */
static gboolean is_much(guint64 sectors, const struct erase_facts *facts)
{
	return sectors > 256 || sectors > facts->target / 100;
}

static void judge_content(struct passes *self, const char *id, guint mode, const struct erase_facts *facts)
{
	static const guint8 patterns[] = { CONTENT_ZERO, CONTENT_CONSTANT, CONTENT_RANDOM, CONTENT_WEAK };

	for (guint i = 0; i < G_N_ELEMENTS(patterns); i++) {
		const struct lack *lack = &facts->content[patterns[i]];
		if (erase_writes(self->view->profile, mode, patterns[i]) || !is_much(lack->count, facts))
			continue;
		g_autofree char *place = monitor_place(lack->disk, lack->lba);
		monitor_find(self->view, id,
			     "after an erase in mode %u %" G_GUINT64_FORMAT " sectors hold %s, the first is %s", mode,
			     lack->count, content_names[patterns[i]], place);
		if (mode > 1)
			monitor_find(self->view, "ERA-05", "a random pass wrote %s at %s", content_names[patterns[i]],
				     place);
	}
}

static void judge_count(struct passes *self, const char *id, guint mode, const struct erase_facts *facts)
{
	const struct erase_seen *erase = &self->view->watch->erase;
	guint passes = erase_passes(mode);
	const struct lack *left = &facts->left[passes - 1];

	if (erase->passes && erase->passes != passes)
		monitor_find(self->view, id, "an erase in mode %u has %u passes, the unit speaks of %u", mode, passes,
			     erase->passes);
	if (!left->count)
		return;
	g_autofree char *place = monitor_place(left->disk, left->lba);
	monitor_find(self->view, id,
		     "mode %u overwrites everything %s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
		     " sectors were overwritten less often, the first is %s",
		     mode, passes > 1 ? "three times, each time with something else" : "once", left->count,
		     facts->target, place);
	if (mode == 3 && !erase->cuts && self->written >= passes * facts->target)
		find_once(self, FAULT_PASSES_ALIKE, "ERA-14",
			  g_strdup_printf("three passes were written, but not of different data: %s", place));
}

static void judge(struct passes *self)
{
	const struct erase_seen *erase = &self->view->watch->erase;
	guint mode = erase->mode;

	if (!erase->facts.target || mode < 1 || mode >= G_N_ELEMENTS(mode_ids))
		return;
	monitor_judged(self->view, mode_ids[mode]);
	if (mode > 1)
		monitor_judged(self->view, "ERA-05");
	if (mode == 3)
		monitor_judged(self->view, "ERA-14");
	if (self->weak.weakness && mode > 1)
		weak(self);
	judge_content(self, mode_ids[mode], mode, &erase->facts);
	judge_count(self, mode_ids[mode], mode, &erase->facts);
}

static void passes_moment(gpointer data, enum moment moment)
{
	struct passes *self = data;

	if (moment == MOMENT_CLAIMED)
		judge(self);
	if (moment != MOMENT_SERVING)
		return;
	/* What comes now is another erase. */
	self->written = 0;
	self->failures = FALSE;
	self->told = 0;
	self->weak.weakness = 0;
	memset(self->last_seed, 0, sizeof self->last_seed);
}

static const char *const requirements[] = { "ERA-02", "ERA-03", "ERA-04", "ERA-05", "ERA-14", NULL };

const struct monitor passes_monitor = {
	.name = "passes",
	.summary = "An erase has the passes of its mode: NULL once, random once, or random three times, each different",
	.requirements = requirements,
	.needs = OBSERVE_REQUESTS,
	.open = passes_open,
	.event = passes_event,
	.moment = passes_moment,
	.close = passes_close,
};
