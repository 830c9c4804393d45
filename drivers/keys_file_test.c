/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers.h"
#include "rig/slot_open.h"
#include "rig/test.h"
#include <glib/gstdio.h>

#define KEY1 "111111111111111111111111"
#define KEY2 "222222222222222222222222"

static gint64 clock_now(gpointer self)
{
	(void)self;
	return 0;
}

static gpointer clock_open(const struct driver_env *env, GError **error)
{
	(void)error;
	return env->slot;
}

static void clock_close(gpointer self)
{
	(void)self;
}

static const struct clock_ops clock_ops = { FALSE, clock_now, NULL, NULL };
static const struct driver fake_clock = { "fake",     ROLE_CLOCK,  "",	 NULL,
					  clock_open, clock_close, NULL, .ops.clock = &clock_ops };

struct bench {
	char *folder, *path;
	struct slot_config config;
	struct slot_setup setup;
	struct slot *slot; /* NULL: it could not be opened */
	GError *error;
};

static void bench_open(struct bench *bench, const char *keys)
{
	static const struct catalogue catalogue = { NULL };
	static const gboolean never = FALSE;

	*bench = (struct bench){ .folder = g_dir_make_tmp("wiperig-keys-XXXXXX", NULL) };
	bench->path = g_build_filename(bench->folder, "keys", NULL);
	CU_ASSERT(g_file_set_contents(bench->path, keys, -1, NULL));
	bench->config = (struct slot_config){ .file = g_key_file_new(), .unit = UNIT_SACRIFICIAL };
	g_key_file_set_string(bench->config.file, "licence", "keys", bench->path);
	bench->config.drivers[ROLE_CLOCK] = &fake_clock;
	bench->config.drivers[ROLE_LICENCE] = &keys_file_driver;
	bench->setup = (struct slot_setup){ &catalogue, &bench->config, NULL, 1, NULL, -1, &never };
	bench->slot = slot_open(&bench->setup, &bench->error);
}

static void bench_close(struct bench *bench)
{
	g_autofree char *why = NULL;
	gint64 end_ns;

	if (bench->slot)
		slot_close(bench->slot, &end_ns, &why);
	g_clear_error(&bench->error);
	g_key_file_unref(bench->config.file);
	g_unlink(bench->path);
	g_rmdir(bench->folder);
	g_free(bench->path);
	g_free(bench->folder);
}

static char *issue(struct bench *bench, const char *serial)
{
	const struct instrument *licence = slot_instrument(bench->slot, ROLE_LICENCE);

	return keys_file_driver.ops.licence->issue(licence->self, "security-kit", NULL, serial, NULL);
}

static void used_once(void)
{
	struct bench bench;
	g_autofree char *text = NULL;

	bench_open(&bench, "# our keys\n\nsecurity-kit  ABC01234\t" KEY1 "   # aligned, with a comment\r\n"
			   "used security-kit ABC01234 " KEY2 "\n");
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench.slot);
	g_autofree char *none = issue(&bench, "XYZ98765"), *key = issue(&bench, "ABC01234"),
			*again = issue(&bench, "ABC01234");
	CU_ASSERT_PTR_NULL(none);
	CU_ASSERT_EQUAL(g_strcmp0(key, KEY1), 0);
	CU_ASSERT_PTR_NULL(again);
	CU_ASSERT(g_file_get_contents(bench.path, &text, NULL, NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nused security-kit  ABC01234\t" KEY1 "   # aligned"));
	CU_ASSERT(g_str_has_prefix(text, "# our keys\n\n"));
	bench_close(&bench);
}

/* It was passed over, and the case skipped for want of a key. */
static void malformed(void)
{
	static const char *const lines[] = { "security-kit ABC01234 12345\n", "security-kit " KEY1 "\n",
					     "security-kit ABC01234 1111-1111-1111-1111-1111-1111\n",
					     "used " KEY1 "\n" };

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct bench bench;
		bench_open(&bench, lines[i]);
		CU_ASSERT_PTR_NULL(bench.slot);
		CU_ASSERT_PTR_NOT_NULL(bench.error &&
				       strstr(bench.error->message, "keys:1: must be OPTION SERIAL KEY"));
		bench_close(&bench);
	}
}

static void every_key_is_hidden(void)
{
	struct bench bench;

	bench_open(&bench, "security-kit ABC01234 " KEY1 "\nused security-kit ABC01234 " KEY2 "\n");
	g_autofree char *text = slot_redacted(bench.slot, "old " KEY2 " new " KEY1);
	CU_ASSERT_STRING_EQUAL(text, "old ######################## new ########################");
	bench_close(&bench);
}

TEST_SUITE(keys_file, { "a key is used once", used_once }, { "a malformed line is told", malformed },
	   { "every key of the file is hidden", every_key_is_hidden })
