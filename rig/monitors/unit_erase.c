/* SPDX-License-Identifier: Apache-2.0 */
/* The erase of everything, put together from the panel, which is seen at once, and the console, which comes later. */
#include "unit_watch_internal.h"

void unit_tell(const struct unit_watcher *watcher, enum moment moment)
{
	if (watcher->moment)
		watcher->moment(watcher->data, moment);
}

/* ---- episodes: the erasing message on the panel */

static struct episode *episode_of(struct unit_watch *watch, guint number)
{
	struct episode *episode = &watch->episodes[number % WATCH_EPISODES];

	return number && episode->number == number ? episode : NULL;
}

static gboolean is_open(const struct episode *episode)
{
	return episode && episode->to_ns < 0;
}

/* From here on overwrites are counted as those of the next erase. */
static void begin_count(struct unit_watch *watch)
{
	if (watch->fresh && watch->track)
		disk_track_begin(watch->track);
}

void unit_erase_shown(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	unit_erase_serve(watch, watcher);
	begin_count(watch);
	watch->fresh = FALSE;
	watch->shows_erasing = TRUE;
	watch->episode++;
	watch->episodes[watch->episode % WATCH_EPISODES] =
	    (struct episode){ .number = watch->episode, .session = watch->sessions, .to_ns = -1 };
	/* The console may have been first. */
	if (watch->erase.phase == ERASE_GOING && !watch->erase.episode) {
		watch->erase.episode = watch->episode;
		episode_of(watch, watch->episode)->taken = TRUE;
	}
	unit_tell(watcher, MOMENT_ERASING);
}

static void end_episode(struct unit_watch *watch, gboolean dark)
{
	struct episode *episode = episode_of(watch, watch->episode);

	if (!is_open(episode))
		return;
	episode->to_ns = watch->now_ns;
	episode->dark = dark;
	if (!dark)
		erase_facts_take(watch, &episode->facts);
}

void unit_erase_gone(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	end_episode(watch, FALSE);
	watch->shows_erasing = FALSE;
	watch->left = TRUE;
	watch->left_facts = episode_of(watch, watch->episode)->facts;
	unit_tell(watcher, MOMENT_ERASED);
}

static gboolean is_recent(const struct unit_watch *watch, const struct episode *episode)
{
	return is_open(episode) || episode->to_ns >= unit_console_early(watch, watch->now_ns);
}

/* The console may speak of it now. After its start line it speaks of this session only. */
static struct episode *candidate(struct unit_watch *watch, guint number)
{
	struct episode *episode = episode_of(watch, number);
	gboolean possible =
	    episode && is_recent(watch, episode) && (!watch->start_said || episode->session == watch->sessions);

	return possible ? episode : NULL;
}

static guint first_episode(const struct unit_watch *watch)
{
	return watch->episode >= WATCH_EPISODES ? watch->episode - WATCH_EPISODES + 1 : 1;
}

/* The earliest episode that may be the one the console speaks of. `by_call`: only one that a call was known for. */
static struct episode *spoken_of(struct unit_watch *watch, gboolean by_call)
{
	for (guint number = first_episode(watch); number <= watch->episode; number++) {
		struct episode *episode = candidate(watch, number);
		if (episode && (by_call ? episode->by_call : !episode->taken))
			return episode;
	}
	return NULL;
}

/* The episode in which everything is erased, as the console says. Not every residual erase is spoken of, and several
 * may lie less than CONSOLE_LATE_NS back: of these it is the one that left the least, the earliest of equal ones. */
static guint of_everything(struct unit_watch *watch, guint mode)
{
	struct episode *best = NULL;
	guint64 best_left = 0;

	for (guint number = first_episode(watch); number <= watch->episode; number++) {
		struct episode *episode = candidate(watch, number);
		if (!episode || episode->taken)
			continue;
		guint64 left = episode->facts.left[erase_passes(mode) - 1].count;
		if (!best || left < best_left) {
			best = episode;
			best_left = left;
		}
	}
	if (best)
		best->taken = TRUE;
	return best ? best->number : 0;
}

void unit_erase_residual(struct unit_watch *watch)
{
	struct episode *episode = spoken_of(watch, TRUE);

	episode = episode ? episode : spoken_of(watch, FALSE);
	if (!episode)
		return;
	episode->taken = TRUE;
	episode->by_call = FALSE;
}

void unit_erase_called(struct unit_watch *watch)
{
	struct episode *episode = spoken_of(watch, FALSE);

	if (!episode || is_open(episode))
		return;
	episode->taken = TRUE;
	episode->by_call = TRUE;
}

/* An episode that ended so long ago that the console would have said what it was. */
static void settle_episode(struct unit_watch *watch)
{
	struct erase_seen *erase = &watch->erase;
	const struct episode *episode = episode_of(watch, erase->episode);
	guint other = episode && !is_recent(watch, episode) ? of_everything(watch, erase->mode) : 0;

	if (other)
		erase->episode = other;
}

/* ---- its life */

/* A cut may have kept the console from saying that it began: then the panel alone tells that something did. */
static gboolean was_cut_unsaid(struct unit_watch *watch)
{
	for (guint number = first_episode(watch); !watch->fresh && number <= watch->episode; number++) {
		const struct episode *episode = episode_of(watch, number);

		if (episode->dark && !episode->taken)
			return TRUE;
	}
	return FALSE;
}

void unit_erase_begun(struct unit_watch *watch, guint mode, guint pass, guint passes,
		      const struct unit_watcher *watcher)
{
	struct erase_seen *erase = &watch->erase;

	/* Where no panel is seen, as in unit_erase_shown(): what said that the unit serves was about what was before.
	 */
	if (!watch->panel)
		unit_erase_serve(watch, watcher);
	if (erase->phase == ERASE_NONE || erase->phase == ERASE_DONE)
		*erase = (struct erase_seen){ .number = erase->number + 1,
					      .cuts = was_cut_unsaid(watch),
					      .began_ns = watch->now_ns };
	erase->phase = ERASE_GOING;
	erase->mode = mode;
	erase->pass = pass;
	erase->passes = passes;
	erase->episode = of_everything(watch, mode);
	if (!watch->panel)
		watch->fresh = FALSE;
	unit_tell(watcher, MOMENT_BEGUN);
}

/* While the message still stands, or is not seen, nothing was noted: the claim is the console's, and of now. */
static void claim(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	struct erase_seen *erase = &watch->erase;
	const struct episode *episode = episode_of(watch, erase->episode);

	erase->claimed_ns = watch->now_ns;
	if (episode && !is_open(episode) && !episode->dark) {
		erase->facts = episode->facts;
		erase->claimed_ns = episode->to_ns;
	} else
		erase_facts_take(watch, &erase->facts);
	erase->phase = ERASE_DONE;
	if (!watch->shows_erasing || erase->episode == watch->episode)
		watch->fresh = TRUE;
	unit_tell(watcher, MOMENT_CLAIMED);
}

static void take_unsaid(struct unit_watch *watch)
{
	const struct episode *episode = episode_of(watch, watch->episode);

	if (watch->erase.phase != ERASE_NONE || watch->fresh || !episode || episode->taken)
		return;
	watch->erase = (struct erase_seen){ .number = watch->erase.number + 1,
					    .phase = ERASE_GOING,
					    .cuts = was_cut_unsaid(watch),
					    .began_ns = watch->now_ns,
					    .episode = episode->dark ? 0 : episode->number };
}

/* Also after a cut: it was said before that, and is as binding. */
void unit_erase_ended(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	take_unsaid(watch);
	enum erase_phase phase = watch->erase.phase;

	if (phase == ERASE_GOING)
		settle_episode(watch);
	if (phase == ERASE_GOING || phase == ERASE_CUT || phase == ERASE_UNSETTLED)
		claim(watch, watcher);
}

void unit_erase_failed(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	if (watch->erase.phase == ERASE_GOING)
		watch->erase.phase = ERASE_BROKEN;
	unit_tell(watcher, MOMENT_FAILED);
}

/* A cut that comes when the panel had already changed may have kept the console from saying that the erase ended, or
 * that it failed. */
void unit_erase_cut(struct unit_watch *watch)
{
	struct erase_seen *erase = &watch->erase;

	if (erase->phase == ERASE_GOING)
		settle_episode(watch);
	const struct episode *episode = episode_of(watch, erase->episode);
	gboolean gone = episode && !is_open(episode) && !episode->dark;

	if (erase->phase == ERASE_GOING) {
		erase->cuts++;
		erase->phase = gone ? ERASE_UNSETTLED : ERASE_CUT;
	}
	end_episode(watch, TRUE);
	watch->shows_erasing = FALSE;
	erase->episode = 0;
}

void unit_erase_part_replaced(struct unit_watch *watch)
{
	if (watch->erase.phase == ERASE_CUT || watch->erase.phase == ERASE_BROKEN)
		watch->erase.phase = ERASE_UNSETTLED;
}

/* ---- and its end, whoever says so */

gboolean unit_erase_was_over(const struct unit_watch *watch)
{
	struct erase_facts facts;

	erase_facts_take(watch, &facts);
	return !facts.left[erase_passes(watch->erase.mode) - 1].count;
}

void unit_erase_serve(struct unit_watch *watch, const struct unit_watcher *watcher)
{
	struct erase_seen *erase = &watch->erase;

	if (watch->serving_ns < 0)
		return;
	watch->serving_ns = -1;
	if (watch->shows_erasing)
		return;
	if (erase->phase == ERASE_GOING ||
	    ((erase->phase == ERASE_CUT || erase->phase == ERASE_UNSETTLED) && unit_erase_was_over(watch)))
		claim(watch, watcher);
	unit_tell(watcher, MOMENT_SERVING);
	if (erase->phase != ERASE_DONE)
		erase->phase = ERASE_NONE;
	watch->fresh = TRUE;
	if (!watch->panel)
		begin_count(watch);
}

void unit_erase_starts(struct unit_watch *watch)
{
	if (!watch->panel)
		begin_count(watch);
}
