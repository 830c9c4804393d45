/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device.h"

static int on_log(void *data, int level, const char *format, va_list args)
{
	struct device *self = data;

	if (level > SR_LOG_ERR)
		return SR_OK;
	g_free(self->said);
	self->said = g_strdup_vprintf(format, args);
	return SR_OK;
}

gboolean device_failed(struct device *self, const char *what, int result, GError **error)
{
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: %s%s%s", what, result ? sr_strerror(result) : "not found",
		    self->said ? ": " : "", self->said ? self->said : "");
	return FALSE;
}

static gboolean find_driver(struct device *self, const char *name, GError **error)
{
	struct sr_dev_driver **drivers = sr_driver_list(self->context);

	for (; drivers && *drivers; drivers++)
		if (g_str_equal((*drivers)->name, name)) {
			self->driver = *drivers;
			int result = sr_driver_init(self->context, self->driver);
			return result == SR_OK || device_failed(self, "sr_driver_init", result, error);
		}
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "libsigrok has no driver \"%s\" (sigrok-cli --list-supported)",
		    name);
	return FALSE;
}

static gboolean takes(struct sr_dev_driver *driver, guint32 key)
{
	GArray *options = sr_driver_scan_options_list(driver);
	gboolean found = FALSE;

	for (guint i = 0; options && i < options->len; i++)
		found |= g_array_index(options, guint32, i) == key;
	if (options)
		g_array_unref(options);
	return found;
}

static gboolean scan(struct device *self, const char *what, const char *conn, guint channels, GError **error)
{
	struct sr_config options[2];
	GSList *list = NULL, *found;
	guint count = 0;

	if (conn) {
		options[count] = (struct sr_config){ SR_CONF_CONN, g_variant_new_string(conn) };
		list = g_slist_append(list, &options[count++]);
	}
	/* Fewer channels make for smaller samples, where the driver asks. */
	if (channels && takes(self->driver, SR_CONF_NUM_LOGIC_CHANNELS)) {
		options[count] =
		    (struct sr_config){ SR_CONF_NUM_LOGIC_CHANNELS, g_variant_new_int32((gint32)channels) };
		list = g_slist_append(list, &options[count++]);
	}
	for (guint i = 0; i < count; i++)
		g_variant_ref_sink(options[i].data);
	found = sr_driver_scan(self->driver, list);
	for (guint i = 0; i < count; i++)
		g_variant_unref(options[i].data);
	g_slist_free(list);
	if (!found) {
		g_autofree char *looking = g_strdup_printf("looking for the %s", what);
		return device_failed(self, looking, 0, error);
	}
	if (found->next) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%u of the kind were found for the %s; conn= says which",
			    g_slist_length(found), what);
		return FALSE;
	}
	self->device = found->data;
	g_slist_free(found);
	return TRUE;
}

gboolean device_find(struct device *self, const char *what, const char *driver, const char *conn, guint channels,
		     GError **error)
{
	int result = sr_init(&self->context);

	sr_log_callback_set(on_log, self);
	sr_log_loglevel_set(SR_LOG_ERR);
	if (result != SR_OK)
		return device_failed(self, "sr_init", result, error);
	return find_driver(self, driver, error) && scan(self, what, conn, channels, error);
}

char *device_name(const struct device *self)
{
	const char *vendor = sr_dev_inst_vendor_get(self->device);
	const char *model = sr_dev_inst_model_get(self->device);

	return g_strdup_printf("%s %s, libsigrok %s", vendor ? vendor : "", model ? model : self->driver->name,
			       sr_package_version_string_get());
}
