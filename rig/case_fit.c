/* SPDX-License-Identifier: Apache-2.0 */
/* Which board a case gets, and whether a slot's unit is fit for it. */
#include "case.h"
#include "frame.h"
#include <string.h>

guint64 case_seed(guint64 seed, const char *name)
{
	/* splitmix64 over the run's seed and the case's name: cases differ, and do not depend on each other. */
	guint64 z = seed + frame_crc32(name, strlen(name)) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void set_unit_field(GKeyFile *board, const char *name, json_t *value)
{
	if (json_is_string(value))
		g_key_file_set_string(board, "board", name, json_string_value(value));
	else if (json_is_boolean(value))
		g_key_file_set_boolean(board, "board", name, json_is_true(value));
	else if (json_is_integer(value))
		g_key_file_set_int64(board, "board", name, json_integer_value(value));
	else if (json_is_array(value)) {
		g_autoptr(GPtrArray) list = g_ptr_array_new();
		size_t i;
		json_t *entry;
		json_array_foreach(value, i, entry) g_ptr_array_add(list, (gpointer)json_string_value(entry));
		g_key_file_set_string_list(board, "board", name, (const char *const *)list->pdata, list->len);
	}
}

/* A property that the emulated board has no setting for. */
static gboolean unmodelled(const struct case_setup *setup, const char *name)
{
	const struct board_class *board = setup->catalogue ? setup->catalogue->board : NULL;

	return board && !g_strv_contains(board->settings, name);
}

GKeyFile *case_board(const struct case_setup *setup, const struct plan_case *plan)
{
	GKeyFile *board = g_key_file_new();
	g_auto(GStrv) keys = g_key_file_get_keys(setup->config->file, "board", NULL, NULL);
	const char *name;
	json_t *value;

	g_key_file_set_uint64(board, "board", "seed", case_seed(setup->seed, plan->name));
	for (char **key = keys; key && *key; key++) {
		g_autofree char *text = g_key_file_get_value(setup->config->file, "board", *key, NULL);
		g_key_file_set_value(board, "board", *key, text);
	}
	/* What was found for what the slot file says, or given in its place. */
	if (setup->firmware)
		g_key_file_set_string(board, "board", "firmware", setup->firmware);
	json_object_foreach(json_object_get(plan->the_case, "unit"), name, value)
	{
		if (!unmodelled(setup, name))
			set_unit_field(board, name, value);
	}
	return board;
}

static char *unfit_effect(const struct case_setup *setup, json_t *effects)
{
	size_t i;
	json_t *effect;

	json_array_foreach(effects, i, effect)
	{
		const char *why = slot_unit_refuses(setup->config->unit, json_string_value(effect));
		if (why)
			return g_strdup_printf("the scenario %s, and the slot's unit is \"%s\": %s",
					       json_string_value(effect), slot_unit_name(setup->config->unit), why);
	}
	return NULL;
}

/* A unit's property as a slot file writes it: "iR4570", "512", "false", "usb-board;ram". */
static char *property_text(json_t *value)
{
	g_autoptr(GKeyFile) file = g_key_file_new();

	set_unit_field(file, "property", value);
	char *text = g_key_file_get_value(file, "board", "property", NULL);
	if (text && g_str_has_suffix(text, ";"))
		text[strlen(text) - 1] = 0;
	return text;
}

/* Properties that only a model has, or that a scenario asks for to be quick; a real unit has what it has. */
static gboolean is_free_choice(const char *name)
{
	static const char *const names[] = { "disk_mb", "disk_sectors", "disk_rate_kb", "disk_cut", "pattern", NULL };

	return g_strv_contains(names, name);
}

static char *unfit_model(const struct case_setup *setup, json_t *unit)
{
	const char *name;
	json_t *value;

	json_object_foreach(
	    unit, name,
	    value) if (!is_free_choice(name) &&
		       unmodelled(setup, name)) return g_strdup_printf("the case needs a unit with %s=…, which the "
								       "emulated board does not model",
								       name);
	return NULL;
}

/* A firmware that writes every byte itself takes its time, and the model's memory, for a large disk. */
static char *unfit_pattern(const struct case_setup *setup, json_t *unit)
{
	g_autofree char *has = g_key_file_get_value(setup->config->file, "unit", "pattern", NULL);

	if (!json_is_true(json_object_get(unit, "pattern")) || g_strcmp0(has, "false"))
		return NULL;
	return g_strdup(
	    "the case needs a unit whose disk has a pattern engine; the slot file's [unit] says pattern=false");
}

static char *unfit_unit(const struct case_setup *setup, json_t *unit)
{
	const char *name;
	json_t *value;

	json_object_foreach(unit, name, value)
	{
		g_autofree char *has = g_key_file_get_value(setup->config->file, "unit", name, NULL);
		g_autofree char *wanted = property_text(value);
		if ((has || !is_free_choice(name)) && g_strcmp0(has, wanted))
			return g_strdup_printf("the case needs a unit with %s=%s; the slot file's [unit] says %s", name,
					       wanted, has ? has : "nothing about it");
	}
	return NULL;
}

char *case_unfit(const struct case_setup *setup, const struct plan_case *plan)
{
	char *why = unfit_effect(setup, json_object_get(plan->scenario, "effects"));

	json_t *unit = json_object_get(plan->the_case, "unit");
	if (!why)
		why = unfit_pattern(setup, unit);
	if (!why)
		why = setup->config->unit == UNIT_EMULATED ? unfit_model(setup, unit) : unfit_unit(setup, unit);
	return why;
}
