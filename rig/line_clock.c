/* SPDX-License-Identifier: Apache-2.0 */
#include "line_clock.h"
#include "units.h"
#include <math.h>
#include <stdlib.h>

#define PAIRS_MAX 1024 /* a clock wanders: the last ones count */
#define PAIRS_LEAST 16 /* and half of them */
#define NEAR_NS                                                                                                        \
	(90 * NS_PER_MS) /* a mark is found no farther from where it is expected; the next like it is 200 ms away */
#define BAND 3.41	 /* sqrt(2 F) of Working and Hotelling's band: 99.7 % for the whole line, of many marks … */
#define BAND_FEW 6.0	 /* … and so much more by how few there are */

struct mark {
	gint64 before_ns, after_ns;
	gboolean level;
};

struct pair {
	double x, y; /* sample; ns since the origin */
	double trip; /* ns, there and back */
};

struct line_clock {
	double period_ns; /* nominal */
	gint64 origin_ns;
	GArray *sent;  /* struct mark that have not been seen */
	GArray *pairs; /* struct pair, the oldest first */

	gboolean stale; /* a pair has come since */
	/* y = at + slope * (x - middle), by `count` of them. */
	guint count; /* 0: there are not enough */
	double middle, at, slope, spread, deviation, path;
};

struct line_clock *line_clock_new(guint64 rate_hz, gint64 origin_ns)
{
	struct line_clock *clock = g_new0(struct line_clock, 1);

	clock->period_ns = (double)NS_PER_S / (double)rate_hz;
	clock->origin_ns = origin_ns;
	clock->sent = g_array_new(FALSE, FALSE, sizeof(struct mark));
	clock->pairs = g_array_new(FALSE, FALSE, sizeof(struct pair));
	return clock;
}

void line_clock_free(struct line_clock *clock)
{
	if (!clock)
		return;
	g_array_unref(clock->sent);
	g_array_unref(clock->pairs);
	g_free(clock);
}

static double fitted(const struct line_clock *clock, double x)
{
	return clock->count ? clock->at + clock->slope * (x - clock->middle) : x * clock->period_ns;
}

/* --- the fit --- */

static int by_trip(gconstpointer a, gconstpointer b)
{
	const double first = ((const struct pair *)a)->trip, second = ((const struct pair *)b)->trip;

	return (first > second) - (first < second);
}

/* Those that were on their way for the shortest time: at least half of them. */
static GArray *better_half(const struct line_clock *clock)
{
	GArray *sorted = g_array_copy(clock->pairs);
	guint count = (sorted->len + 1) / 2;

	g_array_sort(sorted, by_trip);
	const double longest = g_array_index(sorted, struct pair, count - 1).trip;
	while (count < sorted->len && g_array_index(sorted, struct pair, count).trip <= longest)
		count++;
	g_array_set_size(sorted, count);
	return sorted;
}

static void fit_line(struct line_clock *clock, const GArray *pairs)
{
	double x = 0, y = 0, xx = 0, xy = 0;

	for (guint i = 0; i < pairs->len; i++) {
		x += g_array_index(pairs, struct pair, i).x / pairs->len;
		y += g_array_index(pairs, struct pair, i).y / pairs->len;
	}
	for (guint i = 0; i < pairs->len; i++) {
		const struct pair *pair = &g_array_index(pairs, struct pair, i);
		xx += (pair->x - x) * (pair->x - x);
		xy += (pair->x - x) * (pair->y - y);
	}
	clock->count = pairs->len;
	clock->middle = x;
	clock->at = y;
	clock->spread = xx;
	clock->slope = xy / xx;
}

static void measure_residual(struct line_clock *clock, const GArray *pairs)
{
	double squares = 0;

	for (guint i = 0; i < pairs->len; i++) {
		const struct pair *pair = &g_array_index(pairs, struct pair, i);
		double residual = pair->y - fitted(clock, pair->x);
		squares += residual * residual;
	}
	clock->deviation = sqrt(squares / (pairs->len - 2));
	clock->path = g_array_index(pairs, struct pair, 0).trip / 2;
}

static void fit(struct line_clock *clock)
{
	if (!clock->stale || clock->pairs->len < PAIRS_LEAST)
		return;
	clock->stale = FALSE;
	g_autoptr(GArray) pairs = better_half(clock);
	fit_line(clock, pairs);
	measure_residual(clock, pairs);
}

/* --- marks --- */

void line_clock_sent(struct line_clock *clock, gint64 before_ns, gint64 after_ns, gboolean level)
{
	const struct mark mark = { before_ns, after_ns, level };

	g_array_append_val(clock->sent, mark);
}

/* Halves first: the sum might not fit. */
static gint64 middle_of(const struct mark *mark)
{
	return mark->before_ns + (mark->after_ns - mark->before_ns) / 2;
}

/* Which of the marks that were sent it is; their number: none, it is not one. */
static guint find_mark(const struct line_clock *clock, double x, gboolean level)
{
	const gint64 seen_ns = clock->origin_ns + (gint64)fitted(clock, x);
	guint i = 0;

	for (; i < clock->sent->len; i++) {
		const struct mark *mark = &g_array_index(clock->sent, struct mark, i);
		if (mark->level == level && seen_ns >= mark->before_ns - NEAR_NS && seen_ns <= mark->after_ns + NEAR_NS)
			break;
	}
	return i;
}

void line_clock_seen(struct line_clock *clock, guint64 sample, gboolean level)
{
	/* It came between this sample and the one before. */
	const double x = (double)sample - 0.5;
	const guint found = find_mark(clock, x, level != FALSE);

	if (found == clock->sent->len)
		return;
	const struct mark *mark = &g_array_index(clock->sent, struct mark, found);
	const struct pair pair = { x, (double)(middle_of(mark) - clock->origin_ns),
				   (double)(mark->after_ns - mark->before_ns) };
	g_array_append_val(clock->pairs, pair);
	if (clock->pairs->len > PAIRS_MAX)
		g_array_remove_index(clock->pairs, 0);
	/* Those before it were lost. */
	g_array_remove_range(clock->sent, 0, found + 1);
	clock->stale = TRUE;
}

/* --- what follows --- */

/* Where this much of the time is within it, the whole line is. */
static double band_at(const struct line_clock *clock, double x)
{
	const double few = 1 + BAND_FEW / (clock->count - 2), off = x - clock->middle;

	return BAND * few * clock->deviation * sqrt(1.0 / clock->count + off * off / clock->spread);
}

static gint64 to_ns(double ns)
{
	return (gint64)CLAMP(round(ns), -(double)G_MAXINT64 / 4, (double)G_MAXINT64 / 4);
}

void line_clock_head(struct line_clock *clock, guint64 from, guint64 to, gint64 error_ns, struct event_lines *head)
{
	fit(clock);
	const double period_ns = clock->count ? clock->slope : clock->period_ns;

	head->tick = (guint64)round(period_ns * (double)(G_GUINT64_CONSTANT(1) << 32));
	head->path_ns = clock->count ? (guint32)CLAMP(clock->path, 0, (double)G_MAXUINT32) : 0;
	head->origin_ns = clock->origin_ns + to_ns(fitted(clock, -0.5));
	head->error_ns = error_ns;
	if (!clock->count) {
		head->origin_ns = clock->origin_ns;
		return;
	}
	const double worst = fmax(band_at(clock, (double)from), band_at(clock, (double)to));
	/* An edge lies anywhere in its sample; so do the marks, perhaps all at the same place. */
	head->error_ns = to_ns(ceil(worst + period_ns));
}
