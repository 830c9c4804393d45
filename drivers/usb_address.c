/* SPDX-License-Identifier: Apache-2.0 */
#include "usb_address.h"
#include "rig/protocol.h"

static gboolean read_hex(const struct driver_env *env, const char *key, guint64 fallback, guint64 least, guint64 most,
			 guint64 *number, GError **error)
{
	g_autofree char *text = g_key_file_get_string(env->config, env->group, key, NULL);

	*number = fallback;
	if (!text || g_ascii_string_to_unsigned(text, 16, least, most, number, NULL))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
		    "[%s] %s=%s: must be a hexadecimal number from %" G_GINT64_MODIFIER "x to %" G_GINT64_MODIFIER "x",
		    env->group, key, text, least, most);
	return FALSE;
}

gboolean usb_address_read(const struct driver_env *env, struct usb_address *address, GError **error)
{
	guint64 vid, pid, interface, out, in;

	*address = (struct usb_address){ .serial = g_key_file_get_string(env->config, env->group, "serial", NULL) };
	if (!read_hex(env, "vid", PROTOCOL_USB_VID, 0, 0xffff, &vid, error) ||
	    !read_hex(env, "pid", PROTOCOL_USB_PID, 0, 0xffff, &pid, error) ||
	    !read_hex(env, "interface", 0, 0, 31, &interface, error) ||
	    !read_hex(env, "endpoint_out", PROTOCOL_USB_EP_OUT, 0x01, 0x0f, &out, error) ||
	    !read_hex(env, "endpoint_in", PROTOCOL_USB_EP_IN, 0x81, 0x8f, &in, error))
		return FALSE;
	address->vid = (guint16)vid;
	address->pid = (guint16)pid;
	address->interface = (guint8)interface;
	address->out = (guint8)out;
	address->in = (guint8)in;
	return TRUE;
}

gboolean usb_address_check(GKeyFile *config, const char *group, GError **error)
{
	const struct driver_env env = { .config = config, .group = group };
	struct usb_address address;
	const gboolean good = usb_address_read(&env, &address, error);

	usb_address_clear(&address);
	return good;
}

void usb_address_clear(struct usb_address *address)
{
	g_clear_pointer(&address->serial, g_free);
}
