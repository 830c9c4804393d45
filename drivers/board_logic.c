/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of an emulated slot, by any link: whoever grants the time is told of every edge (struct observer), at its exact
 * time, so there is nothing to acquire.
 */
#include "logic_settings.h"
#include "rig/slot.h"

struct board_logic {
	guint lines;
	guint64 rate_hz;
};

static gpointer logic_open(const struct driver_env *env, GError **error)
{
	struct board_logic *self = g_new0(struct board_logic, 1);

	if (logic_settings_lines(env->config, env->group, &self->lines, error) &&
	    logic_settings_rate(env->config, env->group, &self->rate_hz, error))
		return self;
	g_free(self);
	return NULL;
}

static guint logic_lines(gpointer data)
{
	return ((struct board_logic *)data)->lines;
}

static guint64 logic_rate(gpointer data)
{
	return ((struct board_logic *)data)->rate_hz;
}

static gboolean logic_check(GKeyFile *config, const char *group, GError **error)
{
	guint lines;
	guint64 rate_hz;

	return logic_settings_lines(config, group, &lines, error) &&
	       logic_settings_rate(config, group, &rate_hz, error);
}

static const struct logic_ops ops = { logic_lines, logic_rate };
static const char *const settings[] = { "channels", "rate", NULL };

const struct driver board_logic_driver = {
	.name = "board-logic",
	.role = ROLE_LOGIC,
	.summary = "lines of the emulated board, edge by edge",
	.settings = settings,
	.open = logic_open,
	.close = g_free,
	.ops.logic = &ops,
	.check = logic_check,
};
