/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any logic analyzer that libsigrok knows, by the helper program wiperig-sigrok. It samples from the slot's opening to
 * its end; what is kept of that is decided by the rig.
 */
#include "drivers.h"
#include "logic_settings.h"
#include "rig/slot.h"
#include "rig/units.h"
#include "sigrok_helper.h"
#include <string.h>

#define OPEN_US (3 * G_USEC_PER_SEC)   /* to the first sample */
#define SILENT_US (3 * G_USEC_PER_SEC) /* while samples are owed */
#define WAIT_MS 20
#define DRIFT_PPM 100	   /* of an analyzer's clock, at most, where nothing is known of it */
#define SLACK_NS NS_PER_MS /* samples are owed that are older than this … */
#define SLACK_PPM 2000	   /* … and this much of the time since they began */

struct sigrok_logic {
	struct slot *slot;
	struct sigrok_helper *helper;
	guint lines;
	guint64 rate_hz;
	gint64 origin_ns, origin_error_ns;
	gint64 quiet_us; /* real time at which samples were first owed and did not come; 0: they come */
	/* What is handed on. */
	const struct logic_sink *sink; /* NULL: nobody listens yet */
	gboolean has_levels;
	guint8 levels;
	guint64 next; /* sample */
};

/* --- samples to edges --- */

/* The first of them that differs. */
static gsize same(const guint8 *samples, gsize count, guint8 level)
{
	const guint64 all = level * G_GUINT64_CONSTANT(0x0101010101010101);
	gsize i = 0;
	guint64 word;

	for (; i + sizeof word <= count; i += sizeof word) {
		memcpy(&word, samples + i, sizeof word);
		if (word != all)
			break;
	}
	while (i < count && samples[i] == level)
		i++;
	return i;
}

static void on_samples(gpointer data, guint64 first, const guint8 *samples, gsize count)
{
	struct sigrok_logic *self = data;
	gsize at = 0;

	self->next = first + count;
	if (!self->sink) {
		/* While it opens: nothing has happened yet. */
		self->has_levels = TRUE;
		self->levels = samples[count - 1];
		return;
	}
	while ((at += same(samples + at, count - at, self->levels)) < count) {
		self->levels = samples[at];
		self->sink->levels(self->sink->data, first + at, self->levels);
	}
	self->sink->reached(self->sink->data, self->next);
}

static void on_lost(gpointer data, guint64 first, guint64 count)
{
	struct sigrok_logic *self = data;

	self->next = first + count;
	if (self->sink)
		self->sink->lost(self->sink->data, first, count);
}

/* --- opening --- */

static char *request(const struct driver_env *env, const struct sigrok_logic *self, gboolean may_wait, GError **error)
{
	g_autofree char *named = g_key_file_get_string(env->config, env->group, "sigrok", NULL);
	g_autofree char *given = g_key_file_get_string(env->config, env->group, "conn", NULL);
	const char *conn = given ? given : env->stand_in;
	char *channels[LINES] = { NULL };
	GString *text = g_string_new(NULL);
	gboolean good = logic_settings_channels(env->config, env->group, channels, error);

	/* One that waits for whoever reads can be held up without a loss. */
	g_string_append_printf(text, "driver=%s\nrate=%" G_GUINT64_FORMAT "\nwait=%d\n", named ? named : "beaglelogic",
			       self->rate_hz, may_wait);
	if (conn)
		g_string_append_printf(text, "conn=%s\n", conn);
	for (guint line = 0; line < LINES; line++) {
		if (channels[line])
			g_string_append_printf(text, "line.%u=%s\n", line, channels[line]);
		g_free(channels[line]);
	}
	return g_string_free(text, !good);
}

static gboolean ready(const struct sigrok_logic *self)
{
	return sigrok_helper_stream(self->helper)->ready;
}

static gboolean sampling(const struct sigrok_logic *self)
{
	return self->has_levels;
}

static gboolean await(struct sigrok_logic *self, gboolean (*done)(const struct sigrok_logic *self), const char *what,
		      GError **error)
{
	const struct sigrok_sink sink = { on_samples, on_lost, self };
	const gint64 end_us = g_get_monotonic_time() + OPEN_US;
	gboolean got;

	while (!done(self)) {
		if (!sigrok_helper_read(self->helper, &sink, WAIT_MS, &got, error))
			return FALSE;
		if (!done(self) && g_get_monotonic_time() > end_us) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "no %s from it within %d s", what,
				    (int)(OPEN_US / G_USEC_PER_SEC));
			return FALSE;
		}
	}
	return TRUE;
}

/* It began between the word and the first sample's coming. */
static gboolean begin(struct sigrok_logic *self, GError **error)
{
	const gint64 told_ns = slot_now(self->slot);

	if (!sigrok_helper_say(self->helper, SIGROK_START, "", error) || !await(self, sampling, "sample", error))
		return FALSE;
	self->origin_error_ns = (slot_now(self->slot) - told_ns) / 2;
	self->origin_ns = told_ns + self->origin_error_ns;
	return TRUE;
}

static void logic_close(gpointer data)
{
	struct sigrok_logic *self = data;

	sigrok_helper_free(self->helper);
	g_free(self);
}

static gboolean check_rate(struct sigrok_logic *self, GError **error)
{
	const guint64 rate_hz = sigrok_helper_stream(self->helper)->rate_hz;

	if (rate_hz == self->rate_hz)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
		    "it samples at %" G_GUINT64_FORMAT " Hz, not at rate=%" G_GUINT64_FORMAT, rate_hz, self->rate_hz);
	return FALSE;
}

static guint lines_of(GKeyFile *config, const char *group)
{
	char *channels[LINES] = { NULL };
	gboolean good = logic_settings_channels(config, group, channels, NULL);
	guint lines = 0;

	for (guint line = 0; line < LINES; line++) {
		lines |= good && channels[line] ? 1u << line : 0;
		g_free(channels[line]);
	}
	return lines;
}

static gpointer logic_open(const struct driver_env *env, GError **error)
{
	struct sigrok_logic *self = g_new0(struct sigrok_logic, 1);
	const struct instrument *clock = slot_instrument(env->slot, ROLE_CLOCK);
	g_autofree char *text = NULL;

	self->slot = env->slot;
	self->lines = lines_of(env->config, env->group);
	if (!logic_settings_rate(env->config, env->group, &self->rate_hz, error) ||
	    !(text = request(env, self, clock->driver->ops.clock->is_virtual, error)) ||
	    !(self->helper = sigrok_helper_start(error)) ||
	    !sigrok_helper_say(self->helper, SIGROK_OPEN, text, error) || !await(self, ready, "answer", error) ||
	    !check_rate(self, error) || !begin(self, error)) {
		logic_close(self);
		return NULL;
	}
	return self;
}

/* --- reading --- */

static gint64 elapsed_ns(const struct sigrok_logic *self)
{
	return (gint64)((double)self->next * (double)NS_PER_S / (double)self->rate_hz);
}

/* What is owed of the time before `until_ns` does not come. */
static gboolean check_silent(struct sigrok_logic *self, GError **error)
{
	const gint64 now_us = g_get_monotonic_time();

	if (!self->quiet_us)
		self->quiet_us = now_us;
	if (now_us - self->quiet_us < SILENT_US)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "it has fallen silent: no sample for %d s",
		    (int)(SILENT_US / G_USEC_PER_SEC));
	return FALSE;
}

static gboolean logic_read(gpointer data, const struct logic_sink *sink, gint64 until_ns, guint wait_ms,
			   gboolean *behind, GError **error)
{
	struct sigrok_logic *self = data;
	const struct sigrok_sink helper_sink = { on_samples, on_lost, self };
	gboolean got, first = !self->sink;

	self->sink = sink;
	if (first)
		sink->levels(sink->data, 0, self->levels);
	if (!sigrok_helper_read(self->helper, &helper_sink, wait_ms, &got, error))
		return FALSE;
	if (sigrok_helper_stream(self->helper)->ended) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "it has ended by itself");
		return FALSE;
	}
	const gint64 at_ns = self->origin_ns + elapsed_ns(self);
	const gint64 slack_ns = SLACK_NS + elapsed_ns(self) / (1000000 / SLACK_PPM);
	const gboolean owes = at_ns < until_ns - slack_ns;
	/* Within the slack nobody knows how much is to come: as much as comes. */
	*behind = owes || (got && at_ns < until_ns + slack_ns);
	if (!owes || got)
		self->quiet_us = 0;
	return !owes || got || check_silent(self, error);
}

static void logic_when(gpointer data, gint64 *origin_ns, gint64 *error_ns)
{
	const struct sigrok_logic *self = data;

	*origin_ns = self->origin_ns;
	*error_ns = self->origin_error_ns + elapsed_ns(self) / (1000000 / DRIFT_PPM);
}

static guint logic_lines(gpointer data)
{
	return ((struct sigrok_logic *)data)->lines;
}

static guint64 logic_rate(gpointer data)
{
	return ((struct sigrok_logic *)data)->rate_hz;
}

static gboolean logic_check(GKeyFile *config, const char *group, GError **error)
{
	char *channels[LINES] = { NULL };
	gboolean required;
	guint64 rate_hz;
	gboolean good = logic_settings_rate(config, group, &rate_hz, error) &&
			logic_settings_required(config, group, &required, error) &&
			logic_settings_channels(config, group, channels, error);

	for (guint line = 0; line < LINES; line++)
		g_free(channels[line]);
	return good;
}

static const struct logic_ops ops = { logic_lines, logic_rate, logic_read, logic_when };
static const char *const settings[] = { "sigrok", "conn", "channels", "rate", "required", NULL };

const struct driver sigrok_logic_driver = {
	.name = "sigrok",
	.role = ROLE_LOGIC,
	.summary = "any logic analyzer of libsigrok's, by wiperig-sigrok",
	.settings = settings,
	.open = logic_open,
	.close = logic_close,
	.ops.logic = &ops,
	.check = logic_check,
	.by_conn = TRUE,
};
