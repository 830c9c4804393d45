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
	{ .name = "lms", .role = ROLE_LICENCE, .settings = no_settings },
	{ .name = "keys-file", .role = ROLE_LICENCE, .settings = keys_settings },
};
static const struct board_class board = { .settings = no_settings };

/* Loads the text as a slot file for the direct link. NULL: it is good; else the error, to be freed. */
static char *complaint(const char *text)
{
	const struct driver *list[G_N_ELEMENTS(known) + 1] = { NULL };
	const struct catalogue catalogue = { .drivers = list, .board = &board };
	g_autofree char *folder = g_dir_make_tmp("wiperig-slot-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "slot.ini", NULL);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(known); i++)
		list[i] = &known[i];
	CU_ASSERT(g_file_set_contents(path, text, -1, NULL));
	struct slot_config *config = slot_config_load(path, LINK_DIRECT, &catalogue, &error);
	CU_ASSERT(config || g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	slot_config_free(config);
	g_unlink(path);
	g_rmdir(folder);
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
		"[slot]\nunit=sacrificial\n[licence]\ndriver=none\n[power]\ndriver=ftdi-relay\n",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *said = complaint(texts[i]);
		CU_ASSERT_PTR_NULL(said);
	}
}

TEST_SUITE(slot_config, { "refused", refused }, { "good", good })
