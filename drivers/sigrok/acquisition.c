/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquisition.h"
#include "device.h"
#include <string.h>

#define UNIT_MAX 8	   /* bytes of a sample */
#define SLICE (256u << 10) /* samples a frame */

struct acquisition {
	struct outbox *outbox;
	struct device at;
	struct sr_session *session;
	GMainLoop *loop;
	guint64 rate_hz, samples;
	guint8 map[UNIT_MAX][256]; /* what each byte of a sample has of our bits */
};

static gboolean is_by_number(const struct acquisition_setup *setup)
{
	for (guint bit = 0; bit < G_N_ELEMENTS(setup->channels); bit++)
		if (setup->channels[bit] && *setup->channels[bit] != '#')
			return FALSE;
	return TRUE;
}

static struct sr_channel *find_channel(const struct acquisition *self, const char *name)
{
	guint wanted = 0;

	if (*name == '#')
		wanted = (guint)g_ascii_strtoull(name + 1, NULL, 10);
	for (GSList *at = sr_dev_inst_channels_get(self->at.device); at; at = at->next) {
		struct sr_channel *channel = at->data;
		if (channel->type != SR_CHANNEL_LOGIC)
			continue;
		if (*name == '#' ? wanted-- == 0 : g_str_equal(channel->name, name))
			return channel;
	}
	return NULL;
}

static gboolean no_channel(const struct acquisition *self, const char *name, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (GSList *at = sr_dev_inst_channels_get(self->at.device); at; at = at->next)
		g_string_append_printf(known, "%s%s", known->len ? ", " : "",
				       ((const struct sr_channel *)at->data)->name);
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the analyzer has no channel %s (it has %s)", name, known->str);
	return FALSE;
}

static void map_channel(struct acquisition *self, guint index, guint bit)
{
	for (guint value = 0; value < 256; value++)
		if (value >> index % 8 & 1)
			self->map[index / 8][value] |= (guint8)(1u << bit);
}

static gboolean choose_channels(struct acquisition *self, char *const *names, GError **error)
{
	for (GSList *at = sr_dev_inst_channels_get(self->at.device); at; at = at->next)
		sr_dev_channel_enable(at->data, FALSE);
	for (guint bit = 0; bit < 8; bit++) {
		if (!names[bit])
			continue;
		struct sr_channel *channel = find_channel(self, names[bit]);
		if (!channel || channel->index >= 8 * UNIT_MAX)
			return no_channel(self, names[bit], error);
		map_channel(self, (guint)channel->index, bit);
		int result = sr_dev_channel_enable(channel, TRUE);
		if (result != SR_OK)
			return device_failed(&self->at, "enabling a channel", result, error);
	}
	return TRUE;
}

static gboolean set_rate(struct acquisition *self, guint64 rate_hz, GError **error)
{
	GVariant *value = NULL;
	int result = sr_config_set(self->at.device, NULL, SR_CONF_SAMPLERATE, g_variant_new_uint64(rate_hz));

	if (result != SR_OK)
		return device_failed(&self->at, "setting the rate", result, error);
	result = sr_config_get(self->at.driver, self->at.device, NULL, SR_CONF_SAMPLERATE, &value);
	if (result != SR_OK)
		return device_failed(&self->at, "reading the rate back", result, error);
	self->rate_hz = g_variant_get_uint64(value);
	g_variant_unref(value);
	return TRUE;
}

static gboolean configure(struct acquisition *self, const struct acquisition_setup *setup, GError **error)
{
	int result = sr_session_new(self->at.context, &self->session);

	if (result == SR_OK)
		result = sr_session_dev_add(self->session, self->at.device);
	if (result == SR_OK)
		result = sr_dev_open(self->at.device);
	if (result != SR_OK)
		return device_failed(&self->at, "opening the analyzer", result, error);
	return choose_channels(self, setup->channels, error) && set_rate(self, setup->rate_hz, error);
}

struct acquisition *acquisition_open(const struct acquisition_setup *setup, struct outbox *outbox, GError **error)
{
	struct acquisition *self = g_new0(struct acquisition, 1);

	self->outbox = outbox;
	if (device_find(&self->at, "analyzer", setup->driver, setup->conn, is_by_number(setup) ? 8 : 0, error) &&
	    configure(self, setup, error))
		return self;
	return NULL;
}

guint64 acquisition_rate(const struct acquisition *acquisition)
{
	return acquisition->rate_hz;
}

char *acquisition_name(const struct acquisition *acquisition)
{
	return device_name(&acquisition->at);
}

/* --- while it runs --- */

static void take_slice(struct acquisition *self, const guint8 *units, gsize count, guint unit)
{
	const gsize room = SIGROK_HEADER + sizeof self->samples;
	GByteArray *frame = g_byte_array_sized_new((guint)(room + count));

	g_byte_array_set_size(frame, (guint)(room + count));
	guint8 *out = frame->data + room;
	for (gsize i = 0; i < count; i++, units += unit) {
		out[i] = self->map[0][units[0]];
		for (guint byte = 1; byte < MIN(unit, UNIT_MAX); byte++)
			out[i] |= self->map[byte][units[byte]];
	}
	outbox_samples(self->outbox, frame, self->samples);
	self->samples += count;
}

static void on_data(const struct sr_dev_inst *device, const struct sr_datafeed_packet *packet, void *data)
{
	struct acquisition *self = data;
	const struct sr_datafeed_logic *logic = packet->payload;

	(void)device;
	if (packet->type != SR_DF_LOGIC || !logic->unitsize)
		return;
	const guint8 *units = logic->data;
	gsize left = logic->length / logic->unitsize;
	while (left) {
		gsize count = MIN(left, SLICE);
		take_slice(self, units, count, logic->unitsize);
		units += count * logic->unitsize;
		left -= count;
	}
}

static void on_stopped(void *data)
{
	struct acquisition *self = data;

	g_main_loop_quit(self->loop);
}

gboolean acquisition_run(struct acquisition *self, GError **error)
{
	self->loop = g_main_loop_new(NULL, FALSE);
	sr_session_datafeed_callback_add(self->session, on_data, self);
	sr_session_stopped_callback_set(self->session, on_stopped, self);
	/* Before: a driver that waits for the analyzer's answer may hand on samples meanwhile. */
	outbox_say(self->outbox, SIGROK_STARTED, NULL, 0);
	int result = sr_session_start(self->session);
	if (result != SR_OK)
		return device_failed(&self->at, "starting the analyzer", result, error);
	g_main_loop_run(self->loop);

	const guint64 total = GUINT64_TO_LE(self->samples);
	outbox_say(self->outbox, SIGROK_ENDED, &total, sizeof total);
	return TRUE;
}

void acquisition_stop(struct acquisition *self)
{
	sr_session_stop(self->session);
}
