/* SPDX-License-Identifier: Apache-2.0 */
#include "slot_config.h"
#include "paths.h"
#include "printable.h"

static const char *const link_names[] = { [LINK_DIRECT] = "direct", [LINK_USB] = "usb" };
static const char *const unit_names[] = {
	[UNIT_EMULATED] = "emulated",
	[UNIT_SACRIFICIAL] = "sacrificial",
	[UNIT_GOLDEN] = "golden",
	[UNIT_PRODUCTION] = "production",
};
static const char *const observe_names[] = { "inline", "snapshot", "reported", "none", NULL };
static const char *const role_names[] = {
	[ROLE_CLOCK] = "clock",	    [ROLE_USB] = "usb",	    [ROLE_CONTROLLER] = "controller",
	[ROLE_CONSOLE] = "console", [ROLE_POWER] = "power", [ROLE_LICENCE] = "licence",
	[ROLE_DISK] = "disk",	    [ROLE_BENCH] = "bench", [ROLE_LOGIC] = "logic",
};

/* Drivers that a section without driver= gets. The only place where the link matters. */
static const char *const emulated_defaults[][ROLES] = {
	[LINK_DIRECT] = { "board-clock", "board-usb", "native", "board-console", "board-power", "lms", "board-disk",
			  "board-bench", "board-logic" },
	[LINK_USB] = { "granted-clock", "libusb", "native", "ftdi-console", "ftdi-relay", "lms", "granted-disk",
		       "granted-bench", "board-logic" },
};
static const char *const real_defaults[ROLES] = {
	"monotonic-clock", "libusb", "native", "ftdi-console", "ftdi-relay", NULL, NULL, "operator", NULL
};

static const char emulated_slot[] = "[slot]\nname=emulated\nunit=emulated\n[disk]\nobserve=inline\n[board]\n";

static const char *const slot_settings[] = { "name", "unit", "emulated", NULL };
static const char *const unit_settings[] = {
	"host",		 "region",     "language",	 "serial",   "bus",    "without",	 "ram_mb",
	"usb_board",	 "disk_mb",    "disk_sectors",	 "disk2_mb", "cipher", "null_encrypted", "edition",
	"history_shown", "system_lba", "system_sectors", "pattern",  NULL
};

const char *driver_role_name(enum driver_role role)
{
	return role_names[role];
}

const char *slot_link_name(enum slot_link link)
{
	return link_names[link];
}

const char *slot_unit_name(enum slot_unit unit)
{
	return unit_names[unit];
}

gboolean slot_link_parse(const char *text, const char *told, enum slot_link *link, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(link_names); i++)
		if (g_str_equal(text, link_names[i])) {
			*link = (enum slot_link)i;
			return TRUE;
		}
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "%s: must be direct or usb", told);
	return FALSE;
}

char *slot_config_folder(void)
{
	return g_build_filename(g_get_user_config_dir(), "wiperig", "slots", NULL);
}

static gboolean read_file(GKeyFile *file, const char *name, char **path, GError **error)
{
	g_autofree char *folder = slot_config_folder();
	g_autofree char *base = g_strconcat(name, ".ini", NULL);
	gboolean is_path = strchr(name, '/') || g_str_has_suffix(name, ".ini");

	*path = is_path ? g_strdup(name) : g_build_filename(folder, base, NULL);
	if (!is_path && !g_file_test(*path, G_FILE_TEST_EXISTS)) {
		if (g_str_equal(name, "emulated"))
			return g_key_file_load_from_data(file, emulated_slot, sizeof emulated_slot - 1, 0, error);
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "no slot named \"%s\": neither built in (emulated) nor %s; give a file or create that one",
			    name, *path);
		return FALSE;
	}
	g_autoptr(GError) failure = NULL;
	if (g_key_file_load_from_file(file, *path, 0, &failure))
		return TRUE;
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "slot file %s: %s", *path, failure->message);
	return FALSE;
}

/* The index of a group's `key` in `names`, or `fallback` when it is not set. */
static gboolean choose(GKeyFile *file, const char *path, const char *group, const char *key, const char *const *names,
		       guint count, guint fallback, guint *chosen, GError **error)
{
	g_autofree char *value = g_key_file_get_string(file, group, key, NULL);

	*chosen = fallback;
	if (!value)
		return TRUE;
	for (guint i = 0; i < count; i++)
		if (g_str_equal(value, names[i])) {
			*chosen = i;
			return TRUE;
		}
	g_autofree char *list = g_strjoinv(", ", (char **)names);
	g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "slot file %s: [%s] %s=%s: must be one of %s", path, group, key,
		    value, list);
	return FALSE;
}

static const struct driver *find_driver(const struct catalogue *catalogue, enum driver_role role, const char *name)
{
	for (const struct driver *const *d = catalogue->drivers; *d; d++)
		if ((*d)->role == role && g_str_equal((*d)->name, name))
			return *d;
	return NULL;
}

static char *driver_names(const struct catalogue *catalogue, enum driver_role role)
{
	GString *names = g_string_new(NULL);

	for (const struct driver *const *d = catalogue->drivers; *d; d++)
		if ((*d)->role == role)
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", (*d)->name);
	return g_string_free(names, FALSE);
}

/* An emulated slot's instruments are the emulated board's: others would reach real boards. Where keys come from is
 * free, and a logic analyzer only listens. */
static gboolean is_mixed(const struct slot_config *config, enum driver_role role, const char *name)
{
	if (config->drivers[role]->by_conn && !g_key_file_has_key(config->file, role_names[role], "conn", NULL))
		return FALSE; /* it reaches what stands in */
	return config->unit == UNIT_EMULATED && role != ROLE_LICENCE && role != ROLE_CONTROLLER && role != ROLE_LOGIC &&
	       g_strcmp0(name, emulated_defaults[config->link][role]) != 0;
}

/* An adapter's file is looked for beside the slot file, then among those that come with the program. */
static void resolve_adapter(GKeyFile *file, const char *path)
{
	const char *group = role_names[ROLE_CONTROLLER];
	g_autofree char *name = g_key_file_get_string(file, group, "adapter", NULL);
	g_autofree char *folder = g_path_get_dirname(path);

	if (!name || g_path_is_absolute(name))
		return;
	g_autofree char *beside = g_str_equal(folder, ".") ? g_strdup(name) : g_build_filename(folder, name, NULL);
	g_autofree char *shipped = g_file_test(beside, G_FILE_TEST_EXISTS) ? NULL : path_adapter(name);
	g_key_file_set_string(file, group, "adapter", shipped ? shipped : beside);
}

/* The driver that a section gets which names none: the one that its settings are for, or the role's usual one. */
static const char *default_driver(const struct slot_config *config, enum driver_role role)
{
	if (role == ROLE_CONTROLLER && g_key_file_has_key(config->file, role_names[role], "adapter", NULL))
		return "adapter";
	return config->unit == UNIT_EMULATED ? emulated_defaults[config->link][role] : real_defaults[role];
}

static gboolean pick_driver(struct slot_config *config, const char *path, enum driver_role role,
			    const struct catalogue *catalogue, GError **error)
{
	const char *group = role_names[role];
	g_autofree char *named = g_key_file_get_string(config->file, group, "driver", NULL);
	const char *name = named;

	if (!name)
		name = default_driver(config, role);
	if (!name && role != ROLE_DISK && g_key_file_has_group(config->file, group)) {
		g_autofree char *list = driver_names(catalogue, role);
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "slot file %s: [%s] names no driver= (there are: %s, or none)", path, group, list);
		return FALSE;
	}
	if (!name || (g_str_equal(name, "none") && role != ROLE_CLOCK)) /* nothing goes without time */
		return TRUE;
	config->drivers[role] = find_driver(catalogue, role, name);
	if (!config->drivers[role]) {
		g_autofree char *list = driver_names(catalogue, role);
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "slot file %s: [%s] driver=%s: there is no such driver (there are: %s)", path, group, name,
			    list);
		return FALSE;
	}
	if (is_mixed(config, role, name)) {
		g_set_error(
		    error, RIG_ERROR, RIG_ERROR_USAGE,
		    "slot file %s: [%s] driver=%s: not on an emulated slot by the %s link, whose %s is %s; a real "
		    "unit's slot must not say unit=emulated, which allows every effect",
		    path, group, name, link_names[config->link], group, emulated_defaults[config->link][role]);
		return FALSE;
	}
	return TRUE;
}

/* What others find in the file says where, too. */
static gboolean is_good(const char *path, gboolean good, GError **error)
{
	if (!good)
		g_prefix_error(error, "slot file %s: ", path);
	return good;
}

/* A section of a role may hold what its driver knows. */
static gboolean check_role(struct slot_config *config, const char *path, enum driver_role role, GError **error)
{
	static const char *const none[] = { NULL }, *const role_settings[] = { "driver", NULL };
	static const char *const role_disk_settings[] = { "driver", "observe", "record_mb", NULL };
	const struct driver *driver = config->drivers[role];

	/* driver=none: what another driver would want may stay in the file. */
	if (!driver && role != ROLE_DISK)
		return TRUE;
	if (!slot_config_check_keys(config->file, path, role_names[role], driver ? driver->settings : none,
				    role == ROLE_DISK ? role_disk_settings : role_settings, error))
		return FALSE;
	return !driver || !driver->check || is_good(path, driver->check(config->file, role_names[role], error), error);
}

/* A section for what stands in for an instrument at the emulated board. */
struct stand_in {
	const char *group;
	enum driver_role role;
	const char *what; /* that the role's driver must be */
	const char *const *settings;
	gboolean (*check)(GKeyFile *config, GError **error);
};

static gboolean check_stand_in(struct slot_config *config, const char *path, const struct stand_in *part,
			       GError **error)
{
	const struct driver *driver = config->drivers[part->role];

	if (!driver || !driver->by_conn || g_key_file_has_key(config->file, role_names[part->role], "conn", NULL)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "slot file %s: [%s] is for a [%s] driver that %s and has no conn=", path, part->group,
			    role_names[part->role], part->what);
		return FALSE;
	}
	if (!slot_config_check_keys(config->file, path, part->group, part->settings, NULL, error))
		return FALSE;
	return is_good(path, part->check(config->file, error), error);
}

static gboolean check_board(struct slot_config *config, const char *path, const struct board_class *board,
			    GError **error)
{
	if (!slot_config_check_keys(config->file, path, "board", board->settings, NULL, error))
		return FALSE;
	return !board->check || is_good(path, board->check(config->file, error), error);
}

static gboolean check_group(struct slot_config *config, const char *path, const char *group,
			    const struct catalogue *catalogue, GError **error)
{
	const struct stand_in parts[] = {
		{ "analyzer", ROLE_LOGIC, "samples", catalogue->analyzer ? catalogue->analyzer->settings : NULL,
		  catalogue->analyzer ? catalogue->analyzer->check : NULL },
		{ "supply", ROLE_POWER, "is a supply", catalogue->supply ? catalogue->supply->settings : NULL,
		  catalogue->supply ? catalogue->supply->check : NULL },
	};
	const char *const *allowed = g_str_equal(group, "slot")	  ? slot_settings
				     : g_str_equal(group, "unit") ? unit_settings
								  : NULL;
	const struct stand_in *part = NULL;
	gboolean is_role = FALSE;

	for (guint role = 0; role < ROLES; role++)
		is_role |= g_str_equal(group, role_names[role]);
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
		if (g_str_equal(group, parts[i].group) && parts[i].settings)
			part = &parts[i];
	if ((g_str_equal(group, "board") || part) && config->unit != UNIT_EMULATED) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "slot file %s: [%s] belongs to emulated slots only (unit=%s)", path, group,
			    unit_names[config->unit]);
		return FALSE;
	}
	if (g_str_equal(group, "board"))
		return check_board(config, path, catalogue->board, error);
	if (part)
		return check_stand_in(config, path, part, error);
	if (allowed)
		return slot_config_check_keys(config->file, path, group, allowed, NULL, error);
	if (!is_role)
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "slot file %s: unknown section [%s]", path, group);
	return is_role;
}

static gboolean check_groups(struct slot_config *config, const char *path, const struct catalogue *catalogue,
			     GError **error)
{
	g_auto(GStrv) groups = g_key_file_get_groups(config->file, NULL);
	gboolean good = TRUE;

	for (char **group = groups; good && *group; group++)
		good = check_group(config, path, *group, catalogue, error);
	return good;
}

/* Only a slot that is treated as a real one needs to say it: nothing else tells an emulated board on its bus from a
 * real one. */
static gboolean read_emulated(struct slot_config *config, const char *path, GError **error)
{
	g_autoptr(GError) problem = NULL;

	config->emulated = config->unit == UNIT_EMULATED;
	if (!g_key_file_has_key(config->file, "slot", "emulated", NULL))
		return TRUE;
	gboolean says = g_key_file_get_boolean(config->file, "slot", "emulated", &problem);
	if (problem || says < config->emulated) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE, "slot file %s: [slot] emulated= must be true%s", path,
			    config->emulated ? " where unit=emulated" : " or false");
		return FALSE;
	}
	config->emulated = says;
	return TRUE;
}

static gboolean fill(struct slot_config *config, const char *name, enum slot_link link,
		     const struct catalogue *catalogue, GError **error)
{
	g_autofree char *path = NULL;
	guint unit, observe;

	if (!read_file(config->file, name, &path, error))
		return FALSE;
	if (!g_key_file_has_key(config->file, "slot", "unit", NULL)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_USAGE,
			    "slot file %s: [slot] unit= is missing (emulated, sacrificial, golden or production)",
			    path);
		return FALSE;
	}
	const char *units[G_N_ELEMENTS(unit_names) + 1] = { NULL };
	memcpy(units, unit_names, sizeof unit_names);
	if (!choose(config->file, path, "slot", "unit", units, G_N_ELEMENTS(unit_names), 0, &unit, error) ||
	    !choose(config->file, path, "disk", "observe", observe_names, 4, unit == UNIT_EMULATED ? 0 : 3, &observe,
		    error) ||
	    !slot_config_record_mb(config, path, error))
		return FALSE;
	config->unit = (enum slot_unit)unit;
	config->observe = g_strdup(observe_names[observe]);
	if (!read_emulated(config, path, error))
		return FALSE;
	config->link = config->unit == UNIT_EMULATED ? link : LINK_USB;
	config->name = g_key_file_get_string(config->file, "slot", "name", NULL);
	if (!config->name) {
		g_autofree char *base = g_path_get_basename(name);
		config->name = printable_line(base, -1); /* a file's name need not be UTF-8 */
	}
	resolve_adapter(config->file, path);
	for (guint role = 0; role < ROLES; role++)
		if (!pick_driver(config, path, (enum driver_role)role, catalogue, error) ||
		    !check_role(config, path, (enum driver_role)role, error))
			return FALSE;
	return check_groups(config, path, catalogue, error);
}

struct slot_config *slot_config_load(const char *name, enum slot_link link, const struct catalogue *catalogue,
				     GError **error)
{
	struct slot_config *config = g_new0(struct slot_config, 1);

	config->file = g_key_file_new();
	if (!fill(config, name, link, catalogue, error))
		g_clear_pointer(&config, slot_config_free);
	return config;
}

void slot_config_free(struct slot_config *config)
{
	if (!config)
		return;
	g_key_file_unref(config->file);
	g_free(config->name);
	g_free(config->observe);
	g_free(config);
}
