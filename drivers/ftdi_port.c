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

static gboolean bad_setting(const char *key, const char *value, const char *wanted, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s=%s: must be %s", key, value, wanted);
	return FALSE;
}

static gboolean hex_setting(const struct driver_env *env, const char *key, guint64 fallback, guint64 *value,
			    GError **error)
{
	g_autofree char *text = g_key_file_get_string(env->config, env->group, key, NULL);

	*value = fallback;
	return !text || g_ascii_string_to_unsigned(text, 16, 0, 0xffff, value, NULL) ||
	       bad_setting(key, text, "four hexadecimal digits", error);
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

gboolean ftdi_port_open(struct ftdi_port *port, const struct driver_env *env, const char *channel, GError **error)
{
	g_autofree char *serial = g_key_file_get_string(env->config, env->group, "serial", NULL);
	g_autofree char *set = g_key_file_get_string(env->config, env->group, "channel", NULL);
	const char *letter = set ? set : channel;
	guint64 vid, pid;

	if (!hex_setting(env, "vid", 0x0403, &vid, error) || !hex_setting(env, "pid", 0x6010, &pid, error))
		return FALSE;
	if (strlen(letter) != 1 || *letter < 'A' || *letter > 'D')
		return bad_setting("channel", letter, "A, B, C or D", error);
	port->slot = env->slot;
	port->name = g_strdup_printf("FTDI %04x:%04x serial %s channel %s", (guint)vid, (guint)pid,
				     serial ? serial : "(any)", letter);
	port->ftdi = ftdi_new();
	if (!port->ftdi) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: libftdi could not be started", port->name);
		return FALSE;
	}
	ftdi_set_interface(port->ftdi, (enum ftdi_interface)(INTERFACE_A + (*letter - 'A')));
	port->ftdi->usb_read_timeout = port->ftdi->usb_write_timeout = USB_GUARD_MS;
	if (!serial && !is_unambiguous(port, (int)vid, (int)pid, error))
		return FALSE;
	usb_witness_expect(port->slot, BOARD_FT2232H);
	int result = ftdi_usb_open_desc(port->ftdi, (int)vid, (int)pid, NULL, serial);
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
