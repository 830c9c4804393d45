/* SPDX-License-Identifier: Apache-2.0 */
#include "run_begin.h"

/* A file that decides what a run does: its name and what is in it. */
static json_t *made_with(const char *path)
{
	g_autoptr(GMappedFile) bytes = path ? g_mapped_file_new(path, FALSE, NULL) : NULL;

	if (!bytes)
		return json_null();
	g_autoptr(GBytes) content = g_mapped_file_get_bytes(bytes);
	g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content);
	g_autofree char *file = g_path_get_basename(path);
	return json_pack("{s:s, s:s}", "file", file, "sha256", sha256);
}

static json_t *slot_json(const struct slot_config *config)
{
	g_autofree char *adapter = g_key_file_get_string(config->file, "controller", "adapter", NULL);
	static const char *const bad_parts[] = { "disk_defect", "line_defect" };
	json_t *drivers = json_object();

	for (guint role = 0; role < ROLES; role++)
		if (config->drivers[role])
			json_object_set_new(drivers, driver_role_name((enum driver_role)role),
					    json_string(config->drivers[role]->name));
	const struct driver *licence = config->drivers[ROLE_LICENCE];
	const char *keys = !licence			   ? "none"
			   : licence->ops.licence->is_test ? "TEST KEYS, worthless on a product"
							   : "pre-issued";
	json_t *slot =
	    json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", config->name, "unit", slot_unit_name(config->unit),
		      "observe", config->observe, "licence_keys", keys, "drivers", drivers);
	if (adapter)
		json_object_set_new(slot, "adapter", made_with(adapter));
	for (guint i = 0; i < G_N_ELEMENTS(bad_parts); i++) {
		g_autofree char *part = g_key_file_get_string(config->file, "board", bad_parts[i], NULL);
		if (part)
			json_object_set_new(slot, bad_parts[i], json_string(part));
	}
	return slot;
}

static json_t *texts(char **strings)
{
	json_t *list = json_array();

	for (; strings && *strings; strings++)
		json_array_append_new(list, json_string(*strings));
	return list;
}

/* A slot file may call a unit real; on a mocked bus it is not. */
static gboolean is_emulated(const struct slot_config *config)
{
	return config->emulated || g_getenv("UMOCKDEV_DIR") != NULL;
}

json_t *run_begin_json(const struct run_setup *setup)
{
	const struct case_setup *cases = &setup->cases;
	const struct plan *plan = setup->plan;

	return json_pack("{s:s, s:s, s:s, s:I, s:b, s:i, s:o, s:o, s:o, s:o, s:o, s:i}", "tool", "wiperig", "version",
			 WIPERIG_VERSION, "link", slot_link_name(cases->config->link), "seed", (json_int_t)cases->seed,
			 "emulated", is_emulated(cases->config), "cases", (int)plan->cases->len, "slot",
			 slot_json(cases->config), "firmware", made_with(cases->firmware), "required",
			 texts(setup->required), "without_monitors", texts(cases->without), "without_requirements",
			 texts(cases->without_requirements), "refused", (int)plan->refused->len);
}
