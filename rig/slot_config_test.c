/* SPDX-License-Identifier: Apache-2.0 */
/* Slot files that must not be taken for something else. */
#include "slot_config.h"
#include "test.h"
#include <glib/gstdio.h>
#include <string.h>

static const char *const no_settings[] = { NULL };
static const char *const keys_settings[] = { "keys", NULL };
static const struct driver known[] = {
	{ .name = "board-clock", .role = ROLE_CLOCK, .settings = no_settings },
	{ .name = "monotonic-clock", .role = ROLE_CLOCK, .settings = no_settings },
	{ .name = "board-usb", .role = ROLE_USB, .settings = no_settings },
	{ .name = "libusb", .role = ROLE_USB, .settings = no_settings },
	{ .name = "native", .role = ROLE_CONTROLLER, .settings = no_settings },
	{ .name = "board-console", .role = ROLE_CONSOLE, .settings = no_settings },
	{ .name = "ftdi-console", .role = ROLE_CONSOLE, .settings = no_settings },
	{ .name = "board-power", .role = ROLE_POWER, .settings = no_settings },
	{ .name = "ftdi-relay", .role = ROLE_POWER, .settings = no_settings },
	{ .name = "board-disk", .role = ROLE_DISK, .settings = keys_settings },
	{ .name = "board-bench", .role = ROLE_BENCH, .settings = no_settings },
	{ .name = "board-logic", .role = ROLE_LOGIC, .settings = no_settings },
	{ .name = "operator", .role = ROLE_BENCH, .settings = no_settings },
	{ .name = "lms", .role = ROLE_LICENCE, .settings = no_settings },
	{ .name = "keys-file", .role = ROLE_LICENCE, .settings = keys_settings },
};
static const struct board_class board = { .settings = no_settings };

/* Loads the text as a slot file for the direct link; NULL with the error. */
static struct slot_config *load(const char *text, GError **error)
{
	const struct driver *list[G_N_ELEMENTS(known) + 1] = { NULL };
	const struct catalogue catalogue = { .drivers = list, .board = &board };
	g_autofree char *folder = g_dir_make_tmp("wiperig-slot-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "slot.ini", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(known); i++)
		list[i] = &known[i];
	CU_ASSERT(g_file_set_contents(path, text, -1, NULL));
	struct slot_config *config = slot_config_load(path, LINK_DIRECT, &catalogue, error);
	g_unlink(path);
	g_rmdir(folder);
	return config;
}

/* NULL: it is good; else the error, to be freed. */
static char *complaint(const char *text)
{
	g_autoptr(GError) error = NULL;
	struct slot_config *config = load(text, &error);

	CU_ASSERT(config || g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	slot_config_free(config);
	return error ? g_strdup(error->message) : NULL;
}

static void refused(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		/* It would have switched a real board's power, with every effect allowed. */
		{ "[slot]\nunit=emulated\n[power]\ndriver=ftdi-relay\n",
		  "[power] driver=ftdi-relay: not on an emulated" },
		{ "[slot]\nunit=emulated\n[usb]\ndriver=libusb\n", "[usb] driver=libusb: not on an emulated" },
		{ "[slot]\nunit=emulated\n[clock]\ndriver=monotonic-clock\n", "not on an emulated" },
		{ "[slot]\nunit=emulated\n[usb]\ndriver=lubusb\n", "there is no such driver" },
		{ "[slot]\nunit=sacrificial\n[clock]\ndriver=none\n", "there is no such driver" },
		/* Its keys would never have been used. */
		{ "[slot]\nunit=sacrificial\n[licence]\nkeys=/some/file\n",
		  "[licence] names no driver= (there are: lms" },
		{ "[slot]\nunit=emulated\n[disk]\nimage=/x\n",
		  "[disk] has an unknown setting \"image\" (allowed: driver, observe, record_mb, keys)" },
		{ "[slot]\nunit=emulated\n[disk]\nrecord_mb=257\n", "record_mb=257: must be a number from 0 to 256" },
		{ "[slot]\nunit=emulated\n[disk]\nobserve=all\n", "observe=all: must be one of inline, snapshot" },
		{ "[slot]\nunit=sacrificial\n[disk]\nkeys=/x\n",
		  "[disk] has an unknown setting \"keys\" (allowed: driver, observe, record_mb)" },
		{ "[slot]\nunit=sacrificial\n[bench]\nwho=me\n", "(allowed: driver)" },
		/* Only the last one would have counted. */
		{ "[slot]\nunit=golden\nname=x\nunit=sacrificial\n", "[slot] has the setting \"unit\" twice" },
		{ "[slot]\nunit=emulated\n[disk]\nkeys=/x\n[slot]\nname=a\n[disk]\nkeys=/y\n",
		  "[disk] has the setting \"keys\" twice" },
		{ "[slot]\nunit=emulated\n[bench]\ndriver=operator\n", "not on an emulated" },
		{ "[slot]\nunit=emulated\nobserve=inline\n", "(allowed: name, unit, emulated)" },
		{ "[slot]\nunit=emulated\nemulated=false\n", "emulated= must be true where unit=emulated" },
		{ "[slot]\nunit=golden\nemulated=perhaps\n", "emulated= must be true or false" },
		{ "[slot]\nunit=sacrificial\n[logic]\nchannels=main_power\n", "[logic] names no driver=" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *said = complaint(cases[i].text);
		CU_ASSERT_PTR_NOT_NULL(said && strstr(said, cases[i].says));
	}
}

static void good(void)
{
	static const char *const texts[] = {
		"[slot]\nunit=emulated\n",
		"[slot]\nunit=emulated\n[power]\ndriver=none\n[usb]\ndriver=board-usb\n",
		"[slot]\nunit=emulated\n[licence]\ndriver=keys-file\nkeys=/some/file\n",
		"[slot]\nunit=emulated\n[disk]\ndriver=board-disk\nobserve=inline\nkeys=/x\n[bench]\ndriver=none\n",
		"[slot]\nunit=sacrificial\n[disk]\nobserve=reported\n[bench]\ndriver=operator\n",
		"[slot]\nunit=sacrificial\n[licence]\ndriver=none\n[power]\ndriver=ftdi-relay\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *said = complaint(texts[i]);
		CU_ASSERT_PTR_NULL(said);
	}
}

static void default_drivers(void)
{
	struct slot_config *config = load("[slot]\nunit=emulated\n", NULL);

	CU_ASSERT_STRING_EQUAL(config->drivers[ROLE_DISK]->name, "board-disk");
	CU_ASSERT_STRING_EQUAL(config->drivers[ROLE_BENCH]->name, "board-bench");
	CU_ASSERT_STRING_EQUAL(config->observe, "inline");
	slot_config_free(config);
	config = load("[slot]\nunit=golden\n", NULL);
	CU_ASSERT_PTR_NULL(config->drivers[ROLE_DISK]);
	CU_ASSERT_STRING_EQUAL(config->drivers[ROLE_BENCH]->name, "operator");
	CU_ASSERT_STRING_EQUAL(config->observe, "none");
	slot_config_free(config);
}

/* A slot may be treated as a real one although its board is not: the reports must say so all the same. */
static void emulated(void)
{
	static const struct {
		const char *text;
		gboolean emulated;
	} cases[] = {
		{ "[slot]\nunit=emulated\n", TRUE },
		{ "[slot]\nunit=emulated\nemulated=true\n", TRUE },
		{ "[slot]\nunit=sacrificial\n", FALSE },
		{ "[slot]\nunit=sacrificial\nemulated=false\n", FALSE },
		{ "[slot]\nunit=sacrificial\nemulated=true\n", TRUE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct slot_config *config = load(cases[i].text, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(config);
		CU_ASSERT_EQUAL(config->emulated, cases[i].emulated);
		slot_config_free(config);
	}
}

/* What the slot file does not let be seen is not seen, whatever the instruments could. */
static void shows(void)
{
	const guint all = OBSERVE_REQUESTS | OBSERVE_CONTENT | OBSERVE_PANEL | OBSERVE_KEY | OBSERVE_MEMORY;
	const struct {
		const char *observe;
		guint emulated, with_driver;
	} cases[] = {
		{ "inline", all, all },
		{ "snapshot", all & ~(guint)OBSERVE_REQUESTS, all & ~(guint)OBSERVE_REQUESTS },
		{ "reported", OBSERVE_PANEL, 0 },
		{ "none", OBSERVE_PANEL, 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		for (guint real = 0; real < 3; real++) {
			g_autofree char *text = g_strdup_printf("[slot]\nunit=%s\n[disk]\nobserve=%s\n%s",
								real ? "sacrificial" : "emulated", cases[i].observe,
								real == 2 ? "driver=board-disk\n" : "");
			struct slot_config *config = load(text, NULL);

			const guint lines = real == 0 ? (guint)OBSERVE_LINES : 0;
			const guint disk = real == 0 ? cases[i].emulated : real == 2 ? cases[i].with_driver : 0;

			CU_ASSERT_EQUAL(slot_config_shows(config), disk | lines | OBSERVE_CONSOLE);
			slot_config_free(config);
		}

	struct slot_config *deaf = load("[slot]\nunit=emulated\n[console]\ndriver=none\n", NULL);
	CU_ASSERT_FALSE(slot_config_shows(deaf) & OBSERVE_CONSOLE);
	slot_config_free(deaf);
}

TEST_SUITE(slot_config, { "refused", refused }, { "good", good }, { "default drivers", default_drivers },
	   { "shows", shows }, { "emulated", emulated })
