/* SPDX-License-Identifier: Apache-2.0 */
#include "ftdi_port.h"
#include "usb_witness.h"

#define USB_GUARD_MS 30000 /* real time; nothing waits that long unless a bus or an emulator hangs */

gboolean ftdi_port_check(struct ftdi_port *port, int result, const char *doing, GError **error)
{
	if (result >= 0)
		return TRUE;
	/* libftdi folds libusb's codes into its own; -4 (no device) and an unplugged handle say "gone". */
	const char *words = ftdi_get_error_string(port->ftdi);
	unsigned short status;
	gboolean gone = result == LIBUSB_ERROR_NO_DEVICE ||
			(port->ftdi->usb_dev && ftdi_poll_modem_status(port->ftdi, &status) < 0);
	g_set_error(error, RIG_ERROR, gone ? RIG_ERROR_GONE : RIG_ERROR_RIG, "%s: %s: %s%s", port->name, doing, words,
		    gone ? " (it is no longer on the bus)" : "");
	return FALSE;
}

static gboolean hex_setting(GKeyFile *config, const char *group, const char *key, guint64 *value, GError **error)
{
	g_autofree char *text = g_key_file_get_string(config, group, key, NULL);

	if (!text || g_ascii_string_to_unsigned(text, 16, 0, 0xffff, value, NULL))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] %s=%s: must be four hexadecimal digits", group, key, text);
	return FALSE;
}

gboolean ftdi_address_read(GKeyFile *config, const char *group, struct ftdi_address *address, GError **error)
{
	g_autofree char *channel = g_key_file_get_string(config, group, "channel", NULL);

	if (!hex_setting(config, group, "vid", &address->vid, error) ||
	    !hex_setting(config, group, "pid", &address->pid, error))
		return FALSE;
	if (channel && (strlen(channel) != 1 || *channel < 'A' || *channel > 'D')) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "[%s] channel=%s: must be A, B, C or D", group, channel);
		return FALSE;
	}
	address->channel = channel ? *channel : address->channel;
	return TRUE;
}

/* Of two chips the wrong one might switch somebody else's power. */
static gboolean is_unambiguous(struct ftdi_port *port, int vid, int pid, GError **error)
{
	struct ftdi_device_list *list = NULL;
	int count = ftdi_usb_find_all(port->ftdi, &list, vid, pid);

	ftdi_list_free(&list);
	if (count <= 1)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
		    "%s: %d such chips are on the bus: the slot file must say serial=", port->name, count);
	return FALSE;
}

gboolean ftdi_port_open(struct ftdi_port *port, const struct driver_env *env, char channel, GError **error)
{
	g_autofree char *serial = g_key_file_get_string(env->config, env->group, "serial", NULL);
	struct ftdi_address address = FTDI_ADDRESS_USUAL(channel);

	if (!ftdi_address_read(env->config, env->group, &address, error))
		return FALSE;
	const int vid = (int)address.vid, pid = (int)address.pid;
	port->slot = env->slot;
	port->name = g_strdup_printf("FTDI %04x:%04x serial %s channel %c", (guint)vid, (guint)pid,
				     serial ? serial : "(any)", address.channel);
	port->ftdi = ftdi_new();
	if (!port->ftdi) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: libftdi could not be started", port->name);
		return FALSE;
	}
	ftdi_set_interface(port->ftdi, (enum ftdi_interface)(INTERFACE_A + (address.channel - 'A')));
	port->ftdi->usb_read_timeout = port->ftdi->usb_write_timeout = USB_GUARD_MS;
	if (!serial && !is_unambiguous(port, vid, pid, error))
		return FALSE;
	usb_witness_expect(port->slot, BOARD_FT2232H);
	int result = ftdi_usb_open_desc(port->ftdi, vid, pid, NULL, serial);
	usb_witness_expect(NULL, 0);
	if (result == -3) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_GONE, "%s: no such chip is on the bus", port->name);
		return FALSE;
	}
	/* Here -4 is libftdi's own: mostly a lack of permission, and not libusb's "no such device". */
	if (result < 0)
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
			    "%s: opening it: %s (is the udev rule installed? see wiperig doctor)", port->name,
			    ftdi_get_error_string(port->ftdi));
	else
		usb_witness_begin(port->ftdi->usb_dev, port->slot, BOARD_FT2232H);
	return result >= 0;
}

void ftdi_port_close(struct ftdi_port *port)
{
	if (port->ftdi) {
		usb_witness_end(port->ftdi->usb_dev);
		ftdi_free(port->ftdi); /* closes it, too */
	}
	g_free(port->name);
}

char *ftdi_port_library(void)
{
	return g_strdup_printf("libftdi1 %s", ftdi_get_library_version().version_str);
}
