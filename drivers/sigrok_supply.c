/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main power from any power supply that libsigrok knows, by the helper program wiperig-sigrok. Whatever it is told,
 * it is asked afterwards, output and voltage: what it says only in its answer to a command is not believed. The panel's
 * switch and the marker stay with another driver of the role (switch=), since a supply has none.
 */
#include "drivers.h"
#include "ftdi_port.h"
#include "rig/units.h"
#include "sigrok_helper.h"
#include <math.h>

#define ANSWER_US (3 * G_USEC_PER_SEC)
#define WAIT_MS 20
#define SETTLE_US G_USEC_PER_SEC /* capacitors fill and empty */
#define READING_US 20000
#define OFF_MV 1000	 /* at most, where it is off */
#define ON_PERCENT 80	 /* of what it is set to, at least, where it is on */
#define VOLTS_MAX 1000.0 /* and amps */

struct sigrok_supply {
	struct slot *slot;
	char *request;		      /* SUPPLY's text */
	struct sigrok_helper *helper; /* NULL: it is gone */
	gint64 set_mv;		      /* 0: as it is set by hand */
	const struct driver *hand;    /* switch and marker; NULL: nobody */
	gpointer hand_self;
};

/* --- talking to it --- */

static void ignore_samples(gpointer data, guint64 first, const guint8 *samples, gsize count)
{
	(void)data, (void)first, (void)samples, (void)count;
}

static void ignore_lost(gpointer data, guint64 first, guint64 count)
{
	(void)data, (void)first, (void)count;
}

static gboolean is_ready(const struct sigrok_stream *stream, guint count)
{
	(void)count;
	return stream->ready;
}

static gboolean has_state(const struct sigrok_stream *stream, guint count)
{
	return stream->state.count >= count;
}

static gboolean await(struct sigrok_supply *self, gboolean (*done)(const struct sigrok_stream *stream, guint count),
		      guint count, GError **error)
{
	const struct sigrok_sink sink = { ignore_samples, ignore_lost, NULL };
	const struct sigrok_stream *stream = sigrok_helper_stream(self->helper);
	const gint64 end_us = g_get_monotonic_time() + ANSWER_US;
	gboolean got;

	while (!done(stream, count)) {
		if (!sigrok_helper_read(self->helper, &sink, WAIT_MS, &got, error))
			return FALSE;
		if (!done(stream, count) && g_get_monotonic_time() > end_us) {
			g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "no answer from it within %d s",
				    (int)(ANSWER_US / G_USEC_PER_SEC));
			return FALSE;
		}
	}
	return TRUE;
}

/* Nothing that it says later could be told from what it is asked next. */
static gboolean lose(struct sigrok_supply *self, GError **error)
{
	g_prefix_error(error, "the power supply: ");
	g_clear_pointer(&self->helper, sigrok_helper_free);
	return FALSE;
}

/* `text`: SWITCH's. What came of it goes to the board, whether or not it was understood. */
static gboolean ask(struct sigrok_supply *self, const char *text, GError **error)
{
	if (!self->helper) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "the power supply is gone");
		return FALSE;
	}
	/* What it is to tell, it has to know. */
	if (!slot_feed(self->slot, FALSE, error))
		return FALSE;
	const guint next = sigrok_helper_stream(self->helper)->state.count + 1;
	gboolean good =
	    sigrok_helper_say(self->helper, SIGROK_SWITCH, text, error) && await(self, has_state, next, error);
	if (!good)
		lose(self, error);
	return slot_feed(self->slot, *text != 0, good ? error : NULL) && good;
}

/* Its output is off afterwards, and is read. */
static gboolean connect_it(struct sigrok_supply *self, GError **error)
{
	self->helper = sigrok_helper_start(error);
	if (!self->helper)
		return FALSE;
	if (!sigrok_helper_say(self->helper, SIGROK_SUPPLY, self->request, error) || !await(self, is_ready, 0, error))
		return lose(self, error);
	return ask(self, "", error);
}

/* --- settings --- */

static gboolean read_number(GKeyFile *config, const char *group, const char *name, double *number, GError **error)
{
	g_autofree char *text = g_key_file_get_string(config, group, name, NULL);
	char *end = text;

	*number = text ? g_ascii_strtod(text, &end) : 0;
	if (!text || (*text && !*end && isfinite(*number) && *number > 0 && *number <= VOLTS_MAX))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] %s=%s: expected a number above 0, at most %g", group, name,
		    text, VOLTS_MAX);
	return FALSE;
}

/* Who holds the switch: FALSE: there is no such driver. */
static gboolean choose_hand(GKeyFile *config, const char *group, const struct driver *usual, const struct driver **hand,
			    GError **error)
{
	static const struct driver *const hands[] = { &board_power_driver, &ftdi_relay_driver };
	g_autofree char *name = g_key_file_get_string(config, group, "switch", NULL);

	*hand = usual;
	if (!name)
		return TRUE;
	*hand = NULL;
	for (guint i = 0; i < G_N_ELEMENTS(hands); i++)
		if (g_str_equal(name, hands[i]->name))
			*hand = hands[i];
	if (*hand || g_str_equal(name, "none"))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] switch=%s: must be board-power, ftdi-relay or none", group,
		    name);
	return FALSE;
}

static gboolean supply_check(GKeyFile *config, const char *group, GError **error)
{
	const struct driver *hand;
	double number;

	return read_number(config, group, "volts", &number, error) &&
	       read_number(config, group, "amps", &number, error) && choose_hand(config, group, NULL, &hand, error);
}

static void append_line(GString *text, const struct driver_env *env, const char *name, const char *fallback)
{
	g_autofree char *given = g_key_file_get_string(env->config, env->group, name, NULL);

	if (given || fallback)
		g_string_append_printf(text, "%s=%s\n", name, given ? given : fallback);
}

static char *request(const struct driver_env *env)
{
	g_autofree char *named = g_key_file_get_string(env->config, env->group, "sigrok", NULL);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "driver=%s\n", named ? named : "scpi-pps");
	append_line(text, env, "conn", env->stand_in);
	append_line(text, env, "output", NULL);
	append_line(text, env, "volts", NULL);
	append_line(text, env, "amps", NULL);
	return g_string_free(text, FALSE);
}

/* --- the driver --- */

static void supply_close(gpointer data)
{
	struct sigrok_supply *self = data;

	if (self->hand && self->hand_self)
		self->hand->close(self->hand_self);
	sigrok_helper_free(self->helper);
	g_free(self->request);
	g_free(self);
}

static gboolean open_hand(struct sigrok_supply *self, const struct driver_env *env, GError **error)
{
	if (!choose_hand(env->config, env->group, env->board ? &board_power_driver : &ftdi_relay_driver, &self->hand,
			 error))
		return FALSE;
	if (!self->hand || (self->hand_self = self->hand->open(env, error)))
		return TRUE;
	g_prefix_error(error, "for the panel's switch (driver %s): ", self->hand->name);
	return FALSE;
}

static gpointer supply_open(const struct driver_env *env, GError **error)
{
	struct sigrok_supply *self = g_new0(struct sigrok_supply, 1);
	double volts;

	self->slot = env->slot;
	self->request = request(env);
	if (read_number(env->config, env->group, "volts", &volts, error) && connect_it(self, error) &&
	    open_hand(self, env, error)) {
		self->set_mv = (gint64)(volts * 1000);
		return self;
	}
	supply_close(self);
	return NULL;
}

/* Output and voltage say the same. */
static gboolean is_settled(const struct sigrok_supply *self)
{
	const struct sigrok_stream *stream = sigrok_helper_stream(self->helper);
	const gint64 least_mv = MAX(self->set_mv * ON_PERCENT / 100, OFF_MV + 1);

	return stream->state.on ? stream->state.mv >= least_mv : ABS(stream->state.mv) <= OFF_MV;
}

static gboolean supply_get(gpointer data, gboolean *on, GError **error)
{
	struct sigrok_supply *self = data;
	const gint64 end_us = g_get_monotonic_time() + SETTLE_US;

	if (!ask(self, "", error))
		return FALSE;
	while (!is_settled(self) && g_get_monotonic_time() < end_us) {
		g_usleep(READING_US);
		if (!ask(self, "", error))
			return FALSE;
	}
	const struct sigrok_stream *stream = sigrok_helper_stream(self->helper);
	*on = stream->state.on;
	if (is_settled(self))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
		    "the power supply says that its output is %s, and measures %.3f V there", *on ? "on" : "off",
		    (double)stream->state.mv / 1000);
	return FALSE;
}

static gboolean supply_set(gpointer data, gboolean on, GError **error)
{
	struct sigrok_supply *self = data;

	/* A unit must not stay on because the connection broke: once more, over a new one. */
	if (!on && !self->helper)
		return connect_it(self, error);
	return ask(self, on ? "1" : "0", error);
}

static void supply_measured(gpointer data, gint64 *mv, gint64 *ma)
{
	const struct sigrok_supply *self = data;

	*mv = *ma = 0;
	if (!self->helper)
		return;
	*mv = sigrok_helper_stream(self->helper)->state.mv;
	*ma = sigrok_helper_stream(self->helper)->state.ma;
}

static gboolean supply_hold_switch(gpointer data, gboolean held, GError **error)
{
	const struct sigrok_supply *self = data;

	if (self->hand)
		return self->hand->ops.power->hold_switch(self->hand_self, held, error);
	if (held)
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
			    "nobody holds the panel's switch: [power] switch=none");
	return !held;
}

static gboolean supply_switch_held(gpointer data, gboolean *held, GError **error)
{
	const struct sigrok_supply *self = data;

	*held = FALSE;
	return !self->hand || self->hand->ops.power->switch_held(self->hand_self, held, error);
}

static gboolean supply_mark(gpointer data, gboolean level, GError **error)
{
	const struct sigrok_supply *self = data;

	if (self->hand)
		return self->hand->ops.power->mark(self->hand_self, level, error);
	g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "nobody drives it: [power] switch=none");
	return FALSE;
}

static const struct power_ops ops = { supply_set,	  supply_get,  supply_hold_switch,
				      supply_switch_held, supply_mark, supply_measured };
static const char *const settings[] = {
	"sigrok", "conn", "output", "volts", "amps", "switch", FTDI_PORT_SETTINGS, NULL
};

const struct driver sigrok_supply_driver = {
	.name = "sigrok-supply",
	.role = ROLE_POWER,
	.summary =
	    "any power supply of libsigrok's, by wiperig-sigrok: sigrok=, conn=, output=, volts=, amps=, switch=",
	.settings = settings,
	.open = supply_open,
	.close = supply_close,
	.ops.power = &ops,
	.check = supply_check,
	.by_conn = TRUE,
};
