/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "supply.h"
#include "device.h"
#include <math.h>

#define TOLERANCE 0.01 /* V, A: the steps that a supply can be set in */

struct supply {
	struct device at;
	struct sr_channel_group *output; /* NULL: the supply has but one */
};

static gboolean can_switch(const struct supply *self, struct sr_channel_group *output)
{
	GArray *options = sr_dev_options(self->at.driver, self->at.device, output);
	gboolean found = FALSE;

	for (guint i = 0; options && i < options->len; i++)
		found |= g_array_index(options, guint32, i) == SR_CONF_ENABLED;
	if (options)
		g_array_unref(options);
	return found;
}

static gboolean find_output(struct supply *self, const char *name, GError **error)
{
	guint count = 0;

	for (GSList *at = sr_dev_inst_channel_groups_get(self->at.device); at; at = at->next) {
		struct sr_channel_group *group = at->data;
		if (!can_switch(self, group) || (name && !g_str_equal(group->name, name)))
			continue;
		self->output = group;
		count++;
	}
	if (count == 1 || (!count && !name && can_switch(self, NULL)))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG,
		    count ? "it has %u outputs: output= says which" : "it has no such output", count);
	return FALSE;
}

static gboolean get(struct supply *self, guint32 key, const char *what, GVariant **value, GError **error)
{
	int result = sr_config_get(self->at.driver, self->at.device, self->output, key, value);

	return result == SR_OK || device_failed(&self->at, what, result, error);
}

static gboolean get_number(struct supply *self, guint32 key, const char *what, double *number, GError **error)
{
	GVariant *value = NULL;

	if (!get(self, key, what, &value, error))
		return FALSE;
	*number = g_variant_get_double(value);
	g_variant_unref(value);
	return TRUE;
}

/* libsigrok does not look whether it did: it is read back. */
static gboolean set_number(struct supply *self, guint32 key, const char *what, double wanted, GError **error)
{
	double is = NAN;
	int result;

	if (wanted <= 0)
		return TRUE;
	result = sr_config_set(self->at.device, self->output, key, g_variant_new_double(wanted));
	if (result != SR_OK)
		return device_failed(&self->at, what, result, error);
	if (!get_number(self, key, what, &is, error))
		return FALSE;
	if (fabs(is - wanted) <= TOLERANCE)
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "%s: it was set to %.3f and reads %.3f", what, wanted, is);
	return FALSE;
}

gboolean supply_set(struct supply *self, gboolean on, GError **error)
{
	int result = sr_config_set(self->at.device, self->output, SR_CONF_ENABLED, g_variant_new_boolean(on));

	return result == SR_OK || device_failed(&self->at, "switching the output", result, error);
}

gboolean supply_read(struct supply *self, struct supply_state *state, GError **error)
{
	GVariant *value = NULL;

	if (!get(self, SR_CONF_ENABLED, "reading the output's state", &value, error))
		return FALSE;
	state->enabled = g_variant_get_boolean(value);
	g_variant_unref(value);
	return get_number(self, SR_CONF_VOLTAGE, "reading the voltage", &state->volts, error) &&
	       get_number(self, SR_CONF_CURRENT, "reading the current", &state->amps, error);
}

struct supply *supply_open(const struct supply_setup *setup, GError **error)
{
	struct supply *self = g_new0(struct supply, 1);

	if (!device_find(&self->at, "power supply", setup->driver, setup->conn, 0, error))
		return NULL;
	int result = sr_dev_open(self->at.device);
	if (result != SR_OK) {
		device_failed(&self->at, "opening the power supply", result, error);
		return NULL;
	}
	if (find_output(self, setup->output, error) && supply_set(self, FALSE, error) &&
	    set_number(self, SR_CONF_VOLTAGE_TARGET, "setting the voltage", setup->volts, error) &&
	    set_number(self, SR_CONF_CURRENT_LIMIT, "setting the current limit", setup->amps, error))
		return self;
	return NULL;
}

char *supply_name(const struct supply *supply)
{
	return device_name(&supply->at);
}
