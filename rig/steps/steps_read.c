/* SPDX-License-Identifier: Apache-2.0 */
/* Reading something into a variable. */
#include "rig/steps/steps.h"
#include "steps_read.h"

char *read_licence_state(struct execution *execution, GError **error)
{
	struct unit_status status;

	if (!execution_status(execution, &status, error))
		return NULL;
	if (status.licence > LICENCE_ACTIVE) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_PROTOCOL, "unknown licence state %u", status.licence);
		return NULL;
	}
	return g_strdup(licence_state_choices[status.licence]);
}

char *read_configuration(struct execution *execution, GError **error)
{
	gpointer self;
	const struct controller_ops *controller = execution_controller(execution, &self, error);
	g_auto(GStrv) options = controller ? controller->configuration(self, error) : NULL;

	return options ? g_strjoinv("; ", options) : NULL;
}

char *read_snapshot(struct execution *execution, GError **error)
{
	gpointer self;
	struct unit_status status;
	struct unit_identity identity;
	struct unit_accessories accessories;
	const struct controller_ops *controller = execution_controller(execution, &self, error);

	if (!controller || !execution_status(execution, &status, error) ||
	    !controller->identify(self, &identity, error) || !controller->accessories(self, &accessories, error))
		return NULL;
	g_autofree char *options = read_configuration(execution, error);
	if (!options)
		return NULL;
	return g_strdup_printf(
	    "unit %s %s %s; licence %u; erase mode %u; starts %u; bus %u, USB board %u, RAM %u MiB; options: %s",
	    identity.host, identity.region, identity.serial, status.licence, status.erase_mode, status.starts,
	    accessories.bus, accessories.usb_board, accessories.ram_mb, options);
}

static gboolean keep(struct execution *execution, json_t *arguments, char *text)
{
	if (text)
		execution_set(execution, argument_text(arguments, "as", ""), json_string(text));
	g_free(text);
	return text != NULL;
}

static gboolean run_panel(struct execution *execution, json_t *arguments, GError **error)
{
	return keep(execution, arguments, execution_panel(execution, error));
}

static gboolean run_licence(struct execution *execution, json_t *arguments, GError **error)
{
	return keep(execution, arguments, read_licence_state(execution, error));
}

static gboolean run_configuration(struct execution *execution, json_t *arguments, GError **error)
{
	return keep(execution, arguments, read_configuration(execution, error));
}

static gboolean run_snapshot(struct execution *execution, json_t *arguments, GError **error)
{
	return keep(execution, arguments, read_snapshot(execution, error));
}

static const struct step_argument as_arguments[] = {
	{ "as", ARGUMENT_NAME, TRUE, NULL, "variable for it" },
	{ NULL },
};

const struct step_spec steps_read[] = {
	{ .name = "read.panel", .summary = "Read the panel's text", .arguments = as_arguments, .run = run_panel },
	{ .name = "read.licence", .summary = "Read the licence state", .arguments = as_arguments, .run = run_licence },
	{ .name = "read.configuration",
	  .summary = "Read Device Configuration",
	  .arguments = as_arguments,
	  .run = run_configuration },
	{ .name = "read.snapshot",
	  .summary = "Read all of the unit's state that it shows",
	  .arguments = as_arguments,
	  .run = run_snapshot },
	{ NULL },
};
