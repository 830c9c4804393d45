/* SPDX-License-Identifier: Apache-2.0 */
#include "logic_settings.h"
#include "drivers.h"
#include "rig/event.h"
#include "rig/test.h"
#include <string.h>

static GKeyFile *section(const char *text)
{
	GKeyFile *file = g_key_file_new();
	g_autofree char *whole = g_strconcat("[logic]\n", text, NULL);

	CU_ASSERT_TRUE(g_key_file_load_from_data(file, whole, (gsize)-1, G_KEY_FILE_NONE, NULL));
	return file;
}

static void good(void)
{
	static const struct {
		const char *text;
		guint64 rate_hz;
		guint lines;
	} cases[] = {
		{ "", 1000000, 0xff },
		{ "rate=24M\n", 24000000, 0xff },
		{ "rate=500k\nchannels=console_tx\n", 500000, 1u << LINE_CONSOLE_TX },
		{ "rate=1G\nchannels= main_power , disk_busy\n", 1000000000,
		  1u << LINE_MAIN_POWER | 1u << LINE_DISK_BUSY },
		{ "rate=1000\n", 1000, 0xff },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GKeyFile) file = section(cases[i].text);
		const struct driver_env env = { .config = file, .group = "logic" };
		gpointer self = board_logic_driver.open(&env, NULL);

		CU_ASSERT_PTR_NOT_NULL_FATAL(self);
		CU_ASSERT_TRUE(board_logic_driver.check(file, "logic", NULL));
		CU_ASSERT_EQUAL(board_logic_driver.ops.logic->lines(self), cases[i].lines);
		CU_ASSERT_EQUAL(board_logic_driver.ops.logic->rate_hz(self), cases[i].rate_hz);
		board_logic_driver.close(self);
	}
}

static void refused(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "rate=\n", "rate=: expected" },
		{ "rate=M\n", "rate=M: expected" },
		{ "rate=999\n", "rate=999: expected" },
		{ "rate=2G\n", "rate=2G: expected" },
		{ "rate=24 MHz\n", "rate=24 MHz: expected" },
		{ "rate=-1k\n", "rate=-1k: expected" },
		{ "channels=main\n", "there is no line \"main\" (there are: main_power, good_5v" },
		{ "channels=main_power,\n", "there is no line \"\"" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GKeyFile) file = section(cases[i].text);
		const struct driver_env env = { .config = file, .group = "logic" };
		g_autoptr(GError) error = NULL, checked = NULL;

		CU_ASSERT_PTR_NULL(board_logic_driver.open(&env, &error));
		CU_ASSERT(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE) && strstr(error->message, cases[i].says));
		CU_ASSERT_FALSE(board_logic_driver.check(file, "logic", &checked));
	}
}

static void channels(void)
{
	g_autoptr(GKeyFile) none = section(""), some = section("channels = marker: P8_45 , reset, main_power:D0\n");
	char *channel[LINES] = { NULL };

	CU_ASSERT_TRUE(logic_settings_channels(none, "logic", channel, NULL));
	CU_ASSERT_STRING_EQUAL(channel[LINE_MAIN_POWER], "#0");
	CU_ASSERT_STRING_EQUAL(channel[LINE_MARKER], "#7");
	for (guint line = 0; line < LINES; line++)
		g_clear_pointer(&channel[line], g_free);
	CU_ASSERT_TRUE(logic_settings_channels(some, "logic", channel, NULL));
	CU_ASSERT_STRING_EQUAL(channel[LINE_MARKER], "P8_45");
	CU_ASSERT_STRING_EQUAL(channel[LINE_RESET], "#2");
	CU_ASSERT_STRING_EQUAL(channel[LINE_MAIN_POWER], "D0");
	CU_ASSERT_PTR_NULL(channel[LINE_GOOD_5V]);
	for (guint line = 0; line < LINES; line++)
		g_clear_pointer(&channel[line], g_free);
}

static void sigrok(void)
{
	static const char *const bad[] = { "required=yes\n", "rate=1\n", "channels=reset,reset:D1\n",
					   "channels=x:D1\n" };
	g_autoptr(GKeyFile) good_one = section("sigrok=fx2lafw\nrequired=false\nchannels=reset:D1\nrate=24M\n");

	CU_ASSERT_TRUE(sigrok_logic_driver.check(good_one, "logic", NULL));
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GKeyFile) file = section(bad[i]);
		g_autoptr(GError) error = NULL;
		CU_ASSERT_FALSE(sigrok_logic_driver.check(file, "logic", &error));
		CU_ASSERT_TRUE(g_error_matches(error, RIG_ERROR, RIG_ERROR_USAGE));
	}
}

TEST_SUITE(logic_settings, { "good", good }, { "refused", refused }, { "channels", channels }, { "sigrok", sigrok })
