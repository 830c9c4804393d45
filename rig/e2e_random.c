/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No false alarm: units of every kind that is allowed (host, region, disk, mode, cipher, profile), erased by every
 * trigger, cut at any time. Nothing is wrong with the firmwares, so nothing may fail and nothing may be an error.
 */
#include "e2e_program.h"
#include <stdio.h>

#define RUNS (soak() ? 2000 : 100)
#define RUNS_A_FILE 50
#define SECTORS_MIN 2047
#define SECTORS_BYTEWISE_MAX (64u << 11)

static const struct {
	const char *firmware;
	gboolean has_engine; /* a pattern engine: disks of any size cost the same */
} firmwares[] = { { "reference.so", TRUE }, { "bytewise.so", FALSE } };

static const char *pick(GRand *random, const char *const *choices)
{
	return choices[g_rand_int_range(random, 0, (gint32)g_strv_length((char **)choices))];
}
#define PICK(random, ...) pick(random, (const char *const[]){ __VA_ARGS__, NULL })

/* Mostly small ones, now and then one that is as large as a copier's disk or beyond the 28-bit limit. */
static guint64 random_sectors(GRand *random, gboolean has_engine)
{
	if (has_engine && g_rand_int_range(random, 0, 8) == 0)
		return (guint64)g_rand_double_range(random, 70e6, 600e6);
	return (guint64)g_rand_int_range(random, SECTORS_MIN, has_engine ? 1 << 22 : SECTORS_BYTEWISE_MAX);
}

/* Returns whether NULL reaches the disk as ciphertext. */
static gboolean add_unit(GString *text, GRand *random, gboolean has_engine)
{
	gboolean null_encrypted = !has_engine && g_rand_int_range(random, 0, 4) == 0;
	gboolean hidden = g_rand_int_range(random, 0, 4) == 0;

	g_string_append_printf(
	    text,
	    "  unit = { host = \"%s\", region = \"%s\", language = \"%s\", disk_sectors = %" G_GUINT64_FORMAT
	    ", cipher = \"%s\", edition = \"%s\", disk_block = %s, disk_cut = \"%s\", history_shown = %s",
	    PICK(random, "iR6570", "iR4570", "iR105i", "iRC6870", "iR2270"), PICK(random, "EU", "US"),
	    PICK(random, "en", "fr"), random_sectors(random, has_engine), PICK(random, "3des-cbc", "aes-256-xts"),
	    PICK(random, "en", "fr"), PICK(random, "512", "4096"), PICK(random, "lose", "keep", "chance", "torn"),
	    PICK(random, "false", "true"));
	if (null_encrypted)
		g_string_append(text, ", null_encrypted = true");
	if (hidden)
		g_string_append_printf(text, ", hpa_sectors = %d", g_rand_int_range(random, 1, 900));
	if (g_rand_int_range(random, 0, 5) == 0)
		g_string_append_printf(text, ", disk2_mb = %d", g_rand_int_range(random, 1, 32));
	g_string_append(text, " },\n");
	return null_encrypted;
}

/* Cuts while the unit starts, erases or has just become ready. */
static void add_cuts(GString *text, GRand *random)
{
	static const char *const times[] = { "%d us", "%d ms", "%d00 ms", "%d s", NULL };

	for (int cuts = g_rand_int_range(random, 0, 5); cuts; cuts--) {
		g_autofree char *on = g_strdup_printf(pick(random, times), g_rand_int_range(random, 1, 1000));
		if (g_rand_boolean(random))
			g_string_append_printf(text, "    wait.time { duration = \"%s\" },\n", on);
		else
			g_string_append_printf(text,
					       "    cut.arm { op = \"%s\", nth = %d, when = \"%s\" },\n    wait.time { "
					       "duration = \"%s\" },\n",
					       PICK(random, "write", "flush", "nvram", "counter"),
					       g_rand_int_range(random, 1, 40),
					       PICK(random, "before", "within", "after"), on);
		g_string_append_printf(text, "    power.cycle { off = \"%s\" },\n",
				       PICK(random, "1 ms", "1 s", "10 s"));
	}
	g_string_append(
	    text, "    cut.disarm {},\n    power.cycle { off = \"10 s\" },\n    wait.ready { within = \"200 h\" },\n");
}

/* Returns it. */
static int add_mode(GString *text, GRand *random)
{
	int mode = g_rand_int_range(random, 1, 4);

	g_string_append_printf(text,
			       "    service.enter {},\n    service.set { item = \"erase-mode\", value = %d },\n"
			       "    power.cycle { off = \"10 s\" },\n    wait.ready { within = \"10 min\" },\n",
			       mode);
	return mode;
}

static void add_users(GString *text, GRand *random)
{
	static const char *const uses[] = {
		"    data.put { item = \"address-book\", value = \"Alice\" },\n",
		"    document.store { box = 3, value = \"a document\" },\n    document.delete { box = 3 },\n",
		"    job.start { kind = \"copy\", value = \"a page\", as = \"job\" },\n"
		"    job.finish { job = var \"job\", how = \"complete\" },\n",
		"    job.start { kind = \"send\", value = \"a letter\", as = \"job\" },\n",
		"    erase.request { value = \"\" },\n    wait.ready {},\n",
		NULL,
	};

	for (int n = g_rand_int_range(random, 0, 4); n; n--)
		g_string_append(text, pick(random, uses));
}

static void add_trigger(GString *text, GRand *random)
{
	static const char *const triggers[] = {
		"    key.regenerate {},\n",
		"    service.enter {},\n    licence.invalidate { as = \"number\" },\n",
		"",
		NULL,
	};
	const char *trigger = pick(random, triggers);

	g_string_append(text, trigger);
	if (*trigger) /* the unit answers before it erases: a cut may find it in either state */
		add_cuts(text, random);
}

static void add_scenario(GString *text, guint number, gboolean has_engine)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(0x5eed0000u + number);

	g_string_append_printf(text,
			       "scenario {\n  id = \"RANDOM-%u\",\n  title = \"Any unit, any cut\",\n"
			       "  requirements = { \"PWR-02\" },\n"
			       "  effects = { \"consumes-licence\", \"erases\", \"irreversible\" },\n",
			       number);
	gboolean null_encrypted = add_unit(text, random, has_engine);
	g_string_append(text, "  steps = {\n    power.on {},\n    wait.ready { within = \"10 min\" },\n");
	int mode = add_mode(text, random);
	add_users(text, random);
	g_string_append(text, "    licence.issue { as = \"key\" },\n    power.cycle { off = \"1 s\" },\n    wait.ready "
			      "{ within = \"1 h\" },\n"
			      "    panel.register { key = var \"key\" },\n    expect.outcome { is = \"accepted\" },\n");
	add_cuts(text, random);
	g_string_append_printf(text,
			       "    expect.licence { is = \"active\" },\n    expect.disk_erased { is = \"%s\" },\n",
			       mode == 1 && !null_encrypted ? "zero" : "random");
	add_users(text, random);
	add_trigger(text, random);
	g_string_append(text, "    power.cycle { off = \"10 s\" },\n    wait.ready { within = \"200 h\" },\n"
			      "    expect.unit { state = \"ready\" },\n  },\n}\n");
}

/* A file of runs, judged on one firmware. */
static void run_file(const struct bench *bench, guint n, guint first, guint count, guint firmware)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *name = g_strdup_printf("random-%u.lua", first);
	g_autofree char *so = g_build_filename(build_folder(), "firmware", firmwares[firmware].firmware, NULL);

	for (guint i = 0; i < count; i++)
		add_scenario(text, first + i, firmwares[firmware].has_engine);
	g_autofree char *path = bench_write(bench, name, text->str);
	expect_code(bench, 0, WORDS("run", path, "--firmware", so, "--out", bench->out));
	json_t *run = run_load(bench, n);
	CU_ASSERT_EQUAL(
	    json_integer_value(json_object_get(json_object_get(json_object_get(run, "totals"), "cases"), "pass")),
	    (json_int_t)count);
	json_decref(run);
}

static void random_runs(void)
{
	BENCH(bench);
	guint n = 0;

	for (guint first = 0; first < RUNS; first += RUNS_A_FILE, n++)
		run_file(&bench, n + 1, first, RUNS_A_FILE, n % G_N_ELEMENTS(firmwares));
}

TEST_SUITE(random, { "nothing is wrong with any good unit", random_runs })
