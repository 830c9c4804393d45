/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Main-power relay and panel switch on an FTDI channel in bit-bang mode, through libftdi1.
 * Wiring (README): D0 out closes the main power, D1 out holds the switch, D2 out is the logic analyzer's marker; D4 and
 * D5 in sense power and switch behind the contacts, so that reading back tells what really is and not what was
 * commanded.
 */
#include "ftdi_port.h"

#define CHANNEL 'B' /* usually */
#define PIN_POWER 0x01
#define PIN_SWITCH 0x02
#define PIN_MARKER 0x04
#define PIN_SENSE_POWER 0x10
#define PIN_SENSE_SWITCH 0x20
#define OUTPUTS (PIN_POWER | PIN_SWITCH | PIN_MARKER)

/* A relay's contacts take 5 to 20 ms and bounce for some more. */
#define SETTLE_READINGS 100
#define SETTLED_READINGS 10 /* the same in a row */
#define READING_US 2000

struct ftdi_relay {
	struct ftdi_port port;
	guint8 pins;
};

static void relay_close(gpointer data)
{
	struct ftdi_relay *self = data;

	ftdi_port_close(&self->port);
	g_free(self);
}

static gboolean write_pins(struct ftdi_relay *self, guint8 pin, gboolean level, GError **error)
{
	guint8 pins = level ? self->pins | pin : self->pins & (guint8)~pin;
	int written = ftdi_write_data(self->port.ftdi, &pins, 1);

	if (!ftdi_port_check(&self->port, written, "setting the relay's pins", error))
		return FALSE;
	self->pins = pins;
	return TRUE;
}

static gboolean read_pin(struct ftdi_relay *self, guint8 pin, gboolean *level, GError **error)
{
	unsigned char pins;

	if (!ftdi_port_check(&self->port, ftdi_read_pins(self->port.ftdi, &pins), "reading the sense pins", error))
		return FALSE;
	*level = (pins & pin) != 0;
	return TRUE;
}

/* Waits, in real time, until the contact is where it was told to go. An emulated one is there at once, and costs no
 * waiting. What it does in the end is for the reading back to tell. */
static gboolean settle(struct ftdi_relay *self, guint8 sense, gboolean wanted, GError **error)
{
	guint same = SETTLED_READINGS - 1;
	gboolean level;

	for (guint i = 0; i < SETTLE_READINGS; i++) {
		if (!read_pin(self, sense, &level, error))
			return FALSE;
		same = level == wanted ? same + 1 : 0;
		if (same >= SETTLED_READINGS)
			break;
		g_usleep(READING_US);
	}
	return TRUE;
}

static gpointer relay_open(const struct driver_env *env, GError **error)
{
	struct ftdi_relay *self = g_new0(struct ftdi_relay, 1);

	if (ftdi_port_open(&self->port, env, CHANNEL, error) &&
	    ftdi_port_check(&self->port, ftdi_set_bitmode(self->port.ftdi, OUTPUTS, BITMODE_BITBANG),
			    "selecting bit-bang mode", error) &&
	    write_pins(self, OUTPUTS, FALSE, error))
		return self;
	relay_close(self);
	return NULL;
}

static gboolean relay_set(gpointer self, gboolean on, GError **error)
{
	return write_pins(self, PIN_POWER, on, error) && settle(self, PIN_SENSE_POWER, on, error);
}

static gboolean relay_get(gpointer self, gboolean *on, GError **error)
{
	return read_pin(self, PIN_SENSE_POWER, on, error);
}

static gboolean relay_hold_switch(gpointer self, gboolean held, GError **error)
{
	return write_pins(self, PIN_SWITCH, held, error) && settle(self, PIN_SENSE_SWITCH, held, error);
}

static gboolean relay_switch_held(gpointer self, gboolean *held, GError **error)
{
	return read_pin(self, PIN_SENSE_SWITCH, held, error);
}

static gboolean relay_mark(gpointer self, gboolean level, GError **error)
{
	return write_pins(self, PIN_MARKER, level, error);
}

static gboolean relay_check(GKeyFile *config, const char *group, GError **error)
{
	struct ftdi_address address = FTDI_ADDRESS_USUAL(CHANNEL);

	return ftdi_address_read(config, group, &address, error);
}

static const struct power_ops ops = { relay_set, relay_get, relay_hold_switch, relay_switch_held, relay_mark };
static const char *const settings[] = { FTDI_PORT_SETTINGS, NULL };

const struct driver ftdi_relay_driver = {
	.name = "ftdi-relay",
	.role = ROLE_POWER,
	.summary = "relay and panel switch on FTDI pins by libftdi1: vid=, pid=, serial=, channel=A…D",
	.settings = settings,
	.check = relay_check,
	.open = relay_open,
	.close = relay_close,
	.library = ftdi_port_library,
	.ops.power = &ops,
};
