/* SPDX-License-Identifier: Apache-2.0 */
/* Service console on an FTDI channel through libftdi1: 115200 8N1 unless the slot says otherwise. */
#include "ftdi_port.h"

#define LATENCY_MS 16
#define CHANNEL 'A' /* usually */

static void console_close(gpointer data)
{
	ftdi_port_close(data);
	g_free(data);
}

static gboolean read_baud(GKeyFile *config, const char *group, guint64 *baud, GError **error)
{
	g_autofree char *text = g_key_file_get_string(config, group, "baud", NULL);

	*baud = 115200;
	if (!text || g_ascii_string_to_unsigned(text, 10, 300, 12000000, baud, NULL))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] baud=%s: must be 300 to 12000000", group, text);
	return FALSE;
}

static gboolean console_check(GKeyFile *config, const char *group, GError **error)
{
	struct ftdi_address address = FTDI_ADDRESS_USUAL(CHANNEL);
	guint64 baud;

	return ftdi_address_read(config, group, &address, error) && read_baud(config, group, &baud, error);
}

static gboolean configure(struct ftdi_port *port, const struct driver_env *env, GError **error)
{
	guint64 baud;

	return read_baud(env->config, env->group, &baud, error) &&
	       ftdi_port_check(port, ftdi_set_bitmode(port->ftdi, 0, BITMODE_RESET), "selecting serial mode", error) &&
	       ftdi_port_check(port, ftdi_set_baudrate(port->ftdi, (int)baud), "setting the baud rate", error) &&
	       ftdi_port_check(port, ftdi_set_line_property(port->ftdi, BITS_8, STOP_BIT_1, NONE), "setting 8N1",
			       error) &&
	       ftdi_port_check(port, ftdi_set_latency_timer(port->ftdi, LATENCY_MS), "setting the latency timer",
			       error) &&
	       ftdi_port_check(port, ftdi_tcioflush(port->ftdi), "dropping old bytes", error);
}

static gpointer console_open(const struct driver_env *env, GError **error)
{
	struct ftdi_port *port = g_new0(struct ftdi_port, 1);

	if (ftdi_port_open(port, env, CHANNEL, error) && configure(port, env, error))
		return port;
	console_close(port);
	return NULL;
}

static gssize console_read(gpointer data, guint8 *buffer, gsize capacity, GError **error)
{
	struct ftdi_port *port = data;
	/* Asked for more than a transfer brings, libftdi goes on until one is empty: a console that never falls silent
	   would not let go. Asked for a byte it makes one transfer; the rest of that waits in its buffer. */
	int got = ftdi_read_data(port->ftdi, buffer, 1);
	int waiting = (int)MIN(port->ftdi->readbuffer_remaining, capacity - 1);
	int more = got > 0 && waiting ? ftdi_read_data(port->ftdi, buffer + 1, waiting) : 0;

	return ftdi_port_check(port, got < 0 ? got : more, "reading", error) ? got + more : -1;
}

static gboolean console_write(gpointer data, const guint8 *bytes, gsize length, GError **error)
{
	struct ftdi_port *port = data;

	if (!ftdi_port_check(port, ftdi_write_data(port->ftdi, bytes, (int)length), "writing", error))
		return FALSE;
	slot_record(port->slot, EVENT_CONSOLE_TX, bytes, length);
	return TRUE;
}

static const struct console_ops ops = { console_read, console_write };
static const char *const settings[] = { FTDI_PORT_SETTINGS, "baud", NULL };

const struct driver ftdi_console_driver = {
	.name = "ftdi-console",
	.role = ROLE_CONSOLE,
	.summary = "serial console by libftdi1: vid=, pid=, serial=, channel=A…D, baud=",
	.settings = settings,
	.check = console_check,
	.open = console_open,
	.close = console_close,
	.library = ftdi_port_library,
	.ops.console = &ops,
};
